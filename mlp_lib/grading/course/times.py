"""When a submission was handed in, when it had to be, and what a late one loses."""

from nbgrader import utils
from nbgrader.api import Assignment, SubmittedNotebook


def parsed(timestamp):
    """Time of a time stamp in UTC without zone, as nbgrader keeps it; None if it is unreadable.

    Parameters
    ----------
    timestamp : str
        Whatever a student wrote; of more than 100 characters it is no time.
    """
    try:
        return utils.parse_utc(timestamp) if timestamp and len(timestamp) <= 100 else None
    except Exception:  # what parses it has no end of them
        return None


def taken_off(db, submission, notebook, penalty):
    """Points taken off for lateness, from 0 to the score; None if it was in time."""
    due = due_of(db, submission)
    late = (submission.timestamp - due).total_seconds() if due and submission.timestamp else 0
    if late <= 0 or penalty is None:
        return None
    (score,) = db.query(SubmittedNotebook.score).filter_by(id=notebook.id).one()
    points = penalty(submission.student_id, score, late)
    return None if points is None else min(max(points, 0), score)


def due_of(db, submission):
    """When it had to be handed in, None if at any time."""
    (due,) = db.query(Assignment.duedate).filter_by(id=submission.assignment_id).one()
    return due + submission.extension if due and submission.extension else due
