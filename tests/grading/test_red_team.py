"""Attacks on the grading itself, each of which once succeeded; and that each check can fail."""

import json
import multiprocessing
import os
import sys
import tempfile
from dataclasses import replace

import nbformat
import numpy as np
import psutil
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from mlp_lib.exercises import catalogue
from mlp_lib.exercises.runner import Case, Outcome
from mlp_lib.exercises.wire import pack_cases
from mlp_lib.grading import autograde
from mlp_lib.grading.confinement import MIB, Answer, Call, Limits, view, watch
from mlp_lib.grading.confinement.execution import run
from mlp_lib.grading.confinement.probe import read
from mlp_lib.grading.confinement.room import Room
from mlp_lib.grading.course import CourseError, collecting, marks, people, records
from mlp_lib.grading.judging import bounds, libraries, marking, rendering, showing, submissions
from mlp_lib.grading.judging import tasks as judging
from tests.grading import classroom
from tests.grading.boxes import sandbox_or_skip  # noqa: F401
from tests.grading.classroom import CHAPTER, CODE, hand_in, solved

LIMITS = Limits(cell_seconds=120, probe_seconds=60, grace_seconds=1, notebook_seconds=300)


def grade(course, **options):
    options = {"work": classroom.work, "ready": classroom.nothing, "workers": 1} | options
    return autograde.grade(course, CHAPTER, **options)


def score(course, student):
    with course.gradebook() as book:
        return book.find_submission(CHAPTER, student).score


# ---------------------------------------------------------------- files and names


NAMES = {
    "no text": os.fsdecode(b"\xff\xfe.png"), "a line end": "a\n\n![x](http:x).png",
    "a terminal's command": "\x1b]0;mine\x07.png", "long": "x" * 251 + ".png",
    "the notebook's": f"{CHAPTER}.ipynb.d/page.png", "deep": "/".join(["d" * 90] * 15) + "/a.png",
}


@pytest.mark.parametrize("name", NAMES)
def test_no_name_of_a_file_stops_the_class(course, name):
    folder = hand_in(course, "ada", solved(course, "ada"))
    hand_in(course, "emmy", solved(course, "emmy"))
    path = folder / NAMES[name]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"\x89PNG picture")
    grade(course)
    assert (score(course, "ada"), score(course, "emmy")) == (CODE, CODE)
    notes = records.record(course, CHAPTER, "ada").notes
    assert all(note.isprintable() for note in notes)
    assert bool(notes) == (name != "the notebook's")
    assert grade(course).unchanged == 2


def test_a_folder_in_the_notebooks_place_stops_no_other(course):
    folder = course.submitted(CHAPTER, "ada") / f"{CHAPTER}.ipynb"
    folder.mkdir(parents=True)
    (folder / "page.png").write_bytes(b"\x89PNG picture")
    hand_in(course, "emmy", solved(course, "emmy"))
    assert "is missing" in grade(course).people["ada"][0]
    assert score(course, "emmy") == CODE


def test_a_picture_that_becomes_a_folder_stops_nothing_and_the_old_one_goes(course):
    folder = hand_in(course, "ada", solved(course, "ada"))
    (folder / "a.png").write_bytes(b"\x89PNG picture")
    (folder / "b.png").write_bytes(b"\x89PNG picture")
    grade(course)
    for name in ("a.png", "b.png"):
        (folder / name).unlink()
    (folder / "a.png").mkdir()
    (folder / "a.png" / "b.png").write_bytes(b"\x89PNG picture")
    assert grade(course).judged == 1
    graded = course.autograded(CHAPTER, "ada")
    assert {path.relative_to(graded).as_posix() for path in graded.rglob("*.png")} == {
        "a.png", "a.png/b.png"}


def test_no_name_in_a_folder_stops_collecting(course, tmp_path):
    place = tmp_path / "downloads" / "ada"
    place.mkdir(parents=True)
    (place / f"{CHAPTER}.ipynb").write_text(json.dumps(solved(course, "ada")))
    (place / ("x" * 251 + ".png")).write_bytes(b"\x89PNG picture")
    done = collecting.collect(course, CHAPTER, place.parent)
    assert done.counts == {"ada": 1}
    assert "its name is too long" in done.unplaced[0]
    assert (course.submitted(CHAPTER, "ada") / f"{CHAPTER}.ipynb").exists()


