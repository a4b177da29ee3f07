"""Submissions from a folder or a zip: nothing that was collected is lost, whatever comes."""

import os
import zipfile
from datetime import UTC, datetime

import nbformat
import pytest

from mlp_lib.grading import __main__ as commands
from mlp_lib.grading.course import CourseError, collecting, gradebook
from mlp_lib.grading.judging import opening, submissions
from tests.grading.classroom import CHAPTER, hand_in, solved

NOTEBOOK = f"{CHAPTER}.ipynb"


def zipped(path, files, packed=zipfile.ZIP_DEFLATED):
    """A zip of (name, content) with dates of their own, the later the further down."""
    with zipfile.ZipFile(path, "w", packed) as archive:
        for day, (name, content) in enumerate(files, 1):
            archive.writestr(zipfile.ZipInfo(name, (2026, 11, day, 10, 0, 0)), content, packed)
    return path


def folder(place, files):
    """A folder of (name, content), as `zipped`."""
    for day, (name, content) in enumerate(files, 1):
        path = place / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
        when = datetime(2026, 11, day, 10, tzinfo=UTC).timestamp()
        os.utime(path, (when, when))
    return place


def collect(course, place):
    return collecting.collect(course, CHAPTER, place)


def there(course, student="ada"):
    """What lies in a student's folder, by name."""
    place = course.submitted(CHAPTER, student)
    return {path.relative_to(place).as_posix(): path.read_text(errors="replace")
            for path in place.rglob("*") if path.is_file()}


def earlier(course, student="ada"):
    """Contents of what was kept aside."""
    places = (course.root / "grading" / "earlier" / CHAPTER / student).glob("*")
    return [{path.name: path.read_text() for path in place.iterdir()} for place in sorted(places)]


@pytest.mark.parametrize("name", [
    "jdoe.ipynb", "jdoe_03_softmax.ipynb", "jdoe/03_softmax.ipynb", "JDOE late/x/copy (2).ipynb",
    "Jane Doe, the elder_8123_assignsubmission_file_/03_softmax.ipynb",
    "hand-in/jdoe-2026-11-20.ipynb", "doetheelderjane_1_2_03_softmax.ipynb",
    "HW_jdoe_attempt_2026-11-20-12-00-00_x.ipynb",
    "1-2 - Jane Doe, the elder - Nov 20, 2026 1200 PM/x.ipynb", "jdoe\\03_softmax.ipynb",
])
@pytest.mark.parametrize("packed", [False, True])
def test_files_find_their_student_by_id_or_name(course, tmp_path, name, packed):
    text = nbformat.writes(solved(course, "jdoe"))
    make = zipped if packed else folder
    if "\\" in name and not packed:
        pytest.skip("a folder here has no such path")
    done = collect(course, make(tmp_path / "downloads", [(name, text)]))
    assert (done.counts, done.unplaced, done.notes) == ({"jdoe": 1}, [], [])
    own = there(course, "jdoe")
    assert own[NOTEBOOK] == text
    assert gradebook.parsed(own["timestamp.txt"]) <= datetime.now(UTC).replace(tzinfo=None)


def test_files_of_nobody_or_of_two_are_listed(course, tmp_path, capsys):
    with course.gradebook() as book:
        book.add_student("x1", first_name="Kim", last_name="Lee")
        book.add_student("x2", first_name="Kim", last_name="Lee")
    place = folder(tmp_path / "downloads", [(name, "{}") for name in (
        "adam.ipynb", "Kim Lee.ipynb", "03_softmax.ipynb", "ada.ipynb", "index.html")])
    assert commands.main(["collect", CHAPTER, str(place), "--course", str(course.root)]) == 1
    said = capsys.readouterr()
    assert "Collected from 1 students" in said.out
    assert "adam.ipynb: no student" in said.err
    assert "03_softmax.ipynb: no student" in said.err
    assert "Kim Lee.ipynb: could belong to x1 or x2" in said.err
    assert "index.html" not in said.err


@pytest.mark.parametrize("stranger", [
    "Mallory_9_assignsubmission_file_/ada_03_softmax.ipynb", "mallory/ada_03_softmax.ipynb",
    "Ada Lovelace_2_assignsubmission_file_/03_softmax.ipynb"])
def test_a_strangers_file_named_like_adas_takes_nothing_from_ada(course, tmp_path, stranger):
    mine = "Ada Lovelace_1_assignsubmission_file_/mine.ipynb"
    done = collect(course, zipped(tmp_path / "a.zip", [(mine, "[1]"), (stranger, "[2]")]))
    assert any(stranger in line for line in done.unplaced)
    assert there(course).get(NOTEBOOK, "[1]") == "[1]"
    assert there(course) or any(mine in line for line in done.unplaced)


