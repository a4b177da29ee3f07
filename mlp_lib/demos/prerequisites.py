"""Demos of chapter 01: the derivative as a limit, the matrix product, descent on a surface."""

import numpy as np

from mlp_lib import calculus
from mlp_lib.demos.drag_points import DragDemo, DragPoints
from mlp_lib.demos.live_figure import Demo, button, choice, new_figure, scale, slider, style
from mlp_lib.demos.tables import Table, brief, light, signed
from mlp_lib.plotting import CYCLE
from mlp_lib.surfaces import six_hump_camel, six_hump_camel_gradient

FUNCTIONS = {
    "x² − 4x + 3": lambda x: x**2 - 4 * x + 3,
    "sin x": np.sin,
    "exp x": np.exp,
    "x³ / 3": lambda x: x**3 / 3,
}
QUOTIENTS = {
    "one-sided": lambda f, a, h: (f(a + h) - f(a)) / h,
    "central": lambda f, a, h: (f(a + h) - f(a - h)) / (2 * h),
}
RATES = (0.001, 0.003, 0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5)
_STEPS = np.logspace(-16, 0, 129)  # the h of the error plot
_FLOOR = 1e-17                     # where an error of 0 is drawn on a logarithmic axis


def secant_to_tangent(function="sin x", *, at=1.0):
    """Demo: a secant turns into the tangent as h shrinks, beside the error against h.

    Parameters
    ----------
    function : str
        Name in `FUNCTIONS` that is shown first.
    at : float
        Point of the tangent at first, in [-2, 4].

    Returns
    -------
    Demo
        Shown when it is the last line of a cell.

    Notes
    -----
    Source: seed 000 §1.2 (S0-P4), seed 003 "Derivative" (S3-DER-D, S3-DER-EX).
    """
    controls = {
        "name": choice("function", [*FUNCTIONS], value=function),
        "rule": choice("quotient", [*QUOTIENTS], value="one-sided",
                       hint="Secant from a to a + h, or from a - h to a + h"),
        "a": slider("a", -2, 4, value=at, step=0.05, hint="Where the tangent touches"),
        "log_h": slider("log₁₀ h", -16, 0, value=-0.2, step=0.1, form=".1f",
                        hint="Step size as a power of ten"),
    }
    return SecantToTangent(controls)


class SecantToTangent(Demo):
    """See `secant_to_tangent`."""

    def __init__(self, controls):
        figure = new_figure(800, 350)
        with style():
            self.curve, self.error = figure.subplots(1, 2)
            self.curve.set(xlabel="$x$", ylabel="$f(x)$", xlim=(-2.5, 4.5))
            self.error.set(xlabel="$h$", ylabel="error of the slope", xscale="log", yscale="log",
                           xlim=(5e-17, 2), ylim=(_FLOOR / 2, 10))
            self.error.grid(alpha=0.3)
            self.graph, = self.curve.plot([], [], color="k", label="$f$")
            self.tangent, = self.curve.plot([], [], color=CYCLE[0], linewidth=5, alpha=0.4,
                                            label="tangent")
            self.secant, = self.curve.plot([], [], color=CYCLE[1], label="secant")
            self.ends, = self.curve.plot([], [], "o", color=CYCLE[1])
            self.errors, = self.error.plot([], [], ".-", color=CYCLE[0], linewidth=1, markersize=3)
            self.now, = self.error.plot([], [], "o", color=CYCLE[1], markersize=10)
            self.curve.legend(frameon=False, loc="lower center", bbox_to_anchor=(0.5, 1), ncols=3)
            for order, name, at in ((1, "$h$", (1e-5, 3e-5)), (2, "$h^2$", (3e-5, 1e-11))):
                self.error.plot(_STEPS, _STEPS**order, ":", color="0.5", linewidth=1)
                self.error.text(*at, name, size=12, ha="right" if order == 1 else "left")
        moving = [self.graph, self.tangent, self.secant, self.ends, self.errors, self.now]
        super().__init__(figure, moving, self._show, controls, name="From secant to tangent")

    def _show(self, name, rule, a, log_h):
        f, h = FUNCTIONS[name], 10.0**log_h
        x = np.linspace(-2.5, 4.5, 200)
        slope, secant = float(calculus.derivative(f, a)), QUOTIENTS[rule](f, a, h)
        start = a if rule == "one-sided" else a - h
        self._scale(f(x))
        self.graph.set_data(x, f(x))
        self.tangent.set_data(x, f(a) + slope * (x - a))
        self.secant.set_data(x, f(start) + secant * (x - start))
        self.ends.set_data([start, a + h], [f(start), f(a + h)])
        self.errors.set_data(_STEPS, [self._error(f, rule, a, step, slope) for step in _STEPS])
        self.now.set_data([h], [self._error(f, rule, a, h, slope)])
        return self._words(f, rule, a, h, slope, secant)

    def _scale(self, values):
        low, high = np.clip([values.min(), values.max()], -25, 25)
        limits = low - 0.15 * (high - low), high + 0.25 * (high - low)
        if self.curve.get_ylim() != limits:
            self.curve.set_ylim(limits)

    @staticmethod
    def _error(f, rule, a, h, slope):
        return max(abs(QUOTIENTS[rule](f, a, h) - slope), _FLOOR)

    def _words(self, f, rule, a, h, slope, secant):
        here, tenth = (self._error(f, rule, a, step, slope) for step in (h, h / 10))
        if here < 1e-14 * max(1, abs(slope)):
            change = "The two agree to rounding."
        elif tenth < here:
            change = f"A tenth of h would divide the error by {here / tenth:.3g}."
        else:
            change = f"A tenth of h would multiply the error by {tenth / here:.3g}: rounding wins."
        return (f"Tangent at a = {signed(a, '.2f')}: slope {signed(slope, '.6f')}. Secant with "
                f"h = {h:.2g}: slope {signed(secant, '.6f')}; error {brief(abs(secant - slope))}."
                f"\n{change}")


