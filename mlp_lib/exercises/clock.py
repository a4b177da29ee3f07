"""A bound of the processor's time on what a learner or a student wrote.

Time is the processor's: a busy machine takes none from anybody.
"""

import contextlib
import signal
import threading


class TooLong(Exception):
    """What was tried took more than its time; the message says how much that was."""


class Stop(KeyboardInterrupt):
    """Ends what runs; like a learner's own interrupt, it is no mistake of the code's."""


@contextlib.contextmanager
def seconds(limit):
    """Stop what a ``with`` statement holds with `TooLong` after so many seconds of the processor.

    Only the main thread of a process can be stopped so, and not on Windows or in a browser;
    elsewhere there is no bound.
    """
    if not hasattr(signal, "setitimer") or (
            threading.current_thread() is not threading.main_thread()):
        yield
        return

    def stop(number, frame):
        raise Stop

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, limit, 1)
    try:
        yield
    except Stop:
        raise TooLong(f"it took more than {limit:g} s of the processor") from None
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
