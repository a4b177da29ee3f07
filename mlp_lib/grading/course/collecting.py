"""Collect submissions from a folder or a zip, as a learning platform gives them.

A file belongs to the student whose id its path starts with, in any folder of it:
``jdoe.ipynb``, ``jdoe_03_softmax.ipynb``, ``jdoe/03_softmax.ipynb``, or to the one whose name it
starts with: ``Jane Doe_81234_assignsubmission_file/03_softmax.ipynb``.
"""

import re
import shutil
import zipfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from nbgrader.api import Student

from mlp_lib.exercises import folded
from mlp_lib.grading.course import records
from mlp_lib.grading.course.folder import CourseError
from mlp_lib.grading.judging import submissions


@dataclass(frozen=True)
class Found:
    """A file of the folder or zip.

    Attributes
    ----------
    path : PurePosixPath
        Below the folder.
    content : bytes or None
        None if it is too large.
    when : datetime
        Of its last change, UTC.
    """

    path: PurePosixPath
    content: bytes | None
    when: datetime


def files_of(place):
    """The files of a folder or a zip, one at a time.

    Raises
    ------
    CourseError
        If it is neither.
    """
    if place.is_dir():
        for path in sorted(p for p in place.rglob("*") if p.is_file() and not p.is_symlink()):
            when = datetime.fromtimestamp(path.stat().st_mtime, UTC)
            yield Found(PurePosixPath(path.relative_to(place).as_posix()),
                        submissions.read(path, submissions.NOTEBOOK_LIMIT), when)
    elif zipfile.is_zipfile(place):
        with zipfile.ZipFile(place) as archive:
            for entry in archive.infolist():
                if not entry.is_dir():
                    yield Found(PurePosixPath(entry.filename), zipped(archive, entry),
                                changed(entry))
    else:
        raise CourseError(f"{place} is neither a folder nor a zip")


def zipped(archive, entry):
    """Content of a file in a zip, or None if it is too large or damaged."""
    try:
        with archive.open(entry) as file:
            content = file.read(submissions.NOTEBOOK_LIMIT + 1)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, OSError):
        return None
    return content if len(content) <= submissions.NOTEBOOK_LIMIT else None


def changed(entry):
    """When a file in a zip was changed; some programs write no date, or none that exists."""
    try:
        return datetime(*entry.date_time).astimezone(UTC)
    except ValueError:
        return datetime(1980, 1, 1, tzinfo=UTC)


class Names:
    """Finds the student that a path belongs to.

    Parameters
    ----------
    students : iterable of (id, first name, last name)
    """

    def __init__(self, students):
        self.by_name = {}
        for student, first, last in students:
            for name in {student, f"{first or ''} {last or ''}", f"{last or ''} {first or ''}"}:
                if key := folded(name):
                    self.by_name.setdefault(key, set()).add(student)

    def student(self, path):
        """The id, or None if no student or more than one is named."""
        for part in path.parts:
            starts = [key for key in self.by_name if starts_with(folded(part), key)]
            if starts:
                owners = self.by_name[max(starts, key=len)]
                return next(iter(owners)) if len(owners) == 1 else None
        return None


def starts_with(text, key):
    """Whether a text starts with a whole name."""
    return text.startswith(key) and not re.match(r"\w", text[len(key):].replace("_", " "))


def collect(course, assignment, place):
    """Copy each student's files into ``submitted/``; an earlier submission is replaced.

    Returns
    -------
    (dict of str to int, list of str)
        Files by student; and what could not be placed, in words.
    """
    with course.gradebook() as book:
        names = Names(book.db.query(Student.id, Student.first_name, Student.last_name).all())
    groups, unplaced = {}, []
    for found in files_of(Path(place)):
        if any(hidden(part) for part in found.path.parts):
            continue
        student = names.student(found.path)
        if student is None:
            unplaced.append(f"{found.path}: no student of the roster is named by it, or several")
        else:
            groups.setdefault(student, []).append(found)
    with course.locked():
        counts = {student: place_files(course, assignment, student, files, unplaced)
                  for student, files in sorted(groups.items())}
    return counts, unplaced


def hidden(part):
    """Whether a part of a path is a system's own: check points of notebooks, marks of a disk."""
    return part == "__MACOSX" or (part.startswith(".") and part != "..")


def place_files(course, assignment, student, files, unplaced):
    """Write the files of one student; return how many."""
    notebooks = [f for f in files if f.path.suffix.lower() == ".ipynb"]
    own = [f for f in notebooks if f.path.name == f"{assignment}.ipynb"] or notebooks
    if len(own) > 1:
        own = sorted(own, key=lambda f: f.when)[-1:]
        unplaced.append(f"{student} handed in {len(notebooks)} notebooks; the newest, "
                        f"{own[0].path}, was taken")
    folder = course.submitted(assignment, student)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for found in [*own, *(f for f in files if f not in notebooks)]:
        name = f"{assignment}.ipynb" if found in own else beside(found.path, own)
        if why := put(found, folder / name):
            unplaced.append(f"{found.path} of {student} {why}; left out")
    if own:
        stamp = own[0].when.strftime("%Y-%m-%d %H:%M:%S UTC")
        records.write(folder / submissions.TIMESTAMP, stamp.encode())
    return len(files)


def beside(path, notebooks):
    """Where a file goes: below the notebook as it was, else under its name alone."""
    home = notebooks[0].path.parent if notebooks else PurePosixPath()
    if home == PurePosixPath() or ".." in path.parts or not path.is_relative_to(home):
        return path.name
    return path.relative_to(home)


def put(found, target):
    """Write a file, unless it is a time stamp; return why that was not possible, or nothing."""
    if found.content is None:
        return "is too large or damaged"
    try:
        if target.exists():
            return "has the name of another file"
        if target.name != submissions.TIMESTAMP:
            records.write(target, found.content)
    except OSError as error:  # a name too long, or that of a file and of a folder
        return f"cannot be written ({error.strerror})"
    return ""
