"""The loop over a class: what is judged, written, kept, and gone on with."""

import csv
import datetime
import json
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from mlp_lib.exercises import catalogue
from mlp_lib.grading import autograde, cluster
from mlp_lib.grading.confinement import sandbox
from mlp_lib.grading.course import CourseError, marks, people, records
from mlp_lib.grading.judging import Result
from mlp_lib.grading.judging import tasks as judging
from tests.grading import classroom
from tests.grading.classroom import CHAPTER, CODE, answer, hand_in, solved


def grade(course, students=None, **options):
    options = {"work": classroom.work, "ready": classroom.nothing, "workers": 1} | options
    return autograde.grade(course, CHAPTER, students, **options)


def rows(course, student):
    """Grades by cell, and comments by cell, as nbgrader has them."""
    with course.gradebook() as book:
        found = book.find_submission(CHAPTER, student)
        (notebook,) = found.notebooks
        grades = {g.name: (g.auto_score, g.manual_score, g.needs_manual_grade)
                  for g in notebook.grades}
        return grades, {c.name: c.auto_comment for c in notebook.comments}


def test_right_answers_get_full_marks_and_words_wait_for_a_person(course):
    hand_in(course, "ada", solved(course, "ada"))
    tally = grade(course)
    grades, comments = rows(course, "ada")
    assert (tally.judged, tally.people) == (1, {})
    assert sum(auto or 0 for auto, _, _ in grades.values()) == CODE
    assert grades["written_03_softmax_in_words"] == (None, None, True)
    assert grades["check_03_shift_of_scores"] == (1.0, None, False)
    assert "passed" in comments["answer_03_shift_of_scores"]
    points = classroom.MARKS["check_03_label_smoothing_gradient"]
    assert f"{points:g} of {points:g} points" in comments["answer_03_label_smoothing_gradient"]


def test_what_was_handed_out_untouched_gets_zero_in_words(course):
    hand_in(course, "ada", nbformat.read(course.released(CHAPTER), as_version=4))
    grade(course)
    grades, comments = rows(course, "ada")
    assert all(row == (0.0, None, False) for row in grades.values())
    assert all("not answered" in comment.lower() for comment in comments.values())


def test_a_known_mistake_is_named_and_earns_the_cases_that_are_right(course):
    notebook = solved(course, "ada")
    answer(notebook, "label_smoothing_gradient").source += "\n\n".join([
        "", "exact, calls = label_smoothing_gradient, []",
        "def label_smoothing_gradient(Z, labels, epsilon):\n"
        "    calls.append(len(Z))\n"
        "    return exact(Z, labels, epsilon) * (len(Z) if len(calls) % 2 else 1)"])
    hand_in(course, "ada", notebook)
    grade(course)
    grades, comments = rows(course, "ada")
    own = "check_03_label_smoothing_gradient"
    assert 0 < grades[own][0] < classroom.MARKS[own]
    assert "not yet" in comments["answer_03_label_smoothing_gradient"]


def test_another_name_leaves_the_number_to_a_person(course):
    hand_in(course, "emmy", solved(course, "ada"))
    tally = grade(course)
    grades, comments = rows(course, "emmy")
    assert grades["check_03_my_cross_entropy"] == (None, None, True)
    assert grades["check_03_shift_of_scores"][0] == 1.0
    assert "NAME in the notebook is 'ada', the student is 'emmy'" in tally.people["emmy"][0]
    assert "the number is right for that name" in comments["answer_03_my_cross_entropy"]


def number(course, student, source, name):
    """Hand in a notebook with this answer to the exercise with numbers of one's own."""
    notebook = solved(course, student)
    own = answer(notebook, "my_cross_entropy")
    own.source = source.format(solution=own.source)
    for cell in notebook.cells:
        cell.source = cell.source.replace(f"NAME = {student!r}", name)
    hand_in(course, student, notebook)


BITS = "{solution}\nmy_cross_entropy /= np.log(2)"


@pytest.mark.parametrize(("source", "name", "words"), [
    (BITS, 'NAME = "your name"', ("in bits", "NAME was left as it was handed out", "neither")),
    (BITS, 'NAME = "ada"', ("in bits", "NAME in the notebook is 'ada'", "neither")),
    ("my_cross_entropy = 1e9", 'NAME = "ada"', ("not yet", "neither")),
    (BITS, 'NAME = "  EMMY "', ("in bits",)),
])
def test_a_number_that_is_wrong_for_both_names_is_wrong(course, source, name, words):
    number(course, "emmy", source, name)
    assert grade(course).people == {}
    grades, comments = rows(course, "emmy")
    assert grades["check_03_my_cross_entropy"] == (0.0, None, False)
    assert all(word in comments["answer_03_my_cross_entropy"] for word in words)


