"""When a submission was handed in, and what that takes off, by nbgrader's rule of the course."""

from nbgrader import utils
from nbgrader.api import Assignment, SubmittedAssignment, SubmittedNotebook
from nbgrader.preprocessors import AssignLatePenalties


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


def rule(course):
    """nbgrader's rule for late submissions, as configured: student, score, seconds to points."""
    own = AssignLatePenalties(config=course.configuration())
    own.init_plugin()
    return own.plugin_inst.late_submission_penalty


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


def renew(course, assignment):
    """Take off anew what lateness costs: dates, rules and marks may have changed since."""
    penalty = rule(course)
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
