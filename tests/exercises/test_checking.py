"""`check` and `hint` as a learner meets them."""

import contextlib
import inspect
import re
import warnings
from dataclasses import replace
from types import SimpleNamespace

import IPython
import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from threadpoolctl import threadpool_info, threadpool_limits

from mlp_lib.exercises import (
    Function,
    NotAnswered,
    NotPassed,
    Project,
    Verdict,
    catalogue,
    check,
    checking,
    given,
    hint,
    judging,
    progress,
    records,
    runner,
)
from mlp_lib.exercises.kinds import Misconception
from mlp_lib.exercises.runner import Case
from mlp_lib.exercises.verdict import LOOKS

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


def judged(answer, exercise=OWN):
    return checking.judged("03.1", exercise, answer, None)


def unfinished(A, k):
    if k == 2.0:  # only at the edge
        raise NotImplementedError
    return mean_of_rows(A, k)


class Unreadable:
    def __array__(self, dtype=None, copy=None):
        raise RuntimeError("this tensor lies elsewhere")


@pytest.fixture(autouse=True)
def no_notebook(monkeypatch):
    """A test that needs a notebook's names says so: a shell of another test is none."""
    monkeypatch.setattr(IPython, "get_ipython", lambda: None)


def test_a_right_answer_returns_its_verdict_and_is_kept():
    verdict = check(ID, EXERCISE.reference)
    assert verdict.passed
    assert str(verdict) == f"✓ Exercise {LABEL} passed"
    assert check(LABEL, EXERCISE.reference).passed
    assert records.events()[ID] == {"passed": 2}


@pytest.fixture
def notebook(monkeypatch):
    """Names of the notebook that one works in."""
    names = {}
    monkeypatch.setattr(IPython, "get_ipython", lambda: SimpleNamespace(user_ns=names))
    return names


def renamed(*args):
    """The right answer, under another name."""
    return EXERCISE.reference(*args)


@pytest.mark.parametrize(("stands_for", "words"), [
    ({}, "is not defined"), ({"renamed": renamed}, "is not defined"),
    ({EXERCISE.name: len}, "stands for something else"),
    ({EXERCISE.name: lambda *args: renamed(*args)}, "stands for something else"),
    ({EXERCISE.name: renamed}, ""), ({EXERCISE.name: renamed, "other": len}, ""),
])
def test_a_right_answer_that_grading_would_not_find_is_told_its_name(notebook, stands_for, words):
    notebook.update(stands_for)
    verdict = check(ID, renamed)
    assert verdict.passed
    assert (f"Grading looks for the name {EXERCISE.name}, which {words}".lower() if words else ""
            ) in str(verdict).lower()
    assert bool(verdict.sentence) == bool(words)


def test_a_value_that_grading_would_not_find_is_told_its_name(notebook):
    for found in ({}, {"shift_of_scores": "a"}, {"shift_of_scores": np.zeros(2)}):
        notebook.update(found)
        assert "looks for the name shift_of_scores" in check("03.shift_of_scores", "b").sentence
    notebook["shift_of_scores"] = "b"
    assert check("03.shift_of_scores", "b").sentence == ""
    value = catalogue.find("03.1")[1].reference(*given("03.1", "Ada").values())
    notebook["my_cross_entropy"] = np.array(value)
    assert check("03.1", np.array(value), "Ada").sentence == ""


def test_a_mistake_that_stops_on_an_edge_is_the_mistake_that_stops_there():
    ridge = catalogue.find("08.3")[1]

    def subtracted(A, b, mu):
        return np.linalg.solve(A.T @ A - mu * np.eye(A.shape[1]), A.T @ b)

    verdict = checking.judged("08.3", ridge, subtracted, "")
    assert "Mu is subtracted" in verdict.sentence
    assert "An edge" not in verdict.sentence
    assert checking.judged("08.3", ridge, lambda A, b, mu: 1 / 0, "").status == "failed"

    def stops_elsewhere(A, b, mu):
        return subtracted(A, b, mu) if len(A) > 1 else 1 / 0

    assert "An edge" in checking.judged("08.3", ridge, stops_elsewhere, "").sentence


