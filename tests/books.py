"""The notebooks as the tests see them: cells, tags, figures."""

import csv
import functools
from pathlib import Path

import jupytext
import nbformat

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
CHAPTERS = [path for path in NOTEBOOKS if path.stem != "00_start_here"]


@functools.cache
def read(path):
    """The notebook at ``path``; not to be changed."""
    return nbformat.read(path, as_version=4)


def text_twin(path):
    """Where the py:percent text of a notebook lies."""
    return path.parent / "text" / f"{path.stem}.py"


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


def formulas():
    """Rows of the formula index, ``data/formulas.csv``."""
    with open(ROOT / "data" / "formulas.csv", newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))
