"""Saved networks: whole, exact, and never silently something else."""

import io
import pickle
import zipfile

import numpy as np
import pytest

from mlp_lib.networks import (
    MLP,
    ConvNet,
    CrossEntropy,
    Elu,
    LeakyRelu,
    Sigmoid,
    cross_entropy,
    hinge,
    relu,
    sigmoid,
    squared_error,
    tanh,
)

ATTRIBUTES = {
    "MLP": ("sizes", "l2", "dtype", "loss_function"),
    "ConvNet": ("images", "kernels", "sizes", "dtype", "loss_function"),
}


def small_mlp():
    return MLP((3, 4, 2), LeakyRelu(0.2), l2=(0.1, 0.3), rng=5)


def small_convnet():
    return ConvNet((2, 9, 8), filters=(3, 4), kernel=2, n_classes=5, rng=5)


def identical(first, second):
    """Whether two networks compute the same, to the last bit."""
    activations = [
        [f and (f.name, f.parameters) for f in (m.hidden, m.output)] if m.kind == "MLP" else []
        for m in (first, second)
    ]
    return (
        type(first) is type(second)
        and all(getattr(first, name) == getattr(second, name) for name in ATTRIBUTES[first.kind])
        and activations[0] == activations[1]
        and first.theta.tobytes() == second.theta.tobytes()
    )


@pytest.fixture(params=[small_mlp, small_convnet], ids=["MLP", "ConvNet"])
def model(request):
    return request.param()


@pytest.fixture
def saved(model, tmp_path):
    path = tmp_path / "model.npz"
    model.save(path)
    return path


@pytest.fixture
def saved_mlp(tmp_path):
    small_mlp().save(tmp_path / "model.npz")
    return tmp_path / "model.npz"


@pytest.fixture
def saved_convnet(tmp_path):
    small_convnet().save(tmp_path / "model.npz")
    return tmp_path / "model.npz"


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


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("shape", [
    {"image_shape": (2, 9, 8), "filters": (3, 4), "kernel": 2, "n_classes": 5},
    {"image_shape": (1, 6, 7), "filters": (4,), "kernel": 3, "n_classes": 2},
    {"image_shape": (3, 8, 10), "filters": (2, 5, 4), "kernel": 1, "n_classes": 1},
])
def test_a_convnet_that_is_loaded_is_what_was_saved(tmp_path, shape, dtype):
    model = ConvNet(**shape, rng=3, dtype=dtype)
    for c in model.c:
        c[:] = 0.25
    model.save(tmp_path / "m.npz")
    assert identical(ConvNet.load(tmp_path / "m.npz", **shape), model)


@pytest.mark.parametrize(("one", "other"), [
    (small_mlp(), MLP((3, 4, 2), LeakyRelu(0.2), l2=(0.1, 0.3), rng=6)),
    (small_mlp(), MLP((3, 4, 2), LeakyRelu(0.3), l2=(0.1, 0.3), rng=5)),
    (small_convnet(), ConvNet((2, 8, 9), filters=(3, 4), kernel=2, n_classes=5, rng=5)),
    (small_mlp(), small_convnet()),
])
def test_the_comparison_can_fail(one, other):
    assert not identical(one, other)


def test_a_loaded_network_predicts_and_has_weights_of_its_own(saved, model):
    loaded, X = type(model).load(str(saved)), np.eye(model.sizes[0])
    scores = model.predict_scores(X)
    np.testing.assert_array_equal(loaded.predict_scores(X), scores)
    loaded.theta[:] = 0
    assert not loaded.predict_scores(X).any()
    np.testing.assert_array_equal(type(model).load(saved).predict_scores(X), scores)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_weights_that_are_not_finite_are_neither_saved_nor_loaded(model, saved, value):
    before = saved.read_bytes()
    model.theta[[5, 7]] = value
    with pytest.raises(ValueError, match=rf"theta is not finite: {value} at index \(5,\)"):
        model.save(saved)
    assert saved.read_bytes() == before
    rewrite(saved, theta=model.theta)
    with pytest.raises(ValueError, match=r"model\.npz: theta is not finite"):
        type(model).load(saved)


def test_a_file_of_format_1_is_an_mlp(tmp_path):
    model, path = small_mlp(), tmp_path / "old.npz"
    np.savez(
        path, format=1, sizes=(3, 4, 2), theta=model.theta, l2=(0.1, 0.3), loss="cross_entropy",
        hidden="leaky_relu", hidden_parameters=[0.2], output="", output_parameters=np.zeros(0),
    )
    assert identical(MLP.load(path, sizes=(3, 4, 2)), model)
    with pytest.raises(ValueError, match=r"old\.npz: .* kind 'MLP', expected 'ConvNet'"):
        ConvNet.load(path)


