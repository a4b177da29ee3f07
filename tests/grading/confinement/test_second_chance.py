"""What stands behind a line that failed, and what another answer has spoiled: each is tried again,
so that no mistake costs a right answer its mark."""

from dataclasses import replace

import numpy as np
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from mlp_lib.exercises.runner import Case
from mlp_lib.exercises.wire import pack_cases
from mlp_lib.grading.confinement import Call, Limits
from mlp_lib.grading.confinement.execution import run
from mlp_lib.grading.confinement.remainders import from_line
from tests.grading.boxes import sandbox_or_skip  # noqa: F401

LIMITS = Limits(cell_seconds=2, probe_seconds=2, grace_seconds=1, notebook_seconds=30)
X = np.arange(6.0).reshape(2, 3)
CASES = pack_cases([Case("two rows", (X,))])
DOUBLE = "def double(X):\n    return 2 * np.asarray(X)"


def graded(*cells):
    """A notebook with a check behind each cell, and what is asked for at the checks."""
    book = new_notebook()
    for i, cell in enumerate(cells):
        book.cells += [new_code_cell(cell), new_code_cell(
            "'check'", metadata={"nbgrader": {"grade_id": f"check{i}", "grade": True}})]
    return book


def doubled(folder, *cells, name="double", limits=LIMITS):
    """The run of a notebook, which must give the right values of ``double`` in the end."""
    call = Call("double", name, CASES, f"check{len(cells) - 1}")
    result = run(graded(*cells), folder, [call], limits)
    answer = result.answers["double"]
    assert answer.problem == "", answer
    np.testing.assert_array_equal(answer.value, 2 * X)
    return result


HEADS = {
    "a magic that is not installed": "%matplotlib widgets",
    "an unknown magic": "%nosuchmagic x",
    "another service's import": "from google.colab import drive\ndrive.mount('/content')",
    "a question to the keyboard": "NAME = input()",
    "an exception": "1 / 0",
    "a cell's magic that is not installed": "%%nosuchmagic",
    "several": "import nosuch\nnosuch.x()\n1 / 0; import nosuch2",
    "a decorated function": "@nosuch\ndef f(): pass",
    "what takes too long": "while True: pass",
    "exit": "raise SystemExit",
}


@pytest.mark.usefixtures("boxed")
@pytest.mark.parametrize("how", HEADS)
def test_a_line_that_fails_at_the_head_of_a_cell_costs_nothing_that_stands_below(how, tmp_path):
    doubled(tmp_path, f"{HEADS[how]}\nimport numpy as np", DOUBLE)
    doubled(tmp_path, f"{HEADS[how]}\nimport numpy as np\n{DOUBLE}")


@pytest.mark.usefixtures("boxed")
def test_cells_that_were_not_reached_in_time_are_tried_at_the_end(tmp_path):
    slow = ["import time\ntime.sleep(1.5)"] * 4
    result = doubled(tmp_path, *slow, "import numpy as np", DOUBLE,
                     limits=replace(LIMITS, notebook_seconds=5))
    assert result.end == "time limit"


@pytest.mark.usefixtures("boxed")
def test_what_was_seen_at_its_check_is_not_changed_by_a_second_chance(tmp_path):
    cell = f"import numpy as np\n{DOUBLE}\n1 / 0\ndef double(X):\n    return X"
    call = Call("double", "double", CASES, "check0")
    other = Call("other", "other", CASES, "check1")
    result = run(graded(cell, "pass"), tmp_path, [call, other], LIMITS)
    np.testing.assert_array_equal(result.answers["double"].value, 2 * X)
    assert result.answers["other"].problem == "missing"


@pytest.mark.usefixtures("boxed")
def test_an_answer_that_is_missing_says_what_was_stopped(tmp_path):
    result = run(graded("while True: pass"), tmp_path, [Call("f", "f", CASES, "check0")], LIMITS)
    assert result.answers["f"].problem == "missing"
    assert "Cell 1 was stopped after 2 s." in result.answers["f"].reason


