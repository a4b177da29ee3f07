"""The time that an exercise took: what lies between the learner's checks, without the breaks."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from IPython.core.interactiveshell import InteractiveShell

from mlp_lib.exercises import check, records, working_time
from mlp_lib.exercises.verdict import NOTED, Verdict

START = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)


def write(file, *events):
    """A record with events at minutes after the start."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("".join(json.dumps({
        "exercise": exercise, "event": event,
        "when": (START + timedelta(minutes=after)).isoformat()}) + "\n"
        for after, exercise, event in events))


@pytest.mark.parametrize(("events", "minutes"), [
    ([], None),
    ([(0, "03.a", "passed")], None),  # nothing is known of what was before
    ([(0, "03.a", "opened"), (12, "03.a", "passed")], 12),
    ([(0, "03.b", "passed"), (7, "03.a", "passed")], 7),  # at the first try, after another
    ([(0, "03.a", "opened"), (3, "03.a", "tried"), (5, "03.a", "hinted"), (9, "03.a", "passed"),
      (20, "03.a", "passed")], 9),
    ([(0, "03.a", "tried"), (4, "03.a", "tried"), (700, "03.a", "tried"), (706, "03.a", "passed")],
     10),  # a night is no work
    ([(0, "03.a", "tried"), (700, "03.a", "passed")], None),
    ([(0, "03.a", "opened"), (4, "03.b", "tried"), (6, "03.b", "passed"), (9, "03.a", "passed")],
     3),  # what was done on another is the other's
    ([(0, "03.a", "opened"), (0.1, "03.a", "passed")], 1),
    ([(0, "03.a", "opened"), (5, "03.a", "tried")], None),
    ([(9, "03.a", "opened"), (0, "03.a", "passed")], None),  # a clock that was put back
    ([(5, "03.a", "passed"), (0, "03.a", "opened")], 5),  # lines of another computer
])
def test_minutes_are_those_between_the_checks(progress_file, events, minutes):
    write(progress_file, *events)
    assert working_time.minutes("03.a") == minutes


def test_a_record_without_times_tells_none(progress_file, tmp_path, monkeypatch):
    progress_file.parent.mkdir(parents=True)
    progress_file.write_text('{"exercise": "03.a", "event": "passed"}\n[\n'
                             '{"exercise": "03.a", "event": "passed", "when": "noon"}\n'
                             '{"exercise": "03.a", "event": "tried", "when": 12}\n'
                             '{"exercise": "03.a", "event": "passed", '
                             '"when": "2026-01-01T09:01:00+00:00"}\n')
    assert working_time.minutes("03.a") is None
    monkeypatch.setenv("MLP_LIB_PROGRESS", str(tmp_path))  # a folder
    assert working_time.moments() == []


def test_a_check_that_passes_says_and_notes_it(progress_file):
    with pytest.raises(Exception, match="is not answered yet"):
        check("03.2", stub)
    (opened,) = working_time.moments()
    assert opened[1] == records.OPENED
    write(progress_file, (0, "03.shift_of_scores", "opened"), (4, "03.shift_of_scores", "passed"))
    verdict = check("03.3", "b")
    assert verdict.minutes == 4
    assert "it took about 4 min. This notebook keeps that number." in str(verdict)
    data, metadata = InteractiveShell.instance().display_formatter.format(verdict)
    assert metadata == {NOTED: {"minutes": 4}}
    assert "4 min" in data["text/html"]
    assert "4 min" in data["text/plain"]


def stub(Z, labels, epsilon):
    raise NotImplementedError


def test_where_nothing_is_known_nothing_is_said():
    verdict = check("03.3", "b")
    assert verdict.minutes is None
    assert "min" not in str(verdict)
    assert Verdict("03.3", "", "passed")._repr_mimebundle_() == ({}, {})