def test_a_stub_is_not_answered_nothing_is_shown_and_its_moment_kept(capsys):
    def stub(Z, labels, epsilon):
        raise NotImplementedError(f"Exercise {LABEL} is not answered yet")

    with pytest.raises(NotAnswered, match=rf"^Exercise {LABEL} is not answered yet$"):
        check(ID, stub)
    assert capsys.readouterr().out == ""
    assert records.events()[ID] == {records.OPENED: 1}
    assert not any(tried for *_, tried, _, _ in progress().rows)


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
    (lambda A, k: {"mean": A}, "a dict of 1 came"), (Unreadable(), "an Unreadable came"),
    (lambda A, k: mean_of_rows(A, k) if k == 2.0 else 0.0, "Right only on: large. There"),
    (unfinished, "It works on some cases and is not written for others."),
    (lambda A, k: A @ A @ A if A.shape[0] == 99 else k.nothing, "'float' object has no attribute"),
])
def test_reports_in_words(answer, words):
    verdict = judged(answer)
    assert words in str(verdict)
    assert not verdict.passed


@pytest.mark.parametrize("answer", [lambda A, k: None + 1, lambda A, k: int("argument")])
def test_the_arguments_are_named_only_if_the_call_is_wrong(answer):
    assert "It is called with" not in str(judged(answer))


def test_the_points_are_the_share_of_the_cases():
    names = [*(f"case {i}" for i in range(1, 5)), "case 1 again", "large"]
    assert [case.name for case in OWN.cases(0)] == names
    assert judged(mean_of_rows).fraction == 1
    assert judged(unfinished).fraction == 6 / 7
    assert Verdict("03.1", "", "unanswered").fraction == 0
    assert judged(lambda A, k: mean_of_rows(A, k) if k == 2.0 else 0.0).fraction == 1 / 7


def test_the_result_and_its_parts_are_called_by_name():
    assert ": mean_of_rows[0]: " in judged(lambda A, k: mean_of_rows(A, k) + 1).details[0]
    parts = replace(OWN, reference=lambda A, k: (A, k), parts=("array", "factor"), edges={})
    assert judged(lambda A, k: (A, -k), parts).sentence == "factor: Every entry has the wrong sign."
    assert ": factor: " in judged(lambda A, k: (A, -k), parts).details[0]


def test_an_input_in_words():
    def said(*args):
        return judging.described_input(OWN, Case("case 1", args))

    assert said(np.arange(6).reshape(2, 3) / 7, 7 / 3) == (
        "case 1:\nA =\n[[0.      0.14286 0.28571]\n [0.42857 0.57143 0.71429]]\nk = 2.33333")
    assert said(np.ones((7, 9)), "mean") == (
        "case 1:\nA: array of shape (7, 9), float64\nk = 'mean'")
    assert said(np.ones((6, 10)), None).startswith("case 1:\nA =\n[[1.")


def test_the_wrong_case_with_the_fewest_entries_is_shown():
    ragged = [[1.0], [1.0, 2.0]]
    args = [(np.ones((4, 5)), 1), (np.ones(2),), (np.ones(3), np.ones(30)), (np.ones(5), ragged)]
    cases = [*(Case(str(i), these) for i, these in enumerate(args)), Case(judging.NEW, (1,))]
    assert judging.smallest_wrong(cases, (False, True, False, False, False)) == 3


def test_a_list_of_unlike_rows_has_no_shape_to_be_written_in():
    ragged = replace(OWN, reference=lambda A, k: A.mean(axis=1), edges={}, misconceptions=(),
                     inputs=lambda rng: (rows(rng)[0], [[1.0], [1.0, 2.0]]))
    second = ragged.cases(checking.PUBLIC)[1].args[0].shape
    verdict = judged(lambda A, k: A.mean(axis=1) if A.shape == second else 0.0, ragged)
    assert f"shapes [{second}]. Is a size" in verdict.sentence


