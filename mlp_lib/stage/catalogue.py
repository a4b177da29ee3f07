"""All demos as `notebooks/demos.ipynb` has them, which is the one place that says this of them."""

import json
import re
from dataclasses import dataclass
from itertools import pairwise

LINE = re.compile(r"## (?P<title>[^\n]+)\n\n(?P<sentence>.+) "
                  r"\[Chapter (?P<number>\w+)\]\((?P<page>\w+)\.ipynb\)\n?")


@dataclass(frozen=True)
class Entry:
    """A demo in the list.

    Attributes
    ----------
    name : str
        Of its function.
    title, sentence : str
        What it is called, and what it shows.
    page : str
        Chapter that it belongs to, as ``06_three_layer_mnist``.
    code : str
        The cell that shows it, in a kernel of its own.
    png, words : str
        Its still picture in base64, and what that says in words.
    """

    name: str
    title: str
    sentence: str
    page: str
    code: str
    png: str
    words: str

    @property
    def chapter(self):
        """Number of its chapter, as it is printed."""
        return self.page.split("_")[0]


def read_demos(book):
    """The demos in the order of the chapters: list of `Entry`.

    Parameters
    ----------
    book : Path
        The repository.

    Raises
    ------
    ValueError
        If a cell is not preceded by a heading, a sentence and the link to the chapter, or has no
        picture.
    """
    path = book / "notebooks" / "demos.ipynb"
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return [entry(above, cell) for above, cell in pairwise(cells)
            if cell["cell_type"] == "code"]


def entry(above, cell):
    """The `Entry` of a cell, and of the line above it."""
    line, code = LINE.fullmatch("".join(above["source"])), "".join(cell["source"])
    name = re.findall(r"(\w+)\(\)", code)
    pictures = [output for output in cell["outputs"] if "image/png" in output.get("data", {})]
    if not (line and name and pictures):
        raise ValueError("a demo needs '## Title', a sentence with [Chapter NN](page.ipynb), and a "
                         f"cell with its picture; got {''.join(above['source'])!r}, {code!r}")
    (picture,) = pictures
    return Entry(name[-1], line["title"], line["sentence"], line["page"], code,
                 "".join(picture["data"]["image/png"]),
                 picture["metadata"]["image/png"]["alt"].removeprefix("Demo: "))
