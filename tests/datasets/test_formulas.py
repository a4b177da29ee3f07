"""The formula index: what it holds, and that a damaged one is named."""

from collections import Counter

import pytest

from mlp_lib.datasets import DATA, VERDICTS, load_formulas

HEADER, *ROWS = (DATA / "formulas.csv").read_text(encoding="utf-8").splitlines()


@pytest.fixture
def written(tmp_path):
    """Function that writes lines as an index and returns its folder."""
    def write(*lines):
        (tmp_path / "formulas.csv").write_text("\n".join(lines), encoding="utf-8")
        return tmp_path
    return write


def test_it_holds_every_statement_of_the_five_documents():
    formulas = load_formulas()
    assert Counter(f.document for f in formulas) == {
        "000": 55, "001": 54, "002": 72, "003": 125, "004": 73}
    assert Counter(f.verdict for f in formulas) == {
        "correct": 255, "incomplete": 43, "typo": 36, "wrong": 24, "ambiguous": 21}
    assert all(f.correction for f in formulas if f.verdict in ("typo", "wrong"))
    assert {f.verdict for f in formulas} == set(VERDICTS)
    assert formulas[0].id == ROWS[0].split(",")[0]


def test_a_row_is_read_as_it_stands():
    found = {f.id: f for f in load_formulas()}["S2-DIM"]
    assert (found.document, found.chapter, found.verdict) == ("002", "06", "wrong")
    assert "284" in found.statement
    assert "784" in found.correction


def test_what_the_book_derives_follows_if_asked_for(written):
    own = "B10-1,book,10 §1,Centring,C = I - 11'/N,derived here,,10"
    folder = written(HEADER, ROWS[0], own)
    assert [f.document for f in load_formulas(folder)] == ["000"]
    assert [f.id for f in load_formulas(folder, book=True)] == [ROWS[0].split(",")[0], "B10-1"]
    with pytest.raises(ValueError, match=r"verdict of \('derived here',\); got 'correct'"):
        load_formulas(written(HEADER, own.replace("derived here", "correct")))


def test_a_missing_index_is_named_with_the_remedy(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"formulas\.csv is missing; .* restore data/"):
        load_formulas(tmp_path)


@pytest.mark.parametrize(("lines", "message"), [
    ([], r"need the columns \['id', .*; got \[\]"),
    (["id,title"], r"got \['id', 'title'\]"),
    ([HEADER, "S0-P1,000,1.1"], r"line 2: need all of .*; got \['S0-P1', '000', '1.1'\]"),
    ([HEADER, "S0-P1,000,1.1,,text,correct,,01"], "line 2: need all of"),
    ([HEADER, "S0-P1,000,1.1,t,text,correct,,"], "line 2: need all of"),
    ([HEADER, ROWS[0], "S0-P2,000,1.1,t,text,fine,,01"], "line 3: need a verdict .*; got 'fine'"),
    ([HEADER, ROWS[0], ROWS[1], ROWS[0]], "line 4: S0-P1 stands there a second time"),
])
def test_a_damaged_index_is_named_with_the_line(written, lines, message):
    with pytest.raises(ValueError, match=message):
        load_formulas(written(*lines))
