"""Demos of chapter 04: regions of a two-layer network, and its two passes matrix by matrix."""

import threading
from typing import NamedTuple

import numpy as np
from matplotlib.collections import LineCollection

from mlp_lib import datasets
from mlp_lib.activations import ELEMENTWISE, relu, softmax
from mlp_lib.demos.live_figure import Demo, button, choice, new_figure, scale, slider, style
from mlp_lib.demos.live_training import LiveTraining
from mlp_lib.demos.plane import Plane
from mlp_lib.demos.tables import Table, light, signed
from mlp_lib.losses import cross_entropy
from mlp_lib.network import MLP
from mlp_lib.plotting import CYCLE, unit_lines

DATA = {"spirals": datasets.spirals, "blobs": datasets.blobs}
RATES = (0.01, 0.03, 0.1, 0.3, 0.5, 1, 2, 3, 5, 10, 30, 100)
WIDTHS = (1, 2, 3, 5, 7, 10, 20, 50, 100)
_CLASSES = 3


def two_layer_regions(data="spirals", *, hidden=20, activation="relu", learning_rate=0.5, n=300,
                      rng=0):
    """Demo: the regions of a two-layer network and the lines of its units, moving as it trains.

    Each step uses all points. The learning rate acts from the next step on; other data,
    another width or activation start over.

    Parameters
    ----------
    data : {"spirals", "blobs"}
        Points of three classes at first.
    hidden : int
        Hidden units at first; one of `WIDTHS`.
    activation : str
        Name in `activations.ELEMENTWISE` at first.
    learning_rate : float
        At first; one of `RATES`.
    n : int
        Number of points.
    rng : int
        Seed of the points and of the weights.

    Returns
    -------
    LiveTraining
        Shown when it is the last line of a cell. ``demo.model`` is the network.

    Notes
    -----
    Source: seed 000 §5 (S0-S5-F, S0-S5-G2, S0-S5-MISS).
    """
    value = {"data": data, "hidden": hidden, "activation": activation, "rate": learning_rate}
    return TwoLayerRegions(value, n, rng)


class TwoLayerRegions(LiveTraining):
    """See `two_layer_regions`."""

    def __init__(self, value, n, rng):
        self.batch_size = n
        figure = new_figure(800, 400)
        with style():
            self.plane_axes, self.right = figure.subplots(1, 2, width_ratios=(1.1, 1))
        super().__init__(figure, {
            "data": choice("points", [*DATA], value=value["data"], hint="Starts over"),
            "hidden": choice("hidden units", WIDTHS, value=value["hidden"], hint="Starts over"),
            "activation": choice("activation", [*ELEMENTWISE], value=value["activation"],
                                 hint="Of the hidden units; starts over"),
            "rate": scale("learning rate", RATES, value=value["rate"], hint="Acts at once"),
            "pace": choice("steps a picture", (1, 10, 50), value=10, hint="How fast it goes"),
        }, live=("rate", "pace"), name="Regions of a two-layer network", rng=rng)

    def new_model(self):
        """Points and weights from the settings, and all of the figure that stands still."""
        value = {name: control.value for name, control in self.settings.items()}
        self.X, self.labels = DATA[value["data"]](self.batch_size, _CLASSES, self.rng)
        self.model = MLP((2, value["hidden"], _CLASSES), ELEMENTWISE[value["activation"]],
                         init="he", rng=self.rng, dtype=np.float64)
        self.points = []
        with style():
            self.plane = Plane(self.plane_axes, self.X, self.labels)
            self.lines = self.plane_axes.add_collection(
                LineCollection([], colors="k", linewidths=0.8, alpha=0.7), autolim=False)
            self.right.clear()
            self.right.set(xlabel="step", ylabel="loss (nats)", yscale="log", xlim=(0, 200),
                           ylim=(1e-3, 20))
            self.right.grid(alpha=0.3)
            self.right.axhline(np.log(_CLASSES), color="0.5", linestyle="--", linewidth=1)
            self.right.text(0.99, 1.05 * np.log(_CLASSES), "all classes alike", ha="right",
                            va="bottom", transform=self.right.get_yaxis_transform())
            self.curve, = self.right.plot([], [], color=CYCLE[0])
        self.moving = [self.plane.regions, self.lines, *self.plane.points, self.curve]

    def learn(self):
        """As many steps as the reader wants in a picture; notes the loss of the last one."""
        for _ in range(self.settings["pace"].value):
            loss = self.train_batch()
        self.points.append((self.done, loss))

    def show(self):
        """Regions and lines of the network as it is, and the loss so far."""
        if len(self.points) > 1000:
            del self.points[1::2]
        self.curve.set_data(*zip(*self.points) if self.points else ((), ()))
        reach = 200 * 2 ** np.ceil(np.log2(max(self.done, 200) / 200))
        if self.right.get_xlim()[1] != reach:
            self.right.set_xlim(0, reach)
        with np.errstate(over="ignore", invalid="ignore"):  # of a training that breaks down
            self.plane.colour(self.model.predict_proba)
            self.lines.set_segments(np.nan_to_num(unit_lines(self.model.W[0], self.model.b[0])))
            return self._words()

    def _words(self):
        loss, right = self.model.loss(self.X, self.labels), self.model.accuracy(self.X, self.labels)
        slopes = self.model.hidden.derivative_from_value(self.model.forward(self.X)[0])
        dead = int((slopes == 0).all(axis=0).sum())
        silent = (f" {dead} of {slopes.shape[1]} hidden units are dead: no point lets a gradient "
                  "through." if dead else "")
        return (f"Step {self.done:,}: loss {loss:.3f}, {right:.1%} of {len(self.X)} points in the "
                f"region of their class. Lines: where a hidden unit's score is 0.{silent}")


