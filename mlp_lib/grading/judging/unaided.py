"""Is what a project reached its own work? It is computed again where no ruled-out library is.

The text of a notebook shows no import that is well hidden (see ``libraries``). But what is not
there cannot be imported in any way. So a goal that is missed without the libraries was reached
with them, if that is no chance: an answer may draw at random, so it gets several tries.
To be quick is no such goal: the machine may have been busy.
"""

import hashlib
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import nbformat

from mlp_lib.grading.confinement import Call, Limits
from mlp_lib.grading.judging import submissions

TRIES = 5
PATIENCE = 2  # times the limits: what was in time once is not stopped on a busier machine
KNOWN = {}  # by digest of a handed-out notebook: what it loads
LOADED = "import sys\n\nimport matplotlib.pyplot\n\nloaded = sorted(sys.modules)"


class NotRun(submissions.NeedsPerson):
    """This machine could not run a notebook again; the next grading may."""


@dataclass(frozen=True)
class Unaided:
    """Runs one submission without libraries.

    Attributes
    ----------
    run : callable
        See `mlp_lib.grading.judging.judge`.
    notebook : NotebookNode
        The submitted one, restored.
    folder : path
        What lies beside it.
    limits : Limits
        Of the first run.
    released : str
        JSON text of the notebook that was handed out.
    """

    run: Callable
    notebook: object
    folder: Path
    limits: Limits
    released: str

    def require(self, project, verdict, calls, judge):
        """Raise `NeedsPerson` if goals are reached only where ruled-out libraries are.

        Parameters
        ----------
        project : Project
        verdict : Verdict
            On the first run.
        calls : sequence of Call
            What the project's answer takes.
        judge : callable
            From the answers of a run to a `Verdict`.
        """
        goals, names = reached(project, verdict), self.hideable(project.without)
        if names and (missed := self.missed(project, goals, names, calls, judge)):
            words = "; ".join(project.goals[name][1] for name in project.goals if name in missed)
            raise submissions.NeedsPerson(
                f"reached only where libraries can be imported that the exercise rules out "
                f"({', '.join(names)}): {words}. Does the answer use one of them?")

    def missed(self, project, goals, names, calls, judge):
        """Those of the goals that no try reaches where the libraries cannot be seen."""
        until = time.monotonic() + self.limits.notebook_seconds
        for _ in range(TRIES if goals else 0):
            ran = self.without(names, calls)
            goals = goals - reached(project, second(judge, ran.answers))
            if not goals or ran.end != "finished" or time.monotonic() > until:
                break  # what takes long would do so again
        return goals

    def hideable(self, names):
        """Those of the libraries that the handed-out notebook does not load itself."""
        needed = loaded(self.released, self.run, self.limits) if names else ()
        return tuple(name for name in names if not {name, f"mlp_lib.{name}"} & set(needed))

    def without(self, names, calls):
        """The `Run` of the notebook where these libraries cannot be seen.

        Raises
        ------
        NotRun
            If this machine could not run it.
        """
        ran = self.run(self.notebook, self.folder, calls, patient(self.limits), True, hidden=names)
        if ran.end == "refused":
            raise NotRun("it could not be run a second time, without what the exercise rules out. "
                         f"{' '.join(ran.reasons)}")
        return ran


def second(judge, answers):
    """What ``judge`` makes of the answers; a reason for a person says which run it is about."""
    try:
        return judge(answers)
    except submissions.NeedsPerson as reason:
        raise submissions.NeedsPerson(
            f"in a second run, without what the exercise rules out: {reason}") from None


def reached(project, verdict):
    """Names of the goals that were reached, but for the time."""
    goals = zip(project.goals, verdict.right)
    return {name for name, good in goals if good and name != "seconds"}


def patient(limits):
    """Limits with more time."""
    names = ("cpu_seconds", "start_seconds", "cell_seconds", "probe_seconds", "project_seconds",
             "notebook_seconds", "hurried_seconds")
    return replace(limits, **{name: PATIENCE * getattr(limits, name) for name in names})


def loaded(released, run, limits):
    """Names of the modules that a notebook loads as it was handed out, and matplotlib with it.

    Raises
    ------
    NotRun
        If this machine could not run it.
    """
    key = hashlib.sha256(released.encode()).hexdigest()
    if key not in KNOWN:
        KNOWN[key] = found_loaded(nbformat.reads(released, as_version=4), run, limits)
    return KNOWN[key]


def found_loaded(notebook, run, limits):
    """`loaded` for a notebook that was not asked about before."""
    notebook.cells.append(nbformat.v4.new_code_cell(LOADED))
    with tempfile.TemporaryDirectory(prefix="mlp-") as empty:
        ran = run(notebook, empty, [Call("loaded", "loaded")], limits, True)
    answer = ran.answers["loaded"]
    if answer.problem:
        raise NotRun("what the handed-out notebook itself loads could not be found out. "
                     f"{answer.reason}")
    return frozenset(answer.value)
