"""A network that reads digits, trained once for all tests of the demos."""

import pytest

from mlp_lib import datasets
from mlp_lib.networks import MLP, optimizers, training


@pytest.fixture(scope="module")
def data():
    return datasets.load_mnist()


@pytest.fixture(scope="session")
def model():
    data, model = datasets.load_mnist(), MLP((784, 200, 100, 10))
    training.train(model, (data.X_train, data.y_train), epochs=2, batch_size=64, progress=False,
                   optimizer=optimizers.SGD(0.3, momentum=0.9))
    return model
