"""Every exercise: its answer passes in any style, each mistake is named, nothing trivial passes."""

import copy
import inspect
from itertools import combinations

import numpy as np
import pytest

import mlp_lib
from mlp_lib.exercises import (
    Choice,
    Function,
    Number,
    Project,
    Written,
    catalogue,
    checking,
    given,
    mistakes,
    runner,
)
from mlp_lib.exercises.compare import as_array, difference
from mlp_lib.exercises.examples import EXAMPLE

EVERY = catalogue.every_exercise()
NAMES = ("Ada Lovelace", "Emmy Noether", "Sofja Kowalewskaja")


def of_kind(*kinds, but=()):
    chosen = [pytest.param(label, exercise, id=exercise.id) for label, exercise in EVERY.items()
              if isinstance(exercise, kinds) and not isinstance(exercise, but)]
    return pytest.mark.parametrize(("label", "exercise"), chosen)


functions = of_kind(Function, but=Project)
numbers = of_kind(Number)


def verdict(exercise, answer, name=NAMES[0]):
    return checking.judged("00.0", exercise, answer, name)


def mapped(change):
    """Change every array and number of a result, at any depth."""
    def walk(value):
        if isinstance(value, tuple | list):
            return type(value)(map(walk, value))
        if isinstance(value, dict):
            return {key: walk(item) for key, item in value.items()}
        return value if as_array(value) is None else change(value)

    return walk


def real(value):
    return np.asarray(value).dtype.kind == "f"


STYLES = {
    "as it is": mapped(lambda a: a),
    "float32": mapped(lambda a: np.float32(a) if real(a) else a),
    "Fortran order": mapped(lambda a: np.asfortranarray(a) if np.ndim(a) else a),
    "lists": mapped(lambda a: np.asarray(a).tolist()),
    "other order of operations": mapped(lambda a: np.asarray(a) * (1 + 1e-13) if real(a) else a),
    "a view with strides": mapped(lambda a: np.repeat(a, 2, axis=0)[::2] if np.ndim(a) else a),
    "a list for a tuple": lambda value: list(value) if isinstance(value, tuple) else value,
}


@functions
@pytest.mark.parametrize("style", STYLES)
def test_the_reference_passes_in_every_style(label, exercise, style):
    answered = verdict(exercise, lambda *args: STYLES[style](exercise.reference(*args)))
    assert answered.passed, answered


@functions
def test_each_mistake_is_named(label, exercise):
    for misconception in exercise.misconceptions:
        answered = verdict(exercise, misconception.function)
        assert (answered.status, answered.sentence) == ("misconception", misconception.sentence), (
            answered)
        assert answered.fraction < 1


@functions
def test_mistakes_can_be_told_apart(label, exercise):
    cases = exercise.cases(checking.PUBLIC)
    answers = [exercise.reference, *(m.function for m in exercise.misconceptions)]
    values = [[mistakes.quietly(answer, case.args) for case in cases] for answer in answers]
    for one, two in combinations(values, 2):
        assert any(difference(a, b, exercise.tolerance) for a, b in zip(one, two)), (
            f"{exercise.id}: answers {values.index(one)} and {values.index(two)} coincide")


@functions
def test_inputs_are_drawn_anew_and_no_two_sizes_are_equal(label, exercise):
    cases = exercise.cases(checking.PUBLIC)[:4]
    shapes = [tuple(np.shape(a) for a in case.args if as_array(a) is not None) for case in cases]
    if any(size for shape in shapes for part in shape for size in part):
        assert len(set(shapes)) > 1, "all cases have the same shapes"
    assert 1 not in {size for shape in shapes for part in shape for size in part}
    again = exercise.cases(checking.PUBLIC)
    assert all(runner.same(a.args, b.args) for a, b in zip(cases, again))
    assert not all(runner.same(a.args, b.args) for a, b in zip(cases, exercise.cases(1)))


