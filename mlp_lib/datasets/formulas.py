"""The formula index: every numbered statement of the five documents."""

import csv
from pathlib import Path
from typing import NamedTuple

from mlp_lib.datasets.data_files import DATA, read_bytes

VERDICTS = ("correct", "typo", "wrong", "ambiguous", "incomplete")


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


def load_formulas(folder=None):
    """The formula index: every numbered statement of the five documents, in their order.

    Parameters
    ----------
    folder : path, optional
        Where ``formulas.csv`` lies; ``data`` of the workbook.

    Returns
    -------
    list of Formula
        ``verdict`` is one of `VERDICTS`; ``chapter`` is "01" to "09".

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
        if formula.verdict not in VERDICTS:
            raise ValueError(f"{where}: need a verdict of {VERDICTS}; got {formula.verdict!r}")
        if formulas.setdefault(formula.id, formula) is not formula:
            raise ValueError(f"{where}: {formula.id} stands there a second time")
    return list(formulas.values())