class Stride(NamedTuple):
    """One array of the two passes: its name, its formula in TeX, and how it is made of others.

    ``NAME`` in the formula stands for the activation.
    ``kind`` is "product" (of two arrays, with a bias or without), "entries" (from the
    same entries of its operands), "rows" (from whole rows) or "loss".
    """

    result: str
    formula: str
    kind: str
    operands: tuple


STRIDES = (
    Stride("A1", r"A^{(1)} = X\,W^{(1)} + \mathbf{1}\,b^{(1)}", "product", ("X", "W1", "b1")),
    Stride("H1", r"H^{(1)} = NAME\,(A^{(1)})", "entries", ("A1",)),
    Stride("A2", r"A^{(2)} = H^{(1)}\,W^{(2)} + \mathbf{1}\,b^{(2)}", "product",
           ("H1", "W2", "b2")),
    Stride("P", r"P = \mathrm{softmax}\,(A^{(2)})", "rows", ("A2",)),
    Stride("L", r"L = -\frac{1}{N}\,\sum\, Y\odot\log\,P", "loss", ("Y", "P")),
    Stride("dA2", r"dA^{(2)} = \frac{1}{N}\,(P - Y)", "entries", ("P", "Y")),
    Stride("dW2", r"dW^{(2)} = (H^{(1)})^T\,dA^{(2)}", "product", ("H1ᵀ", "dA2")),
    Stride("db2", r"db^{(2)} = \mathbf{1}^T\,dA^{(2)}", "product", ("1ᵀ", "dA2")),
    Stride("dH1", r"dH^{(1)} = dA^{(2)}\,(W^{(2)})^T", "product", ("dA2", "W2ᵀ")),
    Stride("dA1", r"dA^{(1)} = NAME\,'(A^{(1)})\odot dH^{(1)}", "entries", ("f'", "dH1")),
    Stride("dW1", r"dW^{(1)} = X^T\,dA^{(1)}", "product", ("Xᵀ", "dA1")),
    Stride("db1", r"db^{(1)} = \mathbf{1}^T\,dA^{(1)}", "product", ("1ᵀ", "dA1")),
)
_LAST_FORWARD = 5  # strides of the forward pass
_ON_THE_MAP = ("X", "W1", "b1", "A1", "H1", "W2", "b2", "A2", "P", "L")
_GIVEN = ("X", "W1", "b1", "W2", "b2")
_SIGNS = {"dA2": "−", "dA1": "⊙", "L": "⊙"}  # between two operands, where it is not a product


