"""Pages that no notebook is: the front page, one for each demo, all formulas."""

import base64
import html

from mlp_lib import datasets
from mlp_lib.publishing.staging import NOTE, lines, markdown, move_link, typeset

DOCUMENTS = {
    "000": "The survival guide", "001": "The L-layer note", "002": "The MNIST note",
    "003": "The linear algebra slides", "004": "The matrix calculus slides",
    "book": "What the book derives itself",
}
HERE = """
- **Read it**: every chapter stands here with its figures. Begin with
  [chapter 00](00_start_here.ipynb).
- **Run it in this browser**: each chapter, demo and exercise has a link that starts it, with
  nothing installed; [what you write is kept there](browser.md)."""


def front(readme, chapters, exercises):
    """Markdown of the front page: the README's beginning as a reader here needs it, the contents.

    Raises
    ------
    ValueError
        If the README does not begin with the three ways, first to read, last to install.
    """
    head = readme.split("\n## ")[0].replace("](notebooks/pictures/", "](_static/")
    about, ways = head.split("\n- **Read it**")
    _, install = ways.split("\n- **Install it**")
    return "\n".join([
        about, HERE, f"- **Install it**{install}", "", *contents("Chapters", chapters),
        *contents("Exercises", [f"exercises/{name}" for name in exercises]),
        *contents("To look up", ["demos", "formulas", "browser"])])


def contents(caption, names):
    """Lines of a table of contents."""
    return ["```{toctree}", f":caption: {caption}", ":maxdepth: 1", "", *names, "```", ""]


def demo_page(entry):
    """Markdown of the page of a demo: what it does, its picture and words."""
    words = entry.words.partition(". ")[2]
    return "\n".join([
        f"# {entry.title}", "", f'<p class="run-it">{move_link(entry.name, "../")} {NOTE}</p>', "",
        html.escape(entry.sentence), "",
        f'<img src="{entry.name}.png" alt="{html.escape(entry.words)}">', "",
        f'<p class="demo-words">{lines(words)}</p>', "",
        f'It stands in <a href="../{entry.page}.html">chapter {entry.chapter}</a>.', ""])


def write_demos(entries, folder):
    """The pages of all demos into ``folder``; their list is a notebook, see `listed_below`."""
    folder.mkdir(parents=True, exist_ok=True)
    for entry in entries:
        (folder / f"{entry.name}.png").write_bytes(base64.b64decode(entry.png))
        (folder / f"{entry.name}.md").write_text(demo_page(entry), encoding="utf-8")


def listed_below(notebook, entries):
    """The ``notebook`` of all demos with their pages below it in the contents, unseen."""
    pages = [f"demos/{entry.name}" for entry in entries]
    hidden = markdown("\n".join(["```{toctree}", ":hidden:", "", *pages, "```"]))
    return {**notebook, "cells": [*notebook["cells"], {**hidden, "id": "pages-of-demos"}]}


def formula_page(taught):
    """Markdown of the table of all formulas: verdict, and links to where each is taught.

    Parameters
    ----------
    taught : dict of str to list of str
        Pages by formula.
    """
    rows = datasets.load_formulas(book=True)
    parts = ["# All formulas", "",
             "Every numbered statement of the sources, with a verdict, what is right where one is "
             "not, and a link to the cell that teaches it and checks it. The letters are the "
             "sources' own; $A^T$ is `A.T` in code.", ""]  # no formula in Markdown: no MathJax
    for document, name in DOCUMENTS.items():
        own = [row for row in rows if row.document == document]
        if own:
            parts += [f"## {name}", "", table(own, taught), ""]
    return "\n".join(parts)


def table(rows, taught):
    """Table in HTML of some formulas."""
    head = "".join(f'<th scope="col">{name}</th>'
                   for name in ("number", "taught in", "what it is", "verdict", "right is"))
    body = "".join(
        f'<tr id="{row.id}"><td>{row.id}</td><td>'
        + ", ".join(f'<a href="{page}.html#{row.id}">{page.split("_")[0]}</a>'
                    for page in taught.get(row.id, ()))
        + f"</td><td>{escaped(row.title)}</td><td>{row.verdict}</td>"
          f"<td>{escaped(row.correction)}</td></tr>" for row in rows)
    return f'<table class="formulas"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'


def escaped(text):
    """Text in a line of HTML, its formulas typeset; no mark in it is taken for Markdown's."""
    return typeset(html.escape(" ".join(text.split())))


BROWSER = """# What a browser can do

The links that start a chapter, a demo or an exercise bring a whole Python into this page. The first
time that is some 50 MB; later your browser has them.

- **Answers and progress** are kept by this browser, on this computer, and nobody else sees them.
  *File → Download* takes a notebook along; a file that is dragged into the list of files comes in.
  Your progress is the file `progress.txt` there. In an installed book, `import_progress` of
  `mlp_lib.exercises` adds it to what was done there: `import_progress("progress.txt")`. The other
  way, `export_progress("mine.txt")` of the installed book writes a file; drag it in beside the
  notebook, and `import_progress("mine.txt")` takes it in here.
- **Trainings** are slow here. So each takes fewer rows, and says so. The numbers in the text are
  those of the installed book. A training cannot be stopped; closing the tab ends it.
- **The digits** (11 MB) are brought when a cell first asks for them.
- **A singular matrix** is not refused here: `np.linalg.solve` answers `nan` where an installed book
  raises `LinAlgError`.
- **Grading a class** needs an installed book: a browser has no second process in which a student's
  code could be confined.
"""
