"""Files for the book elsewhere: a hub, a container, a service that runs the tests."""

import json
import re
import shlex
import subprocess
import sys
import tomllib

import pytest
import yaml

from mlp_lib.publishing import __main__ as publishing
from tests.books import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


def commands(path):
    """What the steps of a workflow run."""
    jobs = yaml.safe_load(path.read_text(encoding="utf-8"))["jobs"].values()
    return [step["run"] for job in jobs for step in job["steps"] if "run" in step]


def named_extras():
    """Extras of the book that these files install."""
    texts = [(ROOT / ".binder" / "requirements.txt").read_text(encoding="utf-8"),
             *(command for path in WORKFLOWS for command in commands(path))]
    return re.findall(r"\.\[(\w+)\]", "\n".join(texts))


def test_extras_that_are_installed_exist():
    found = named_extras()
    assert {"lab", "web"} <= set(found) <= set(PROJECT["optional-dependencies"])


def test_the_tests_run_on_every_python_that_is_allowed():
    text = (ROOT / ".github/workflows/tests.yml").read_text(encoding="utf-8")
    versions = yaml.safe_load(text)["jobs"]["all"]["strategy"]["matrix"]["python"]
    assert PROJECT["requires-python"] == f">={versions[0]}"
    assert versions == [f"3.{minor}" for minor in range(11, 11 + len(versions))]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_scripts_that_a_workflow_runs_are_there(path):
    words = [word for command in commands(path) for word in shlex.split(command)]
    assert words
    for word in words:
        if word.startswith("."):
            assert (ROOT / re.sub(r"\[\w+\]$", "", word)).exists(), word


def test_the_site_takes_the_arguments_that_the_workflow_gives(capsys):
    (command,) = [command for command in commands(ROOT / ".github/workflows/site.yml")
                  if "mlp_lib.publishing" in command]
    assert shlex.split(command)[3:5] == ["site", "--address"]
    with pytest.raises(SystemExit) as left:
        publishing.main(["--help"])
    assert left.value.code == 0
    assert "--address" in capsys.readouterr().out


def test_the_container_installs_what_the_tests_need():
    container = json.loads((ROOT / ".devcontainer/devcontainer.json").read_text(encoding="utf-8"))
    for needed in ("chromium", "bubblewrap", "npm", "requirements.txt"):
        assert needed in container["postCreateCommand"]


def test_ci_is_a_script_that_bash_reads():
    subprocess.run(["bash", "-n", ROOT / ".ci" / "run"], check=True)


def test_without_the_extra_the_site_says_what_brings_it(capsys, monkeypatch):
    monkeypatch.setattr(publishing, "NEEDS", ("no_such_package",))
    with pytest.raises(SystemExit):
        publishing.main(["site"])
    assert 'pip install -e ".[web]" brings it' in capsys.readouterr().err


def test_outside_the_repository_the_site_says_so(capsys, monkeypatch, tmp_path):
    monkeypatch.setattr(publishing, "NEEDS", (sys.__name__,))
    with pytest.raises(SystemExit):
        publishing.main(["site", "--book", str(tmp_path)])
    assert f"no notebooks in {tmp_path}" in capsys.readouterr().err
