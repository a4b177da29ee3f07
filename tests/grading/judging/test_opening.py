"""Files of a folder that its owner changes while it is read."""

import os

import pytest

from mlp_lib.grading.judging import opening


@pytest.fixture
def places(tmp_path):
    """A student's folder, and one that no student may read."""
    for name, text in (("own/a.txt", "own"), ("own/in/b.txt", "own"),
                       ("secret/a.txt", "secret"), ("secret/in/b.txt", "secret"),
                       ("secret/b.txt", "secret")):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path / "own", tmp_path / "secret"


def swap(folder, target):
    """Put a link in the place of a folder."""
    folder.rename(folder.with_name("moved"))
    folder.symlink_to(target)


def test_a_folder_that_becomes_a_link_after_it_was_opened_is_still_the_folder(places):
    own, secret = places
    with opening.folder(own) as top:
        swap(own, secret)
        assert sorted(opening.listed(top)[0]) == ["a.txt", "in/b.txt"]
        assert opening.read(top, "a.txt", 10)[0] == b"own"
        with pytest.raises(OSError, match=r"own|ymbolic|irectory"), opening.folder(own):
            pass


@pytest.mark.parametrize("stage", ["before it is listed", "before it is read"])
def test_an_inner_folder_that_becomes_a_link_is_not_followed(places, stage):
    own, secret = places
    with opening.folder(own) as top:
        if stage == "before it is read":
            assert "in/b.txt" in opening.listed(top)[0]
        swap(own / "in", secret)
        assert "in/b.txt" not in opening.listed(top)[0]
        with pytest.raises(OSError, match="in"):
            opening.read(top, "in/b.txt", 10)


def test_a_file_that_becomes_a_link_or_a_pipe_is_not_read(places):
    own, secret = places
    with opening.folder(own) as top:
        (own / "a.txt").unlink()
        (own / "a.txt").symlink_to(secret / "a.txt")
        with pytest.raises(OSError, match=r"a\.txt"):
            opening.read(top, "a.txt", 10)
        os.mkfifo(own / "pipe")
        with pytest.raises(OSError, match="no plain file"):
            opening.read(top, "pipe", 10)


def test_a_file_of_another_owner_is_not_read(places):
    own, _ = places
    with opening.folder(own) as top:
        assert opening.read(top, "a.txt", 10, os.geteuid())[0] == b"own"
        with pytest.raises(PermissionError, match="somebody else"):
            opening.read(top, "a.txt", 10, os.geteuid() + 1)


def test_a_file_that_is_too_large_is_measured_and_not_read(places):
    own, _ = places
    with opening.folder(own) as top:
        content, status = opening.read(top, "a.txt", 2)
    assert (content, status.st_size) == (None, 3)


def test_folders_in_folders_come_to_an_end(tmp_path):
    inner = tmp_path
    for _ in range(opening.DEPTH + 5):
        inner = inner / "d"
    inner.mkdir(parents=True)
    (inner / "deep.txt").touch()
    (tmp_path / "flat.txt").touch()
    with opening.folder(tmp_path) as top:
        files, closed = opening.listed(top)
        assert (files, [path.count("/") for path in closed]) == (["flat.txt"], [opening.DEPTH])


def test_a_folder_of_very_many_entries_is_looked_at_only_so_far(tmp_path):
    for i in range(6):
        (tmp_path / f"d{i}").mkdir()
        for j in range(6):
            (tmp_path / f"d{i}" / f"{j}.txt").touch()
    with opening.folder(tmp_path) as top:
        files, closed = opening.listed(top, 10)
    assert len(files) <= 10
    assert {path.split("/")[0] for path in files + closed} == {f"d{i}" for i in range(6)}
