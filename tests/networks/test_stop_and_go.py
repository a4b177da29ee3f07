"""Trainings that stop early, and trainings that go on: nothing is lost, no bit differs."""

import re

import numpy as np
import pytest

from mlp_lib.networks import (
    MLP,
    SGD,
    Adam,
    ConvNet,
    NonFiniteLoss,
    cosine,
    relu,
    train,
)


def network(**arguments):
    return MLP((2, 8, 3), relu, **({"rng": 1} | arguments))


def quietly(model, data, **arguments):
    return train(model, data, **({"progress": False} | arguments))


class Losses:
    """A callback that gives the validation losses in place of those measured."""

    def __init__(self, *losses):
        self.losses, self.weights = losses, []

    def __call__(self, model, history):
        history.validation_loss[-1] = self.losses[len(history) - 1]
        self.weights.append(model.theta.copy())


# -- early stopping -------------------------------------------------------------------------


@pytest.mark.parametrize(("losses", "patience", "epochs", "best"), [
    ((3, 2, 1, 1, 2, 0), 2, 5, 3),      # an equal loss is no lower one
    ((3, 2, 4, 1, 2, 3), 2, 6, 4),      # the patience starts again
    ((1, 2, 3, 4, 5, 6), 1, 2, 1),
    ((6, 5, 4, 3, 2, 1), 1, 6, 6),      # never
    ((6, 1, 4, 3, 2, 5), 9, 6, 2),      # the epochs were over first
    ((np.nan, 2, np.nan, 3, 1, 4), 2, 4, 2),
    ((np.nan,) * 6, 3, 3, 0),
])
def test_it_ends_when_the_patience_does_with_the_best_weights(blobs, losses, patience, epochs,
                                                              best):
    model, measured = network(), Losses(*losses)
    history = quietly(model, blobs, epochs=6, validation=blobs, patience=patience,
                      callbacks=[measured])
    assert (len(history), history.best_epoch) == (epochs, best)
    np.testing.assert_array_equal(model.theta, measured.weights[(best or epochs) - 1])
    kept = f", the weights are those of epoch {best}" if best else ""
    is_early = epochs < 6 or epochs - best == patience
    assert history.stopped == (f"stopped after epoch {epochs}{kept}" if is_early else "")
    assert repr(history).endswith(f"{history.stopped}>")


def test_an_interrupt_and_a_breakdown_keep_the_best_weights_too(blobs):
    def interrupt(model, history):
        if len(history) == 3:
            raise KeyboardInterrupt

    model, measured = network(), Losses(3, 1, 2, 4)
    history = quietly(model, blobs, validation=blobs, patience=9, callbacks=[measured, interrupt])
    assert history.interrupted.startswith("interrupted in epoch 3")
    np.testing.assert_array_equal(model.theta, measured.weights[1])
    model, measured = network(), Losses(3, 1, 2, 4)
    with pytest.raises(NonFiniteLoss) as caught:
        quietly(model, blobs, epochs=4, validation=blobs, patience=9, callbacks=[measured],
                schedule=lambda t: 1e308 if t > 0.8 else 1.0)
    assert caught.value.__notes__ == ["For the patience they are those of epoch 2."]
    np.testing.assert_array_equal(model.theta, measured.weights[1])


def test_a_real_training_stops_where_it_learns_by_heart():
    rng = np.random.default_rng(0)
    X, labels = rng.normal(size=(80, 6)), rng.integers(2, size=80)  # nothing to learn
    data, held_out = (X[:40], labels[:40]), (X[40:], labels[40:])
    model = MLP((6, 30, 2), relu, rng=0)
    history = quietly(model, data, epochs=300, validation=held_out, patience=5,
                      optimizer=SGD(0.3))
    assert len(history) == history.best_epoch + 5 < 300
    assert model.loss(*held_out) == pytest.approx(min(history.validation_loss), rel=1e-5)


# -- going on ---------------------------------------------------------------------------------

RECIPES = {
    "plain": lambda: {"optimizer": SGD(0.1)},
    "momentum": lambda: {"optimizer": SGD(0.1, momentum=0.9), "schedule": cosine},
    "Adam": lambda: {"optimizer": Adam(0.02), "schedule": cosine},
    "patience": lambda: {"optimizer": SGD(0.9), "patience": 3},
    "generator": lambda: {"rng": np.random.Generator(np.random.MT19937(3))},
}


def images():
    rng = np.random.default_rng(0)
    return rng.random((50, 42)), rng.integers(3, size=50)


