"""What a sandbox hides: libraries by name, and references in every installed `mlp_lib`."""

import json
import os
import py_compile
import sys
from pathlib import Path

import pytest

from mlp_lib.grading import autograde
from mlp_lib.grading.confinement import Limits, masks, view
from mlp_lib.grading.confinement.environment import PACKAGE, PYTHON
from mlp_lib.grading.confinement.room import Room
from mlp_lib.grading.course import CourseError
from tests.grading import classroom
from tests.grading.boxes import sandbox_or_skip  # noqa: F401
from tests.grading.classroom import CHAPTER

TREE = (
    "lib/python3/dist-packages/torch/__init__.py",
    "lib/python3/dist-packages/torch/nn/fit.py",
    "lib/python3/dist-packages/torch-2.0.dist-info/RECORD",
    "lib/python3/dist-packages/torchvision/__init__.py",
    "lib/python3/dist-packages/cv2.abi3.so",
    "lib/python3/dist-packages/cv2.txt",
    "lib/python3/dist-packages/cv20.py",
    "local/lib/python3.9/site-packages/fit.py",
    "local/lib/python3.9/site-packages/__pycache__/fit.cpython-39.pyc",
    "local/lib/python3.9/site-packages/__pycache__/fits.cpython-39.pyc",
    "local/lib/python3.9/site-packages/mlp_lib/fit.py",
    "local/lib/python3.9/site-packages/mlp_lib/__pycache__/fit.cpython-39.opt-1.pyc",
    "local/lib/python3.9/site-packages/mlp_lib/fits.py",
    "local/lib/python3.9/site-packages/mlp_lib/exercises/chapters/ch03.py",
    "local/lib/python3.9/site-packages/mlp_lib/grading/marking.py",
    "share/train/fit.py",
)
FOUND = [TREE[i] for i in (4, 7, 8, 10, 11)] + ["lib/python3/dist-packages/torch"]


@pytest.fixture
def root(tmp_path):
    """A folder of programs with packages of two Pythons."""
    for name in TREE:
        path = tmp_path / "real" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("answer = 42")
    return tmp_path / "real"


def test_what_an_import_could_load_is_found_and_nothing_else(root):
    found = masks.libraries(("torch", "cv2", "fit", "train"), [root])
    assert found == sorted(root / name for name in FOUND)
    assert masks.libraries((), [root]) == []


def test_it_is_found_by_every_name_that_is_shown_and_by_no_other(root, tmp_path):
    (tmp_path / "linked").symlink_to("real")
    (root / "lib/python3/dist-packages/jax").symlink_to("torch")
    (tmp_path / "keras").mkdir()
    (root / "lib/python3/dist-packages/keras").symlink_to(tmp_path / "keras")
    found = masks.libraries(("jax", "keras"), [root, tmp_path / "linked"])
    place = "lib/python3/dist-packages/torch"  # a link is followed; what is outside is not shown
    assert found == [tmp_path / "linked" / place, root / place]


def test_our_own_modules_are_found_where_this_python_has_them():
    found = masks.libraries(("networks.mlp", "no_such_library"), view.places())
    assert PACKAGE / "networks" / "mlp.py" in found
    assert {path.name.split(".")[0] for path in found} == {"mlp"}


def test_references_are_found_in_the_packages_of_other_pythons(root, monkeypatch):
    monkeypatch.setattr(sys, "exec_prefix", str(root))
    other = root / "local/lib/python3.9/site-packages/mlp_lib"
    secret = view.secret_folders()
    assert {other / "exercises/chapters", other / "grading"} < set(secret)
    assert {PACKAGE / "exercises/chapters", PACKAGE / "grading"} < set(secret)


def test_a_workbook_that_was_unpacked_among_the_programs_shows_no_answers(root, monkeypatch):
    monkeypatch.setattr(sys, "exec_prefix", str(root))
    book = root / "src" / "workbook"
    for name in ("mlp_lib/exercises/chapters", "mlp_lib/grading", "notebooks/exercises/source",
                 "tests", ".git", "build/lib/mlp_lib/grading", "data"):
        (book / name).mkdir(parents=True)
    (root / "src" / "another" / "tests").mkdir(parents=True)
    hidden = {str(path.relative_to(book)) for path in view.secret_folders()
              if path.is_relative_to(root / "src")}
    assert hidden == {"mlp_lib/exercises/chapters", "mlp_lib/grading", "notebooks", "tests",
                      ".git", "build"}


