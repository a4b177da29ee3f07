"""Whose is a file: names of Canvas, Blackboard, Brightspace, Moodle, and of people."""

from datetime import UTC, datetime
from pathlib import PurePosixPath

import pytest

from mlp_lib.grading.course import CourseError
from mlp_lib.grading.course.owners import Owners
from tests.grading.classroom import CHAPTER

STUDENTS = [("ada", "Ada", "Lovelace"), ("ann", "Ann", "Lee"), ("jdoe", "Jane", "Doe"),
            ("mm", "María José", "García-López"), ("x1", "Kim", "Park"), ("x2", "Kim", "Park"),
            ("zoe", None, "Zimmer"), ("n01", "Noor", None)]


@pytest.fixture(scope="module")
def owners():
    return Owners(STUDENTS, CHAPTER)


@pytest.mark.parametrize(("name", "own"), [
    ("doejane_12345_67890_hw.ipynb", "hw.ipynb"),
    ("doejane_LATE_12345_67890_03_Softmax-1.ipynb", "03_Softmax-1.ipynb"),
    ("HW1_jdoe_attempt_2024-01-31-12-00-00_Data.csv", "Data.csv"),
    ("HW_1_jdoe_attempt_2024-01-31-12-00-00.txt", ""),
    ("12345-67890 - Jane Doe - Jan 31, 2024 1200 PM", ""),
    ("12345-67890 - Jane Doe - Jan 31, 2024 1200 PM - my - hw.ipynb", "my - hw.ipynb"),
    ("12345-67890 - N0123 - Jane Doe - Jan 31, 2024 1200 PM - hw.ipynb", "hw.ipynb"),
    ("Jane Doe_81234_assignsubmission_file_", ""),
    ("Jane Doe_81234_assignsubmission_file", ""),
    ("Doe Jane_81234_assignsubmission_file_Hw.ipynb", "Hw.ipynb"),
    ("Jane Doe_81234_assignsubmission_onlinetext_", ""),
    ("jdoe.ipynb", ""), ("JDOE late", ""), ("jdoe-2026-11-20.ipynb", ""), ("jdoe (1).ipynb", ""),
    ("jdoe_03_softmax.ipynb", ""), ("jdoe_homework.ipynb", ""), ("Jane  Doe - hw.ipynb", ""),
    ("Doe, Jane.ipynb", ""), ("jane doe 03_softmax-Copy1.ipynb", ""),
])
def test_what_platforms_and_people_write_names_a_student(owners, name, own):
    claim = owners.claim(name)
    assert (claim.students, claim.own) == ({"jdoe"}, own)


@pytest.mark.parametrize(("name", "student"), [
    ("garcíalópezmaríajosé_1_2_x.ipynb", "mm"),
    ("Mari\u0301a José García-López_7_assignsubmission_file_", "mm"),
    ("Zimmer.ipynb", "zoe"), ("zimmer_1_2_x.ipynb", "zoe"),
    ("Noor_1_assignsubmission_file_", "n01"),
])
def test_accents_hyphens_and_names_of_one_word(owners, name, student):
    assert owners.claim(name).students == {student}


@pytest.mark.parametrize("name", [
    "ann-marie_03_softmax.ipynb", "ann-marie.ipynb", "ann.marie.ipynb", "ann marie.ipynb",
    "Ann Lee-Smith_1_assignsubmission_file_", "Ann Lee Smith_1_assignsubmission_file_",
    "Anna-Ann Lee_1_assignsubmission_file_", "Ann Lee Smith.ipynb", "Ann Lee-Smith.ipynb",
    "leeannmarie_1_2_x.ipynb", "smithleeann_1_2_x.ipynb",
    "H_ann-marie_attempt_2024-01-31-12-00-00",
    "HW_joann_attempt_2024-01-31-12-00-00_x.ipynb", "1-2 - Ann Lee Smith - Jan 31, 2024 1200 PM",
    "annx.ipynb", "adam.ipynb", "03_softmax.ipynb", "", "a" * 5000, "x" * 480 + "_jdoe",
])
def test_a_name_that_goes_on_is_another_name(owners, name):
    assert not owners.claim(name).students


