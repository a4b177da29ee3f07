"""Read what a student handed in, with care: it may be damaged, huge, misnamed, or made to harm.

Whatever comes, the result is a notebook or a reason in words, never another exception.
"""

import codecs
import errno
import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
from nbformat import reader  # reads without checking, which would print what a student did

from mlp_lib.exercises import NOTED, runner, wire
from mlp_lib.grading.judging import opening

MEGABYTE = 2**20
NOTEBOOK_LIMIT = 20 * MEGABYTE  # a class's notebooks with all pictures are below 2 MB
TOTAL_LIMIT = 50 * MEGABYTE
FILE_LIMIT = TOTAL_LIMIT  # an answer may read a table of its own
FILES_LIMIT = 200
CELLS_LIMIT = 1000
BRACKETS_LIMIT = 500_000  # of lists and tables in a notebook's JSON: each takes memory of its own
NAME_LIMIT = 200  # bytes of a file's name
TIMESTAMP = "timestamp.txt"
PAPERS = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".heic", ".tif", ".tiff", ".pdf", ".txt", ".md",
          ".rtf", ".tex", ".doc", ".docx", ".odt")  # what an answer in words may be written on
WORKED = "minutes"  # in the metadata of a cell: of work, as its output says
LONGEST = 24 * 60  # of these
LEFT_OUT = " was left out"


class NeedsPerson(Exception):
    """A submission that cannot be judged; the message says why, in words."""


@dataclass(frozen=True)
class Submission:
    """The files of one student for one assignment.

    Attributes
    ----------
    student, assignment : str
        As nbgrader names them.
    files : dict of str to bytes
        By path below the submission's folder.
    notes : tuple of str
        What was left out, and why.
    reason : str
        Why nothing could be read; empty if it could.
    """

    student: str
    assignment: str
    files: dict = field(repr=False)
    notes: tuple = ()
    reason: str = ""

    @property
    def timestamp(self):
        """Text of nbgrader's time stamp, empty if there is none."""
        return self.files.get(TIMESTAMP, b"").decode("utf-8", "replace").strip()[:100]

    @property
    def papers(self):
        """Names of files that may hold an answer in words, also of those that were left out."""
        names = [*self.files, *(note.partition(LEFT_OUT)[0] for note in self.notes
                                if "it is a link" not in note)]
        return [name for name in names
                if name != TIMESTAMP and Path(name).suffix.lower() in PAPERS]

    @property
    def version(self):
        """Digest of all of it."""
        digest = hashlib.sha256(repr((self.student, self.assignment, self.notes)).encode())
        for name, content in sorted(self.files.items()):
            digest.update(repr((name, len(content))).encode() + content)
        return digest.hexdigest()


def gather(folder, student, assignment):
    """Read the files of a submission; links are not followed, and what is too large is left out.

    Parameters
    ----------
    folder : Path
        As in ``submitted/student/assignment``.

    Returns
    -------
    Submission
    """
    try:
        with opening.folder(folder) as top:
            return gathered(top, student, assignment)
    except OSError:
        return Submission(student, assignment, {}, (), "the submission is not a folder of files")


def gathered(top, student, assignment, owner=None):
    """`gather` from an open folder; with an ``owner``, only files that belong to that user."""
    names, closed = opening.listed(top)
    files, room = {}, TOTAL_LIMIT
    notes = [f"{wire.line(name)}{LEFT_OUT}: it is a link, or its folder is closed, or nested too "
             "deep" for name in closed]
    for name in sorted(names, key=lambda n: (not n.endswith(".ipynb"), n.count("/"), n)):
        limit = NOTEBOOK_LIMIT if name == f"{assignment}.ipynb" else FILE_LIMIT
        why = objection(name, len(files)) or take(top, name, min(limit, room), owner, files)
        if why:
            notes.append(f"{wire.line(name)}{LEFT_OUT}: {why}")
        else:
            room -= len(files[name])
    return Submission(student, assignment, files, tuple(notes[:20]))


def objection(name, count):
    """Why a file is not even opened, in words; empty if it is."""
    if count >= FILES_LIMIT:
        return f"there are more than {FILES_LIMIT} files"
    return "" if usable(name) else "its name is too long or has characters that cannot be shown"


def take(top, name, limit, owner, files):
    """Put the content of a file into ``files``; return why that was not possible, or nothing."""
    try:
        content, status = opening.read(top, name, limit, owner)
    except OSError as error:
        link = error.errno == errno.ELOOP
        return "it is a link" if link else f"it cannot be read ({error.strerror or error})"
    if content is None:
        return (f"it is too large: {status.st_size / MEGABYTE:.1f} MB where at most "
                f"{limit / MEGABYTE:.1f} are read")
    files[name] = content
    return ""


