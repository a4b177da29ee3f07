"""nbgrader's exchange: all can write into its inbound folder, at any time."""

import json
import os

import pytest
from nbgrader.utils import notebook_hash

from mlp_lib.grading import __main__ as commands
from mlp_lib.grading import autograde
from mlp_lib.grading.course import exchange, handing, records
from mlp_lib.grading.judging import submissions
from tests.grading import classroom
from tests.grading.classroom import CHAPTER, hand_in, solved

# nbgrader 0.9.6 names an argument of its own exchange wrongly
pytestmark = pytest.mark.filterwarnings("ignore:Passing unrecognized arguments to super.Exchange")

NOTEBOOK = f"{CHAPTER}.ipynb"
TIME = "2026-11-20 10:00:00 UTC"


def inbound(course, name, student="ada", stamp=TIME, **files):
    """A submission in nbgrader's exchange, as a student can make it without nbgrader."""
    folder = course.root / "exchange" / course.name / "inbound" / name
    folder.mkdir(parents=True)
    (folder / NOTEBOOK).write_text(json.dumps(solved(course, student)))
    (folder / "timestamp.txt").write_text(stamp)
    for other, text in files.items():
        (folder / f"{other}.txt").write_text(text)
    return folder


def collected(course, student="ada"):
    """What lies in a student's folder, by name."""
    place = course.submitted(CHAPTER, student)
    return {path.relative_to(place).as_posix(): path.read_text()
            for path in place.rglob("*") if path.is_file()}


@pytest.fixture
def secret(course):
    """A folder that only the teacher may read, with files named as a student's."""
    folder = course.root / "teachers"
    for name in (NOTEBOOK, "timestamp.txt", "solution.txt"):
        folder.mkdir(exist_ok=True)
        (folder / name).write_text("the teacher's")
    return folder


def swap(folder, target):
    folder.rename(folder.with_name("x" + folder.name))
    folder.symlink_to(target)


def test_links_in_the_exchange_are_not_followed(course):
    folder = inbound(course, f"ada+{CHAPTER}+{TIME}+1")
    (folder / "stolen.txt").symlink_to(course.root / "grading" / "secret")
    (folder / "all").symlink_to(course.root / "source")
    refused, notes = handing.collect(course, CHAPTER)
    assert sum("is a link" in line for line in refused) == 2
    assert notes == []
    assert set(collected(course)) == {NOTEBOOK, "timestamp.txt"}


def test_nobody_hands_in_for_another_or_stops_the_exchange(course, monkeypatch):
    good = inbound(course, f"ada+{CHAPTER}+{TIME}+1")
    inbound(course, f"ada+{CHAPTER}+2026-11-21 10:00:00 UTC+2", "jdoe")
    inbound(course, f"emmy+{CHAPTER}+no time+3")
    inbound(course, f"emmy+{CHAPTER}+99999999999920262026366999999999999h+3")
    inbound(course, f"a;b+{CHAPTER}+{TIME}+4")
    (good.parent / f"jdoe+{CHAPTER}+{TIME}+5").write_text("a file")
    inode = good.stat().st_ino
    monkeypatch.setattr(exchange, "owner_of",
                        lambda top: "ada" if os.fstat(top).st_ino == inode else "jdoe")
    refused = sorted(handing.collect(course, CHAPTER)[0])
    assert len(refused) == 5
    assert refused[0].endswith("does not begin with a student's id")
    assert refused[1] == f"ada+{CHAPTER}+2026-11-21 10:00:00 UTC+2 belongs to jdoe"
    assert records.handed_in(course, CHAPTER) == ["ada"]
    assert "NAME = 'ada'" in collected(course)[NOTEBOOK]


def test_a_time_that_is_none_is_refused_and_stops_nothing(course):
    inbound(course, f"ada+{CHAPTER}+{TIME}+1")
    for words in ("soon", "9" * 60 + "h", "99999999999920262026366999999999999h"):
        inbound(course, f"emmy+{CHAPTER}+{words}+3")
    refused, _ = handing.collect(course, CHAPTER)
    assert len(refused) == 3
    assert all("says no time that can be read" in line for line in refused)
    assert records.handed_in(course, CHAPTER) == ["ada"]


@pytest.mark.parametrize("words", ["soon", "99999999999920262026366999999999999h", "",
                                   "2026-11-19 10:00:00 UTC"])
def test_the_time_of_the_folder_counts_and_a_time_stamp_of_a_student_stops_nothing(course, words):
    inbound(course, f"ada+{CHAPTER}+{TIME}+1", stamp=words)
    _, notes = handing.collect(course, CHAPTER)
    assert collected(course)["timestamp.txt"] == TIME
    assert f"{words!r}; that of its name counts" in notes[0]
    inbound(course, f"ada+{CHAPTER}+2026-11-21 10:00:00 UTC+2", "emmy")
    handing.collect(course, CHAPTER)
    assert "NAME = 'emmy'" in collected(course)[NOTEBOOK]


def test_a_stamp_that_was_put_there_before_stops_no_later_collecting(course):
    hand_in(course, "ada", "{}", "soon")
    inbound(course, f"ada+{CHAPTER}+{TIME}+1")
    _, notes = handing.collect(course, CHAPTER)
    assert collected(course)["timestamp.txt"] == TIME
    assert any("what lay there before is now in grading/earlier" in note for note in notes)


