"""The training demo without a browser: buttons, settings, and what stops it."""

import asyncio
import os
import signal
import sys

import numpy as np
import pytest

from mlp_lib.demos import watch_it_learn
from tests.demos.steps import train_by_button, until


@pytest.fixture
def demo(data):
    made = watch_it_learn(data, sizes=(25, 0))
    yield made
    made.pause()


def test_a_step_is_one_batch_and_is_told(demo):
    before = demo.model.theta.copy()
    demo.step()
    assert demo.done == 1
    assert not np.array_equal(demo.model.theta, before)
    assert "Step 1, epoch 0.00: training loss" in demo.caption.text


def test_start_learns_and_pause_stops_it(demo):
    train_by_button(demo, batches=300)
    _, loss, accuracy = demo.points[-1]
    assert loss < 1.5 < np.log(10)  # log 10 is the loss of a guess
    assert accuracy > 0.5
    assert "Paused." in demo.caption.text


def test_start_soon_after_pause_leaves_one_training(demo):
    async def session():
        demo.start()
        await asyncio.sleep(0)
        first = demo.task
        demo.pause()
        demo.start()
        await until(first.done)
        assert demo.running
        done = demo.done
        await until(lambda: demo.done > done)
        demo.pause()

    asyncio.run(session())


def test_rate_and_penalty_act_without_starting_over(demo):
    demo.step()
    demo.settings["rate"].value, demo.settings["l2"].value = 1, 0.01
    assert (demo.optimizer.learning_rate, demo.model.l2, demo.done) == (1, (0.01, 0.01), 1)
    before = demo.model.theta.copy()
    demo.settings["rate"].value = 100
    demo.step()
    assert np.abs(demo.model.theta - before).max() > 1


def test_a_new_size_starts_over(demo):
    demo.step()
    demo.settings["n1"].value, demo.settings["n2"].value = 10, 50
    demo.settings["hidden"].value, demo.settings["batch"].value = "relu", 128
    assert (demo.done, demo.model.sizes, demo.model.hidden.name) == (0, (784, 10, 50, 10), "relu")
    assert demo.caption.text.startswith("Not trained yet")
    demo.step()
    assert demo.epoch == 128 / 60000


def test_too_large_a_step_is_told_and_can_be_mended(demo):
    demo.settings["hidden"].value = "relu"
    demo.settings["rate"].value, demo.settings["l2"].value = 100, 1

    async def session():
        demo.start()
        await until(lambda: not demo.running)

    asyncio.run(session())
    assert "The training broke down. Epoch 1, batch" in demo.caption.text
    assert "smaller learning rate" in demo.caption.text
    assert np.isfinite(demo.model.theta).all()
    demo.settings["rate"].value, demo.settings["l2"].value = 0.1, 0
    demo.step()
    assert "broke down" not in demo.caption.text
    demo.reset()
    assert demo.done == 0


def test_an_interrupt_pauses(demo):
    async def session():
        before = signal.getsignal(signal.SIGINT)
        draw = demo.draw
        demo.draw = lambda: (draw(), demo.running and os.kill(os.getpid(), signal.SIGINT))
        demo.start()
        await until(lambda: not demo.running)
        assert signal.getsignal(signal.SIGINT) is before

    asyncio.run(session())
    assert demo.done > 0


def test_a_second_demo_takes_over(demo, data):
    other = watch_it_learn(data, sizes=(10, 0))

    async def session():
        demo.start()
        await until(lambda: demo.done)
        other.start()
        assert not demo.running
        await until(lambda: other.done)
        other.pause()

    asyncio.run(session())


def test_a_forgotten_demo_comes_to_an_end(demo, monkeypatch):
    module = sys.modules["mlp_lib.demos.watch_it_learn"]
    monkeypatch.setattr(module, "_MOST_EPOCHS", 0.1)

    async def session():
        demo.start()
        await until(lambda: not demo.running)

    asyncio.run(session())
    assert 0.1 <= demo.epoch < 0.6


def test_the_still_picture_is_of_a_trained_network_and_the_demo_starts_afresh(demo):
    before = demo.model.theta.copy()
    assert "Step 600" in demo.still().alt
    np.testing.assert_array_equal(demo.model.theta, before)
    assert demo.caption.text.startswith("Not trained yet")


def test_same_seed_same_training(data):
    runs = [watch_it_learn(data, sizes=(10, 0), rng=5) for _ in range(2)]
    for run in runs:
        run.learn(batches=20)
    np.testing.assert_array_equal(runs[0].model.theta, runs[1].model.theta)


@pytest.mark.parametrize("rate", [10, 30])
def test_a_loss_that_jumps_stays_on_its_axis_and_a_new_model_has_the_usual_one(demo, rate):
    axis = demo.live.figure.axes[0]
    usual = axis.get_ylim()
    demo.settings["rate"].value = rate
    for _ in range(60):
        demo.step()
    losses = [loss for _, loss, _ in demo.points]
    assert max(losses) > usual[1]  # it did jump
    assert axis.get_ylim()[0] <= min(losses) <= max(losses) <= axis.get_ylim()[1]
    demo.reset()
    assert axis.get_ylim() == usual
