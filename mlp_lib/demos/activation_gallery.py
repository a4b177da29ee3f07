"""The gallery of activations: each with its tangent and its derivative (chapter 03)."""

import numpy as np

from mlp_lib.demos.parts.controls import choice, slider
from mlp_lib.demos.parts.demo import Demo
from mlp_lib.demos.parts.live_figure import new_figure, style
from mlp_lib.demos.parts.tables import signed
from mlp_lib.networks import ELEMENTWISE, Elu, LeakyRelu, maxout
from mlp_lib.plotting import CYCLE


def _pieces(z):
    """Three lines in z, (...,) to (..., 3), and their slopes: what maxout chooses among here."""
    slopes, heights = np.array([-0.8, 0.2, 1.5]), np.array([-1.6, 0.4, -1.8])
    return np.asarray(z)[..., None] * slopes + heights, slopes


class MaxoutOfLines:
    """Maxout of three fixed lines, as a function of one number."""

    def __call__(self, z):
        return maxout(_pieces(z)[0])

    def derivative(self, z):
        """Slope of the winning line."""
        pieces, slopes = _pieces(z)
        return maxout.derivative(pieces) @ slopes


GALLERY = {**{name: lambda parameter, f=f: f for name, f in ELEMENTWISE.items()},
           "leaky_relu": LeakyRelu, "elu": Elu,
           "maxout of 3 lines": lambda parameter: MaxoutOfLines()}
PARAMETERS = {"leaky_relu": ("slope", 0.0, 0.95, 0.1), "elu": ("alpha", 0.1, 3.0, 1.0)}


def activation_gallery(name="sigmoid", *, z=1.0):
    """Demo: an activation with its tangent at z, and its derivative below.

    Parameters
    ----------
    name : str
        The activation that is shown first; one of `GALLERY`.
    z : float
        Score at first, in [-5, 5].

    Returns
    -------
    Demo
        Shown when it is the last line of a cell.

    Notes
    -----
    Source: seed 003 "Activation functions" (S3-ACT-DER and the definitions before it).
    """
    return ActivationGallery(name, z)


class ActivationGallery(Demo):
    """See `activation_gallery`."""

    TASKS = (
        "Put z at 0 and go through all activations. Which have a kink there?",
        "Where has the sigmoid's slope dropped to a tenth of its largest value? Guess, then look.",
        "Give ELU other values of alpha. For which one does the kink at 0 vanish?",
    )

    def __init__(self, name, z):
        self.z, self.drawn = np.linspace(-5, 5, 1001), None
        figure = new_figure(640, 420)
        with style():
            self.value, self.slope = figure.subplots(2, 1, sharex=True, height_ratios=(1.6, 1))
            self.slope.set(xlabel="$z$", ylabel="slope", xlim=(-5, 5))
            self.value.set(ylabel="value")
            for ax in (self.value, self.slope):
                ax.axhline(0, color="0.6", linewidth=0.8)
                ax.axvline(0, color="0.6", linewidth=0.8)
            self.curves = [ax.plot([], [], color="k", linewidth=2)[0]
                           for ax in (self.value, self.slope)]
            self.tangent, = self.value.plot([], [], color=CYCLE[1], linewidth=2, alpha=0.8)
            self.dots = [ax.plot([], [], "o", color=CYCLE[1], markersize=9)[0]
                         for ax in (self.value, self.slope)]
        controls = {"name": choice("activation", [*GALLERY], value=name),
                    "z": slider("z", -5, 5, value=z, step=0.1, hint="Score"),
                    "parameter": slider("parameter", 0, 1, step=0.05)}
        super().__init__(figure, [self.tangent, *self.dots], self._show, controls,
                         name="Gallery of activations")

    def _show(self, name, z, parameter):
        if name != (self.drawn or "").partition(" at ")[0]:
            parameter = self._offer(name)
        f = GALLERY[name](parameter)
        if f"{name} at {parameter}" != self.drawn:
            self.drawn = f"{name} at {parameter}"
            self.curves[0].set_data(self.z, f(self.z))
            self.curves[1].set_data(self.z, _broken(f.derivative(self.z)))
            self._scale(f)
        value, slope = float(f(z)), float(f.derivative(z))
        self.tangent.set_data([z - 1.5, z + 1.5], [value - 1.5 * slope, value + 1.5 * slope])
        for dot, height in zip(self.dots, (value, slope)):
            dot.set_data([z], [height])
        return self._words(name, f, z, value, slope)

    def _scale(self, f):
        for ax, values in ((self.value, f(self.z)), (self.slope, f.derivative(self.z))):
            low, high = min(values.min(), 0), max(values.max(), 1)
            ax.set_ylim(low - 0.15 * (high - low), high + 0.15 * (high - low))

    def _offer(self, name):
        """The slider for the parameter of the activation ``name``; away where it has none."""
        control = self.controls["parameter"]
        label, low, high, value = PARAMETERS.get(name, ("parameter", 0.0, 1.0, 0.0))
        with control.hold_trait_notifications():
            control.max, control.min, control.value = high, low, value
            control.description = label
        control.layout.display = None if name in PARAMETERS else "none"
        return value

    @staticmethod
    def _words(name, f, z, value, slope):
        before, after = (float(f.derivative(z + side)) for side in (-1e-9, 1e-9))
        kink = "" if abs(before - after) < 1e-3 else (
            f" There is a kink: the slope is {signed(before, '.2f')} on the left, "
            f"{signed(after, '.2f')} on the right, and the library takes {signed(slope, '.2f')}.")
        flat = " The curve is nearly flat here: hardly any gradient comes through." * (
            abs(slope) < 0.02)
        return (f"{name} at z = {signed(z, '.1f')}: value {signed(value, '.4f')}, "
                f"slope {signed(slope, '.4f')}.{kink}{flat}")


def _broken(slopes):
    """The slopes with a gap where they jump, so that no line is drawn up a jump."""
    slopes = np.array(slopes, float)
    slopes[1:][np.abs(np.diff(slopes)) > 0.05] = np.nan
    return slopes
