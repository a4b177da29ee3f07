"""Compute answers in a student's kernel, and read what comes back without trusting it."""

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mlp_lib.exercises import wire
from mlp_lib.grading.confinement.dialogue import FINISHED, ask
from mlp_lib.grading.confinement.environment import PACKAGE, user_site
from mlp_lib.grading.confinement.limits import MIB

INSIDE = Path(__file__).with_name("probe_inside.py").read_text(encoding="utf-8")
FORM = "application/vnd.mlp-lib.answer+json"
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
    """What to compute after the notebook has run.

    Attributes
    ----------
    key : str
        The exercise.
    name : str
        Of the function or variable in the notebook.
    cases : str or None
        `mlp_lib.exercises.wire.pack_cases` of the inputs; None for a variable.
    """

    key: str
    name: str
    cases: str | None = None


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
    """

    outcomes: tuple = ()
    problem: str = ""
    reason: str = ""

    @property
    def value(self) -> Any:
        """Value of a variable, or of a function's first case."""
        return self.outcomes[0].value if self.outcomes else None

    @property
    def needs_a_person(self):
        """Whether something that is no ordinary mistake kept the answer away."""
        return self.problem in ("broken", "none", "forged", "not reached")


def code(call, limits):
    """The cell that computes a call; it uses no name of the notebook's."""
    asked = (call.name, call.cases, limits.answer_bytes, installed(), str(PACKAGE))
    source = f"{INSIDE}\nmain({FORM!r}, NAMESPACE, *{asked!r})\n"
    return ("import builtins as _mlp_lib\n"
            f"_mlp_lib.exec({source!r}, {{'NAMESPACE': _mlp_lib.globals()}})")


def installed():
    """Where the kernel finds what is installed, and nothing else."""
    prefixes = tuple(Path(prefix) for prefix in (sys.prefix, sys.base_prefix))
    paths = [path for path in sys.path
             if any(Path(path).is_relative_to(prefix) for prefix in prefixes)]
    return [*paths, *user_site()]


def compute(kernel, call):
    """Let the kernel compute one call.

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

    end = ask(kernel, code(call, limits), limits.probe_seconds,
              2 * limits.answer_bytes + MIB, take, silent=True)
    if end.word != FINISHED:
        return Answer((), end.word, f"`{call.name}` {end.sentence}")
    return read(call, found[0] if found else {"word": "none"}, limits)


def read(call, found, limits):
    """The `Answer` in what a kernel sent, whatever that is."""
    try:
        word, text = found["word"], found.get("text", "")
        if word == "answer":
            return Answer(checked(call, text, limits))
        reason = WORDS[word].format(name=call.name, text=str(text)[:500],
                                    limit=limits.answer_bytes)
        return Answer((), word, reason)
    except (Exception, MemoryError) as error:
        text = f"{type(error).__name__}: {error}"[:300]
        return Answer((), "forged", WORDS["forged"].format(name=call.name, text=text))


def checked(call, text, limits):
    """The outcomes in ``text``; ValueError or TypeError if they cannot be ours."""
    if len(text) > limits.answer_bytes:
        raise ValueError(f"{len(text)} characters")
    outcomes = wire.unpack_outcomes(text)
    wanted = 1 if call.cases is None else len(json.loads(call.cases))
    if len(outcomes) != wanted:
        raise ValueError(f"{len(outcomes)} outcomes for {wanted} cases")
    return tuple(outcomes)
