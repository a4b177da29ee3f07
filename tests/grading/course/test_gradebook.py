"""The one writer of nbgrader's gradebook: automatic marks, marks by hand, lateness, speed."""

import contextlib
import csv
import datetime
import sqlite3
from dataclasses import replace

import pytest
from sqlalchemy import event

from mlp_lib.grading import __main__ as commands
from mlp_lib.grading.course import CourseError, gradebook, lateness, marks, people, records
from mlp_lib.grading.judging import Mark, Result
from tests.grading.classroom import CHAPTER, MARKS

FULL = sum(MARKS.values())
CHECK, WRITTEN = "check_03_shift_of_scores", "written_03_softmax_in_words"


def result(student="ada", **scores):
    marks = tuple(Mark(own, points, scores.get(own, points), f"words on {own}")
                  for own, points in MARKS.items())
    return Result(student, CHAPTER, "version", "files", marks,
                  timestamp="2026-11-20 10:00:00 UTC")


def write(course, *results, changed=True, penalty=None):
    with course.gradebook() as book:
        writer = gradebook.Writer(book, CHAPTER, penalty)
        for one in results:
            writer.write(one, changed)


def by_hand(course, student="ada", **values):
    """Give a mark or comment as formgrader does."""
    with course.gradebook() as book:
        grade = book.find_grade(values.pop("cell", WRITTEN), CHAPTER, CHAPTER, student)
        for name, value in values.items():
            setattr(grade, name, value)
        grade.needs_manual_grade = False
        book.db.commit()


def grade_of(course, cell=WRITTEN, student="ada"):
    with course.gradebook() as book:
        grade = book.find_grade(cell, CHAPTER, CHAPTER, student)
        return grade.auto_score, grade.manual_score, grade.score, grade.needs_manual_grade


def test_what_nbgrader_reads_is_what_was_written(course):
    write(course, result(**{WRITTEN: None, CHECK: 0.25}), result("emmy"))
    with course.gradebook() as book:
        ada, emmy = sorted(book.submission_dicts(CHAPTER), key=lambda row: row["student"])
        assert (ada["student"], ada["score"], ada["max_score"]) == ("ada", FULL - 4.75, FULL)
        assert (ada["needs_manual_grade"], emmy["needs_manual_grade"]) == (True, False)
        assert (emmy["score"], emmy["written_score"], emmy["code_score"]) == (FULL, 4.0, FULL - 4)
        assert ada["timestamp"] == datetime.datetime(2026, 11, 20, 10)
        (listed,) = [n for n in book.notebook_submission_dicts(CHAPTER, CHAPTER)
                     if n["student"] == "emmy"]
        assert not listed["failed_tests"]
        comment = book.find_comment("answer_03_shift_of_scores", CHAPTER, CHAPTER, "ada")
        assert comment.comment == f"words on {CHECK}"


def test_a_mark_by_hand_survives_and_counts(course):
    write(course, result(**{WRITTEN: None}))
    by_hand(course, manual_score=3.0, extra_credit=0.5)
    write(course, result(**{WRITTEN: None}), changed=False)
    assert grade_of(course) == (None, 3.0, 3.5, False)


def test_a_mark_by_hand_over_an_automatic_one_survives(course):
    write(course, result(**{CHECK: 0.0}))
    by_hand(course, cell=CHECK, manual_score=1.0)
    write(course, result(**{CHECK: 0.0}), changed=False)
    assert grade_of(course, CHECK) == (0.0, 1.0, 1.0, False)
    write(course, result(**{CHECK: 0.5}), changed=False)
    assert grade_of(course, CHECK) == (0.5, 1.0, 1.0, True)


def test_a_new_submission_asks_to_look_at_marks_by_hand_again(course):
    write(course, result(**{WRITTEN: None}))
    by_hand(course, manual_score=3.0)
    write(course, result(**{WRITTEN: None}), changed=True)
    assert grade_of(course) == (None, 3.0, 3.0, True)
    write(course, result(**{WRITTEN: None}), changed=False)
    assert grade_of(course)[3] is True


def test_a_comment_by_hand_survives(course):
    write(course, result())
    with course.gradebook() as book:
        comment = book.find_comment("answer_03_shift_of_scores", CHAPTER, CHAPTER, "ada")
        comment.manual_comment = "See me."
        book.db.commit()
    write(course, result())
    with course.gradebook() as book:
        comment = book.find_comment("answer_03_shift_of_scores", CHAPTER, CHAPTER, "ada")
        assert (comment.comment, comment.auto_comment) == ("See me.", f"words on {CHECK}")


