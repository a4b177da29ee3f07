"""Every notebook is in step with its text, keeps the budgets, and says what it shows."""

import ast
import importlib
import inspect
import re
import statistics

import jupytext
import nbformat
import pytest

from mlp_lib import datasets
from mlp_lib.exercises import catalogue
from tests import books

every_notebook = pytest.mark.parametrize("path", books.NOTEBOOKS,
                                         ids=lambda path: str(path.relative_to(books.BOOK)))
every_chapter = pytest.mark.parametrize("path", books.CHAPTERS, ids=lambda path: path.stem)

FORMULAS = datasets.load_formulas(book=True)


def body(text):
    """Text of a notebook without its header."""
    return text.split("# ---\n", 2)[-1]


def is_prose(cell):
    return cell is not None and cell.cell_type == "markdown" and bool(cell.source.strip())


def with_neighbours(path):
    """Triples (cell before, code cell, cell after)."""
    cells = [None, *books.read(path).cells, None]
    return [
        (before, cell, after)
        for before, cell, after in zip(cells, cells[1:], cells[2:])
        if cell is not None and cell.cell_type == "code"
    ]


def test_the_progress_stored_in_chapter_00_names_every_chapter_that_has_exercises():
    """Its output is ignored when notebooks are run, for it is each reader's own."""
    stored = (books.BOOK / "00_start_here.ipynb").read_text(encoding="utf-8")
    for number in catalogue.chapter_numbers():
        assert f"{number} {catalogue.chapter(number).title} " in stored


def test_every_notebook_has_a_text_twin_and_every_text_a_notebook():
    texts = set((books.BOOK / "text").rglob("*.py"))
    assert texts == {books.text_twin(path) for path in books.NOTEBOOKS}
    assert texts


@every_notebook
def test_notebook_and_text_are_in_step(path):
    twin = books.text_twin(path)
    assert body(books.as_text(path)) == body(twin.read_text(encoding="utf-8")), (
        f"run: jupytext --sync {path.relative_to(books.ROOT)}"
    )


@every_notebook
def test_text_gives_the_same_cells_back(path):
    back = jupytext.read(books.text_twin(path))
    assert [cell.source for cell in back.cells] == [cell.source for cell in books.read(path).cells]


@every_notebook
def test_notebook_names_its_kernel_and_opens_with_its_title(path):
    notebook = books.read(path)
    assert notebook.metadata.kernelspec.name == "python3"
    assert notebook.cells[0].cell_type == "markdown"
    title = "# All demos" if path == books.DEMOS else f"# {path.stem.split('_')[0]} · "
    assert notebook.cells[0].source.startswith(title)


@every_notebook
def test_outputs_are_stored_and_clean(path):
    for cell in books.code_cells(path):
        assert cell.execution_count, f"not run: {cell.source[:80]}"
        for output in cell.outputs:
            assert output.output_type != "error" or "raises-exception" in books.tags(cell)
            assert output.get("name") != "stderr", f"stderr: {output.text[:200]}"


@every_notebook
def test_cells_are_plain_python_that_ends_without_a_semicolon(path):
    for cell in books.code_cells(path):
        ast.parse(cell.source)
        assert not cell.source.rstrip().endswith(";")
        assert "\n# %%" not in cell.source


MEASURED = re.compile(r"check_gradient\(.*\) < ([\d.e-]+)")


@every_notebook
def test_no_measured_slope_is_asked_for_more_than_the_check_itself_asks(path):
    source = "\n".join(cell.source for cell in books.code_cells(path))
    assert [limit for limit in MEASURED.findall(source) if float(limit) < 1e-6] == []


@every_notebook
def test_pictures_have_a_text_for_those_who_cannot_see_them(path):
    for cell in books.code_cells(path):
        for output in books.pictures(cell):
            alt = output.get("metadata", {}).get("image/png", {}).get("alt", "")
            assert len(alt) > 20, f"no alt text: {cell.source[:80]}"


@every_notebook
def test_links_to_files_of_the_book_lead_somewhere(path):
    prose = "\n".join(cell.source for cell in books.read(path).cells if is_prose(cell))
    for target in re.findall(r"\]\(([^)#:\s]+)\)", prose):
        assert (path.parent / target).exists(), target


@every_notebook
def test_notebook_is_small_enough_to_review(path):
    assert path.stat().st_size < 1_500_000