def step_through(activation="relu", *, rng=5):
    """Demo: forward and backward pass of a tiny two-layer network, one matrix at a time.

    Above, a map: each array with its shape, its gradient below it. Below, how the array
    of the step is made of others, and what the chosen entry is made of. The sizes are
    4 samples, 5 features, 3 hidden units, 2 classes.

    Parameters
    ----------
    activation : str
        Name in `activations.ELEMENTWISE` at first.
    rng : int or numpy.random.Generator
        Seed of the numbers, also of those that the button draws.

    Returns
    -------
    Demo
        Shown when it is the last line of a cell. ``demo.arrays`` holds all arrays by name.

    Notes
    -----
    Source: seed 000 §5.2, §5.3 (S0-S5-F, S0-S5-Z to S0-S5-MISS).
    """
    return StepThrough(activation, np.random.default_rng(rng))


def tiny_network(rng):
    """Whole and half numbers for `passes`; each ReLU works for some samples only, and learns."""
    while True:
        given = {
            "X": rng.integers(-2, 3, (4, 5)), "W1": rng.integers(-1, 2, (5, 3)),
            "b1": rng.choice([-0.5, 0.5], (1, 3)), "W2": rng.choice([-1, -0.5, 0.5, 1], (3, 2)),
            "b2": rng.choice([-0.5, 0, 0.5], (1, 2)), "Y": np.eye(2)[rng.permutation([0, 1, 0, 1])],
        }
        made = passes(given, relu)
        at_work = (made["A1"] > 0).sum(axis=0)
        moved = np.abs(made["dW1"]).max(axis=0)
        if 0 < at_work.min() <= at_work.max() < 4 and made["P"].min() > 0.05 < moved.min():
            return given


def passes(given, activation):
    """All arrays of the forward and the backward pass, by the names in `STRIDES`."""
    X, W1, b1, W2, b2, Y = (np.asarray(given[k], float) for k in ("X", "W1", "b1", "W2", "b2", "Y"))
    A1 = X @ W1 + b1
    H1 = activation(A1)
    A2 = H1 @ W2 + b2
    loss, dA2 = cross_entropy.value_and_gradient(A2, Y)
    dH1, slopes, ones = dA2 @ W2.T, activation.derivative(A1), np.ones((1, len(X)))
    dA1 = slopes * dH1
    return {"X": X, "W1": W1, "b1": b1, "W2": W2, "b2": b2, "Y": Y, "A1": A1, "H1": H1, "A2": A2,
            "P": softmax(A2), "L": np.array([[loss]]), "dA2": dA2, "dW2": H1.T @ dA2,
            "db2": ones @ dA2, "dH1": dH1, "dA1": dA1, "dW1": X.T @ dA1, "db1": ones @ dA1,
            "f'": slopes, "1ᵀ": ones, "Xᵀ": X.T, "H1ᵀ": H1.T, "W2ᵀ": W2.T}