@functions
def test_the_example_is_a_case_of_the_check(label, exercise):
    shown = [case for case in exercise.cases(checking.PUBLIC) if case.name.startswith(EXAMPLE)]
    assert bool(shown) == bool(exercise.example)
    for case in shown:
        wanted = exercise.reference(*case.args)
        assert all(np.isfinite(part).all() for part in
                   (wanted if isinstance(wanted, tuple) else (wanted,)))

        def wrong_there(*args, case=case):
            result = exercise.reference(*args)
            return np.asarray(0) if runner.same(runner.plain(args), case.args) else result

        answered = verdict(exercise, wrong_there)
        assert case.name in f"{answered.sentence} {answered.details}"
        assert not answered.passed


def shapes_of(args):
    """Shapes of arguments; of a list of unlike arrays, such as weights, those of its members."""
    unlike = [isinstance(a, list | tuple) and as_array(a) is None for a in args]
    return tuple(shapes_of(a) if deeper else np.shape(a) for a, deeper in zip(args, unlike))


def trivial(exercise):
    """Answers that know nothing: constants, zeros, ones, NaN, and each argument echoed."""
    shaped = {
        "zeros": mapped(np.zeros_like), "ones": mapped(np.ones_like),
        "nan": mapped(lambda a: np.full(np.shape(a), np.nan)),
    }
    for name, change in shaped.items():
        yield name, lambda *args, change=change: change(exercise.reference(*args))
    for constant in (0, 1, 0.0, 1.0, None, "", (), True):
        yield repr(constant), lambda *args, constant=constant: constant
    for i in range(len(exercise.parameters())):
        yield f"argument {i}", lambda *args, i=i: copy.deepcopy(args[i])


@functions
def test_nothing_trivial_passes(label, exercise):
    for name, answer in trivial(exercise):
        answered = verdict(exercise, answer)
        assert not answered.passed, name
        assert answered.fraction < 0.5, name


@functions
def test_a_written_in_result_or_size_does_not_pass(label, exercise):
    known = exercise.cases(checking.PUBLIC)

    def hard_coded(*args):
        for case in known:
            if runner.same(runner.plain(args), runner.plain(case.args)):
                return exercise.reference(*args)
        return exercise.reference(*known[0].args)

    first = shapes_of(known[0].args)

    def one_size(*args):
        if shapes_of(args) != first:
            raise ValueError("operands could not be broadcast together")
        return exercise.reference(*args)

    assert "written into" in verdict(exercise, hard_coded).sentence
    if len({shapes_of(case.args) for case in known}) > 1:
        assert not verdict(exercise, one_size).passed


@functions
def test_changing_an_argument_or_returning_a_kept_buffer_is_refused(label, exercise):
    def changes(*args):
        result = exercise.reference(*copy.deepcopy(args))
        for a in args:
            if isinstance(a, np.ndarray):
                a += 1
        return result

    if any(isinstance(a, np.ndarray) for a in exercise.cases(0)[0].args):
        assert verdict(exercise, changes).status == "refused"
    buffer = []

    def keeps(*args):
        result = exercise.reference(*args)
        for old in buffer:
            old[...] = 0
        if isinstance(result, np.ndarray):
            result = result.copy()
            buffer.append(result)
        return result

    if isinstance(exercise.reference(*exercise.cases(0)[0].args), np.ndarray):
        assert verdict(exercise, keeps).status == "refused"


@of_kind(Function)
def test_the_stub_is_unanswered_and_an_error_shows_the_learners_line(label, exercise):
    def stub(*args):
        raise NotImplementedError(f"Exercise {label} is not answered yet")

    def breaks(*args):
        return 1 / 0

    assert verdict(exercise, stub).status == "unanswered"
    failed = verdict(exercise, breaks)
    assert failed.status == "failed"
    assert "return 1 / 0" in str(failed)


