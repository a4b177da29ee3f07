"""A fixture for tests that need the real sandbox; a module imports it and marks itself with it."""

import os

import pytest

from mlp_lib.grading.confinement import sandbox


@pytest.fixture(scope="session", name="boxed")
def sandbox_or_skip():
    """A sandbox can be started. With CI=true that is a must; elsewhere the test is left out."""
    if words := sandbox.problem():
        give_up = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        give_up(f"{words} {sandbox.INSTALL}")