@pytest.mark.parametrize(("name", "words"), [
    ('NAME = "your name"', "NAME was left as it was handed out, 'your name'"),
    ('NAME = "ada"', "the number is right for that name"),
    ('NAME = "ada"\nnumbers = given("03.my_cross_entropy", NAME)\nNAME = 7', "NAME is no name"),
])
def test_a_number_that_may_be_right_for_another_name_waits_for_a_person(course, name, words):
    source = ("P, y = numbers.values()\n{solution}" if "numbers" in name else "{solution}")
    number(course, "emmy", source, name)
    assert words in grade(course).people["emmy"][0]
    assert rows(course, "emmy")[0]["check_03_my_cross_entropy"] == (None, None, True)


def test_a_number_that_is_right_for_the_student_passes_whatever_name_stands_there(course):
    source = 'P, y = given("03.my_cross_entropy", "emmy").values()\n{solution}'
    number(course, "emmy", source, "NAME = None")
    assert grade(course).people == {}
    assert rows(course, "emmy")[0]["check_03_my_cross_entropy"][0] == 1.0



@pytest.mark.parametrize(("text", "words"), [
    ("{", "damaged"),
    ("[" * 100_000, "damaged"),
    ('{"cells": 3, "nbformat": 4, "nbformat_minor": 5, "metadata": {}}', "damaged"),
    ('{"cells": [7], "nbformat": 4, "nbformat_minor": 5, "metadata": {}}', "damaged"),
    ("", "damaged: a notebook begins with {, and this is empty"),
    ("null", "damaged: a notebook begins with {, and this with 'null'"),
    ("[{}]", "damaged: a notebook begins with {, and this with '[{}]'"),
    ("no", "and this with 'no'"),
    ('{"nbformat": 99}', "damaged"),
])
def test_a_damaged_notebook_waits_for_a_person_and_is_no_zero(course, text, words):
    hand_in(course, "jdoe", text)
    tally = grade(course)
    grades, _ = rows(course, "jdoe")
    assert words in tally.people["jdoe"][0]
    assert all(row == (None, None, True) for row in grades.values())
    assert people.waiting(course, CHAPTER) == [("jdoe", tally.people["jdoe"][0])]
    graded = course.autograded(CHAPTER, "jdoe") / f"{CHAPTER}.ipynb"
    assert words in nbformat.read(graded, as_version=4).cells[0].source


def test_who_is_not_in_the_roster_is_listed(course):
    hand_in(course, "stranger", solved(course, "stranger"))
    tally = grade(course)
    assert "not in the roster" in tally.people["stranger"][0]
    assert "stranger" in dict(people.waiting(course, CHAPTER))
    assert not course.autograded(CHAPTER, "stranger").exists()


def test_only_what_changed_is_judged_again(course):
    for student in ("ada", "emmy"):
        hand_in(course, student, solved(course, student))
    assert grade(course).judged == 2
    hand_in(course, "emmy", nbformat.read(course.released(CHAPTER), as_version=4))
    again = grade(course)
    assert (again.judged, again.unchanged) == (1, 1)
    assert rows(course, "emmy")[0]["check_03_shift_of_scores"][0] == 0
    assert grade(course, force=True).judged == 2
    assert grade(course, ["ada"], force=True).judged == 1


def test_another_version_of_the_assignment_is_judged_anew(course, monkeypatch):
    hand_in(course, "ada", solved(course, "ada"))
    grade(course)
    monkeypatch.setattr(autograde, "fingerprint", lambda assignment: "another")
    assert grade(course).judged == 1


LOADED = """import sys
from mlp_lib.exercises import catalogue
catalogue.exercises(sys.argv[1])
print(*(module.__file__ for name, module in sys.modules.items()
        if name.startswith("mlp_lib.exercises")), sep="\\n")
"""


@pytest.mark.parametrize("number", catalogue.chapter_numbers())
def test_a_change_in_any_module_that_an_exercise_loads_is_judged_anew(
        number, tmp_path, monkeypatch):
    said = subprocess.check_output([sys.executable, "-c", LOADED, number], text=True)
    copy = tmp_path / "exercises"
    shutil.copytree(autograde.EXERCISES, copy)
    loaded = [copy / Path(line).relative_to(autograde.EXERCISES) for line in said.splitlines()]
    assert copy / f"chapters/ch{number}/__init__.py" in loaded
    monkeypatch.setattr(autograde, "EXERCISES", copy)
    before = autograde.fingerprint(f"{number}_x")
    for path in loaded:
        text = path.read_bytes()
        path.write_bytes(text + b"\n")
        assert autograde.fingerprint(f"{number}_x") != before, path
        path.write_bytes(text)
    assert autograde.fingerprint(f"{number}_x") == before