def test_no_cell_of_a_table_is_a_formula(course):
    roster = [{"id": "eve", "first_name": "=1+1", "last_name": "@SUM(1)", "email": "-2"}]
    from mlp_lib.grading.course import enter

    enter(course, roster, [])
    (course.root / "submitted" / "eve" / "=cmd|' \x1b[31m").mkdir(parents=True)
    rows = people.write_list(course)
    assert rows[0][2].startswith("=cmd|' ")
    assert rows[0][2].isprintable()
    table = people.table(rows)
    for text in (table, marks.export(course)):
        cells = [cell.strip('"') for line in text.splitlines() for cell in line.split(",")]
        assert not [cell for cell in cells if cell.startswith(("=", "@", "-", "+"))]
    assert "'=1+1" in marks.export(course)


# ---------------------------------------------------------------- the notebook's file


HEAD = b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": ['


@pytest.mark.parametrize("text", [
    HEAD + b"{}," * 6_000_000 + b"{}]}", HEAD + b"[]," * 6_000_000 + b"[]]}",
    HEAD.replace(b'"metadata": {}', b'"metadata": {"a": [' + b"{}," * 6_000_000 + b"{}]}") + b"]}",
])
def test_a_notebook_of_many_tiny_parts_takes_neither_time_nor_memory(text):
    process = psutil.Process()
    before = process.memory_info().rss
    with bounds.seconds(4), pytest.raises(submissions.NeedsPerson, match="brackets"):
        submissions.parse(submissions.Submission("ada", CHAPTER, {f"{CHAPTER}.ipynb": text}))
    assert process.memory_info().rss - before < 100 * MIB


def test_a_cell_with_half_a_million_pictures_is_shown_at_once():
    cell = new_markdown_cell("(attachment:x)" * 1000)
    cell["attachments"] = {str(i): {"image/jpeg": "/9j/"} for i in range(100_000)}
    with bounds.seconds(4):
        shown = showing.safe_cell(cell, 0, rendering.Trial())
    assert len(shown.attachments) == showing.PICTURES_LIMIT


def test_text_that_takes_long_to_render_is_cut():
    from nbconvert.filters import markdown2html

    cell = new_markdown_cell("\\begin{a}" * 10**5)
    with bounds.seconds(8):
        markdown2html(showing.safe_cell(cell, 0, rendering.Trial()).source)


# ---------------------------------------------------------------- what a browser would do


ACTIVE = [
    "[x](javascript:steal())", "[x](JavaScript:steal())", "[x](&#106;avascript:steal())",
    "[x](javascript&colon;steal())", "[x](javascript\\:steal())", "[x](<javascript:steal()>)",
    "[x][r]\n\n[r]: javascript:steal()", "![x](http://elsewhere/steal())", "<javascript:steal()>",
    "![x][r]\n\n[r]: http://elsewhere/steal()", "![[x](attachment:picture-0)](http://e/steal())",
    "\\![x](http://elsewhere/steal())", "![x\n](http://elsewhere/steal())",
    r"$\href{javascript:steal()}{x}$", r"$\newcommand{\h}[1]{\href{#1script:steal()}{x}}\h{java}$",
    r"$\mmlToken{mi}[href='javascript:steal()']{x}$",
]


def pages(text):
    """HTML of a text that a student wrote, and of a sentence with it that the grading says."""
    from nbconvert.filters import markdown2html

    yield markdown2html(showing.safe_cell(new_markdown_cell(text), 0, rendering.Trial()).source)
    yield markdown2html(showing.sentence(text))


@pytest.mark.parametrize("text", ACTIVE)
def test_no_link_is_code_and_no_picture_is_fetched(text):
    for page in pages(text):
        assert 'href="javascript:' not in page.lower()
        assert "<img" not in page
        assert not any(word in page for word in ("\\href", "\\mmlToken"))
        assert "steal(" in page


def test_without_that_they_would_act():
    from nbconvert.filters import markdown2html

    assert 'href="javascript:' in markdown2html(ACTIVE[0])
    assert 'href="javascript:' in markdown2html(ACTIVE[2])
    assert "<img" in markdown2html(ACTIVE[7])


def test_links_formulas_and_own_pictures_stay():
    cell = new_markdown_cell(r"[a](https://example.org) $a & b$ ![](attachment:p) [0]: x &amp y")
    cell["attachments"] = {"p": {"image/png": "iVBORw0KGgo="}}
    shown = showing.safe_cell(cell, 0, rendering.Trial()).source
    assert shown == cell.source.replace("attachment:p", "attachment:picture-0")
    assert showing.sentence("Part [0]: dW[1, 2] is 3!") == "Part [0]: dW[1, 2] is 3!"


def test_formulas_in_an_error_message_are_not_typeset():
    mark = marking.for_person("check", 1.0, "x").mark
    output = showing.score_output(mark, "<p>$\\href{x}{y}$</p>")
    assert output.data["text/html"].startswith('<div class="tex2jax_ignore mathjax_ignore">')


