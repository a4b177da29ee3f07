"""A prediction: the outcome comes after the guess, is kept, and is folded where no kernel runs."""

import csv
import os
import re
from datetime import datetime

import ipywidgets as widgets
import matplotlib.pyplot as plt
import numpy as np
import pytest

from mlp_lib import plotting
from mlp_lib.exercises import progress, records
from mlp_lib.questions import predict, votes
from mlp_lib.questions.hands import Hands

ASKED = ("02 slopes", "How many slopes are not zero?")


@pytest.fixture(autouse=True)
def _own_record(tmp_path, monkeypatch):
    monkeypatch.setenv("MLP_LIB_PROGRESS", str(tmp_path / "progress.jsonl"))


def panel(asked):
    """The widget of a question, as the notebook would make it."""
    asked._repr_mimebundle_()
    return asked.panel


def every(widget, kind):
    """All widgets of a kind below a widget, itself included."""
    below = [one for child in getattr(widget, "children", ()) for one in every(child, kind)]
    return [widget, *below] if isinstance(widget, kind) else below


def press(asked, label):
    (found,) = [b for b in every(panel(asked), widgets.Button) if b.description == label]
    found.click()


def choice(**options):
    return predict(*ASKED, lambda: 24, choices=(12, 24, 96), why="A row meets a column.", **options)


def test_nothing_tells_the_outcome_before_the_guess():
    asked = choice()
    counts = every(panel(asked).hands, widgets.HTML)  # of all choices
    words = " ".join(w.value for w in every(panel(asked), widgets.HTML) if w not in counts)
    assert "24" not in words + asked.panel.line.text
    assert "row meets" not in words
    press(asked, "96")
    assert asked.panel.line.text == "Your guess: 96 · ✗ not as you said"
    assert "24" in asked.panel.result.value
    assert "row meets" in asked.panel.result.value


def test_show_me_gives_the_outcome_without_a_guess_and_keeps_none():
    asked = choice()
    press(asked, "Show me")
    assert "24" in asked.panel.result.value
    assert all(one.disabled for one in asked.panel.guesses)
    assert not records.events()


def test_an_empty_guess_is_asked_for():
    asked = predict("02 word", "In a word?", lambda: "yes", answer=lambda found: found)
    press(asked, "Guess")
    assert "Write a guess first" in asked.panel.line.text
    assert not asked.panel.result.value
    asked.panel.guess.value = " Yes "
    press(asked, "Guess")
    assert "as you said" in asked.panel.line.text


def test_guesses_are_kept_once_and_counted_by_chapter():
    for guess in ("24", "12"):
        asked = choice()
        press(asked, guess)
        assert all(one.disabled for one in asked.panel.guesses)
    assert "chapter 02: 2 predictions, 1 of 2 right" in repr(progress())
    assert "2 predictions" in progress()._repr_html_()


@pytest.mark.parametrize(("guess", "good"), [(0.5, True), (0.56, True), (0.7, False)])
def test_a_number_on_a_slider_is_right_nearby(guess, good):
    asked = predict("03 share", "Which share?", lambda: 0.5, between=(0, 1))
    assert asked.question.judged(guess, 0.5) is good


def test_an_outcome_that_was_not_offered_stops_the_cell():
    with pytest.raises(ValueError, match="the outcome 25 is none of"):
        predict(*ASKED, lambda: 25, choices=(12, 24))
    with pytest.raises(ValueError, match="off the slider, 0 to 1"):
        predict(*ASKED, lambda: 2.0, between=(0, 1))


def test_without_a_kernel_the_outcome_is_folded():
    html = choice()._repr_html_()
    before, folded = html.removesuffix("</details>").split("<details><summary>Show me</summary>")
    assert "<li>24</li>" in before
    assert "run this cell" in before
    assert "<b>24</b>" not in before
    assert "<b>24</b>" in folded


def test_a_picture_brings_its_text_only_with_the_outcome():
    def picture():
        figure, ax = plt.subplots()
        ax.plot(np.arange(3))
        return plotting.described(figure, "A line that rises without end.")

    asked = predict("05 depth", "What does the curve do?", picture, choices=("rises", "falls"),
                    answer=lambda found: "rises")
    assert "rises without end" in repr(asked)
    shown = panel(asked)
    assert all("without end" not in w.value for w in every(shown, widgets.HTML))
    press(asked, "Show me")
    assert 'alt="A line that rises without end."' in shown.result.value


