"""`check` and `hint` as a learner meets them."""

from dataclasses import replace

import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from mlp_lib.exercises import NotAnswered, NotPassed, catalogue, check, checking, hint, records
from mlp_lib.exercises.kinds import Function, Misconception
from mlp_lib.exercises.projects import Project
from mlp_lib.exercises.verdict import Verdict

ID = "03.label_smoothing_gradient"
LABEL, EXERCISE = catalogue.find(ID)


def mean_of_rows(A, k):
    """k times the mean of each row of A, (N, C)."""
    return k * A.mean(axis=1)


def rows(rng):
    return rng.normal(size=rng.choice(np.arange(2, 9), 2, replace=False)), rng.uniform(2, 3)


OWN = Function(
    id="03.mean_of_rows", title="Means", section="03 §1", prompt="", points=4,
    reference=mean_of_rows, inputs=rows, edges={"large": lambda rng: (1e4 * rows(rng)[0], 2.0)},
    misconceptions=(Misconception("The sum is no mean.", lambda A, k: k * A.sum(axis=1)),))


def judged(answer):
    return checking.judged("03.1", OWN, answer, None)


def test_a_right_answer_returns_its_verdict_and_is_kept():
    verdict = check(ID, EXERCISE.reference)
    assert verdict.passed
    assert str(verdict) == f"✓ Exercise {LABEL} passed"
    assert check(LABEL, EXERCISE.reference).passed
    assert records.events()[ID] == {"passed": 2}


def test_a_stub_is_not_answered_and_nothing_is_shown_or_kept(capsys, progress_file):
    def stub(Z, labels, epsilon):
        raise NotImplementedError(f"Exercise {LABEL} is not answered yet")

    with pytest.raises(NotAnswered, match=rf"^Exercise {LABEL} is not answered yet$"):
        check(ID, stub)
    assert capsys.readouterr().out == ""
    assert not progress_file.exists()


def test_a_wrong_answer_is_shown_in_full_and_stops(capsys):
    with pytest.raises(NotPassed, match="is not passed yet; see above") as stopped:
        check(ID, EXERCISE.misconceptions[0].function)
    assert EXERCISE.misconceptions[0].sentence in capsys.readouterr().out
    assert stopped.value._render_traceback_() == [
        f"NotPassed: exercise {LABEL} is not passed yet; see above"]
    assert records.events()[ID] == {"tried": 1}


@pytest.mark.parametrize(("answer", "words"), [
    (np.ones(3), "A function was wanted, mean_of_rows; an array of shape (3,) came"),
    (None, "nothing (None) came"), ([[1], [1, 2]], "a list of 2 came"),
    (lambda A: 1, "It is called with: A, k."),
    (lambda A, k: print(end=""), "Does the function end with return?"),
    (lambda A, k: mean_of_rows(A, k)[:, None], "another shape"),
    (lambda A, k: -mean_of_rows(A, k), "wrong sign"),
    (lambda A, k: mean_of_rows(A, k) * 1j, "dtype complex128"),
    (lambda A, k: mean_of_rows(A, k) * (1 + (k == 2.0)), "wrong on: large"),
    (lambda A, k: (n for n in A), "a generator came"),
    (lambda A, k: {"mean": A}, "a dict of 1 came"),
    (lambda A, k: A @ A @ A if A.shape[0] == 99 else k.nothing, "'float' object has no attribute"),
])
def test_reports_in_words(answer, words):
    verdict = judged(answer)
    assert words in str(verdict)
    assert not verdict.passed


def test_a_report_holds_one_entry_and_the_smallest_input_and_the_public_text_no_input():
    verdict = judged(lambda A, k: mean_of_rows(A, k) + (A.shape[0] > 2))
    assert "entries differ; dtype float64" in str(verdict)
    assert "A =\n[[" in str(verdict)
    assert "A =" not in verdict.public()
    assert 0 <= verdict.fraction < 1


def test_a_size_that_is_written_in_is_named_and_one_that_is_not_is_not():
    first = OWN.cases(checking.PUBLIC)[0].args[0].shape
    verdict = judged(lambda A, k: mean_of_rows(A, k) if A.shape == first else 0.0)
    assert f"shapes [{first}, ()]. Is a size written in" in verdict.sentence.replace("np.", "")
    one_shape = replace(OWN, edges={}, inputs=lambda rng: (rng.normal(size=(2, 3)), rng.uniform()))
    known = one_shape.cases(checking.PUBLIC)[2].args[1]
    verdict = checking.judged("03.1", one_shape, lambda A, k: mean_of_rows(A, k) * (k == known), "")
    assert verdict.sentence.startswith("Right on 1 of 5 cases")


