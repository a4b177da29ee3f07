"""Reading what was handed in, putting back what was handed out, and showing it safely."""

import base64
import json
import multiprocessing
import os
import shutil
import tempfile
from pathlib import Path

import nbformat
import pytest

from mlp_lib.exercises import Verdict
from mlp_lib.grading.assignments import restoring
from mlp_lib.grading.judging import Mark, showing, submissions
from mlp_lib.grading.judging import tasks as judging
from tests.grading import classroom
from tests.grading.classroom import CHAPTER, answer, hand_in, solved

WORDS = "softmax_in_words"
CHECK = "check_03_shift_of_scores"
PNG = base64.b64encode(b"\x89PNG picture").decode()


def gather(course, student="ada"):
    return submissions.gather(course.submitted(CHAPTER, student), student, CHAPTER)


def parsed(course, notebook):
    hand_in(course, "ada", notebook)
    return submissions.parse(gather(course))


def restored(course, notebook):
    released = nbformat.read(course.released(CHAPTER), as_version=4)
    return restoring.restore(parsed(course, notebook), released)


def cells_of(notebook, grade_id):
    return [c for c in notebook.cells if restoring.grade_id(c) == grade_id]


def test_files_are_read_without_following_links(course):
    folder = hand_in(course, "ada", solved(course, "ada"))
    (folder / "book.db").symlink_to(course.root / "gradebook.db")
    (folder / "all").symlink_to(course.root)
    (folder / ".ipynb_checkpoints").mkdir()
    (folder / ".ipynb_checkpoints" / f"{CHAPTER}-checkpoint.ipynb").write_text("{}")
    os.mkfifo(folder / "pipe")
    found = gather(course)
    assert set(found.files) == {f"{CHAPTER}.ipynb", "timestamp.txt"}
    assert len(found.notes) == 3
    assert found.timestamp == "2026-11-20 10:00:00 UTC"


def test_a_linked_folder_or_notebook_is_not_read(course):
    hand_in(course, "emmy", solved(course, "emmy"))
    other = course.submitted(CHAPTER, "emmy")
    (course.root / "submitted" / "ada").mkdir()
    course.submitted(CHAPTER, "ada").symlink_to(other)
    with pytest.raises(submissions.NeedsPerson, match="not a folder"):
        submissions.parse(gather(course))
    course.submitted(CHAPTER, "ada").unlink()
    course.submitted(CHAPTER, "ada").mkdir()
    (course.submitted(CHAPTER, "ada") / f"{CHAPTER}.ipynb").symlink_to(other / f"{CHAPTER}.ipynb")
    with pytest.raises(submissions.NeedsPerson, match="it is a link"):
        submissions.parse(gather(course))


def test_what_is_too_large_is_left_out_in_words(course, monkeypatch):
    folder = hand_in(course, "ada", solved(course, "ada"))
    with open(folder / "data.bin", "wb") as file:
        file.truncate(submissions.FILE_LIMIT + 1)
    found = gather(course)
    assert "data.bin" not in found.files
    assert "data.bin was left out" in found.notes[0]
    with open(folder / f"{CHAPTER}.ipynb", "ab") as file:
        file.truncate(submissions.NOTEBOOK_LIMIT + 1)
    with pytest.raises(submissions.NeedsPerson, match="ipynb was left out: it is too large"):
        submissions.parse(gather(course))


def gathered_by_another(folder):
    """Gather as a user who is not root; the exit code says whether that went well."""
    if os.geteuid() == 0:
        os.setgid(65534)
        os.setuid(65534)
    found = submissions.gather(Path(folder), "ada", CHAPTER)
    os._exit(not any("its folder is closed" in note for note in found.notes))


@pytest.mark.parametrize("closed", ["pages", ""])
def test_a_closed_folder_stops_nothing(closed):
    folder = Path(tempfile.mkdtemp(dir="/tmp"))
    (folder / "own" / "pages" / "more").mkdir(parents=True)
    for path in ("a.txt", "pages/a.txt"):
        (folder / "own" / path).touch()
    folder.chmod(0o755)
    (folder / "own" / closed).chmod(0o444)
    try:
        other = multiprocessing.get_context("fork").Process(
            target=gathered_by_another, args=(folder / "own",))
        other.start()
        other.join(300)
        assert other.exitcode == 0
    finally:
        (folder / "own" / closed).chmod(0o755)
        shutil.rmtree(folder)


