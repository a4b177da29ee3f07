"""Fixtures for the exercises."""

import pytest


@pytest.fixture(autouse=True)
def progress_file(tmp_path, monkeypatch):
    """The learner's record, a new one for each test."""
    file = tmp_path / "kept" / "progress.jsonl"
    monkeypatch.setenv("MLP_LIB_PROGRESS", str(file))
    return file
