"""Grade a class: judge what is new, write the gradebook, keep a record of every submission.

The records are what a later run goes by: a submission is judged again only if its files or the
assignment changed. So a run that stopped, for whatever reason, is simply started again.
"""

import hashlib
import hmac
import re
import shutil
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

import mlp_lib
from mlp_lib.exercises import wire
from mlp_lib.grading import cluster, settings
from mlp_lib.grading.confinement import sandbox, view
from mlp_lib.grading.course import CourseError, gradebook, handing, history, lateness, records
from mlp_lib.grading.judging import PICTURES, Result, Task, judge_apart, lost, submissions

SECRET = re.compile(rb"[0-9A-Za-z_=+/-]{16,200}")
FORM = 3  # of the records: what an older form does not say is found out by judging again
EXERCISES = Path(mlp_lib.__file__).parent / "exercises"


@dataclass
class Tally:
    """What one run did: counts, and students with a reason for a person."""

    judged: int = 0
    unchanged: int = 0
    people: dict = field(default_factory=dict)


def fingerprint(assignment):
    """Digest of what an assignment is judged by: its exercises, and what all exercises share."""
    chapter = assignment.split("_")[0]
    patterns = ("*.py", "chapters/*.py", f"chapters/ch{chapter}/*.py", "givens/__init__.py",
                f"givens/ch{chapter}.py")
    files = sorted(path for pattern in patterns for path in EXERCISES.glob(pattern))
    found = [(path.relative_to(EXERCISES).as_posix(), path.read_bytes()) for path in files]
    return hashlib.sha256(repr(found).encode()).hexdigest()


def tasks(course, assignment, students, force, limits, sandboxed, as_before):
    """A `Task` for each submission that is not judged yet, one at a time.

    What is judged already goes to ``as_before``, as its record.
    """
    released = course.released(assignment).read_text(encoding="utf-8")
    base = repr((released, fingerprint(assignment), sandboxed, limits, FORM))
    for student in students:
        submission = submissions.gather(course.submitted(assignment, student), student, assignment)
        version = hashlib.sha256((base + submission.version).encode()).hexdigest()
        before = records.record(course, assignment, student)
        shown = course.autograded(assignment, student) / f"{assignment}.ipynb"
        if before and before.version == version and shown.exists() and not force:
            as_before(before)
            continue
        secret = hmac.digest(course.secret, submission.version.encode(), "sha256")
        yield Task(submission, released, version, secret, limits, sandboxed,
                   course.shared(assignment))


def work(task):
    """Judge one submission with the real sandbox; what a worker does."""
    return judge_apart(task)


def grade(course, assignment, students=None, *, scheduler=None, workers=None, trusted=False,
          force=False, sandboxed=True, limits=None, work=work, ready=sandbox.require,
          progress=None):
    """Grade an assignment.

    Parameters
    ----------
    course : Course
    assignment : str
    students : sequence of str, optional
        Only these.
    scheduler, workers, trusted
        See `mlp_lib.grading.cluster.spread`.
    force : bool
        Judge again what was judged.
    sandboxed : bool
        Whether the students' code is confined.
    limits : Limits, optional
        Those of the course's configuration if not given.
    work : callable
        From a `Task` to a `Result`.
    ready : callable
        Raises, in words, where the sandbox cannot be used.
    progress : callable, optional
        Wraps the loop over submissions: takes an iterable and ``total``.

    Returns
    -------
    Tally
    """
    if not course.released(assignment).exists():
        raise CourseError(f"{assignment} was not released; the course has "
                          f"{', '.join(course.assignments()) or 'no assignments'}. Release it "
                          f"with: python -m mlp_lib.grading release {assignment}")
    if sandboxed and view.shows(course.root):
        raise CourseError(f"{course.root} lies among the programs that a sandbox shows: students' "
                          "code could read the course. Move it, to your home folder for example")
    limits = limits or settings.limits(course)
    there = records.handed_in(course, assignment)
    chosen = there if students is None else [s for s in there if s in set(students)]
    tally = Tally()
    with course.locked(), course.gradebook() as book:
        writer = gradebook.Writer(book, assignment, lateness.rule(course, assignment))
        waiting = tasks(course, assignment, chosen, force, limits, sandboxed,
                        partial(as_before, course, writer, tally))
        ended = cluster.spread(work, waiting, scheduler, workers, ready if sandboxed else None,
                               trusted=trusted)
        for task, result in (progress or plain)(ended, total=len(chosen)):
            keep(course, writer, task, result, tally)
        if tally.judged:
            history.keep(course, assignment)
    lateness.renew(course, assignment)
    return tally


def plain(ended, total):
    """No progress bar."""
    return ended


def as_before(course, writer, tally, result):
    """Write again what is known: the gradebook may be an older copy, a date may have moved."""
    tally.unchanged += 1
    try:
        writer.write(result, changed=False)
    except (gradebook.Unknown, ValueError) as error:
        leave_open(course, result, error, tally)


def keep(course, writer, task, result, tally):
    """Write a result: the graded notebook, the gradebook, and last the record."""
    student, assignment = task.submission.student, task.submission.assignment
    tally.judged += 1
    if isinstance(result, cluster.Lost):
        result = lost(task, result.reason)
    elif not isinstance(result, Result) or (result.student, result.assignment) != (
            student, assignment):
        result = lost(task, f"the worker brought back no result of it: {type(result).__name__}")
    before = records.record(course, assignment, student)
    changed = before is None or before.files_version != result.files_version
    try:
        writer.check(result)
        write_graded(course.autograded(assignment, student), task, result)
        writer.write(result, changed)
    except (gradebook.Unknown, ValueError) as error:  # of one student: the others go on
        leave_open(course, result, error, tally)
    else:
        note(course, result, tally)


def leave_open(course, result, error, tally):
    """Keep a result that could not be written, with the reason; the next run judges it again."""
    note(course, replace(result, reason=submissions.in_short(error), version=""), tally)


def note(course, result, tally):
    """Write the record."""
    text = wire.sound(result.to_json())
    records.write(course.results(result.assignment) / f"{result.student}.json", text.encode())
    if result.reasons:
        tally.people[result.student] = result.reasons


def write_graded(folder, task, result):
    """Write the graded notebook and what goes beside it, in place of what an earlier run wrote."""
    shutil.rmtree(folder, ignore_errors=True)
    notebook = f"{task.submission.assignment}.ipynb"
    records.write(folder / notebook, result.notebook.encode())
    for name, content in beside(task.submission.files):
        if name.split("/")[0] != notebook:  # a folder may have that name
            records.write(folder / name, content)


def beside(files):
    """What goes beside the graded notebook: the time, pictures, and by what it is handed back."""
    kinds = {".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg"}
    for name, content in files.items():
        kind = kinds.get(Path(name).suffix.lower())
        if kind and content.startswith(PICTURES[kind]):
            yield name, content
    told = files.get(submissions.TIMESTAMP, b"").decode("utf-8", "replace").strip()
    if lateness.parsed(told):  # formgrader and the exchange read it, and stop at what is no time
        yield submissions.TIMESTAMP, told[:100].encode()
    if SECRET.fullmatch(files.get(handing.SECRET_FILE, b"")):
        yield handing.SECRET_FILE, files[handing.SECRET_FILE]
