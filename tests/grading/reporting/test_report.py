"""The report on a class of 60 whose mistakes and copies are known."""

import csv
import io
import re
from html.parser import HTMLParser
from itertools import combinations
from types import SimpleNamespace

import nbformat
import pytest

from mlp_lib.grading import __main__ as commands
from mlp_lib.grading import autograde
from mlp_lib.grading.course import CourseError, history
from mlp_lib.grading.judging import Mark
from mlp_lib.grading.reporting import alike, class_of, counting, found, page, pages, shapes, table
from mlp_lib.grading.reporting.standing import Class, Entry, Question
from tests.grading import classroom, sixty
from tests.grading.classroom import CHAPTER, answer, hand_in, solved

GRADIENT, NUMBER, LETTER, WORDS = (
    f"{kind}_03_{name}" for kind, name in zip(("check", "check", "check", "written"),
                                              classroom.NAMES))


def submitted(course, student):
    """A student's notebook."""
    notebook = solved(course, student)
    code = sixty.gradients().get(student)
    released = nbformat.read(course.released(CHAPTER), as_version=4)
    answer(notebook, "label_smoothing_gradient").source = code or answer(
        released, "label_smoothing_gradient").source
    answer(notebook, "my_cross_entropy").source = f"my_cross_entropy = {NUMBERS[student]!r}"
    answer(notebook, "shift_of_scores").source = f'shift_of_scores = "{LETTERS[student]}"'
    answer(notebook, "softmax_in_words").source = answer(released, "softmax_in_words").source
    for cell in notebook.cells:
        if cell.source.startswith("NAME ="):
            cell.source = f"NAME = {sixty.TYPED.get(student, student)!r}"
    return noted(notebook, student)


def noted(notebook, student):
    """The same, with the minutes that the check of the letter has noted, for some."""
    if minutes := MINUTES.get(student):
        (cell,) = [cell for cell in notebook.cells
                   if cell.metadata.get("nbgrader", {}).get("grade_id") == LETTER]
        cell.outputs = [nbformat.v4.new_output("execute_result", metadata={
            "mlp_lib": {"minutes": minutes}})]
    return notebook


MINUTES = {"s01": 3, "s02": 41, "s03": 8, "s04": 9, "s05": "7", "s06": -3, "s07": 10**9}
NUMBERS, LETTERS = sixty.numbers(), sixty.letters()


@pytest.fixture(scope="module")
def class_of_sixty(tmp_path_factory):
    """The course of the class, graded once, and graded again after some learned."""
    course = classroom.new_course(tmp_path_factory.mktemp("sixty"), sixty.ROSTER)
    for student in sixty.IDS:
        hand_in(course, student, submitted(course, student))
    grade(course)
    return course


def grade(course):
    return autograde.grade(course, CHAPTER, workers=1, work=classroom.work,
                           ready=classroom.nothing)


@pytest.fixture(scope="module")
def said(class_of_sixty):
    return found(class_of(class_of_sixty, CHAPTER))


def question(said, own):
    return next(one for one in said.klass.questions if one.grade_id == own)


def test_every_known_mistake_is_counted_exactly(said):
    counted = {one.sentence: set(one.students) for one in said.mistakes}
    wanted = {part: set(those) for part, (_, those) in sixty.KNOWN.items()}
    wanted |= {"Each term of a row": set(sixty.LETTERS["a"]),
               "Each row has its own denominator": set(sixty.LETTERS["d"]),
               "This is the sum over the samples": set(sixty.SUMS)}
    assert len(counted) == len(wanted)
    for part, those in wanted.items():
        assert [own for sentence, own in counted.items() if part in sentence] == [those]
    counts = [one.count for one in said.mistakes]
    assert counts == sorted(counts, reverse=True)


def test_every_exercise_is_counted_exactly(said):
    counts = {one.grade_id: states for one, states in said.questions}
    wrong = sum(len(those) for _, those in (*sixty.KNOWN.values(), *sixty.UNNAMED.values()))
    assert counts[GRADIENT] == {  # the four are right on an edge, where P is 0 or 1
        "passed": 60 - wrong - 4, "in part": 4, "wrong": wrong - 4, "not answered": 4, "open": 0}
    assert counts[NUMBER] == {"passed": 51, "in part": 0, "wrong": 8, "not answered": 0, "open": 1}
    assert counts[LETTER] == {"passed": 53, "in part": 0, "wrong": 7, "not answered": 0, "open": 0}
    assert counts[WORDS]["not answered"] == 60
    assert sum(said.bars) == 60


