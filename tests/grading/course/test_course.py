"""A course from its roster to the export, by the commands a teacher types."""

import csv
import os
import re
import shutil
import stat
import subprocess
import sys

import nbformat
import pytest

from mlp_lib.grading import __main__ as commands
from mlp_lib.grading import autograde
from mlp_lib.grading.assignments import notebooks
from mlp_lib.grading.course import (
    CourseError,
    gradebook,
    handing,
    marks,
    people,
    records,
    roster,
    setting_up,
)
from tests.grading import classroom
from tests.grading.classroom import CHAPTER, answer, hand_in, solved


def command(place, *arguments):
    return commands.main([*arguments, "--course", str(place.root)])


def test_a_course_holds_configuration_assignments_students_and_a_secret(prepared):
    assert (prepared.root / "nbgrader_config.py").exists()
    assert CHAPTER in prepared.assignments()
    with prepared.gradebook() as book:
        assert sorted(s.id for s in book.students) == ["ada", "emmy", "jdoe"]
        assert book.find_student("jdoe").last_name == "Doe, the elder"
        assert CHAPTER in [a.name for a in book.assignments]
    secret = prepared.root / "grading" / "secret"
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    assert len(prepared.secret) == 32


def test_a_second_init_adds_and_keeps(course, tmp_path):
    configuration = course.root / "nbgrader_config.py"
    configuration.write_text(configuration.read_text() + "\n# the teacher's own line\n")
    secret = course.secret
    more = tmp_path / "more.csv"
    more.write_text("id;last_name\nzoe;Zimmer\n", encoding="utf-8-sig")
    assert commands.main(["init", str(course.root), "--students", str(more)]) == 0
    assert course.secret == secret
    assert "own line" in configuration.read_text()
    with course.gradebook() as book:
        assert sorted(s.id for s in book.students) == ["ada", "emmy", "jdoe", "zoe"]


@pytest.mark.parametrize(("text", "words"), [
    ("name\nada\n", "must name a column id"),
    ("", "must name a column id"),
    ("id\nada\nAda\n", "line 3: the id 'Ada' stood in line 2"),
    ("id,email\n,x@y\n", "line 2: '' cannot be an id"),
    ("id\n../../etc\n", "cannot be an id"),
    ("id\n.hidden\n", "cannot be an id"),
    ("id\n-rf\n", "cannot be an id"),
    ("id\na+b\n", "cannot be an id"),
    ("id\n" + "a" * 200 + "\n", "cannot be an id"),
    ("id\n" + "\U00020000" * 90 + "\n", "cannot be an id"),
    ("id\nada\n\n\n-rf\n", "line 5: '-rf' cannot be an id"),
    ('id,last_name\nada,"Love\nlace"\n-rf,x\n', "line 4: '-rf' cannot be an id"),
    ("id,first_name\nada," + "x" * 200_000, "line 2: field larger than field limit"),
    ("id,first_name\nada," + "x" * 100_000, "line 2: first_name has 100000 characters"),
    ("id,first_name\nada,<script>alert(1)</script>\n", "line 2: first_name is '<script>"),
    ("id,last_name\nada,a\x1b[2J\n", r"line 2: last_name is 'a\\x1b"),
    ("x" * 300_000, "must name a column id|field larger"),
])
def test_a_roster_that_is_wrong_is_refused_by_line(tmp_path, text, words):
    path = tmp_path / "roster.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CourseError, match=words):
        roster.read(path)


@pytest.mark.parametrize("sign", ["\x85", "\u2028", "\x0b", "\x1c", "\u00a0", "\n"])
def test_a_name_with_a_line_break_of_any_kind_is_one_students(tmp_path, sign):
    path = tmp_path / "roster.csv"
    path.write_text(f'id,first_name,email\nada,"Ada{sign}Mary",Ada L. <ada@x.org>\nemmy,Emmy,\n',
                    encoding="utf-8")
    ada, emmy = roster.read(path)
    assert (ada["id"], ada["first_name"], ada["email"]) == ("ada", "Ada Mary", "Ada L. <ada@x.org>")
    assert emmy["id"] == "emmy"


def test_a_roster_that_is_missing_or_no_text(tmp_path, capsys):
    path = tmp_path / "roster.csv"
    assert commands.main(["init", str(tmp_path / "c"), "--students", str(path)]) == 2
    assert "roster cannot be read" in capsys.readouterr().err
    path.write_bytes(b"id\n\xff\xfe\n")
    with pytest.raises(CourseError, match="cannot be read"):
        roster.read(path)