def test_a_result_is_written_whole_or_not_at_all(course):
    write(course, result(**{CHECK: 0.0}))

    def fails(*arguments):
        raise OSError("the rule for lateness cannot be read")

    with course.gradebook() as book:
        book.find_assignment(CHAPTER).duedate = datetime.datetime(2026, 1, 1)
        book.db.commit()
    with pytest.raises(OSError, match="lateness"):
        write(course, result(**{CHECK: 1.0}), penalty=fails)
    assert grade_of(course, CHECK)[0] == 0.0


@pytest.mark.parametrize(("due", "extension", "taken"), [
    (datetime.datetime(2026, 11, 20, 9), None, FULL),
    (datetime.datetime(2026, 11, 20, 11), None, None),
    (datetime.datetime(2026, 11, 20, 9), datetime.timedelta(hours=2), None),
    (None, None, None),
])
def test_lateness_takes_off_what_the_rule_says_but_never_more_than_there_is(
        course, due, extension, taken):
    write(course, result())
    with course.gradebook() as book:
        book.find_assignment(CHAPTER).duedate = due
        book.find_submission(CHAPTER, "ada").extension = extension
        book.db.commit()
    write(course, result(), penalty=lambda student, score, seconds: 1000)
    with course.gradebook() as book:
        (notebook,) = book.find_submission(CHAPTER, "ada").notebooks
        assert notebook.late_submission_penalty == taken


def test_the_courses_own_rule_for_lateness_is_used(course):
    path = course.root / "nbgrader_config.py"
    path.write_text(path.read_text().replace('"none"\n', '"zero"\n'))
    assert lateness.rule(course, CHAPTER)("ada", 7.0, 60) == 7.0


@pytest.mark.parametrize(("rule", "hours", "lost"), [
    ("10%", 1, 1), ("10%", 25, 2), ("10%", 24, 1), ("10%", 24 * 30, 10), ("none", 99, 0),
    ("zero", 1, 10), ("2.5 %", 47, 0.5), ("100%", 1, 10), ("0%", 1, 0)])
def test_a_share_is_lost_for_each_day_that_has_begun(course, rule, hours, lost):
    lateness.set_rule(course, rule)
    assert lateness.rule(course, CHAPTER)("ada", 10.0, 3600 * hours) == pytest.approx(lost)


def test_an_assignments_own_rule_counts_before_the_courses(course):
    lateness.set_rule(course, "zero")
    lateness.set_rule(course, "50%", CHAPTER)
    assert lateness.rule(course, CHAPTER)("ada", 8.0, 60) == 4
    assert lateness.rule(course, "04_two_layer")("ada", 8.0, 60) == 8


@pytest.mark.parametrize("rule", ["10", "half", "-5%", "101%", "1e3%", ""])
def test_what_is_no_rule_is_refused(course, rule):
    with pytest.raises(CourseError, match="is no rule for late submissions"):
        lateness.set_rule(course, rule)


def test_a_damaged_list_of_rules_says_what_to_do(course):
    (course.root / "grading" / "late.json").write_text("[")
    with pytest.raises(CourseError, match="Mend it, or delete it"):
        lateness.rule(course, CHAPTER)


def test_release_sets_the_due_date_and_what_late_ones_lose(course, capsys):
    def release(*more):
        return commands.main(["release", CHAPTER, "--course", str(course.root), *more])

    assert release("--due", "2026-11-18T12:00+00:00", "--late", "10%") == 0
    assert "Due: 2026-11-18" in capsys.readouterr().out
    write(course, result())  # of 20 November, 10:00
    lateness.renew(course, CHAPTER)
    assert lost_for_lateness(course) == pytest.approx(0.2 * FULL)
    assert release() == 0  # a second release keeps the date
    lateness.renew(course, CHAPTER)
    assert lost_for_lateness(course) == pytest.approx(0.2 * FULL)
    assert release("--due", "none") == 0
    lateness.renew(course, CHAPTER)
    assert lost_for_lateness(course) is None
    assert release("--due", "tomorrow") == 2
    assert "'tomorrow' is no time" in capsys.readouterr().err


def late(course, rule="zero"):
    """Set a due date before all submissions, and a rule."""
    path = course.root / "nbgrader_config.py"
    path.write_text(path.read_text().replace('"none"\n', f'"{rule}"\n'))
    with course.gradebook() as book:
        book.find_assignment(CHAPTER).duedate = datetime.datetime(2026, 11, 20, 9)
        book.db.commit()


