"""Demos of chapter 08: circle to ellipse, condition and wobble, Rayleigh quotient, rank."""

from functools import partial

import numpy as np
from matplotlib.patches import FancyArrowPatch

from mlp_lib import datasets, linear_algebra
from mlp_lib.demos.drag_points import DragDemo, DragPoints
from mlp_lib.demos.live_figure import Demo, choice, new_figure, scale, slider, style
from mlp_lib.demos.tables import brief, signed
from mlp_lib.plotting import CYCLE

CONDITIONS = (1, 2, 3, 5, 10, 20, 30, 50, 100, 200, 500, 1000)
RANKS = (*range(1, 11), 12, 15, 20, 25, 30, 40, 50, 60, 80, 100, 130, 160, 200, 250, 300, 400, 500)
SYMMETRIC = {  # eigenvalues from -2 to 4
    "AᵀA of section 1": [[3.25, -0.25], [-0.25, 1.25]],
    "(2 1; 1 2)": [[2.0, 1.0], [1.0, 2.0]],
    "(1 2; 2 0)": [[1.0, 2.0], [2.0, 0.0]],
    "2I": [[2.0, 0.0], [0.0, 2.0]],
}
_ANGLES = np.linspace(0, 2 * np.pi, 181)
_CIRCLE = np.array([np.cos(_ANGLES), np.sin(_ANGLES)])


def circle_to_ellipse(A=((1.0, -1.0), (1.5, 0.5)), *, reach=2.0):
    """Demo: what a 2 x 2 matrix makes of the unit circle, with u, v and sigma.

    Parameters
    ----------
    A : (2, 2) array_like of float
        At first. Its columns can be dragged, its entries set by sliders.
    reach : float
        Entries go from ``-reach`` to ``reach`` on the sliders.

    Returns
    -------
    DragDemo
        Shown when it is the last line of a cell.

    Raises
    ------
    ValueError
        If ``A`` is not a finite (2, 2) matrix with entries up to ``reach``.

    Notes
    -----
    Source: seed 003 "Singular Value Decomposition" (S3-SVD-D), property 5 (S3-SVD-P5c).
    """
    A = linear_algebra.as_matrix(A)
    if A.shape != (2, 2) or np.abs(A).max() > reach:
        raise ValueError(f"need A (2, 2), entries up to {reach:g}; got {A.shape}, {A.tolist()}")
    return CircleToEllipse(A, reach)


class CircleToEllipse(DragDemo):
    """See `circle_to_ellipse`."""

    def __init__(self, A, reach):
        figure = new_figure(800, 410)
        with style():
            circle, ellipse = (_square(ax, 1.55 * reach) for ax in figure.subplots(1, 2))
            circle.set_title("the unit circle: x")
            ellipse.set_title("what A makes of it: Ax (dots: the columns of A)")
            circle.plot(*_CIRCLE, color="0.5")
            self.curve, = ellipse.plot([], [], color="0.5")
            self.columns, = ellipse.plot([], [], "--", color="0.6", linewidth=1)
            self.v, self.su = ([_arrow(ax, CYCLE[2 * k]) for k in (0, 1)]
                               for ax in (circle, ellipse))
            self.labels = [ax.text(0, 0, f"${name}$", color=CYCLE[2 * k], ha="center", size=12,
                                   va="center")
                           for ax, names in ((circle, ("v_1", "v_2")),
                                             (ellipse, (r"\sigma_1u_1", r"\sigma_2u_2")))
                           for k, name in enumerate(names)]
        names = ["first column of A", "second column of A"]
        self._following = False
        controls = {f"a{i + 1}{j + 1}": slider(f"A{i + 1}{j + 1}", -reach, reach, step=0.01,
                                               value=A[i, j]) for i, j in np.ndindex(2, 2)}
        super().__init__(
            DragPoints(ellipse, A.T, names=names),
            [self.curve, self.columns, *self.v, *self.su, *self.labels], self._show, controls,
            name="Circle to ellipse")
        for at, control in zip(np.ndindex(2, 2), controls.values()):
            control.observe(partial(self._follow_a_slider, at), "value")
        self.pad.observe(lambda change: self._follow_the_handles(), "points")

    @property
    def A(self):
        """The matrix (2, 2) as it is shown."""
        return self.pad.points.T

    def _follow_a_slider(self, at, change):
        if not self._following:
            A = self.A.copy()
            A[at] = change["new"]
            self.pad.points = A.T

    def _follow_the_handles(self):
        self._following = True  # sliders round, and end at reach; that shall not move the handle
        try:
            for control, entry in zip(self.controls.values(), self.A.flat):
                control.value = float(np.clip(entry, control.min, control.max))
        finally:
            self._following = False

    def _show(self, **entries):
        U, s, V = _svd(self.A)
        self.curve.set_data(*self.A @ _CIRCLE)
        (a, c), (b, d) = self.pad.points
        self.columns.set_data([a, 0, b], [c, 0, d])
        tips = [*V.T, *(U * s).T]
        for arrow, label, tip in zip([*self.v, *self.su], self.labels, tips):
            arrow.set_positions((0, 0), tip)
            label.set_position(tip + 0.3 * tip / max(np.linalg.norm(tip), 1e-9))
        return f"{self._numbers(s)}\n{self._eigenvectors()}"

    def _numbers(self, s):
        rows = "; ".join(" ".join(signed(entry, ".2f") for entry in row) for row in self.A)
        kappa = linear_algebra.condition_number(self.A)
        rest = (f"condition number {brief(kappa)}" if kappa < 1e6
                else "the ellipse is flat and A is singular")
        return (f"A = ({rows}): stretches σ₁ = {s[0]:.3f} along v₁ and σ₂ = {s[1]:.3f} along v₂; "
                f"{rest}.")

    def _eigenvectors(self):
        values = np.linalg.eigvals(self.A)
        if np.iscomplexobj(values) and np.abs(values.imag).max() > 1e-9:
            return "No real eigenvector: every x leaves its line."
        high, low = sorted(values.real, reverse=True)
        return f"Real eigenvalues: {signed(high, '.3f')} and {signed(low, '.3f')}."


