"""The photographs: what they are, and what is said of a missing or damaged file."""

import csv

import numpy as np
import pytest

from mlp_lib import datasets

FOLDER = datasets.DATA / "images"
SHAPES = {"graf1": (640, 800, 3), "graf3": (640, 800, 3),
          "leuvenA": (563, 751, 3), "leuvenB": (563, 751, 3)}


@pytest.fixture
def copy(tmp_path):
    """A function that writes graf1.jpg, changed by another, to a folder of its own."""

    def write(change):
        content = bytearray((FOLDER / "graf1.jpg").read_bytes())
        (tmp_path / "graf1.jpg").write_bytes(change(content))
        return tmp_path

    return write


def flipped(content):
    content[len(content) // 2] ^= 1
    return content


@pytest.mark.parametrize("name", SHAPES)
def test_a_photograph_is_rows_from_the_top_of_colours_in_0_to_1(name):
    picture = datasets.load_photograph(name)
    assert picture.shape == SHAPES[name]
    assert picture.dtype == np.float32
    assert 0 <= picture.min() < 0.05
    assert 0.95 < picture.max() <= 1
    assert picture.std() > 0.1


def test_up_and_red_are_where_they_belong():
    sky, street = np.split(datasets.load_photograph("leuvenA"), [100], axis=0)
    assert sky.mean() > street.mean() + 0.1
    graf = datasets.load_photograph("graf1")
    assert np.abs(graf[..., 0] - graf[..., 2]).mean() > 0.02


def test_it_is_read_once_shared_and_read_only(monkeypatch, tmp_path):
    first = datasets.load_photograph("graf1")
    monkeypatch.chdir(tmp_path)                       # the working directory does not matter
    assert datasets.load_photograph("graf1") is first
    with pytest.raises(ValueError, match="read-only"):
        first[0, 0, 0] = 1


def test_a_relative_folder_is_that_of_the_working_directory(copy, monkeypatch, tmp_path):
    monkeypatch.chdir(copy(lambda content: content))
    datasets.load_photograph("graf1", ".")
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path / "empty")
    with pytest.raises(FileNotFoundError, match=r"graf1\.jpg is missing"):
        datasets.load_photograph("graf1", ".")


def test_another_name_is_refused_with_the_names_there_are():
    with pytest.raises(ValueError, match=r"'graf1', 'graf3', 'leuvenA', 'leuvenB'.*got 'lena'"):
        datasets.load_photograph("lena")


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"graf1\.jpg is missing.*restore data/"):
        datasets.load_photograph("graf1", tmp_path)


@pytest.mark.parametrize("change", [
    flipped, lambda content: content[:-100], lambda content: b"", lambda content: b"no JPEG",
    lambda content: (FOLDER / "graf3.jpg").read_bytes(),
], ids=["bit", "truncated", "empty", "text", "another"])
def test_a_damaged_file_is_refused(copy, change):
    with pytest.raises(ValueError, match=r"graf1\.jpg: MD5 sum .* expected 703d3e51"):
        datasets.load_photograph("graf1", copy(change))


def test_a_sound_copy_elsewhere_is_read(copy):
    picture = datasets.load_photograph("graf1", copy(lambda content: content))
    np.testing.assert_array_equal(picture, datasets.load_photograph("graf1"))


@pytest.mark.parametrize(("name", "shape"), [
    ("graf_homography_1_to_3", (3, 3)), ("graf_matches", (652, 4)), ("leuven_matches", (332, 4)),
])
def test_the_tables_beside_them_are_whole(name, shape):
    with open(FOLDER / f"{name}.csv", newline="", encoding="utf-8") as file:
        rows = [row for row in csv.reader(file) if row]
    numbers = []
    for row in rows:
        try:
            numbers.append([float(cell) for cell in row])
        except ValueError:
            assert row is rows[0], f"not numbers: {row}"
    assert np.array(numbers).shape == shape
    assert np.isfinite(numbers).all()
