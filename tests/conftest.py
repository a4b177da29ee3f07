"""What holds for all tests.

No test, and no notebook that a test runs, writes into the record of someone's progress. What a
test has shown is gone after it: widgets and figures would else be kept to the end. The process
that runs the tests says what it held, and fails if that grows.
"""

import contextlib
import ctypes
import gc
import os
import sys
from pathlib import Path

import pytest

os.environ["MLP_LIB_PROGRESS"] = os.devnull
LARGEST = 1024  # MiB that the process may hold in a run of all tests
DRIVE_A_BROWSER = ("tests/browser/", "tests/publishing/")
STATUS = Path("/proc/self/status")
KEEP_DIGITS = (("mlp_lib.datasets.mnist", "_load_mnist"),
               ("mlp_lib.exercises.chapters.ch06.train_with_tanh", "grey_levels"))
LARGE, MMAP_THRESHOLD = 2**20, -3  # bytes, and what glibc's mallopt calls that limit
_held = [0]     # of the workers that have ended


with contextlib.suppress(AttributeError, OSError, TypeError):  # another C library keeps its own way
    ctypes.CDLL(None).mallopt(MMAP_THRESHOLD, LARGE)  # a large array's memory goes back at once


def held():
    """MiB that this process has held at most; 0 where the system does not say it."""
    lines = STATUS.read_text(encoding="ascii").splitlines() if STATUS.exists() else []
    return sum(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) // 1024


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """With ``-n 2``: a file, a notebook, and all that drive the browser, each in one process."""
    from xdist.scheduler import LoadFileScheduling

    config.option.loadscopereorder = False  # the browser's come first, they take longest

    class Rooms(LoadFileScheduling):
        def _split_scope(self, nodeid):
            file = super()._split_scope(nodeid)
            return "browser" if file.startswith(DRIVE_A_BROWSER) else file

    return Rooms(config, log)


def pytest_collection_modifyitems(items):
    """What drives a browser is tried once more: kernel, server and page each take their time."""
    for item in items:
        if item.nodeid.startswith(DRIVE_A_BROWSER):
            item.add_marker(pytest.mark.flaky(reruns=1))


def pytest_sessionfinish(session):
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["held"] = held()
    elif max(held(), *_held) > LARGEST and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node):
    _held.append(getattr(node, "workeroutput", {}).get("held", 0))


def pytest_terminal_summary(terminalreporter):
    terminalreporter.write_line(
        f"A process of the tests held at most {max(held(), *_held)} MiB of {LARGEST} allowed.")


@pytest.fixture(autouse=True)
def nothing_shown_is_kept():
    """Close the widgets and figures that a test has made."""
    with widgets_closed():
        yield
    if pyplot := sys.modules.get("matplotlib.pyplot"):
        pyplot.close("all")


@pytest.fixture(autouse=True, scope="module")
def nothing_large_is_kept():
    """Close the widgets of a whole file, and let the digits go, which a process keeps."""
    with widgets_closed():
        yield
    for module, name in KEEP_DIGITS:
        if module in sys.modules:
            getattr(sys.modules[module], name).cache_clear()
    gc.collect()  # a demo and what it watches hold each other


@contextlib.contextmanager
def widgets_closed():
    """Close what was made meanwhile, and let go what it holds: ipywidgets keep what was closed."""
    before = set(widgets())
    yield
    for key, widget in widgets().items():
        if key not in before:
            widget.close()
            for name in [name for name in vars(widget) if not name.startswith("_")]:
                delattr(widget, name)  # a figure among them


def widgets():
    """All widgets that are kept, by their ids."""
    module = sys.modules.get("ipywidgets.widgets.widget")
    return dict(module._instances) if module else {}
