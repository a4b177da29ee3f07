"""Honest submissions as data: right answers, in all the ways in which people hand them in.

Each is a change of a notebook with right answers. None may lose a mark, and for none may a
person have to look.
"""

import base64
import json

from nbformat.v4 import new_code_cell, new_markdown_cell, new_output, new_raw_cell

from tests.grading.classroom import answer

HEAD = "def label_smoothing_gradient(Z, labels, epsilon):\n"
TARGETS = """    N, C = Z.shape
    T = np.full((N, C), epsilon / C)
    T[np.arange(N), labels] += 1 - epsilon
"""
RIGHT = f"{HEAD}{TARGETS}    return (softmax(Z) - T) / N"
PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n picture").decode()


def function(source, name="label_smoothing_gradient"):
    """Another text of the function, or of another answer."""
    def change(notebook):
        answer(notebook, name).source = source
        return notebook
    return change


def words(text):
    """A cell of words before all answers."""
    def change(notebook):
        notebook.cells.insert(0, new_markdown_cell(text))
        return notebook
    return change


def together(*changes):
    """One change after the other."""
    def change(notebook):
        for one in changes:
            notebook = one(notebook)
        return notebook
    return change


def returning(expression, before=""):
    """The right function with another return; ``G`` is the gradient."""
    return function(f"{before}{HEAD}{TARGETS}    G = (softmax(Z) - T) / N\n    return {expression}")


def first(*sources, place=2):
    """Code cells before all answers, or at another place."""
    def change(notebook):
        notebook.cells[place:place] = map(new_code_cell, sources)
        return notebook
    return change


def replaced(old, new):
    """Another text for a part of a cell."""
    def change(notebook):
        (cell,) = (cell for cell in notebook.cells if old in cell.source)
        cell.source = cell.source.replace(old, new)
        return notebook
    return change


def last(*sources):
    """Code cells behind all answers."""
    def change(notebook):
        notebook.cells += map(new_code_cell, sources)
        return notebook
    return change


def saying(name, source):
    """Another text of the answer to a choice or a number."""
    def change(notebook):
        own = answer(notebook, name)
        own.source = source.format(solution=own.source)
        return notebook
    return change


def blocks(notebook):
    """The notebook's beginning, and its exercises, each a list of cells."""
    starts = [i for i, cell in enumerate(notebook.cells) if cell.source.startswith("## ")]
    ends = [*starts[1:], len(notebook.cells)]
    return (notebook.cells[:starts[0]],
            [notebook.cells[a:b] for a, b in zip(starts, ends, strict=True)])


def other_order(notebook):
    beginning, exercises = blocks(notebook)
    notebook.cells = sum(reversed(exercises), beginning)
    return notebook


def elsewhere(notebook):
    """All answers stand in one cell; the answer cells are as they were handed out."""
    answers = [answer(notebook, name) for name in (
        "label_smoothing_gradient", "my_cross_entropy", "shift_of_scores")]
    text = "\n\n".join(cell.source for cell in answers)
    for cell in answers:
        cell.source = 'raise NotImplementedError("Exercise 03.0 is not answered yet")'
    answers[0].source = f"{HEAD}    {answers[0].source}"
    notebook.cells.append(new_code_cell(text))
    return notebook


def answer_cells_deleted(notebook):
    for name in ("label_smoothing_gradient", "my_cross_entropy", "shift_of_scores"):
        cell = answer(notebook, name)
        notebook.cells[notebook.cells.index(cell)] = new_code_cell(cell.source)
    return notebook


def copied(notebook):
    """Cells copied with their metadata, as JupyterLab does it."""
    notebook.cells += [new_code_cell(cell.source, metadata=cell.metadata)
                       for cell in notebook.cells if cell.cell_type == "code"]
    return notebook


def notes(notebook):
    for i in range(0, len(notebook.cells), 3):
        cell = new_markdown_cell(f"My note {i} ![](attachment:my%20page.png) $a < b$ ❤")
        cell["attachments"] = {"my page.png": {"image/png": PNG}}
        notebook.cells.insert(i, cell)
    notebook.cells.append(new_raw_cell("raw <b>text</b>"))
    return notebook