@pytest.mark.parametrize("recipe", RECIPES)
@pytest.mark.parametrize("make", [network, lambda: ConvNet((1, 6, 7), (4,), 3, 3, rng=3)])
def test_a_training_that_goes_on_is_the_uninterrupted_one_to_the_last_bit(
        blobs, tmp_path, recipe, make):
    file, whole = tmp_path / "run.npz", make()
    data = blobs if whole.kind == "MLP" else images()
    settings = {"epochs": 7, "batch_size": 16, "validation": data}
    wanted = quietly(whole, data, **settings, **RECIPES[recipe]())

    def until(epoch):
        def interrupt(model, history):
            if len(history) == epoch:
                raise KeyboardInterrupt

        return {"callbacks": [interrupt], "checkpoint": file}

    model = make()
    assert quietly(model, data, **settings, **RECIPES[recipe](), **until(2)).interrupted
    model.theta[:] = 0  # what is in it is not needed
    assert quietly(model, data, **settings, **RECIPES[recipe](), **until(4)).interrupted
    model = make()
    history = quietly(model, data, **settings, **RECIPES[recipe](), **until(None))
    assert not history.interrupted
    assert model.theta.tobytes() == whole.theta.tobytes()
    for name in ("loss", "accuracy", "validation_loss", "validation_accuracy", "learning_rate"):
        assert getattr(history, name) == getattr(wanted, name)
    assert (history.best_epoch, history.stopped) == (wanted.best_epoch, wanted.stopped)


def test_without_the_memory_of_the_optimizer_it_would_be_another_training(blobs):
    whole, half = network(), network()
    quietly(whole, blobs, epochs=2, optimizer=Adam(0.02))
    rng = np.random.default_rng(0)
    for _ in range(2):
        quietly(half, blobs, epochs=1, optimizer=Adam(0.02), rng=rng)
    assert np.abs(half.theta - whole.theta).max() > 1e-3


def test_a_finished_training_is_not_repeated_and_can_be_prolonged(blobs, tmp_path):
    file, model = tmp_path / "run.npz", network()
    first = quietly(model, blobs, epochs=3, checkpoint=file)
    again = network()
    assert quietly(again, blobs, epochs=3, checkpoint=file).loss == first.loss
    np.testing.assert_array_equal(again.theta, model.theta)
    longer, whole = network(), network()
    quietly(longer, blobs, epochs=5, checkpoint=file)
    quietly(whole, blobs, epochs=5)
    np.testing.assert_array_equal(longer.theta, whole.theta)


def test_patience_that_comes_or_goes_later_watches_its_own_epochs(blobs, tmp_path):
    file, measured = tmp_path / "run.npz", Losses(1, 5, 4, 3, 6, 6, 0)
    quietly(network(), blobs, epochs=2, validation=blobs, checkpoint=file, callbacks=[measured])
    model = network()
    history = quietly(model, blobs, epochs=7, validation=blobs, checkpoint=file, patience=2,
                      callbacks=[measured])
    assert (len(history), history.best_epoch) == (6, 4)
    np.testing.assert_array_equal(model.theta, measured.weights[3])
    history = quietly(model, blobs, epochs=7, validation=blobs, checkpoint=file,
                      callbacks=[measured])
    assert (len(history), history.best_epoch, history.stopped) == (7, 0, "")
    np.testing.assert_array_equal(model.theta, measured.weights[-1])


def test_the_bar_starts_where_the_training_does(blobs, tmp_path, capsys):
    quietly(network(), blobs, epochs=2, batch_size=40, checkpoint=tmp_path / "run.npz")
    train(network(), blobs, epochs=3, batch_size=40, checkpoint=tmp_path / "run.npz")
    assert "9/9" in capsys.readouterr().err


@pytest.mark.parametrize(("arguments", "message"), [
    ({"optimizer": Adam(0.1)}, "whose optimizer is SGD, this one's is Adam"),
    ({"optimizer": SGD(0.1, momentum=0.5)}, r"SGD remembers .'_velocity'.* got \[\]"),
    ({"batch_size": 16}, "whose batch_size is 32, this one's is 16"),
    ({"epochs": 1}, "holds 2 epochs already; got epochs=1"),
    ({"model": network(dtype=np.float64)}, "whose model is <MLP 2-8-3 .*float32>, this one's is"),
    ({"model": MLP((2, 3))}, "whose model is <MLP 2-8-3 .*this one's is <MLP 2-3 "),
    ({"rng": np.random.Generator(np.random.MT19937(3))}, "generator of random numbers"),
])
def test_the_file_of_another_training_is_named_and_nothing_is_changed(
        blobs, tmp_path, arguments, message):
    file = tmp_path / "run.npz"
    quietly(network(), blobs, epochs=2, checkpoint=file)
    before = file.read_bytes()
    model = arguments.pop("model", None) or network()
    weights = model.theta.copy()
    with pytest.raises(ValueError, match=rf"{re.escape(str(file))}: .*{message}"):
        quietly(model, blobs, **({"epochs": 4} | arguments), checkpoint=file)
    assert file.read_bytes() == before
    np.testing.assert_array_equal(model.theta, weights)


def test_other_files_and_missing_folders_are_named_before_the_training(blobs, tmp_path):
    network().save(tmp_path / "model.npz")
    (tmp_path / "text.npz").write_text("hello")
    for name, message in (("model.npz", "not a training file; it has no"),
                          ("text.npz", "not a sound training file")):
        with pytest.raises(ValueError, match=message):
            quietly(network(), blobs, checkpoint=tmp_path / name)
    with pytest.raises(FileNotFoundError, match="there is no folder"):
        quietly(network(), blobs, checkpoint=tmp_path / "none" / "run.npz")
