"""A learner's numbers go by the name, however it is typed."""

import unicodedata

import numpy as np
import pytest

from mlp_lib.exercises import given
from mlp_lib.exercises.givens import generator

WHICH = "03.my_cross_entropy"


def drawn(name):
    return generator("03.x", name).integers(2**62)


@pytest.mark.parametrize("other", [
    "zoë müller", "ZOË MÜLLER", "  Zoë \t Müller\n", unicodedata.normalize("NFD", "Zoë Müller"),
    unicodedata.normalize("NFD", "ZOË MÜLLER"), "Zoë\u00a0Müller",
])
def test_one_name_has_one_set_of_numbers(other):
    assert drawn(other) == drawn("Zoë Müller")


def test_case_that_changes_the_length_is_one_name():
    assert drawn("STRASSE") == drawn("straße")


def test_other_names_and_other_exercises_have_others():
    names = ["Ada", "Ada L", "AdaL", "Zoe Müller", "Zoë Müller", "学生", "s1", "s2", "1", "11"]
    assert len(set(map(drawn, names))) == len(names)
    assert generator("03.y", "Ada").integers(2**62) != drawn("Ada")


def test_numbers_are_the_same_each_time():
    one, two = given(WHICH, "Ada"), given(WHICH, "Ada")
    assert list(one) == list(two)
    assert all(np.array_equal(one[key], two[key]) for key in one)


@pytest.mark.parametrize("name", ["", "  ", "\t", None, 3, ["Ada"]])
def test_an_empty_name_is_an_error_that_says_so(name):
    with pytest.raises(ValueError, match="your name was wanted, as text"):
        given(WHICH, name)


@pytest.mark.parametrize("which", ["03.nothing", "99.x", "", "..", "03", "03.softmax_in_words", 3])
def test_an_exercise_without_numbers_names_those_that_have(which):
    own = rf"these do: \['{WHICH}'\]$" if str(which).startswith("03") else ""
    with pytest.raises(ValueError, match=f"gives no numbers; in its chapter, {own}"):
        given(which, "Ada")


def test_the_number_of_an_exercise_is_as_good_as_its_id():
    by_number, by_id = (given(which, "Ada") for which in ("03.1", "03.my_cross_entropy"))
    assert all(np.array_equal(by_number[key], by_id[key]) for key in by_id)