def other_tool(notebook):
    """As an old tool in another environment saves it: no cell ids, its own metadata."""
    notebook.nbformat_minor = 2
    notebook.metadata = {"kernelspec": {"name": "conda-env-ml-py", "display_name": "ml",
                                        "language": "python"}, "colab": {"provenance": []}}
    for cell in notebook.cells:
        del cell["id"]
        cell.metadata["executionInfo"] = {"elapsed": 3, "user": {"displayName": "J"}}
    return notebook


def stale(notebook):
    """Run out of order, with outputs of an earlier state."""
    for count, cell in enumerate(reversed(notebook.cells)):
        if cell.cell_type == "code":
            cell.execution_count = 7 * count
            cell.outputs = [new_output("error", ename="NameError", evalue="old", traceback=["old"])]
    return notebook


def line_ends(notebook):
    for cell in notebook.cells:
        cell.source = cell.source.replace("\n", "\r\n")
    return b"\xef\xbb\xbf" + json.dumps(notebook, indent=1).replace("\n", "\r\n").encode()


def named(text):
    def change(notebook):
        for cell in notebook.cells:
            if cell.source.startswith("NAME ="):
                cell.source = f"NAME = {text!r}"
        return notebook
    return change


UNICODE = """# Größen: α, β – und ein λ ∈ ℝ
def Größe(Z): return Z.shape
""" + HEAD + """    α, ω = Größe(Z)
    τ = np.full((α, ω), epsilon / ω)
    τ[np.arange(α), labels] += 1 - epsilon
    return (softmax(Z) - τ) / α"""
RECURSION = HEAD + """    if len(Z) == 1:
        T = np.full(Z.shape, epsilon / Z.shape[1])
        T[0, labels[0]] += 1 - epsilon
        return softmax(Z) - T
    N = len(Z)
    parts = [label_smoothing_gradient(Z[i:i + 1], labels[i:i + 1], epsilon) for i in range(N)]
    return np.concatenate(parts) / N"""
CLASS = """class Gradient:
    def __init__(self): self.calls = 0
    def __call__(self, Z, labels, epsilon):
        self.calls += 1
""" + TARGETS.replace("    ", "        ") + """        return (softmax(Z) - T) / N
label_smoothing_gradient = Gradient()"""
CACHED = """from functools import lru_cache
ROWS = {}
@lru_cache(maxsize=None)
def target(C, label, epsilon):
    row = np.full(C, epsilon / C)
    row[label] += 1 - epsilon
    return row
""" + HEAD + """    global ROWS
    ROWS[Z.shape] = T = np.stack([target(Z.shape[1], int(y), float(epsilon)) for y in labels])
    return (softmax(Z) - T) / len(Z)"""
TYPED = """from typing import Annotated
def label_smoothing_gradient(scores: np.ndarray, /, classes: "np.ndarray[int]",
                             share: float = 0.1, *rest, check=None) -> np.ndarray:
    '''Gradient of the smoothed loss.

    >>> label_smoothing_gradient(None)
    '''
    hot = np.eye(scores.shape[1])[classes]
    return (softmax(scores) - (1 - share) * hot - share / scores.shape[1]) / scores.shape[0]"""
LAMBDA = """label_smoothing_gradient = lambda Z, y, e: (
    softmax(Z) - (1 - e) * np.eye(Z.shape[1])[y] - e / Z.shape[1]) / len(Z)"""
