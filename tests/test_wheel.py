"""The wheel, installed by itself in another folder: data, demos, exercises, and what it lacks.

And what JupyterLab is told where the book itself is installed.
"""

import json
import os
import subprocess
import sys
import venv
import zipfile

import pytest
from jupyterlab_server.config import get_page_config

from tests.books import ROOT

LEARN = """
from pathlib import Path
import mlp_lib
from mlp_lib import datasets, demos, exercises

assert not Path(mlp_lib.__file__).is_relative_to(REPOSITORY), mlp_lib.__file__
assert datasets.load_mnist().X_train.shape == (60000, 784)
assert len(datasets.load_formulas()) > 300
assert datasets.load_photograph("graf1").size
for name in demos.__all__:
    getattr(demos, name)()
_, exercise = exercises.catalogue.find("03.2")
assert exercises.check("03.2", exercise.reference).passed
try:
    exercises.check("03.2", lambda *args: len(args[0]) * exercise.reference(*args))
except exercises.NotPassed:
    print("refused")
"""


PIP = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]


def fresh(folder):
    """Python of a new environment in ``folder``."""
    venv.create(folder, with_pip=False)
    return folder / ("Scripts" if os.name == "nt" else "bin") / "python"


@pytest.fixture(scope="module")
def python(tmp_path_factory):
    """Python of a fresh environment that has the wheel and what it asks for, and nothing else."""
    folder = tmp_path_factory.mktemp("installed")
    subprocess.run([*PIP, "wheel", "--no-deps", "--wheel-dir", folder, ROOT], check=True)
    (wheel,) = folder.glob("*.whl")
    own = fresh(folder / "env")
    subprocess.run([*PIP, "--python", own, "install", wheel], check=True)
    return own, wheel


def run(python, *arguments):
    """What Python says when it is run in a folder without the repository."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return subprocess.run([python, *arguments], cwd=python.parent, env=environment, text=True,
                          capture_output=True)


def test_a_learner_has_data_demos_and_exercises(python):
    said = run(python[0], "-c", f"REPOSITORY = {str(ROOT)!r}\n{LEARN}")
    assert said.returncode == 0, said.stderr
    assert "The factor 1/N is missing" in said.stdout
    assert said.stdout.endswith("refused\n")


def test_grading_says_what_it_needs(python):
    said = run(python[0], "-m", "mlp_lib.grading", "init", "course")
    assert said.returncode == 2
    assert "nbgrader" in said.stderr
    assert 'pip install "mlp_lib[grading]"' in said.stderr
    assert "Traceback" not in said.stderr


def test_nothing_of_the_repository_but_package_and_data_is_in_it(python):
    with zipfile.ZipFile(python[1]) as archive:
        names = archive.namelist()
    assert {name.split("/")[0].split("-")[0] for name in names} == {"mlp_lib"}
    assert not [name for name in names if "__pycache__" in name]
    assert "mlp_lib/data/mnist/train-images-idx3-ubyte.gz" in names


@pytest.fixture(scope="module")
def configuration(tmp_path_factory):
    """Folder of Jupyter's configuration in an environment that has the book itself."""
    folder = tmp_path_factory.mktemp("book")
    install = [*PIP, "--python", fresh(folder), "install", "--no-deps", "--editable", ROOT]
    subprocess.run(install, check=True)
    return folder / "etc" / "jupyter"


def hidden(monkeypatch, *folders):
    """Names of the extensions that JupyterLab hides, by these folders of configuration."""
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", os.pathsep.join(map(str, folders)))
    return get_page_config([])["disabledExtensions"]


def test_what_only_a_teacher_uses_is_not_in_a_learner_s_way(configuration, monkeypatch):
    assert {"@jupyter/nbgrader", "@voila-dashboards/jupyterlab-preview"} <= set(
        hidden(monkeypatch, configuration))


def test_a_teacher_can_show_it_and_a_wheel_hides_nothing(configuration, python, monkeypatch,
                                                         tmp_path):
    shown = tmp_path / "labconfig" / "page_config.json"  # as "jupyter labextension enable" does
    shown.parent.mkdir()
    shown.write_text(json.dumps({"disabledExtensions": {"@jupyter/nbgrader": False}}))
    assert "@jupyter/nbgrader" not in hidden(monkeypatch, tmp_path, configuration)
    environment = python[0].parent.parent
    assert not (environment / "etc" / "jupyter" / "labconfig").exists()
