"""What a browser is spared: fewer rows, no threads, files that come when they are asked for."""

import sys
import types

import numpy as np
import pytest

from mlp_lib import browser, datasets
from mlp_lib.datasets import data_files
from mlp_lib.networks import MLP, SGD, cosine, digit_duel, iterate, train


@pytest.fixture
def in_browser(monkeypatch):
    monkeypatch.setattr(browser, "HERE", True)
    browser._say.cache_clear()
    yield
    browser._say.cache_clear()


def drawn(rows):
    rng = np.random.default_rng(2)
    return rng.normal(size=(rows, 5)), rng.integers(3, size=rows)


def test_an_installed_book_takes_all_rows_and_says_nothing(capsys):
    assert browser.rows_of_an_epoch(60_000, 12) == 60_000
    assert browser.suits(10, 60) == 10
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(("rows", "epochs", "kept"), [
    (60_000, 3, browser.ROWS // 3), (60_000, 500, browser.FEWEST), (900, 500, 900),
    (60_000, 0, browser.ROWS), (3000, 1, 3000)])
def test_a_browser_takes_fewer_and_small_sets_whole(in_browser, rows, epochs, kept):
    assert browser.rows_of_an_epoch(rows, epochs) == kept


def test_it_is_said_once_with_both_numbers(in_browser, capsys):
    for _ in range(3):
        browser.rows_of_an_epoch(60_000, 3)
    said = capsys.readouterr().out
    assert said.count("\n") == 1
    assert f"{browser.ROWS // 3:,} of the 60,000 rows" in said


def test_a_training_there_is_the_training_on_the_first_rows(in_browser):
    X, y = drawn(5000)
    settings = {"epochs": 6, "optimizer": SGD(0.3, momentum=0.9), "schedule": cosine,
                "progress": False, "validation": drawn(3000)}
    cut, whole = MLP((5, 7, 3)), MLP((5, 7, 3))
    history = train(cut, (X, y), **settings)
    few = browser.ROWS // 6
    settings["validation"] = tuple(part[:browser.FEWEST] for part in settings["validation"])
    same = train(whole, (X[:few], y[:few]), **settings)
    assert len(history) == 6
    np.testing.assert_array_equal(cut.theta, whole.theta)
    assert history.validation_loss == same.validation_loss


def test_single_steps_and_a_duel_are_cut_likewise_and_steps_without_end_are_not(in_browser):
    data = drawn(5000)
    assert len(list(iterate(MLP((5, 3)), data, epochs=6, batch_size=100))) == 6 * browser.ROWS / 600
    assert next(iterate(MLP((5, 3)), data, batch_size=100)).n_batches == 50
    duel = digit_duel().train(np.zeros((60_000, 784), np.float32), epochs=3, batch_size=1000)
    assert len(duel) == 3 * (browser.ROWS // 3 // 1000)


def test_mnist_is_read_without_threads(in_browser, monkeypatch):
    monkeypatch.setitem(sys.modules, "concurrent.futures", None)  # to import it would fail
    datasets.mnist._load_mnist.cache_clear()
    assert datasets.load_mnist().X_train.shape == (60_000, 784)


class Request:
    """What a browser's request does, on files of this folder."""

    def __init__(self, folder):
        self.folder, self.asked = folder, []

    def new(self):
        return self

    def open(self, method, address, later):
        assert (method, later) == ("GET", False)
        self.asked.append(address)

    def send(self):
        path = self.folder / self.asked[-1].split("/data/")[1]
        self.status, self.statusText = (200, "OK") if path.exists() else (404, "Not Found")
        content = path.read_bytes() if path.exists() else b""
        self.response = types.SimpleNamespace(to_bytes=lambda: content)


@pytest.fixture
def site(in_browser, monkeypatch, tmp_path):
    """A browser in which ``data/`` is empty, and what its requests ask for."""
    request = Request(datasets.DATA)
    worker = "https://site/book/lite/extensions/@jupyterlite/kernel/static/1.js"
    monkeypatch.setitem(sys.modules, "js", types.SimpleNamespace(
        XMLHttpRequest=request, location=types.SimpleNamespace(href=worker)))
    monkeypatch.setattr(data_files, "DATA", tmp_path)
    return request


def test_a_file_is_brought_once_and_kept(site, tmp_path):
    path = tmp_path / "images" / "graf_matches.csv"
    assert data_files.read_bytes(path) == data_files.read_bytes(path)
    assert path.read_bytes() == (datasets.DATA / "images" / "graf_matches.csv").read_bytes()
    assert site.asked == ["https://site/book/lite/static/data/images/graf_matches.csv"]


def test_a_file_that_the_site_does_not_have_is_named(site, tmp_path):
    with pytest.raises(FileNotFoundError, match=r"images/none\.jpg .*404 Not Found"):
        data_files.read_bytes(tmp_path / "images" / "none.jpg")
    assert not (tmp_path / "images" / "none.jpg").exists()
