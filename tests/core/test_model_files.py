"""Saved networks: whole, exact, and never silently something else."""

import io
import zipfile

import numpy as np
import pytest

from mlp_lib import MLP
from mlp_lib.activations import Elu, LeakyRelu, Sigmoid, relu, sigmoid, tanh
from mlp_lib.losses import CrossEntropy, cross_entropy, hinge, squared_error

ATTRIBUTES = ("sizes", "l2", "dtype", "loss_function")


def identical(first, second):
    """Whether two networks compute the same, to the last bit."""
    activations = [
        [(f and (f.name, f.parameters)) for f in (m.hidden, m.output)] for m in (first, second)
    ]
    return (
        all(getattr(first, name) == getattr(second, name) for name in ATTRIBUTES)
        and activations[0] == activations[1]
        and first.theta.tobytes() == second.theta.tobytes()
    )


@pytest.fixture
def model():
    return MLP((3, 4, 2), LeakyRelu(0.2), l2=(0.1, 0.3), rng=5)


@pytest.fixture
def saved(model, tmp_path):
    path = tmp_path / "model.npz"
    model.save(path)
    return path


def rewrite(path, **fields):
    """Write the file anew with other fields; None leaves a field out."""
    with np.load(path) as file:
        content = dict(file) | fields
    np.savez(path, **{name: value for name, value in content.items() if value is not None})


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(("hidden", "output", "loss"), [
    (sigmoid, None, cross_entropy), (relu, sigmoid, squared_error), (LeakyRelu(0.2), None, hinge),
    (Elu(0.5), LeakyRelu(0.7), squared_error), (tanh, Elu(3), squared_error),
])
def test_what_is_loaded_is_what_was_saved(tmp_path, hidden, output, loss, dtype):
    model = MLP((3, 5, 4), hidden, output=output, loss=loss, l2=(0.1, 0), rng=3, dtype=dtype)
    model.save(tmp_path / "m.npz")
    assert identical(MLP.load(tmp_path / "m.npz", sizes=[3, 5, 4]), model)


def test_a_loaded_network_predicts_and_learns_on_like_the_saved_one(saved, model):
    loaded, X = MLP.load(str(saved)), np.eye(3)
    np.testing.assert_array_equal(loaded.predict_scores(X), model.predict_scores(X))
    loaded.theta[:] = 0
    assert not loaded.predict_scores(X).any()


def test_the_name_is_kept_as_given(model, tmp_path):
    model.save(tmp_path / "no_suffix")
    assert [p.name for p in tmp_path.iterdir()] == ["no_suffix"]
    assert identical(MLP.load(tmp_path / "no_suffix"), model)


def loads_the_same_or_says_what_is_wrong(path, content, model):
    path.write_bytes(content)
    try:
        loaded = MLP.load(path)
    except ValueError as error:
        return str(error).startswith(f"{path}: ")
    return identical(loaded, model)


@pytest.mark.parametrize("mask", [0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80, 0xFF])
def test_a_changed_byte_is_an_error_or_changes_nothing(saved, model, mask):
    sound = saved.read_bytes()
    for at in range(mask % 11, len(sound), 11):
        content = bytearray(sound)
        content[at] ^= mask
        assert loads_the_same_or_says_what_is_wrong(saved, content, model), f"byte {at}"


def test_a_header_that_announces_fewer_bytes_does_not_hide_from_the_checksum(saved):
    content = saved.read_bytes()
    assert content.count(b"'<f8'") == 3  # l2, and the parameters of the activations
    saved.write_bytes(content.replace(b"'<f8'", b"'<f4'"))
    with pytest.raises(ValueError, match=r"the checksum of l2\.npy is wrong"):
        MLP.load(saved)


def test_a_truncated_file_is_an_error(saved, model):
    sound = saved.read_bytes()
    for length in range(0, len(sound), 37):
        saved.write_bytes(sound[:length])
        with pytest.raises(ValueError, match=r"model\.npz: not a sound network file"):
            MLP.load(saved)


def test_bytes_in_front_or_behind_change_nothing_silently(saved, model):
    sound = saved.read_bytes()
    for content in (b"x" + sound, sound + b"x", sound + sound, bytes(100) + sound):
        assert loads_the_same_or_says_what_is_wrong(saved, content, model)


