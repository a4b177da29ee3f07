"""A course's folder: where things lie, nbgrader's configuration, the secret."""

import contextlib
import hmac
from dataclasses import dataclass
from pathlib import Path

from traitlets.config.loader import ConfigFileNotFound, PyFileConfigLoader

from mlp_lib.grading.course import gradebook

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None

CONFIGURATION = "nbgrader_config.py"
OWN = "grading"  # our part of the course's folder: the secret, results, lists


class CourseError(ValueError):
    """The course cannot be set up or used; the message says why and what to do."""


@dataclass(frozen=True)
class Course:
    """The folder of a course.

    Attributes
    ----------
    root : Path
    """

    root: Path

    def submitted(self, assignment, student=None):
        """Folder of a student's submission; without a student, of all of them."""
        return self.root / "submitted" / (student or "") / (assignment if student else "")

    def autograded(self, assignment, student):
        """Folder that holds a graded notebook."""
        return self.root / "autograded" / student / assignment

    def released(self, assignment):
        """Path of the notebook that was handed out."""
        return self.root / "release" / assignment / f"{assignment}.ipynb"

    def results(self, assignment):
        """Folder of the records of what was judged."""
        return self.root / OWN / "results" / assignment

    @property
    def secret(self):
        """The bytes that hidden inputs are drawn from.

        Raises
        ------
        CourseError
            If the file is gone or damaged.
        """
        try:
            return bytes.fromhex((self.root / OWN / "secret").read_text(encoding="ascii").strip())
        except (OSError, ValueError) as error:
            raise CourseError(f"the course's secret cannot be read ({error}); `init` makes one "
                              "where there is none") from error

    def shared(self, assignment):
        """The bytes that the inputs are drawn from which all of the class get."""
        return hmac.digest(self.secret, assignment.encode(), "sha256")

    def configuration(self):
        """nbgrader's configuration of the course.

        Raises
        ------
        CourseError
            If the folder has none.
        """
        try:
            return PyFileConfigLoader(CONFIGURATION, path=str(self.root)).load_config()
        except ConfigFileNotFound as error:
            raise CourseError(f"{self.root} is not a course: it has no {CONFIGURATION}. Set one "
                              "up with: python -m mlp_lib.grading init DIR --students roster.csv"
                              ) from error

    @property
    def name(self):
        """nbgrader's id of the course."""
        return self.configuration().CourseDirectory.course_id

    @contextlib.contextmanager
    def locked(self):
        """Keep all other processes from grading and collecting, in a ``with`` statement.

        The system takes the lock away when the process ends, however it ends.

        Raises
        ------
        CourseError
            If another process grades or collects now.
        """
        (self.root / OWN).mkdir(parents=True, exist_ok=True)
        with open(self.root / OWN / "lock", "wb") as file:
            try:
                if fcntl:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise CourseError("another process grades or collects in this course now; try "
                                  "again when it has ended") from None
            yield

    def gradebook(self):
        """The gradebook, for a ``with`` statement."""
        return gradebook.opened(self.root, self.name)

    def assignments(self):
        """Names of the assignments that can be released."""
        return sorted(path.parent.name for path in self.root.glob("source/*/*.ipynb"))

    def check_known(self, assignment):
        """Refuse an assignment that can neither be released nor was.

        Raises
        ------
        CourseError
            With those that there are.
        """
        if assignment not in self.assignments() and not self.released(assignment).exists():
            raise CourseError(f"no assignment {assignment!r}; the course has "
                              f"{', '.join(self.assignments()) or 'none'}")
