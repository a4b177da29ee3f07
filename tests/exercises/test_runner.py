"""Answers are run on copies, and whatever they do or return becomes data."""

import copy
import inspect
import json
import subprocess
import sys
import time
import warnings
from decimal import Decimal
from fractions import Fraction

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
    (Fraction(1, 4), 0.25), (Decimal("0.125"), 0.125), ([Fraction(1, 2), 3], [0.5, 3]),
    (np.array([Fraction(1, 4), 2]), np.array([0.25, 2.0])), (Fraction(10**400), Other("Fraction")),
    (np.array([1j, None]), Other("array of objects")), (Decimal("nan"), np.nan),
    (np.array([Fraction(1), 1j]), Other("array of objects")),
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


@pytest.mark.parametrize("make", [
    np.float16, lambda a: np.longdouble(a) / 3, lambda a: a.view(Named),
    lambda a: a.astype("g") / 7,
    lambda a: Fraction(int(a.sum())), lambda a: np.float16(a.sum()), lambda a: np.ma.array(a),
    lambda a: [a.view(np.recarray)],
])
def test_whatever_holds_numbers_is_not_overwritten_by_a_later_call(make):
    cases = [Case(str(n), (np.full((2, 3), n),)) for n in (1.5, 2.5, 3.5)]
    assert not any(o.overwritten or o.failure for o in run(make, cases))


def test_a_new_file_for_each_result_is_not_overwritten_and_one_for_all_is(tmp_path):
    def mapped(name, a):
        result = np.memmap(tmp_path / name, float, "w+", shape=a.shape)
        result[...] = a
        return result

    cases = [Case(str(n), (np.full((2, 3), n),)) for n in (1.5, 2.5, 3.5)]
    assert not any(o.overwritten for o in run(lambda a: mapped(str(a[0, 0]), a), cases))
    assert [o.overwritten for o in run(lambda a: mapped("one", a), cases)] == [True, True, False]


class Named(np.ndarray):
    """A class of the learner's."""


def test_padding_of_long_doubles_is_no_difference():
    one, two = np.zeros(3, "g"), np.zeros(3, "g")
    one[:], two[:] = [1, np.nan, -3], [1, np.nan, -3]
    if np.finfo("g").nmant == 63:  # ten bytes of sixteen hold the number
        two.view(np.uint8).reshape(3, -1)[:, 12:] = 255
    assert same(one, two)
    assert not same(one, two + 1)


def test_a_replaced_copy_does_not_hide_that_an_argument_was_changed(monkeypatch):
    monkeypatch.setattr(copy, "deepcopy", lambda value, memo=None: value)
    monkeypatch.setattr(copy, "copy", lambda value: value)

    def changes(a, rows):
        a -= 1
        rows[0].append(2)
        return a

    case = Case("one", (np.ones(3), ([1], {"a": np.ones(2)})))
    first, again = run(changes, [case, case])
    assert first.mutated == again.mutated == (0, 1)
    assert same(case.args, (np.ones(3), ([1], {"a": np.ones(2)})))
    assert same(again.value, np.zeros(3))


def test_a_clock_that_puts_an_argument_back_comes_too_late(monkeypatch):
    held = []

    def puts_back():
        for a in held:
            a += 1
        held.clear()
        return 0.0

    def changes(a):
        held.append(a)
        a -= 1

    for clock in ("process_time", "perf_counter", "monotonic"):
        monkeypatch.setattr(time, clock, puts_back)
    assert outcome(changes, np.ones(3)).mutated == (0,)


def test_arguments_that_are_no_data_are_refused():
    with pytest.raises(TypeError, match="arguments are data only; one holds function"):
        outcome(len, [puts_nothing])


def puts_nothing():
    """No data."""


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


def works(seconds):
    """Use the processor."""
    until = time.process_time() + seconds
    while time.process_time() < until:
        pass


def test_seconds_are_those_of_the_processor():
    assert outcome(works, 0.03).seconds >= 0.03
    assert outcome(time.sleep, 0.5).seconds < 0.4


def test_the_work_of_other_processes_that_are_waited_for_counts():
    program = "import time\nwhile time.process_time() < 0.3: pass"
    assert outcome(lambda: subprocess.run([sys.executable, "-c", program], check=True).returncode
                   ).seconds > 0.25
