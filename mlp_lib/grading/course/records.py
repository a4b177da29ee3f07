"""What is kept of each graded submission, as a file; and how a file is written whole."""

import os

from mlp_lib.grading.judging import Result


def write(path, content):
    """Write bytes so that a file is there whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f".{os.getpid()}.new")
    new.write_bytes(content)
    os.replace(new, path)


def handed_in(course, assignment):
    """Students who handed something in, in order."""
    return sorted(path.parent.name for path in course.root.glob(f"submitted/*/{assignment}"))


def record(course, assignment, student):
    """The record of a submission; None if there is none that can be read."""
    path = course.results(assignment) / f"{student}.json"
    try:
        return Result.from_json(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
