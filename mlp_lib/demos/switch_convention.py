"""Demo of appendix A: one derivation, written in the notation of each of the five documents."""

import numpy as np

from mlp_lib.demos.parts.controls import choice, slider
from mlp_lib.demos.parts.conventions import CONVENTIONS, RATE, written
from mlp_lib.demos.parts.demo import Demo
from mlp_lib.demos.parts.live_figure import LEAST, new_figure, style
from mlp_lib.demos.parts.tables import Table, brief, light, shape_of
from mlp_lib.networks import MLP
from mlp_lib.plotting import CYCLE

LINES = ("forward", "error", "gradient", "update")


def switch_convention(document="000", *, rng=77):
    """Demo: the gradient of a softmax layer's weights, in the notation of each document.

    Left, the four lines of the derivation with the shapes; right, the numbers of a tiny
    example: 4 samples, 3 inputs, 2 classes, no bias. The same weight is lit in all of them,
    and in the gradient of `mlp_lib.networks.MLP`.

    Parameters
    ----------
    document : {"000", "001", "002", "003", "004"}
        Shown first.
    rng : int or numpy.random.Generator
        Seed of the numbers.

    Returns
    -------
    Demo
        Shown when it is the last line of a cell. ``demo.arrays`` holds what is shown.

    Notes
    -----
    Source: seed 000 §4 (S0-S4-F, S0-S4-dZ, S0-S4-G), seed 001 (S1-E9, S1-E10), seed 002
    (S2-N2.1, S2-E19), seed 003 (S3-NET3-S, S3-NET3-W), seed 004 (S4-E4.1-3, S4-E4.1-4).
    """
    return SwitchConvention(document, np.random.default_rng(rng))


