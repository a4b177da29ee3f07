"""Students' notebooks in the real sandbox: the hostile are contained, the honest are computed."""

import os
import resource
import socket
import time
from dataclasses import replace

import nbformat
import numpy as np
import psutil
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from mlp_lib.exercises.runner import Case, Other
from mlp_lib.exercises.wire import pack_cases
from mlp_lib.grading.confinement import MIB, Call, Limits
from mlp_lib.grading.confinement.execution import run
from tests.grading.boxes import sandbox_or_skip  # noqa: F401
from tests.grading.hostile import AFTER, ANSWERS, BEFORE, NOTEBOOKS, SPOILS_THE_REST, Hostile

pytestmark = pytest.mark.usefixtures("boxed")
LIMITS = Limits(cell_seconds=2, probe_seconds=2, grace_seconds=1, notebook_seconds=30)
PATIENT = replace(LIMITS, cell_seconds=120, probe_seconds=120, notebook_seconds=300)  # not tried
X = np.arange(6.0).reshape(2, 3)
CASES = pack_cases([Case("two rows", (X,)), Case("one", (np.ones((1, 4)),))])
HONEST = [Call("double", "double", CASES), Call("triple", "triple", CASES)]


def notebook(sources):
    return new_notebook(cells=[new_code_cell(source) for source in sources])


def play(hostile, folder, calls=(), limits=None, **words):
    """Run a hostile notebook, and make sure that it ends as it says with both honest answers.

    Only what would never end has little time: a busy machine makes everything slow.
    """
    limits = limits or (LIMITS if hostile.end == "time limit" else PATIENT)
    for name, text in hostile.files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    result = run(notebook(hostile.sources(**words)), folder, [*calls, *HONEST], limits)
    assert result.end == hostile.end, result.reasons
    assert hostile.says in " ".join(result.reasons)
    assert bool(result.reasons) == (hostile.end != "finished")
    assert result.sandboxed
    honest(result)
    nbformat.validate(result.notebook)
    return result


def honest(result):
    """The two honest functions were computed, on every case."""
    for key, factor in (("double", 2), ("triple", 3)):
        assert result.answers[key].problem == "", result.answers[key]
        first, second = result.answers[key].outcomes
        np.testing.assert_array_equal(first.value, factor * X)
        np.testing.assert_array_equal(second.value, factor * np.ones((1, 4)))


NEED_MORE = ("memory of many processes", "own numpy and mlp_lib", "spy", "looks for references",
             "dials the grader", "writes elsewhere", "daemon", "burst of 1,000 processes",
             "patched comparisons", "transformer that drops asserts", "kills its parent", "8 GB")


@pytest.mark.parametrize("name", [name for name in NOTEBOOKS if name not in NEED_MORE])
def test_a_hostile_notebook_is_contained_and_its_honest_answers_are_computed(name, tmp_path):
    result = play(NOTEBOOKS[name], tmp_path)
    assert result.kernels <= 2
    assert len(nbformat.writes(result.notebook)) < 10_000


def test_a_stopped_cell_says_so_in_its_outputs(tmp_path):
    result = play(NOTEBOOKS["infinite loop"], tmp_path)
    assert "was stopped after 2 s" in result.cells[1]
    assert result.notebook.cells[1].outputs[-1].evalue == result.cells[1]
    assert result.kernels == 1


def test_a_cell_that_ended_the_kernel_is_left_out_of_the_next(tmp_path):
    result = play(NOTEBOOKS["segfault"], tmp_path)
    assert (result.kernels, result.skipped) == (2, {1})


def test_a_flood_does_not_fill_the_memory_of_the_grader(tmp_path):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    play(NOTEBOOKS["endless displays"], tmp_path)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200 * 1024  # KiB


def test_too_much_memory_is_an_error_of_the_cell(tmp_path):
    result = play(NOTEBOOKS["8 GB"], tmp_path)
    assert result.notebook.cells[1].outputs[0].ename.endswith("MemoryError")


def test_the_memory_of_all_processes_together_is_bounded(tmp_path):
    play(NOTEBOOKS["memory of many processes"], tmp_path, bytes=150 * MIB,
         limits=replace(PATIENT, memory_in_all=400 * MIB))