FRACTIONS = """from fractions import Fraction
def share(epsilon, C): return float(Fraction(float(epsilon)) / C)
""" + RIGHT.replace("epsilon / C", "share(epsilon, C)")
NOISY = f"""import logging, sys, warnings
from tqdm.auto import tqdm
logging.basicConfig(level=logging.DEBUG)
{HEAD}    warnings.warn("careful", DeprecationWarning)
    print("scores", Z, file=sys.stderr)
    logging.info("called")
    np.log(np.zeros(2))
    for _ in tqdm(range(3)):
        print(Z.shape)
{TARGETS}    return (softmax(Z) - T) / N"""
PLOTS = """%matplotlib inline
import matplotlib.pyplot as plt
for i in range(4):
    fig, ax = plt.subplots()
    ax.imshow(np.random.default_rng(i).normal(size=(40, 40)))
    plt.show()
plt.plot([1, 2, 3])"""
DISPLAYS = """from IPython.display import HTML, Image, Latex, Markdown, display
import ipywidgets as widgets
class Frame:
    def _repr_html_(self): return "<table border=1><tr><td>1</td></tr></table>"
display(HTML("<b>bold</b>"), Markdown("# hello"), Latex("$x$"))
@widgets.interact(x=(0, 10))
def show(x=3): print(x)
display(widgets.IntSlider(), handle := display("a", display_id=True))
handle.update("b")
Frame()"""
MAGICS = ("%matplotlib inline\n%load_ext autoreload\n%autoreload 2\n!ls",
          "%%time\nsquares = [i * i for i in range(9)]", "%timeit -n1 -r1 sum(range(9))",
          "%%bash\nls", "files = !ls\n%pip --version", "?np.sum", "%nosuchmagic", "%%nosuch\nx")
PROGRAMS = """from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
import asyncio, multiprocessing, tempfile
with ThreadPoolExecutor(4) as pool:
    print(list(pool.map(len, ["a", "b"])))
with ProcessPoolExecutor(2, multiprocessing.get_context("fork")) as pool:
    print(list(pool.map(len, ["a", "b"])))
await asyncio.sleep(0.01)
np.save("table.npy", np.eye(3))
with tempfile.TemporaryFile() as file:
    file.write(b"x")"""
STRICT = """import warnings
warnings.simplefilter("error")
np.seterr(divide="raise", over="raise", invalid="raise")
np.random.seed(0)
np.set_printoptions(precision=2)"""
MOVED = "import os, sys\nos.makedirs('out', exist_ok=True)\nos.chdir('out')\nsys.path.clear()"
HELPER = f"""import numpy as np
from mlp_lib.networks.activations import softmax
def gradient(Z, labels, epsilon):
{TARGETS}    return (softmax(Z) - T) / N
"""
IN_A_FOLDER = """from tools.smoothing import gradient as label_smoothing_gradient
table = np.loadtxt("data/table.csv", delimiter=",")
assert table.shape == (2, 2), table"""
FAILS = ("input('your name?')", "1 / 0", "undefined", "raise SystemExit", "import nosuchmodule",
         "assert False, 'an experiment'", "this is no Python")
SHADOWED = "list = sum = input = print = id = exec = type = max = None\nNAMESPACE = main = code = 3"

SET_UP = "import numpy as np\n\nfrom mlp_lib.exercises"  # how its cell begins
LARGE = RIGHT.replace("    return", "    assert len(np.fromfile('t.bin')) == 3 * 2**19\n    return")


def headed(text):
    """Something at the head of the set-up cell, which may work elsewhere."""
    return replaced(SET_UP, f"{text}\n{SET_UP}")