def condition_wobble(condition=20, *, share=5.0):
    """Demo: how far a disturbed right side moves the solution, by condition number.

    Parameters
    ----------
    condition : int
        At first; one of `CONDITIONS`.
    share : float
        Size of the disturbance at first, in per cent of the length of b, in [0.5, 10].

    Returns
    -------
    Demo
        Shown when it is the last line of a cell.

    Notes
    -----
    Source: seed 003 SVD property 1 (S3-SVD-P1b).
    """
    return ConditionWobble({
        "condition": scale("condition number", CONDITIONS, value=condition),
        "share": slider("disturbance in %", 0.5, 10, value=share, step=0.5, form=".1f"),
        "turn": slider("angle of b from u₁", 0, 90, value=0, step=5, form="d",
                       hint="In degrees; 90 is u₂"),
    })


class ConditionWobble(Demo):
    """See `condition_wobble`."""

    U, V = (np.array([[np.cos(t), -np.sin(t)], [np.sin(t), np.cos(t)]]) for t in (0.5, 0.9))

    def __init__(self, controls):
        figure = new_figure(800, 400)
        rng = np.random.default_rng(8)
        radius = np.sqrt(rng.uniform(0, 1, 220))
        angle = rng.uniform(0, 2 * np.pi, 220)
        disc = radius * np.array([np.cos(angle), np.sin(angle)])
        self.disc = np.hstack([disc, _CIRCLE])  # disturbances of length 1 at most
        with style():
            axes = figure.subplots(1, 2)
            self.right = self._plane(axes[0], 1.5, "right sides b, in units of |b|", self.U, "u")
            self.solutions = self._plane(axes[1], 3, "solutions x, in units of |x|", self.V, "v")
        super().__init__(figure, [*self.right, *self.solutions], self._show, controls,
                         name="Condition and wobble")

    @staticmethod
    def _plane(ax, reach, title, basis, letter):
        _square(ax, reach).set_title(title)
        for k, direction in enumerate(basis.T):
            ax.axline((0, 0), direction, color="0.75", linewidth=1, linestyle="--")
            ax.text(*0.87 * reach * direction, f"${letter}_{k + 1}$", color="0.4", size=12)
        point, = ax.plot([], [], "o-", color=CYCLE[0], markersize=5, markevery=[1])
        cloud, = ax.plot([], [], ".", color=CYCLE[1], markersize=3)
        return point, cloud

    def _show(self, condition, share, turn):
        A = (self.U * [1, 1 / condition]) @ self.V.T
        b = self.U @ [np.cos(np.radians(turn)), np.sin(np.radians(turn))]
        disturbed = b[:, None] + share / 100 * self.disc
        x, solutions = np.linalg.solve(A, b), np.linalg.solve(A, disturbed)
        size = np.linalg.norm(x)
        for (point, cloud), places, middle in ((self.right, disturbed, b),
                                               (self.solutions, solutions / size, x / size)):
            cloud.set_data(places)
            point.set_data(*np.column_stack([(0, 0), middle]))
        moved = 100 * np.linalg.norm(solutions - x[:, None], axis=0).max() / size
        return (f"b is disturbed by up to {share:g} % of its length; x moves by up to "
                f"{moved:.3g} % of its own, {moved / share:.3g} times as much.\nThe bound is the "
                f"condition number, {condition:g}; b along u₁ reaches it.")


