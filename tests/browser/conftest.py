"""One JupyterLab for all browser tests, one Chromium for each module, a page for each test."""

import contextlib
import os

import pytest

from tests.browser import lab


@pytest.fixture(scope="session")
def chromium_path():
    path = lab.chromium_path()
    if path is None:
        message = f"no Chromium on this machine; install it: {lab.HOW_TO_INSTALL}"
        if os.environ.get("CI", "").lower() == "true":
            pytest.fail(message)
        pytest.skip(message)
    return path


@pytest.fixture(scope="module")
def chromium(chromium_path):
    """The browser; while it is open its event loop counts as running, so no test beyond sees it."""
    with lab.browser(chromium_path) as browser:
        yield browser


@pytest.fixture(scope="session")
def server(chromium_path, tmp_path_factory):
    with lab.server(tmp_path_factory.mktemp("lab")) as running:
        yield running


@pytest.fixture
def open_notebook(chromium, server):
    """Function that opens a notebook of the server's folder; page and kernel end with the test."""
    with contextlib.ExitStack() as opened:
        yield lambda name: opened.enter_context(lab.opened(chromium, server.address(name)))


@pytest.fixture
def run(open_notebook, server):
    """Function that runs cells in a new notebook and returns it; no error may come up."""
    opened = []

    def run_it(*cells):
        opened.append(open_notebook(server.write("demo.ipynb", cells)))
        opened[-1].run_all()
        assert opened[-1].failures() == []
        return opened[-1]

    yield run_it
    for notebook in opened:
        assert notebook.errors == []
