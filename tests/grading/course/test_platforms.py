"""Marks as each learning platform's gradebook takes them in."""

import csv

import pytest

from mlp_lib.grading import __main__ as commands
from mlp_lib.grading import grammar
from mlp_lib.grading.course import CourseError, marks, platforms
from mlp_lib.grading.course.setting_up import init
from tests.grading.classroom import CHAPTER, MARKS
from tests.grading.course.test_gradebook import CHECK, FULL, WRITTEN, result, write


@pytest.fixture
def marked(course):
    """A course where ada is marked, an answer of jdoe's is open, and emmy has handed in nothing."""
    write(course, result(**{CHECK: 0.5, WRITTEN: 3.0}), result("jdoe", **{WRITTEN: None}))
    return course


def rows(text):
    return list(csv.reader(text.splitlines()))


SCORE = f"{FULL - 1.5}"


def test_canvas(marked):
    text, left_out = platforms.export(marked, "canvas")
    assert left_out == 1
    assert rows(text) == [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", CHAPTER],
        ["    Points Possible", "", "", "", "", str(FULL)],
        ["Doe, the elder, Jane", "", "", "jdoe", "", ""],
        ["Lovelace, Ada", "", "", "ada", "", SCORE], ["Noether, Emmy", "", "", "emmy", "", ""]]


def test_moodle(marked):
    found = rows(platforms.export(marked, "moodle")[0])
    assert [found[0], found[2]] == [
        ["First name", "Last name", "ID number", "Email address", CHAPTER],
        ["Ada", "Lovelace", "ada", "ada@example.org", SCORE]]


def test_blackboard(marked):
    text, _ = platforms.export(marked, "blackboard")
    assert [rows(text)[0], rows(text)[2]] == [
        ["Last Name", "First Name", "Username", f"{CHAPTER} [Total Pts: {FULL:g} Score]"],
        ["Lovelace", "Ada", "ada", SCORE]]
    assert text.startswith('"Last Name","First Name"')


def test_brightspace(marked):
    assert rows(platforms.export(marked, "brightspace")[0]) == [
        ["Username", f"{CHAPTER} Points Grade", "End-of-Line Indicator"],
        ["jdoe", "", "#"], ["ada", SCORE, "#"], ["emmy", "", "#"]]


def test_brightspace_knows_numbers_by_another_name():
    text = platforms.brightspace([("0123", {}, {"x": 1.0})], {"x": 2.0})
    assert rows(text) == [["OrgDefinedId", "x Points Grade", "End-of-Line Indicator"],
                          ["0123", "1.0", "#"]]


def test_the_command_writes_a_file_a_platform_and_says_what_is_open(marked, capsys):
    for platform in platforms.FORMS:
        assert commands.main(["export", "--for", platform, "--course", str(marked.root)]) == 0
        assert (marked.root / f"marks_{platform}.csv").exists()
    assert "1 submissions have no mark in it" in capsys.readouterr().err
    assert tuple(platforms.FORMS) == grammar.PLATFORMS


def test_marks_have_a_column_an_exercise(marked):
    jdoe, ada, emmy = csv.DictReader(marks.export(marked).splitlines())
    assert [column for column in ada if column not in marks.COLUMNS] == [
        marks.heading(own) for own in sorted(MARKS, key=marks.heading)]
    assert (ada["03.3 A constant added to the scores"], ada["score"]) == ("0.5", SCORE)
    assert jdoe["03.5 Softmax with a temperature, derived"] == ""
    assert emmy["03.3 A constant added to the scores"] == ""
    assert marks.heading("own_cell") == "own_cell"


def test_where_nothing_is_released_there_is_nothing_to_export(tmp_path):
    with pytest.raises(CourseError, match="nothing is released"):
        platforms.export(init(tmp_path / "course"), "canvas")
