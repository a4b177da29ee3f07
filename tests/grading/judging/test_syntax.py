"""The line at which a cell is no Python is quoted; what a notebook can run is not."""

import re

import pytest

from mlp_lib.grading.judging import syntax


@pytest.mark.parametrize(("source", "words"), [
    ("def f(x):\n    return (x\n", r"'\(' was never closed \(line 2: `return \(x`\)"),
    ("x = 1\ny == = 2", r"invalid syntax \(line 2: `y == = 2`\)"),
    ("def f():\nreturn 1", r"expected an indented block .* \(line 2: `return 1`\)"),
    ("x = 1\n\n  y = 2", r"unexpected indent \(line 3: `y = 2`\)"),
])
def test_the_first_error_is_said_with_its_line(source, words):
    assert re.search(words, syntax.error(source))


@pytest.mark.parametrize("source", ["", "x = 1", "%time 1", "!ls", "x?", "# only words",
                                    "%%bash\nfor i in 1 2; do echo $i; done"])
def test_what_a_notebook_can_run_is_no_error(source):
    assert syntax.error(source) == ""


@pytest.mark.parametrize("source", ["\x00", "(" * 50_000, "x = " + "-" * 100_000 + "1"])
def test_what_python_cannot_read_is_said_all_the_same(source):
    assert syntax.error(source)


def test_a_line_is_quoted_in_part_and_cannot_act():
    said = syntax.error("x = '" + "a" * 5000)
    assert len(said) < 300
    assert "\n" not in syntax.error("x = (\n'\x1b[2J\u2028\n")