class SwitchConvention(Demo):
    """See `switch_convention`."""

    TASKS = (
        "Go from 000 to 001. Which table will change?",
        "Go on to 003. Where is the orange weight now? Move the sample: which tables stay?",
        "Which documents show the library's numbers in their gradient line?",
    )

    def __init__(self, document, rng):
        self.X = rng.permutation(np.repeat([-2.0, -1.0, 1.0, 2.0], 3)).reshape(4, 3)
        self.Y = np.eye(2)[[0, 1, 1, 0]]
        self.layer = MLP((3, 2), rng=rng, dtype=np.float64)
        self.layer.W[0][:] = np.round(2 * self.layer.W[0]) / 2
        self.library = self.layer.gradients(self.X, self.Y)[1][0]
        self.drawn, self.alone = None, False
        figure = new_figure(800, 480)
        figure.set_layout_engine("none")
        with style():  # a unit is 50 pixels wide and 20 high
            self.page = figure.add_axes((0, 0, 1, 1), xlim=(0, 16), ylim=(24, 0))
            self.page.axis("off")
        options = [(f"{key} · {convention.name}", key) for key, convention in CONVENTIONS.items()]
        super().__init__(figure, [], self._show, {
            "document": choice("document", options, value=document, hint="Whose notation"),
            "sample": slider("sample", 1, 4, step=1, form="d", hint="Which sample is lit"),
            "i": slider("input", 1, 3, value=2, step=1, form="d", hint="Where the weight starts"),
            "j": slider("class", 1, 2, step=1, form="d", hint="Where the weight ends"),
            "line": choice("line", LINES, value="gradient", hint="The only one that is shown"),
        }, name="Switch the convention")
        self.controls["line"].layout.display = "none"

    def arrange(self, width, height):
        """All four lines where there is room for them, else the one that is chosen."""
        self.alone, self.drawn = width < 640 or height < 380, None
        self.controls["line"].layout.display = None if self.alone else "none"
        self._update(**{name: control.value for name, control in self.controls.items()})

    def _show(self, document, sample, i, j, line):
        sample, i, j = int(sample) - 1, int(i) - 1, int(j) - 1
        convention = CONVENTIONS[document]
        shown = document, sample if convention.columns else None, self.alone and line
        if shown != self.drawn:
            self.drawn = shown
            self.arrays = written(convention, self.X, self.Y, self.layer.W[0], sample)
            with style():
                self._renew(convention, line)
        self._light(convention, sample, i, j)
        return self._words(document, convention, sample, i, j)

    # -- the picture ----------------------------------------------------------------------

    def _renew(self, convention, chosen):
        """Formulas, shapes and tables of a document, of the chosen line alone if need be."""
        for artist in (*self.page.texts, *self.page.patches, *self.page.collections):
            artist.remove()
        self.tables = {}
        X, W, P, Y, d, dW = convention.names
        tops, tex = (1.7, 7.8, 13.9, 19.4), convention.tex
        forward = (("W", W), ("X", X)) if convention.columns else (("X", X), ("W", W))
        mean = (("mean", r"\mathrm{its\ mean}"),) if convention.mean_in == "update" else ()
        rows = ((*forward, ("P", P)), (("Y", Y), ("d", d)), (("dW", dW),),
                (*mean, ("new", W + r"\ \mathrm{after}")))
        for top, formulas, tables, word in zip(
                tops, (tex[:2], *((line,) for line in tex[2:])), rows, LINES):
            if not self.alone or word == chosen:
                self._write(top, word, formulas, self._shapes(word, convention.columns))
                self._put_all(top, tables)
        if not self.alone or chosen == "gradient":
            self._put("library", self.library, (13.6, tops[2]), r"\mathrm{mlp\_lib:\ dW[0]}")
        top = tops[LINES.index(chosen)]
        self.page.set(**{"xlim": (6.6, 16.2), "ylim": (top + 4.6, top - 5.6)} if self.alone else
                      {"xlim": (0, 16), "ylim": (24, 0)})
        self.lights = {"sample": light(self.page, CYCLE[5]), "entry": light(self.page, CYCLE[1])}
        self.live.let_move(self.lights.values())

    def _write(self, top, word, formulas, shapes):
        """A line of the derivation: its name, its formulas, and their shapes."""
        if self.alone:  # above the tables, not before them
            for number, formula in enumerate(formulas):
                self.page.text(7, top - 3.6 + 1.5 * (number - len(formulas) + 1), f"${formula}$",
                               size=12, va="center")
            self.page.text(7, top - 1.7, shapes, size=LEAST, color="0.35", va="center")
            return
        first = top + (0.8 if len(formulas) == 2 else 1.3)
        for number, formula in enumerate(formulas):
            self.page.text(0.3, first + 1.6 * number, f"${formula}$", size=14, va="center")
        for y, text in ((top - 0.85, word), (first + 1.9 + 1.4 * (len(formulas) - 1), shapes)):
            self.page.text(0.3, y, text, size=LEAST, color="0.35", va="center")

    def _put_all(self, top, tables):
        """Tables side by side, right of the formulas."""
        x = 7
        for key, name in tables:
            self._put(key, self.arrays[key], (x, top), name)
            x += self.tables[key].shape[1] + 0.9

    def _put(self, key, array, corner, name):
        self.tables[key] = Table(self.page, np.round(array, 2) + 0.0, corner, name,
                                 size=LEAST if self.alone else 11)

    def _shapes(self, word, columns):
        """Shapes of a line in words."""
        X, W, P, Y, d, dW, mean, new = self.arrays.values()
        first, second = (W, X) if columns else (X, W)
        left, right = (d, X.T) if columns else (X.T, d)
        return {"forward": f"({shape_of(first)}) · ({shape_of(second)}) → {shape_of(P)}",
                "error": f"({shape_of(P)}) − ({shape_of(Y)}) → {shape_of(d)}",
                "gradient": f"({shape_of(left)}) · ({shape_of(right)}) → {shape_of(dW)}",
                "update": f"({shape_of(W)}) − {RATE:g} · ({shape_of(mean)}) → "
                          f"{shape_of(new)}"}[word]

    def _light(self, convention, sample, i, j):
        """Light the sample, and all that the weight from input i to class j touches."""
        tables, lit = self.tables, {"sample": [], "entry": []}
        for key in tables.keys() & {"X", "P", "Y", "d"}:
            lit["sample"] += (tables[key].column(0) if convention.columns
                              else tables[key].row(sample))
        weight = (j, i) if convention.columns else (i, j)
        for key in tables.keys() & {"W", "dW", "mean", "new"}:
            lit["entry"] += tables[key].squares([weight])
        if "library" in tables:
            lit["entry"] += tables["library"].squares([(i, j)])
        for key, place in (("X", i), ("d", j)):
            if key not in tables:
                continue
            lit["entry"] += (tables[key].row if convention.columns else tables[key].column)(place)
        for name, squares in lit.items():
            self.lights[name].set_verts(squares)

    def _words(self, document, convention, sample, i, j):
        place = (j, i) if convention.columns else (i, j)
        row, column = (index + convention.base for index in place)
        value, library = self.arrays["dW"][place], self.library[i, j]
        whose = "a row" if not convention.columns else "a column, and the loss is of one sample"
        then = (f"for sample {sample + 1}; the mean over the {len(self.X)} samples is"
                if convention.columns else f"{len(self.X)} times" if document == "002" else
                "the same as")
        return (f"{document}, {convention.name}: a sample is {whose}; entries count from "
                f"{convention.base}; 1/N stands in the {convention.mean_in}.\n"
                f"The slope in the weight from input {i + 1} to class {j + 1} is entry "
                f"({row}, {column}): {brief(value)}, {then} mlp_lib's dW[0][{i}, {j}] = "
                f"{brief(library)}.")