@pytest.mark.parametrize("name", ["a [b]", "what?", "50%", "c#1", "{x}", "*"])
def test_a_folder_in_which_nbgrader_finds_nothing_is_refused_by_init(tmp_path, capsys, name):
    assert commands.main(["init", str(tmp_path / name)]) == 2
    assert "choose a folder without these" in capsys.readouterr().err
    assert not (tmp_path / name).exists()


@pytest.mark.parametrize("name", ["a b", "a+b", "a'b", "ü (1)", "a&b", "a,b;c", "a=b", "~x"])
def test_a_folder_with_other_signs_works(tmp_path, name):
    (tmp_path / name).mkdir()
    made = classroom.new_course(tmp_path / name)
    hand_in(made, "ada", solved(made, "ada"))
    assert autograde.grade(made, CHAPTER, workers=1, work=classroom.work,
                           ready=classroom.nothing).people == {}
    assert len(handing.feedback(made, CHAPTER)[0]) == 1


def test_a_folder_that_is_no_course(tmp_path, capsys):
    assert commands.main(["people", "--course", str(tmp_path)]) == 2
    assert "is not a course" in capsys.readouterr().err


def test_a_new_version_is_taken_over_only_when_the_old_is_out_of_the_way(course, tmp_path):
    hand_in(course, "ada", solved(course, "ada"))
    autograde.grade(course, CHAPTER, workers=1, work=classroom.work, ready=classroom.nothing)
    source, sources = course.root / "source" / CHAPTER, tmp_path / "sources"
    newer = classroom.instructors()
    newer.cells[0].source += "\n\nThe second edition."
    sources.mkdir()
    nbformat.write(newer, sources / f"{CHAPTER}.ipynb")
    setting_up.init(course.root, sources=sources)
    handing.release(course, CHAPTER)
    assert "second edition" not in course.released(CHAPTER).read_text(encoding="utf-8")
    source.rename(tmp_path / "old")
    setting_up.init(course.root, sources=sources)
    handing.release(course, CHAPTER)
    assert "second edition" in course.released(CHAPTER).read_text(encoding="utf-8")
    assert autograde.grade(course, CHAPTER, workers=1, work=classroom.work,
                           ready=classroom.nothing).judged == 1
    del newer.cells[-1]
    nbformat.write(newer, source / f"{CHAPTER}.ipynb")
    with pytest.raises(CourseError, match="Cannot add or remove cells"):
        handing.release(course, CHAPTER)


def test_every_notebook_of_the_workbook_becomes_an_assignment(tmp_path):
    made = setting_up.init(tmp_path / "course")
    assert made.assignments() == sorted(p.stem for p in notebooks.SOURCES.glob("*.ipynb"))
    with pytest.raises(CourseError, match="no instructor's notebooks"):
        setting_up.init(tmp_path / "other", sources=tmp_path / "nothing")


def test_what_is_released_has_stubs_and_no_answers(prepared):
    released = prepared.released(CHAPTER).read_text(encoding="utf-8")
    assert "is not answered yet" in released
    assert "BEGIN SOLUTION" not in released
    for exercise in classroom.EXERCISES:
        if hasattr(exercise, "solution"):
            assert exercise.solution.strip().splitlines()[0] not in released
    assert "np.mean(np.log(" not in released


@pytest.mark.parametrize("words", ["release", "collect", "collect .", "autograde", "report",
                                   "feedback"])
def test_an_unknown_assignment_is_refused_with_those_known(prepared, capsys, words):
    name, *place = words.split()
    assert command(prepared, name, "03_sofmax", *place) == 2
    assert "no assignment '03_sofmax'; the course has 03_softmax" in capsys.readouterr().err
    assert not prepared.submitted("03_sofmax").exists()


@pytest.mark.parametrize(("option", "words"), [
    (("--due", "tomorrow"), "'tomorrow' is no time"), (("--due", ""), "'' is no time"),
    (("--late", "150%"), "'150%' is no rule for late submissions")])
