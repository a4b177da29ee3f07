"""A kernel that starts ahead serves one submission as any other does."""

import os
import subprocess
import sys
from dataclasses import replace

import pytest
from nbformat.v4 import new_code_cell, new_notebook

from mlp_lib.grading.confinement import MIB, Call, Limits, spare
from mlp_lib.grading.confinement.execution import run
from tests.grading.boxes import sandbox_or_skip  # noqa: F401

LIMITS = Limits(disk=4 * MIB)
pytestmark = pytest.mark.usefixtures("boxed")


@pytest.fixture(autouse=True)
def none_is_left():
    yield
    spare.end()


def value(source, folder, limits=LIMITS, **options):
    """What the variable ``x`` of a notebook of one cell is, and its run."""
    ran = run(new_notebook(cells=[new_code_cell(source)]), folder, [Call("x", "x")], limits,
              **options)
    return ran.answers["x"].value, ran


def refused(*_):
    raise RuntimeError("no other kernel was wanted")


def test_the_kernel_that_waits_takes_the_next_submission_and_no_other(tmp_path, monkeypatch):
    (tmp_path / "data.txt").touch()
    spare.begin(LIMITS)
    (waiting,) = spare.waiting
    with monkeypatch.context() as patched:
        patched.setattr(spare, "Kernel", refused)
        assert value("import os\nx = os.listdir()", tmp_path)[0] == ["data.txt"]
        assert "no other kernel" in value("x = 1", tmp_path)[1].reasons[0]
    assert not waiting.lives()
    assert value("x = 2", tmp_path)[0] == 2


@pytest.mark.parametrize(("limits", "options", "harm"), [
    (replace(LIMITS, output_bytes=MIB), {}, bool), (LIMITS, {"hidden": ("this",)}, bool),
    (LIMITS, {"sandboxed": False}, bool), (LIMITS, {}, lambda kernel: kernel.kill())])
@pytest.mark.filterwarnings("ignore:Grading WITHOUT")
def test_one_of_another_kind_or_dead_is_put_aside(tmp_path, limits, options, harm):
    spare.begin(LIMITS)
    (waiting,) = spare.waiting
    harm(waiting)
    assert value("x = 3", tmp_path, limits, **options)[0] == 3
    assert (spare.waiting, waiting.lives()) == ([], False)


def test_a_notebook_finds_nothing_of_the_pipe_that_its_kernel_waited_at(tmp_path):
    source = "import os\nx = [os.read(0, 1), os.path.samefile('/proc/self/fd/0', os.devnull)]"
    assert value(source, tmp_path)[0] == [b"", True]


def test_a_submission_that_does_not_fit_ends_its_kernel(tmp_path):
    (tmp_path / "large").write_bytes(os.urandom(8 * MIB))
    ran = value("x = 4", tmp_path)[1]
    assert ran.end == "refused"
    assert "ended the kernel" in ran.reasons[0]


WITHOUT_A_TASK = """
import os
import psutil
from mlp_lib.grading.confinement import Limits
from mlp_lib.grading.judging import forking
child = forking.Child(Limits())
while not (found := psutil.Process(child.pid).children(recursive=True)):
    pass
print(child.end(), psutil.wait_procs(found, timeout=60)[1], os.path.exists(child.folder))
"""


def test_a_child_that_gets_no_task_ends_with_its_kernel():
    said = subprocess.check_output([sys.executable, "-c", WITHOUT_A_TASK], text=True)
    assert said == "0 [] False\n"