def test_the_median_time_is_that_of_those_who_tell_it(said):
    known = {one.grade_id: time for one, time in said.times.items()}
    assert known == {LETTER: (8.5, 4), GRADIENT: None, NUMBER: None, WORDS: None}
    text = page(said)
    assert '8.5 min <span class="who">of 4</span>' in text
    assert text.count("not known") == 3
    rows = {row["exercise"]: (row["count"], row["of"])
            for row in csv.DictReader(io.StringIO(table(said))) if row["part"] == "time"}
    assert rows["03.3 A constant added to the scores"] == ("8.5", "4")
    assert list(rows.values()).count(("not known", "0")) == 3


def test_unnamed_answers_are_grouped_by_what_they_give(said):
    groups = [one for one in said.groups if one.question.grade_id == GRADIENT]
    assert [{entry.student for entry in one.entries} for one in groups] == [
        set(those) for _, those in sixty.UNNAMED.values()]
    for one, part in zip(groups, sixty.UNNAMED, strict=True):
        assert part in one.gives
    assert "P ** 3" in groups[0].code


def test_every_copy_is_found_and_hardly_any_other_pair(said):
    listed = {pair.students for pair in said.pairs}
    assert not sixty.PAIRS - listed
    assert len(listed - sixty.PAIRS) <= 0.02 * 60 * 59 / 2
    ring = next(pair for pair in said.pairs if pair.students == ("s27", "s56"))
    assert [(own.grade_id, same, answered) for own, same, answered in ring.shared] == [
        (GRADIENT, 3, 56)]


def test_a_number_of_another_is_found_with_its_owner(said):
    found_out = {one.student: one.owners for one in said.borrowed}
    assert found_out == {student: (owner,) for student, owner in sixty.TAKEN.items()}


def one_line_class(answers):
    """A class with these answers to exercises of one line."""
    questions = [Question(f"q{i}", f"00.{i}", "") for i in range(4)]
    entries = [Entry(student, own, Mark(own.grade_id, 1.0, 1.0, status="passed"), 1.0, code)
               for student, codes in answers.items() for own, code in zip(questions, codes)]
    return Class("x", questions, entries, dict.fromkeys(answers, ""))


def test_honest_one_liners_are_not_called_alike():
    honest = one_line_class(sixty.one_liners())
    assert len(alike.pairs(honest)) <= 0.02 * 60 * 59 / 2
    same = sum(one[0] == two[0] for one, two in combinations(sixty.one_liners().values(), 2))
    assert same > 100  # many have written the same line, and that means nothing


def test_several_rare_one_liners_of_two_are_alike():
    answers = sixty.one_liners()
    answers["s03"] = [code.replace("return", "return 0 +") for code in answers["s03"]]
    answers["s44"] = [code.replace("A", "M").replace("b", "v") for code in answers["s03"]]
    assert ("s03", "s44") in {pair.students for pair in alike.pairs(one_line_class(answers))}


@pytest.mark.parametrize(("one", "two", "same"), [
    ("def f(a):\n    b = a + 1\n    return b",
     "def f(x):  # mine\n    y = (x\n + 1)\n\n    return y", True),
    ("def f(a):\n    'Doc.'\n    return a", "def f(a: int) -> int:\n    return a", True),
    ("import numpy as np\nx = [i for i in y]", "%time 1\nimport numpy as np\nz = [k for k in y]",
     True),
    ("def f(a, b):\n    return a - b", "def f(a, b):\n    return b - a", False),
    ("x = np.sum(y)", "x = np.mean(y)", False), ("x = 1", "x = 2", False),
    ("def f(i):\n    return [i for i in g(i)]", "def f(j):\n    return [k for k in g(j)]", True),
    ("def f(i):\n    return [i for i in g(i)]", "def f(j):\n    return [j for k in g(j)]", False),
])
def test_a_shape_is_the_code_without_names_comments_and_layout(one, two, same):
    assert (shapes.of_code(one).key == shapes.of_code(two).key) == same


