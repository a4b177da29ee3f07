"""A course of which each test gets a copy."""

import shutil

import pytest

from mlp_lib.grading.course import Course
from tests.grading import classroom


@pytest.fixture(scope="session")
def prepared(tmp_path_factory):
    """A course that was set up and released once; not to be changed."""
    return classroom.new_course(tmp_path_factory.mktemp("prepared"))


@pytest.fixture
def course(prepared, tmp_path):
    """A course of the test's own, with three students and one assignment released."""
    shutil.copytree(prepared.root, tmp_path / "course")
    return Course(tmp_path / "course")
