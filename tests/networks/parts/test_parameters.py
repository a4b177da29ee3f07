"""What is assigned to weights, biases or theta is taken over, and lost nowhere."""

import copy
import pickle
import re

import numpy as np
import pytest

from mlp_lib.networks import MLP, SGD, ConvNet, iterate, train


def mlp():
    return MLP((3, 5, 4), rng=1)


def convnet():
    return ConvNet((2, 9, 8), filters=(3, 4), kernel=2, n_classes=5, rng=5)


PARTS = [(mlp, "W", 0), (mlp, "W", 1), (mlp, "b", -1), (convnet, "K", 0), (convnet, "K", -1),
         (convnet, "c", 1), (convnet, "W", None), (convnet, "b", None), (mlp, "theta", None),
         (convnet, "theta", None)]


def part(model, name, layer):
    found = getattr(model, name)
    return found if layer is None else found[layer]


def assign(model, name, layer, value):
    if layer is None:
        setattr(model, name, value)
    else:
        getattr(model, name)[layer] = value


@pytest.fixture(params=PARTS, ids=lambda p: f"{p[0].__name__}-{p[1]}-{p[2]}")
def place(request):
    make, name, layer = request.param
    return make(), name, layer


def test_what_is_assigned_is_in_the_saved_file_and_in_training(place, tmp_path):
    model, name, layer = place
    new = np.random.default_rng(0).normal(size=part(*place).shape).astype(np.float32)
    assign(*place, new)
    np.testing.assert_array_equal(part(*place), new)
    assert np.shares_memory(part(*place), model.theta)
    assert not np.shares_memory(part(*place), new)
    model.save(tmp_path / "m.npz")
    loaded = type(model).load(tmp_path / "m.npz")
    np.testing.assert_array_equal(part(loaded, name, layer), new)
    data = np.ones((1, model.sizes[0])), np.array([0])
    train(model, data, epochs=1, optimizer=SGD(1e-30), progress=False)
    np.testing.assert_array_equal(part(*place), new)


def test_a_step_by_hand_is_the_step_of_the_library():
    (by_hand, ours), data = (mlp(), mlp()), (np.eye(3), np.array([0, 3, 1]))
    _, dW, db = by_hand.gradients(*data)
    for layer in range(2):
        by_hand.W[layer] = by_hand.W[layer] - 0.5 * dW[layer]
        by_hand.b[layer] -= 0.5 * db[layer]
    next(iterate(ours, data, batch_size=3, optimizer=SGD(0.5)))
    np.testing.assert_allclose(by_hand.theta, ours.theta, rtol=1e-5, atol=1e-7)


def test_all_layers_at_once_a_slice_and_an_exchange():
    model = MLP((3, 4, 4, 4), rng=1)
    first, second, third = (W.copy() for W in model.W)
    model.W[1:] = model.W[:0:-1]
    np.testing.assert_array_equal(model.theta[16:32].reshape(4, 4), third)
    np.testing.assert_array_equal(model.W[2], second)
    model.W = [2 * first, second, third]
    np.testing.assert_array_equal(model.theta[:12].reshape(3, 4), 2 * first)
    model.b = [np.full(4, n) for n in range(3)]
    np.testing.assert_array_equal(model.theta[12:16], 0)
    np.testing.assert_array_equal(model.theta[-4:], 2)


def test_operators_in_place_and_views_work_as_before():
    model = mlp()
    model.W[0][1, 2] = 7
    model.theta *= 2
    assert model.W[0][1, 2] == 14
    model.W[0] += 1
    assert model.theta[1 * 5 + 2] == 15
    assert len(model.W + model.b) == 4


@pytest.mark.parametrize(("change", "message"), [
    (lambda m: m.W.__setitem__(0, np.ones((5, 3))), "W[0] has the shape (3, 5); got (5, 3)"),
    (lambda m: m.W.__setitem__(0, 0), "W[0] has the shape (3, 5); got ()"),
    (lambda m: setattr(m, "b", [np.ones(5)]), "b needs an array for each of 2 layers; got 1"),
    (lambda m: setattr(m, "b", [np.ones(5), np.ones(5)]), "b[1] has the shape (4,); got (5,)"),
    (lambda m: setattr(m, "theta", np.ones(3)), "theta has the shape (44,); got (3,)"),
    (lambda m: setattr(m, "theta", np.full(44, 1e39)), "theta holds 1e+39 at index (0,), too"),
    (lambda m: setattr(m, "theta", None), "need real numbers in theta; got object"),
])
def test_what_does_not_fit_is_named_and_changes_nothing(change, message):
    model = mlp()
    before = model.theta.copy()
    with pytest.raises(ValueError, match=re.escape(message)):
        change(model)
    np.testing.assert_array_equal(model.theta, before)


@pytest.mark.parametrize("change", [
    lambda W: W.append(1), lambda W: W.pop(), lambda W: W.__delitem__(0), lambda W: W.reverse(),
    lambda W: W.__iadd__([1]), lambda W: W.insert(0, 1), lambda W: W.sort(), lambda W: W.clear(),
])
def test_the_number_and_the_order_of_the_layers_stay(change):
    model = mlp()
    with pytest.raises(TypeError, match=r"W has one array for each of the 2 layers"):
        change(model.W)
    assert len(model.W) == 2


@pytest.mark.parametrize("duplicate", [
    copy.copy, copy.deepcopy, lambda model: pickle.loads(pickle.dumps(model)),
])
@pytest.mark.parametrize("make", [mlp, convnet])
def test_a_copy_takes_over_what_is_assigned_to_it(duplicate, make):
    model = duplicate(make())
    model.W = [W + 1 for W in model.W] if make is mlp else model.W + 1
    views = model.views(model.theta)
    for name, own in zip(model.view_names, views):
        for array, view in zip(getattr(model, name), own):
            np.testing.assert_array_equal(array, view)
