"""The marks of a course as tables: all that is known, or what a learning platform takes in."""

import csv
import io

from nbgrader.api import Grade, MissingEntry, SubmittedAssignment, SubmittedNotebook

from mlp_lib.exercises import catalogue
from mlp_lib.grading.assignments import names
from mlp_lib.grading.course import lateness, people, records

COLUMNS = ("assignment", "student", "last_name", "first_name", "email", "handed_in", "score",
           "max_score", "taken_off_for_lateness", "state")


def export(course):
    """CSV text of all marks, with a column an exercise.

    What nobody has judged yet has no score, and a state that says so.
    """
    rows = every_row(course)
    exercises = dict.fromkeys(heading for row in rows for heading in row if heading not in COLUMNS)
    return table([*COLUMNS, *exercises], rows)


def table(columns, rows, **style):
    """CSV text of rows by column, in which no cell is a formula of a spreadsheet."""
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, **style)
    writer.writeheader()
    writer.writerows({key: people.inert(row[key]) for key in row} for row in rows)
    return text.getvalue()


def every_row(course):
    """A dict by column for each student and assignment that was released."""
    for name in course.assignments():
        lateness.renew(course, name)
    with course.gradebook() as book:
        found = []
        for assignment in book.assignments:
            if course.released(assignment.name).exists():
                reasons = {student for student, _ in people.waiting(course, assignment.name)}
                found += [line(book, assignment, student, reasons) for student in book.students]
        return found


def line(book, assignment, student, reasons):
    """One student's marks of one assignment, by column."""
    row = {"assignment": assignment.name, "student": student.id, "last_name": student.last_name,
           "first_name": student.first_name, "email": student.email,
           "max_score": assignment.max_score, "state": "not handed in"}
    try:
        found = book.find_submission(assignment.name, student.id)
    except MissingEntry:
        return row | ({"state": "needs a person"} if student.id in reasons else {})
    parts, taken_off = of_exercises(book, found), found.late_submission_penalty or 0.0
    row |= {"handed_in": found.timestamp, "taken_off_for_lateness": taken_off, "state": "graded"}
    if found.needs_manual_grade:
        row["state"] = ("needs a person" if student.id in reasons
                        else "written answers to be marked")
    known = row["state"] == "graded" or any(score is not None for score in parts.values())
    row["score"] = max(0.0, found.score - taken_off) if known else ""
    return row | {heading: "" if score is None else score for heading, score in parts.items()}


def of_exercises(book, submission):
    """Points by an exercise's number and title; None for those that are open."""
    grades = book.db.query(Grade).join(SubmittedNotebook).join(SubmittedAssignment).filter(
        SubmittedAssignment.id == submission.id)
    found = {}
    for grade in grades:
        is_open = grade.auto_score is None and grade.manual_score is None
        found[heading(grade.name)] = None if is_open else grade.score
    return dict(sorted(found.items()))


def heading(grade_id):
    """Number and title of a graded cell's exercise, as in "03.2 Label smoothing"; else its id."""
    try:
        number, exercise = catalogue.find(names.exercise_id(grade_id))
    except (LookupError, ValueError):
        return grade_id
    return f"{number} {exercise.title}"


def write(path, text):
    """Write a table."""
    records.write(path, text.encode("utf-8-sig"))
