"""MNIST: what it holds, and that a damaged file never passes for it."""

import gzip
import shutil
import struct
import subprocess
import sys

import numpy as np
import pytest

from mlp_lib.datasets import DATA, load_mnist

LABELS, IMAGES = "t10k-labels-idx1-ubyte.gz", "t10k-images-idx3-ubyte.gz"
TRAIN_COUNTS = [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]
TEST_COUNTS = [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]


@pytest.fixture
def folder(tmp_path):
    """A copy of the four files, to be damaged."""
    for path in (DATA / "mnist").glob("*.gz"):
        shutil.copy(path, tmp_path)
    return tmp_path


def with_content(path, change):
    """Write the file anew, soundly gzipped, with ``change(content)`` inside."""
    content = bytearray(gzip.decompress(path.read_bytes()))
    path.write_bytes(gzip.compress(bytes(change(content) or content), 1, mtime=0))


def flipped(content, at):
    content[at] ^= 1


def test_shapes_types_and_ranges():
    data = load_mnist()
    assert [a.shape for a in data] == [(60000, 784), (60000,), (10000, 784), (10000,)]
    assert [a.dtype for a in data] == [np.float32, np.intp, np.float32, np.intp]
    for X, y in (data[:2], data[2:]):
        assert (X.min(), X.max(), y.min(), y.max()) == (0, 1, 0, 9)


def test_labels_and_grey_levels_are_the_published_ones():
    data = load_mnist()
    np.testing.assert_array_equal(np.bincount(data.y_train), TRAIN_COUNTS)
    np.testing.assert_array_equal(np.bincount(data.y_test), TEST_COUNTS)
    assert data.y_train[:5].tolist() == [5, 0, 4, 1, 9]
    mean = data.X_train.mean(dtype=float)
    mean_square = np.einsum("ij,ij->i", data.X_train, data.X_train).mean(dtype=float) / 784
    assert mean == pytest.approx(0.1307, abs=5e-5)
    assert np.sqrt(mean_square - mean**2) == pytest.approx(0.3081, abs=5e-5)


def test_ink_is_light_and_rows_are_scanned_from_the_top():
    zero, one = (load_mnist().X_train[i].reshape(28, 28) for i in (1, 3))
    assert zero[14, 14] == 0  # the hole of the 0
    assert one[:, 12:16].sum() > 10 * one[12:16, :8].sum()
    assert not zero[:3].any()


def test_arrays_are_read_only_and_read_once():
    data = load_mnist()
    assert load_mnist() is data
    assert load_mnist(DATA / "mnist" / ".." / "mnist") is data
    for array in data:
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1


def test_the_working_directory_does_not_matter(tmp_path):
    code = "from mlp_lib.datasets import load_mnist; print(len(load_mnist().y_train))"
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, stdout=subprocess.PIPE)
    assert done.stdout == b"60000\n"


def test_a_missing_file_is_named_with_the_remedy(folder):
    (folder / LABELS).unlink()
    with pytest.raises(FileNotFoundError, match=f"{LABELS} is missing; .* restore data/"):
        load_mnist(folder)


@pytest.mark.parametrize("keep", [10, 1000, -1])
def test_a_truncated_file_is_named(folder, keep):
    path = folder / LABELS
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(ValueError, match=rf"{LABELS}: truncated; \d+ bytes hold \d+ uncompressed"):
        load_mnist(folder)


@pytest.mark.parametrize(
    ("name", "place"), [(LABELS, 0), (LABELS, 0.5), (LABELS, 1), (IMAGES, 0.5)]
)
def test_a_flipped_bit_in_the_compressed_stream_is_found(folder, name, place):
    content = bytearray((folder / name).read_bytes())
    flipped(content, 10 + int(place * (len(content) - 15)))  # behind the 10 bytes of gzip's header
    (folder / name).write_bytes(content)
    with pytest.raises(ValueError, match=name):
        load_mnist(folder)


@pytest.mark.parametrize("content", [b"", b"not gzip at all", b"PK\x03\x04" + bytes(100)])
def test_a_file_that_is_not_gzip_is_named(folder, content):
    (folder / LABELS).write_bytes(content)
    with pytest.raises(ValueError, match=f"{LABELS}: (not a sound gzip file|truncated)"):
        load_mnist(folder)


@pytest.mark.parametrize(("change", "message"), [
    (lambda c: flipped(c, 9000), r"MD5 sum [0-9a-f]{32} .*, expected 27ae3e4e"),
    (lambda c: flipped(c, 2), "magic number 00000901, expected 00000801"),
    (lambda c: struct.pack_into(">I", c, 4, 9999), r"announces \(9999,\), expected \(10000,\)"),
    (lambda c: c[:-1], "10007 bytes uncompressed, expected 10008"),
    (lambda c: c + b"\x00", "10009 bytes uncompressed, expected 10008"),
    (lambda c: c[:6], "6 bytes uncompressed, expected 10008"),
    (lambda c: c[:2], "magic number 0000, expected 00000801"),
], ids=["flipped", "magic", "count", "short", "long", "cut header", "cut magic"])
def test_a_sound_gzip_file_with_wrong_content_is_named(folder, change, message):
    with_content(folder / LABELS, change)
    with pytest.raises(ValueError, match=f"{LABELS}: .*{message}"):
        load_mnist(folder)


def test_exchanged_files_are_told_apart(folder):
    shutil.copy(folder / LABELS, folder / IMAGES)
    with pytest.raises(ValueError, match=f"{IMAGES}: magic number 00000801, expected 00000803"):
        load_mnist(folder)


def test_a_folder_that_was_mended_is_read_again(folder):
    path = folder / LABELS
    sound = path.read_bytes()
    path.write_bytes(b"")
    with pytest.raises(ValueError, match="truncated"):
        load_mnist(folder)
    path.write_bytes(sound)
    np.testing.assert_array_equal(load_mnist(folder).y_test, load_mnist().y_test)