def test_what_our_own_functions_warn_of_or_change_is_not_the_learners():
    def loud(A, k):
        warnings.warn("ours", stacklevel=1)
        np.exp(k * 1e4)
        return k * A.mean(axis=1)

    def spoils(A, k):
        A *= 0
        raise ValueError("ours")

    exercise = replace(OWN, reference=loud, misconceptions=(
        Misconception("Spoilt.", spoils), Misconception("Louder.", lambda A, k: 2 * loud(A, k))))
    before = list(warnings.filters)
    assert judged(lambda A, k: 2 * k * A.mean(axis=1), exercise).sentence == "Louder."
    assert judged(lambda A, k: None, exercise).sentence.startswith("Nothing came back.")
    shown = judged(lambda A, k: A + 1, exercise).shown_input
    assert shown == judged(lambda A, k: A + 1).shown_input
    assert warnings.filters == before
    with np.errstate(all="raise"), warnings.catch_warnings():
        warnings.simplefilter("error")
        assert judged(lambda A, k: 2 * k * A.mean(axis=1), exercise).sentence == "Louder."


def test_outcomes_that_are_missing_are_no_right_ones():
    cases = OWN.cases(checking.PUBLIC)
    with pytest.raises(ValueError, match="longer"):
        OWN.judge(cases, runner.run(mean_of_rows, cases)[:2], "03.1")


def test_a_mistake_that_shows_only_at_an_edge_is_not_that_of_another_edge():
    overflows = Misconception(
        "It overflows.", lambda A, k: mean_of_rows(A, k) * (np.nan if k == 2.0 else 1))
    exercise = replace(OWN, misconceptions=(overflows,))
    assert judged(overflows.function, exercise).sentence == "It overflows."
    assert judged(lambda A, k: mean_of_rows(A, k) * (k != 2.0), exercise).status == "wrong"


def test_each_check_draws_new_numbers_and_calls_the_answer_once_a_case():
    sums = []
    for _ in range(2):
        judged(lambda A, k: sums.append(A.sum()) or mean_of_rows(A, k))
    known = len(OWN.cases(checking.PUBLIC))
    assert len(sums) == 2 * (known + 1)
    assert sums[:known] == sums[known + 1:-1]
    assert sums[known] != sums[-1]


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
    assert verdict.sentence.startswith("Right on 1 of 6 cases")


def test_what_is_kept_from_one_call_to_the_next_shows_at_the_second_call():
    seen = {}

    def keeps_sums(A, k):
        seen[A.tobytes()] = seen.get(A.tobytes(), 0) + mean_of_rows(A, k)
        return seen[A.tobytes()]

    verdict = judged(keeps_sums)
    assert verdict.status == "wrong"
    assert "keep from one call to the next" in verdict.sentence


def test_an_answer_that_changes_its_argument_is_told_which():
    def changes(A, k):
        A *= k
        return A.mean(axis=1)

    verdict = judged(changes)
    assert verdict.status == "refused"
    assert "changes its argument A." in verdict.sentence
    assert verdict.fraction == 0


def test_an_answer_that_returns_a_kept_buffer_is_told_so():
    buffer = np.empty(9)

    def keeps(A, k):
        return np.multiply(k, A.mean(axis=1), out=buffer[:len(A)])

    assert "a later call overwrites the array" in judged(keeps).sentence


def test_an_interrupt_stops_with_a_sentence_and_judges_nothing(capsys, progress_file):
    def long(*args):
        raise KeyboardInterrupt

    with pytest.raises(checking.Interrupted, match="interrupted; nothing was judged") as stopped:
        check(ID, long)
    assert stopped.value._render_traceback_() == [f"Interrupted: {stopped.value}"]
    assert (capsys.readouterr().out, progress_file.exists()) == ("", False)


def test_an_endless_loop_ends_with_a_sentence_and_the_line(monkeypatch, capsys):
    def endless(*args):
        while True:
            with contextlib.suppress(Exception):
                sum(range(1000))

    monkeypatch.setattr(checking, "SECONDS", 0.2)
    with pytest.raises(NotPassed):
        check(ID, endless)
    said = capsys.readouterr().out
    assert "more than 0.2 s of the processor, and had not come to an end" in said
    line, quoted = re.search(r"stopped at line (\d+): (.+)", said).groups()
    lines, first = inspect.getsourcelines(endless)
    assert lines[int(line) - first].strip() == quoted


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
    with pytest.raises(NotPassed):
        check("03.my_cross_entropy", Unreadable(), "Ada")