def test_a_folder_that_becomes_a_link_before_it_is_copied_is_refused(course, secret, monkeypatch):
    folder = inbound(course, f"ada+{CHAPTER}+{TIME}+1")
    monkeypatch.setattr(exchange.Collect, "init_dest", lambda self: swap(folder, secret))
    refused, _ = handing.collect(course, CHAPTER)
    assert "cannot be read" in refused[0]
    assert not course.submitted(CHAPTER, "ada").exists()


def test_a_folder_that_becomes_a_link_while_it_is_copied_is_read_as_it_was(
        course, secret, monkeypatch):
    folder, real = inbound(course, f"ada+{CHAPTER}+{TIME}+1"), submissions.gathered

    def gathered(*arguments):
        swap(folder, secret)
        return real(*arguments)

    monkeypatch.setattr(submissions, "gathered", gathered)
    handing.collect(course, CHAPTER)
    assert "the teacher's" not in "".join(collected(course).values())
    assert "NAME = 'ada'" in collected(course)[NOTEBOOK]


def test_a_folder_of_another_owner_by_then_is_refused(course, monkeypatch):
    inbound(course, f"ada+{CHAPTER}+{TIME}+1")
    asked = []
    monkeypatch.setattr(exchange, "owner_of",
                        lambda top: asked.append(top) or ("ada" if len(asked) == 1 else "jdoe"))
    refused, _ = handing.collect(course, CHAPTER)
    assert refused == [f"ada+{CHAPTER}+{TIME}+1 belongs to jdoe"]
    assert not course.submitted(CHAPTER, "ada").exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_a_file_of_another_owner_is_not_collected(course, secret):
    folder = inbound(course, f"ada+{CHAPTER}+{TIME}+1")
    for path in (folder, *folder.iterdir()):
        os.chown(path, 12345, 12345)
    os.link(secret / "solution.txt", folder / "solution.txt")
    refused, _ = handing.collect(course, CHAPTER)
    assert "solution.txt was left out: it cannot be read (it belongs to somebody" in refused[0]
    assert set(collected(course)) == {NOTEBOOK, "timestamp.txt"}


def test_a_resubmission_that_is_too_large_leaves_the_one_of_before(course):
    inbound(course, f"ada+{CHAPTER}+{TIME}+1")
    handing.collect(course, CHAPTER)
    before = collected(course)
    large = inbound(course, f"ada+{CHAPTER}+2026-11-21 10:00:00 UTC+2")
    with open(large / NOTEBOOK, "ab") as file:
        file.truncate(submissions.NOTEBOOK_LIMIT + 1)
    refused, _ = handing.collect(course, CHAPTER)
    assert refused[-1].endswith("what was collected before stays")
    assert collected(course) == before


def test_what_is_collected_again_unchanged_says_nothing(course):
    inbound(course, f"ada+{CHAPTER}+{TIME}+1")
    handing.collect(course, CHAPTER)
    assert handing.collect(course, CHAPTER) == ([], [])


def pages(course):
    return {path.stem: path.read_text()
            for path in course.root.glob("exchange/*/feedback/*.html")}


def feedback(course, *words):
    return commands.main(["feedback", CHAPTER, "--exchange", "--course", str(course.root), *words])


def test_feedback_goes_back_through_the_exchange_and_one_student_stops_no_other(course, capsys):
    own = {student: letter * 128 for student, letter in (("ada", "a"), ("emmy", "b"))}
    for student, word in own.items():
        inbound(course, f"{student}+{CHAPTER}+{TIME}+1", student, submission_secret=word)
    inbound(course, f"jdoe+{CHAPTER}+{TIME}+1", "jdoe", submission_secret="no\nsecret")
    assert commands.main(["collect", CHAPTER, "--course", str(course.root)]) == 0
    autograde.grade(course, CHAPTER, workers=1, work=classroom.work, ready=classroom.nothing)
    assert feedback(course) == 1
    assert "jdoe: was not handed in through the exchange" in capsys.readouterr().err
    found = pages(course)
    assert set(found) == {notebook_hash(secret=word, notebook_id=CHAPTER)
                          for word in own.values()}
    assert len(list(course.root.glob("feedback/*/*/*.html"))) == 3
    assert feedback(course, "--student", "ada") == 0


@pytest.mark.parametrize("stamp", [b"\xff\xfe", b"soon", b""])
def test_a_time_stamp_that_is_no_text_stops_no_feedback(course, stamp):
    for student in ("ada", "emmy"):
        folder = hand_in(course, student, solved(course, student))
        (folder / "submission_secret.txt").write_text(student * 20)
    (course.submitted(CHAPTER, "ada") / "timestamp.txt").write_bytes(stamp)
    autograde.grade(course, CHAPTER, workers=1, work=classroom.work, ready=classroom.nothing)
    feedback(course)
    assert notebook_hash(secret="emmy" * 20, notebook_id=CHAPTER) in pages(course)
    assert len(list(course.root.glob("feedback/*/*/*.html"))) == 2
