"""How a class stood after each grading: a file a grading, from which a report says what moved."""

import json
from datetime import datetime

from mlp_lib.grading.course import records
from mlp_lib.grading.course.folder import OWN

FOLDER = "history"  # in our part of the course's folder
FORM = "%Y-%m-%d %H.%M.%S"  # of a file's name: the clock of this machine


def folder(course, assignment):
    """Where the files of an assignment lie."""
    return course.root / OWN / FOLDER / assignment


def state(course, assignment):
    """How each answer stands now, by student and graded cell.

    Returns
    -------
    dict of str to dict of str to list
        ``[status, mistake, score]``, see `mlp_lib.grading.judging.Mark`.
    """
    found = {student: records.record(course, assignment, student)
             for student in records.handed_in(course, assignment)}
    return {student: {mark.grade_id: [mark.status, mark.mistake, mark.score]
                      for mark in record.marks} for student, record in found.items() if record}


def keep(course, assignment):
    """Write how the class stands now."""
    name = datetime.now().strftime(FORM)
    text = json.dumps({"state": state(course, assignment)}, ensure_ascii=False, indent=1)
    records.write(folder(course, assignment) / f"{name}.json", text.encode())


def before(course, assignment, since=None):
    """How the class stood after an earlier grading.

    Parameters
    ----------
    since : date, optional
        That of the last grading of this day, or before it; the last but one if not given.

    Returns
    -------
    (datetime, dict) or None
        When, and the `state`. None if there was no such grading, or its file is damaged.
    """
    known = sorted((when, path) for path in folder(course, assignment).glob("*.json")
                   if (when := moment(path.stem)))
    known = known[:-1] if since is None else [one for one in known if one[0].date() <= since]
    if not known:
        return None
    when, path = known[-1]
    try:
        return when, json.loads(path.read_text(encoding="utf-8"))["state"]
    except (OSError, ValueError, KeyError, TypeError):
        return None


def moment(name):
    """The time that a file's name says, or None."""
    try:
        return datetime.strptime(name, FORM)
    except ValueError:
        return None