FLOOD = "import numpy as np\ndef bad(X):\n    while True: print('x' * 100_000, flush=True)"
LATE_FLOOD = """import numpy as np, threading, time
def flood():
    while True:
        print('x' * 100_000, flush=True)
def bad(X):
    threading.Thread(target=flood).start()
    return X
"""
EARLY = """import numpy as np, time
from IPython import get_ipython
def bad(X):
    kernel = get_ipython().kernel
    parent = kernel.get_parent()
    kernel.session.send(kernel.iopub_socket, "status", {"execution_state": "idle"}, parent=parent)
    kernel.session.send(kernel.shell_stream if hasattr(kernel, "shell_stream") else
                        kernel.shell_socket, "execute_reply",
                        {"status": "ok", "execution_count": 0}, parent=parent,
                        ident=kernel._parent_ident["shell"])
    time.sleep(60)
"""
SILENT = """import numpy as np
import IPython.display as D
def bad(X):
    D.publish_display_data = lambda *args, **kwargs: None
    return X
"""
FORGING = """import numpy as np
import IPython.display as D
def bad(X):
    D.publish_display_data = lambda data, **more: None
    raise ValueError
"""


@pytest.mark.usefixtures("boxed")
@pytest.mark.parametrize("spoiler", [FLOOD, LATE_FLOOD, EARLY, SILENT, FORGING])
def test_what_one_answer_does_when_it_is_called_costs_no_other_its_mark(spoiler, tmp_path):
    calls = [Call("bad", "bad", CASES, "check0"), Call("double", "double", CASES, "check1"),
             Call("last", "double", CASES, "check2")]
    result = run(graded(spoiler, DOUBLE, "pass"), tmp_path, calls,
                 replace(LIMITS, output_bytes=2**20, answer_bytes=2**20))
    for key in ("double", "last"):
        assert result.answers[key].problem == "", result.answers[key]
        np.testing.assert_array_equal(result.answers[key].value, 2 * X)


@pytest.mark.parametrize(("source", "line", "itself", "left"), [
    ("a\nb\nc", 2, True, "#\nb\nc"), ("a\nb\nc", 2, False, "#\n#\nc"), ("a\nb", 2, False, ""),
    ("a; b; c\nd", 1, False, "#\nd"), ("f(\n  1,\n  2)\nx", 2, True, "f(\n  1,\n  2)\nx\n"),
    ("@d\ndef f():\n    pass\nx", 1, False, "#\n#\n#\nx"), ("a\n@d\ndef f(): pass", 3, True,
                                                         "#\n@d\ndef f(): pass"),
    ("ü = 1; b(\n2)", 2, True, "b(\n2)"), ("%magic x\ny", 1, False, "#\ny"),
    ("%%time\na\nb", 1, True, "#\na\nb"), ("%%bash\nls", 1, True, None),
    ("a b c", 1, True, ""), ("a", 0, True, ""), ("(" * 5000, 1, True, ""), ("\0", 1, True, ""),
])
def test_the_statements_from_a_line_on_keep_their_numbers(source, line, itself, left):
    found = from_line(source, line, itself)
    if left is None:
        assert "run_cell_magic" in found
    else:
        assert found.strip() == left.strip()


LOOPS = {"a loop": "pass", "a deaf loop": "try: 1\n        except BaseException: 2"}


@pytest.mark.usefixtures("boxed")
@pytest.mark.parametrize("kind", LOOPS)
def test_an_endless_loop_costs_its_time_once(kind, tmp_path):
    f, g = (f"def {name}(X):\n    while True:\n        {LOOPS[kind]}" for name in "fg")
    calls = [Call("f", "f", CASES, "check0"), Call("g", "g", CASES, "check1")]
    result = run(graded(f"{f}\nf(1)", g), tmp_path, calls, replace(LIMITS, hurried_seconds=0.5))
    assert "stopped after 2 s" in " ".join(result.cells.values())
    assert "was stopped after 0.5 s" in result.answers["f"].reason
    assert "was stopped after 2 s" in result.answers["g"].reason


@pytest.mark.usefixtures("boxed")
def test_an_answer_beside_an_endless_trial_is_right(tmp_path):
    doubled(tmp_path, "import numpy as np", f"{DOUBLE}\nwhile True: pass")
