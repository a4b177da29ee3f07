"""A class of hostile submissions, graded once by two workers in the real sandbox.

What each does is in `attacks`. None may earn a mark that it has no right to, none may cost an
honest answer its mark, and nothing outside the sandbox may notice.
"""

import hashlib
import re
import socket
import tempfile
from types import SimpleNamespace

import nbformat
import psutil
import pytest

from mlp_lib.grading import autograde
from mlp_lib.grading.confinement import MIB, Limits
from mlp_lib.grading.course import people, records
from tests.grading import classroom
from tests.grading.attacks import ATTACKS, LABEL
from tests.grading.boxes import sandbox_or_skip  # noqa: F401
from tests.grading.classroom import CHAPTER, CODE, MARKS, answer, hand_in, solved

LIMITS = Limits(cell_seconds=2, probe_seconds=2, grace_seconds=1, notebook_seconds=30,
                memory_in_all=700 * MIB)
DAEMON = "left over by a hostile submission"
VICTIM = "victim"  # hands in right answers


def student(name):
    """An id for the roster."""
    return re.sub(r"[^\w. -]", "", name)


def filled(text, words):
    for name, value in words.items():
        text = text.replace("{" + name + "}", str(value))
    return text


def submit(course, name, attack, words):
    """Hand in what an attack consists of."""
    notebook = solved(course, student(name))
    answer(notebook, "label_smoothing_gradient").source = attack.answer
    handed_out = nbformat.read(course.released(CHAPTER), as_version=4)
    answer(notebook, "softmax_in_words").source = answer(handed_out, "softmax_in_words").source
    notebook.cells[2:2] = map(nbformat.v4.new_code_cell, attack.cells)
    for cell in notebook.cells:
        cell.source = filled(cell.source, words)
    content = attack.change(notebook)
    folder = hand_in(course, student(name), "" if isinstance(content, bytes) else content)
    if isinstance(content, bytes):
        (folder / f"{CHAPTER}.ipynb").write_bytes(content)
    for path, text in attack.files.items():
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_text(text)


def words_for(course, port, owned):
    """What the attacks have to know about this machine."""
    victims = course.submitted(CHAPTER, VICTIM) / f"{CHAPTER}.ipynb"
    secret, book = course.root / "grading" / "secret", course.root / "gradebook.db"
    places = [victims, secret, book, course.root, course.released(CHAPTER), "../../victim", "/var",
              "/home", "/root/.ssh", "/etc/passwd", "/etc/shadow", "/sys", "/run"]
    return {"places": list(map(str, places)), "targets": list(map(str, [victims, secret, book])),
            "gradebook": book, "source": victims.parent, "port": port, "mark": DAEMON,
            "bytes": 250 * MIB, "owned": owned, "/tmp/owned": owned}


def state(course):
    """Digests of all files that no grading may change."""
    ours = ("gradebook.db", "autograded", "results", "history", "lock")
    return {str(path): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(course.root.rglob("*")) if path.is_file()
            and not set(path.relative_to(course.root).parts) & set(ours)}


def rows(course, name):
    """Marks and comments of a student, as the gradebook has them."""
    with course.gradebook() as book:
        found = book.find_submission(CHAPTER, student(name))
        (notebook,) = found.notebooks
        return SimpleNamespace(
            score=found.score, max_score=found.max_score, waits=found.needs_manual_grade,
            marks={g.name: g.auto_score for g in notebook.grades},
            by_hand={g.name for g in notebook.grades if g.manual_score is not None},
            comments=[c.auto_comment or "" for c in notebook.comments])


def shown(course, name):
    """The graded notebook's text."""
    path = course.autograded(CHAPTER, student(name)) / f"{CHAPTER}.ipynb"
    return path.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def played(boxed, tmp_path_factory):
    """The class after its grading, and what was there before."""
    folder, names = tmp_path_factory.mktemp("hostile"), [VICTIM, *ATTACKS]
    course = classroom.new_course(folder, "\n".join(["id", *map(student, names)]))
    temporary = tmp_path_factory.mktemp("t")
    with (socket.create_server(("127.0.0.1", 0)) as listener,
          pytest.MonkeyPatch.context() as patch):
        patch.setenv("SECRET_OF_THE_GRADER", "SECRET")
        patch.setenv("TMPDIR", str(temporary))
        patch.setattr(tempfile, "tempdir", None)
        hand_in(course, VICTIM, solved(course, VICTIM))
        words = words_for(course, listener.getsockname()[1], folder / "owned")
        for name, attack in ATTACKS.items():
            submit(course, name, attack, words)
        link = course.submitted(CHAPTER, student("planted link"))
        (link / "link.txt").symlink_to(course.root / "grading" / "secret")
        (link / "folder").symlink_to(course.root / "grading")
        before = state(course)
        tally = autograde.grade(course, CHAPTER, workers=2, limits=LIMITS)
        yield SimpleNamespace(course=course, tally=tally, before=before, listener=listener,
                              words=words, temporary=temporary, folder=folder)