def test_a_file_of_the_other_kind_is_named(saved, model):
    other = {"MLP": ConvNet, "ConvNet": MLP}[model.kind]
    message = rf"model\.npz: holds a .* kind '{model.kind}', expected '{other.kind}'"
    with pytest.raises(ValueError, match=message):
        other.load(saved)


def test_the_name_is_kept_as_given(model, tmp_path):
    model.save(tmp_path / "no_suffix")
    assert [p.name for p in tmp_path.iterdir()] == ["no_suffix"]
    assert identical(type(model).load(tmp_path / "no_suffix"), model)


def loads_the_same_or_says_what_is_wrong(path, content, model):
    path.write_bytes(content)
    try:
        loaded = type(model).load(path)
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


@pytest.mark.parametrize(("make", "count", "type_", "shorter", "damaged"), [
    (small_mlp, 3, b"'<f8'", b"'<f4'", "l2"),  # l2, and the parameters of the activations
    (small_convnet, 5, b"'<i8'", b"'<i4'", "format"),  # format, and the four of the shape
])
def test_a_header_that_announces_fewer_bytes_does_not_hide_from_the_checksum(
        tmp_path, make, count, type_, shorter, damaged):
    path = tmp_path / "m.npz"
    make().save(path)
    content = path.read_bytes()
    assert content.count(type_) == count
    path.write_bytes(content.replace(type_, shorter))
    with pytest.raises(ValueError, match=rf"the checksum of {damaged}\.npy is wrong"):
        type(make()).load(path)