@pytest.mark.parametrize(("answer", "words"), [
    (None, "nothing (None) came."), ("z", "'z' came."), (2, "a single number came."),
    ("x" * 500, f"'{'x' * 79} came."),
])
def test_what_is_no_letter_is_told_which_there_are(answer, words):
    choice = replace(catalogue.find("03.shift_of_scores")[1], options=dict.fromkeys("abcd", ""))
    verdict = judged(answer, choice)
    assert str(verdict) == ("✗ Exercise 03.1 not yet\n"
                            f"One of the letters a, b, c, d was wanted, as text; {words}")
    assert verdict.fraction == judged("a", choice).fraction == 0
    assert str(judged("B", choice)) == "✓ Exercise 03.1 passed"
    assert judged("B", choice).fraction == 1
    assert str(judged("a", choice)) == (
        f"✗ Exercise 03.1 not yet\n{choice.sentences['a']}\nSee {choice.ground}.")


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
    assert replace(project, truth=None).cases(3)[0].truth is None
    used = []

    def changes(a):
        used.append({pool["num_threads"] for pool in threadpool_info()
                     if pool["user_api"] == "blas"})
        a += 1
        return project.cases(0)[0].truth

    with threadpool_limits(2, user_api="blas"):
        refused = judged(changes, project)
        judged(lambda A, k: changes(A), OWN)
    assert (refused.status, refused.fraction) == ("refused", 0)
    assert "changes its argument a." in refused.sentence
    assert used == [{1}, *[{2}] * 7]


def test_to_be_quick_counts_only_for_a_project_that_reaches_the_rest():
    project = Project(
        id="03.find_five", title="", section="", prompt="", points=2, reference=abs, inputs=rows,
        measure=lambda case, value: {"off": abs(value - 5)}, misconceptions=(
            Misconception("Off by three.", abs), Misconception("Off by one.", abs)),
        goals={"off": (lambda off: off == 0, "off by 0"), "seconds": (lambda s: s < 2, "2 s")},
        symptoms={0: lambda found: found["off"] == 3, 1: lambda found: found["off"] == 1})

    def reached(value, seconds):
        outcome = runner.Outcome(value, seconds=seconds)
        return project.judge([Case("one", (1,))], [outcome], "03.1")

    assert str(reached(5, 1)) == (
        "✓ Exercise 03.1 passed\noff by 0; reached: 0\n2 s; reached: 1")
    assert reached(5, 1).right == (True, True)
    assert (reached(5, 2).status, reached(5, 2).right) == ("wrong", (True, False))
    assert (reached(7, 1).status, reached(7, 1).right) == ("wrong", (False, False))
    assert str(reached(6, 1)) == (
        "✗ Exercise 03.1 not yet\nOff by one.\noff by 0; reached: 1\n2 s; reached: 1")
    assert reached(6, 1).status == "misconception"


def test_hints_come_one_by_one_and_stay():
    told = [repr(hint(ID)) for _ in range(4)]
    assert [text.count("**Exercise") for text in told] == [1, 2, 3, 3]
    assert told[0] == hint(LABEL)._repr_markdown_()[:len(told[0])]
    assert told[0].startswith(f"**Exercise {LABEL}, hint 1 of 3.** ")
    assert "hint 3 of 3" in told[2]


def test_html_escapes_and_text_does_not():
    verdict = Verdict("<03.1>", "a<b", "wrong", "x < y & z", ("<script>",), "<pre>")
    html = verdict._repr_html_()
    for text in ("&lt;03.1&gt; not yet", "a&lt;b",
                 "x &lt; y &amp; z", "&lt;script&gt;", "<pre>&lt;pre&gt;</pre>"):
        assert text in html
    assert str(verdict) == "✗ Exercise <03.1> not yet\nx < y & z\n<script>\n<pre>"
    with pytest.raises(KeyError):
        str(Verdict("03.1", "", "unknown"))


@pytest.mark.parametrize("status", LOOKS)
def test_html_of_every_status_has_its_colour_and_no_empty_part(status):
    sign, words, colour = LOOKS[status]
    assert Verdict("03.1", "Means", status)._repr_html_() == (
        f'<div style="border-left: 4px solid {colour}; padding: 0.2em 0.8em">\n'
        f"<b>{sign} Exercise 03.1 {words}</b> · Means\n</div>")


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
        assert "the example: " in said
        assert "new numbers" not in said