def test_of_two_notebooks_the_newer_is_taken_and_it_is_said(course, tmp_path):
    done = collect(course, folder(tmp_path / "x", [
        ("ada/03_softmax.ipynb", "[1]"), ("ada/03_softmax (1).ipynb", "[2]"),
        ("ada/scratch.ipynb", "[3]")]))
    assert there(course)[NOTEBOOK] == "[2]"
    (line,) = done.unplaced
    assert "3 notebooks; ada/03_softmax (1).ipynb was taken" in line
    assert line.endswith("not ada/03_softmax.ipynb, ada/scratch.ipynb")
    done = collect(course, folder(tmp_path / "y", [("emmy/b.ipynb", "[1]"),
                                                   ("emmy/a.ipynb", "[2]")]))
    assert there(course, "emmy")[NOTEBOOK] == "[2]"


def test_a_notebook_named_as_another_assignment_is_taken_and_it_is_said(course, tmp_path):
    other = course.root / "source" / "04_two_layer" / "04_two_layer.ipynb"
    other.parent.mkdir()
    other.write_text("{}")
    names = ("jdoe_04_Two-Layer.ipynb", "ada/04_two_layer and 03_softmax.ipynb")
    done = collect(course, folder(tmp_path / "downloads", [(name, "{}") for name in names]))
    assert done.counts == {"jdoe": 1, "ada": 1}
    assert done.notes == ["jdoe handed in jdoe_04_Two-Layer.ipynb, which is named as 04_two_layer "
                          "is; it was taken as 03_softmax"]


def test_what_lay_there_before_is_kept_aside_and_it_is_said(course, tmp_path):
    place = hand_in(course, "ada", "{}", "2026-11-01 09:00:00 UTC")
    (place / "old.png").write_bytes(b"")
    done = collect(course, folder(tmp_path / "x", [
        (f"ada/{NOTEBOOK}", "[]"), ("ada/page.png", "new")]))
    assert done.counts == {"ada": 2}
    assert done.unplaced == []
    assert there(course) == {NOTEBOOK: "[]", "page.png": "new",
                             "timestamp.txt": "2026-11-01 10:00:00 UTC"}
    assert earlier(course) == [{NOTEBOOK: "{}", "old.png": "",
                                "timestamp.txt": "2026-11-01 09:00:00 UTC"}]
    assert "ada: what lay there before is now in grading/earlier/03_softmax/ada/" in done.notes[0]


def test_the_same_download_again_changes_nothing(course, tmp_path):
    place = folder(tmp_path / "x", [(f"ada/{NOTEBOOK}", "[]"), ("ada/page.png", "1")])
    collect(course, place)
    before = there(course)
    for path in place.rglob("*.ipynb"):
        os.utime(path)  # unpacked anew, it has another date
    done = collect(course, place)
    assert (done.notes, done.unplaced, there(course), earlier(course)) == ([], [], before, [])


def test_an_older_download_replaces_nothing(course, tmp_path):
    hand_in(course, "ada", "[2]", "2026-11-20 09:00:00 UTC")
    done = collect(course, folder(tmp_path / "x", [(f"ada/{NOTEBOOK}", "[1]")]))
    assert there(course)[NOTEBOOK] == "[2]"
    assert "is older than what is there, of 2026-11-20 09:00:00 UTC; left out" in done.unplaced[0]


def test_a_scan_alone_is_put_beside_the_notebook_of_before(course, tmp_path):
    hand_in(course, "ada", "[2]", "2026-11-20 09:00:00 UTC")
    done = collect(course, folder(tmp_path / "x", [("ada/page.png", "scan")]))
    assert there(course) == {NOTEBOOK: "[2]", "page.png": "scan",
                             "timestamp.txt": "2026-11-20 09:00:00 UTC"}
    assert "handed in no notebook this time" in done.notes[0]
    assert earlier(course) == [{NOTEBOOK: "[2]", "timestamp.txt": "2026-11-20 09:00:00 UTC"}]


@pytest.mark.parametrize("content", ["large", "none"])
def test_a_notebook_that_cannot_be_read_leaves_the_one_of_before(course, tmp_path, content):
    hand_in(course, "ada", "[2]", "2026-10-20 09:00:00 UTC")
    files = [("ada/new.zip", "x")] if content == "none" else [
        (f"ada/{NOTEBOOK}", "x" * (submissions.NOTEBOOK_LIMIT + 1)), ("ada/a.png", "a")]
    done = collect(course, zipped(tmp_path / "a.zip", [*files, (f"emmy/{NOTEBOOK}", "[]")]))
    assert there(course)[NOTEBOOK] == "[2]"
    assert "ada: what was collected before stays" in done.unplaced
    assert there(course, "emmy")[NOTEBOOK] == "[]"