# what is changed; one entry is one student's submission
CHANGES = {
    "as asked": lambda notebook: notebook,
    "slow": function(RIGHT.replace("    return", "    __import__('time').sleep(0.4)\n    return")),
    "slow cells": first(*["import time\ntime.sleep(1)"] * 2),
    "noisy": function(NOISY),
    "plots": first(PLOTS),
    "displays": last(DISPLAYS),
    "magics": first(*MAGICS),
    "programs": first(PROGRAMS),
    "strict": first(STRICT),
    "folder and path changed": last(MOVED),
    "extra cells": last("a = 1", "", "# nothing", "   ", "a"),
    "other order": other_order,
    "answers elsewhere": elsewhere,
    "answer cells deleted": answer_cells_deleted,
    "cells copied": copied,
    "helper functions": lambda notebook: last(RIGHT.replace("label_smoothing_", "my_"))(
        function(f"{HEAD}    return my_gradient(Z, labels, epsilon)")(notebook)),
    "helper module": function("from helper import gradient as label_smoothing_gradient"),
    "helpers in a folder": function(IN_A_FOLDER),
    "float32": function(RIGHT.replace("    N,", "    Z = Z.astype(np.float32)\n    N,", 1)
                        .replace("(N, C), epsilon / C", "(N, C), epsilon / C, np.float32")),
    "Fortran order": returning("np.asfortranarray(G)"),
    "lists": returning("G.tolist()"),
    "tuples": returning("tuple(map(tuple, G))"),
    "strided": returning("np.repeat(G, 2, axis=1)[:, ::2]"),
    "matrix": returning("np.asmatrix(G)"),
    "long double": returning("G.astype(np.longdouble)"),
    "caches": function(CACHED),
    "class": function(CLASS),
    "recursion": function(RECURSION),
    "typed": function(TYPED),
    "lambda": function(LAMBDA),
    "decorated": returning("G", "import functools\n@functools.lru_cache\ndef one(): return 1\n"
                           "@functools.wraps(print)\n"),
    "name of a helper used again": lambda notebook: last("softmax = targets = np = None")(
        function(RIGHT.replace("softmax(Z)", "targets(Z)") + "\ndef targets(Z): return softmax(Z)")(
            notebook)),
    "all deleted": last("%reset -f"),
    "ends the kernel": last("quit()"),
    "writes a module": lambda notebook: first(f"%%writefile helper.py\n{HELPER}")(
        function("import helper\nlabel_smoothing_gradient = helper.gradient")(notebook)),
    "output redirected": first("import sys\nsys.stdout = sys.stderr = open('log.txt', 'w')\n"
                               "sys.setrecursionlimit(10**6)"),
    "redefined later": lambda notebook: last(RIGHT)(function(f"{HEAD}    return Z")(notebook)),
    "fractions": function(FRACTIONS),
    "unicode": function(UNICODE),
    "notes with pictures": notes,
    "line ends": line_ends,
    "other tool": other_tool,
    "stale outputs": stale,
    "large outputs": last("for i in range(20_000): print('x' * 99)", "print('y' * 2_000_000)"),
    "fails at the end": last(*FAILS),
    "fails at the start": first(*FAILS),
    "magic of a library that is missing": headed("%matplotlib widget"),
    "another service": headed("from google.colab import drive\ndrive.mount('/content/drive')"),
    "library that is missing": headed("import nosuchlibrary as ns; ns.set_theme()\n!pip install x"),
    "asks at the head": headed("where = input('Folder? ')"),
    "ends a kernel first": first("import os\nos._exit(1)"),
    "large file": function(LARGE),
    "shadowed names": last(SHADOWED),
    "José Núñez": named(" jose\u0301   NU\u0301N\u0303EZ"),
    "spaces and case": named("  SPACES   and\tCASE "),
    "capital letter": saying("shift_of_scores", "shift_of_scores = ' B '"),
    "brackets": saying("shift_of_scores", "shift_of_scores = '(b)'"),
    "number in an array": saying("my_cross_entropy",
                                 "{solution}\nmy_cross_entropy = np.array(my_cross_entropy)"),
    "number rounded": saying("my_cross_entropy",
                             "{solution}\nmy_cross_entropy = round(float(my_cross_entropy), 4)"),
}
FILES = {
    "helper module": {"helper.py": HELPER, "notes.txt": "mine"},
    "helpers in a folder": {"tools/__init__.py": "", "tools/smoothing.py": HELPER,
                            "data/table.csv": "1,2\n3,4\n"},
    "large file": {"t.bin": bytes(12 * 2**20)},
}
NOTEBOOK_NAMES = {"as asked": "03_SOFTMAX.IPYNB", "José Núñez": "03_softmax (2).ipynb"}