@pytest.mark.usefixtures("boxed")
def test_nothing_of_such_a_workbook_is_read_inside(tmp_path, monkeypatch):
    book = tmp_path / "prefix" / "src" / "workbook"
    for name in ("notebooks/exercises/source", "build/lib/mlp_lib/grading", "mlp_lib/grading"):
        (book / name).mkdir(parents=True)
        (book / name / "own.txt").write_text("answer = 42")
    (book / "mlp_lib" / "shown.txt").write_text("shown = 1\n")
    monkeypatch.setattr(sys, "exec_prefix", str(tmp_path / "prefix"))
    (tmp_path / "submission").mkdir()
    room = Room(tmp_path / "submission", Limits())
    try:
        running = room.start(["sh", "-c", f"grep -rh = {book} >&2"])
        running.process.wait()
        running.kill()
        assert room.complaints.read_text() == "shown = 1\n"
    finally:
        room.close()


def test_a_course_among_the_programs_is_not_graded(course, monkeypatch):
    assert not view.shows(course.root)
    monkeypatch.setattr(sys, "exec_prefix", str(course.root.parent))
    with pytest.raises(CourseError, match="lies among the programs"):
        autograde.grade(course, CHAPTER, workers=1, ready=classroom.nothing)


LOOK = """
import importlib, marshal, sys
sys.path.insert(0, {folder!r})
seen = {{}}
for name in ("single", "package", "package.part", "compiled", "neighbour", "mlp_lib.networks.mlp",
             "mlp_lib.networks.activations"):
    try:
        importlib.import_module(name)
        seen[name] = "there"
    except Exception as error:
        seen[name] = type(error).__name__
for name in ("single.py", "package/part.py", "__pycache__/compiled.pyc"):
    try:
        seen[name] = b"answer" in open({folder!r} + "/" + name, "rb").read()
    except OSError:
        seen[name] = False
print(json.dumps(seen), file=sys.stderr)
"""


def packages(root):
    """A folder of packages of another Python, with one of each kind."""
    folder = root / "lib" / "python3.99" / "site-packages"
    (folder / "package").mkdir(parents=True)
    for name in ("single", "neighbour", "package/__init__", "package/part", "compiled"):
        (folder / f"{name}.py").write_text("answer = 42")
    for name in ("single", "compiled"):
        py_compile.compile(str(folder / f"{name}.py"))
    os.makedirs(folder / "__pycache__", exist_ok=True)
    (folder / "compiled.py").rename(folder / "source.txt")
    py_compile.compile(str(folder / "source.txt"), cfile=str(folder / "compiled.pyc"))
    py_compile.compile(str(folder / "source.txt"), cfile=str(folder / "__pycache__/compiled.pyc"))
    return folder


def seen(folder, tmp_path, hidden):
    """What a program in a sandbox finds of these packages."""
    (tmp_path / "submission").mkdir()
    room = Room(tmp_path / "submission", Limits(), hidden)
    try:
        code = (f"import json, sys; sys.path.append({str(PACKAGE.parent)!r})\n"
                + LOOK.format(folder=str(folder)))
        running = room.start([PYTHON, "-P", "-c", code])
        running.process.wait(timeout=60)
        running.kill()
        return json.loads(room.last_words())
    finally:
        room.close()


@pytest.mark.usefixtures("boxed")
@pytest.mark.parametrize("hide", [True, False])
def test_a_hidden_library_is_not_installed_inside(tmp_path, monkeypatch, hide):
    folder = packages(tmp_path / "prefix")
    monkeypatch.setattr(sys, "exec_prefix", str(tmp_path / "prefix"))
    names = ("single", "package", "compiled", "networks.mlp") if hide else ()
    found = seen(folder, tmp_path, names)
    assert (found.pop("neighbour"), found.pop("mlp_lib.networks.activations")) == ("there", "there")
    missing = {name: found.pop(name) for name in ("single", "package", "package.part",
                                                  "mlp_lib.networks.mlp")}
    assert set(missing.values()) == {"ModuleNotFoundError" if hide else "there"}
    assert (found.pop("compiled") == "there") is not hide
    assert set(found.values()) == {not hide}


def test_the_stand_in_for_a_module_says_that_it_is_not_installed():
    source = Path(masks.NOT_INSTALLED).read_text(encoding="utf-8")
    with pytest.raises(ModuleNotFoundError, match="No module named 'torch'") as caught:
        exec(source, {"__name__": "torch"})
    assert caught.value.name == "torch"
