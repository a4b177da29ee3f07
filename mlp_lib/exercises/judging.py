"""From what an answer gave to a verdict: passed, which mistake it is, or a report."""

import warnings

import numpy as np

from mlp_lib.exercises import likeness
from mlp_lib.exercises.compare import as_array, difference, number, quoted
from mlp_lib.exercises.mistakes import known_mistake
from mlp_lib.exercises.verdict import Verdict

UNANSWERED = "NotImplementedError"  # what a stub raises
NEW = "new numbers"  # name of the case that is drawn anew for each check
AGAIN = "case 1 again"  # name of the case that shows what is kept from one call to the next
SHOWN = 60  # entries of an input array that are printed in full


def wanted_values(exercise, cases):
    """What the reference gives on each case."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        return [exercise.reference(*case.args) for case in cases]


def described_input(exercise, case):
    """The arguments of a case, by name, as a person reads them."""
    lines = [f"{case.name}:"]
    for name, value in zip(exercise.parameters(), case.args, strict=True):
        array = as_array(value)
        if array is None or not array.ndim:
            lines.append(f"{name} = {value!r}" if array is None else f"{name} = {number(value)}")
        elif array.size <= SHOWN:
            lines.append(f"{name} =\n{np.array2string(array, precision=5)}")
        else:
            lines.append(f"{name}: array of shape {array.shape}, {array.dtype}")
    return "\n".join(lines)


def judge_function(exercise, cases, outcomes, label):
    """`Verdict` on the outcomes of a function, or of a value (one case, one outcome)."""
    def verdict(status, sentence="", details=(), case=None, right=()):
        shown = described_input(exercise, case) if case and exercise.reveals else ""
        return Verdict(label, exercise.title, status, sentence, details, shown, right)

    if all(o.failure and o.failure.kind == UNANSWERED for o in outcomes):
        return verdict("unanswered")
    wanted = wanted_values(exercise, cases)
    differences = [
        None if o.failure else difference(o.value, want, exercise.tolerance, exercise.called,
                                          exercise.reveals)
        for o, want in zip(outcomes, wanted, strict=True)]
    correct = tuple(not o.failure and d is None for o, d in zip(outcomes, differences, strict=True))
    clean = tuple(c and not o.mutated and not o.overwritten
                  for c, o in zip(correct, outcomes, strict=True))
    if all(clean):
        return verdict("passed", right=clean)
    first = clean.index(False)
    if all(correct):
        return verdict("refused", refusal(exercise, outcomes[first]), case=cases[first],
                       right=clean)
    if sentence := known_mistake(exercise, cases, outcomes, correct):
        return verdict("misconception", sentence, (f"See {exercise.ground}.",), right=clean)
    first = smallest_wrong(cases, correct)
    if outcomes[first].failure:
        return verdict("failed", *failure_report(exercise, outcomes[first].failure), cases[first],
                       clean)
    sentence = (nothing_came(outcomes) or one_call_wrong(cases, correct)
                or likely(exercise, cases, outcomes, wanted, correct)
                or some_right(exercise, cases, correct))
    return verdict("wrong", sentence or "", (f"{cases[first].name}: {differences[first]}",),
                   cases[first], clean)


def refusal(exercise, outcome):
    """Why right values are not accepted."""
    if outcome.mutated:
        names = [exercise.parameters()[i] for i in outcome.mutated]
        return (f"The values are right, but the function changes its argument {', '.join(names)}. "
                "Whoever called it still needs that array: work on a copy, or avoid -=, += and "
                "assignment to its entries.")
    return ("The values are right, but a later call overwrites the array that an earlier call "
            "returned. Return a new array each time, not a buffer that is kept.")


def failure_report(exercise, failure):
    """Sentence and details for an exception of the answer."""
    details = f"{failure.kind}: {failure.message}", *filter(None, [failure.line])
    if failure.kind == UNANSWERED:
        return "It works on some cases and is not written for others.", details
    if failure.kind == "TypeError" and "argument" in failure.message:
        details += (f"It is called with: {', '.join(exercise.parameters())}.",)
    return "Your code stopped with an error, at the line shown.", details


def nothing_came(outcomes):
    """Sentence for an answer without a return value."""
    if all(o.value is None for o in outcomes):
        return "Nothing came back. Does the function end with return?"
    return None


def one_call_wrong(cases, correct):
    """Sentence for an answer that is wrong on the new numbers alone, or on the repetition alone."""
    wrong = [case.name for case, ok in zip(cases, correct, strict=True) if not ok]
    if wrong == [NEW] and any(correct):
        return ("Right on the numbers that are always the same, wrong on new ones. Is a number or "
                "a result of the example written into the code?")
    if wrong == [AGAIN]:
        return ("Right at first, and wrong when it is called with the same arguments again. What "
                "does the function keep from one call to the next?")
    return None


def likely(exercise, cases, outcomes, wanted, correct):
    """`likeness` of an answer that is wrong on all ordinary cases: an edge may hide the mistake."""
    if any(ok and case.name not in exercise.special
           for case, ok in zip(cases, correct, strict=True)):
        return None
    return likeness.in_words([o.value for o in outcomes], wanted, exercise.called, exercise.reveals)


def some_right(exercise, cases, correct):
    """Sentence for an answer that is right on some cases only."""
    if not any(correct):
        return None
    names = {ok: [case.name for case, is_ok in zip(cases, correct, strict=True) if is_ok == ok]
             for ok in (True, False)}
    if set(names[True]) <= exercise.special:
        return f"Right only on: {', '.join(names[True])}. There the mistake does not show."
    shapes = [[np.shape(a) for a in case.args if as_array(a) is not None] for case in cases]
    good = next(s for s, ok in zip(shapes, correct, strict=True) if ok)
    if all((s == good) == ok for s, ok in zip(shapes, correct, strict=True)):
        return (f"Right only where the arguments have the shapes {good}. Is a size written in, or "
                "does the mistake only not show there?")
    return (f"Right on {sum(correct)} of {len(correct)} cases, "
            f"wrong on: {', '.join(names[False])}.")


def smallest_wrong(cases, correct):
    """Index of the wrong case that is easiest to follow: the same next time, few entries."""
    def effort(i):
        sizes = [np.size(a) for a in cases[i].args if as_array(a) is not None]
        return cases[i].name == NEW, sum(sizes)

    return min((i for i, ok in enumerate(correct) if not ok), key=effort)


def judge_choice(exercise, value, label):
    """`Verdict` on a letter."""
    letter = value.strip().strip("()").lower() if isinstance(value, str) else None
    letters = ", ".join(exercise.options)
    if letter == exercise.right:
        return Verdict(label, exercise.title, "passed", right=(True,))
    if letter in exercise.sentences:
        return Verdict(label, exercise.title, "misconception", exercise.sentences[letter],
                       (f"See {exercise.ground}.",), right=(False,))
    return Verdict(label, exercise.title, "wrong", f"One of the letters {letters} was wanted, "
                   f"as text; {quoted(value)} came.", right=(False,))


def judge_project(exercise, cases, outcomes, label):
    """`Verdict` on what a project reached. To be quick counts only where all else is reached."""
    case, outcome = cases[0], outcomes[0]
    if outcome.failure:
        if outcome.failure.kind == UNANSWERED:
            return Verdict(label, exercise.title, "unanswered")
        return Verdict(label, exercise.title, "failed",
                       *failure_report(exercise, outcome.failure), right=(False,))
    try:
        measured = exercise.measure(case, outcome.value) | {"seconds": outcome.seconds}
    except ValueError as error:
        return Verdict(label, exercise.title, "wrong", str(error), right=(False,))
    met = {name: bool(good(measured[name])) for name, (good, _) in exercise.goals.items()}
    every = all(met.values())
    reached = tuple(good and (every or name != "seconds") for name, good in met.items())
    details = [f"{goal}; reached: {number(measured[name])}"
               for name, (_, goal) in exercise.goals.items()]
    if all(reached) and outcome.mutated:
        return Verdict(label, exercise.title, "refused", refusal(exercise, outcome), right=(False,))
    if all(reached):
        return Verdict(label, exercise.title, "passed", "", tuple(details), right=reached)
    sentence = next((exercise.misconceptions[i].sentence for i, holds in exercise.symptoms.items()
                     if holds(measured)), "")
    status = "misconception" if sentence else "wrong"
    return Verdict(label, exercise.title, status, sentence, tuple(details), right=reached)
