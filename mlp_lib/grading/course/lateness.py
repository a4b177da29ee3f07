"""When a submission was handed in, and what that takes off.

A rule is "none", "zero" (all is lost), or a share a day: "10%" takes a tenth of the points that
were reached for each day that has begun. `init` sets that of the course, `release` that of an
assignment; where neither is set, nbgrader's configuration of the course says it.
"""

import json
import math
import re
from datetime import UTC, datetime

from nbgrader.api import Assignment, SubmittedAssignment, SubmittedNotebook
from nbgrader.preprocessors import AssignLatePenalties

from mlp_lib.grading.course import records
from mlp_lib.grading.course.folder import OWN, CourseError
from mlp_lib.grading.course.times import parsed, taken_off

FILE = "late.json"  # in our part of the course's folder
EVERY = "*"
DAY = 24 * 3600


def rule(course, assignment):
    """From student, score and seconds late to the points taken off, or None."""
    own = rules(course)
    if text := own.get(assignment, own.get(EVERY)):
        share = share_of(text)
        return lambda student, score, seconds: score * min(share * math.ceil(seconds / DAY), 1)
    nbgraders = AssignLatePenalties(config=course.configuration())
    nbgraders.init_plugin()
    return nbgraders.plugin_inst.late_submission_penalty


def share_of(text):
    """The share of the points that a rule takes off a day.

    Raises
    ------
    CourseError
        If it is none.
    """
    known = {"none": 0.0, "zero": 1.0}
    match = re.fullmatch(r"(\d{1,3}(?:\.\d+)?) ?%", text.strip())
    if text in known or (match and float(match[1]) <= 100):
        return known[text] if text in known else float(match[1]) / 100
    raise CourseError(f"{text!r} is no rule for late submissions; none, zero, or a share a day as "
                      "in 10% was wanted")


def rules(course):
    """The rules that were set, by assignment; that of the course as a whole is `EVERY`'s."""
    try:
        found = json.loads((course.root / OWN / FILE).read_text(encoding="utf-8"))
        return {str(name): str(text) for name, text in found.items()}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, AttributeError) as error:
        raise CourseError(f"{OWN}/{FILE} cannot be read ({error}); it holds the rules for late "
                          "submissions. Mend it, or delete it and set them again") from error


def set_rule(course, text, assignment=EVERY):
    """Set the rule of an assignment, or of the course."""
    share_of(text)
    known = json.dumps(rules(course) | {assignment: text}, indent=1)
    records.write(course.root / OWN / FILE, known.encode())


def check(rule=None, due=None):
    """Refuse a rule or a time that is none, before anything is done; `CourseError` says why."""
    if rule is not None:
        share_of(rule)
    if due is not None:
        time_of(due)


def time_of(text):
    """The time that a text says, in UTC, or None for no date; `CourseError` if it is no time."""
    try:
        return None if text == "none" else datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        raise CourseError(f"{text!r} is no time; as in 2026-12-01 23:59, or none for no date"
                          ) from None


def set_due(course, assignment, text):
    """Set when an assignment is due.

    Parameters
    ----------
    text : str
        As in "2026-12-01 23:59", on this machine's clock, or with a zone; "none" for no date.

    Raises
    ------
    CourseError
        If it is no time.

    Returns
    -------
    datetime or None
        In this machine's zone.
    """
    when = time_of(text)
    with course.gradebook() as book:
        book.find_assignment(assignment).duedate = when and when.replace(tzinfo=None)
        book.db.commit()
    return when and when.astimezone()


def renew(course, assignment):
    """Take off anew what lateness costs: dates, rules and marks may have changed since."""
    penalty = rule(course, assignment)
    with course.gradebook() as book:
        rows = (book.db.query(SubmittedAssignment, SubmittedNotebook)
                .join(SubmittedNotebook, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
                .join(Assignment, Assignment.id == SubmittedAssignment.assignment_id)
                .filter(Assignment.name == assignment))
        for submission, notebook in rows:
            notebook.late_submission_penalty = taken_off(book.db, submission, notebook, penalty)
        book.db.commit()


def undated(course, assignment, results):
    """Students of whom nobody can say whether they were late: their time stamp is unreadable."""
    with course.gradebook() as book:
        (due,) = book.db.query(Assignment.duedate).filter_by(name=assignment).one_or_none() or (
            None,)
    return [] if due is None else [result for result in results
                                   if result.timestamp and parsed(result.timestamp) is None]