def test_a_change_in_another_chapter_is_not(tmp_path, monkeypatch):
    copy = tmp_path / "exercises"
    shutil.copytree(autograde.EXERCISES, copy)
    monkeypatch.setattr(autograde, "EXERCISES", copy)
    before = [autograde.fingerprint(f"{number}_x") for number in ("03", "04")]
    (copy / "chapters" / "ch04" / "new.py").write_text("")
    after = [autograde.fingerprint(f"{number}_x") for number in ("03", "04")]
    assert [a == b for a, b in zip(after, before, strict=True)] == [True, False]


@pytest.mark.parametrize("end", [KeyboardInterrupt, OSError])
def test_a_run_that_stopped_goes_on(course, end):
    for student in ("ada", "emmy", "jdoe"):
        hand_in(course, student, solved(course, student))
    seen = []

    def stops(task):
        seen.append(task.submission.student)
        if len(seen) == 2:
            raise end
        return classroom.work(task)

    with pytest.raises(end):
        grade(course, work=stops)
    assert (grade(course).judged, seen) == (2, ["ada", "emmy"])


@pytest.mark.parametrize("stage", ["record", "gradebook"])
def test_a_crash_between_two_writes_is_mended_by_the_next_run(course, monkeypatch, stage):
    hand_in(course, "ada", solved(course, "ada"))
    target = (records, "write") if stage == "record" else (autograde.gradebook.Writer, "write")
    real, calls = getattr(*target), []

    def crashes(*arguments, **named):
        calls.append(arguments)
        if stage == "gradebook" or arguments[0].suffix == ".json":
            raise OSError("the disk is full")
        return real(*arguments, **named)

    with monkeypatch.context() as patch:
        patch.setattr(*target, crashes)
        with pytest.raises(OSError, match="disk is full"):
            grade(course)
    assert calls
    assert grade(course).judged == 1
    assert rows(course, "ada")[0]["check_03_shift_of_scores"][0] == 1.0


def test_a_damaged_record_is_judged_again(course):
    hand_in(course, "ada", solved(course, "ada"))
    grade(course)
    (course.results(CHAPTER) / "ada.json").write_text('{"marks": 3}')
    assert "damaged" in dict(people.waiting(course, CHAPTER))["ada"]
    assert grade(course).judged == 1
    assert people.waiting(course, CHAPTER) == []


def test_an_error_of_the_grading_itself_is_no_mark_and_is_tried_again(course):
    hand_in(course, "ada", solved(course, "ada"))

    def fails(*arguments):
        raise RuntimeError("no room left for a kernel")

    tally = grade(course, work=lambda task: judging.judge(task, fails))
    assert "no room left" in tally.people["ada"][0]
    assert rows(course, "ada")[0]["check_03_shift_of_scores"] == (None, None, True)
    assert grade(course).people == {}


@pytest.mark.parametrize("brought", [None, 3, "another's"])
def test_what_is_no_result_of_the_submission_is_no_mark(course, brought):
    for student in ("ada", "emmy"):
        hand_in(course, student, solved(course, student))
    others = []

    def gives(task):
        result = classroom.work(task)
        others.append(result)
        if task.submission.student == "ada":
            return result
        return others[0] if brought == "another's" else brought

    tally = grade(course, work=gives)
    assert "brought back no result of it" in tally.people["emmy"][0]
    assert rows(course, "emmy")[0]["check_03_shift_of_scores"] == (None, None, True)
    assert rows(course, "ada")[0]["check_03_shift_of_scores"][0] == 1.0
    assert grade(course).people == {}


def test_a_gradebook_from_before_is_written_again_from_the_records(course):
    before = (course.root / "gradebook.db").read_bytes()
    for student in ("ada", "emmy"):
        hand_in(course, student, solved(course, student))
    grade(course)
    (course.root / "gradebook.db").write_bytes(before)
    assert {row["state"] for row in exported(course)} == {"not handed in"}
    tally = grade(course)
    assert (tally.judged, tally.unchanged) == (0, 2)
    assert rows(course, "ada")[0]["check_03_shift_of_scores"] == (1.0, None, False)
    states = {row["student"]: row["state"] for row in exported(course)}
    assert states == {"ada": "written answers to be marked", "jdoe": "not handed in",
                      "emmy": "written answers to be marked"}