def test_an_answer_that_changes_its_argument_is_told_which():
    def changes(A, k):
        A *= k
        return A.mean(axis=1)

    verdict = judged(changes)
    assert verdict.status == "refused"
    assert "changes its argument A." in verdict.sentence
    assert verdict.fraction == 0


def test_an_interrupt_passes_through():
    def long(*args):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        check(ID, long)


def test_names_letters_and_written_answers():
    with pytest.raises(ValueError, match="your name was wanted"):
        check("03.my_cross_entropy", 1.0)
    with pytest.raises(TypeError, match="graded by a person"):
        check("03.softmax_in_words", "my derivation")
    with pytest.raises(LookupError, match=ID):
        check("03.nothing", 1)
    assert check("03.shift_of_scores", " (B) ").passed
    with pytest.raises(NotPassed):
        check("03.shift_of_scores", ["b"])


def test_a_project_has_a_truth_of_its_own_and_measures_that_fail_are_words():
    def inputs(rng):
        return (rng.normal(size=5) + rng.normal(),)

    def measure(case, value):
        if np.shape(value):
            raise ValueError("One number was wanted.")
        return {"off": abs(value - case.truth)}

    project = Project(
        id="03.find_shift", title="", section="", prompt="", points=2, reference=np.mean,
        inputs=inputs, truth=lambda rng: (rng.normal(size=5), rng.normal())[1], measure=measure,
        goals={"off": (lambda off: off < 1e-9, "off by nothing")}, misconceptions=(), symptoms={})
    case, = project.cases(3)
    assert checking.judged("03.1", project, lambda a: project.cases(0)[0].truth, None).passed
    assert case.truth != project.cases(0)[0].truth
    assert "One number" in checking.judged("03.1", project, lambda a: a, None).sentence


def test_hints_come_one_by_one_and_stay():
    told = [repr(hint(ID)) for _ in range(4)]
    assert [text.count("**Exercise") for text in told] == [1, 2, 3, 3]
    assert told[0] == hint(LABEL)._repr_markdown_()[:len(told[0])]
    assert "hint 3 of 3" in told[2]


def test_html_escapes_and_text_does_not():
    verdict = Verdict("03.1", "a<b", "wrong", "x < y & z", ("<script>",), "<pre>")
    html = verdict._repr_html_()
    for text in ("a&lt;b", "x &lt; y &amp; z", "&lt;script&gt;", "<pre>&lt;pre&gt;</pre>"):
        assert text in html
    assert str(verdict) == "✗ Exercise 03.1 not yet\nx < y & z\n<script>\n<pre>"
    with pytest.raises(KeyError):
        str(Verdict("03.1", "", "unknown"))


ANSWER = """\
import warnings
def label_smoothing_gradient(Z, labels, epsilon):
    warnings.warn("look here")
    scale = len(Z) / 0
    return Z"""


def test_run_all_in_a_kernel_stops_at_the_check_and_shows_the_learners_line():
    cells = ["from mlp_lib.exercises import check", ANSWER,
             f'check("{ID}", label_smoothing_gradient)', "after = 1"]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in cells])
    with pytest.raises(CellExecutionError):
        NotebookClient(notebook, timeout=60, kernel_name="python3").execute()
    outputs = notebook.cells[2].outputs
    shown, = [output.data for output in outputs if output.output_type == "display_data"]
    stopped, = [output for output in outputs if output.output_type == "error"]
    warned = "".join(output.text for output in outputs if output.output_type == "stream")
    assert "line 4: scale = len(Z) / 0" in shown["text/plain"]
    assert "line 4: scale = len(Z) / 0" in shown["text/html"]
    assert "ZeroDivisionError" in shown["text/plain"]
    assert stopped.ename == "NotPassed"
    assert len(stopped.traceback) == 1
    assert warned.count("UserWarning: look here") == 1
    assert notebook.cells[3].execution_count is None


def test_a_known_mistake_is_named_also_beside_a_second_one_at_an_edge():
    _, exercise = catalogue.find("03.label_smoothing_gradient")
    mistake = exercise.misconceptions[0]

    def both(Z, labels, epsilon):
        return mistake.function(Z, labels, epsilon) + (np.nan if np.abs(Z).max() > 100 else 0)

    answered = checking.judged("03.2", exercise, both, None)
    assert answered.sentence.startswith(mistake.sentence)
    assert "second mistake" in answered.sentence


def test_a_report_shows_a_case_that_will_be_the_same_next_time():
    _, exercise = catalogue.find("03.label_smoothing_gradient")
    for _ in range(5):
        said = str(checking.judged("03.2", exercise, lambda Z, labels, e: Z**2, None))
        assert "case " in said
        assert "new numbers" not in said
