"""Answers written from the prompts alone: no right one is refused, no wrong one passes, and four
of five mistakes are named."""

import inspect
import textwrap
from importlib import import_module

import pytest

from mlp_lib.exercises import Function, Project, catalogue, checking

CHAPTERS = [import_module(f"tests.exercises.blind.ch{n}") for n in catalogue.chapter_numbers()]
ANSWERS = {label: (chapter, *both) for chapter in CHAPTERS
           for label, both in chapter.ANSWERS.items()}
pytestmark = pytest.mark.filterwarnings("ignore")  # an answer may warn
each_label = pytest.mark.parametrize("label", ANSWERS)


def judged(label, answer):
    return checking.judged(label, catalogue.find(label)[1], answer, "")


def changed(chapter, right, edits):
    """A right function with lines changed: ``edits`` is old text, new text, old, new ..."""
    text = textwrap.dedent(inspect.getsource(right))
    for old, new in zip(edits[::2], edits[1::2], strict=True):
        assert text.count(old) == 1, (right.__name__, old, text.count(old))
        text = text.replace(old, new)
    names = dict(vars(chapter))
    exec(compile(text, f"{right.__name__}, changed", "exec"), names)
    return names[right.__name__]


def mistakes(label):
    """Pairs of what went wrong and a function that does it."""
    chapter, rights, slips = ANSWERS[label]
    return [(what, changed(chapter, rights[0], edits)) for what, *edits in slips]


@pytest.fixture(scope="module")
def verdicts():
    """For each exercise, the verdict on each mistake."""
    return {label: {what: judged(label, wrong) for what, wrong in mistakes(label)}
            for label in ANSWERS}


def test_every_function_is_tried():
    wanted = {label for label, exercise in catalogue.every_exercise().items()
              if isinstance(exercise, Function) and not isinstance(exercise, Project)}
    assert set(ANSWERS) == wanted
    for _, rights, slips in ANSWERS.values():
        assert len(rights) >= 3
        assert len({what for what, *_ in slips}) == len(slips) >= 6


@each_label
def test_right_answers_pass(label):
    for right in ANSWERS[label][1]:
        verdict = judged(label, right)
        assert verdict.passed, (right.__name__, verdict)


@each_label
def test_wrong_answers_are_refused(label, verdicts):
    assert [what for what, verdict in verdicts[label].items() if verdict.passed] == []


def test_four_of_five_mistakes_are_named(verdicts):
    statuses = [v.status for one in verdicts.values() for v in one.values()]
    assert statuses.count("misconception") >= 0.8 * len(statuses)
