"""Answers are run on copies, and whatever they do or return becomes data."""

import inspect
import json
import time
import warnings

import numpy as np
import pytest

from mlp_lib.exercises.runner import Case, Failure, Other, plain, run, same
from mlp_lib.networks import softmax


def outcome(function, *args):
    return run(function, [Case("one", args)])[0]


class Frame:
    """As a table of another package: not an array, but can be made one."""

    def __init__(self, content):
        self.content = content

    def __array__(self, dtype=None, copy=None):
        return np.array(self.content, dtype)


class Unreadable:
    def __array__(self, dtype=None, copy=None):
        raise RuntimeError("this tensor lies elsewhere")


class Wordless(Exception):
    def __str__(self):
        raise ValueError("no words")


class OddText(str):
    def __str__(self):
        raise ValueError("no text")


def holds_itself():
    endless = [1.0]
    endless.append(endless)
    return endless


@pytest.mark.parametrize(("value", "wanted"), [
    (np.float64(2.5), 2.5), (np.float32(2.5), np.array(2.5, np.float32)), (np.str_("b"), "b"),
    (True, True), (np.True_, np.array(True)), (2**70, 2**70), (1 + 2j, 1 + 2j), (None, None),
    (b"\x00b", b"\x00b"),
    (np.ones((1, 3)).view(np.matrix), np.ones((1, 3))),
    (np.ma.array([1.0, 2.0], mask=[0, 0]), np.array([1.0, 2.0])),
    (np.ma.array([1.0, 2.0], mask=[0, 1]), Other("masked array")),
    (Frame([[1, 2]]), np.array([[1, 2]])), (Unreadable(), Other("Unreadable")),
    ([[1, 2], [3]], [[1, 2], [3]]), ((n for n in (1, 2)), Other("generator")),
    ({1, 2}, Other("set")), (np.array([1, None]), Other("array of objects")),
    (np.ndarray, Other("array of objects")), (OddText("b"), Other("OddText")),
    ({np.int64(3): (1, 2)}, {3: (1, 2)}), ({(1, 2): 3}, {"(1, 2)": 3}),
    (inspect.Parameter.KEYWORD_ONLY, 3), (np.zeros((0, 3)), np.zeros((0, 3))),
])
def test_what_comes_back_is_data(value, wanted):
    got = outcome(lambda: value).value
    assert type(got) is type(wanted)
    assert same(got, wanted), got


def test_a_list_that_holds_itself_ends():
    endless = {}
    endless["itself"] = endless
    for value in (outcome(holds_itself).value, plain({"a": holds_itself()}), plain(endless)):
        assert repr(Other("container nested without end")) in repr(value)


def test_a_key_is_a_plain_value_too():
    key, = plain({inspect.Parameter.KEYWORD_ONLY: 1})
    assert type(key) is int


@pytest.mark.parametrize(("one", "two", "wanted"), [
    (np.array([np.nan, 1]), np.array([np.nan, 1]), True), (np.nan, np.nan, True),
    (np.zeros(2), np.zeros(2, np.float32), False), (np.zeros(2), [0.0, 0.0], False),
    ([[1], [1, 2]], np.zeros(2), False), ({"a": 1}, {"b": 1}, False), (1, True, False),
    ((1, np.ones(2)), (1, np.ones(2)), True), ((1,), (1, 2), False), (1.0, np.nan, False),
    (np.nan, 1.0, False),
])
def test_same_is_equal_to_the_last_bit(one, two, wanted):
    assert same(one, two) is wanted


def test_arguments_are_copies_and_changes_are_noticed():
    def changes(kept, array, rows):
        array *= 2
        rows.append(3)
        return kept

    case = Case("one", (np.ones(3), np.ones(3), [1, 2]))
    for _ in range(2):
        assert run(changes, [case])[0].mutated == (1, 2)
    assert same(case.args[1], np.ones(3))
    assert case.args[2] == [1, 2]
    assert outcome(lambda *scalars: None, np.float64(2.5), np.int64(3)).mutated == ()


def test_the_truth_is_not_shown():
    assert "2.5" not in repr(Case("one", (1,), truth=2.5))


def test_a_view_of_an_argument_is_fine_and_a_kept_buffer_is_not():
    cases = [Case(str(n), (np.full((2, 3), n),)) for n in (1.0, 2.0)]
    assert not any(o.overwritten for o in run(lambda a: a[:, ::-1].T, cases))
    buffer = np.empty((2, 3))

    def kept(a):
        buffer[...] = a
        return {"result": [buffer]}

    first, last = run(kept, cases)
    assert first.overwritten
    assert not last.overwritten
    assert same(first.value["result"][0], cases[0].args[0])


def test_an_exception_shows_the_learners_own_line_not_that_of_a_library():
    def asks_too_much(a):
        return np.linalg.inv(a)                         # the line

    failure = outcome(asks_too_much, np.zeros((2, 3))).failure
    assert failure.kind == "LinAlgError"
    assert failure.line.endswith("return np.linalg.inv(a)                         # the line")
    assert str(inspect.getsourcelines(asks_too_much)[1] + 1) in failure.line


def divides(n):
    return 1 / n  # the line


@pytest.mark.parametrize("fails", [
    lambda: json.loads("{"),  # the line
    lambda: softmax("text"),  # the line
    lambda: divides(0),
])
def test_the_line_is_the_innermost_of_the_learners(fails):
    assert outcome(fails).failure.line.endswith("# the line")


def test_code_without_a_file_has_no_line():
    names = {}
    exec("def fails():\n    return 1 / 0", names)
    assert outcome(names["fails"]).failure == Failure("ZeroDivisionError", "division by zero")


@pytest.mark.parametrize(("error", "kind", "message"), [
    (Wordless(), "Wordless", "cannot be shown"), (SystemExit(3), "SystemExit", "3"),
    (MemoryError(), "MemoryError", ""), (ValueError("x" * 10**6), "ValueError", "xx …"),
])
def test_any_exception_becomes_a_failure(error, kind, message):
    def fails():
        raise error

    failure = outcome(fails).failure
    assert failure.kind == kind
    assert failure.message.endswith(message) or message in failure.message
    assert len(failure.message) < 3000


def test_endless_recursion_is_a_failure():
    def again(n):
        return again(n + 1)

    assert outcome(again, 0).failure.kind == "RecursionError"


def test_an_interrupt_is_passed_on():
    def interrupted():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        outcome(interrupted)


def test_a_warning_is_shown_once_for_all_cases():
    def warns(n):
        warnings.warn("look here", stacklevel=1)
        return n

    with warnings.catch_warnings(record=True) as shown:
        warnings.simplefilter("default")
        run(warns, [Case(str(n), (n,)) for n in range(5)])
    assert [str(w.message) for w in shown] == ["look here"]


def test_seconds_are_those_of_the_call():
    assert 0.02 <= outcome(time.sleep, 0.02).seconds < 2