# ---------------------------------------------------------------- half characters, huge words


def test_half_a_character_in_outputs_and_reasons_stops_nothing(course):
    hand_in(course, "ada", solved(course, "ada"))
    hand_in(course, "emmy", solved(course, "emmy"))

    def forging(notebook, *rest):
        ran = classroom.stand_in(notebook, *rest)
        cell = next(cell for cell in ran.notebook.cells if cell.cell_type == "code")
        cell.outputs = [nbformat.v4.new_output("stream", text="\ud800")]
        call = Call("x", "label_smoothing_gradient", "[]")
        ran.answers["check_03_label_smoothing_gradient"] = read(
            call, {"word": "broken", "text": "\ud800\x1b[31m" + "x" * 10**6}, Limits())
        ran.reasons.append("\ud800")
        return ran

    tally = grade(course, work=lambda task: judging.judge(task, forging))
    for student in ("ada", "emmy"):
        (reason,) = tally.people[student]
        assert reason.isprintable()
        assert len(reason) < 1000
        assert score(course, student) == CODE - 2
    people.write_list(course)


def test_a_long_letter_is_not_repeated():
    _, exercise = catalogue.find("03.shift_of_scores")
    verdict = exercise.judge([], [Outcome("\ud800" * 10**6)], "03.5")
    assert len(verdict.sentence) < 300


# ---------------------------------------------------------------- two at once, and machines


def hold(course, held, done):
    with course.locked():
        held.set()
        done.wait(300)


def test_two_that_grade_at_once_do_not_meet(course):
    hand_in(course, "ada", solved(course, "ada"))
    context = multiprocessing.get_context("spawn")
    held, done = context.Event(), context.Event()
    other = context.Process(target=hold, args=(course, held, done))
    other.start()
    try:
        assert held.wait(300)
        with pytest.raises(CourseError, match="another process grades"):
            grade(course)
        with pytest.raises(CourseError, match="another process grades"):
            collecting.collect(course, CHAPTER, course.root / "submitted")
        other.kill()
        other.join()
        assert grade(course).judged == 1
    finally:
        other.kill()
        other.join()


def test_what_this_machine_could_not_run_is_tried_again(course):
    hand_in(course, "ada", solved(course, "ada"))

    def refuses(notebook, folder, calls, limits, sandboxed):
        return run(notebook, folder, calls, replace(limits, submission_files=0), sandboxed)

    tally = grade(course, work=lambda task: judging.judge(task, refuses))
    assert "holds more than" in tally.people["ada"][0]
    assert grade(course).judged == 1
    assert score(course, "ada") == CODE


# ---------------------------------------------------------------- projects


def test_blank_paper_earns_nothing_in_a_project():
    _, exercise = catalogue.find("09.rectify_and_stitch")
    case = exercise.cases(5)[0]
    for H in (np.eye(3), np.diag([1e9, 1e9, 1]), np.diag([1e-9, 1e-9, 1]), np.zeros((3, 3))):
        assert exercise.judge([case], [Outcome((H, np.zeros(case.args[4])))], "09.6").fraction == 0


def test_a_network_of_thousands_of_layers_is_not_computed():
    _, exercise = catalogue.find("06.train_with_tanh")
    thin = [np.zeros((784, 1)), np.zeros(1), *[np.zeros((1, 1)), np.zeros(1)] * 20_000,
            np.zeros((1, 10)), np.zeros(10)]
    with bounds.seconds(8):
        verdict = exercise.judge(exercise.cases(5), [Outcome(thin)], "06.7")
    assert "At most 20 layers" in verdict.sentence


@pytest.mark.parametrize("source", [
    "from mlp_lib import geometry", "import numpy as np; import mlp_lib.geometry as g",
    "import mlp_lib", "from mlp_lib import *",
    "from mlp_lib import (\n    gaussian,\n    geometry)",
    "    import cv2", "g = __import__('mlp_lib.geo' + 'metry')",
])
def test_a_library_that_a_project_rules_out_is_a_question_to_a_person(source):
    _, exercise = catalogue.find("09.rectify_and_stitch")
    notebook = new_notebook(cells=[new_code_cell("import numpy as np"), new_code_cell(source)])
    marker = marking.Marker("ada", b"", notebook, False)
    case = marker.cases(exercise)[0]
    right = Outcome(exercise.reference(*case.args), seconds=1.0)
    cell = new_code_cell(metadata={"nbgrader": {
        "grade_id": "check_09_rectify_and_stitch", "points": 10, "grade": True, "solution": False}})
    (own,) = [call.key for call in marker.calls(cell)]
    judged = marker.mark(cell, {own: Answer((right,))})
    assert judged.mark.score is None
    assert "rules that out" in judged.mark.person
    nothing = marker.mark(cell, {own: Answer((Outcome(),))})
    assert nothing.mark.score == 0