def exported(course):
    return list(csv.DictReader(marks.export(course).splitlines()))


def test_a_gradebook_without_the_student_asks_a_person_and_is_mended_later(course):
    hand_in(course, "ada", solved(course, "ada"))
    grade(course)
    with course.gradebook() as book:
        book.remove_student("ada")
    assert "not in the roster" in grade(course).people["ada"][0]
    with course.gradebook() as book:
        book.add_student("ada")
    assert grade(course).people == {}
    assert rows(course, "ada")[0]["check_03_shift_of_scores"][0] == 1.0


def test_a_graded_notebook_that_is_gone_is_made_again(course):
    hand_in(course, "ada", solved(course, "ada"))
    grade(course)
    shutil.rmtree(course.autograded(CHAPTER, "ada"))
    assert grade(course).judged == 1
    assert (course.autograded(CHAPTER, "ada") / f"{CHAPTER}.ipynb").exists()


def test_a_due_date_that_moved_counts_for_what_is_judged_already(course):
    hand_in(course, "ada", solved(course, "ada"))
    grade(course)
    configuration = course.root / "nbgrader_config.py"
    configuration.write_text(configuration.read_text().replace('"none"\n', '"zero"\n'))
    for due, taken in ((datetime.datetime(2026, 11, 1), float(CODE)),
                       (datetime.datetime(2026, 12, 1), None)):
        with course.gradebook() as book:
            book.find_assignment(CHAPTER).duedate = due
            book.db.commit()
        assert grade(course).unchanged == 1
        with course.gradebook() as book:
            (notebook,) = book.find_submission(CHAPTER, "ada").notebooks
            assert notebook.late_submission_penalty == taken


@pytest.mark.parametrize("stamp", ["soon", "99999999999920262026366999999999999h", "1e999 UTC x"])
def test_a_time_that_is_none_is_asked_for_where_there_is_a_due_date(course, stamp):
    for student in ("ada", "emmy"):
        hand_in(course, student, solved(course, student))
    hand_in(course, "ada", solved(course, "ada"), stamp)
    assert grade(course).judged == 2
    assert people.waiting(course, CHAPTER) == []
    with course.gradebook() as book:
        book.find_assignment(CHAPTER).duedate = datetime.datetime(2026, 11, 1)
        book.db.commit()
    ((student, reason),) = people.waiting(course, CHAPTER)
    assert student == "ada"
    assert "is no time: whether it was late nobody can say" in reason
    hand_in(course, "ada", solved(course, "ada"))
    assert grade(course).judged == 1
    assert people.waiting(course, CHAPTER) == []


def test_a_folder_that_no_student_can_have_is_listed_and_the_rest_goes_on(course):
    hand_in(course, "ada", solved(course, "ada"))
    (course.root / "submitted" / ("x" * 252) / CHAPTER).mkdir(parents=True)
    assert grade(course).judged == 1
    assert people.waiting(course, CHAPTER) == [
        ("x" * 100, "lies in submitted/, and its name can be no student's id")]


@pytest.mark.parametrize("text", [
    "[" * 100_000, '{"a":' * 100_000, "", "null", '{"marks": [], "notes": []}', "\x00", "KEPT"])
def test_a_record_that_is_none_stops_nobody(course, text):
    for student in ("ada", "emmy"):
        hand_in(course, student, solved(course, student))
    grade(course)
    path = course.results(CHAPTER) / "ada.json"
    path.write_text(path.read_text().replace('"ada"', '"emmy"') if text == "KEPT" else text)
    assert "its record is damaged" in dict(people.waiting(course, CHAPTER))["ada"]
    again = grade(course)
    assert (again.judged, again.unchanged) == (1, 1)
    assert people.waiting(course, CHAPTER) == []


def test_a_submission_that_no_worker_brought_back_is_tried_again(course, monkeypatch):
    hand_in(course, "ada", solved(course, "ada"))

    def loses(work, waiting, *rest, **named):
        return ((task, cluster.Lost("it died three times")) for task in waiting)

    with monkeypatch.context() as patch:
        patch.setattr(cluster, "spread", loses)
        assert grade(course).people["ada"] == (
            "no worker could judge it: it died three times",)
    assert grade(course).people == {}


