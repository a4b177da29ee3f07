"""Matches of the photographs and the true homography: their shares, and damaged files."""

import shutil

import numpy as np
import pytest

from mlp_lib import datasets
from mlp_lib.geometry import transfer_error

LOADERS = {
    "graf_matches.csv": lambda folder=None: datasets.load_matches("graf", folder),
    "leuven_matches.csv": lambda folder=None: datasets.load_matches("leuven", folder),
    "graf_homography_1_to_3.csv": datasets.load_ground_truth,
}
every_file = pytest.mark.parametrize("name", LOADERS)


@pytest.mark.parametrize(("name", "n", "photographs"), [
    ("graf", 652, ("graf1", "graf3")), ("leuven", 332, ("leuvenA", "leuvenB"))])
def test_matches_are_points_in_both_photographs(name, n, photographs):
    for points, photograph in zip(datasets.load_matches(name), photographs):
        h, w, _ = datasets.load_photograph(photograph).shape
        assert points.shape == (n, 2)
        assert points.dtype == np.float64
        assert (points >= 0).all()
        assert (points <= (w - 1, h - 1)).all()
        assert points[:, 0].max() > 0.8 * w          # x first, then y


def test_the_true_homography_is_that_of_56_percent_of_the_matches():
    H = datasets.load_ground_truth()
    assert H[2, 2] == 1
    right = transfer_error(H, *datasets.load_matches("graf")) < 3
    assert 0.55 < right.mean() < 0.57


def test_what_is_returned_may_be_changed_without_harm():
    src, _ = datasets.load_matches("graf")
    src[:] = 0
    assert datasets.load_matches("graf")[0].any()


def test_another_name_is_refused_with_the_names_there_are():
    with pytest.raises(ValueError, match=r"'graf', 'leuven'.*got 'lena'"):
        datasets.load_matches("lena")


@every_file
def test_a_missing_file_is_named(name, tmp_path):
    with pytest.raises(FileNotFoundError, match=rf"{name} is missing.*restore data/"):
        LOADERS[name](tmp_path)


@every_file
@pytest.mark.parametrize("damage", [
    lambda text: "", lambda text: text[: len(text) // 2], lambda text: text.replace(",", ";"),
    lambda text: text.replace("7", "x"), lambda text: text + text.splitlines()[-1],
    lambda text: text.rstrip().rpartition(",")[0] + ",nan",
    lambda text: "\n".join(text.splitlines()[:-1]),
], ids=["empty", "truncated", "semicolons", "letters", "longer", "nan", "shorter"])
def test_a_damaged_file_is_refused_by_name(name, damage, tmp_path):
    text = (datasets.DATA / "images" / name).read_text(encoding="utf-8")
    (tmp_path / name).write_text(damage(text), encoding="utf-8")
    with pytest.raises(ValueError, match=name.replace(".", r"\.")):
        LOADERS[name](tmp_path)


@every_file
def test_a_sound_copy_elsewhere_is_read(name, tmp_path):
    shutil.copy(datasets.DATA / "images" / name, tmp_path)
    np.testing.assert_array_equal(LOADERS[name](tmp_path), LOADERS[name]())
