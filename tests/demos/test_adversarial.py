"""The demos of chapter 12: turns, losses, what rests; the walk, its nearest digit and distance."""

import numpy as np
import pytest

from mlp_lib.demos import walk_the_noise, watch_a_duel
from mlp_lib.networks import Duel, Linear, Stack, digit_duel, squared_error
from tests.demos.steps import set_all, train_by_button


@pytest.fixture
def duel(data):
    made = watch_a_duel(data)
    yield made
    made.pause()


@pytest.fixture(scope="module")
def walk(data):
    return walk_the_noise(digit_duel(classes=10), data)


def test_a_step_is_a_turn_of_both_and_is_told(duel):
    before = duel.model.G.theta.copy(), duel.model.D.theta.copy()
    duel.step()
    assert duel.done == 1
    assert not np.array_equal(duel.model.G.theta, before[0])
    assert not np.array_equal(duel.model.D.theta, before[1])
    assert "Turn 1: the discriminator gives real digits the probability" in duel.caption.text


def test_start_teaches_the_discriminator_first_and_pause_stops_it(duel):
    train_by_button(duel, batches=30)
    _, real, made = duel.points[-1]
    assert real > 0.6 > 0.4 > made
    assert "Paused." in duel.caption.text


def test_who_rests_does_not_move_and_nothing_starts_over(duel):
    duel.step()
    duel.settings["turns"].value = "the discriminator rests"
    G, D = duel.model.G.theta.copy(), duel.model.D.theta.copy()
    duel.step()
    assert duel.done == 2
    np.testing.assert_array_equal(duel.model.D.theta, D)
    assert not np.array_equal(duel.model.G.theta, G)


def test_against_a_resting_discriminator_made_pictures_are_taken_for_real(duel):
    duel.learn(turns=30)
    duel.settings["turns"].value = "the discriminator rests"
    for _ in range(10):
        duel.learn(turns=10)
    assert duel.points[-1][2] > 0.9


def test_loss_and_rate_act_at_once(duel):
    duel.step()
    duel.settings["loss"].value, duel.settings["rate"].value = "saturating", 0.002
    assert duel.done == 1
    assert duel.model.saturating
    assert [optimizer.learning_rate for optimizer in duel.model.optimizers] == [0.002, 0.002]


def test_a_reset_starts_the_same_game_again(duel):
    duel.learn(turns=3)
    first = duel.model.G.theta.copy()
    duel.reset()
    assert duel.done == 0
    assert duel.caption.text.startswith("Not trained yet")
    duel.learn(turns=3)
    np.testing.assert_array_equal(duel.model.G.theta, first)


def test_a_game_that_broke_down_is_told(duel):
    duel.model.G.theta[:] = np.nan
    with np.errstate(invalid="ignore"):
        duel.step()
    assert "The training broke down. The scores are no longer finite" in duel.caption.text


def test_the_nearest_digit_of_a_training_digit_is_itself(walk, data):
    for number in (0, 31_415, 59_999):
        assert walk.nearest(data.X_train[number]) == (number, 0.0)


def test_the_nearest_digit_is_that_of_all_distances(walk, data):
    number, distance = walk.nearest(data.X_test[3])
    every = np.concatenate([np.linalg.norm(part - data.X_test[3], axis=1)
                            for part in np.array_split(data.X_train, 20)])
    assert number == every.argmin()
    assert distance == pytest.approx(every.min(), rel=1e-4)


def test_the_way_goes_from_one_end_to_the_other_and_keeps_its_length(walk):
    none = np.zeros(4)
    A, B = walk.ends
    np.testing.assert_allclose(walk.noise(0, none), A)
    np.testing.assert_allclose(walk.noise(1, none), B)
    middle = np.linalg.norm(walk.noise(0.5, none))
    assert middle == pytest.approx(np.sqrt((A @ A + B @ B) / 2 + A @ B))
    assert middle > 0.75 * min(np.linalg.norm(A), np.linalg.norm(B))


def test_sliders_and_the_digit_change_the_picture_and_new_noise_sets_them_back(walk):
    seen = [walk.live.image.value]
    for change in ({"way": 0.5}, {"d1": 2.0}, {"digit": 7}):
        set_all(walk, **change)
        seen.append(walk.live.image.value)
    assert len(set(seen)) == 4
    ends = walk.ends.copy()
    walk.renew()
    assert not np.array_equal(walk.ends, ends)
    assert (walk.controls["way"].value, walk.controls["d1"].value) == (0, 0)
    assert walk.controls["digit"].value == 7


def test_a_pair_without_names_has_no_choice_of_a_digit(data):
    assert "digit" not in walk_the_noise(digit_duel(), data).controls


def test_a_generator_of_something_else_is_refused():
    pair = Duel(Stack([Linear(3, 4)], 3, 4, loss=squared_error), Stack([Linear(4, 1)], 4, 1))
    with pytest.raises(ValueError, match="784 grey values; got one of 4"):
        walk_the_noise(pair)