def test_without_a_sandbox_the_result_says_so(course):
    hand_in(course, "ada", solved(course, "ada"))
    grade(course, sandboxed=False)
    kept = records.record(course, CHAPTER, "ada")
    _, comments = rows(course, "ada")
    assert not kept.sandboxed
    assert all("without the sandbox" in comment for comment in comments.values())
    assert grade(course, sandboxed=True).judged == 1
    assert records.record(course, CHAPTER, "ada").sandboxed


def test_it_does_not_start_where_the_sandbox_cannot_be_used(course):
    hand_in(course, "ada", solved(course, "ada"))

    def cannot():
        raise LookupError("install bubblewrap")

    with pytest.raises(LookupError, match="install bubblewrap"):
        grade(course, ready=cannot)
    assert records.record(course, CHAPTER, "ada") is None


def test_hidden_inputs_are_of_one_submission_alone_and_stay_in_the_course(course):
    secrets = {}

    def notes(task):
        secrets[task.submission.student] = task.secret
        return classroom.work(task)

    for student in ("ada", "emmy"):
        hand_in(course, student, solved(course, student))
    grade(course, work=notes)
    first = dict(secrets)
    grade(course, work=notes, force=True)
    assert secrets == first
    assert len({*secrets.values(), course.secret}) == 3
    hand_in(course, "ada", solved(course, "ada"), "2026-11-21 10:00:00 UTC")
    grade(course, work=notes)
    assert secrets["ada"] != first["ada"]
    everything = [path.read_bytes() for folder in ("release", "autograded", "submitted")
                  for path in (course.root / folder).rglob("*") if path.is_file()]
    assert all(course.secret.hex().encode() not in content for content in everything)


def test_an_answer_that_tells_its_inputs_tells_them_to_nobody_else(course):
    notebook = solved(course, "ada")
    answer(notebook, "label_smoothing_gradient").source += (
        "\n\nright = label_smoothing_gradient\n\n\n"
        "def label_smoothing_gradient(Z, labels, epsilon):\n"
        "    if Z[0, 0] != 2:  # it is not the prompt's example, which everybody knows\n"
        "        raise ValueError(repr(Z))\n"
        "    return right(Z, labels, epsilon)")
    hand_in(course, "ada", notebook)
    hand_in(course, "emmy", notebook)
    grade(course)
    told = [rows(course, student)[1]["answer_03_label_smoothing_gradient"]
            for student in ("ada", "emmy")]
    assert told[0] != told[1]


def test_an_assignment_that_was_not_released(course):
    with pytest.raises(CourseError, match="07_nothing was not released; the course has 03_softmax"):
        autograde.grade(course, "07_nothing")


def test_records_travel_through_json(course):
    hand_in(course, "ada", solved(course, "ada"))
    grade(course)
    kept = records.record(course, CHAPTER, "ada")
    assert Result.from_json(kept.to_json()) == kept
    assert "notebook" not in json.loads(kept.to_json())
    with pytest.raises(ValueError, match="record was wanted"):
        Result.from_json("[]")


def test_photographs_come_along_and_nothing_that_could_act(course):
    folder = hand_in(course, "ada", solved(course, "ada"))
    (folder / "page.png").write_bytes(b"\x89PNG picture")
    (folder / "fake.png").write_bytes(b"<script>")
    (folder / "page.html").write_bytes(b"<script>")
    (folder / "link.png").symlink_to(course.root / "gradebook.db")
    grade(course)
    names = {path.name for path in course.autograded(CHAPTER, "ada").iterdir()}
    assert names == {f"{CHAPTER}.ipynb", "timestamp.txt", "page.png"}


@pytest.mark.skipif(bool(sandbox.problem()), reason=sandbox.problem() or "a sandbox can be made")
def test_in_the_real_sandbox_one_mistake_costs_no_other_mark(course):
    notebook = solved(course, "ada")
    answer(notebook, "label_smoothing_gradient").source = (
        "def label_smoothing_gradient(Z, labels, epsilon):\n    import os\n    os._exit(1)")
    hand_in(course, "ada", notebook)
    hand_in(course, "emmy", solved(course, "emmy"))
    tally = autograde.grade(course, CHAPTER, workers=1)
    grades, comments = rows(course, "ada")
    ((student, reasons),) = tally.people.items()
    assert (student, "kernel" in reasons[0]) == ("ada", True)
    assert grades["check_03_label_smoothing_gradient"][0] is None
    assert "kernel" in comments["answer_03_label_smoothing_gradient"]
    assert grades["check_03_shift_of_scores"][0] == 1
    assert grades["check_03_my_cross_entropy"][0] == 1
    assert records.record(course, CHAPTER, "emmy").score == CODE
    assert records.record(course, CHAPTER, "emmy").sandboxed