def test_what_is_handed_out_is_not_ruled_out():
    from mlp_lib.grading.assignments import notebooks

    for number in ("06", "09"):
        for exercise in catalogue.exercises(number).values():
            names = getattr(exercise, "without", ())
            assert libraries.ruled_out(notebooks.instructors(number), names) == ""


# ---------------------------------------------------------------- out of the sandbox


def play(cells, folder, calls=()):
    return run(new_notebook(cells=[new_code_cell(cell) for cell in cells]), folder, calls, LIMITS)


ENDLESS = """
import zmq, time
thread = get_ipython().kernel.iopub_thread
def flood():
    part = bytes(10**7)
    for _ in range(100): thread.socket.send(part, zmq.SNDMORE)
    thread.socket.send(b"end")
thread.schedule(flood)
time.sleep(100)
"""
BURIED = """
import os, time
os.mkdir("/sockets/deep")
for i in range(40):
    with open(f"/sockets/deep/{i}", "wb") as file: file.write(bytes(2**24))
    time.sleep(0.1)
"""
CLOCK = """
import time
own = time.process_time
def quick(X):
    end = own() + 1.2
    while own() < end:
        pass
    return X
time.perf_counter = time.monotonic = time.time = time.process_time = lambda: 0.0
"""


def hear_a_message_without_end(folder):
    """As a child of grading does, in a process of its own: what it holds for a moment is much."""
    watch.UNREAD = 150 * MIB
    return play([ENDLESS], folder)


@pytest.mark.usefixtures("boxed")
def test_a_message_without_end_does_not_fill_the_memory_of_the_grader(tmp_path):
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        result = pool.apply(hear_a_message_without_end, (tmp_path,))
    assert result.reasons == ["Cell 1 was stopped because it sent more than can be heard."]
    assert result.end == "output flood"


@pytest.mark.usefixtures("boxed")
def test_files_in_a_folder_among_the_sockets_do_not_fill_the_disk(tmp_path):
    result = play([BURIED], tmp_path)
    assert "among the kernel's sockets" in result.reasons[0]


def leave_closed_folders(folder):
    """As a user who is not root: what is left of a room with closed folders among its sockets?"""
    if os.geteuid() == 0:
        os.setgid(65534)
        os.setuid(65534)
    room = Room(folder, LIMITS)
    (room.sockets / "a" / "b").mkdir(parents=True)
    (room.sockets / "a" / "file").touch()
    for name in ("a/b", "a"):
        (room.sockets / name).chmod(0)
    room.close()
    os._exit(room.base.exists())


def test_closed_folders_among_the_sockets_are_removed(monkeypatch):
    folder = tempfile.mkdtemp(dir="/tmp")
    try:
        os.chmod(folder, 0o755)
        monkeypatch.setattr(tempfile, "tempdir", "/tmp")
        other = multiprocessing.get_context("fork").Process(
            target=leave_closed_folders, args=(folder,))
        other.start()
        other.join(300)
        assert other.exitcode == 0
    finally:
        os.rmdir(folder)


@pytest.mark.usefixtures("boxed")
def test_the_time_of_a_project_is_taken_outside(tmp_path):
    cases = pack_cases([Case("one", (np.ones(2),))])
    result = play([CLOCK], tmp_path, [Call("quick", "quick", cases)])
    assert 1 < result.answers["quick"].outcomes[0].seconds < 5  # of the processor


@pytest.mark.usefixtures("boxed")
def test_references_are_hidden_under_every_name_of_their_folder(tmp_path, monkeypatch):
    package = tmp_path / "real" / "site" / "mlp_lib"
    for name in view.HIDDEN:
        (package / name).mkdir(parents=True)
        (package / name / "reference.py").write_text("answer = 42")
    (tmp_path / "linked").symlink_to("real")
    monkeypatch.setattr(view, "PACKAGE", package)
    monkeypatch.setattr(sys, "exec_prefix", str(tmp_path / "linked"))
    names = [tmp_path / folder / "site" / "mlp_lib" for folder in ("real", "linked")]
    room = Room(tmp_path / "real" / "site" / "mlp_lib" / "grading", LIMITS)
    try:
        script = "; ".join(f"ls -d {path}/*; cat {path}/*/reference.py {path}/*/*/reference.py"
                           for path in names)
        running = room.start(["sh", "-c", f"({script}) >&2"])
        running.process.wait()
        running.kill()
        said = room.complaints.read_text()
    finally:
        room.close()
    assert all(f"{path}/grading" in said for path in names), said
    assert "answer = 42" not in said