def test_an_id_goes_on_after_a_line_below_where_ids_have_such(owners):
    joined = Owners([*STUDENTS, ("j_roe", "", "")], CHAPTER)
    assert owners.claim("ann_marie.ipynb").students == {"ann"}
    assert not joined.claim("ann_marie.ipynb").students
    assert joined.claim("ann_03_softmax.ipynb").students == {"ann"}
    assert joined.claim("j_roe_03_softmax.ipynb").students == {"j_roe"}


def test_what_could_belong_to_two_names_both(owners):
    assert owners.claim("Kim Park_1_assignsubmission_file_").students == {"x1", "x2"}
    assert owners.claim("parkkim_1_2_x.ipynb").students == {"x1", "x2"}
    two = Owners([("doe", "", ""), ("j_doe", "", "")], CHAPTER)
    assert two.claim("HW_j_doe_attempt_2024-01-31-12-00-00_x.ipynb").students == {"doe", "j_doe"}


@pytest.mark.parametrize("name", ["HW_jdoe_attempt_2024-01-31-12-05-00_x.ipynb",
                                  "1-2 - Jane Doe - Jan 31, 2024 1205 PM",
                                  "1-2 - Jane Doe - 31 January, 2024 1205 - x.ipynb"])
def test_a_name_says_when_it_was_handed_in(owners, name):
    assert owners.claim(name).when == datetime(2024, 1, 31, 12, 5).astimezone(UTC)


@pytest.mark.parametrize("name", ["HW_jdoe_attempt_2024-99-31-12-00-00_x.ipynb",
                                  "1-2 - Jane Doe - soon", "1-2 - Jane Doe - Jan 32, 2024 1200 PM"])
def test_a_time_that_is_none_is_not_known(owners, name):
    claim = owners.claim(name)
    assert (claim.students, claim.when) == ({"jdoe"}, None)


@pytest.mark.parametrize(("paths", "level"), [
    (["jdoe.ipynb"], 0), (["all/jdoe.ipynb", "all/ada/x.ipynb"], 1), (["x/y/ada.ipynb"], 2),
    (["Mallory_9_assignsubmission_file_/ada_03_softmax.ipynb"], 0),
    (["mallory/ada_03_softmax.ipynb", "jdoe/x.ipynb"], 0), (["hw_1_2_x/jdoe.ipynb"], 1), ([], 0),
])
def test_students_stand_at_one_level_and_names_below_say_nothing(owners, paths, level):
    assert owners.level(map(PurePosixPath, paths)) == level


@pytest.mark.parametrize(("name", "student"), [
    ("Doe, Jane(jdoe)", "jdoe"), ("DOE, JANE(JDOE)", "jdoe"), ("Jane Doe(ada)", None),
    ("hw(jdoe)", None), ("Lee, Ann(nobody)", None), ("whoever(n9)", "n9"),
])
def test_sakais_folders_say_name_and_id_and_both_must_fit(name, student):
    claim = Owners([*STUDENTS, ("n9", "", "")], CHAPTER).claim(name)
    assert (set(claim.students), claim.sakai) == ({student} if student else set(), bool(student))


@pytest.mark.parametrize(("pattern", "name", "student"), [
    ("hw_{id}_*.ipynb", "hw_jdoe_2.ipynb", "jdoe"), ("{id}@*", "JDOE@uni", "jdoe"),
    ("*-{last}.{first}", "11-Doe.Jane", "jdoe"), ("{name} [*]", "Jane Doe [2026]", "jdoe"),
    ("hw_{id}_*.ipynb", "jdoe.ipynb", None), ("hw_{id}_*.ipynb", "hw_nobody_1.ipynb", None),
    ("hw_{id}.ipynb", "hw_ann-marie.ipynb", None), ("x{id}", "xann_03_softmax", None),
])
def test_a_pattern_of_the_teachers_own(pattern, name, student):
    owners = Owners(STUDENTS, CHAPTER, pattern)
    assert set(owners.claim(name).students) == ({student} if student else set())


@pytest.mark.parametrize("pattern", ["hw_*", "{first}_*", "{id}_{id}", "", "{student}"])
def test_a_pattern_that_names_nobody_is_refused(pattern):
    with pytest.raises(CourseError, match="whose a file is"):
        Owners(STUDENTS, CHAPTER, pattern or "*")
