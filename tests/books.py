"""The notebooks as the tests see them: cells, tags, figures.

``python -m tests.books`` counts the formulas that the chapters teach.
"""

import functools
import re
from pathlib import Path

import jupytext
import nbformat

from mlp_lib import datasets

ROOT = Path(__file__).resolve().parent.parent
BOOK = ROOT / "notebooks"
NOTEBOOKS = sorted([*BOOK.glob("*.ipynb"), *(BOOK / "exercises" / "source").glob("*.ipynb")])
CHECKS = re.compile(r"\bassert\b|check_gradient\(|testing\.assert_")
CHAPTERS = sorted(set(BOOK.glob("*.ipynb")) - {BOOK / "00_start_here.ipynb"})


@functools.cache
def read(path):
    """The notebook at ``path``; not to be changed."""
    return nbformat.read(path, as_version=4)


def text_twin(path):
    """Where the py:percent text of a notebook lies."""
    return BOOK / "text" / path.relative_to(BOOK).with_suffix(".py")


def code_cells(path):
    """Code cells of a notebook."""
    return [cell for cell in read(path).cells if cell.cell_type == "code"]


def code_lines(cell):
    """Lines of a cell that are not blank."""
    return [line for line in cell.source.splitlines() if line.strip()]


def tags(cell):
    """Tags of a cell."""
    return cell.metadata.get("tags", [])


def pictures(cell):
    """Outputs of a cell that hold a picture."""
    return [output for output in cell.get("outputs", []) if "image/png" in output.get("data", {})]


def as_text(path):
    """The notebook as its text twin ought to be."""
    return jupytext.writes(jupytext.read(path), fmt="py:percent")


def checked_formulas(path, also=""):
    """Ids on cells of a notebook that check something; ``also`` is a further tag they need."""
    cells = [cell for cell in code_cells(path) if CHECKS.search(cell.source)]
    found = set()
    for cell in cells:
        if not also or also in tags(cell):
            found.update(tags(cell))
    return found


def main():
    """Print how many formulas of the index each chapter teaches and checks."""
    formulas, total = datasets.load_formulas(), 0
    for path in CHAPTERS:
        own = [formula for formula in formulas if formula.chapter == path.stem[:2]]
        checked = checked_formulas(path)
        taught = sum(formula.id in checked for formula in own)
        total += taught
        if own:
            print(f"{path.stem}: {taught} of {len(own)}")
    print(f"all: {total} of {len(formulas)} formulas taught and checked")


if __name__ == "__main__":
    main()
