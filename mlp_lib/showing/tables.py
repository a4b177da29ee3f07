"""Arrays as text and as HTML: rounded, and large ones by their corner."""

import math
from dataclasses import dataclass
from html import escape

import numpy as np

ROWS, COLUMNS = 6, 7  # of a corner
DIGITS = 4
NOTHING = 1e-11  # what is smaller is rounding, and another on another machine
GOOD, BAD = "var(--jp-success-color1, #2e7d32)", "var(--jp-error-color1, #c62828)"
CELL = ("padding: 0.05em 0.5em; text-align: right; white-space: pre; "
        "font-family: var(--jp-code-font-family, monospace)")
CAPTION = "white-space: nowrap; text-align: left; caption-side: top; color: inherit"


def size(shape):
    """A shape in words: ``4 × 3``, ``5 numbers``, ``a number``."""
    if len(shape) == 1:
        return f"{shape[0]} numbers" if shape[0] != 1 else "1 number"
    return " × ".join(map(str, shape)) or "a number"


def decimals(*arrays):
    """Places behind the point that show the largest of all entries with `DIGITS` digits."""
    largest = max((np.abs(A[np.isfinite(A)]).max(initial=0) for A in map(np.asarray, arrays)),
                  default=0)
    if largest < NOTHING or all(np.all(np.asarray(A) == np.round(A)) for A in arrays):
        return 0
    return max(0, DIGITS - 1 - math.floor(math.log10(largest)))


def written(value, places):
    """One number, never as minus nothing."""
    rounded = round(float(value), places) + 0.0
    return f"{rounded:.{places}f}" if places <= 8 else f"{rounded:.{DIGITS - 1}e}"


def corner(A, places):
    """Rows of text of an array: all of it, or its corner with dots; more indices lie in blocks."""
    A = np.asarray(A)
    if A.ndim > 2:
        A = A.reshape(-1, A.shape[-1])
    A = np.atleast_2d(A)
    rows = [[written(value, places) for value in row[:COLUMNS]] + ["…"] * (len(row) > COLUMNS)
            for row in A[:ROWS]]
    return rows + [["⋮"] + [""] * (len(rows[0]) - 1)] * (len(A) > ROWS)


@dataclass(frozen=True)
class Shown:
    """What a notebook shows of one check.

    Attributes
    ----------
    good : bool
        Whether it is marked ✓, or ✗: a check that was meant to fail.
    title, outcome : str
        The first line: what, and what was found.
    sides : tuple of (str, list of list of str)
        Tables that stand beside each other, each with its heading.
    marked : tuple of int, optional
        Row and column of a cell that is marked in every table.
    """

    good: bool
    title: str
    outcome: str
    sides: tuple = ()
    marked: tuple | None = None

    @property
    def sign(self):
        return "✓" if self.good else "✗"

    def __repr__(self):
        blocks = [side_as_text(heading, rows) for heading, rows in self.sides]
        height = max(map(len, blocks), default=0)
        blocks = [block + [" " * len(block[0])] * (height - len(block)) for block in blocks]
        lines = ["    ".join(parts).rstrip() for parts in zip(*blocks)]
        return "\n".join([f"{self.sign} {self.title}: {self.outcome}", *lines])

    def _repr_html_(self):
        colour = GOOD if self.good else BAD
        tables = "".join(side_as_html(heading, rows, self.marked) for heading, rows in self.sides)
        return (f'<div style="border-left: 4px solid {colour}; padding: 0.1em 0.8em">'
                f'<div><b style="color: {colour}">{self.sign}</b> <b>{escape(self.title)}</b>: '
                f'{escape(self.outcome)}</div>'
                f'<div style="display: flex; flex-wrap: wrap; gap: 0.4em 2em">{tables}</div></div>')


def side_as_text(heading, rows):
    """Lines of one table, all of the same length."""
    widths = [max(map(len, column)) for column in zip(*rows)]
    lines = [heading, *("  ".join(cell.rjust(width) for cell, width in zip(row, widths))
                        for row in rows)]
    return [line.ljust(max(map(len, lines))) for line in lines]


def side_as_html(heading, rows, marked):
    """One table with its heading as the caption."""
    body = "".join(
        "<tr>" + "".join(
            f'<td style="{CELL}{"; outline: 2px solid " + BAD if (i, j) == marked else ""}">'
            f"{escape(cell)}</td>" for j, cell in enumerate(row)) + "</tr>"
        for i, row in enumerate(rows))
    return (f'<table style="border-collapse: collapse; margin: 0.3em 0">'
            f'<caption style="{CAPTION}">{escape(heading)}</caption>'
            f"<tbody>{body}</tbody></table>")
