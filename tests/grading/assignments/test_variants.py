"""A course with numbers of its own: the book's answers do not pass, and its secret is not told."""

import zipfile

import nbformat
import numpy as np
import pytest

from mlp_lib.exercises import catalogue, checking, given, runner, variant
from mlp_lib.grading import __main__ as commands
from mlp_lib.grading import autograde
from mlp_lib.grading.assignments import variants
from mlp_lib.grading.course import handing, records, setting_up
from mlp_lib.grading.reporting import class_of, found
from tests.grading import classroom
from tests.grading.classroom import CHAPTER, CODE, answer, hand_in, solved

OWN = "check_03_my_cross_entropy"
NUMBER = catalogue.find("03.my_cross_entropy")[1]


@pytest.fixture(autouse=True)
def books_numbers():
    """No test leaves a key behind."""
    yield
    variant()


def with_own_numbers(folder):
    """A course that was released with numbers of its own, and its key."""
    course = classroom.new_course(folder)
    assert commands.main(["init", str(course.root), "--numbers", "own"]) == 0
    handing.release(course, CHAPTER)
    return course, variants.key_of(nbformat.read(course.released(CHAPTER), as_version=4))


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    """A course with numbers of its own, and its key; none where emmy's is ada's of the book."""
    while True:
        course, key = with_own_numbers(tmp_path_factory.mktemp("own"))
        if not np.isclose(right("ada", ""), right("emmy", key), rtol=0.1):
            return course, key


@pytest.fixture(scope="module")
def another(tmp_path_factory):
    """Another such course, and its key."""
    return with_own_numbers(tmp_path_factory.mktemp("another"))


def right(name, key):
    """The right number of a learner."""
    return float(NUMBER.reference(*NUMBER.cases(name, key)[0].args))


def numbers_of(key):
    """What the notebook gives to ada."""
    return given("03.1", "ada", key)["P"]


def test_two_courses_and_the_book_give_three_sets_of_numbers(own, another):
    (_, key), (_, other) = own, another
    drawn = [numbers_of(one) for one in (key, other, "")]
    assert not any(np.array_equal(drawn[i], drawn[j]) for i, j in ((0, 1), (0, 2), (1, 2)))
    np.testing.assert_array_equal(numbers_of(key), drawn[0])
    np.testing.assert_array_equal(numbers_of(None), drawn[2])  # nothing is in use here
    assert not np.array_equal(drawn[0], given("03.1", "emmy", key)["P"])


def test_the_books_answer_does_not_pass_in_the_course(own):
    course, key = own
    for student, its in (("ada", ""), ("emmy", key)):
        notebook = solved(course, student)
        answer(notebook, NUMBER.name).source = f"{NUMBER.name} = {right(student, its)!r}"
        hand_in(course, student, notebook)
    borrowed = solved(course, "jdoe")
    answer(borrowed, NUMBER.name).source = f"{NUMBER.name} = {right('emmy', key)!r}"
    hand_in(course, "jdoe", borrowed)
    autograde.grade(course, CHAPTER, workers=1, work=classroom.work, ready=classroom.nothing)
    ada, emmy, jane = (records.record(course, CHAPTER, name) for name in ("ada", "emmy", "jdoe"))
    assert (ada.score, emmy.score, jane.score) == (CODE - 1, CODE, CODE - 1)
    said = found(class_of(course, CHAPTER))
    assert [(one.student, one.owners) for one in said.borrowed] == [("jdoe", ("emmy",))]


def test_a_notebook_without_its_cell_is_mended(own):
    course, _ = own
    notebook = solved(course, "ada")
    notebook.cells = [cell for cell in notebook.cells if not variants.is_variant(cell)]
    hand_in(course, "ada", notebook)
    autograde.grade(course, CHAPTER, ["ada"], workers=1, work=classroom.work,
                    ready=classroom.nothing)
    assert records.record(course, CHAPTER, "ada").score == CODE


def test_the_check_of_a_learner_goes_by_the_key(own):
    _, key = own
    seen = []

    def label_smoothing_gradient(Z, labels, epsilon):
        seen.append(Z)
        raise NotImplementedError

    drawn = {}
    for which in ("", key, ""):
        variant(which)
        seen.clear()
        with pytest.raises(checking.NotAnswered):
            checking.check("03.2", label_smoothing_gradient)
        assert which not in drawn or runner.same(drawn[which], seen[0])
        drawn[which] = seen[0]
    assert not runner.same(drawn[""], drawn[key])
    variant(key)
    assert checking.check("03.1", right("ada", key), "ada").passed
    with pytest.raises(checking.NotPassed):
        checking.check("03.1", right("ada", ""), "ada")
    with pytest.raises(TypeError, match="the key of a course was wanted, as text; 5 came"):
        variant(5)


def test_what_students_get_holds_the_key_and_not_the_secret(own):
    course, key = own
    with zipfile.ZipFile(handing.pack(course, CHAPTER)) as archive:
        whole = b"".join(map(archive.read, archive.namelist()))
    assert key.encode() in whole
    assert course.secret.hex().encode() not in whole
    assert course.secret not in whole
    assert key != variants.key_from(course.secret, "04_two_layer")


def test_the_books_numbers_come_back_and_a_later_init_keeps_the_choice(another):
    course, key = another
    setting_up.init(course.root)
    source = course.root / "source" / CHAPTER / f"{CHAPTER}.ipynb"
    assert variants.key_of(nbformat.read(source, as_version=4)) == key
    assert commands.main(["init", str(course.root), "--numbers", "book"]) == 0
    assert variants.key_of(nbformat.read(source, as_version=4)) == ""
