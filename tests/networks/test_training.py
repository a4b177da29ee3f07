"""Training: the steps it takes, what it records, and what stops it."""

import copy
import math
import re
import signal

import numpy as np
import pytest

from mlp_lib.networks import (
    MLP,
    SGD,
    Adam,
    History,
    NonFiniteLoss,
    cosine,
    iterate,
    linear,
    relu,
    squared_error,
    train,
)
from mlp_lib.networks.parts import blas


def network(**arguments):
    return MLP((2, 8, 3), relu, **({"rng": 1, "dtype": np.float64} | arguments))


def quietly(model, data, **arguments):
    return train(model, data, **({"progress": False} | arguments))


def flat_gradient(model, X, Y):
    _, dW, db = model.gradients(X, Y)
    return np.concatenate([part.ravel() for pair in zip(dW, db) for part in pair])


def stop_at(call):
    """A schedule that is interrupted at its ``call``-th batch."""
    calls = iter(range(1, call + 1))

    def schedule(t):
        if next(calls) == call:
            raise KeyboardInterrupt
        return 1.0

    return schedule


# -- the steps ----------------------------------------------------------------------------


@pytest.mark.parametrize("l2", [0.0, 0.3])
def test_one_batch_of_everything_is_one_step_down_the_gradient(blobs, l2):
    model = network(l2=l2)
    expected = model.theta - 0.2 * flat_gradient(model, *blobs)
    quietly(model, blobs, epochs=1, batch_size=100, optimizer=SGD(0.2))
    np.testing.assert_allclose(model.theta, expected, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("batch_size", [1, 32, 99, 1000])
def test_an_epoch_steps_through_a_permutation_with_the_mean_over_each_batch(blobs, batch_size):
    model, by_hand = network(l2=0.1), network(l2=0.1)
    order = np.random.default_rng(4).permutation(100)
    for start in range(0, 100, batch_size):
        rows = order[start : start + batch_size]
        by_hand.theta -= 0.1 * flat_gradient(by_hand, blobs[0][rows], blobs[1][rows])
    quietly(model, blobs, epochs=1, batch_size=batch_size, optimizer=SGD(0.1), rng=4)
    np.testing.assert_allclose(model.theta, by_hand.theta, rtol=1e-9, atol=1e-12)


def test_batches_are_counted_and_the_last_one_is_smaller(blobs):
    steps = [(s.epoch, s.batch, s.n_batches, s.rows)
             for s in iterate(network(), blobs, epochs=2, batch_size=40)]
    sizes = [(1, 40), (2, 40), (3, 20)]
    assert steps == [(epoch, batch, 3, rows) for epoch in (1, 2) for batch, rows in sizes]


def test_without_epochs_the_steps_go_on(blobs):
    steps = iterate(network(), blobs, batch_size=50)
    assert [next(steps).epoch for _ in range(7)] == [1, 1, 2, 2, 3, 3, 4]


def test_the_schedule_is_asked_for_the_progress_before_each_batch(blobs):
    asked = []
    model = network()
    history = quietly(model, blobs, epochs=2, batch_size=40, optimizer=SGD(0.5),
                      schedule=lambda t: asked.append(t) or 1 - t)
    np.testing.assert_allclose(asked, np.arange(6) / 6)
    np.testing.assert_allclose(history.learning_rate, [0.5 * (1 - 2 / 6), 0.5 * (1 - 5 / 6)])


def test_a_schedule_scales_the_step_and_the_penalty_together(blobs):
    model = network(l2=0.3)
    expected = model.theta - 0.25 * 0.2 * flat_gradient(model, *blobs)
    quietly(model, blobs, epochs=1, batch_size=100, optimizer=SGD(0.2),
            schedule=lambda t: np.float64(0.25))
    np.testing.assert_allclose(model.theta, expected, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("batch_size", [7, 100])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_same_seed_same_weights_to_the_last_bit(blobs, batch_size, dtype, monkeypatch):
    monkeypatch.setattr(blas, "SMALL_PRODUCT", 0 if batch_size == 100 else blas.SMALL_PRODUCT)

    def trained(seed):
        model = network(dtype=dtype)
        quietly(model, blobs, epochs=3, batch_size=batch_size, optimizer=Adam(0.01), rng=seed)
        return model.theta.tobytes()

    assert trained(3) == trained(3)
    assert batch_size >= 100 or trained(3) != trained(4)


@pytest.mark.parametrize("make", [lambda: SGD(0.1, momentum=0.9), lambda: Adam(0.01)])
def test_an_optimizer_starts_afresh_with_each_training(blobs, make):
    used, models = make(), [network(), network()]
    quietly(network(rng=9), blobs, epochs=1, optimizer=used)
    for model, optimizer in zip(models, (used, make())):
        quietly(model, blobs, epochs=1, optimizer=optimizer)
    np.testing.assert_array_equal(models[0].theta, models[1].theta)


@pytest.mark.parametrize(("optimizer", "schedule"), [
    (SGD(0.3), None), (SGD(0.1, momentum=0.9), linear), (Adam(0.02), cosine)
])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_training_learns_three_clouds(blobs, optimizer, schedule, dtype):
    model = network(dtype=dtype)
    before = model.accuracy(*blobs)
    history = quietly(model, blobs, epochs=20, optimizer=optimizer, schedule=schedule)
    assert before < 0.8
    assert model.accuracy(*blobs) > 0.95
    assert history.loss[-1] < 0.3 * history.loss[0]
    assert model.theta.dtype == dtype


def test_a_penalty_makes_the_weights_smaller(blobs):
    def norm(l2):
        model = network(l2=l2)
        quietly(model, blobs, epochs=10)
        return sum(np.linalg.norm(W) for W in model.W)

    assert norm(0.1) < 0.7 * norm(0.0)


def test_the_data_are_not_changed(blobs):
    X, labels = (part.copy() for part in blobs)
    quietly(network(), blobs, epochs=2)
    np.testing.assert_array_equal(blobs[0], X)
    np.testing.assert_array_equal(blobs[1], labels)


# -- the history --------------------------------------------------------------------------


def test_the_history_of_one_batch_is_the_loss_and_the_accuracy_before_the_step(blobs):
    model = network(l2=0.3)
    loss, accuracy = model.loss(*blobs) - model.penalty(), model.accuracy(*blobs)
    history = quietly(model, blobs, epochs=1, batch_size=100)
    assert (history.loss[0], history.accuracy[0]) == (pytest.approx(loss), accuracy)


def test_means_of_an_epoch_weigh_rows_not_batches(blobs):
    model = network()
    loss, accuracy = model.loss(*blobs), model.accuracy(*blobs)
    history = quietly(model, blobs, epochs=1, batch_size=99, optimizer=SGD(1e-12))
    assert (history.loss[0], history.accuracy[0]) == (pytest.approx(loss), pytest.approx(accuracy))


def test_validation_is_measured_after_each_epoch_without_the_penalty(blobs):
    held_out, seen = (blobs[0][:30] + 0.1, blobs[1][:30]), []

    def measure(model, history):
        seen.append((model.loss(*held_out) - model.penalty(), model.accuracy(*held_out)))

    history = quietly(network(l2=0.1), blobs, epochs=3, validation=held_out, callbacks=[measure])
    measured = list(zip(history.validation_loss, history.validation_accuracy))
    np.testing.assert_allclose(measured, seen, rtol=1e-12)


def test_every_list_has_one_entry_an_epoch(blobs):
    history = quietly(network(), blobs, epochs=4, validation=blobs)
    lists = [value for value in vars(history).values() if isinstance(value, list)]
    assert len(lists) == 6
    assert {len(entries) for entries in lists} == {4} == {len(history)}
    assert min(history.seconds) > 0
    assert history.interrupted == ""


def test_what_is_not_measured_is_nan(blobs):
    X, labels = blobs
    history = quietly(network(loss=squared_error), (X, np.eye(3)[labels]), epochs=2)
    for entries in (history.accuracy, history.validation_loss, history.validation_accuracy):
        assert all(math.isnan(entry) for entry in entries)
    assert history.loss[1] < history.loss[0]
    data = (X, np.eye(3)[labels])
    history = quietly(network(loss=squared_error), data, epochs=1, validation=data)
    assert history.validation_loss[0] > 0
    assert math.isnan(history.validation_accuracy[0])


@pytest.mark.parametrize("duplicate", [lambda m: m, copy.deepcopy])
def test_soft_targets_are_counted_by_their_largest_class(blobs, duplicate):
    X, labels = blobs
    soft = 0.8 * np.eye(3)[labels] + 0.2 / 3
    hard = quietly(network(), blobs, epochs=1, batch_size=100)
    history = quietly(duplicate(network()), (X, soft), epochs=1, batch_size=100)
    assert history.accuracy == hard.accuracy


def test_no_epochs_no_change(blobs):
    model = network()
    before = model.theta.copy()
    assert repr(quietly(model, blobs, epochs=0)) == "<history of 0 epochs>"
    np.testing.assert_array_equal(model.theta, before)


def test_a_history_says_what_it_holds():
    history = History(loss=[2.0, 0.5], interrupted="interrupted in epoch 3, batch 1")
    assert repr(history) == (
        "<history of 2 epochs, loss 2.0000 to 0.5000, interrupted in epoch 3, batch 1>"
    )


def test_callbacks_are_called_in_order_after_each_epoch(blobs):
    model, calls = network(), []
    quietly(model, blobs, epochs=2, callbacks=[
        lambda m, h: calls.append(("first", m is model, len(h))),
        lambda m, h: calls.append(("second", m is model, len(h))),
    ])
    assert calls == [(who, True, n) for n in (1, 2) for who in ("first", "second")]


def test_the_progress_bar_counts_batches_and_shows_loss_and_accuracy(blobs, capsys):
    history = train(network(), blobs, epochs=3, batch_size=40)
    out, err = capsys.readouterr()
    last = re.split(r"[\r\n]+", err.strip())[-1]
    assert out == ""
    assert "9/9" in last
    assert f"epoch 3, loss {history.loss[-1]:.4f}, accuracy {history.accuracy[-1]:.2%}" in last


def test_the_progress_bar_leaves_out_an_accuracy_that_is_not_measured(blobs, capsys):
    train(network(loss=squared_error), (blobs[0], np.eye(3)[blobs[1]]), epochs=1)
    err = capsys.readouterr().err
    assert "4/4" in err
    assert "accuracy" not in err


def test_without_a_progress_bar_nothing_is_printed(blobs, capsys):
    quietly(network(), blobs, epochs=1)
    assert capsys.readouterr() == ("", "")


# -- interrupts ---------------------------------------------------------------------------


def test_an_interrupt_within_an_epoch_keeps_model_and_history(blobs):
    model, by_hand = network(), network()
    history = quietly(model, blobs, epochs=5, batch_size=40, schedule=stop_at(8))
    steps = iterate(by_hand, blobs, epochs=5, batch_size=40)
    for _ in range(7):
        next(steps)
    assert history.interrupted == "interrupted in epoch 3, batch 2"
    assert len(history) == 2
    np.testing.assert_array_equal(model.theta, by_hand.theta)


@pytest.fixture
def heard():
    """Ctrl-C is heard, also where whoever started the tests has ignored it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("heard")
def test_an_interrupt_in_a_callback_keeps_model_and_history(blobs):
    def stop(model, history):
        if len(history) == 2:
            signal.raise_signal(signal.SIGINT)

    model = network()
    history = quietly(model, blobs, epochs=5, batch_size=40, callbacks=[stop])
    assert history.interrupted == "interrupted in epoch 2, batch 3"
    assert len(history) == 2
    assert repr(history).endswith(", interrupted in epoch 2, batch 3>")
    assert quietly(model, blobs, epochs=1).interrupted == ""


def test_an_interrupt_closes_the_progress_bar(blobs, capsys):
    train(network(), blobs, epochs=5, batch_size=40, schedule=stop_at(5))
    assert capsys.readouterr().err.endswith("\n")


def test_another_error_in_a_callback_is_not_swallowed(blobs):
    with pytest.raises(ZeroDivisionError):
        quietly(network(), blobs, epochs=1, callbacks=[lambda model, history: 1 / 0])


# -- losses that are not finite -------------------------------------------------------------


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_step_too_large_names_epoch_batch_and_layer_and_puts_the_weights_back(blobs, dtype):
    model = network(dtype=dtype)
    before = model.theta.copy()
    message = (r"epoch 1, batch \d+: the loss is (nan|inf), and the first layer that went wrong "
               r"is [12]: its (weights|values) hold (nan|-?inf)\. The weights are back")
    optimizer = SGD(np.finfo(dtype).max / 9)
    with pytest.raises(NonFiniteLoss, match=message):
        quietly(model, blobs, epochs=3, batch_size=10, optimizer=optimizer)
    np.testing.assert_array_equal(model.theta, before)


@pytest.mark.parametrize(("spoil", "layer"), [
    (lambda m: m.W[0].__setitem__((1, 2), np.nan), "1: its weights hold nan"),
    (lambda m: m.b[0].__setitem__(3, np.inf), "1: its biases hold inf"),
    (lambda m: m.W[1].__setitem__((0, 0), -np.inf), "2: its weights hold -inf"),
    (lambda m: m.W[0].fill(1e308), "1: its values hold -?inf"),
    (lambda m: (m.W[0].fill(1e200), m.W[1].fill(1e200)), "2: its values hold inf"),
])
def test_the_first_layer_that_went_wrong_is_found(blobs, spoil, layer):
    model = network()
    spoil(model)
    with pytest.raises(NonFiniteLoss, match=f"epoch 1, batch 1: .* the first layer .* is {layer}"):
        quietly(model, (100 * blobs[0], blobs[1]), epochs=1)


def test_a_loss_that_overflows_by_itself_is_told_from_a_layer(blobs):
    model = network(loss=squared_error, init=0.0)
    with pytest.raises(NonFiniteLoss, match="the loss is inf, and all layers are finite"):
        quietly(model, (blobs[0], np.full((100, 3), 1e200)), epochs=1)


def test_weights_that_overflow_in_the_last_step_are_found(blobs):
    model = network(dtype=np.float32)
    before = model.theta.copy()
    message = "epoch 1, batch 4: after the step, the first layer that went wrong is 1: its weights"
    with pytest.raises(NonFiniteLoss, match=message):
        quietly(model, blobs, epochs=1, schedule=lambda t: 1e300 if t == 0.75 else 1.0)
    np.testing.assert_array_equal(model.theta, before)


def test_looking_for_the_layer_that_went_wrong_gives_no_warning():
    class Wild(SGD):
        def step(self, theta, grad):
            theta[:] = 3e38                          # sums overflow
            theta[[0, 8]] = np.inf, -np.inf          # W[0][:, 0], whose sum is nan

    data = np.array([[1, 3], [2, 5]]), np.array([0, 2])
    with pytest.raises(NonFiniteLoss, match=r"after the step, .* is 1: its weights hold inf"):
        quietly(network(dtype=np.float32), data, epochs=1, optimizer=Wild(0.1))


def test_the_error_carries_the_history_and_keeps_the_finished_epochs(blobs):
    model, kept = network(), []
    with pytest.raises(NonFiniteLoss, match="epoch 3, batch ") as caught:
        quietly(model, blobs, epochs=5, schedule=lambda t: 1e308 if t > 0.4 else 1.0,
                callbacks=[lambda m, h: kept.append(m.theta.copy())])
    assert len(caught.value.history) == 2 == len(kept)
    np.testing.assert_array_equal(model.theta, kept[-1])


# -- what is warned of ------------------------------------------------------------------------


def pictures(scale, n_pixels=16):
    X = np.random.default_rng(0).integers(256, size=(20, n_pixels)) * scale
    return X, np.arange(20) % 3


@pytest.mark.parametrize("scale", [1, np.float32(1), 0.9, 256, 1 / 15.9])
def test_images_that_are_not_scaled_are_warned_of_in_the_line_that_trains(scale):
    data = pictures(scale)
    for use in (lambda: quietly(MLP((16, 3)), data, epochs=1, optimizer=SGD(1e-9)),
                lambda: iterate(MLP((16, 3)), data)):
        with pytest.warns(UserWarning, match=rf"the inputs go up to {data[0].max():g}, like the "
                                             r"grey values .* 0\.\.1 \(X / 255\)") as warned:
            use()
        assert [each.filename for each in warned] == [__file__]


@pytest.mark.parametrize(("X", "labels"), [
    pictures(1 / 255), pictures(1 / 127.5), pictures(1, n_pixels=4),  # scaled; few features
    (pictures(1)[0] - 128, np.arange(20) % 3),                       # negative: no grey values
], ids=["0..1", "0..2", "four numbers a row", "around 0"])
def test_other_inputs_are_not_warned_of(X, labels):
    quietly(MLP((X.shape[1], 3)), (X, labels), epochs=1, optimizer=SGD(1e-9))


# -- what is refused ------------------------------------------------------------------------

X, LABELS = np.zeros((4, 2)), np.array([0, 1, 2, 0])


@pytest.mark.parametrize(("data", "message"), [
    (X, r"data needs a pair \(X, Y\); got ndarray"),
    ((X, LABELS, X), r"data needs a pair \(X, Y\); got tuple of 3"),
    ((X[:, :1], LABELS), r"inputs of shape \(N, 2\), N > 0; got \(4, 1\)"),
    ((X[:0], LABELS[:0]), r"got \(0, 2\)"),
    ((X, LABELS[:3]), r"labels of shape \(4,\); got \(3,\)"),
    ((X, LABELS + 1), r"labels in 0\.\.2; got 1\.\.3"),
    ((X, LABELS - 1), r"labels in 0\.\.2; got -1\.\.1"),
    ((X, LABELS / 1), "integer labels; got float64"),
    ((X, np.eye(4)), r"labels of shape \(4,\); got \(4, 4\)"),
    ((np.where([[0], [0], [1], [0]], np.nan, X), LABELS), "the inputs hold .* in row 2"),
    (([[0, 0], [0, np.inf], [0, -np.inf], [0, 0]], LABELS), "the inputs hold .* in row 1"),
])
def test_data_that_do_not_fit_are_named_for_training_and_for_validation(data, message):
    with pytest.raises(ValueError, match=message):
        quietly(network(), data, epochs=1)
    with pytest.raises(ValueError, match=message):
        quietly(network(), (X, LABELS), epochs=1, validation=data)


def test_targets_that_are_not_finite_are_named():
    Y = np.zeros((4, 3))
    Y[3, 1] = np.nan
    with pytest.raises(ValueError, match="the targets hold a number that is not finite, in row 3"):
        quietly(network(loss=squared_error), (X, Y))


def test_sums_that_overflow_are_not_mistaken_for_data_that_do():
    quietly(network(init=0.0), (np.full((4, 2), 1e308), LABELS), epochs=1, optimizer=SGD(1e-300))


@pytest.mark.parametrize(("arguments", "message"), [
    ({"batch_size": 0}, "batch_size needs a whole number >= 1; got 0"),
    ({"epochs": -1}, "epochs needs a whole number >= 0; got -1"),
    ({"patience": 0}, "patience needs a whole number >= 1; got 0"),
    ({"patience": 2}, "patience needs validation data"),
    ({"optimizer": "adam"}, "optimizer needs one of mlp_lib.networks.optimizers; got 'adam'"),
])
def test_a_wrong_argument_is_named(blobs, arguments, message):
    with pytest.raises(ValueError, match=message):
        quietly(network(), blobs, **arguments)


@pytest.mark.parametrize(("arguments", "message"), [
    ({"batch_size": 32.0}, r"batch_size needs a whole number >= 1; got 32\.0 \(float\)"),
    ({"batch_size": None}, r"batch_size needs a whole number >= 1; got None \(NoneType\)"),
    ({"epochs": 1.5}, r"epochs needs a whole number >= 0; got 1\.5 \(float\)"),
    ({"patience": "3"}, r"patience needs a whole number >= 1; got '3' \(str\)"),
    ({"callbacks": len}, r"callbacks needs a list of functions, such as \[f\]; got <built-in"),
    ({"callbacks": [len, 3]}, "callbacks needs functions; one of them is 3"),
    ({"schedule": 0.5}, r"schedule needs a function of the progress, 0 to 1; got 0\.5"),
    ({"checkpoint": 3}, r"checkpoint needs the name of a file, such as 'run\.npz'; got 3 \(int\)"),
    ({"checkpoint": []}, r"checkpoint needs the name of a file, .* got \[\] \(list\)"),
])
def test_an_argument_of_another_type_is_named(blobs, arguments, message):
    with pytest.raises(TypeError, match=message):
        quietly(network(), blobs, **arguments)


@pytest.mark.parametrize(("model", "got"), [
    (None, "None"), (MLP, "the class MLP"), ((2, 3), r"\(2, 3\)"),
])
def test_what_is_no_network_is_not_trained(blobs, model, got):
    with pytest.raises(TypeError, match=f"model needs a network, such as .*; got {got}"):
        quietly(model, blobs, epochs=1)


@pytest.mark.parametrize("factor", [np.nan, np.inf, None, "half", np.ones(2)])
def test_a_schedule_that_gives_no_finite_number_is_blamed_and_not_the_weights(blobs, factor):
    model = network()
    message = "schedule needs to give a finite number; at the progress 0.5 it gave "
    with pytest.raises(ValueError, match=message):
        quietly(model, blobs, epochs=2, schedule=lambda t: factor if t == 0.5 else 1.0)
    assert np.isfinite(model.theta).all()


def test_a_schedule_needs_an_end(blobs):
    with pytest.raises(ValueError, match="a schedule needs the number of epochs"):
        iterate(network(), blobs, schedule=linear)


def test_a_mistake_in_the_validation_data_is_named_as_such(blobs):
    with pytest.raises(ValueError, match=r"^validation: need inputs of shape \(N, 2\)"):
        quietly(network(), blobs, validation=(np.zeros((4, 5)), np.zeros(4, int)))