@pytest.mark.parametrize("name", ATTACKS)
def test_no_mark_is_unearned_and_no_honest_mark_is_lost(played, name):
    row = rows(played.course, name)
    assert row.marks == ATTACKS[name].marks
    assert row.score == sum(mark or 0 for mark in ATTACKS[name].marks.values())
    assert (row.max_score, row.by_hand) == (sum(MARKS.values()), set())
    assert row.waits == (None in ATTACKS[name].marks.values())


@pytest.mark.parametrize("name", ATTACKS)
def test_it_is_reported_in_words(played, name):
    result = records.record(played.course, CHAPTER, student(name))
    text = "\n".join([*result.notes, *rows(played.course, name).comments,
                      shown(played.course, name)])
    assert re.search(ATTACKS[name].says, text)
    assert result.sandboxed
    assert len(text) < 300_000


@pytest.mark.parametrize("name", ATTACKS)
def test_nothing_was_found_reached_or_written(played, name):
    assert not re.search(r"LOOT \[(?!\])", shown(played.course, name))


def test_the_list_of_people_names_those_that_wait_and_no_others(played):
    waiting = dict(people.waiting(played.course, CHAPTER))
    wanted = {student(name) for name, attack in ATTACKS.items() if attack.needs_a_person}
    assert set(waiting) == set(played.tally.people) == wanted
    assert all(len(reason) > 20 for reason in waiting.values())
    assert played.tally.judged == len(ATTACKS) + 1


def test_the_victim_has_full_marks(played):
    row = rows(played.course, VICTIM)
    assert row.score == CODE
    assert row.marks[LABEL] == MARKS[LABEL]


def test_every_file_of_the_course_is_as_it_was(played):
    assert state(played.course) == played.before
    assert not (played.folder / "owned").exists()
    graded = {path.name for path in played.course.root.glob(f"autograded/*/{CHAPTER}/*")}
    assert graded == {f"{CHAPTER}.ipynb", "timestamp.txt"}


def test_nobody_called_the_listener(played):
    played.listener.settimeout(0.2)
    with pytest.raises(TimeoutError):
        played.listener.accept()


def test_nothing_is_left_running_or_lying_about(played):
    alive = [process.info["cmdline"] for process in psutil.process_iter(["cmdline"])]
    assert not [line for line in alive if DAEMON in (line or [])]
    assert list(played.temporary.glob("mlp-*")) == []


def test_the_same_class_again_changes_nothing(played):
    again = autograde.grade(played.course, CHAPTER, workers=1, limits=LIMITS)
    assert (again.judged, again.unchanged) == (0, len(ATTACKS) + 1)


@pytest.mark.filterwarnings("ignore:Grading WITHOUT")
def test_without_a_sandbox_the_same_attacks_succeed(boxed, tmp_path, monkeypatch):
    monkeypatch.setenv("SECRET_OF_THE_GRADER", "SECRET")
    names = ("takes over", "dials the grader", "spy", "detects by environment")
    course = classroom.new_course(tmp_path, "\n".join(["id", VICTIM, *names]))
    hand_in(course, VICTIM, solved(course, VICTIM))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        words = words_for(course, listener.getsockname()[1], tmp_path / "owned")
        for name in names:
            submit(course, name, ATTACKS[name], words)
        before = state(course)
        autograde.grade(course, CHAPTER, list(names), workers=1, limits=LIMITS, sandboxed=False)
        listener.settimeout(2)
        listener.accept()[0].close()
    assert state(course) != before
    for name in names[:3]:
        assert re.search(r"LOOT \[(?!\])", shown(course, name))
    assert rows(course, "detects by environment").marks[LABEL] == MARKS[LABEL]