def test_a_misnamed_notebook_is_named(course):
    folder = hand_in(course, "ada", solved(course, "ada"))
    (folder / f"{CHAPTER}.ipynb").rename(folder / "Copy of 3.ipynb")
    with pytest.raises(submissions.NeedsPerson,
                       match=r"03_softmax\.ipynb is missing; there is Copy of 3\.ipynb"):
        submissions.parse(gather(course))


def test_the_version_changes_with_every_file(course):
    folder = hand_in(course, "ada", solved(course, "ada"))
    first = gather(course).version
    assert gather(course).version == first
    (folder / "helper.py").write_text("a = 1")
    second = gather(course).version
    (folder / "helper.py").write_text("a = 2")
    assert len({first, second, gather(course).version}) == 3


def test_an_honest_notebook_is_left_as_it_is(course):
    honest = solved(course, "ada")
    mended, notes = restored(course, honest)
    assert notes == []
    assert [c.source for c in mended.cells] == [c.source for c in honest.cells]


def test_a_deleted_check_stands_behind_its_answer_again(course):
    notebook = solved(course, "ada")
    notebook.cells = [c for c in notebook.cells if restoring.grade_id(c) != CHECK]
    mended, notes = restored(course, notebook)
    ids = [restoring.grade_id(c) for c in mended.cells]
    assert ids[ids.index("answer_03_shift_of_scores") + 1] == CHECK
    assert notes == [f"{CHECK} was missing; it was put back"]


def test_a_deleted_answer_comes_back_without_a_stub(course):
    notebook = solved(course, "ada")
    own = answer(notebook, "label_smoothing_gradient")
    notebook.cells.append(nbformat.v4.new_code_cell(own.source))
    notebook.cells.remove(own)
    mended, _ = restored(course, notebook)
    (back,) = cells_of(mended, "answer_03_label_smoothing_gradient")
    assert back.source.startswith("#")
    assert "NotImplementedError" not in back.source


def test_all_cells_deleted(course):
    mended, notes = restored(course, nbformat.v4.new_notebook())
    released = nbformat.read(course.released(CHAPTER), as_version=4)
    assert [restoring.grade_id(c) for c in mended.cells] == [
        restoring.grade_id(c) for c in released.cells if restoring.marked(c)]
    assert len(notes) == 7


def test_a_doubled_check_counts_once(course):
    notebook = solved(course, "ada")
    (own,) = cells_of(notebook, CHECK)
    notebook.cells += [nbformat.from_dict(own | {"source": "forged"})] * 2
    mended, notes = restored(course, notebook)
    assert len(cells_of(mended, CHECK)) == 1
    assert cells_of(mended, CHECK)[0].source.startswith("check(")
    assert len(notes) == 2
    assert "more than once" in notes[0]


def test_of_doubled_answers_the_one_that_was_written_counts(course):
    notebook = solved(course, "ada")
    written = answer(notebook, "softmax_in_words")
    handed_out = nbformat.read(course.released(CHAPTER), as_version=4)
    notebook.cells.insert(0, answer(handed_out, "softmax_in_words"))
    mended, _ = restored(course, notebook)
    (kept,) = cells_of(mended, "written_03_softmax_in_words")
    assert kept.source == written.source


@pytest.mark.parametrize("change", [
    {"points": 1000}, {"locked": False}, {"solution": True}, {"grade": False},
    {"points": "1e9"}, {"points": -5}, {"checksum": "0"}, {"schema_version": 99},
])
def test_changed_metadata_is_put_back(course, change):
    notebook = solved(course, "ada")
    (own,) = cells_of(notebook, CHECK)
    own.metadata.nbgrader.update(change)
    mended, _ = restored(course, notebook)
    released = nbformat.read(course.released(CHAPTER), as_version=4)
    assert cells_of(mended, CHECK)[0].metadata == cells_of(released, CHECK)[0].metadata


