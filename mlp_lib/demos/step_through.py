"""Both passes of a tiny two-layer network, one matrix at a time (chapter 04)."""

from itertools import zip_longest

import numpy as np

from mlp_lib.demos.parts.canvas import keep_colours
from mlp_lib.demos.parts.controls import button, choice, slider
from mlp_lib.demos.parts.demo import Demo
from mlp_lib.demos.parts.live_figure import LEAST, new_figure, style
from mlp_lib.demos.parts.tables import Table, light, shape_of
from mlp_lib.demos.parts.two_layer_passes import (
    LAST_FORWARD,
    OPERATIONS,
    in_tex,
    passes,
    read_by,
    tiny_network,
    written_out,
)
from mlp_lib.networks import ELEMENTWISE
from mlp_lib.plotting import CYCLE

_ON_THE_MAP = ("X", "W1", "b1", "A1", "H1", "W2", "b2", "A2", "P", "L")
_GIVEN = ("X", "W1", "b1", "W2", "b2")
# What stands before, between and after the tables, in TeX, and how wide it is. With it the picture
# is the whole formula, on numbers. NAME is the activation, SIZE the number of samples.
_SIGNS = {
    "H1": ((r"=\;NAME\,(", 2.7), (")", 0.5)),
    "P": ((r"=\;\mathrm{softmax}\,(", 2.4), (")", 0.5)),
    "L": ((r"=\;-\frac{1}{SIZE}\,\sum\,(", 2.4), (r"\odot\;\log", 1.3), (")", 0.5)),
    "dA2": ((r"=\;\frac{1}{SIZE}\,(", 1.6), ("-", 1.0), (")", 0.5)),
    "dA1": (("=", 1.0), (r"\odot", 1.0)),
}
_PRODUCT = (("=", 1.0), (r"\cdot", 1.0))
_LINE = 2  # from the top of a table to the middle of the signs beside it
_SQUARES = 13.6  # squares side by side where there is room
_NARROW = 640    # pixels below which a square can hardly hold its number
_SLIM = 400      # below which the operands stand under the result, and no map above
_BOTTOM = {False: 8.3, True: 13.6}  # of the tables, in squares: beside each other, or not


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