@every_chapter
def test_chapter_keeps_the_budget_of_lines(path):
    sizes = sorted(len(books.code_lines(cell)) for cell in books.code_cells(path)
                   if not cell.metadata.get("jupyter", {}).get("source_hidden"))
    assert sizes[-1] <= 25
    assert sizes[int(0.9 * len(sizes))] <= 12
    assert statistics.median(sizes) <= 4


@every_chapter
def test_code_follows_prose_and_figures_are_read_back(path):
    triples = with_neighbours(path)
    follows = [is_prose(before) for before, _, _ in triples]
    assert sum(follows) >= 0.8 * len(follows)
    for _, cell, after in triples:
        if books.pictures(cell):
            assert is_prose(after), f"figure not read back: {cell.source[:80]}"


@every_chapter
def test_every_formula_of_the_chapter_is_taught_and_checked(path):
    own = [formula for formula in FORMULAS if formula.chapter == path.stem[:2]]
    wrong = {formula.id for formula in own if formula.verdict == "wrong"}
    assert {formula.id for formula in own} <= books.checked_formulas(path)
    assert wrong <= books.checked_formulas(path, also="fails-as-printed")


@every_chapter
def test_tags_of_formulas_exist_in_the_index(path):
    known = {formula.id for formula in FORMULAS}
    used = {tag for cell in books.code_cells(path) for tag in books.tags(cell)}
    assert {tag for tag in used if re.match(r"S\d-|B\d\d-", tag)} <= known


@every_chapter
def test_what_a_cell_finds_stands_on_the_page(path):
    quiet, cells, in_a_row = books.silent(path)
    assert quiet <= 0.1 * cells
    assert in_a_row <= 1


@every_chapter
def test_the_main_path_can_be_walked_in_the_time_it_says(path):
    assert len(books.main_path(path)) <= 110
    if not path.stem.startswith("A"):  # where the misprints live
        assert books.about_misprints(path) <= 0.08
        assert 8 <= len(books.questions(path)) <= 12
    prose = "\n".join(cell.source for cell in books.read(path).cells if is_prose(cell))
    assert not re.search(r"\*\*Predict", prose)


@every_chapter
def test_who_skips_what_is_folded_misses_no_name_after_it(path):
    assert not books.borrowed(path)


def test_a_name_from_a_folded_cell_is_noticed(tmp_path):
    notebook = nbformat.v4.new_notebook(cells=[
        nbformat.v4.new_code_cell("a = b = 1"),
        nbformat.v4.new_markdown_cell("### Deeper: c", metadata={books.FOLDED: True}),
        nbformat.v4.new_code_cell("import numpy as c\na, d = 2, lambda b: b"),
        nbformat.v4.new_markdown_cell("### On"),
        nbformat.v4.new_code_cell("d = lambda c: b\nd(a)"),
    ])
    nbformat.write(notebook, tmp_path / "leaning.ipynb")
    assert books.borrowed(tmp_path / "leaning.ipynb") == {"a"}


@every_chapter
def test_a_question_stands_alone_and_its_outcome_is_not_in_view(path):
    for cell in books.code_cells(path):
        if re.search(r"^predict\(", cell.source, re.M):
            assert cell.metadata.get("jupyter", {}).get("source_hidden"), cell.source[:80]
            first = cell.source.splitlines()[0]  # stays in sight when JupyterLab hides the rest
            assert not first.startswith("assert"), first
            assert not books.pictures(cell)


def functions_without_docstrings(source):
    """Trees of the functions that ``source`` defines, by name."""
    found = {}
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef):
            if ast.get_docstring(node) is not None:
                node.body = node.body[1:]
            found[node.name] = ast.dump(node)
    return found


@every_chapter
def test_shown_functions_are_the_library_s_own(path):
    for cell in books.code_cells(path):
        for tag in books.tags(cell):
            if tag.startswith("shows:"):
                room, _, name = tag.removeprefix("shows:").rpartition(".")
                module = importlib.import_module(f"mlp_lib.{room}")
                library = inspect.getsource(getattr(module, name))
                shown = functions_without_docstrings(cell.source)[name]
                assert shown == functions_without_docstrings(library)[name]


def test_no_library_function_is_shown_in_two_chapters():
    shown = [
        tag for path in books.CHAPTERS for cell in books.code_cells(path)
        for tag in books.tags(cell) if tag.startswith("shows:")
    ]
    assert len(shown) == len(set(shown))
