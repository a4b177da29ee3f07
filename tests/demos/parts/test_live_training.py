"""How a training demo computes: with one BLAS thread, in whatever thread its buttons are heard."""

import asyncio
import threading

import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from mlp_lib.demos import softmax_regions, two_layer_regions, watch_it_learn
from tests.demos.steps import until


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


@pytest.fixture(params=["watch_it_learn", "softmax_regions", "two_layer_regions"])
def demo(request, data):
    made = {"watch_it_learn": lambda: watch_it_learn(data, sizes=(25, 0)),
            "softmax_regions": softmax_regions, "two_layer_regions": two_layer_regions}
    return made[request.param]()


def run_once(demo):
    """Start it, let it learn, pause it: the BLAS threads in force in each slice of the run."""
    seen, learn = [], demo.learn

    def noted(**amount):
        seen.append((threading.current_thread(), threads()))
        learn(**amount)

    async def session():
        demo.learn = noted
        demo.start()
        await until(lambda: len(seen) > 2)
        demo.pause()
        demo.learn = learn

    asyncio.run(session())
    return seen


def in_a_subshell(demo):
    """The same in a thread of its own, as a kernel with subshells hears the later buttons."""
    seen = []
    thread = threading.Thread(target=lambda: seen.extend(run_once(demo)))
    thread.start()
    thread.join()
    return seen


def test_every_run_has_one_thread_of_blas_whichever_thread_of_python_it_is_in(demo):
    runs = [run_once(demo), in_a_subshell(demo), in_a_subshell(demo), run_once(demo)]
    assert {number for run in runs for _, seen in run for number in seen} == {1}
    assert len({thread for run in runs for thread, _ in run}) == 3


def test_between_the_slices_the_kernel_has_all_its_threads(demo):
    for run in (in_a_subshell, run_once):
        run(demo)
        assert threads() == {2}