class StepThrough(Demo):
    """See `step_through`."""

    TASKS = (
        "Walk forward to step 2. Where will the zeros stand? Say it, then take the step.",
        "Go to step 10. Which entries of dH are thrown away, and why these?",
        "Before step 11: which two matrices make dW of the first layer, and which size is "
        "summed away?",
    )

    def __init__(self, activation, rng):
        self.rng, self.given, self.drawn = rng, tiny_network(rng), None
        self.narrow = self.slim = False
        controls = {
            "step": slider("step", 1, len(OPERATIONS), step=1, form="d",
                           hint="Which array is made"),
            "i": slider("row", 1, 4, step=1, form="d", hint="Row of the entry that is lit"),
            "j": slider("column", 1, 3, step=1, form="d", hint="Column of the entry that is lit"),
            "activation": choice("activation", [*ELEMENTWISE], value=activation),
        }
        super().__init__(self._figure(), [], self._show, controls, name="Step through both passes",
                         buttons=[button("Back", self.back, icon="arrow-left"),
                                  button("Next", self.next, icon="arrow-right"),
                                  button("New numbers", self.renew, icon="refresh",
                                         hint="Other numbers, the same shapes")])

    def _figure(self):
        figure = new_figure(800, 480)
        with style():
            figure.set_layout_engine("none")  # nothing to lay out: a step is drawn twice as fast
            self.map = figure.add_axes((0, 0.73, 1, 0.27), xlim=(-1.85, 9.5), ylim=(1.6, -1.6))
            self.equation = figure.add_axes((0, 0, 1, 0.73), ylim=(_BOTTOM[False], -1.1))
            for ax in (self.map, self.equation):
                ax.axis("off")
        return figure

    def arrange(self, width, height):
        """Smaller and narrower letters where the tables are small, and wider squares for them."""
        layout = width < _NARROW, width < _SLIM
        if layout != (self.narrow, self.slim):
            self._make(*layout)
        if self.narrow:
            for text in (*self.map.texts, *self.equation.texts):
                text.set(size=LEAST, family="STIXGeneral")
                if box := text.get_bbox_patch():
                    box.set_boxstyle("round", pad=0.1)
        margin = max(0.2, (0 if self.narrow else _SQUARES - self.breadth) / 2)
        self.equation.set_xlim(-margin, self.breadth + margin)

    def _make(self, narrow, slim):
        """Draw the whole picture anew, in another layout."""
        self.narrow, self.slim, self.drawn = narrow, slim, None
        self.map.set_visible(not slim)
        self.equation.set(position=(0, 0, 1, 1 if slim else 0.73), ylim=(_BOTTOM[slim], -1.1))
        self._show(**{name: control.value for name, control in self.controls.items()})

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

    def _show(self, step, i, j, activation):
        step = int(step)
        if (step, activation) != self.drawn:
            self.drawn = step, activation
            self.arrays = passes(self.given, ELEMENTWISE[activation])
            self._renew(step)
        operation = OPERATIONS[step - 1]
        rows, columns = self.arrays[operation.result].shape
        i, j = min(int(i), rows) - 1, min(int(j), columns) - 1
        for name, squares in self._lit(operation, i, j).items():
            self.lights[name].set_verts(squares)
        entry = written_out(operation, self.arrays, i, j, activation)
        return f"{self._shapes(step, operation)}\nRow {i + 1}, column {j + 1}: {entry}"

    def _shapes(self, step, operation):
        """Which step this is, and the shapes that meet in it, in words."""
        way = "forward" if step <= LAST_FORWARD else "backward"
        made, *of = (shape_of(self.arrays[k]) for k in (operation.result, *operation.operands))
        shapes = (" · " if operation.kind == "product" else " and ").join(of[:2])
        bias = f" + {of[2]}" if len(of) > 2 else ""
        return (f"Step {step} of {len(OPERATIONS)}, {way}: {operation.result} is {made}, from "
                f"{shapes}{bias}.")

    # -- the picture ----------------------------------------------------------------------

    def _renew(self, step):
        operation = OPERATIONS[step - 1]
        with style():
            self._draw_map(step)
            self._draw_equation(operation)
        self.arrange(*self.live.size)
        self.live.let_move(self.lights.values())
        for index, size in zip("ij", self.arrays[operation.result].shape):
            self.controls[index].max = size  # last: a value that is too large draws again

    def _draw_map(self, step):
        """Boxes of all arrays and, below, of their gradients; filled as far as the passes are."""
        _empty(self.map)
        operation, known = OPERATIONS[step - 1], {*_GIVEN, *(o.result for o in OPERATIONS[:step])}
        for x, name in enumerate(_ON_THE_MAP):
            self.map.text(x, 0, shape_of(self.arrays[name]) if name != "L" else "number",
                          ha="center", va="center", size=11)
            for label, y in ((name, -1), ("d" + name, 1)):
                if label not in ("dX", "dP", "dL"):
                    colour = (CYCLE[2] if label == operation.result else
                              CYCLE[5] if label in read_by(operation) else
                              "0.9" if label in known else "w")
                    self._box(x, y, f"${in_tex(label)}$" if label in known else " ? ", colour)
        for y, word in ((-1, "values"), (0, "shape"), (1, "gradients")):
            self.map.text(-0.55, y, word, ha="right", va="center", size=11, color="0.3")

    def _box(self, x, y, text, colour):
        label = self.map.text(x, y, text, size=12, ha="center", va="center",
                              bbox={"boxstyle": "round,pad=0.25", "fc": colour, "ec": "0.4"})
        if colour in CYCLE:
            keep_colours(label)

    def _draw_equation(self, operation):
        """The result and its operands as tables, and what will light parts of them."""
        ax, names = self.equation, (operation.result, *operation.operands[:2])
        _empty(ax)
        self.tables, self.lights, self.signs = {}, {}, []
        self.breadth, x, y = 0, 0, 1
        signs = _SIGNS.get(operation.result, _PRODUCT)
        for name, (sign, width) in zip_longest(names, signs, fillvalue=("", 0)):
            self._put(name, (x, y))
            rows, columns = self.tables[name].shape
            alone = self.slim and name == operation.result
            width = 0.6 if self.slim and width == 1 else width
            self._sign(x + columns + width / 2, y + (rows / 2 if alone else _LINE), sign)
            x += columns + width
            self.breadth = max(self.breadth, x)
            if alone:
                x, y = 0, y + rows + 1.2
        for bias in operation.operands[2:]:
            self._put_below(self.tables[names[-1]], bias)
        ax.text(self.breadth / 2, -0.6, f"${self._named(operation.formula)}$", size=15, ha="center",
                va="center")

    def _put_below(self, weights, bias):
        """The table of a bias below that of its weights, column by column."""
        (left, top), rows = weights.corner, weights.shape[0]
        self._put(bias, (left, top + rows + 1.1))
        self._sign(left - 0.5, top + rows + 1.6, r"+\;\mathbf{1}")

    def _put(self, name, corner):
        """The table of an array, and the patch that lights parts of it."""
        shown = np.round(self.arrays[name], 2) + 0.0  # no minus before a 0
        colour = CYCLE[(2, 0, 4, 3)[len(self.tables)]]
        self.tables[name] = Table(self.equation, shown, corner, self._named(in_tex(name)), size=12)
        self.lights[name] = light(self.equation, colour)

    def _sign(self, x, y, tex):
        """What stands between two tables; nothing where they touch."""
        if tex:
            self.signs.append(self.equation.text(x, y, f"${self._named(tex)}$", size=15,
                                                 ha="center", va="center"))

    def _named(self, formula):
        """The formula with the name of the activation and the number of samples."""
        name = self.controls["activation"].value.replace("_", r"\ ")
        N = str(len(self.arrays["X"]))
        return formula.replace("NAME", rf"\mathrm{{{name}}}").replace("SIZE", N)

    # -- what an entry is made of ---------------------------------------------------------

    def _lit(self, operation, i, j):
        """Squares of each table that belong to entry (i, j) of the result, by name."""
        lit = {operation.result: self.tables[operation.result].squares([(i, j)])}
        for place, name in enumerate(operation.operands):
            table = self.tables[name]
            if operation.kind == "product":
                lit[name] = (table.row(i), table.column(j), table.squares([(0, j)]))[place]
            elif operation.kind == "entries":
                lit[name] = table.squares([(i, j)])
            elif operation.kind == "rows":
                lit[name] = table.row(i)
            else:
                lit[name] = table.squares(np.argwhere(self.arrays["Y"]))
        return lit


def _empty(ax):
    """Take everything off an axes; much faster than ``clear``, which makes new ticks, too."""
    for artist in (*ax.texts, *ax.patches, *ax.collections):
        artist.remove()