def test_processor_time_is_bounded(tmp_path):
    result = play(replace(NOTEBOOKS["infinite loop"], end="kernel died", says="CPU time"), tmp_path,
                  limits=replace(PATIENT, cpu_seconds=2))
    assert result.kernels == 2


def test_a_kernel_that_does_not_start_is_said_to_be_so(tmp_path):
    result = run(notebook([BEFORE, AFTER]), tmp_path, HONEST,
                 replace(LIMITS, start_seconds=0.0, kernels=2))
    assert (result.end, result.kernels) == ("refused", 2)
    assert result.answers["double"].problem == "not reached"
    assert "did not answer" in result.answers["double"].reason


def test_a_burst_of_processes_is_bounded(tmp_path):
    result = play(NOTEBOOKS["burst of 1,000 processes"], tmp_path, [Call("n", "started")])
    assert 0 < result.answers["n"].value < LIMITS.processes


def test_killing_the_parent_kills_nothing(tmp_path):
    before = os.getpid()
    assert play(NOTEBOOKS["kills its parent"], tmp_path).kernels == 1
    assert psutil.pid_exists(before)


@pytest.mark.parametrize("name", ["patched comparisons", "transformer that drops asserts"])
def test_what_is_patched_in_the_kernel_makes_no_wrong_answer_right(name, tmp_path):
    result = play(NOTEBOOKS[name], tmp_path, [Call("wrong", "wrong", CASES)])
    np.testing.assert_array_equal(result.answers["wrong"].value, X + 1)


def test_modules_beside_the_notebook_shadow_nothing(tmp_path):
    result = play(NOTEBOOKS["own numpy and mlp_lib"], tmp_path,
                  [Call("origins", "origins"), Call("seven", "seven")])
    assert not any("submission" in path for path in result.answers["origins"].value)
    assert result.answers["seven"].value == 7


def test_nothing_of_the_grader_can_be_seen(tmp_path, monkeypatch):
    monkeypatch.setenv("SECRET_OF_THE_GRADER", "SECRET")
    mine, other = tmp_path / "submitted" / "ada", tmp_path / "submitted" / "bob"
    for folder in (mine, other):
        folder.mkdir(parents=True)
        (folder / "answers.txt").write_text("private")
    (tmp_path / "gradebook.db").write_text("marks")
    places = ["/etc/shadow", "/etc/passwd", "/root/.ssh", "/home", str(tmp_path), str(other),
              str(tmp_path / "gradebook.db"), os.getcwd() + "/tests", "../bob", "/var", "/run",
              os.path.expanduser("~/.bashrc"), "/sys"]
    result = play(NOTEBOOKS["spy"], mine, [Call("found", "found")], places=places)
    assert result.answers["found"].value == []


def test_a_spy_can_find_something(tmp_path):
    (tmp_path / "own.txt").write_text("mine")
    result = play(NOTEBOOKS["spy"], tmp_path, [Call("found", "found")], places=["own.txt"])
    assert result.answers["found"].value == [["own.txt", "mine"]]


def test_references_and_tests_are_not_there(tmp_path):
    result = play(NOTEBOOKS["looks for references"], tmp_path, [Call("found", "found")])
    assert result.answers["found"].value == []


def test_no_listener_is_reached(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.2)
        port = listener.getsockname()[1]
        result = play(NOTEBOOKS["dials the grader"], tmp_path, [Call("r", "reached")], port=port)
        assert result.answers["r"].value is False
        with pytest.raises(TimeoutError):
            listener.accept()


def test_the_submission_is_never_changed(tmp_path):
    result = play(NOTEBOOKS["writes elsewhere"], tmp_path, [Call("w", "written")], source=tmp_path)
    assert result.answers["w"].value == []
    assert [path.name for path in tmp_path.iterdir()] == ["data.txt"]
    assert not (tmp_path / "data.txt").is_symlink()
    assert (tmp_path / "data.txt").read_text() == "data"


def test_no_daemon_outlives_the_run(tmp_path):
    play(NOTEBOOKS["daemon"], tmp_path, mark="left over by a hostile notebook")
    deadline = time.monotonic() + 300  # of a test that would wait for ever
    while left := alive("left over by a hostile notebook"):
        assert time.monotonic() < deadline, left
        time.sleep(0.05)


