"""The list of students that a teacher brings."""

import csv
import re
from pathlib import Path

from mlp_lib.grading.course.folder import CourseError

COLUMNS = ("id", "first_name", "last_name", "email")
STUDENT_ID = re.compile(r"[\w@][\w@. -]{0,99}(?<![. ])")


def read(path):
    """Students of a class, from a CSV file with a heading.

    Parameters
    ----------
    path : Path
        The column ``id`` is needed; ``first_name``, ``last_name``, ``email`` are known besides.
        Comma, semicolon or tab.

    Returns
    -------
    list of dict

    Raises
    ------
    CourseError
        Names the line that is wrong.
    """
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise CourseError(f"the roster cannot be read: {error}") from error
    heading = text.partition("\n")[0]
    delimiter = max(",;\t", key=heading.count)
    rows = list(csv.DictReader(text.splitlines(), delimiter=delimiter, skipinitialspace=True))
    if "id" not in heading.replace('"', "").strip().split(delimiter):
        raise CourseError(f"the roster's first line must name a column id; it is {heading!r}")
    students, seen = [], {}
    for line, row in enumerate(rows, 2):
        student = {name: (row.get(name) or "").strip() for name in COLUMNS}
        check_id(student["id"], line, seen)
        students.append(student)
    return students


def check_id(student, line, seen):
    """Refuse an id that is no name of a folder, or that came before."""
    if not STUDENT_ID.fullmatch(student):
        raise CourseError(f"roster, line {line}: {student!r} cannot be an id; letters, digits, "
                          "and . _ - @ are wanted")
    if student.casefold() in seen:
        raise CourseError(f"roster, line {line}: the id {student!r} stood in line "
                          f"{seen[student.casefold()]} already")
    seen[student.casefold()] = line