class StepThrough(Demo):
    """See `step_through`."""

    def __init__(self, activation, rng):
        self.rng, self.given, self.drawn = rng, tiny_network(rng), None
        self._alone = threading.RLock()
        figure = new_figure(800, 480)
        with style():
            figure.set_layout_engine("none")  # nothing to lay out: a step is drawn twice as fast
            self.map = figure.add_axes((0, 0.73, 1, 0.27), xlim=(-1.75, 9.5), ylim=(1.6, -1.6))
            self.equation = figure.add_axes((0, 0, 1, 0.73), ylim=(8.4, -0.8))
            for ax in (self.map, self.equation):
                ax.axis("off")
        controls = {
            "step": slider("step", 1, len(STRIDES), step=1, form="d", hint="Which array is made"),
            "i": slider("row", 1, 4, step=1, form="d", hint="Row of the entry that is lit"),
            "j": slider("column", 1, 3, step=1, form="d", hint="Column of the entry that is lit"),
            "activation": choice("activation", [*ELEMENTWISE], value=activation),
        }
        super().__init__(figure, [], self._show, controls, name="Step through both passes",
                         buttons=[button("Back", self.back, icon="arrow-left"),
                                  button("Next", self.next, icon="arrow-right"),
                                  button("New numbers", self.renew, icon="refresh",
                                         hint="Other numbers, the same shapes")])

    def next(self):
        """One step on; stays at the last."""
        self.controls["step"].value += 1

    def back(self):
        """One step back; stays at the first."""
        self.controls["step"].value -= 1

    def renew(self):
        """Other numbers in the data and the parameters."""
        self.given, self.drawn = tiny_network(self.rng), None
        self.refresh()

    def draw(self):
        """Draw now. JupyterLab may tell of two moves in two threads: one has to wait."""
        with self._alone:
            super().draw()

    def _show(self, step, i, j, activation):
        step = int(step)
        if (step, activation) != self.drawn:
            self.drawn = step, activation
            self.arrays = passes(self.given, ELEMENTWISE[activation])
            self._renew(step)
        stride = STRIDES[step - 1]
        shape = self.arrays[stride.result].shape
        i, j = min(int(i), shape[0]) - 1, min(int(j), shape[1]) - 1
        for name, squares in self._lit(stride, i, j).items():
            self.lights[name].set_verts(squares)
        way = "forward" if step <= _LAST_FORWARD else "backward"
        joint = " · " if stride.kind == "product" else " and "
        shapes = joint.join(_shape(self.arrays[name]) for name in stride.operands[:2])
        bias = f" + {_shape(self.arrays[stride.operands[2]])}" if len(stride.operands) > 2 else ""
        return (f"Step {step} of {len(STRIDES)}, {way}: {stride.result} is {_shape(shape)}, from "
                f"{shapes}{bias}.\nRow {i + 1}, column {j + 1}: {self._sum(stride, i, j)}")

    # -- the picture ----------------------------------------------------------------------

    def _renew(self, step):
        stride = STRIDES[step - 1]
        with style():
            self._draw_map(step)
            self._draw_equation(stride)
        self.live.let_move(self.lights.values())
        for index, size in zip("ij", self.arrays[stride.result].shape):
            self.controls[index].max = size  # last: a value that is too large draws again

    def _draw_map(self, step):
        """Boxes of all arrays and, below, of their gradients; filled as far as the passes are."""
        _empty(self.map)
        stride, known = STRIDES[step - 1], {*_GIVEN, *(s.result for s in STRIDES[:step])}
        for x, name in enumerate(_ON_THE_MAP):
            self.map.text(x, 0, _shape(self.arrays[name]) if name != "L" else "number",
                          ha="center", va="center", size=11)
            for label, y in ((name, -1), ("d" + name, 1)):
                if label not in ("dX", "dP", "dL"):
                    colour = (CYCLE[2] if label == stride.result else
                              CYCLE[5] if label in _read(stride) else
                              "0.9" if label in known else "w")
                    self.map.text(x, y, f"${_tex(label)}$" if label in known else " ? ", size=12,
                                  ha="center", va="center",
                                  bbox={"boxstyle": "round,pad=0.25", "fc": colour, "ec": "0.4"})
        for y, word in ((-1, "values"), (0, "shape"), (1, "gradients")):
            self.map.text(-0.55, y, word, ha="right", va="center", size=11, color="0.3")

    def _draw_equation(self, stride):
        """The result and its operands as tables, and what will light parts of them.

        A bias stands below the weights, column by column.
        """
        ax, first, bias = self.equation, (stride.result, *stride.operands[:2]), stride.operands[2:]
        _empty(ax)
        self.tables, self.lights, x = {}, {}, 0
        for name, sign in zip(first, ("=", _SIGNS.get(stride.result, "·"), "")):
            self._put(name, (x, 1))
            x += self.tables[name].shape[1] + 1
            if name != first[-1]:
                ax.text(x - 0.5, 3, sign, ha="center", va="center", size=15)
        for name in bias:
            (left, top), rows = self.tables[first[-1]].corner, self.tables[first[-1]].shape[0]
            self._put(name, (left, top + rows + 0.9))
            ax.text(left - 0.5, top + rows + 1.4, "+", ha="center", va="center", size=15)
        room = (13.6 - (x - 1)) / 2
        ax.set_xlim(-room, x - 1 + room)
        ax.text((x - 1) / 2, -0.1, f"${self._named(stride.formula)}$", size=15, ha="center")

    def _put(self, name, corner):
        """The table of an array, and the patch that lights parts of it."""
        shown = np.round(self.arrays[name], 2) + 0.0  # no minus before a 0
        colour = CYCLE[(2, 0, 4, 3)[len(self.tables)]]
        self.tables[name] = Table(self.equation, shown, corner, self._named(_tex(name)), size=12)
        self.lights[name] = light(self.equation, colour)

    def _named(self, formula):
        """The formula with the name of the activation."""
        name = self.controls["activation"].value.replace("_", r"\ ")
        return formula.replace("NAME", rf"\mathrm{{{name}}}")

    # -- what an entry is made of ---------------------------------------------------------

    def _lit(self, stride, i, j):
        """Squares of each table that belong to entry (i, j) of the result, by name."""
        lit = {stride.result: self.tables[stride.result].squares([(i, j)])}
        for place, name in enumerate(stride.operands):
            table = self.tables[name]
            if stride.kind == "product":
                lit[name] = (table.row(i), table.column(j), table.squares([(0, j)]))[place]
            elif stride.kind == "entries":
                lit[name] = table.squares([(i, j)])
            elif stride.kind == "rows":
                lit[name] = table.row(i)
            else:
                lit[name] = table.squares(np.argwhere(self.arrays["Y"]))
        return lit

    def _sum(self, stride, i, j):
        """Entry (i, j) of the result, written out with the numbers it is made of."""
        of = [self.arrays[name] for name in stride.operands]
        value = self.arrays[stride.result][i, j]
        if stride.kind == "product":
            terms = [f"{_factor(a)} · {_factor(b)}" for a, b in zip(of[0][i], of[1][:, j])]
            made = " + ".join(terms + [_factor(bias[0, j]) for bias in of[2:]])
        elif stride.kind == "rows":
            exps = " + ".join(f"exp({_short(a)})" for a in of[0][i])
            made = f"exp({_short(of[0][i, j])}) / ({exps})"
        elif stride.kind == "loss":
            logs = " + ".join(f"log {p:.2g}" for p in self.arrays["P"][self.arrays["Y"] > 0])
            made = f"−({logs}) / {len(of[0])}"
        elif stride.result == "dA2":
            made = f"({_short(of[0][i, j])} − {_short(of[1][i, j])}) / {len(of[0])}"
        elif stride.result == "dA1":
            made = f"{_factor(of[0][i, j])} · {_factor(of[1][i, j])}"
        else:
            made = f"{self.controls['activation'].value} of {_short(of[0][i, j])}"
        return f"{made} ≈ {_short(value)}." if _rounded(of, value) else f"{made} = {_short(value)}."


