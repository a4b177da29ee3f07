"""The notebooks as the tests see them: cells, tags, figures.

``python -m tests.books`` counts what `tests/test_notebooks.py` holds: formulas taught, cells that
show nothing, the cells of the main path, questions, and the share of the words about misprints;
and the exercises of the book.
"""

import ast
import functools
import re
from pathlib import Path

import jupytext
import nbformat

from mlp_lib import datasets
from mlp_lib.exercises import catalogue

ROOT = Path(__file__).resolve().parent.parent
BOOK = ROOT / "notebooks"
NOTEBOOKS = sorted([*BOOK.glob("*.ipynb"), *(BOOK / "exercises" / "source").glob("*.ipynb")])
CHECKS = re.compile(r"\bassert\b|check_gradient\(|testing\.assert_"
                    r"|\b(?:same|differs|slopes|order|remainder|refused)\(f?\"")
MISPRINT = re.compile(r"\b(?:misprint\w*|as printed|prints?|printed|slips?|typo\w*|errat\w*)\b")
FOLDED = "jp-MarkdownHeadingCollapsed"  # JupyterLab's own mark of a heading that is closed
DEMOS = BOOK / "demos.ipynb"  # a list, no chapter
CHAPTERS = sorted(set(BOOK.glob("*.ipynb")) - {BOOK / "00_start_here.ipynb", DEMOS})


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


def defines_alone(cell):
    """Whether a cell holds definitions and imports, and nothing that could show anything."""
    kinds = (ast.FunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)
    return all(isinstance(node, kinds) for node in ast.parse(cell.source).body)


def silent(path):
    """Of the code cells that could show something: how many show nothing, of how many, in a row."""
    quiet, row, longest, cells = 0, 0, 0, 0
    for cell in code_cells(path):
        if not defines_alone(cell):
            row = 0 if cell.outputs else row + 1
            quiet, cells, longest = quiet + (not cell.outputs), cells + 1, max(longest, row)
    return quiet, cells, longest


def level(cell):
    """Level of the heading that a Markdown cell opens with; 0 if with none."""
    opens = re.match(r"(#+) ", cell.source) if cell.cell_type == "markdown" else None
    return len(opens[1]) if opens else 0


def main_path(path):
    """Cells that stand below no folded heading."""
    cells, folded = [], 0
    for cell in read(path).cells:
        if 0 < level(cell) <= folded:
            folded = 0
        if not folded:
            cells.append(cell)
            folded = level(cell) if cell.metadata.get(FOLDED) else 0
    return cells


def names_of(source):
    """Names that a cell sets, and names that it reads and does not set itself."""
    sets, reads, own = set(), set(), set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Name):
            (reads if isinstance(node.ctx, ast.Load) else sets).add(node.id)
        elif isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            sets.add(node.name)
        elif isinstance(node, ast.alias):
            sets.add((node.asname or node.name).split(".")[0])
        elif isinstance(node, ast.arg):
            own.add(node.arg)
    return sets, reads - sets - own


def borrowed(path):
    """Names that cells of the main path read and that a folded cell set last.

    A function of the library that is shown does what the imported one does, read or not.
    """
    folded, found, walked = set(), set(), {id(cell) for cell in main_path(path)}
    for cell in code_cells(path):
        sets, reads = names_of(cell.source)
        if id(cell) in walked:
            found |= reads & folded
            folded -= sets
        elif not any(tag.startswith("shows:") for tag in tags(cell)):
            folded |= sets
    return found


def questions(path):
    """Code cells that ask for a guess."""
    return [cell for cell in code_cells(path) if re.search(r"^predict\(", cell.source, re.M)]


def about_misprints(path):
    """Share of the words of the prose that are about misprints.

    These are the paragraphs that use the words of `MISPRINT`, and all prose that stands right
    above a cell in which a formula fails as printed.
    """
    cells, about, total = read(path).cells, 0, 0
    for cell, after in zip(cells, [*cells[1:], None]):
        if cell.cell_type == "markdown":
            fails = after is not None and "fails-as-printed" in tags(after)
            for part in re.split(r"\n\s*\n", cell.source):
                words = len(part.split())
                total, about = total + words, about + words * bool(fails or MISPRINT.search(part))
    return about / total


def main():
    """Print the figures of each chapter."""
    formulas, total = datasets.load_formulas(book=True), 0
    for path in CHAPTERS:
        own = [formula for formula in formulas if formula.chapter == path.stem[:2]]
        taught = sum(formula.id in checked_formulas(path) for formula in own)
        total += taught
        quiet, cells, longest = silent(path)
        print(f"{path.stem}: formulas {taught} of {len(own)}; silent {quiet} of {cells} cells, "
              f"{longest} in a row; main path {len(main_path(path))} cells; "
              f"{len(questions(path))} questions; misprints {about_misprints(path):.1%} of words")
    print(f"all: {total} of {len(formulas)} formulas taught and checked; "
          f"{len(catalogue.every_exercise())} exercises")


if __name__ == "__main__":
    main()