def rayleigh_circle(matrix="AᵀA of section 1", *, angle=30.0):
    """Demo: the Rayleigh quotient of a symmetric matrix for a vector that goes round.

    Parameters
    ----------
    matrix : str
        Name in `SYMMETRIC` that is shown first.
    angle : float
        Of the vector at first, in degrees from the first axis towards the second, 0 to 360.

    Returns
    -------
    Demo
        Shown when it is the last line of a cell.

    Notes
    -----
    Source: seed 003 "Rayleigh quotient" (S3-RAY-D, S3-RAY-P, S3-RAY-B).
    """
    return RayleighCircle({
        "name": choice("M", [*SYMMETRIC], value=matrix),
        "angle": slider("angle of x", 0, 360, value=angle, step=1, form="d", hint="In degrees"),
    })


class RayleighCircle(Demo):
    """See `rayleigh_circle`."""

    def __init__(self, controls):
        figure = new_figure(800, 380)
        with style():
            plane, graph = figure.subplots(1, 2, width_ratios=(1, 1.15))
            _square(plane, 3.8).plot(*_CIRCLE, color="0.7", linewidth=1)
            self.eigen = [plane.plot([], [], ":", color="0.5", linewidth=1.5)[0] for _ in "12"]
            self.image, self.x = _arrow(plane, CYCLE[1]), _arrow(plane, CYCLE[0])
            self.names = [plane.text(0, 0, name, color=CYCLE[k], size=12, ha="center",
                                     va="center") for k, name in enumerate(("$x$", "$Mx$"))]
            graph.set(xlabel="angle of $x$ in degrees", ylabel="$R(M, x)$", xlim=(0, 360),
                      ylim=(-2.5, 4.5), xticks=range(0, 361, 90))
            self.bounds = [graph.plot([0, 360], [0, 0], "--", color="0.5", linewidth=1)[0]
                           for _ in "12"]
            self.curve, = graph.plot([], [], color=CYCLE[2])
            self.now, = graph.plot([], [], "o", color=CYCLE[0], markersize=10)
        moving = [*self.eigen, self.image, self.x, *self.names, *self.bounds, self.curve, self.now]
        super().__init__(figure, moving, self._show, controls, name="Rayleigh quotient")

    def _show(self, name, angle):
        M = np.array(SYMMETRIC[name])
        values, vectors = np.linalg.eigh(M)
        x = np.array([np.cos(np.radians(angle)), np.sin(np.radians(angle))])
        quotient = linear_algebra.rayleigh_quotient(M, x)
        for line, bound, value, vector in zip(self.eigen, self.bounds, values, vectors.T):
            line.set_data(*np.outer(vector, [-6, 6]))
            bound.set_ydata([value, value])
        for arrow, label, tip in zip((self.x, self.image), self.names, (x, M @ x)):
            arrow.set_positions((0, 0), tip)
            label.set_position(tip * (1 + 0.4 / np.linalg.norm(tip)))
        self.curve.set_data(np.degrees(_ANGLES),
                            [linear_algebra.rayleigh_quotient(M, p) for p in _CIRCLE.T])
        self.now.set_data([angle], [quotient])
        return (f"At {angle:.0f}° the Rayleigh quotient is {signed(quotient, '.3f')}, between "
                f"{signed(values[0], '.3f')} and {signed(values[1], '.3f')}.\n"
                + self._direction(M, x))

    @staticmethod
    def _direction(M, x):
        across = x[0] * (M @ x)[1] - x[1] * (M @ x)[0]
        off = np.degrees(np.arcsin(np.clip(abs(across) / np.linalg.norm(M @ x), 0, 1)))
        if off < 1:
            return "Mx lies on the line of x: an eigenvector, and the curve is level."
        return f"Mx leaves the line of x by {off:.0f}°."


