"""On a new machine nothing stands in red above a first figure: matplotlib looks for its fonts."""

import ast
import os
import subprocess
import sys

import pytest

from tests import books

AT_ONCE = """import threading

class AtOnce(threading.Timer):
    def start(self):
        self.function(*self.args, **self.kwargs)

threading.Timer = AtOnce
"""
FIRST_CELLS = books.code_cells(books.BOOK / "01_prerequisites.ipynb")[:4]
CHAPTER = "\n".join(cell.source for cell in FIRST_CELLS)
DEMO = "from mlp_lib.demos import activation_gallery\nactivation_gallery()"


def imported(path):
    """Rooms and packages that the cells of a notebook import, in order."""
    trees = [ast.parse(cell.source) for cell in books.code_cells(path)]
    for node in (node for tree in trees for node in ast.walk(tree)):
        if isinstance(node, ast.Import):
            yield from (name.name.split(".")[0] for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module.split(".")[0]


def in_red(code, folder):
    """What ``code`` says in red where matplotlib finds no list of fonts and says so at once."""
    (folder / "sitecustomize.py").write_text(AT_ONCE, encoding="utf-8")
    paths = os.pathsep.join([str(folder), str(books.ROOT)])
    environment = {**os.environ, "MPLCONFIGDIR": str(folder / "new"), "MPLBACKEND": "agg",
                   "PYTHONPATH": paths}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True,
                          cwd=books.BOOK, env=environment, check=True)
    assert [*(folder / "new").glob("fontlist*")], "matplotlib has looked for no fonts"
    return done.stderr


@pytest.mark.parametrize("path", books.NOTEBOOKS, ids=lambda path: path.parent.name + path.stem)
def test_each_notebook_asks_the_workbook_before_matplotlib(path):
    names = [name for name in imported(path) if name in ("mlp_lib", "matplotlib")]
    assert names[0] == "mlp_lib"


@pytest.mark.parametrize("code", [CHAPTER, DEMO], ids=["chapter", "demo"])
def test_nothing_is_said_in_red(code, tmp_path):
    assert in_red(code, tmp_path) == ""


def test_matplotlib_alone_says_it(tmp_path):
    assert "font cache" in in_red("import matplotlib.pyplot", tmp_path)