def alive(mark):
    return [process.pid for process in psutil.process_iter(["cmdline"])
            if mark in (process.info["cmdline"] or [])]


@pytest.mark.parametrize("name", list(ANSWERS))
def test_a_hostile_answer_ends_in_words(name, tmp_path):
    source, problem = ANSWERS[name]
    limits = LIMITS if problem == "time" else PATIENT
    result = run(notebook([BEFORE, source, AFTER]), tmp_path,
                 [Call("bad", "bad", CASES), *HONEST], limits)
    bad = result.answers["bad"]
    assert bad.problem == problem, bad
    assert bool(bad.reason) == bool(problem)
    if problem:
        assert "`bad`" in bad.reason
    if name not in SPOILS_THE_REST:
        honest(result)
    assert list(tmp_path.iterdir()) == []


def test_objects_come_back_as_their_names_alone(tmp_path):
    result = run(notebook([ANSWERS["pickle"][0]]), tmp_path, [Call("bad", "bad", CASES)], LIMITS)
    assert result.answers["bad"].value == Other("Evil")


def test_a_kernel_that_ends_again_and_again_is_not_started_for_ever(tmp_path):
    cells = [BEFORE, *["import os\nos._exit(0)"] * 5, AFTER]
    result = run(notebook(cells), tmp_path, HONEST, replace(LIMITS, kernels=3))
    assert result.kernels == 3
    assert result.answers["double"].problem == "not reached"
    assert "Cell 4 ended the kernel" in result.answers["double"].reason


def test_large_inputs_take_no_time_that_a_project_would_be_blamed_for(tmp_path):
    large = pack_cases([Case("16 MB", (np.arange(2_000_000.0),))])
    call = Call("last", "last", large)
    source = "def last(x):\n    return x[-1]"
    answer = run(notebook([source]), tmp_path, [call], PATIENT)
    outcome = answer.answers["last"].outcomes[0]
    assert outcome.value == 1_999_999
    assert outcome.seconds < 3


def graded(sources, *more):
    """A notebook whose second cell is the place of a check."""
    book = notebook([*sources[:1], "'the check'", *sources[1:], *more])
    book.cells[1].metadata["nbgrader"] = {"grade_id": "check"}
    return book


@pytest.mark.parametrize(("later", "first"), [
    ("scale = 5", 2), ("del double", 2), ("%reset -f", 2), ("double = double", 2),
    ("def double(X):\n    return 5 * X", 5), ("double = None", None),
    ("import sys\nsys.modules['_graded'] = None", 2),
])
def test_an_answer_counts_as_it_was_at_its_check_unless_it_is_bound_anew(later, first, tmp_path):
    cells = ["import numpy as np\nscale = 2\ndef double(X):\n    return scale * X", later]
    call = replace(HONEST[0], cell="check")
    answer = run(graded(cells), tmp_path, [call], LIMITS).answers["double"]
    if first:
        np.testing.assert_array_equal(answer.value, first * X)
    else:
        assert answer.problem == "no function"


def test_an_answer_that_is_not_there_yet_at_its_check_is_computed_at_the_end(tmp_path):
    for first in ("pass", "def double(X):\n    raise NotImplementedError"):
        result = run(graded([first, BEFORE]), tmp_path, [replace(HONEST[0], cell="check")], LIMITS)
        np.testing.assert_array_equal(result.answers["double"].value, 2 * X)


LATER = """
import numpy as np, time
kept = {}
def double(X):
    if X.tobytes() not in kept:
        kept[X.tobytes()] = 2 * X
        until = time.process_time() + 0.6
        while time.process_time() < until: pass
        raise ValueError("not yet")
    return kept[X.tobytes()]
"""


def numbered(time):
    """Inputs that say which time they are for."""
    return pack_cases([Case("one", (np.full(3, float(time)),))])


def test_each_time_is_on_other_inputs_and_what_it_cost_is_counted_together(tmp_path):
    call = Call("double", "double", numbered(0), "check", numbered)
    answer = run(graded([LATER]), tmp_path, [call], LIMITS).answers["double"]
    assert answer.time == 1
    assert answer.outcomes[0].failure.message == "not yet"
    call = replace(call, draw=None)
    answer = run(graded([LATER]), tmp_path, [call], LIMITS).answers["double"]
    np.testing.assert_array_equal(answer.value, np.zeros(3))
    assert answer.outcomes[0].seconds > 0.5