def _empty(ax):
    """Take everything off an axes; much faster than ``clear``, which makes new ticks, too."""
    for artist in (*ax.texts, *ax.patches, *ax.collections):
        artist.remove()


def _read(stride):
    """Names on the map of what a step reads."""
    return {"A1" if name == "f'" else name.removesuffix("ᵀ") for name in stride.operands}


def _tex(name):
    """``dW1`` as ``dW^{(1)}``, ``H1ᵀ`` as a transpose, in TeX."""
    if name == "f'":
        return "NAME\\,'(A^{(1)})"
    if name == "1ᵀ":
        return r"\mathbf{1}^T"
    layer = "".join(digit for digit in name if digit.isdigit())
    plain = name.removesuffix("ᵀ").rstrip("12") + (f"^{{({layer})}}" if layer else "")
    return f"({plain})^T" if name.endswith("ᵀ") and layer else plain.replace("X", "X^T") \
        if name.endswith("ᵀ") else plain


def _shape(array):
    """Shape as text, from an array or from a shape."""
    return "×".join(map(str, getattr(array, "shape", array)))


def _short(number):
    """A number with two decimals at most."""
    return signed(round(float(number), 2) + 0.0, ".4g")


def _factor(number):
    """`_short`, in brackets if it is negative."""
    return f"({_short(number)})" if number < 0 else _short(number)


def _rounded(arrays, value):
    """Whether `_short` leaves something out of the numbers."""
    numbers = np.concatenate([np.ravel(value), *(np.ravel(a) for a in arrays)])
    return not np.allclose(numbers, np.round(numbers, 2), atol=1e-12)
