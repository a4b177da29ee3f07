"""One BLAS thread for small products, and as many as before for what follows."""

import subprocess
import sys

import numpy as np
import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from mlp_lib.networks import MLP, one_thread, training


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


def test_inside_there_is_one_and_afterwards_as_many_as_before():
    with one_thread:
        assert threads() == {1}
        with one_thread:
            assert threads() == {1}
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

before, data = found(), (np.ones((2000, 50)), np.arange(2000) % 4)
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
    # In a process of its own: OpenBLAS may heed only the thread that set the number first.
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


@pytest.mark.parametrize(("batch_size", "wanted"), [
    (training.SMALL_BATCH - 1, {1}), (training.SMALL_BATCH, {2}),
])
def test_small_batches_take_one_thread_and_large_ones_all(batch_size, wanted):
    seen = []
    training.train(MLP((4, 3)), (np.eye(6, 4), np.arange(6) % 3), batch_size=batch_size, epochs=1,
                   progress=False, callbacks=[lambda model, history: seen.append(threads())])
    assert seen == [wanted]
