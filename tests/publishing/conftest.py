"""The site of this book, built once for the same content, and served."""

import hashlib
import os
import shutil

import pytest

from mlp_lib.publishing import __main__ as command
from mlp_lib.publishing import pins, registries
from tests.books import ROOT
from tests.browser import lab
from tests.publishing import tab

READ = ("README.md", "data/formulas.csv", "notebooks/*.ipynb", "notebooks/exercises/*.ipynb",
        "notebooks/pictures/*", "mlp_lib/**/*.py", "mlp_lib/**/*.js", "mlp_lib/**/*.css")


def fingerprint():
    """Of all that a site is made of."""
    paths = sorted({path for pattern in READ for path in ROOT.glob(pattern)})
    found = hashlib.sha256()
    for path in paths:
        found.update(f"{path.relative_to(ROOT)} {path.stat().st_size}\n".encode())
        found.update(path.read_bytes())
    return found.hexdigest()[:16]


def has_npm():
    """Whether what comes from npm can be had."""
    return shutil.which("npm") or all(
        (registries.cache() / f"{name}-{version}").is_dir()
        for name, version in (("pyodide", pins.PYODIDE), ("mathjax", pins.MATHJAX)))


def lacks(message):
    """Skip for what a machine lacks; CI may lack nothing."""
    if os.environ.get("CI", "").lower() == "true":
        pytest.fail(message)
    pytest.skip(message)


@pytest.fixture(scope="session")
def site():
    """Folder of the built site."""
    if not has_npm():
        lacks("no npm on this machine; it brings Pyodide and MathJax: apt-get install npm")
    sites = registries.cache() / "sites"
    here = sites / fingerprint()
    if not here.is_dir():
        shutil.rmtree(sites, ignore_errors=True)  # of what the book was before
        assert command.main([str(here)]) == 0
    return here


@pytest.fixture(scope="module")
def chromium():
    if (path := lab.chromium_path()) is None:
        lacks(f"no Chromium on this machine; install it: {lab.HOW_TO_INSTALL}")
    with lab.browser(path) as browser:
        yield browser


@pytest.fixture(scope="session")
def address(site):
    """Where the site is served on this machine."""
    with tab.served(site) as where:
        yield where
