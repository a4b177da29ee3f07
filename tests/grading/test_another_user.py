"""A class is set up, graded and handed back by a user who is not root.

Python, its packages and the workbook lie in that user's own folder below /opt, outside all folders
of the system. As root the test makes itself such a user.
"""

import contextlib
import csv
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest

import mlp_lib
from mlp_lib.grading.course import Course, records
from tests.grading import classroom
from tests.grading.classroom import CHAPTER

USER = 23456  # no one's number
NOT_NEEDED = ("*mlp_lib*", "torch", "cv2", "opencv*", "sklearn", "skimage", "scipy*",
              "playwright")
WORKBOOK = Path(mlp_lib.__file__).parents[1]
VERSION = f"python{sys.version_info.major}.{sys.version_info.minor}"
WORKS = "import bs4, numpy, zmq\nbs4.BeautifulSoup('', 'html.parser').select('a:not([b])')"
COMMANDS = "import sys\nfrom mlp_lib.grading.__main__ import main\n" \
           "for line in sys.argv[1:]:\n    print(line, main(line.split(' ')))"
SPY = """import os, sys
import numpy, mlp_lib
origins = sorted({os.path.commonpath([path, HOME]) == HOME for path in (
    sys.executable, numpy.__file__, mlp_lib.__file__)})
found = [name for name in ("course", "downloads", "secret", ".cache") if os.path.exists(
    os.path.join(HOME, name))]
print("SEEN", os.getuid(), origins, sorted(os.listdir(HOME)), found)
"""


def link(source, target, *ignored):
    """Copy a folder by names of the same files, where the system allows that."""
    def one(old, new):
        try:
            os.link(old, new)
        except OSError:
            shutil.copy(old, new)

    shutil.copytree(source, target, copy_function=one, symlinks=True, dirs_exist_ok=True,
                    ignore=shutil.ignore_patterns(*ignored))


def moved(home):
    """This Python, with all that it consists of, in another folder."""
    base, new = Path(sys.base_prefix), home / "python"
    link(base / "lib" / VERSION, new / "lib" / VERSION, "site-packages", "test")
    for library in base.glob("lib/libpython*"):
        shutil.copy(library, new / "lib")
    (new / "bin").mkdir()
    shutil.copy(base / "bin" / VERSION, new / "bin")
    return new / "bin" / VERSION


def interpreter(home, run):
    """A Python in ``home``, in a virtual environment with the packages of this one."""
    own = Path(sys.base_prefix).is_relative_to("/usr")
    for base in ([] if own else [moved(home)]) + [Path("/usr/bin") / VERSION]:
        with contextlib.suppress(subprocess.CalledProcessError, OSError):
            run([base, "-c", "import ssl, sqlite3, ctypes, venv"])  # one that was moved may not
            subprocess.run([base, "-m", "venv", "--copies", "--without-pip", home / "env"],
                           check=True, capture_output=True)
            link(sysconfig.get_path("purelib"), home / "env" / "lib" / VERSION / "site-packages",
                 *NOT_NEEDED)
            link(Path(sys.prefix) / "share" / "jupyter", home / "env" / "share" / "jupyter",
                 "labextensions")
            run([home / "env" / "bin" / "python", "-c", WORKS])
            return with_programs(home / "env" / "bin" / "python")
    pytest.skip(f"no {VERSION} that another user could run works with the packages of this one")


def with_programs(python):
    """The same Python, with the programs beside it that nbgrader calls."""
    for name in ("alembic", "nbgrader"):
        text = Path(sysconfig.get_path("scripts"), name).read_text(encoding="utf-8")
        (python.parent / name).write_text(f"#!{python}\n{text.partition(chr(10))[2]}")
        (python.parent / name).chmod(0o755)
    return python


def workbook(home):
    """The workbook, as far as grading needs it."""
    for name in ("mlp_lib", "data", "notebooks/exercises/source"):
        link(WORKBOOK / name, home / "workbook" / name)
    shutil.copy(WORKBOOK / "pyproject.toml", home / "workbook")


def owned(folder):
    """Give a folder, and what is in it, to the user."""
    if os.geteuid() == 0:
        for path in [folder, *folder.rglob("*")]:
            os.chown(path, USER, USER, follow_symlinks=False)


