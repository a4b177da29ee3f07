"""A student's package works by itself, and shows no answer to those who look."""

import subprocess
import sys
import zipfile

import nbformat
import pytest

from mlp_lib.exercises import catalogue, closed
from mlp_lib.grading.assignments import packages
from mlp_lib.grading.course import handing
from tests.grading.classroom import CHAPTER

LOOK = """
import inspect
from mlp_lib.exercises import catalogue, check, given, hint
assert "packages" in catalogue.__file__, catalogue.__file__
assert catalogue.chapter_numbers() == ["03"]
for label, exercise in catalogue.every_exercise().items():
    assert exercise.hints and exercise.prompt
    assert not getattr(exercise, "solution", "")
    if hasattr(exercise, "reference"):
        try:
            print(inspect.getsource(exercise.reference))
        except OSError:
            pass
print(hint("03.2"))
import numpy as np
from mlp_lib.networks import softmax
def label_smoothing_gradient(Z, labels, epsilon):
    T = np.eye(Z.shape[1])[labels]
    return (softmax(Z) - (1 - epsilon) * T - epsilon / Z.shape[1])
try:
    check("03.2", label_smoothing_gradient)
except Exception as error:
    print(type(error).__name__)
print(check("03.2", lambda Z, y, e: label_smoothing_gradient(Z, y, e) / len(Z)))
"""


@pytest.fixture(scope="module")
def packed(prepared):
    return handing.pack(prepared, CHAPTER)


def test_a_package_works_by_itself_and_prints_no_reference(packed, tmp_path):
    folder = packed.with_suffix("")
    code = f"import sys; sys.path.insert(0, {str(folder)!r})\n{LOOK}"
    ran = subprocess.run([sys.executable, "-I", "-c", code], cwd=tmp_path, check=False,
                         capture_output=True, text=True, env={"HOME": str(tmp_path)})
    assert ran.returncode == 0, ran.stderr
    assert "hint 1 of 3" in ran.stdout
    assert "The factor 1/N is missing" in ran.stdout
    assert "✓ Exercise 03.2 passed" in ran.stdout
    assert "def " not in ran.stdout


def test_no_file_of_a_package_holds_an_answer(packed):
    with zipfile.ZipFile(packed) as archive:
        texts = {name: archive.read(name).decode("utf-8", "replace") for name in archive.namelist()
                 if name.endswith((".py", ".ipynb", ".txt", ".md"))}
    assert f"{CHAPTER}/{CHAPTER}.ipynb" in texts
    assert not [name for name in texts if "/grading/" in name or "/source/" in name]
    assert [name.split("/")[-2] for name in texts if "/chapters/ch" in name].count("ch03") == 8
    whole = "\n".join(texts.values())
    for exercise in catalogue.exercises("03").values():
        for line in getattr(exercise, "solution", "").splitlines():
            assert len(line) < 30 or line not in whole
    assert "np.mean(np.log(P" not in whole
    assert "Misconception(" not in whole.replace("class Misconception(", "")


def test_a_package_has_the_data_it_speaks_of_and_what_to_install(tmp_path):
    notebook = tmp_path / "06_three_layer_mnist.ipynb"
    nbformat.write(nbformat.v4.new_notebook(), notebook)
    packages.package(notebook, "A course", tmp_path / "out" / notebook.stem)
    folder = tmp_path / "out" / notebook.stem
    assert sorted(path.name for path in (folder / "data").iterdir()) == ["mnist"]
    wanted = (folder / "requirements.txt").read_text().splitlines()
    assert {line.partition(">")[0] for line in wanted} >= {"numpy", "jupyterlab", "matplotlib"}
    assert not any("nbgrader" in line or ";" in line for line in wanted)
    assert "jupyter lab 06_three_layer_mnist.ipynb" in (folder / "README.txt").read_text()
    assert (folder / "LICENSE").exists()


def test_a_closed_module_runs_as_it_did():
    names = {"__name__": "x.double"}
    text = closed.closed("def double(x):\n    return 2 * x\n", "double")
    assert "return" not in text
    exec(compile(text, "double.py", "exec"), names)
    assert names["double"](4) == 8
    assert closed.mixed(closed.mixed(b"abc" * 50, "x"), "x") == b"abc" * 50
