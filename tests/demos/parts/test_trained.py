"""The networks that ship with the book read, write and make digits as those of the chapters do."""

import numpy as np
import pytest

from mlp_lib import datasets, demos
from mlp_lib.demos.parts import trained


def test_the_reader_reads_97_of_100_test_digits(data):
    assert trained.digit_reader().accuracy(data.X_test, data.y_test) > 0.97


def test_the_writer_is_less_surprised_by_real_digits_than_by_rows_in_another_order(data):
    model, vocabulary = trained.row_writer()
    words = vocabulary.words(data.X_test[:200])
    assert model.loss(words, words) < 2.5
    other = np.random.default_rng(0).permuted(words, axis=1)
    assert model.loss(other, other) > 4


def test_what_the_maker_makes_is_read_as_what_it_was_told():
    pair, told = trained.digit_maker(), np.repeat(np.arange(10), 30)
    made = pair.made(300, told)[:, :784]
    assert np.mean(trained.digit_reader().predict(made) == told) > 0.9


def test_each_call_gives_a_network_of_its_own():
    first, second = trained.digit_reader(), trained.digit_reader()
    first.theta[:] = 0
    assert second.theta.any()


def test_training_them_anew_gives_parameters_of_the_same_number():
    few = datasets.MNIST(*(part[:700] for part in datasets.load_mnist()))
    for train, make in ((trained.train_digit_reader, trained.digit_reader),
                        (trained.train_digit_maker, trained.digit_maker)):
        make(**train(few))


@pytest.mark.parametrize("name", ["draw_a_digit", "finish_the_digit", "walk_the_noise"])
def test_a_demo_that_needs_one_takes_it_by_default(name):
    assert getattr(demos, name)().caption.text