@pytest.fixture(scope="module")
def person():
    """A folder of the user's own, and how to run programs as that user."""
    place = "/opt" if os.access("/opt", os.W_OK) else "/tmp"
    home = Path(tempfile.mkdtemp(prefix="mlp-user-", dir=place))
    root = os.geteuid() == 0
    who = {"user": USER, "group": USER, "extra_groups": []} if root else {}
    try:
        home.chmod(0o755)
        workbook(home)
        (home / "temporary").mkdir()
        owned(home / "temporary")
        if root:
            os.chown(home, USER, USER)
        variables = {"PATH": f"{home}/env/bin:/usr/bin:/bin", "HOME": str(home), "USER": "person",
                     "PYTHONPATH": str(home / "workbook"), "TMPDIR": str(home / "temporary"),
                     "LANG": "C.UTF-8"}

        def run(words, check=True):
            return subprocess.run(words, cwd=home, env=variables, text=True,
                                  capture_output=True, check=check, **who)

        python = interpreter(home, run)
        yield SimpleNamespace(home=home, run=lambda *words: run([python, *words], check=False))
    finally:
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="module")
def graded(person):
    """A course of two, from its first command to its last."""
    said = person.run("-c", "from mlp_lib.grading.confinement import sandbox\n"
                            "print(sandbox.problem())")
    assert said.returncode == 0, said.stderr
    if said.stdout.strip():
        pytest.skip(f"a user who is not root has no sandbox on this machine: {said.stdout}")
    home = person.home
    (home / "roster.csv").write_text("id\nada\nspy\n")
    at = "--course course"
    first = person.run("-c", COMMANDS, "init course --students roster.csv",
                       f"release {CHAPTER} {at}")
    assert first.returncode == 0, first.stderr
    course = Course(home / "course")
    for student, own in (("ada", []), ("spy", [f"HOME = {str(home)!r}\n{SPY}"])):
        notebook = classroom.solved(course, student)
        notebook.cells += map(nbformat.v4.new_code_cell, own)
        (home / "downloads" / student).mkdir(parents=True)
        (home / "downloads" / student / f"{CHAPTER}.ipynb").write_text(json.dumps(notebook))
    owned(home / "downloads")
    second = person.run("-c", COMMANDS, f"collect {CHAPTER} downloads {at}",
                        f"autograde {CHAPTER} {at} --workers 2", f"people {at}",
                        f"feedback {CHAPTER} {at}", f"export {at} --to marks.csv")
    return SimpleNamespace(course=course, home=home, said=second)


def test_every_command_ends_well(graded):
    assert graded.said.returncode == 0, graded.said.stderr
    for command in ("collect", "autograde", "people", "feedback", "export"):
        assert any(line.startswith(command) and line.endswith(" 0")
                   for line in graded.said.stdout.splitlines()), graded.said
    assert "2 judged, 0 as they were, 0 of those judged need a person." in graded.said.stdout


@pytest.mark.parametrize("student", ["ada", "spy"])
def test_right_answers_have_their_marks_by_the_sandbox(graded, student):
    result = records.record(graded.course, CHAPTER, student)
    assert (result.sandboxed, result.reasons) == (True, ())
    assert [mark for mark in result.marks if mark.score != (
        None if "written" in mark.grade_id else mark.max_score)] == []
    page = graded.course.root / "feedback" / student / CHAPTER / f"{CHAPTER}.html"
    assert page.stat().st_size > 10_000
    rows = list(csv.DictReader((graded.home / "marks.csv").read_text().splitlines()))
    assert {row["student"] for row in rows} == {"ada", "spy"}


def test_the_sandbox_shows_the_interpreter_and_nothing_else_of_the_users_folder(graded):
    notebook = (graded.course.autograded(CHAPTER, "spy") / f"{CHAPTER}.ipynb").read_text()
    (seen,) = re.findall(r"SEEN (\d+ .*)\\n", notebook)
    assert re.fullmatch(r"65534 \[True\] \['env', ('python', )?'workbook'\] \[\]", seen), seen


def test_nothing_is_left_in_the_folder_for_temporary_files(graded):
    assert list((graded.home / "temporary").glob("mlp-*")) == []
