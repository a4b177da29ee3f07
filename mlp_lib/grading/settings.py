"""What a teacher sets in the course's ``nbgrader_config.py``: how long a graded notebook may take.

``c.Limits.cell_seconds = 120``, and so on for all of `Limits`; nbgrader's ``c.Execute.timeout``
is the same as ``cell_seconds``.
"""

import dataclasses
import math

from mlp_lib.grading.confinement import Limits
from mlp_lib.grading.course import CONFIGURATION, CourseError

TIMEOUTS = ("Execute", "ExecutePreprocessor", "NotebookClient")  # nbgrader's, and what it builds on
CELLS = 5  # of which each takes all its time; so many fit into a notebook's


def limits(course):
    """The `Limits` of a course.

    Raises
    ------
    CourseError
        If the configuration names a limit that there is not, or one that is no number.
    """
    found = course.configuration()
    given = {}
    for name in TIMEOUTS:
        if name in found and "timeout" in found[name]:
            given["cell_seconds"] = found[name]["timeout"]
    if "Limits" in found:
        given |= dict(found["Limits"])
    kinds = {field.name: field.type for field in dataclasses.fields(Limits)}
    for name, value in given.items():
        check(name, value, kinds)
    return Limits(**spread_out({name: kinds[name](value) for name, value in given.items()}))


def check(name, value, kinds):
    """Refuse what is no limit."""
    if name not in kinds:
        raise CourseError(f"{CONFIGURATION} sets Limits.{name}, which there is not; there are "
                          f"{', '.join(kinds)}")
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or not 0 < value < math.inf:
        raise CourseError(f"{CONFIGURATION} sets {name} (or nbgrader's timeout) to {value!r}; a "
                          "number above 0 was wanted, for no notebook is graded without a limit")


def spread_out(given):
    """A longer time for one cell makes that of the notebook longer, unless it is set as well.

    So does that of an answer with a project's.
    """
    default = Limits()
    if "probe_seconds" in given:
        given.setdefault("project_seconds", max(default.project_seconds, given["probe_seconds"]))
    if "cell_seconds" in given:
        given.setdefault("notebook_seconds",
                         max(default.notebook_seconds, CELLS * given["cell_seconds"]))
    if "notebook_seconds" in given:
        given.setdefault("cpu_seconds", max(default.cpu_seconds,
                                            math.ceil(given["notebook_seconds"])))
    return given
