"""Drawing a digit: the normalisation, and what the network is asked."""

import numpy as np
import pytest

from mlp_lib.demos import draw_a_digit
from mlp_lib.demos.parts.digit_pad import normalise_digit
from mlp_lib.networks import MLP


def put(demo, ink):
    """Let the browser's part send ``ink`` (112, 112) in [0, 1], as a memoryview."""
    demo.pad.set_state({"bitmap": memoryview((ink * 255).astype(np.uint8).tobytes())})


def enlarged(image, factor=4):
    return np.kron(image.reshape(28, 28), np.ones((factor, factor), np.float32))


@pytest.mark.parametrize("factor", [1, 4, 7])
def test_digits_of_the_test_set_come_back_as_they_are(data, factor):
    for image in data.X_test[:200]:
        np.testing.assert_allclose(normalise_digit(enlarged(image, factor)), image, atol=1e-6)


def test_a_drawing_as_it_stands_on_the_pad_is_read_badly_and_normalised_well(model, data):
    drawn = [enlarged(image, 2) for image in data.X_test[:500]]
    raw = np.array([np.pad(d, ((28, 28), (0, 56)))[::4, ::4].ravel() for d in drawn])
    labels = data.y_test[:500]
    assert model.accuracy(raw, labels) < 0.5
    assert model.accuracy(np.array([normalise_digit(d) for d in drawn]), labels) > 0.95


def test_place_and_size_on_the_pad_do_not_matter(data):
    digit = data.X_test[0].reshape(28, 28)
    small, large = np.zeros((300, 300), np.float32), np.zeros((300, 300), np.float32)
    small[10:66, 200:256] = np.kron(digit, np.ones((2, 2)))
    large[20:272, 5:257] = np.kron(digit, np.ones((9, 9)))
    assert np.abs(normalise_digit(small) - normalise_digit(large)).mean() < 0.01


@pytest.mark.parametrize("shape", [(60, 8), (8, 60), (40, 40), (1, 1), (112, 112), (1, 112)])
def test_box_is_20_pixels_with_its_centre_in_the_middle(shape):
    ink = np.zeros((112, 112), np.float32)
    ink[: shape[0], : shape[1]] = 1
    frame = normalise_digit(ink).reshape(28, 28)
    rows, columns = np.nonzero(frame.any(axis=1))[0], np.nonzero(frame.any(axis=0))[0]
    longer = 20 * np.array(shape) / max(shape)
    assert (len(rows), len(columns)) == tuple(np.maximum(1, np.round(longer)))
    assert abs(np.arange(28) @ frame.sum(axis=1) / frame.sum() - 14) <= 0.5
    assert abs(np.arange(28) @ frame.sum(axis=0) / frame.sum() - 14) <= 0.5
    assert frame.min() >= 0
    assert frame.max() == 1


def test_lopsided_ink_stays_whole_inside_the_frame():
    ink = np.zeros((100, 100), np.float32)
    ink[90:] = 1
    ink[:, 99] = 0.02
    frame = normalise_digit(ink).reshape(28, 28)
    assert min(frame[18].sum(), frame[19].sum()) > 19
    assert frame.any(axis=1).sum() == 20


def test_no_ink_is_no_digit():
    assert not normalise_digit(np.zeros((112, 112))).any()


@pytest.mark.parametrize(("ink", "message"), [
    (np.zeros(784), r"shape \(784,\)"), (np.full((2, 2), 255), "255.0 to 255.0"),
    (np.full((2, 2), np.nan), "nan"), (np.zeros((0, 5)), r"shape \(0, 5\)"),
])
def test_what_is_not_a_drawing_is_refused(ink, message):
    with pytest.raises(ValueError, match=message):
        normalise_digit(ink)


def test_empty_pad_names_no_class(model, data):
    demo = draw_a_digit(model, data)
    assert demo.caption.text == "Draw a digit, or choose one of the test set."
    assert not any(bar.get_height() for bar in demo._bars)


def test_bytes_of_the_browser_arrive_and_are_read(model, data):
    demo = draw_a_digit(model, data)
    put(demo, enlarged(data.X_test[0]))
    assert demo.caption.text.startswith("The network reads it as 7 (")
    assert sum(bar.get_height() for bar in demo._bars) == pytest.approx(1, abs=1e-5)
    put(demo, np.zeros((112, 112)))
    assert demo.caption.text.startswith("Draw a digit")


def test_test_digits_come_with_their_label_and_reach_the_pad(model, data):
    demo = draw_a_digit(model, data)
    demo.index.value = 1
    assert demo.caption.text.startswith("Right: test digit 1 is a 2. The network reads it as 2")
    np.testing.assert_allclose(np.frombuffer(demo.pad.picture, np.uint8) / 255, data.X_test[1],
                               atol=1e-6)
    put(demo, enlarged(data.X_test[0]))
    demo.show()
    assert demo.pad.shown == 2
    assert "test digit 1" in demo.caption.text


def test_next_goes_round_and_next_mistake_finds_mistakes(model, data):
    demo = draw_a_digit(model, data)
    demo.index.value = 9999
    demo.next()
    assert demo.index.value == 0
    wrong = np.nonzero(model.predict(data.X_test) != data.y_test)[0]
    for number in wrong[:3]:
        demo.next_mistake()
        assert demo.index.value == number
        assert demo.caption.text.startswith(f"Wrong: test digit {number} is a ")
    demo.index.value = int(wrong[-1])
    demo.next_mistake()
    assert demo.index.value == wrong[0]


def test_the_still_picture_shows_a_digit_and_leaves_the_pad_empty(model, data):
    demo = draw_a_digit(model, data)
    assert "test digit 0 is a 7" in demo.still().alt
    assert demo.caption.text.startswith("Draw a digit")


def test_a_network_of_other_sizes_is_refused():
    with pytest.raises(ValueError, match=r"784 inputs to 10 classes; got sizes \(2, 3\)"):
        draw_a_digit(MLP((2, 3)))
