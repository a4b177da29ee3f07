"""Marks in the form in which a learning platform's gradebook takes them in.

A student's id is the one of the platform: the login of Canvas, the user name of Blackboard, the ID
number of Moodle, the user name of Brightspace (or the OrgDefinedId, if all ids are digits). A
column's title is the assignment's name. What is open, or not handed in, stays empty: there the
platform keeps what it has.
"""

import csv

from mlp_lib.grading.course import marks
from mlp_lib.grading.course.folder import CourseError


def canvas(students, points):
    """Canvas: five columns about the student, and a second line that says the full points."""
    about = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
    rows = [{"Student": "    Points Possible"} | points]
    rows += [{"Student": f"{row['last_name']}, {row['first_name']}", "SIS Login ID": student} | own
             for student, row, own in students]
    return marks.table([*about, *points], rows)


def moodle(students, points):
    """Moodle: columns that its import offers to map."""
    about = ("First name", "Last name", "ID number", "Email address")
    return marks.table([*about, *points], [
        {"First name": row["first_name"], "Last name": row["last_name"], "ID number": student,
         "Email address": row["email"]} | own for student, row, own in students])


def blackboard(students, points):
    """Blackboard: every cell between quotation marks; the title says the full points."""
    titles = {name: f"{name} [Total Pts: {full:g} Score]" for name, full in points.items()}
    return marks.table(["Last Name", "First Name", "Username", *titles.values()], [
        {"Last Name": row["last_name"], "First Name": row["first_name"], "Username": student}
        | {titles[name]: score for name, score in own.items()}
        for student, row, own in students], quoting=csv.QUOTE_ALL)


def brightspace(students, points):
    """Brightspace: the id, the points, and a sign at the end of each line."""
    digits = all(student.isdigit() for student, _, _ in students)
    about, end = "OrgDefinedId" if digits else "Username", "End-of-Line Indicator"
    titles = {name: f"{name} Points Grade" for name in points}
    return marks.table([about, *titles.values(), end], [
        {about: student, end: "#"} | {titles[name]: score for name, score in own.items()}
        for student, _, own in students])


FORMS = {"canvas": canvas, "moodle": moodle, "blackboard": blackboard, "brightspace": brightspace}


def export(course, platform):
    """The marks of a course for one platform.

    Parameters
    ----------
    platform : str
        One of `FORMS`.

    Returns
    -------
    (str, int)
        CSV text, and how many submissions are left out because a mark is open.

    Raises
    ------
    CourseError
        If nothing is released.
    """
    rows = marks.every_row(course)
    points = {row["assignment"]: row["max_score"] for row in rows}
    if not points:
        raise CourseError("nothing is released yet, so there are no marks to export")
    own, about = {}, {}
    for row in rows:
        about.setdefault(row["student"], {key: row[key] or "" for key in
                                          ("last_name", "first_name", "email")})
        if row["state"] == "graded":
            own.setdefault(row["student"], {})[row["assignment"]] = round(row["score"], 4)
    students = [(student, known, own.get(student, {})) for student, known in about.items()]
    left_out = sum(row["state"] not in ("graded", "not handed in") for row in rows)
    return FORMS[platform](students, points), left_out