def lost_for_lateness(course, student="ada"):
    with course.gradebook() as book:
        (notebook,) = book.find_submission(CHAPTER, student).notebooks
        return notebook.late_submission_penalty


def test_marks_given_by_hand_are_late_too(course):
    write(course, result(**{WRITTEN: None}))
    late(course)
    lateness.renew(course, CHAPTER)
    assert lost_for_lateness(course) == FULL - 4
    by_hand(course, manual_score=4.0)
    lateness.renew(course, CHAPTER)
    assert lost_for_lateness(course) == FULL


def test_a_due_date_that_moved_counts_in_the_next_export(course):
    write(course, result())
    late(course)
    (row,) = [row for row in csv.DictReader(marks.export(course).splitlines())
              if row["student"] == "ada"]
    assert (float(row["score"]), float(row["taken_off_for_lateness"])) == (0, FULL)
    with course.gradebook() as book:
        book.find_assignment(CHAPTER).duedate = datetime.datetime(2026, 12, 1)
        book.db.commit()
    (row,) = [row for row in csv.DictReader(marks.export(course).splitlines())
              if row["student"] == "ada"]
    assert (float(row["score"]), float(row["taken_off_for_lateness"])) == (FULL, 0)


@pytest.mark.parametrize("content", [b"no database" * 500, b"SQLite format 3\x00" + bytes(4000)])
def test_a_damaged_gradebook_is_named_with_what_to_do(course, content, capsys):
    (course.root / "gradebook.db").write_bytes(content)
    for words in (["people"], ["export"], ["autograde", CHAPTER], ["feedback", CHAPTER],
                  ["collect", CHAPTER, str(course.root)]):
        assert commands.main([*words, "--course", str(course.root)]) == 2
        said = capsys.readouterr().err
        assert "gradebook.db cannot be used" in said
        assert "move it away, and run init with the roster" in said


def test_a_truncated_gradebook_is_named(course, capsys):
    path = course.root / "gradebook.db"
    path.write_bytes(path.read_bytes()[:5000])
    assert commands.main(["people", "--course", str(course.root)]) == 2
    assert "cannot be used" in capsys.readouterr().err


def test_a_gradebook_that_another_program_holds_is_named(course, monkeypatch, capsys):
    monkeypatch.setattr(gradebook, "PATIENCE", 0.1)
    with contextlib.closing(sqlite3.connect(course.root / "gradebook.db")) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert commands.main(["people", "--course", str(course.root)]) == 2
        assert "Another program holds it" in capsys.readouterr().err


def test_what_is_not_in_the_gradebook_is_refused_in_words(course):
    with pytest.raises(gradebook.Unknown, match="'nobody' is not in the roster"):
        write(course, result("nobody"))
    with pytest.raises(gradebook.Unknown, match=r"other cells.*written_03"):
        write(course, replace(result(), marks=result().marks[:-1]))
    with course.gradebook() as book, pytest.raises(gradebook.Unknown, match="release it first"):
        gradebook.Writer(book, "07_nothing")


@pytest.mark.parametrize("timestamp", [
    "", "yesterday-ish", "9" * 90, "\x00", "99999999999920262026366999999999999h", "1e999",
    "0001-01-01 00:00:00 +2400", "2026-11-20 10:00:00 " + "x" * 10**6, "NaN", "10.e9"])
def test_a_time_stamp_that_cannot_be_read_is_none(course, timestamp):
    write(course, replace(result(), timestamp=timestamp))
    with course.gradebook() as book:
        assert book.find_submission(CHAPTER, "ada").timestamp is None


def test_who_was_marked_by_hand_waits_for_nobody(course):
    look = replace(result(), reason="its kernel died",
                   marks=tuple(replace(m, score=None) for m in result().marks))
    write(course, look)
    records.write(course.results(CHAPTER) / "ada.json", look.to_json().encode())
    assert people.waiting(course, CHAPTER) == [("ada", "its kernel died")]
    for cell in MARKS:
        by_hand(course, cell=cell, manual_score=1.0)
    assert people.waiting(course, CHAPTER) == []


def test_the_last_of_a_class_takes_no_more_questions_than_the_first(course):
    asked = []
    with course.gradebook() as book:
        for i in range(20):
            book.add_student(f"student{i}")
        writer, counts = gradebook.Writer(book, CHAPTER), []
        event.listen(book.engine, "before_cursor_execute", lambda *_: asked.append(1))
        for i in range(20):
            asked.clear()
            writer.write(result(f"student{i}"))
            counts.append(len(asked))
    assert set(counts) == {counts[0]}
    assert counts[0] <= 20
