"""From secant to tangent: a derivative as a limit, and the error of a quotient (chapter 01)."""

import numpy as np

from mlp_lib import calculus
from mlp_lib.demos.parts.controls import choice, slider
from mlp_lib.demos.parts.demo import Demo
from mlp_lib.demos.parts.live_figure import new_figure, style
from mlp_lib.demos.parts.tables import brief, signed
from mlp_lib.plotting import CYCLE

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

    TASKS = (
        "Move log₁₀ h to the left. When can you no longer tell secant and tangent apart?",
        "Go on to the left. Where does the error turn, and where will it turn for the central "
        "quotient?",
        "Choose the parabola and the central quotient. What is left in the error plot, and why?",
    )

    def __init__(self, controls):
        figure = new_figure(800, 350)
        with style():
            self.curve, self.error = figure.subplots(1, 2)
            moving = [*self._fill_curve(self.curve), *self._fill_error(self.error)]
        super().__init__(figure, moving, self._show, controls, name="From secant to tangent")

    def _fill_curve(self, ax):
        ax.set(xlabel="$x$", ylabel="$f(x)$", xlim=(-2.5, 4.5))
        self.graph, = ax.plot([], [], color="k", label="$f$")
        self.tangent, = ax.plot([], [], color=CYCLE[0], linewidth=5, alpha=0.4, label="tangent")
        self.secant, = ax.plot([], [], color=CYCLE[1], label="secant")
        self.ends, = ax.plot([], [], "o", color=CYCLE[1])
        ax.legend(frameon=False, loc="lower center", bbox_to_anchor=(0.5, 1), ncols=3)
        return [self.graph, self.tangent, self.secant, self.ends]

    def _fill_error(self, ax):
        ax.set(xlabel="$h$", ylabel="error of the slope", xscale="log", yscale="log",
               xlim=(5e-17, 2), ylim=(_FLOOR / 2, 10))
        ax.grid(alpha=0.3)
        self.errors, = ax.plot([], [], ".-", color=CYCLE[0], linewidth=1, markersize=3)
        self.now, = ax.plot([], [], "o", color=CYCLE[1], markersize=10)
        for order, name, at in ((1, "$h$", (1e-5, 3e-5)), (2, "$h^2$", (3e-5, 1e-11))):
            ax.plot(_STEPS, _STEPS**order, ":", color="0.5", linewidth=1)
            ax.text(*at, name, size=12, ha="right" if order == 1 else "left")
        return [self.errors, self.now]

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
