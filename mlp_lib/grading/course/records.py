"""What is kept of each graded submission, as a file; and how a file is written whole."""

import os

from mlp_lib.grading.course.roster import STUDENT_ID
from mlp_lib.grading.judging import Result


def write(path, content):
    """Write bytes so that a file is there whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f".{os.getpid()}.new")
    new.write_bytes(content)
    os.replace(new, path)


def handed_in(course, assignment):
    """Students who handed something in, in order; a folder whose name is no id is none's."""
    found = (path.parent.name for path in course.submitted(assignment).glob(f"*/{assignment}"))
    return sorted(name for name in found if STUDENT_ID.fullmatch(name))


def read(path):
    """The `Result` that a file keeps.

    Raises
    ------
    ValueError
        If it is damaged, or of another form or another student.
    OSError
        If it cannot be read.
    """
    try:
        result = Result.from_json(path.read_text(encoding="utf-8"))
    except RecursionError:
        raise ValueError("its brackets are nested too deep") from None
    texts = (result.student, result.assignment, result.version, result.timestamp, result.reason)
    if not all(isinstance(text, str) for text in texts) or result.student != path.stem:
        raise ValueError(f"the record of {path.stem} was wanted")
    return result


def record(course, assignment, student):
    """The record of a submission; None if there is none that can be read."""
    try:
        return read(course.results(assignment) / f"{student}.json")
    except (OSError, ValueError):
        return None