def test_a_kernel_that_is_started_anew_gets_other_inputs(tmp_path):
    seen = []

    def drawn(time):
        seen.append(time)
        return numbered(time)

    cells = graded([BEFORE, "import os\nos._exit(0)", AFTER])
    call = Call("double", "double", numbered(0), "check", drawn)
    answer = run(cells, tmp_path, [call, HONEST[1]], LIMITS).answers["double"]
    assert seen[0] == 1
    assert answer.time in seen
    np.testing.assert_array_equal(answer.value, 2.0 * answer.time * np.ones(3))


def test_an_answer_that_was_computed_at_its_check_outlives_its_kernels(tmp_path):
    book = graded([BEFORE, *["import os\nos._exit(0)"] * 5])
    result = run(book, tmp_path, [replace(HONEST[0], cell="check")], replace(LIMITS, kernels=2))
    assert (result.kernels, result.end) == (2, "kernel died")
    np.testing.assert_array_equal(result.answers["double"].value, 2 * X)


def test_the_notebook_as_a_whole_is_bounded(tmp_path):
    cells = [BEFORE, *["import time\ntime.sleep(0.7)"] * 9, AFTER]
    result = run(notebook(cells), tmp_path, HONEST, replace(LIMITS, notebook_seconds=2))
    assert result.end == "time limit"
    assert result.answers["double"].problem == ""
    assert result.answers["triple"].problem in ("missing", "not reached")
    assert "2 s were over" in result.answers["triple"].reason


def test_a_folder_that_is_too_large_is_refused(tmp_path):
    (tmp_path / "large.bin").write_bytes(bytes(3000))
    limits = replace(LIMITS, submission_bytes=2000)
    result = run(notebook([BEFORE, AFTER]), tmp_path, HONEST, limits)
    assert result.end == "refused"
    assert result.answers["double"].problem == "not reached"
    assert "holds more than" in result.answers["double"].reason


def test_an_honest_notebook_keeps_its_outputs(tmp_path):
    cells = ["import matplotlib.pyplot as plt\nimport sys, warnings, numpy as np", BEFORE,
             "for i in range(3):\n    print(i, flush=True)\nplt.plot([1, 2])\nplt.show()",
             "warnings.warn('careful')\nprint('aside', file=sys.stderr)\n1 / 0", AFTER, "6 * 7",
             "list = input = print = exec = None"]
    book = notebook(cells)
    book.cells.insert(0, new_markdown_cell("# Softmax"))
    (tmp_path / "a folder").mkdir()
    result = run(book, tmp_path, HONEST, LIMITS)
    assert (result.end, result.reasons, result.kernels) == ("finished", [], 1)
    honest(result)
    printed, plotted = result.notebook.cells[3].outputs
    assert printed.text == "0\n1\n2\n"
    assert "image/png" in plotted.data
    assert result.notebook.cells[4].outputs[-1].ename == "ZeroDivisionError"
    assert result.notebook.cells[6].outputs[0].data["text/plain"] == "42"
    assert book.cells[6].outputs == []


def test_without_a_sandbox_the_same_answers_come_and_the_run_says_so(tmp_path):
    cells = Hostile(("huge = np.ones(10**9)", "while True: pass")).sources()
    with pytest.warns(UserWarning, match="WITHOUT a sandbox"):
        result = run(notebook(cells), tmp_path, HONEST, LIMITS, sandboxed=False)
    assert not result.sandboxed
    assert result.end == "time limit"
    assert result.notebook.cells[1].outputs[0].ename.endswith("MemoryError")
    honest(result)


@pytest.mark.filterwarnings("ignore:Grading WITHOUT")
def test_without_a_sandbox_processes_are_counted_from_outside(tmp_path):
    burst = ("import os, time\nfor _ in range(100):\n    if os.fork() == 0:\n"
             "        time.sleep(20)\n        os._exit(0)\ntime.sleep(20)")
    result = run(notebook([BEFORE, burst, AFTER]), tmp_path, HONEST, LIMITS, sandboxed=False)
    assert result.reasons == ["Cell 2 was stopped because it started more than 64 processes."]
    honest(result)
