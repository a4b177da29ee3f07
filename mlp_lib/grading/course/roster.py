"""The list of students that a teacher brings."""

import csv
import io
import re
from pathlib import Path

from mlp_lib.grading.course.folder import CourseError

LONGEST = 200  # characters of a value
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
    heading = text.lstrip("\r\n").partition("\n")[0].rstrip("\r")
    delimiter = max(",;\t", key=heading.count)
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter,
                          skipinitialspace=True)
    students, seen = [], {}
    try:
        if "id" not in (rows.fieldnames or ()):
            raise CourseError("the roster's first line must name a column id; it is "
                              f"{heading[:200]!r}")
        for row in rows:
            student = {name: plain(name, row.get(name), rows.line_num) for name in COLUMNS}
            check_id(student["id"], rows.line_num, seen)
            students.append(student)
    except csv.Error as error:
        raise CourseError(f"roster, line {rows.line_num + 1}: {error}") from error
    return students


def plain(name, value, line):
    """A value on one line of text; refused if it is too long, or HTML that formgrader would run."""
    value = " ".join((value or "").split())
    if len(value) > LONGEST:
        raise CourseError(f"roster, line {line}: {name} has {len(value)} characters where at most "
                          f"{LONGEST} are wanted")
    if not value.isprintable() or (name != "email" and set(value) & set("<>")):
        raise CourseError(f"roster, line {line}: {name} is {value[:80]!r}; letters, digits and "
                          "signs are wanted, without < and >")
    return value


def check_id(student, line, seen):
    """Refuse an id that is no name of a folder, or that came before."""
    if not STUDENT_ID.fullmatch(student) or len(student.encode()) > LONGEST:
        raise CourseError(f"roster, line {line}: {student!r} cannot be an id; letters, digits, "
                          "and . _ - @ are wanted")
    if student.casefold() in seen:
        raise CourseError(f"roster, line {line}: the id {student!r} stood in line "
                          f"{seen[student.casefold()]} already")
    seen[student.casefold()] = line