def test_the_hands_of_a_class_are_bars_of_two_rounds(votes_file):
    asked = choice()
    press(asked, "In class")
    for i, counter in enumerate(every(panel(asked), widgets.BoundedIntText)):
        counter.value = i + 1
    press(asked, "Show both counts")
    bars = asked.panel.hands.bars.value
    assert re.findall(r"(\d+) hands?", bars) == ["1", "2", "3", "4", "5", "6"]
    assert "✓&nbsp;24" in bars
    assert Hands(("a", "b")).share(0, 1) == 0
    cells = re.findall(r"<(?:td|th scope)[^>]*>", Hands(("a", "b")).numbers("ab"))
    assert len(cells) == 8
    assert all("padding-right: 1em" in cell for cell in cells)  # else headings run together


def test_a_shape_is_one_outcome():
    asked = predict("07 shape", "Which shape?", lambda: (4, 5, 8), choices=((4, 5, 8), (8, 5, 4)),
                    answer=lambda found: found)
    assert "→ (4, 5, 8)" in repr(asked)


def test_a_picture_and_a_table_can_both_be_the_outcome():
    def both():
        figure, ax = plt.subplots()
        ax.plot(np.arange(3))
        return plotting.described(figure, "A line that rises without end."), "three points"

    asked = predict("05 depth", "What does the curve do?", both, choices=("rises", "falls"),
                    answer=lambda found: "rises")
    assert "rises without end.\nthree points" in repr(asked)
    assert asked.outcome.html.index("<img") < asked.outcome.html.index("<b>three points</b>")


@pytest.fixture
def votes_file(tmp_path, monkeypatch):
    monkeypatch.setenv("MLP_LIB_VOTES", str(tmp_path / "course" / "votes.csv"))
    return tmp_path / "course" / "votes.csv"


def typed(asked, *keys):
    """Type into the panel of a class: letters, capital ones with Shift, and "enter"."""
    for key in keys:
        asked.panel.hands.pad.hear(key.lower(), -1 if key.isupper() else 1)


def test_keys_count_hands_in_two_rounds_and_the_counts_are_kept_by_date(votes_file):
    asked = choice()
    press(asked, "In class")
    typed(asked, "b", "b", "a", "B", "z", "enter", "b", "b", "b", "C")
    hands = asked.panel.hands
    assert hands.hands.counts == [[1, 1, 0], [0, 3, 0]]
    assert "after talking" in hands.pad.words
    press(asked, "Show both counts")
    press(asked, "Show both counts")
    rows = list(csv.DictReader(votes_file.read_text(encoding="utf-8").splitlines()))
    assert [(row["choice"], row["right"], row["at first"], row["after talking"])
            for row in rows[:3]] == [("12", "", "1", "0"), ("24", "yes", "1", "3"),
                                     ("96", "", "0", "0")]
    assert len(rows) == 6
    assert datetime.fromisoformat(rows[0]["date"]).date() == datetime.now().date()
    assert {row["question"] for row in rows} == {asked.question.id}


def test_counts_that_cannot_be_kept_are_shown_all_the_same(votes_file):
    votes_file.parent.write_text("no folder")
    asked = choice()
    press(asked, "In class")
    press(asked, "Show both counts")
    assert "could not be kept" in asked.panel.hands.kept.value
    assert "✓&nbsp;24" in asked.panel.hands.bars.value


def test_votes_lie_beside_the_progress_unless_told_otherwise(monkeypatch, tmp_path):
    monkeypatch.delenv("MLP_LIB_VOTES", raising=False)
    monkeypatch.setenv("MLP_LIB_PROGRESS", str(tmp_path / "progress.jsonl"))
    assert votes.path() == tmp_path / "votes.csv"
    monkeypatch.setenv("MLP_LIB_PROGRESS", os.devnull)
    assert str(votes.path()) == os.devnull
    assert votes.keep("00 x", Hands(("a",)), 0) == ""