def usable(path):
    """Whether a path can be written anywhere: no part is long, and all of it is printable text."""
    return path.isprintable() and len(path.encode()) <= 5 * NAME_LIMIT and all(
        len(part.encode()) <= NAME_LIMIT for part in path.split("/"))


def parse(submission):
    """The notebook of a submission.

    Returns
    -------
    NotebookNode
        Format 4, without outputs, each cell with a source of text and metadata of its own:
        nbgrader's, and `WORKED`.

    Raises
    ------
    NeedsPerson
        If there is none that can be read; the message says what is there instead.
    """
    if submission.reason:
        raise NeedsPerson(submission.reason)
    wanted = f"{submission.assignment}.ipynb"
    if wanted not in submission.files:
        raise NeedsPerson(missing(submission, wanted))
    content = submission.files[wanted]
    if content.count(b"{") + content.count(b"[") > BRACKETS_LIMIT:
        raise NeedsPerson(f"{wanted} is damaged: it has more than {BRACKETS_LIMIT} brackets")
    start = content.removeprefix(codecs.BOM_UTF8).lstrip()[:20]
    if not start.startswith(b"{"):
        raise NeedsPerson(f"{wanted} is damaged: a notebook begins with {{, and this "
                          + (f"with {start.decode('utf-8', 'replace')!r}" if start else "is empty"))
    try:
        notebook = nbformat.convert(reader.reads(content.decode("utf-8-sig")), 4)
    except (Exception, RecursionError) as error:
        raise NeedsPerson(f"{wanted} is damaged: {in_short(error)}") from error
    return checked(notebook, wanted)


def missing(submission, wanted):
    """Why there is no notebook of the wanted name."""
    left_out = [note for note in submission.notes if note.startswith(wanted)]
    others = sorted(set(submission.files) - {TIMESTAMP})
    there = f"there is {', '.join(others[:5])}" if others else "the folder is empty"
    return left_out[0] if left_out else f"{wanted} is missing; {there}"


def in_short(error):
    """Kind and message of an exception, on one line of 200 characters at most."""
    told = runner.failure(error)  # an exception on something nested deeply cannot say what it is
    return wire.line(" ".join(f"{told.kind}: {told.message}".split())[:200])


def checked(notebook, name):
    """The notebook, cleared of outputs, or `NeedsPerson` if a cell is none."""
    cells = notebook.get("cells")
    if not isinstance(cells, list) or len(cells) > CELLS_LIMIT:
        raise NeedsPerson(f"{name} is damaged: at most {CELLS_LIMIT} cells were wanted")
    if not all(isinstance(cell, dict) and cell.get("cell_type") in ("code", "markdown", "raw")
               for cell in cells):
        raise NeedsPerson(f"{name} is damaged: it has cells of an unknown kind")
    return nbformat.v4.new_notebook(cells=[clean(cell) for cell in cells])


def clean(cell):
    """A cell made anew from its kind, its text, its pictures and nbgrader's metadata."""
    make = {"code": nbformat.v4.new_code_cell, "markdown": nbformat.v4.new_markdown_cell,
            "raw": nbformat.v4.new_raw_cell}[cell["cell_type"]]
    source = cell.get("source", "")
    source = "".join(map(str, source)) if isinstance(source, list) else str(source)
    made = make(source.encode("utf-8", "replace").decode("utf-8"))
    metadata = cell.get("metadata")
    known = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    if isinstance(known, dict):
        made.metadata["nbgrader"] = nbformat.from_dict(json.loads(json.dumps(known)))
    if minutes := worked(cell.get("outputs")):
        made.metadata[WORKED] = minutes
    kept = attached(cell.get("attachments"))
    if kept and made.cell_type != "code":
        made["attachments"] = kept
    return made


def worked(outputs):
    """The minutes that a check has noted in a cell's outputs; None if none that can be."""
    for output in outputs if isinstance(outputs, list) else ():
        noted = output.get("metadata") if isinstance(output, dict) else None
        own = noted.get(NOTED) if isinstance(noted, dict) else None
        found = own.get("minutes") if isinstance(own, dict) else None
        if isinstance(found, int) and 0 < found <= LONGEST:
            return int(found)
    return None


def attached(found):
    """The attachments of a cell that have the form of some: by name and kind, in letters."""
    bundles = found.items() if isinstance(found, dict) else ()
    return {str(name): {str(kind): "".join(map(str, data)) for kind, data in bundle.items()
                        if isinstance(data, str | list) and all(isinstance(one, str)
                                                                for one in data)}
            for name, bundle in bundles if isinstance(bundle, dict)}
