"""Collect submissions from a folder or a zip, as a learning platform gives them.

Whose a file is, its name says (see `owners`). Nothing that was collected is deleted (`placing`),
and whatever is not taken is said.
"""

import re
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from nbgrader.api import Student

from mlp_lib.grading.course import archives, placing
from mlp_lib.grading.course.owners import Owners
from mlp_lib.grading.judging import submissions

ARCHIVES = (".zip", ".7z", ".rar", ".tar", ".gz", ".tgz", ".bz2", ".xz")
INDEX = ("index.html", "grades.csv", "grades.xls")  # Brightspace's and Sakai's lists
SAKAIS = re.compile(  # what Sakai itself puts beside a student's files
    r"comments\.txt|feedbackText\.html|.*_submissionText\.html|Feedback Attachment\(s\)")
NOBODY = "no student of the roster is named by it"


@dataclass
class Collected:
    """What came of collecting.

    Attributes
    ----------
    counts : dict of str to int
        Files by student.
    unplaced : list of str
        What was not taken, in words.
    notes : list of str
        What else there is to know: what was kept aside.
    """

    counts: dict = field(default_factory=dict)
    unplaced: list = field(default_factory=list)
    notes: list = field(default_factory=list)


@dataclass(frozen=True)
class Own:
    """A file of one student: where it was found, its name there, and when it was handed in."""

    found: archives.Found
    path: PurePosixPath
    when: object

    @property
    def is_notebook(self):
        return self.path.suffix.lower() == ".ipynb"


def collect(course, assignment, place, pattern=None):
    """Copy each student's files into ``submitted/``; what lay there before is kept aside.

    Parameters
    ----------
    pattern : str, optional
        Of the names that say whose a file is, see `Owners`.

    Returns
    -------
    Collected

    Raises
    ------
    CourseError
        If the place is neither a folder nor a zip, or another process works in the course.
    """
    with course.gradebook() as book:
        owners = Owners(book.db.query(Student.id, Student.first_name, Student.last_name).all(),
                        assignment, pattern)
    done = Collected()
    with archives.files_of(place) as (found, lost), course.locked():
        done.unplaced += lost
        for student, files in sorted(grouped(owners, found, done).items()):
            try:
                done.notes += place_files(course, assignment, student, files, done)
            except placing.NotTaken as reason:
                done.unplaced.append(str(reason))
            except OSError as error:
                done.unplaced.append(f"{student}: cannot be written ({error})")
    return done


def grouped(owners, found, done):
    """The files by student; what belongs to nobody, or could belong to two, is listed."""
    files = [file for file in found if not hidden(file.path)]
    level, groups, numbers = owners.level(file.path for file in files), {}, {}
    for file in files:
        parts = file.path.parts
        claim = owners.claim(parts[level]) if len(parts) > level else None
        if parts[-1] in INDEX and len(parts) == level + 1:
            continue
        if claim is None or len(claim.students) != 1:
            several = claim and claim.students
            done.unplaced.append(f"{file.path}: " + (
                f"could belong to {' or '.join(sorted(several))}" if several else NOBODY))
            continue
        (student,) = claim.students
        numbers.setdefault(student, set()).update(filter(None, [claim.number]))
        if claim.sakai and SAKAIS.fullmatch(parts[level + 1] if len(parts) > level + 1 else ""):
            continue
        own = PurePosixPath(*parts[level + 1:]) if len(parts) > level + 1 else (
            PurePosixPath(claim.own.replace("/", "_") or parts[level]))
        groups.setdefault(student, []).append(Own(file, own, claim.when or file.when))
    for student in [student for student in groups if len(numbers[student]) > 1]:
        done.unplaced.append(f"{student}: the platform gives these files to several people "
                             f"({', '.join(sorted(numbers[student]))}), all of that name: "
                             + ", ".join(str(file.found.path) for file in groups.pop(student)))
    return groups


def hidden(path):
    """Whether a file is a system's or a platform's own."""
    return any(
        part == "__MACOSX" or (part.startswith(".") and part != "..") for part in path.parts)


def place_files(course, assignment, student, files, done):
    """Write the files of one student; return what there is to know of it."""
    chosen, content = choose(assignment, student, files, done), {}
    if chosen:
        done.notes += looks_like_another(course, assignment, student, chosen)
        try:
            content[f"{assignment}.ipynb"] = chosen.found.read(submissions.NOTEBOOK_LIMIT)
        except archives.Unreadable as reason:
            done.unplaced.append(f"{chosen.found.path} of {student} {reason}; left out")
            if course.submitted(assignment, student).exists():
                raise placing.NotTaken(f"{student}: what was collected before stays") from None
    for file in files:
        if not file.is_notebook and (
                why := add(file, beside(file.path, chosen), content, student)):
            done.unplaced.append(f"{file.found.path} of {student} {why}")
    if not content and course.submitted(assignment, student).exists():
        raise placing.NotTaken(f"{student}: what was collected before stays")
    done.counts[student] = len(content)
    times = [file.when for file in ([chosen] if chosen else files) if file.when]
    return placing.place(course, assignment, student, content, max(times, default=None))


def names(path, assignment):
    """Whether a file's name holds that of an assignment, in whatever spelling."""
    stem, wanted = (re.sub(r"[\W_]", "", text.casefold()) for text in (path.stem, assignment))
    return wanted in stem


def looks_like_another(course, assignment, student, chosen):
    """A word on a notebook that is named as another assignment of the course is."""
    others = [other for other in course.assignments() if names(chosen.path, other)]
    if not others or names(chosen.path, assignment):
        return []
    return [f"{student} handed in {chosen.found.path}, which is named as {' and '.join(others)} "
            f"is; it was taken as {assignment}"]


def choose(assignment, student, files, done):
    """The notebook that counts: the newest of those with the assignment's name in theirs."""
    notebooks = [file for file in files if file.is_notebook]
    named = [file for file in notebooks if names(file.path, assignment)]
    pool = sorted(named or notebooks, key=lambda file: (
        file.when is not None and file.when.timestamp(), file.path.stem == assignment))
    if len(notebooks) > 1:
        why = "the newest that is named so" if named else "the newest"
        others = ", ".join(str(file.found.path) for file in notebooks if file is not pool[-1])
        done.unplaced.append(f"{student} handed in {len(notebooks)} notebooks; "
                             f"{pool[-1].found.path} was taken, {why}, and not {others}")
    return pool[-1] if pool else None


def beside(path, chosen):
    """Where a file goes: below the notebook as it was, else under its name alone."""
    home = chosen.path.parent if chosen else PurePosixPath()
    if ".." in path.parts or not path.is_relative_to(home):
        return path.name
    return str(path.relative_to(home))


def add(file, name, content, student):
    """Add a file to those of a submission; return why that is not possible, or nothing."""
    if file.path.suffix.lower() in ARCHIVES:
        return ("is packed in itself and was left out; unpack it into a folder named "
                f"{student}, and collect that")
    if name == submissions.TIMESTAMP:
        return ""
    if name in content or any(
            one.startswith(f"{name}/") or name.startswith(f"{one}/") for one in content):
        return "has the name of another file; left out"
    if why := submissions.objection(name, len(content)):
        return f"was left out: {why}"
    room = submissions.TOTAL_LIMIT - sum(map(len, content.values()))
    try:
        content[name] = file.found.read(min(submissions.FILE_LIMIT, room))
    except archives.Unreadable as reason:
        return f"{reason}; left out"
    return ""