def test_what_is_no_code_has_no_shape():
    for text in ("def f(:", "", "# only words", "(" * 5000, "\x00"):
        assert shapes.of_code(text) is None
    assert shapes.of_words("The  limit,\nis 0!") == shapes.of_words("the limit is 0")


class Reader(HTMLParser):
    """What a browser would fetch for a page, and its text."""

    def __init__(self, text):
        super().__init__()
        self.fetched, self.open, self.tags = [], [], set()
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        self.fetched += [value for name, value in attributes if name in ("src", "href", "action")]
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_the_page_needs_nothing_from_the_network_and_names_nobody(said):
    text = page(said)
    read = Reader(text)
    assert (read.fetched, read.open) == ([], [])
    assert "script" not in read.tags
    assert not re.search(r"url\(|@import|https?:", text)
    assert "prefers-color-scheme: dark" in text
    assert "@media print" in text
    assert not re.search(r"\bs\d\d\b|Fay|Moe", text + table(said))
    for one in said.mistakes:
        assert one.sentence in text.replace("&#39;", "'")


def test_with_names_the_page_names_them(said):
    text = page(said, names=True)
    assert "Fay27 Moe27 (s27)" in text
    assert "Fay10 Moe10 (s10)" in table(said, names=True)


def test_code_cannot_act_in_the_page_and_holds_no_name(said):
    entry = Entry("s01", said.klass.questions[0], Mark("q", 1.0, 0.0), 0.0,
                  "# s01, Moe01\n</pre><script>alert(1)</script>")
    group = SimpleNamespace(question=entry.question, entries=(entry,), gives="<b>", count=1)
    text = page(pages.Found(said.klass, [], [], [group], [0] * 10, [], None, [], [], {}))
    assert "<script" not in text
    assert "<b>&" not in text
    assert "Moe01" not in text


def test_the_table_holds_the_same(said):
    rows = list(csv.DictReader(io.StringIO(table(said))))
    counts = {(row["exercise"], row["what"]): int(row["count"]) for row in rows
              if row["part"] == "mistakes"}
    assert counts == {(one.question.heading, one.sentence): one.count for one in said.mistakes}
    assert sum(int(row["count"]) for row in rows if row["part"] == "points") == 60


def test_it_says_how_the_mistakes_moved(class_of_sixty, said, capsys):
    course, (part, (_, those)) = class_of_sixty, next(iter(sixty.KNOWN.items()))
    assert history.before(course, CHAPTER) is None
    (first,) = history.folder(course, CHAPTER).glob("*.json")
    first.rename(first.with_name("2026-01-05 10.00.00.json"))
    for student in those[:4]:
        better = submitted(course, student)
        answer(better, "label_smoothing_gradient").source = sixty.own_code()[student]
        hand_in(course, student, better)
    worse = submitted(course, those[5])
    answer(worse, "label_smoothing_gradient").source = sixty.gradients()["s10"]
    hand_in(course, those[5], worse)
    assert grade(course).judged == 5
    rows = counting.moved(class_of(course, CHAPTER), history.before(course, CHAPTER)[1])
    (row,) = [row for row in rows if part in row.sentence]
    assert (row.before, row.now, row.passed, row.another) == (9, 4, 4, 1)
    assert commands.main(["report", CHAPTER, "--course", str(course.root), "--names"]) == 0
    assert "03_softmax_with_names.html" in capsys.readouterr().out
    shown = (course.root / "reports" / "03_softmax_with_names.html").read_text(encoding="utf-8")
    assert "grading of 2026-01-05 10:00" in shown
    assert history.before(course, CHAPTER, first and history.moment("2026-01-04 00.00.00").date()
                          ) is None


def test_a_mark_by_hand_counts(class_of_sixty):
    with class_of_sixty.gradebook() as book:
        grade = book.find_grade(WORDS, CHAPTER, CHAPTER, "s00")
        grade.manual_score, grade.needs_manual_grade = 2.0, False
        book.db.commit()
    counts = {one.grade_id: states for one, states in
              counting.by_question(class_of(class_of_sixty, CHAPTER))}
    assert (counts[WORDS]["in part"], counts[WORDS]["not answered"]) == (1, 59)


def test_without_a_grading_there_is_no_report(course):
    with pytest.raises(CourseError, match="nothing of '03_softmax' is graded yet"):
        class_of(course, CHAPTER)