def test_points_that_were_written_in_are_noted(course):
    notebook = solved(course, "ada")
    cells_of(notebook, CHECK)[0].metadata.nbgrader.points = 1000
    assert restored(course, notebook)[1] == [f"{CHECK} had 1000 points written in; it has 1"]


def test_a_renamed_or_edited_check_is_put_back(course):
    notebook = solved(course, "ada")
    cells_of(notebook, CHECK)[0].metadata.nbgrader.grade_id = "check_03_free_points"
    cells_of(notebook, "check_03_my_cross_entropy")[0].source = "print('passed')"
    mended, notes = restored(course, notebook)
    assert len(cells_of(mended, CHECK)) == 1
    assert not cells_of(mended, "check_03_free_points")
    assert cells_of(mended, "check_03_my_cross_entropy")[0].source.startswith("check(")
    assert len(notes) == 3


def judged(course, notebook, **files):
    """The result of a notebook, with other files beside it."""
    folder = hand_in(course, "ada", notebook)
    for name, size in files.items():
        (folder / name.replace("_", ".")).write_bytes(bytes(size))
    released = course.released(CHAPTER).read_text(encoding="utf-8")
    return judging.judge(judging.Task(gather(course), released, "1", b"x"), classroom.stand_in)


def test_code_that_was_written_into_a_check_cell_is_run(course):
    notebook = solved(course, "ada")
    own, (check,) = answer(notebook, "shift_of_scores"), cells_of(notebook, CHECK)
    own.source, check.source = "pass", f"{own.source}\n{check.source}"
    mended, notes = restored(course, notebook)
    assert notes == [f"{CHECK} had been changed; it was put back as handed out"]
    before = mended.cells[mended.cells.index(*cells_of(mended, CHECK)) - 1]
    assert before.source == check.source
    assert "nbgrader" not in before.metadata
    assert judged(course, notebook).score == classroom.CODE


def test_another_notebook_under_this_name_is_a_question_to_a_person(course):
    other = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("a = 1")])
    result = judged(course, other)
    assert "Is it another notebook?" in result.reason
    assert {mark.score for mark in result.marks} == {None}
    without_ids = solved(course, "ada")
    for cell in without_ids.cells:
        cell.metadata = {}
    assert judged(course, without_ids).score == classroom.CODE
    blank = nbformat.read(course.released(CHAPTER), as_version=4)
    assert (judged(course, blank).score, judged(course, blank).reason) == (0, "")


def unwritten(course):
    """A notebook whose answer in words is as it was handed out."""
    notebook = solved(course, "ada")
    handed_out = nbformat.read(course.released(CHAPTER), as_version=4)
    answer(notebook, WORDS).source = answer(handed_out, WORDS).source
    return notebook


@pytest.mark.parametrize("files", [{"page_jpg": 9}, {"scan_PDF": 9}, {"page_png": 11 * 2**20}])
def test_who_hands_in_a_scan_has_answered(course, files):
    mark = judged(course, unwritten(course), **files).marks[-1]
    assert mark.score is None
    assert "It may stand in: " in mark.comment


@pytest.mark.parametrize("cell", [
    nbformat.v4.new_code_cell("# Softmax turns scores into shares,\n# all of them positive."),
    nbformat.v4.new_code_cell("Softmax turns scores into shares"),
    nbformat.v4.new_raw_cell("Softmax turns scores into shares")])
def test_who_writes_words_into_a_cell_of_another_kind_has_answered(course, cell):
    notebook = unwritten(course)
    notebook.cells.append(cell)
    mark = judged(course, notebook).marks[-1]
    assert mark.score is None
    assert "the student's own cells" in mark.comment