@pytest.mark.parametrize("name", ["ada/work.zip", "ada.7z", "Ada Lovelace - work.rar"])
def test_a_zip_in_a_zip_is_said_and_the_student_is_not_forgotten(course, tmp_path, name):
    done = collect(course, zipped(tmp_path / "a.zip", [(name, "PK")]))
    assert "is packed in itself and was left out; unpack it" in done.unplaced[0]
    assert list(there(course)) == ["timestamp.txt"]


def damaged(path, files, hurt):
    """A zip whose second file is damaged."""
    content = bytearray(zipped(path, files).read_bytes())
    if hurt == "deflate":
        start = content.index(b"PK\x03\x04", 4)
        content[start + 40:start + 60] = b"\xff" * 20
    first = content.index(b"PK\x01\x02")
    second = content.index(b"PK\x01\x02", first + 4)
    if hurt == "name":
        content[second + 9] |= 8  # "it is UTF-8"
        content[second + 46] = 0xff
    if hurt == "list":
        content[second:second + 4] = b"????"
    if hurt == "length":
        content[second + 28:second + 30] = b"\xff\xff"
    if hurt == "kind":
        content[second + 10] = 77
    if hurt == "password":
        content[second + 8] |= 1
    if hurt == "offset":
        content[second + 42:second + 46] = b"\xff\xff\xff\x7f"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("hurt", ["deflate", "name", "list", "length", "kind", "password",
                                  "offset"])
def test_one_damaged_file_of_a_zip_costs_no_other(course, tmp_path, hurt):
    path = damaged(tmp_path / "a.zip", [(f"{student}/{NOTEBOOK}", "[1, 2, 3]" * 20)
                                        for student in ("ada", "emmy", "jdoe")], hurt)
    done = collect(course, path)
    assert there(course)[NOTEBOOK] == there(course, "jdoe")[NOTEBOOK] == "[1, 2, 3]" * 20
    assert NOTEBOOK not in there(course, "emmy")
    assert done.unplaced


@pytest.mark.parametrize("hurt", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_what_is_packed_otherwise_is_not_read_for_it_knows_no_limit(course, tmp_path, hurt):
    path = zipped(tmp_path / "a.zip", [(f"ada/{NOTEBOOK}", "[1]" * 40)], hurt)
    assert "is packed in a way that is not read here" in collect(course, path).unplaced[0]


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x03\x04" + bytes(50),
                                     b"PK\x05\x06" + b"\xff" * 18, b"PK\x05\x06"])
def test_a_file_that_is_no_zip_is_refused_in_words(course, tmp_path, content):
    (tmp_path / "a.zip").write_bytes(content)
    with pytest.raises(CourseError, match=r"no zip that can be read|is the download complete"):
        collect(course, tmp_path / "a.zip")


def test_a_place_that_is_missing_is_called_missing(course, tmp_path):
    with pytest.raises(CourseError, match=r"there is no .*nothing\.zip"):
        collect(course, tmp_path / "nothing.zip")


def test_a_zip_cannot_write_elsewhere_nor_fill_the_disk(course, tmp_path):
    path = zipped(tmp_path / "evil.zip", [
        ("ada/../../../../tmp/outside.ipynb", "{}"),
        *((f"ada/{i}.png", bytes(9 * 2**20)) for i in range(20)),
        ("ada/huge.png", bytes(30 * 2**20)), ("emmy/a.ipynb", "[]")])
    assert path.stat().st_size < 2**20
    done = collect(course, path)
    assert not (tmp_path / "tmp").exists()
    sizes = [p.stat().st_size for p in course.submitted(CHAPTER, "ada").rglob("*")]
    assert sum(sizes) <= submissions.TOTAL_LIMIT
    assert any("huge.png of ada is too large" in line for line in done.unplaced)
    assert there(course, "emmy")[NOTEBOOK] == "[]"


def test_helpers_keep_their_folders_and_bad_names_are_left_out_in_words(course, tmp_path):
    done = collect(course, zipped(tmp_path / "all.zip", [
        (f"Jane Doe, the elder_1_assignsubmission_file_/{name}", "1")
        for name in ("work/x.ipynb", "work/tools/a.py", "work/tools", "work/tools/../b.py",
                     "other/c.csv", "d.csv", f"work/{'e' * 300}.py", "work/\x1b.py")]))
    assert set(there(course, "jdoe")) == {
        NOTEBOOK, "timestamp.txt", "tools/a.py", "b.py", "c.csv", "d.csv"}
    assert "has the name of another file; left out" in done.unplaced[0]
    assert all("its name is too long or has characters" in line for line in done.unplaced[1:])


