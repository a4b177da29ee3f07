"""Appendix A: all wrong statements are there, and the stored index is that of the chapters."""

import re
from html import unescape

import pytest

from mlp_lib import datasets
from tests import books

APPENDIX = books.ROOT / "notebooks" / "A_notation_and_errata.ipynb"
FORMULAS = {formula.id: formula for formula in datasets.load_formulas()}
KINDS = {"wrong": "error", "typo": "slip"}
STORE = "run: python -m tests.store_outputs notebooks/A_notation_and_errata.ipynb"


def stored(start):
    """HTML that the cells with ``start`` in their source have stored."""
    outputs = [output for cell in books.code_cells(APPENDIX) if start in cell.source
               for output in cell.outputs]
    return "".join(output.data["text/html"] for output in outputs)


def rows(html):
    """Fields of each row of the stored tables."""
    return [re.findall(r"<td[^>]*>(.*?)</td>", row, re.S)
            for row in re.findall(r"<tr>(<td.*?)</tr>", html, re.S)]


def taught(formula):
    """Notebooks of the formula's chapter in which a cell carries its number."""
    return [path.name for path in books.CHAPTERS if path.stem[:2] == formula.chapter
            and any(formula.id in books.tags(cell) for cell in books.code_cells(path))]


@pytest.mark.parametrize("name", [f.id for f in FORMULAS.values() if f.verdict == "wrong"])
def test_a_wrong_statement_fails_and_is_mended_in_one_cell(name):
    (cell,) = [cell for cell in books.code_cells(APPENDIX) if name in books.tags(cell)]
    assert {"fails-as-printed", "mended"} <= set(books.tags(cell))
    assert len(books.CHECKS.findall(cell.source)) >= 2
    assert len(books.code_lines(cell)) <= 8


def test_the_misprints_are_those_of_the_index_each_with_its_kind_and_its_right_form():
    found = rows(stored('misprints("'))
    misprinted = [f for f in FORMULAS.values() if f.verdict in KINDS]
    assert [row[0] for row in found] == [f.id for f in misprinted], STORE
    for (*_, kind, statement, right, _), formula in zip(found, misprinted):
        assert kind == KINDS[formula.verdict]
        assert (unescape(statement), unescape(right)) == (formula.statement, formula.correction)
        assert right


@pytest.mark.parametrize("document", ["000", "001", "002", "003", "004"])
def test_the_misprints_of_a_document_stand_together(document):
    found = rows(stored(f'misprints("{document}")'))
    assert {FORMULAS[row[0]].document for row in found} == {document}


def test_the_stored_index_holds_every_formula_with_its_verdict_and_its_chapter():
    found = rows(stored("def chapter_table"))
    every = {formula.id: formula for formula in datasets.load_formulas(book=True)}
    assert sorted(row[0] for row in found) == sorted(every)
    for name, _, verdict, where in found:
        formula = every[name]
        links = re.findall('href="(.*?)"', where)
        assert verdict == formula.verdict
        assert formula.chapter in where
        assert links == taught(formula), f"{name} is taught in {taught(formula)}; {STORE}"


def test_every_link_of_the_appendix_leads_to_a_file():
    cells = books.read(APPENDIX).cells
    prose = "".join(cell.source for cell in cells if cell.cell_type == "markdown")
    links = re.findall(r"\]\(([^)#]+)\)", prose)
    assert len(links) > 8
    for link in links:
        assert (APPENDIX.parent / link).exists(), link