@of_kind(Function)
def test_the_exercise_is_a_variant_not_a_function_of_the_library(label, exercise):
    exported = {name for module in mlp_lib.__all__ for name in dir(getattr(mlp_lib, module))}
    assert exercise.name not in exported
    assert exercise.reference.__name__ == exercise.name
    assert inspect.getdoc(exercise.reference), "the learner's stub needs a docstring"


@numbers
def test_a_learner_s_value_passes_and_mistakes_are_named(label, exercise):
    for name in NAMES:
        values = tuple(given(exercise.id, name).values())
        assert list(given(exercise.id, name)) == exercise.parameters()
        assert verdict(exercise, exercise.reference(*values), name).passed
        for misconception in exercise.misconceptions:
            answered = verdict(exercise, misconception.function(*values), name)
            assert answered.sentence == misconception.sentence, (name, values, answered)
        for value in (0, 1, -1, np.nan, None, "", exercise.reference):
            assert not verdict(exercise, value, name).passed


@numbers
def test_neighbours_have_other_numbers_and_the_report_does_not_tell_the_answer(label, exercise):
    one, two = (tuple(given(exercise.id, name).values()) for name in NAMES[:2])
    assert difference(runner.plain(exercise.reference(*one)), exercise.reference(*two),
                      exercise.tolerance)
    assert not verdict(exercise, 0.12345).shown_input
    assert "wanted, 0.12345" not in str(verdict(exercise, 0.12345))


@of_kind(Choice)
def test_each_wrong_letter_has_its_sentence(label, exercise):
    assert set(exercise.sentences) == set(exercise.options) - {exercise.right}
    assert len(set(exercise.sentences.values())) == len(exercise.sentences) >= 4
    assert verdict(exercise, f" {exercise.right.upper()}) ").passed
    for letter, sentence in exercise.sentences.items():
        assert verdict(exercise, letter).sentence == sentence
    for value in ("", "z", None, 1, np.nan, exercise.options[exercise.right]):
        assert verdict(exercise, value).status == "wrong"


@of_kind(Written)
def test_the_rubric_adds_up(label, exercise):
    assert sum(points for points, _ in exercise.rubric) == exercise.points
    assert len(exercise.rubric) >= 3
    assert len(exercise.solution) > 100


@of_kind(Project)
def test_the_project_is_reached_and_its_mistakes_are_named(label, exercise):
    assert set(exercise.symptoms) == set(range(len(exercise.misconceptions)))
    assert verdict(exercise, exercise.reference).passed
    for misconception in exercise.misconceptions:
        answered = verdict(exercise, misconception.function)
        assert (answered.status, answered.sentence) == ("misconception", misconception.sentence), (
            answered)
    for value in (0, None, "", [], np.zeros(3)):
        assert not verdict(exercise, lambda *args, value=value: value).passed


@pytest.mark.parametrize(("label", "exercise"), EVERY.items(), ids=[e.id for e in EVERY.values()])
def test_every_exercise_is_complete(label, exercise):
    assert exercise.chapter == label.split(".")[0]
    assert exercise.section.startswith(f"{exercise.chapter} §")
    assert len(exercise.hints) == 3
    assert len(exercise.prompt) > 80
    assert exercise.points >= 1
    if isinstance(exercise, Function | Number):
        assert len({m.sentence for m in exercise.misconceptions}) >= 4
    text = " ".join([exercise.prompt, *exercise.hints])
    assert "def " not in text
    assert text.count("$") % 2 == 0


def test_there_are_enough_exercises():
    per_chapter = {n: len(catalogue.exercises(n)) for n in catalogue.chapter_numbers()}
    assert list(per_chapter) == [f"{n:02}" for n in range(1, 13)]
    assert min(per_chapter.values()) >= 4
    assert sum(per_chapter.values()) >= 36
    titles = [exercise.title for exercise in EVERY.values()]
    assert len(set(titles)) == len(titles)
