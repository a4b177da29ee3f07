"""Collect from nbgrader's exchange, on guard: all students can write into its inbound folder.

nbgrader itself would follow a link that a student planted there, with the teacher's rights, and
take a folder with another student's name for that student's.
"""

import contextlib
from datetime import datetime
from pathlib import Path

from nbgrader.exchange.default import ExchangeCollect

from mlp_lib.exercises import wire
from mlp_lib.grading.course import records
from mlp_lib.grading.course.gradebook import opened
from mlp_lib.grading.course.roster import STUDENT_ID
from mlp_lib.grading.judging import submissions

REFUSED = "Not collected: "  # begins the lines for the teacher
NOBODY = {"username": "", "filename": "", "timestamp": datetime.max}


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
        try:
            record = super()._path_to_record(path)
            why = self.objection(Path(path), record["username"])
        except Exception as error:  # a time that is none, a folder that cannot be looked at
            why = submissions.in_short(error)
        if why:
            self.log.error(f"{REFUSED}{wire.line(Path(path).name)} {why}")
        return NOBODY if why else record

    def objection(self, path, student):
        """Why a folder cannot be the submission of a student; empty if it can."""
        if path.is_symlink() or not path.is_dir():
            return "is no folder"
        if not STUDENT_ID.fullmatch(student):
            return "does not begin with a student's id"
        with contextlib.suppress(KeyError):  # on many hubs all are one user, or unknown here
            if (owner := path.owner()) != student and owner in self.students:
                return f"belongs to {owner}"
        return ""

    def do_copy(self, src, dest, log=None):
        """Copy the plain files of a submission."""
        found = submissions.gather(Path(src), "", self.coursedir.assignment_id)
        Path(dest).mkdir(parents=True)
        for name, content in found.files.items():
            records.write(Path(dest, name), content)
        for note in found.notes:
            self.log.error(f"{REFUSED}{wire.line(Path(src).name)}: {note}")