def matrix_product(A=None, B=None, *, rng=1):
    """Demo: one entry of a product, its row and its column lit, and the sum written out.

    Parameters
    ----------
    A : (n, m) array_like of int, optional
    B : (m, p) array_like of int, optional
        Small matrices; random 2 x 3 and 3 x 4 ones by default.
    rng : int or numpy.random.Generator
        Seed of the random ones, also of those that the button draws.

    Returns
    -------
    Demo
        Shown when it is the last line of a cell.

    Raises
    ------
    ValueError
        If the columns of ``A`` are not as many as the rows of ``B``, or there are more
        than 6 rows or columns.

    Notes
    -----
    Source: seed 000 §1.1 (S0-P2).
    """
    rng = np.random.default_rng(rng)
    A = rng.integers(-4, 6, (2, 3)) if A is None else np.asarray(A)
    B = rng.integers(-4, 6, (3, 4)) if B is None else np.asarray(B)
    if A.ndim != 2 or B.ndim != 2 or A.shape[1:] != B.shape[:1] or max(A.shape + B.shape) > 6:
        raise ValueError(f"need A (n, m), B (m, p), at most 6 each; got {A.shape}, {B.shape}")
    return MatrixProduct(A, B, rng)


class MatrixProduct(Demo):
    """See `matrix_product`."""

    def __init__(self, A, B, rng):
        self.A, self.B, self.rng = A, B, rng
        (n, m), p = A.shape, B.shape[1]
        figure = new_figure(max(560, 56 * (m + p + 2)), 52 * (n + m + 3))
        with style():
            ax = figure.subplots()
            ax.set(xlim=(-0.3, m + p + 1.3), ylim=(n + m + 2.4, -0.8), aspect="equal")
            ax.axis("off")
            # The product stands right of A and below B: row and column meet in the entry.
            self.tables = (Table(ax, A, (0, m + 1), "A"), Table(ax, B, (m + 1, 0), "B"),
                           Table(ax, A @ B, (m + 1, m + 1), "AB"))
            self.lights = [light(ax, CYCLE[colour]) for colour in (0, 4, 2)]
            self.sum = ax.text((m + p + 1) / 2, n + m + 1.8, "", size=13, ha="center", va="center")
        controls = {"i": slider("row i", 1, n, step=1, form="d"),
                    "j": slider("column j", 1, p, step=1, form="d")}
        super().__init__(
            figure, [*self.lights, self.sum], self._show, controls, name="Matrix product",
            buttons=[button("New matrices", self.renew, hint="Other numbers, the same shapes")])

    def renew(self):
        """Other whole numbers in A and B."""
        self.A, self.B = (self.rng.integers(-4, 6, matrix.shape) for matrix in (self.A, self.B))
        for table, matrix in zip(self.tables, (self.A, self.B, self.A @ self.B)):
            table.write(matrix)
        self.refresh()

    def _show(self, i, j):
        i, j = int(i), int(j)
        first, second, product = self.tables
        lit = first.row(i - 1), second.column(j - 1), product.squares([(i - 1, j - 1)])
        for patch, squares in zip(self.lights, lit):
            patch.set_verts(squares)
        pairs = zip(self.A[i - 1], self.B[:, j - 1])
        total = (" + ".join(f"{_factor(a)} · {_factor(b)}" for a, b in pairs)
                 + f" = {signed((self.A @ self.B)[i - 1, j - 1])}")
        self.sum.set_text(f"$(AB)_{{{i}{j}}}$ = {total}")
        return f"Row {i} of A meets column {j} of B:\nentry ({i}, {j}) of AB is {total}."


def _factor(number):
    return f"({signed(number)})" if number < 0 else signed(number)


