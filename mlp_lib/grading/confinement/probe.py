"""Compute answers in a student's kernel, and read what comes back without trusting it."""

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from mlp_lib.exercises import wire
from mlp_lib.grading.confinement.dialogue.asking import FINISHED, ask
from mlp_lib.grading.confinement.environment import PACKAGE, user_site
from mlp_lib.grading.confinement.limits import MIB

INSIDE = (Path(__file__).parent / "inside" / "probe_inside.py").read_text(encoding="utf-8")
FORM = "application/vnd.mlp-lib.answer+json"
AROUND = ("NameError", "ImportError", "ModuleNotFoundError", "FileNotFoundError", "OSError",
          "PermissionError", "MemoryError", "EOFError", "StdinNotImplementedError")
ARGUMENTS = 20  # of an exercise's function, at most
SAME = {"word": "same", "text": ""}
WORDS = {
    "missing": "The notebook does not define `{name}`.",
    "no function": "`{name}` is not a function here, it is of type {text}.",
    "too long": "`{name}` gave an answer of {text} bytes; at most {limit} can be handed over.",
    "broken": "The answer of `{name}` could not be handed over: {text}",
    "none": "`{name}` was called, and no answer came out of the kernel.",
    "forged": "What came back for `{name}` is no answer that could be read: {text}",
}


@dataclass(frozen=True)
class Call:
    """What to compute in a notebook.

    The first time is behind the cell ``cell``, where the learner's own check stands: a later
    exercise may give another meaning to a helper's name. What is bound anew later, or could not
    be computed there, is computed after the notebook has run. Each time is on other inputs: the
    notebook has had the time since then for the earlier ones, and an answer may be judged by its
    time.

    Attributes
    ----------
    key : str
        The exercise.
    name : str
        Of the function or variable in the notebook.
    cases : str or None
        `mlp_lib.exercises.wire.pack_cases` of the inputs; None for a variable.
    cell : str
        nbgrader's id of a cell; empty if it is enough to compute it at the end.
    draw : callable, optional
        From the number of a later time (1, 2, ...) to its inputs, packed like ``cases``, which
        stay if there is none.
    time : int
        Which time this is, from 0.
    long : bool
        Whether it may take the `Limits`' ``project_seconds``.
    """

    key: str
    name: str
    cases: str | None = None
    cell: str = ""
    draw: Callable | None = None
    time: int = 0
    long: bool = False

    def again(self, time):
        """The call for a later time."""
        return replace(self, cases=self.draw(time), time=time) if self.draw and time else self


@dataclass(frozen=True)
class Answer:
    """What a call came to.

    Attributes
    ----------
    outcomes : tuple of Outcome
        One a case; for a variable one alone, which holds its value. Empty if there is none.
    problem : str
        Empty if the answer is here; else "missing", "no function", "too long", "time",
        "flood", "ended" (the kernel), "broken", "none", "forged" or "not reached".
    reason : str
        The same in a sentence.
    time : int
        Of the call, see there: which inputs these are the outcomes of.
    """

    outcomes: tuple = ()
    problem: str = ""
    reason: str = ""
    time: int = 0

    @property
    def value(self) -> Any:
        """Value of a variable, or of a function's first case."""
        return self.outcomes[0].value if self.outcomes else None

    @property
    def came(self):
        """Whether anything was computed: not every call has ended in an exception."""
        return not all(outcome.failure for outcome in self.outcomes)

    @property
    def unseen(self):
        """Whether it is not there, or every call has ended for want of something around it.

        Then a cell that failed, or was not reached, may be all that is wrong.
        """
        return self.problem == "missing" or (bool(self.outcomes) and all(
            outcome.failure and outcome.failure.kind in AROUND for outcome in self.outcomes))


def code(call, limits, known=False):
    """The cell that computes a call; it uses no name of the notebook's."""
    asked = (call.name, known, limits.answer_bytes, installed(), str(PACKAGE))
    source = f"{INSIDE}\nmain({FORM!r}, NAMESPACE, *{asked!r})\n"
    return ("import builtins as _mlp_lib\n"
            f"_mlp_lib.exec({source!r}, {{'NAMESPACE': _mlp_lib.globals()}})")


def installed():
    """Where the kernel finds what is installed, and nothing else."""
    prefixes = tuple(Path(prefix) for prefix in (sys.prefix, sys.base_prefix))
    paths = [path for path in sys.path
             if any(Path(path).is_relative_to(prefix) for prefix in prefixes)]
    return [*paths, *user_site()]


def compute(kernel, call, patience, earlier=None):
    """Let the kernel compute one call.

    Parameters
    ----------
    kernel : Kernel
    call : Call
    patience : float
        Seconds that it may take.
    earlier : Answer, optional
        What the same kernel gave before; it stands unless the name was bound anew.

    Returns
    -------
    Answer

    Raises
    ------
    Ended
        If the kernel has ended, or had to be.
    """
    limits, found = kernel.limits, []

    def take(message):
        data = message["content"].get("data") if message["msg_type"] == "display_data" else None
        if isinstance(data, dict) and FORM in data:
            found[:] = [data[FORM]]

    single = call.cases is not None and len(json.loads(call.cases)) == 1  # may be judged by time
    started = kernel.worked() if single else 0.0
    end = ask(kernel, code(call, limits, earlier is not None), patience,
              2 * limits.answer_bytes + MIB, take, silent=True, data=call.cases)
    if end.word != FINISHED:
        return Answer((), end.word, f"`{call.name}` {end.sentence}")
    if earlier is not None and found == [SAME]:
        return earlier
    answer = read(call, found[0] if found else {"word": "none"}, limits)
    return timed(answer, max(kernel.worked() - started, 0.0)) if single else answer


def timed(answer, seconds):
    """An answer on one case with the processor's time that was seen here.

    The notebook has its own clock.
    """
    if len(answer.outcomes) != 1:
        return answer
    return replace(answer, outcomes=(replace(answer.outcomes[0], seconds=seconds),))


def read(call, found, limits):
    """The `Answer` in what a kernel sent, whatever that is."""
    try:
        word, text = found["word"], found.get("text", "")
        if word == "answer":
            return Answer(checked(call, text, limits), time=call.time)
        reason = WORDS[word].format(name=call.name, text=wire.line(str(text)[:500]),
                                    limit=limits.answer_bytes)
        return Answer((), word, reason)
    except (Exception, MemoryError) as error:
        text = wire.line(f"{type(error).__name__}: {error}"[:300])
        return Answer((), "forged", WORDS["forged"].format(name=call.name, text=text))


def checked(call, text, limits):
    """The outcomes in ``text``; ValueError or TypeError if they cannot be ours."""
    if len(text) > limits.answer_bytes:
        raise ValueError(f"{len(text)} characters")
    outcomes = wire.unpack_outcomes(text)
    wanted = 1 if call.cases is None else len(json.loads(call.cases))
    if len(outcomes) != wanted:
        raise ValueError(f"{len(outcomes)} outcomes for {wanted} cases")
    if any(len(outcome.mutated) > ARGUMENTS for outcome in outcomes):
        raise ValueError("more arguments were changed than there are")
    return tuple(outcomes)