@pytest.mark.parametrize(("fields", "message"), [
    ({"theta": None, "l2": None}, "not a network file; it has no theta, l2"),
    ({"format": 2}, "format 2, expected 1"),
    ({"format": [1, 1]}, r"format needs 0 indices .* got int64 of shape \(2,\)"),
    ({"sizes": [3, 4, 3]}, r"holds 26 parameters, sizes \(3, 4, 3\) need 31"),
    ({"sizes": [2**40, 2**40]}, "holds 26 parameters, sizes .* need 12"),
    ({"sizes": [3.0, 4.0, 2.0]}, "sizes needs 1 indices .* got float64"),
    ({"sizes": [25]}, r"holds 26 parameters, sizes \(25,\) need 0"),
    ({"sizes": [-3, -13]}, "each >= 1; got"),
    ({"theta": np.zeros(25, np.float32)}, "holds 25 parameters, .* need 26"),
    ({"theta": np.zeros(26, int)}, "theta needs 1 indices .* got int64"),
    ({"theta": np.zeros(26, np.float16)}, "float32 or float64; got float16"),
    ({"l2": [0.1, -0.3]}, "l2 needs one number >= 0, or 2 of them"),
    ({"l2": [0.1]}, "l2 needs one number >= 0, or 2 of them"),
    ({"hidden": "swish"}, "unknown name 'swish', expected one of .'identity'"),
    ({"hidden": ""}, "unknown name ''"),
    ({"loss": "huber"}, "unknown name 'huber', expected one of .'cross_entropy'"),
    ({"hidden_parameters": np.zeros(0)}, r"leaky_relu needs 1 parameters; got \[\]"),
    ({"hidden_parameters": [1.5]}, "need 0 <= slope < 1; got 1.5"),
])
def test_a_field_that_does_not_fit_is_named(saved, fields, message):
    rewrite(saved, **fields)
    with pytest.raises(ValueError, match=rf"model\.npz: .*{message}"):
        MLP.load(saved)


def test_sizes_other_than_the_wanted_are_named(saved):
    with pytest.raises(ValueError, match=r"sizes \(3, 4, 2\), expected \(784, 10\)"):
        MLP.load(saved, sizes=(784, 10))


def test_pickled_objects_are_refused(saved, model):
    class Bomb:
        def __reduce__(self):
            return exec, ("raise SystemExit('unpickled')",)

    rewrite(saved, hidden=np.array(Bomb(), dtype=object))
    with pytest.raises(ValueError, match=r"not a sound network file \(Object arrays cannot"):
        MLP.load(saved)


@pytest.mark.parametrize("write", [
    lambda f: np.save(f, np.ones(3)), lambda f: f.write(b"hello"), lambda f: None,
    lambda f: zipfile.ZipFile(f, "w").close(),
    lambda f: zipfile.ZipFile(f, "w").writestr("theta.npy", b"not an array"),
    lambda f: np.savez(f, X=np.ones(3)),
], ids=["npy", "text", "empty", "empty zip", "zip of something", "npz of something"])
def test_a_foreign_file_is_named(tmp_path, write):
    content = io.BytesIO()
    write(content)
    (tmp_path / "foreign.npz").write_bytes(content.getvalue())
    with pytest.raises(ValueError, match=r"foreign\.npz: not a (sound )?network file"):
        MLP.load(tmp_path / "foreign.npz")


def test_a_missing_file_and_a_folder_are_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"none\.npz: no such file"):
        MLP.load(tmp_path / "none.npz")
    with pytest.raises(ValueError, match="not a sound network file"):
        MLP.load(tmp_path)


@pytest.mark.parametrize("broken", ["numpy.savez", "os.replace"])
def test_a_failed_save_keeps_the_old_file_and_leaves_nothing_behind(saved, monkeypatch, broken):
    def fail(file, *args, **fields):
        if broken == "numpy.savez":
            file.write(b"half of it")
        raise OSError("disk full")

    before = saved.read_bytes()
    monkeypatch.setattr(broken, fail)
    with pytest.raises(OSError, match="disk full"):
        MLP((3, 4, 2), rng=6).save(saved)
    assert [p.name for p in saved.parent.iterdir()] == ["model.npz"]
    assert saved.read_bytes() == before


def test_saving_again_replaces_the_file_and_leaves_nothing_behind(saved):
    other = MLP((5, 2), rng=9)
    other.save(saved)
    assert [p.name for p in saved.parent.iterdir()] == ["model.npz"]
    assert identical(MLP.load(saved), other)


def test_what_could_not_be_loaded_again_is_not_saved(tmp_path):
    class Swish(Sigmoid):
        name = "swish"

    class Weighted(CrossEntropy):
        pass

    for model in (MLP((3, 2, 2), Swish()), MLP((3, 2), loss=Weighted())):
        with pytest.raises(ValueError, match=r"cannot save .*: only .* can be loaded again"):
            model.save(tmp_path / "m.npz")
    assert not list(tmp_path.iterdir())
