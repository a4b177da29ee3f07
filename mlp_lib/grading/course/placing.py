"""Put a submission into ``submitted/``. What lay there before is kept aside, never deleted."""

import os
import shutil
from datetime import UTC, datetime
from itertools import count

from mlp_lib.grading.course import records
from mlp_lib.grading.course.folder import OWN
from mlp_lib.grading.course.gradebook import parsed
from mlp_lib.grading.judging import submissions

EARLIER = "earlier"  # in our part of the course's folder
NEW = ".collecting"
FORM = "%Y-%m-%d %H:%M:%S UTC"


class NotTaken(Exception):
    """A submission that does not replace what is there; the message says why."""


def place(course, assignment, student, files, when=None):
    """Write the files of one submission, all or none.

    Parameters
    ----------
    course : Course
    assignment, student : str
    files : dict of str to bytes
        By path below the submission's folder.
    when : datetime, optional
        When it was handed in, UTC; not known if not given.

    Returns
    -------
    list of str
        What the teacher should know: what was kept aside, which time was taken.

    Raises
    ------
    NotTaken
        If what is there was handed in later.
    OSError
        If it cannot be written.
    """
    folder = course.submitted(assignment, student)
    before = submissions.gather(folder, student, assignment)
    notebook, notes = f"{assignment}.ipynb", []
    added = notebook in before.files and notebook not in files
    if added:
        notes.append(f"{student} handed in no notebook this time; it was put beside the earlier "
                     "one, whose time stays")
    else:
        when = in_time(student, before, when, notes)
    if unchanged(before, files, added):
        return []
    new = course.root / OWN / f"{NEW}-{os.getpid()}"
    shutil.rmtree(new, ignore_errors=True)
    if added:
        shutil.copytree(folder, new, symlinks=True)
    write(new, files, None if added else when)
    if os.path.lexists(folder):
        notes.append(f"{student}: what lay there before is now in {aside(course, folder)}")
    folder.parent.mkdir(parents=True, exist_ok=True)
    os.rename(new, folder)
    return notes


def in_time(student, before, when, notes):
    """The time to write: not in the future, and not before that of what is there."""
    now, known = datetime.now(UTC), parsed(before.timestamp)
    if when and when > now:
        notes.append(f"{student}: {when.strftime(FORM)} has not come yet; now was taken instead")
        when = now
    if when and known and when.replace(tzinfo=None, microsecond=0) < known.replace(microsecond=0):
        raise NotTaken(f"{student}: what was handed in at {when.strftime(FORM)} is older than "
                       f"what is there, of {known.strftime(FORM)}; left out")
    if when is None:
        notes.append(f"{student}: when it was handed in is not known; it counts as in time")
    return when


def unchanged(before, files, added):
    """Whether all of it is there already; its time is none of it."""
    there = {name: content for name, content in before.files.items()
             if name != submissions.TIMESTAMP}
    whole = not before.notes and not before.reason and len(there) == len(files)
    return (added or whole) and all(there.get(name) == files[name] for name in files)


def write(folder, files, when):
    """Write files and the time stamp into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        records.write(folder / name, content)
    if when:
        records.write(folder / submissions.TIMESTAMP, when.strftime(FORM).encode())


def aside(course, folder):
    """Move a submission to where earlier ones are kept; return the place below the course."""
    student, assignment = folder.parent.name, folder.name
    home = course.root / OWN / EARLIER / assignment / student
    home.mkdir(parents=True, exist_ok=True)
    day = datetime.now(UTC).strftime("%Y-%m-%d %H.%M.%S")
    target = next(path for number in count(1)
                  if not os.path.lexists(path := home / (day if number == 1 else
                                                         f"{day} ({number})")))
    os.rename(folder, target)
    return target.relative_to(course.root)
