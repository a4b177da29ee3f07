"""A record is written out, taken in elsewhere, and back: nothing is lost, nothing counted twice."""

import json

import pytest

from mlp_lib.exercises import export_progress, import_progress, records

ID, OTHER = "03.label_smoothing_gradient", "03.focal_gradient"


def counts(exercise=ID):
    return {event: records.events()[exercise][event] for event in records.ANSWERS}


@pytest.fixture
def elsewhere(tmp_path, monkeypatch):
    """Function that goes on with the record of another computer, named."""
    return lambda name: monkeypatch.setenv("MLP_LIB_PROGRESS", str(tmp_path / name / "kept.txt"))


def test_there_and_back(elsewhere, tmp_path):
    file = tmp_path / "progress.txt"
    for event in ("tried", "tried", "hinted", "passed"):
        records.record(event, ID)
    assert export_progress(file) == file
    elsewhere("there")
    records.record("passed", OTHER)
    table = import_progress(file)
    assert next(row for row in table.rows if row[0] == "03")[2] == 2
    assert counts() == {"tried": 2, "hinted": 1, "passed": 1}
    records.record("tried", ID)
    export_progress(file)
    elsewhere("back")
    import_progress(file)
    assert counts() == {"tried": 3, "hinted": 1, "passed": 1}
    assert counts(OTHER)["passed"] == 1


def test_what_is_taken_in_twice_counts_once(tmp_path, progress_file):
    records.record("tried", ID)
    records.keep_guess("03 loss", True)
    file = export_progress(tmp_path / "progress.txt")
    before = progress_file.read_bytes()
    for end in (b"\n", b"\r\n"):  # also where another system has opened it
        file.write_bytes(before.replace(b"\n", end))
        import_progress(file)
    assert progress_file.read_bytes() == before


def test_two_events_of_one_second_are_two(elsewhere, tmp_path):
    line = json.dumps({"exercise": ID, "event": "tried", "when": "2026-01-01T00:00:00+00:00"})
    (tmp_path / "two.txt").write_text(f"{line}\n{line}\n", encoding="utf-8")
    (tmp_path / "three.txt").write_text(f"{line}\n{line}\n{line}", encoding="utf-8")
    elsewhere("there")
    import_progress(tmp_path / "two.txt")
    import_progress(tmp_path / "three.txt")
    assert counts()["tried"] == 3


def test_a_file_that_is_no_record_is_refused_and_changes_nothing(tmp_path, progress_file):
    records.record("tried", ID)
    before = progress_file.read_bytes()
    file = tmp_path / "thesis.txt"
    file.write_text(before.decode() + "years of work\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"no record of progress: line 2 is 'years of work'"):
        import_progress(file)
    with pytest.raises(FileExistsError, match="holds no record of progress"):
        export_progress(file)
    assert progress_file.read_bytes() == before
    assert file.read_text(encoding="utf-8").endswith("years of work\n")


def test_where_nothing_was_done_an_empty_record_goes_out_and_comes_in(tmp_path, progress_file):
    file = export_progress(tmp_path / "progress.txt")
    assert file.read_bytes() == b""
    import_progress(file)
    assert not progress_file.exists()
