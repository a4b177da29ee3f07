"""Exercises are found by id and by number; where they are withheld, everything says so."""

from dataclasses import replace

import pytest

from mlp_lib.exercises import catalogue, check, hint, progress


@pytest.fixture
def withheld(tmp_path, monkeypatch):
    """As in a graded notebook: the folder of the chapters is there, and empty."""
    (tmp_path / "chapters").mkdir()
    monkeypatch.setattr(catalogue, "CHAPTERS", tmp_path / "chapters")
    catalogue.chapter.cache_clear()
    catalogue.exercises.cache_clear()


def test_by_id_and_by_number():
    label, exercise = catalogue.find("03.label_smoothing_gradient")
    assert exercise.id == "03.label_smoothing_gradient"
    assert catalogue.find(label) == (label, exercise)
    assert (exercise.chapter, exercise.name) == ("03", "label_smoothing_gradient")
    assert replace(exercise, section="03 §5 and §6").ground == "chapter 03, §5 and §6"


@pytest.mark.parametrize(("which", "words"), [
    ("03.nothing", "03.1 .*03.label_smoothing_gradient"), ("03.99", "03.label_smoothing_gradient"),
    ("03", "03.label_smoothing_gradient"), ("77.1", "chapter '77'; there are those of 01, 02"),
    ("", "got nothing"), (None, "got nothing"), (3.1, '"03.2"; got 3.1'), ("../03.1", "there are"),
])
def test_an_unknown_name_lists_what_exists(which, words):
    with pytest.raises(LookupError, match=words):
        catalogue.find(which)


def test_other_folders_are_no_chapters(tmp_path, monkeypatch):
    for name in ("ch05", "helpers", "ch"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").touch()
    (tmp_path / "ch06.py").touch()
    monkeypatch.setattr(catalogue, "CHAPTERS", tmp_path)
    assert catalogue.chapter_numbers() == ["05"]


def test_where_a_notebook_is_graded_everything_is_later(withheld, progress_file):
    with pytest.raises(catalogue.Withheld):
        catalogue.find("03.1")
    verdict = check("03.label_smoothing_gradient", None)
    assert str(verdict) == (
        "… Exercise 03.label_smoothing_gradient is judged when the notebook is graded")
    assert not verdict.passed
    assert "judged when" in verdict._repr_html_()
    assert "not shown while a notebook is graded" in hint("03.1")._repr_markdown_()
    assert "not shown while a notebook is graded" in repr(progress())
    assert "not shown while a notebook is graded" in progress()._repr_html_()
    assert not progress_file.exists()
