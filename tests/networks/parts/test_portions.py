import os
import threading

import numpy as np
import pytest

from mlp_lib import browser
from mlp_lib.networks.parts.portions import at_once, halves, pieces


def test_pieces_are_views_that_cover_all_numbers():
    A, B = np.arange(35.0).reshape(5, 7), np.zeros((5, 7))
    sizes = []
    for a, b in pieces(A, B, size=8):
        b += a
        sizes.append(a.size)
    assert sizes == [8, 8, 8, 8, 3]
    np.testing.assert_array_equal(A, B)


@pytest.mark.parametrize("n", [2, 3, 8, 13])
def test_halves_cover_all_rows(n):
    first, second = halves(n)
    assert [*range(n)[first], *range(n)[second]] == list(range(n))
    assert abs(len(range(n)[first]) - len(range(n)[second])) <= 1


def test_the_second_half_has_another_thread_where_there_are_threads(monkeypatch):
    here = threading.get_ident()
    first, second = at_once(lambda number: (number, threading.get_ident()), 1, 2)
    assert first == (1, here)
    assert second[0] == 2
    assert second[1] != here
    monkeypatch.setattr(browser, "HERE", True)
    assert at_once(lambda number: (number, threading.get_ident()), 1, 2) == [(1, here), (2, here)]


@pytest.mark.parametrize("wrong", [1, 2])
def test_an_error_in_either_half_arrives_when_both_have_ended(wrong):
    ended = []

    def work(number):
        if number == wrong:
            raise ValueError(f"half {number}")
        ended.append(number)

    with pytest.raises(ValueError, match=f"half {wrong}"):
        at_once(work, 1, 2)
    assert ended == [3 - wrong]


def test_what_numpy_warns_of_is_decided_for_both():
    with np.errstate(over="raise"), pytest.raises(FloatingPointError):
        at_once(np.exp, np.zeros(1), np.full(1, 1e4))
    with np.errstate(over="ignore"):
        assert at_once(np.exp, np.zeros(1), np.full(1, 1e4)) == [1, np.inf]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_it_works_in_a_child_of_the_process():
    at_once(abs, -1, -2)
    child = os.fork()
    if child == 0:
        os._exit(at_once(abs, -1, -2) != [1, 2])
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
