"""What takes too long is stopped by the processor's time, whatever it catches."""

import signal
import threading
import time

import pytest

from mlp_lib.exercises import clock


def test_a_loop_that_catches_everything_is_stopped():
    def deaf():
        stopped = 0
        while stopped < 3:  # each second anew
            try:
                while True:
                    pass
            except BaseException:
                stopped += 1
                raise

    with pytest.raises(clock.TooLong, match=r"more than 0\.1 s"), clock.seconds(0.1):
        deaf()


def test_waiting_costs_nothing_and_the_signal_is_given_back():
    before = signal.getsignal(signal.SIGVTALRM)
    with clock.seconds(0.1):
        time.sleep(0.3)
    assert signal.getsignal(signal.SIGVTALRM) == before


def test_in_another_thread_there_is_no_bound():
    found = []

    def work():
        with clock.seconds(0.001):
            found.append(sum(range(100_000)))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert found == [sum(range(100_000))]
