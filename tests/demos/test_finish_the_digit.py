"""Finishing a digit: the top half that is taken, the endings, and the rows that are lit."""

import numpy as np
import pytest

from mlp_lib.datasets import RowWords
from mlp_lib.demos import finish_the_digit
from mlp_lib.demos.parts.digit_pad import normalise_top_half
from mlp_lib.networks import Transformer
from tests.demos.test_all_demos import ROOMS, fits
from tests.demos.test_draw_a_digit import enlarged, put

VOCABULARY = RowWords(np.tri(9, 28, -1))  # word v: ink in the first v columns


@pytest.fixture
def demo(data):
    return finish_the_digit(Transformer(9, 28, width=8, heads=2, blocks=2), VOCABULARY, data)


def top(image):
    return np.where(np.arange(784) < 14 * 28, image, 0)


def test_the_top_half_of_a_drawn_digit_comes_where_mnist_has_it(data):
    for image in data.X_test[:50]:
        ink = enlarged(image)
        half = ink.reshape(112, 112)[:56]
        found = normalise_top_half(ink).reshape(28, 28)
        rows = np.nonzero(found.any(axis=1))[0]
        assert rows[-1] == 13 or not half[-1].any()
        assert 4 <= rows[0] <= 13
        assert abs(np.arange(28) @ found.sum(axis=0) / found.sum() - 14) <= 0.6
        below = ink.reshape(112, 112).copy()
        below[56:] = 0.5
        np.testing.assert_array_equal(normalise_top_half(below), found.ravel())
    assert not normalise_top_half(np.zeros((112, 112))).any()


def test_a_wide_bar_is_not_wider_than_a_digit():
    ink = np.zeros((112, 112), np.float32)
    ink[50:56, 4:108] = 1
    found = normalise_top_half(ink).reshape(28, 28)
    assert np.nonzero(found.any(axis=0))[0].size == 20
    assert np.nonzero(found.any(axis=1))[0].tolist() == [13]


def test_an_empty_pad_asks_for_a_drawing(demo):
    assert demo.caption.text.startswith("Draw the top half")
    demo.write()
    assert demo.endings == []


def test_a_drawing_gets_an_ending_of_the_words_that_follow(demo, data):
    put(demo, enlarged(data.X_test[0]))
    assert demo.caption.text.startswith("Press Write")
    np.testing.assert_array_equal(demo.image[14 * 28 :], 0)
    demo.write()
    rows = demo.endings[0].reshape(28, 28)[14:]
    assert all((row == VOCABULARY.rows).all(axis=1).any() for row in rows)
    assert demo.play.playing
    assert demo.play.value == demo.row.value == 15


def test_further_endings_are_kept_beside_it_and_a_new_half_begins_anew(demo):
    demo.index.value = 3
    for _ in range(8):
        demo.write()
    assert len(demo.endings) == 6
    assert len({ending.tobytes() for ending in demo.endings}) > 1
    assert demo._kept.get_array().any()
    demo.index.value = 4
    assert len(demo.endings) == 1


def test_the_row_shows_so_much_of_the_ending_and_lights_what_was_seen(demo):
    demo.index.value = 3
    for row in (14, 15, 21, 28):
        demo.play.value = row
        demo.draw()
        shown = np.asarray(demo._digit.get_array())
        np.testing.assert_array_equal(shown[14:row], demo.endings[0].reshape(28, 28)[14:row])
        assert not shown[row:].any()
        light = np.asarray(demo._light.get_array())[:, 0, 3]
        assert light[: row - 1].all() == (row > 14)
        assert not light[row - 1 :].any()
    assert demo.caption.text.startswith("For row 28 it looks most at the rows ")


def test_the_shares_that_are_lit_are_those_of_the_last_block(demo):
    demo.index.value = 3
    words = VOCABULARY.words(top(demo.data.X_test[3])[None])
    words[:, 14:] = VOCABULARY.words(demo.endings[0][None])[:, 14:]
    demo.model.predict_scores(words)
    P = demo.model.attentions()[1][0].mean(axis=0)
    np.testing.assert_allclose(demo._looked_at(20)[:19], P[19, 1:20], rtol=1e-5)


def test_a_low_temperature_writes_the_same_ending_again(demo):
    demo.controls["temperature"].value = 0.05
    demo.model.theta *= 3  # a network that is sure of its words
    demo.index.value = 3
    demo.write()
    np.testing.assert_array_equal(demo.endings[0], demo.endings[1])


@pytest.mark.parametrize("room", ROOMS, ids=str)
def test_in_every_room_it_fits_and_its_letters_can_be_read(demo, room):
    demo.caption.room = room
    fits(demo, room)


def test_the_still_picture_shows_an_ending_and_leaves_the_pad_empty(demo):
    picture = demo.still()
    assert picture.data.startswith(b"\x89PNG")
    assert "looks most at" in picture.alt
    assert demo.caption.text.startswith("Draw the top half")
    assert demo.endings == []


def test_a_network_without_its_vocabulary_is_refused():
    with pytest.raises(ValueError, match="needs its vocabulary"):
        finish_the_digit(Transformer(9, 28, width=8, heads=2, blocks=1))


def test_a_network_of_other_words_is_refused():
    with pytest.raises(ValueError, match="28 words out of 9; got 28 out of 8"):
        finish_the_digit(Transformer(8, 28, width=8, heads=2, blocks=1), VOCABULARY)