@pytest.mark.parametrize("seconds", [1_100_000_000_000, 2**62, -2**62, float("nan"), None])
def test_a_date_that_no_calendar_has_stops_nothing(course, tmp_path, monkeypatch, seconds):
    place = folder(tmp_path / "x", [("ada.ipynb", "[]"), ("emmy.ipynb", "[]")])
    monkeypatch.setattr(opening, "changed", lambda top, path: seconds)
    done = collect(course, place)
    assert done.counts == {"ada": 1, "emmy": 1}
    assert "ada: when it was handed in is not known" in done.notes[0]


def test_a_date_in_the_future_does_not_lock_the_next_submission_out(course, tmp_path):
    place = folder(tmp_path / "x", [("ada.ipynb", "[1]")])
    os.utime(place / "ada.ipynb", (4e9, 4e9))
    assert "has not come yet" in collect(course, place).notes[0]
    (place / "ada.ipynb").write_text("[2]")
    os.utime(place / "ada.ipynb", (5e9, 5e9))
    collect(course, place)
    assert there(course)[NOTEBOOK] == "[2]"


def test_a_file_in_a_zip_without_a_date_is_collected(course, tmp_path):
    path = tmp_path / "all.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"ada/{NOTEBOOK}", "{}")
    content = bytearray(path.read_bytes())
    start = content.index(b"PK\x01\x02") + 12  # time and date in the list of files
    content[start:start + 4] = bytes(4)
    path.write_bytes(content)
    done = collect(course, path)
    assert (done.counts, done.unplaced) == ({"ada": 1}, [])
    assert "when it was handed in is not known" in done.notes[0]
    assert set(there(course)) == {NOTEBOOK}


@pytest.mark.parametrize("name", ["Zoë Müller", "Z\udcff"])
def test_names_are_read_as_utf_8_whether_a_zip_says_so_or_not(course, tmp_path, name):
    with course.gradebook() as book:
        book.add_student("m", first_name="Zoë", last_name="Müller")
    written = f"{name}_1_assignsubmission_file_/a.ipynb".encode("utf-8", "surrogateescape")
    stand_in = "é" + "x" * (len(written) - 2)  # as long in bytes, and called UTF-8
    content = zipped(tmp_path / "a.zip", [(stand_in, "[]"), ("ada.ipynb", "[]")]).read_bytes()
    content = bytearray(content.replace(stand_in.encode(), written))
    if name == "Zoë Müller":
        content[7] &= ~8
        content[content.index(b"PK\x01\x02") + 9] &= ~8
    (tmp_path / "a.zip").write_bytes(content)
    done = collect(course, tmp_path / "a.zip")
    assert set(done.counts) == {"ada", *(["m"] if name == "Zoë Müller" else [])}
    assert len(done.unplaced) == (name != "Zoë Müller")


def test_sakais_own_files_are_no_students(course, tmp_path):
    home = "Softmax/Lovelace, Ada(ada)"
    place = zipped(tmp_path / "bulk.zip", [
        ("Softmax/grades.csv", "x"), (f"{home}/timestamp.txt", "20261120100000000"),
        (f"{home}/comments.txt", ""), (f"{home}/Lovelace, Ada(ada)_submissionText.html", "x"),
        (f"{home}/feedbackText.html", ""), (f"{home}/Feedback Attachment(s)/old.ipynb", "old"),
        (f"{home}/Submission attachment(s)/my work.ipynb", "new"),
        (f"{home}/Submission attachment(s)/data/points.txt", "1")])
    done = collect(course, place)
    assert (done.unplaced, done.counts) == ([], {"ada": 2})
    files = there(course)
    assert (files[NOTEBOOK], files["data/points.txt"]) == ("new", "1")


def test_a_students_file_named_like_a_platforms_list_is_theirs(course, tmp_path):
    collect(course, folder(tmp_path / "in", [("ada/x.ipynb", "new"), ("ada/grades.csv", "1,2")]))
    assert there(course)["grades.csv"] == "1,2"


def test_a_pattern_says_whose_files_are(course, tmp_path, capsys):
    place = folder(tmp_path / "in", [("2026-ada-final/x.ipynb", "new"), ("emmy.ipynb", "other")])
    code = commands.main(["collect", CHAPTER, str(place), "--pattern", "2026-{id}-*",
                          "--course", str(course.root)])
    assert (code, there(course)[NOTEBOOK], there(course, "emmy")) == (1, "new", {})
    assert "emmy.ipynb: no student of the roster" in capsys.readouterr().err
