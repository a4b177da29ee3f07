"""Collect from nbgrader's exchange, on guard: all students can write into its inbound folder.

nbgrader itself would follow a link that a student planted there, with the teacher's rights, and
take a folder with another student's name for that student's. Here each folder is opened once, all
is read relative to the open folder, and its owner is asked of it: so it may become whatever it
likes while it is collected.
"""

import os
import pwd
from datetime import UTC, datetime
from pathlib import Path

from nbgrader.exchange.default import ExchangeCollect

from mlp_lib.exercises import wire
from mlp_lib.grading.course import placing
from mlp_lib.grading.course.folder import Course
from mlp_lib.grading.course.gradebook import opened, parsed
from mlp_lib.grading.course.roster import STUDENT_ID
from mlp_lib.grading.judging import opening, submissions

REFUSED = "Not collected: "  # begins the lines for the teacher
NOTE = "To know: "
NOBODY = {"username": "", "filename": "", "timestamp": datetime.max}


def owner_of(top):
    """Name of the user whom an open folder belongs to; empty if that is unknown here."""
    try:
        return pwd.getpwuid(os.fstat(top).st_uid).pw_name
    except KeyError:
        return ""


class Collect(ExchangeCollect):
    """nbgrader's collecting without links, and without what clearly is somebody else's."""

    def init_src(self):
        """Find the newest submission of each student."""
        with opened(self.coursedir.root, self.coursedir.course_id) as book:
            self.students = {student.id for student in book.students}
        super().init_src()
        self.src_records = [record for record in self.src_records if record is not NOBODY]

    def _path_to_record(self, path):
        """The record of a folder, or `NOBODY` if it is refused."""
        name = os.path.basename(path)
        parts = name.rsplit("+", 3)
        when = parsed(parts[2]) if len(parts) > 2 else None
        try:
            with opening.folder(path) as top:
                why = self.objection(top, parts[0])
        except OSError:
            why = "is no folder"
        if not why and when is None:
            why = "says no time that can be read"
        if why:
            self.refuse(name, why)
            return NOBODY
        return {"username": parts[0], "filename": name, "timestamp": when}

    def refuse(self, name, why):
        """Tell the teacher what is not collected."""
        self.log.error(f"{REFUSED}{wire.line(name)} {why}")

    def objection(self, top, student):
        """Why an open folder cannot be the submission of a student; empty if it can."""
        if not STUDENT_ID.fullmatch(student):
            return "does not begin with a student's id"
        owner = owner_of(top)  # on many hubs all are one user
        return f"belongs to {owner}" if owner != student and owner in self.students else ""

    def copy_files(self):
        """Put every submission into its place that is newer than what is there."""
        for record in self.src_records:
            try:
                self.collect_one(record)
            except placing.NotTaken as reason:
                self.log.info(str(reason))
            except OSError as error:
                self.refuse(record["filename"], f"cannot be read or written ({error})")

    def collect_one(self, record):
        """Read one submission from its open folder, and put it into its place."""
        name, student = record["filename"], record["username"]
        assignment = self.coursedir.assignment_id
        with opening.folder(os.path.join(self.inbound_path, name)) as top:
            if why := self.objection(top, student):  # it may be another folder by now
                return self.refuse(name, why)
            found = submissions.gathered(top, student, assignment, os.fstat(top).st_uid)
        files = dict(found.files)
        files.pop(submissions.TIMESTAMP, None)
        told = parsed(found.timestamp)
        course, when = Course(Path(self.coursedir.root)), record["timestamp"].replace(tzinfo=UTC)
        for note in found.notes:
            self.refuse(name, f"in part: {note}")
        if any(note.startswith(f"{assignment}.ipynb{submissions.LEFT_OUT}") for note in found.notes
               ) and course.submitted(assignment, student).exists():
            return self.refuse(name, "as a whole: what was collected before stays")
        if told is None or abs((told - record["timestamp"]).total_seconds()) > 1:
            self.log.error(f"{NOTE}{wire.line(name)} says another time in its "
                           f"{submissions.TIMESTAMP}, {found.timestamp!r}; that of its name counts")
        for note in placing.place(course, assignment, student, files, when):
            self.log.error(f"{NOTE}{wire.line(note)}")
        return None