def rank_slider(photograph=None, *, rank=20):
    """Demo: a photograph from its first singular values, with bytes and error.

    Parameters
    ----------
    photograph : (h, w) or (h, w, 3) array_like of float, optional
        Grey levels or colours in [0, 1]; of colours the mean is taken. By default a street.
    rank : int
        At first; from 1 to ``min(h, w)``.

    Returns
    -------
    Demo
        Shown when it is the last line of a cell.

    Raises
    ------
    ValueError
        If ``photograph`` is no picture or ``rank`` is out of range.

    Notes
    -----
    The parts are kept in float16, 2 bytes a number, and the picture shown is made of them;
    the original has 1 byte a pixel. Source: seed 003 SVD (S3-SVD-D, S3-SVD-P6).
    """
    photograph = datasets.load_photograph("leuvenA") if photograph is None else photograph
    grey = np.asarray(photograph, dtype=np.float32)
    grey = linear_algebra.as_matrix(grey.mean(axis=2) if grey.ndim == 3 else grey, "photograph")
    if not 1 <= rank <= min(grey.shape):
        raise ValueError(f"need a rank in 1..{min(grey.shape)}; got {rank}")
    return RankSlider(grey, rank)


class RankSlider(Demo):
    """See `rank_slider`."""

    def __init__(self, grey, rank):
        self.grey = grey
        U, self.s, Vt = np.linalg.svd(grey, full_matrices=False)
        root = np.sqrt(self.s)  # shared between both sides, so that float16 holds them
        self.left, self.right = (_halved(part) for part in (U * root, root[:, None] * Vt))
        ranks = np.arange(1, len(self.s) + 1)
        left_over = np.append(np.cumsum(self.s[::-1] ** 2)[::-1][1:], 0)
        figure = new_figure(800, 335)
        with style():
            picture, graph = figure.subplots(1, 2, width_ratios=(1.6, 1))
            picture.set(xticks=[], yticks=[])
            self.picture = picture.imshow(grey, cmap="gray", vmin=0, vmax=1)
            errors = np.sqrt(left_over / np.sum(self.s**2))
            graph.plot(ranks, errors, color=CYCLE[0])
            graph.set(xlabel="rank $k$", ylabel="error, as a share", ylim=(0, 1.1 * errors[0]),
                      xscale="log", xticks=[1, 10, 100], xticklabels=["1", "10", "100"])
            graph.grid(alpha=0.3)
            self.now, = graph.plot([], [], "o", color=CYCLE[1], markersize=9)
        offered = sorted({*(k for k in RANKS if k < len(self.s)), rank, len(self.s)})
        controls = {"k": scale("rank k", offered, value=rank)}
        super().__init__(figure, [self.picture, self.now], self._show, controls,
                         name="Photograph by rank")

    def _show(self, k):
        h, w = self.grey.shape
        shown = self.left[:, :k] @ self.right[:k]
        error = float(np.linalg.norm(self.grey - shown) / np.linalg.norm(self.grey))
        self.picture.set_data(shown)
        self.now.set_data([k], [error])
        size, whole = 2 * k * (h + w), h * w
        return (f"Rank {k} of {len(self.s)}: {size:,} bytes, {size / whole:.1%} of the "
                f"{whole:,} of the original.\nError {error:.2%} of the picture's norm; the first "
                f"singular value left out is {brief([*self.s, 0][k])}, the largest is "
                f"{brief(self.s[0])}.")


def _halved(part):
    return part.astype(np.float16).astype(np.float32)


def _svd(A):
    """U (2, 2), s (2,), V (2, 2) of a matrix (2, 2), with v1 to the right and v2 up."""
    U, s, Vt = np.linalg.svd(A)
    signs = np.where(np.diag(Vt) < 0, -1, 1)
    return U * signs, s, Vt.T * signs


def _square(ax, reach):
    ax.set(xlim=(-reach, reach), ylim=(-reach, reach), aspect="equal",
           xlabel="first coordinate", ylabel="second coordinate")
    ax.axhline(0, color="0.9", linewidth=0.8, zorder=0)
    ax.axvline(0, color="0.9", linewidth=0.8, zorder=0)
    return ax


def _arrow(ax, colour):
    return ax.add_patch(FancyArrowPatch((0, 0), (1, 0), arrowstyle="-|>", mutation_scale=15,
                                        linewidth=2.2, shrinkA=0, shrinkB=0, color=colour))