def test_a_picture_in_an_answer_is_an_answer_and_nothing_is_none(course):
    notebook = unwritten(course)
    assert judged(course, notebook, helper_py=9).marks[-1].score == 0
    notebook.cells.append(nbformat.v4.new_code_cell("a = 1"))
    assert judged(course, notebook).marks[-1].score == 0
    answer(notebook, WORDS)["attachments"] = {"a.png": {"image/png": PNG}}
    assert judged(course, notebook).marks[-1].score is None


@pytest.mark.parametrize("metadata", [[], 3, "x", {"grade_id": 7}, {"grade_id": ["a"]}, None])
def test_metadata_of_another_form_does_no_harm(course, metadata):
    notebook = json.loads(nbformat.writes(solved(course, "ada")))
    for cell in notebook["cells"]:
        cell["metadata"] = {"nbgrader": metadata}
    mended, _ = restored(course, json.dumps(notebook))
    assert len([c for c in mended.cells if restoring.marked(c)]) == 7


@pytest.mark.parametrize("deep", [1, 100, 300, 400, 900, 10_000])
def test_what_is_nested_deeply_ends_in_a_notebook_or_in_words(course, deep):
    notebook = json.loads(json.dumps(solved(course, "ada")))
    for cell in notebook["cells"]:
        cell["attachments"] = {"a.png": "HERE"}
        cell["metadata"].setdefault("nbgrader", {})["x"] = "HERE"
        cell["outputs"] = ["HERE"]
    text = json.dumps(notebook).replace('"HERE"', '{"a":' * deep + "1" + "}" * deep)
    folder = hand_in(course, "ada", text)
    submission = submissions.gather(folder, "ada", CHAPTER)
    released = course.released(CHAPTER).read_text(encoding="utf-8")
    result = judging.judge(judging.Task(submission, released, "1", b"secret"), classroom.stand_in)
    assert result.version, "the grading itself is not stopped by it"
    assert result.score == classroom.CODE or "is damaged" in result.reason


def test_attachments_of_another_form_are_left_out_and_pictures_stay(course):
    notebook = json.loads(json.dumps(solved(course, "ada")))
    notebook["cells"][0]["attachments"] = {
        "a": {"image/png": [PNG[:4], PNG[4:]], "b": 3, "c": {"d": "e"}}}
    read = parsed(course, json.dumps(notebook))
    assert read.cells[0]["attachments"] == {"a": {"image/png": PNG}}
    notebook["cells"][0]["attachments"] = {"a": [], "b": "x"}
    with pytest.raises(submissions.NeedsPerson, match="is damaged"):
        parsed(course, json.dumps(notebook))


def test_another_order_of_cells_and_old_formats_are_read(course):
    notebook = solved(course, "ada")
    notebook.cells.reverse()
    mended, notes = restored(course, notebook)
    assert notes == []
    assert [c.source for c in mended.cells] == [c.source for c in notebook.cells]
    old = nbformat.convert(solved(course, "ada"), 3)
    assert len(parsed(course, json.dumps(old)).cells) == len(notebook.cells)


def test_an_answer_turned_into_text_is_code_again(course):
    notebook = solved(course, "ada")
    own = answer(notebook, "label_smoothing_gradient")
    own.cell_type = "markdown"
    own.pop("outputs"), own.pop("execution_count")
    mended, notes = restored(course, notebook)
    (back,) = cells_of(mended, "answer_03_label_smoothing_gradient")
    assert (back.cell_type, back.source) == ("code", own.source)
    assert "turned into a markdown cell" in notes[0]


