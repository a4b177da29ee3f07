"""One JupyterLab and one Chromium for all browser tests; each test has a page of its own."""

import contextlib
import os

import pytest

from tests.browser import lab


@pytest.fixture(scope="session")
def chromium():
    if lab.chromium_path() is None:
        message = f"no Chromium on this machine; install it: {lab.HOW_TO_INSTALL}"
        if os.environ.get("CI", "").lower() == "true":
            pytest.fail(message)
        pytest.skip(message)
    with lab.browser() as browser:
        yield browser


@pytest.fixture(scope="session")
def server(chromium, tmp_path_factory):
    with lab.server(tmp_path_factory.mktemp("lab")) as running:
        yield running


@pytest.fixture
def open_notebook(chromium, server):
    """Function that opens a notebook of the server's folder; page and kernel end with the test."""
    with contextlib.ExitStack() as opened:
        yield lambda name: opened.enter_context(lab.opened(chromium, server.address(name)))