def descend_camel(start=(-1.2, 0.9), *, learning_rate=0.02, steps=60):
    """Demo: gradient descent on the six-hump camel function from a start that is dragged.

    Parameters
    ----------
    start : pair of float
        Where the descent starts at first, in [-2.1, 2.1] x [-1.2, 1.2].
    learning_rate : float
        At first; one of `RATES`.
    steps : int
        Number of steps that are drawn.

    Returns
    -------
    DragDemo
        Shown when it is the last line of a cell.

    Notes
    -----
    Source: seed 003 "Partial derivative" (S3-GRD-EX), "Derivative" (S3-DER-GD).
    """
    return DescendCamel(start, learning_rate, steps)


class DescendCamel(DragDemo):
    """See `descend_camel`."""

    def __init__(self, start, learning_rate, steps):
        self.steps, self.minima = steps, _minima()
        figure = new_figure(800, 360)
        with style():
            surface, self.curve = figure.subplots(1, 2, width_ratios=(2, 1))
            _draw_camel(surface, self.minima)
            self.path, = surface.plot([], [], ".-", color="w", linewidth=1.5, markersize=5)
            self.end, = surface.plot([], [], "X", color=CYCLE[1], mec="w", markersize=11)
            self.curve.set(xlabel="step", ylabel="$f$", xlim=(-1, steps + 1), ylim=(-1.3, 4))
            self.curve.axhline(self.minima[0][1], color="0.6", linestyle="--", linewidth=1)
            self.values, = self.curve.plot([], [], ".-", color=CYCLE[0], linewidth=1, markersize=4)
        super().__init__(
            DragPoints(surface, [start], names=["start of the descent"]),
            [self.path, self.end, self.values], self._show, name="Descent on the six-hump camel",
            controls={"rate": scale("learning rate", RATES, value=learning_rate)})

    def _show(self, rate):
        path = descend(self.pad.points[0], rate, self.steps)
        values = six_hump_camel(path)
        self.path.set_data(*path.T)
        self.end.set_data(*path[-1:].T)
        self.values.set_data(range(len(path)), values)
        return (f"From {_point(path[0], '.2f')}, f = {signed(values[0], '.3f')}, "
                + self._where(path, values))

    def _where(self, path, values):
        if len(path) <= self.steps:
            return (f"the descent has left the picture after {len(path) - 1} steps: "
                    "the learning rate is too large here.")
        slope = np.linalg.norm(six_hump_camel_gradient(path[-1]))
        at = f"{_point(path[-1], '.3f')}, f = {signed(values[-1], '.4f')}"
        if slope > 0.01:
            return (f"{self.steps} steps lead to {at}. It has not settled: the gradient there "
                    f"has length {brief(slope)}.")
        distance = [np.linalg.norm(path[-1] - minimum) for minimum, _ in self.minima]
        nearest = int(np.argmin(distance))
        if distance[nearest] > 0.05:
            return f"the descent has come to rest at {at}. The gradient is 0, but it is no minimum."
        kind = ("one of the two lowest minima", "one of the two minima of middle height",
                "one of the two highest minima")[nearest // 2]
        return f"{self.steps} steps lead to {at}: {kind}."


def _point(x, form):
    return f"({signed(x[0], form)}, {signed(x[1], form)})"


def descend(start, rate, steps, reach=3.0):
    """Path of gradient descent on the camel: (steps + 1, 2), shorter if it runs away."""
    path = [np.array(start, float)]
    while len(path) <= steps and np.abs(path[-1]).max() < reach:
        path.append(path[-1] - rate * six_hump_camel_gradient(path[-1]))
    return np.array(path)


def _minima():
    """The six minima with their values, lowest first: what descent from a grid arrives at."""
    grid = np.stack(np.meshgrid(np.linspace(-1.9, 1.9, 20), np.linspace(-1, 1, 11)), -1)
    points = grid.reshape(-1, 2)
    for _ in range(600):
        points = points - 0.02 * six_hump_camel_gradient(points)
    found = np.unique(np.round(points, 4), axis=0)
    return sorted(((x, float(six_hump_camel(x))) for x in found), key=lambda pair: pair[1])


def _draw_camel(ax, minima):
    x, y = np.linspace(-2.1, 2.1, 200), np.linspace(-1.2, 1.2, 120)
    values = six_hump_camel(np.stack(np.meshgrid(x, y), axis=-1))
    levels = [-1.1, -0.9, -0.6, -0.3, 0, 0.4, 0.8, 1.3, 2, 2.5, 3.2, 4, 5, 6.5]
    ax.contourf(x, y, values, levels, cmap="cividis", extend="max")
    ax.contour(x, y, values, levels, colors="k", linewidths=0.4, alpha=0.5)
    for (x1, x2), value in minima:
        ax.plot(x1, x2, "+", color="w", markersize=7)
        ax.text(x1, x2 - 0.07, signed(round(value, 2)), color="w", ha="center", va="top", size=8)
    ax.set(xlabel="$x_1$", ylabel="$x_2$", xlim=(-2.1, 2.1), ylim=(-1.2, 1.2))
