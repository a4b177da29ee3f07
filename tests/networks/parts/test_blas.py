"""How many BLAS threads are in force: by the work of a product, in any thread of Python."""

import subprocess
import sys
import threading

import numpy as np
import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from mlp_lib.networks import MLP, ConvNet, one_thread, training
from mlp_lib.networks.parts import blas
from mlp_lib.networks.parts.blas import SMALL_PRODUCT, matmul, one_for_small


def threads():
    """Threads of each BLAS that is loaded."""
    return {library["num_threads"] for library in threadpool_info()
            if library["user_api"] == "blas"}


@pytest.fixture(autouse=True)
def two_threads():
    with threadpool_limits(2, user_api="blas"):
        if threads() != {2}:
            pytest.skip("this BLAS has no two threads")
        yield


@pytest.fixture
def products(monkeypatch):
    """Pairs (multiplications, threads in force) of all products of two matrices."""
    seen, product = [], np.matmul

    def noted(A, B, out=None):
        if A.ndim == 2:
            seen.append((A.size * B.shape[-1], *threads()))
        return product(A, B, out=out)

    monkeypatch.setattr(blas.np, "matmul", noted)
    return seen


def in_a_thread(call):
    """What ``call()`` gives in a thread of its own."""
    given = []
    thread = threading.Thread(target=lambda: given.append(call()))
    thread.start()
    thread.join()
    return given[0]


def inside():
    with one_thread:
        return threads()


def test_inside_there_is_one_and_afterwards_as_many_as_before():
    with one_thread:
        assert threads() == {1}
        with one_thread:
            assert threads() == {1}
        assert threads() == {1}
    assert threads() == {2}


def test_it_holds_in_every_thread_of_python_whichever_was_the_first():
    # A kernel runs the first press of a button in its main thread, the later ones in another.
    for where in (lambda call: call(), in_a_thread, lambda call: call(), in_a_thread):
        assert where(inside) == {1}
        assert threads() == {2}


def test_who_comes_first_may_leave_first():
    come, leave = threading.Event(), threading.Event()

    def first():
        with one_thread:
            come.set()
            leave.wait()

    thread = threading.Thread(target=first)
    thread.start()
    come.wait()
    with one_thread:
        leave.set()
        thread.join()
        assert threads() == {1}
    assert threads() == {2}


def test_limits_of_others_around_and_inside_stay_theirs():
    with one_thread:
        with threadpool_limits(2, user_api="blas"):
            assert threads() == {2}
        assert threads() == {1}
    in_a_thread(inside)
    with threadpool_limits(1, user_api="blas"):
        assert inside() == {1}
        assert threads() == {1}
    assert threads() == {2}


SIDE_BY_SIDE = """
import threading, time
import numpy as np
from mlp_lib.networks import MLP, training
from threadpoolctl import threadpool_info

def found():
    return {each["num_threads"] for each in threadpool_info() if each["user_api"] == "blas"}

def train(epochs):
    training.train(MLP((50, 40, 4)), data, epochs=epochs, progress=False)

before, data = found(), (np.eye(50)[np.arange(2000) % 50], np.arange(2000) % 4)
for _ in range(4):
    threads = [threading.Thread(target=train, args=(epochs,)) for epochs in (3, 9, 6)]
    for thread in threads:
        thread.start()
        time.sleep(0.01)
    for thread in threads:
        thread.join()
print(before == found())
"""


def test_trainings_in_threads_that_end_in_another_order_leave_all_as_it_was():
    printed = subprocess.check_output([sys.executable, "-c", SIDE_BY_SIDE], text=True)
    assert printed.strip() == "True"


def test_an_error_inside_gives_the_threads_back():
    with pytest.raises(ZeroDivisionError), one_thread:
        raise ZeroDivisionError
    assert threads() == {2}


def test_a_training_inside_another_gives_back_what_the_outer_found():
    data, seen = (np.eye(6, 4), np.arange(6) % 3), []

    def callback(model, history):
        training.train(MLP((4, 3)), data, epochs=1, progress=False)
        seen.append(threads())

    training.train(MLP((4, 3)), data, epochs=2, progress=False, callbacks=[callback])
    assert seen == [{1}, {1}]
    assert threads() == {2}


# -- by the work of a product ---------------------------------------------------------------


@pytest.mark.parametrize(("m", "k", "n", "wanted"), [
    (2, 5, 200, {2}), (200, 2, 5, {2}), (2, 5, 199, {1}), (199, 2, 5, {1}),
])
def test_it_is_the_multiplications_that_count_and_not_the_rows(
        products, monkeypatch, m, k, n, wanted):
    monkeypatch.setattr(blas, "SMALL_PRODUCT", 2000)
    with one_for_small:
        matmul(np.ones((m, k)), np.ones((k, n)))
        assert threads() == {1}
    assert products == [(m * k * n, *wanted)]
    assert threads() == {2}


@pytest.mark.parametrize(("model", "small"), [
    (MLP((20, 30, 3)), 64 * 30 * 3 + 1), (ConvNet((1, 4, 5), (2, 3), 1, 3), 64 * 4 * 2 * 3 + 1),
])
def test_in_every_pass_each_product_has_the_threads_of_its_size(
        model, small, products, monkeypatch):
    monkeypatch.setattr(blas, "SMALL_PRODUCT", small)
    X, labels = np.random.default_rng(0).random((64, 20)), np.arange(64) % 3
    for use in (lambda: training.train(model, (X, labels), epochs=1, progress=False,
                                       batch_size=64, validation=(X, labels)),
                lambda: next(training.iterate(model, (X, labels), batch_size=64)),
                lambda: model.predict(X),
                lambda: getattr(model, "gradients", getattr(model, "gradient", None))(X, labels)):
        products.clear()
        use()
        assert {number for _, number in products} == {1, 2}
        assert all(number == (1 if work < small else 2) for work, number in products)
    assert threads() == {2}


def test_who_wants_one_thread_has_one_for_large_products_too(products, monkeypatch):
    monkeypatch.setattr(blas, "SMALL_PRODUCT", 0)
    with one_thread:
        training.train(MLP((4, 3)), (np.eye(6, 4), np.arange(6) % 3), epochs=1, progress=False)
    assert {number for _, number in products} == {1}


def test_the_pictures_of_chapter_03_are_small_products_whatever_the_batch():
    largest = {batch: batch * 784 * 10 for batch in (256, 2048)}
    assert max(largest.values()) < SMALL_PRODUCT
