"""The formula index: every numbered statement of the five documents, and what the book adds."""

import csv
from pathlib import Path
from typing import NamedTuple

from mlp_lib.datasets.data_files import DATA, read_bytes

VERDICTS = ("correct", "typo", "wrong", "ambiguous", "incomplete")
BOOK, DERIVED = "book", "derived here"  # document and verdict of what no document states


class Formula(NamedTuple):
    """A row of the formula index; ``statement`` is as printed, ``correction`` what is right."""

    id: str
    document: str
    section: str
    title: str
    statement: str
    verdict: str
    correction: str
    chapter: str


def load_formulas(folder=None, *, book=False):
    """The formula index: every numbered statement of the five documents, in their order.

    Parameters
    ----------
    book : bool
        Whether the statements that the book itself derives, beyond the documents, follow them.
    folder : path, optional
        Where ``formulas.csv`` lies; ``data`` of the workbook.

    Returns
    -------
    list of Formula
        ``verdict`` is one of `VERDICTS`, for the book's own "derived here"; ``chapter`` is "01" to
        "12".

    Raises
    ------
    FileNotFoundError
        If the file is missing.
    ValueError
        If a column or a field is missing, a verdict is unknown, or an id stands twice; the
        message names the line.
    """
    path = Path(folder or DATA).resolve() / "formulas.csv"
    lines = csv.reader(read_bytes(path).decode("utf-8", "replace").splitlines())
    if (header := next(lines, [])) != [*Formula._fields]:
        raise ValueError(f"{path}: need the columns {[*Formula._fields]}; got {header}")
    formulas = {}
    for fields in lines:
        where = f"{path}, line {lines.line_num}"
        if len(fields) != len(header) or not all(fields[:6]) or not fields[7]:
            raise ValueError(f"{where}: need all of {header}; got {fields}")
        formula = Formula(*fields)
        verdicts = (DERIVED,) if formula.document == BOOK else VERDICTS
        if formula.verdict not in verdicts:
            raise ValueError(f"{where}: need a verdict of {verdicts}; got {formula.verdict!r}")
        if formulas.setdefault(formula.id, formula) is not formula:
            raise ValueError(f"{where}: {formula.id} stands there a second time")
    return [each for each in formulas.values() if book or each.document != BOOK]