def test_a_time_or_a_rule_that_is_none_is_refused_before_anything_is_made(
        course, tmp_path, capsys, option, words):
    shutil.rmtree(course.root / "release")
    assert command(course, "release", CHAPTER, *option) == 2
    assert words in capsys.readouterr().err
    assert not course.released(CHAPTER).exists()
    if "--late" in option:
        assert commands.main(["init", str(tmp_path / "new"), *option]) == 2
        assert not (tmp_path / "new").exists()


def test_nbgrader_finds_its_programs_without_an_activated_environment(monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    gradebook.programs_on_path()
    assert os.environ["PATH"].split(os.pathsep)[0] == os.path.dirname(sys.executable)


def test_a_whole_round_through_the_commands(course, monkeypatch, capsys):
    monkeypatch.setattr(autograde, "work", classroom.work)
    monkeypatch.setattr(autograde.grade, "__kwdefaults__",
                        autograde.grade.__kwdefaults__ | {"work": classroom.work,
                                                          "ready": classroom.nothing})
    wrong = solved(course, "emmy")
    answer(wrong, "shift_of_scores").source = 'shift_of_scores = "z"'
    hand_in(course, "ada", solved(course, "ada"))
    hand_in(course, "emmy", wrong)
    hand_in(course, "jdoe", "{")
    assert command(course, "autograde", CHAPTER, "--workers", "1") == 0
    assert "3 judged, 0 as they were, 1 of those judged need a person" in capsys.readouterr().out
    assert command(course, "people") == 0
    said = capsys.readouterr().out
    assert "jdoe  03_softmax.ipynb is damaged" in said
    assert "03_softmax: 3 written answers of 3 students are to be marked." in said
    assert "damaged" in (course.root / "grading" / people.FILE).read_text()
    assert command(course, "feedback", CHAPTER, "--student", "emmy") == 0
    (page,) = course.root.glob("feedback/emmy/*/*.html")
    shown = page.read_text(encoding="utf-8")
    assert "One of the letters" in shown
    assert "0 of 1 points" in shown
    assert shown.count("One of the letters") == 1
    assert "The input that shows it" not in shown
    assert command(course, "export") == 0
    with open(course.root / "marks.csv", encoding="utf-8-sig") as file:
        rows = {row["student"]: row for row in csv.DictReader(file)}
    assert rows["ada"]["state"] == "written answers to be marked"
    assert float(rows["ada"]["score"]) == classroom.CODE
    assert float(rows["emmy"]["score"]) == classroom.CODE - 1
    assert float(rows["emmy"]["max_score"]) == sum(classroom.MARKS.values())
    assert (rows["jdoe"]["score"], rows["jdoe"]["state"]) == ("", "needs a person")
    assert rows["jdoe"]["last_name"] == "Doe, the elder"


def shown(course, student):
    """What the page of a student says of the sum, and of the parts."""
    (page,) = course.root.glob(f"feedback/{student}/*/*.html")
    text = page.read_text(encoding="utf-8")
    (total,) = re.findall(r'<p class="total">(.*?)</p>', text, re.S)
    return (" ".join(re.sub("<.*?>", "", total).split()),
            re.findall(r'<td class="n">(.*?)</td>', text))


def test_a_mark_that_nobody_has_given_is_open_in_the_feedback(course):
    hand_in(course, "ada", solved(course, "ada"))
    hand_in(course, "jdoe", "{")
    autograde.grade(course, CHAPTER, workers=1, work=classroom.work, ready=classroom.nothing)
    pages, problems = handing.feedback(course, CHAPTER)
    assert (len(pages), problems) == (2, [])
    full = sum(classroom.MARKS.values())
    assert shown(course, "jdoe") == (f"4 exercises are not marked yet ({full:g} points)",
                                     ["not marked yet"] * 4)
    total, parts = shown(course, "ada")
    assert total == f"{classroom.CODE:g} of {classroom.CODE:g} points; 1 exercise is not marked " \
                    "yet (4 points)"
    assert parts == ["1 of 1", "2 of 2", "1 of 1", "not marked yet"]
    with course.gradebook() as book:
        grade = book.find_grade("written_03_softmax_in_words", CHAPTER, CHAPTER, "ada")
        grade.manual_score, grade.needs_manual_grade = 3.0, False
        book.db.commit()
    handing.feedback(course, CHAPTER)
    total, parts = shown(course, "ada")
    assert (total, parts[-1]) == (f"{classroom.CODE + 3:g} of {full:g} points", "3 of 4")


def test_a_page_that_nbgrader_cannot_write_stops_no_other(course, capsys):
    for student in ("ada", "emmy"):
        hand_in(course, student, solved(course, student))
    autograde.grade(course, CHAPTER, workers=1, work=classroom.work, ready=classroom.nothing)
    (course.autograded(CHAPTER, "ada") / f"{CHAPTER}.ipynb").write_text("{")
    assert command(course, "feedback", CHAPTER) == 1
    said = capsys.readouterr()
    assert "1 pages" in said.out
    assert said.err.startswith("ada: nbgrader could not write the feedback")
    with pytest.raises(CourseError, match="nothing of 03_softmax is graded yet of jdoe"):
        handing.feedback(course, CHAPTER, "jdoe")


@pytest.mark.parametrize(("text", "safe"), [
    ("=1", "'=1"), ("a;=1", "a;'=1"), ("a; =1", "a; '=1"), ("a,@x", "a,'@x"), ("\t=1", " '=1"),
    ("a|-1", "a|'-1"), ("a\n=1", "a =1"), ("plain - text", "plain - text"), ("", ""), (3.5, 3.5)])
def test_no_cell_is_a_formula_wherever_a_spreadsheet_splits_it(text, safe):
    assert people.inert(text) == safe


def test_who_handed_in_nothing_is_not_a_zero(course):
    rows = list(csv.DictReader(marks.export(course).splitlines()))
    assert {(row["score"], row["state"]) for row in rows} == {("", "not handed in")}


def test_what_lies_in_the_wrong_place_is_listed(course):
    hand_in(course, "ada", solved(course, "ada"))
    course.submitted(CHAPTER, "ada").rename(course.root / "submitted" / "ada" / "03 softmax")
    (course.root / "submitted" / "jdoe.ipynb").write_text("{}")
    assert people.waiting(course, CHAPTER) == [
        ("ada", "03 softmax in submitted/ada is no assignment"),
        ("jdoe.ipynb", "lies in submitted/ and is no student's folder")]


def test_the_exchange_carries_an_assignment_out_and_a_submission_back(course, monkeypatch):
    assert command(course, "release", CHAPTER, "--exchange") == 0
    (out,) = course.root.glob(f"exchange/*/outbound/{CHAPTER}/{CHAPTER}.ipynb")
    inbound = out.parents[2] / "inbound" / f"ada+{CHAPTER}+2026-11-20 10:00:00 UTC+0123"
    inbound.mkdir(parents=True)
    nbformat.write(solved(course, "ada"), inbound / f"{CHAPTER}.ipynb")
    (inbound / "timestamp.txt").write_text("2026-11-20 10:00:00 UTC")
    assert command(course, "collect", CHAPTER) == 0
    assert (course.submitted(CHAPTER, "ada") / f"{CHAPTER}.ipynb").exists()


@pytest.mark.filterwarnings("ignore:Object of type:sqlalchemy.exc.SAWarning")  # of nbgrader's own
def test_formgraders_button_judges_as_the_command_does(course, monkeypatch):
    monkeypatch.setattr(autograde.grade, "__kwdefaults__",
                        autograde.grade.__kwdefaults__ | {"work": classroom.work,
                                                          "ready": classroom.nothing})
    hand_in(course, "ada", solved(course, "ada"))
    answered = handing.api(course).autograde(CHAPTER, "ada")
    assert answered["success"], answered
    assert records.record(course, CHAPTER, "ada").score == classroom.CODE
    graded = nbformat.read(course.autograded(CHAPTER, "ada") / f"{CHAPTER}.ipynb", as_version=4)
    outputs = [c.outputs[0].data["text/plain"] for c in graded.cells
               if c.metadata.get("nbgrader", {}).get("grade") and c.cell_type == "code"]
    assert sum(map(float, outputs)) == classroom.CODE


def test_the_command_line_says_what_it_knows():
    said = subprocess.run([sys.executable, "-m", "mlp_lib.grading", "--help"], check=True,
                          capture_output=True, text=True).stdout
    assert all(name in said for name in (
        "init", "release", "collect", "autograde", "people", "feedback", "export"))


def test_an_interrupt_says_that_the_same_command_goes_on(course, monkeypatch, capsys):
    def stop(*arguments, **options):
        raise KeyboardInterrupt

    monkeypatch.setattr(autograde, "grade", stop)
    assert command(course, "autograde", CHAPTER) == 130
    assert "the same command goes on" in capsys.readouterr().err
