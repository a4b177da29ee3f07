"""What was tried, hinted and passed is kept, whatever happens to the file."""

import json
import multiprocessing
import os
import subprocess
import sys

import pytest

from mlp_lib.exercises import catalogue, hint, progress, records

ID = "03.label_smoothing_gradient"


def counts(exercise=ID):
    return {event: records.events()[exercise][event] for event in records.ANSWERS}


def write_many(name, times):
    for _ in range(times):
        records.record("tried", name)


def test_events_survive_a_restart(progress_file):
    for event in ("tried", "tried", "hinted", "passed"):
        records.record(event, ID)
    code = f"from mlp_lib.exercises import records; print(dict(records.events()[{ID!r}]))"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "{'tried': 2, 'hinted': 1, 'passed': 1}"
    assert all(json.loads(line)["when"] for line in progress_file.read_text().splitlines())


def test_two_notebooks_write_at_once(progress_file):
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=write_many, args=(name, 60)) for name in ("03.a", "03.b")]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
        assert writer.exitcode == 0
    assert counts("03.a")["tried"] == counts("03.b")["tried"] == 60
    assert list(progress_file.parent.iterdir()) == [progress_file]


@pytest.mark.parametrize("damage", [
    b"\x00\xff\xfe rubbish\n", b'{"exercise": "03.x", "ev\n', b"[1, 2]\n", b'"text"\n', b"null\n",
    b'{"exercise": 3, "event": "tried"}\n', b'{"exercise": "03.x", "event": "sold"}\n',
    b'{"exercise": "03.x", "event": []}\n', b'{"exercise": "03.x"}\n', b"[" * 100_000 + b"\n",
])
def test_a_damaged_file_is_set_aside_and_nothing_is_lost(progress_file, damage, capsys):
    records.record("passed", ID)
    whole = progress_file.read_bytes()
    progress_file.write_bytes(whole + damage + whole)
    assert counts() == {"tried": 0, "hinted": 0, "passed": 2}
    assert counts() == {"tried": 0, "hinted": 0, "passed": 2}
    kept, = progress_file.parent.glob("progress.damaged-*.jsonl")
    assert kept.read_bytes() == whole + damage + whole
    assert progress_file.read_bytes() == 2 * whole
    said = capsys.readouterr().out
    assert said.count("was damaged") == 1
    assert str(kept) in said


def test_lines_of_blanks_and_other_ends_of_lines_are_no_damage(progress_file, capsys):
    records.record("tried", ID)
    line = progress_file.read_bytes().rstrip()
    progress_file.write_bytes(line + b"\r\n  \r\n\n" + line + b"\r\n")
    assert counts()["tried"] == 2
    assert capsys.readouterr().out == ""


def test_a_first_event_makes_its_folders_and_says_nothing(tmp_path, monkeypatch, capsys):
    file = tmp_path / "new" / "folders" / "progress.jsonl"
    monkeypatch.setenv("MLP_LIB_PROGRESS", str(file))
    assert records.record("tried", ID) == 1
    assert len(records.lines_of(file)) == 1
    assert capsys.readouterr().out == ""


def test_a_record_that_cannot_be_read_is_said_and_counts_as_empty(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("MLP_LIB_PROGRESS", str(tmp_path))
    assert [records.record("hinted", ID) for _ in range(2)] == [1, 2]
    assert "0 of" in repr(progress())
    assert capsys.readouterr().out.count("could not be read or mended") == 3


def test_a_line_without_its_end_does_not_swallow_the_next(progress_file):
    records.record("tried", ID)
    progress_file.write_bytes(progress_file.read_bytes().rstrip())
    assert records.record("tried", ID) == 2
    assert counts()["tried"] == 2
    assert list(progress_file.parent.iterdir()) == [progress_file]


def test_a_line_that_was_cut_off_costs_that_line_alone(progress_file, capsys):
    records.record("passed", ID)
    records.record("tried", ID)
    progress_file.write_bytes(progress_file.read_bytes()[:-20])
    assert records.record("hinted", ID) == 1
    assert counts() == {"tried": 0, "hinted": 1, "passed": 1}
    assert "was damaged" in capsys.readouterr().out


def test_two_notebooks_mend_at_once_and_the_second_finds_it_done(progress_file):
    records.record("passed", ID)
    progress_file.rename(progress_file.with_suffix(".gone"))
    records.set_aside(progress_file)
    assert counts()["passed"] == 0


def test_where_nothing_can_be_written_the_exercise_goes_on(tmp_path, monkeypatch, capsys):
    (tmp_path / "no folder").write_text("a file")
    monkeypatch.setenv("MLP_LIB_PROGRESS", str(tmp_path / "no folder" / "progress.jsonl"))
    assert [records.record("hinted", ID) for _ in range(3)] == [1, 2, 3]
    said = capsys.readouterr().out
    assert said.count("could not be kept") == len(said.splitlines()) == 3
    assert "hint 3 of 3" in repr(hint(ID))
    assert "0 of" in repr(progress())


def test_the_null_device_keeps_nothing_but_hints_go_on(monkeypatch, capsys):
    monkeypatch.setenv("MLP_LIB_PROGRESS", os.devnull)
    before = records.record("hinted", "03.nowhere")
    assert records.record("hinted", "03.nowhere") == before + 1
    assert not records.events()
    assert capsys.readouterr().out == ""


def test_without_the_variable_it_lies_in_the_users_data(monkeypatch):
    monkeypatch.delenv("MLP_LIB_PROGRESS")
    assert records.path().name == "progress.jsonl"
    assert "mlp_lib" in records.path().parts


def test_the_table_counts_each_exercise_once():
    for event in ("tried", "tried", "passed", *["hinted"] * 5):
        records.record(event, ID)
    records.record("tried", "03.my_cross_entropy")
    records.record("passed", "03.focal_gradient")
    row = next(row for row in progress().rows if row[0] == "03")
    assert row[2:] == (2, 3, 3, len(catalogue.exercises("03")) - 1)  # one is written
    line, = [line for line in repr(progress()).splitlines() if line.startswith("03 ")]
    assert f"2 of {row[5]} passed, 3 tried, 3 hints" in line


def test_the_table_in_text():
    rows = (("01", "One", 1, 1, 0, 1), ("02", "The other", 1, 2, 3, 4), ("A", "Words", 0, 0, 0, 0))
    assert repr(records.Progress(rows)).splitlines() == [
        f"01 One       {'█' * 20} 1 of 1 passed, 1 tried, 0 hints",
        f"02 The other {'█' * 5}{'░' * 15} 1 of 4 passed, 2 tried, 3 hints",
        f"A Words     {'░' * 20} 0 of 0 passed, 0 tried, 0 hints"]


def test_the_table_in_html_escapes_and_says_the_bar_in_words():
    html = records.Progress((("03", "<b>Softmax</b> & losses", 1, 2, 3, 4),))._repr_html_()
    assert "&lt;b&gt;Softmax&lt;/b&gt; &amp; losses" in html
    assert "aria-label='1 of 4 passed'" in html