@pytest.mark.parametrize("shape", [(2**50,), (-1,), (2**40, 2**40)])
def test_a_sound_archive_whose_header_lies_about_a_shape_is_an_error(saved, model, shape):
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        header, {"descr": "<f4", "fortran_order": False, "shape": shape})
    with zipfile.ZipFile(saved) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    members["theta.npy"] = header.getvalue() + bytes(4 * model.theta.size)
    with zipfile.ZipFile(saved, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    with pytest.raises(ValueError, match=r"model\.npz: not a sound network file"):
        type(model).load(saved)


def test_a_member_that_is_no_array_is_named(saved, model):
    with zipfile.ZipFile(saved) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(saved, "w") as archive:
        for name, content in (members | {"theta.npy": b"not an array"}).items():
            archive.writestr(name, content)
    with pytest.raises(ValueError, match=r"model\.npz: theta needs 1 indices .* got \|S12"):
        type(model).load(saved)


def test_a_truncated_file_is_an_error(saved, model):
    sound = saved.read_bytes()
    for length in range(0, len(sound), 37):
        saved.write_bytes(sound[:length])
        with pytest.raises(ValueError, match=r"model\.npz: not a sound network file"):
            type(model).load(saved)


def test_bytes_in_front_or_behind_change_nothing_silently(saved, model):
    sound = saved.read_bytes()
    for content in (b"x" + sound, sound + b"x", sound + sound, bytes(100) + sound):
        assert loads_the_same_or_says_what_is_wrong(saved, content, model)


@pytest.mark.parametrize(("fields", "message"), [
    ({"format": None}, "not a network file; it has no format"),
    ({"kind": None}, "not a network file; it has no kind"),
    ({"theta": None}, "not a network file; it has no theta"),
    ({"format": 3}, "format 3, expected 1 or 2"),
    ({"format": [1, 1]}, r"format needs 0 indices .* got int64 of shape \(2,\)"),
    ({"kind": "RNN"}, "holds a network of the kind 'RNN', expected '(MLP|ConvNet)'"),
    ({"kind": 3}, "kind needs 0 indices .* got int64"),
    ({"kind": ["MLP", "ConvNet"]}, r"kind needs 0 indices .* of shape \(2,\)"),
    ({"theta": np.zeros(25, np.float32)}, r"holds 25 parameters, .* need (26|104)"),
    ({"theta": np.zeros((2, 52), np.float32)}, r"theta needs 1 indices .* shape \(2, 52\)"),
    ({"theta": np.zeros(26, int)}, "theta needs 1 indices .* got int64"),
])
def test_a_field_of_every_network_that_does_not_fit_is_named(saved, model, fields, message):
    rewrite(saved, **fields)
    with pytest.raises(ValueError, match=rf"model\.npz: .*{message}"):
        type(model).load(saved)


@pytest.mark.parametrize(("fields", "message"), [
    ({"theta": None, "l2": None}, "not a network file; it has no theta, l2"),
    ({"sizes": [3, 4, 3]}, r"holds 26 parameters, sizes \(3, 4, 3\) need 31"),
    ({"sizes": [2**40, 2**40]}, "holds 26 parameters, sizes .* need 12"),
    ({"sizes": [3.0, 4.0, 2.0]}, "sizes needs 1 indices .* got float64"),
    ({"sizes": [25]}, r"holds 26 parameters, sizes \(25,\) need 0"),
    ({"sizes": [-3, -13]}, "sizes needs a whole number >= 1; got -3"),
    ({"theta": np.zeros(26, np.float16)}, "float32 or float64; got float16"),
    ({"l2": [0.1, -0.3]}, "l2 needs one number >= 0, or 2 of them"),
    ({"l2": [0.1]}, "l2 needs one number >= 0, or 2 of them"),
    ({"hidden": "swish"}, "unknown name 'swish', expected one of .'identity'"),
    ({"hidden": ""}, "unknown name ''"),
    ({"loss": "huber"}, "unknown name 'huber', expected one of .'cross_entropy'"),
    ({"hidden_parameters": np.zeros(0)}, r"leaky_relu needs 1 parameters; got \[\]"),
    ({"hidden_parameters": [1.5]}, "need 0 <= slope < 1; got 1.5"),
])
def test_a_field_of_an_mlp_that_does_not_fit_is_named(saved_mlp, fields, message):
    rewrite(saved_mlp, **fields)
    with pytest.raises(ValueError, match=rf"model\.npz: .*{message}"):
        MLP.load(saved_mlp)


@pytest.mark.parametrize(("fields", "message"), [
    ({"kernel": None, "filters": None}, "not a network file; it has no filters, kernel"),
    ({"kernel": 1}, r"holds 104 parameters, image_shape \(2, 9, 8\), .* kernel 1, .* need 110"),
    ({"kernel": 0}, "kernel.* needs a whole number >= 1; got 0"),
    ({"kernel": -2}, "kernel.* needs a whole number >= 1; got -2"),
    ({"kernel": 2**62}, "a kernel that fits"),
    ({"kernel": 2.0}, "kernel needs 0 indices .* got float64"),
    ({"kernel": [2, 2]}, r"kernel needs 0 indices .* shape \(2,\)"),
    ({"image_shape": [2, 9, 3]}, r"a kernel that fits into the padded image; got image \(4, 1\)"),
    ({"image_shape": [2, 9, 5]}, r"an image that lasts through them; .* \(4, 1, 0\)"),
    ({"image_shape": [-2, 9, 8]}, "image_shape needs a whole number >= 1; got -2"),
    ({"image_shape": [2, 2**40, 2**40]}, "holds 104 parameters, .* need"),
    ({"image_shape": np.full(3, 2**64 - 1, np.uint64)}, "holds 104 parameters, .* need"),
    ({"image_shape": [9, 8]}, r"image_shape needs three numbers \(C, H, W\); got \(9, 8\)"),
    ({"image_shape": [2, 9, 8, 1]}, r"image_shape needs three numbers"),
    ({"filters": np.zeros(0, int)}, "need one stage or more"),
    ({"filters": [3, -4]}, "filters needs a whole number >= 1; got -4"),
    ({"filters": [2**62, 2**62]}, "holds 104 parameters, .* need"),
    ({"filters": [3, 4, 4]}, "a kernel that fits"),
    ({"n_classes": -5, "theta": np.zeros(54, np.float32)},
     "n_classes needs a whole number >= 1; got -5"),
    ({"n_classes": 6}, "holds 104 parameters, .* n_classes 6 need 109"),
    ({"theta": np.zeros(104, np.float16)}, "float32 or float64.* got float16"),
])
def test_a_field_of_a_convnet_that_does_not_fit_is_named(saved_convnet, fields, message):
    rewrite(saved_convnet, **fields)
    with pytest.raises(ValueError, match=rf"model\.npz: .*{message}"):
        ConvNet.load(saved_convnet)


@pytest.mark.parametrize(("make", "wanted", "message"), [
    (small_mlp, {"sizes": (784, 10)}, r"sizes \(3, 4, 2\), expected \(784, 10\)"),
    (small_mlp, {"sizes": 3}, r"sizes \(3, 4, 2\), expected 3"),
    (small_convnet, {"image_shape": [1, 28, 28]},
     r"image_shape \(2, 9, 8\), expected \(1, 28, 28\)"),
    (small_convnet, {"filters": (3, 4), "kernel": 5}, "kernel 2, expected 5"),
    (small_convnet, {"n_classes": 10}, "n_classes 5, expected 10"),
])
def test_a_shape_other_than_the_wanted_is_named(tmp_path, make, wanted, message):
    make().save(tmp_path / "m.npz")
    with pytest.raises(ValueError, match=rf"m\.npz: holds a network of {message}"):
        type(make()).load(tmp_path / "m.npz", **wanted)


def test_a_shape_by_a_name_that_the_class_does_not_have_is_named(saved_mlp):
    with pytest.raises(TypeError, match=r"the shape of MLP is \('sizes',\); got kernel"):
        MLP.load(saved_mlp, kernel=2)


@pytest.mark.parametrize("field", ["format", "kind", "theta"])
def test_pickled_objects_are_refused(saved, model, field):
    class Bomb:
        def __reduce__(self):
            return exec, ("raise SystemExit('unpickled')",)

    rewrite(saved, **{field: np.array(Bomb(), dtype=object)})
    with pytest.raises(ValueError, match=r"not a sound network file \(Object arrays cannot"):
        type(model).load(saved)


@pytest.mark.parametrize("write", [
    lambda f: np.save(f, np.ones(3)), lambda f: f.write(b"hello"), lambda f: None,
    lambda f: zipfile.ZipFile(f, "w").close(),
    lambda f: zipfile.ZipFile(f, "w").writestr("theta.npy", b"not an array"),
    lambda f: np.savez(f, X=np.ones(3)), lambda f: pickle.dump({"theta": [1.0]}, f),
], ids=["npy", "text", "empty", "empty zip", "zip of something", "npz of something", "pickle"])
@pytest.mark.parametrize("network", [MLP, ConvNet])
def test_a_foreign_file_is_named(tmp_path, write, network):
    content = io.BytesIO()
    write(content)
    (tmp_path / "foreign.npz").write_bytes(content.getvalue())
    with pytest.raises(ValueError, match=r"foreign\.npz: not a (sound )?network file"):
        network.load(tmp_path / "foreign.npz")


@pytest.mark.parametrize("network", [MLP, ConvNet])
def test_a_missing_file_and_a_folder_are_named(tmp_path, network):
    with pytest.raises(FileNotFoundError, match=r"none\.npz: no such file"):
        network.load(tmp_path / "none.npz")
    with pytest.raises(ValueError, match="not a sound network file"):
        network.load(tmp_path)


@pytest.mark.parametrize("broken", ["numpy.savez", "os.replace"])
def test_a_failed_save_keeps_the_old_file_and_leaves_nothing_behind(
        saved, model, monkeypatch, broken):
    def fail(file, *args, **fields):
        if broken == "numpy.savez":
            file.write(b"half of it")
        raise OSError("disk full")

    before = saved.read_bytes()
    model.theta[:] = 1
    monkeypatch.setattr(broken, fail)
    with pytest.raises(OSError, match="disk full"):
        model.save(saved)
    assert [p.name for p in saved.parent.iterdir()] == ["model.npz"]
    assert saved.read_bytes() == before


@pytest.mark.parametrize(("place", "error", "message"), [
    ("none/m.npz", FileNotFoundError, r"none/m\.npz: there is no folder .*none to write it into"),
    ("model.npz/m.npz", FileNotFoundError, r"m\.npz: there is no folder .*model\.npz to write"),
    ("folder", OSError, r"folder: not written"),
])
def test_a_place_where_nothing_can_be_written_is_named_as_it_was_given(
        saved, model, place, error, message):
    (saved.parent / "folder").mkdir()
    with pytest.raises(error, match=message) as caught:
        model.save(saved.parent / place)
    assert "/." not in str(caught.value)
    assert sorted(p.name for p in saved.parent.iterdir()) == ["folder", "model.npz"]


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

    convnets = small_convnet(), small_convnet()
    convnets[0].loss_function, convnets[1].loss_function = hinge, Weighted()
    for model in (MLP((3, 2, 2), Swish()), MLP((3, 2), loss=Weighted()), *convnets):
        with pytest.raises(ValueError, match=r"cannot save .*: only .* can be loaded again"):
            model.save(tmp_path / "m.npz")
    assert not list(tmp_path.iterdir())