HOSTILE = ["<script>steal()</script>", "<img src=x onerror=steal()>", "</pre><svg onload=steal()>"]


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_of_a_submission_acts_in_the_teachers_browser(text):
    from nbconvert import HTMLExporter

    v4 = nbformat.v4
    data = {"text/html": text, "application/javascript": "steal()", "image/svg+xml": text,
            "image/png": f'"{text}', "text/plain": text, "text/markdown": text}
    outputs = [v4.new_output("display_data", data=data, metadata={"image/png": {"width": text}}),
               v4.new_output("stream", text=text),
               v4.new_output("error", ename=text, evalue=text, traceback=[text])]
    attached = v4.new_markdown_cell(f"![a](attachment:a.png)\n\n{text}")
    attached["attachments"] = {"a.png": {"image/png": f'"{text}'}}
    check = v4.new_code_cell("check()", metadata={"nbgrader": {"grade_id": "check_03_x"}})
    notebook = v4.new_notebook(
        cells=[v4.new_code_cell(text, outputs=outputs), attached, check,
               v4.new_raw_cell(text, metadata={"raw_mimetype": "text/html"})],
        metadata={"title": text, "widgets": {text: text}})
    verdict = Verdict("03.1", text, "failed", text, (text,))
    mark = Mark("check_03_x", 1.0, 0.0, showing.comment(verdict))
    shown = showing.graded_notebook(notebook, [mark], {"check_03_x": verdict._repr_html_()}, [text])
    page, _ = HTMLExporter(template_name="classic").from_notebook_node(
        nbformat.reads(shown, as_version=4))
    page += HTMLExporter().markdown2html({}, mark.comment)
    assert text not in page
    assert "steal()" in page


def test_pictures_and_mathematics_stay_as_they_are():
    v4 = nbformat.v4
    shown = v4.new_output("display_data", data={"image/png": PNG, "text/plain": "Figure"})
    formula = r"$a < b$, $\begin{pmatrix} a & b \\ c & d \end{pmatrix}$, `x <= y`"
    text = v4.new_markdown_cell(formula + "![](attachment:my%20page.png)")
    text["attachments"] = {"my page.png": {"image/png": PNG}}
    notebook = v4.new_notebook(cells=[v4.new_code_cell("f()", outputs=[shown]), text])
    again = nbformat.reads(showing.graded_notebook(notebook, [], {}, []), as_version=4)
    _, code, words = again.cells
    assert code.outputs[0].data == shown.data
    assert words.source == formula + "![](attachment:picture-0)"
    assert words.attachments == {"picture-0": {"image/png": PNG}}


@pytest.mark.parametrize("source", [
    "![](attachment:gone.png)", "![](attachment:picture-0)", "![](attachment:picture-7)",
    "[x]: attachment:gone.png\n\n![x]", "![](<attachment:gone.png>)", "![]( attachment:gone.png )",
])
def test_a_reference_to_a_picture_that_is_gone_stops_nothing(source):
    from nbconvert import HTMLExporter

    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(source)])
    shown = showing.graded_notebook(notebook, [], {}, [])
    HTMLExporter().from_notebook_node(nbformat.reads(shown, as_version=4))


def test_endless_output_is_cut():
    cell = nbformat.v4.new_code_cell("f()", outputs=[nbformat.v4.new_output(
        "stream", text="x" * 10**6)])
    shown = showing.graded_notebook(nbformat.v4.new_notebook(cells=[cell]), [], {}, [])
    assert len(shown) < 2 * showing.TEXT_LIMIT
    assert "980000 more characters were left out" in shown


def test_a_graded_notebook_holds_the_score_as_nbgrader_reads_it(course):
    from nbgrader.utils import determine_grade

    hand_in(course, "ada", solved(course, "ada"))
    mark = Mark(CHECK, 1.0, 0.25)
    mended, _ = restored(course, solved(course, "ada"))
    shown = nbformat.reads(showing.graded_notebook(mended, [mark], {}, []), as_version=4)
    assert determine_grade(cells_of(shown, CHECK)[0]) == (0.25, 1.0)
    assert classroom.MARKS[CHECK] == 1.0


@pytest.mark.parametrize(("outputs", "minutes"), [
    ([{"metadata": {"mlp_lib": {"minutes": 12}}}], 12), (None, None), ({}, None), ([3], None),
    ([{"metadata": 3}], None), ([{"metadata": {"mlp_lib": []}}], None),
    ([{"metadata": {"mlp_lib": {"minutes": "12"}}}], None),
    ([{"metadata": {"mlp_lib": {"minutes": 10**30}}}], None),
])
def test_noted_minutes_are_read_with_care(outputs, minutes):
    assert submissions.worked(outputs) == minutes
