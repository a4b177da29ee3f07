"""What the tests of the core share: networks off their kinks, toy data, warnings as errors."""

import warnings
from typing import NamedTuple

import numpy as np
import pytest

from mlp_lib.networks import (
    ELEMENTWISE,
    LOSSES,
    MLP,
    Elu,
    Identity,
    LeakyRelu,
    Sigmoid,
    Tanh,
    sigmoid,
)

WIDTHS, N_CLASSES, N_ROWS = (7, 5, 6, 4, 8), 3, 9  # no two alike: a transpose cannot hide
ACTIVATIONS = [*ELEMENTWISE.values(), LeakyRelu(0.3), Elu(0.5)]
TASKS = {  # name: (loss, activation of the output, targets)
    "labels": ("cross_entropy", None, lambda rng: rng.integers(N_CLASSES, size=N_ROWS)),
    "soft": ("cross_entropy", None, lambda rng: rng.dirichlet(np.ones(N_CLASSES), N_ROWS)),
    "hinge": ("hinge", None, lambda rng: rng.integers(N_CLASSES, size=N_ROWS)),
    "squared": ("squared_error", None, lambda rng: rng.normal(size=(N_ROWS, N_CLASSES))),
    "squared_sigmoid": ("squared_error", sigmoid, lambda rng: rng.random((N_ROWS, N_CLASSES))),
    "absolute": ("absolute_error", None, lambda rng: rng.normal(size=(N_ROWS, N_CLASSES))),
}
NETWORKS = [(1, sigmoid)] + [(n, f) for n in range(2, 6) for f in ACTIVATIONS]
SMOOTH = (Identity, Sigmoid, Tanh)


class Problem(NamedTuple):
    model: MLP
    X: np.ndarray
    Y: np.ndarray


@pytest.fixture(autouse=True)
def _warnings_are_errors():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


@pytest.fixture
def make_problem():
    return _make_problem


@pytest.fixture(params=NETWORKS, ids=lambda p: f"L{p[0]}-{_id(p[1])}")
def network(request):
    return request.param


@pytest.fixture(params=ACTIVATIONS, ids=lambda f: _id(f))
def activation(request):
    return request.param


@pytest.fixture(params=TASKS)
def task(request):
    return request.param


@pytest.fixture(params=[0.0, 0.3], ids="l2={}".format)
def l2(request):
    return request.param


@pytest.fixture
def problem(network, task, l2):
    n_layers, hidden = network
    return _make_problem(n_layers, hidden, task, l2=l2)


@pytest.fixture
def blobs():
    """Three clouds in the plane: (X, labels) of 100 rows, which three lines separate well."""
    rng = np.random.default_rng(0)
    labels = rng.integers(3, size=100)
    centres = np.array([[0, 2], [2, -1], [-2, -1]])
    return centres[labels] + 0.5 * rng.standard_normal((100, 2)), labels


def _id(activation):
    return "_".join([activation.name, *map(str, activation.parameters)])


def _make_problem(n_layers, hidden=sigmoid, task="labels", *, l2=0.0):
    """The first of 300 seeds whose network lies away from its kinks and has no dead layer."""
    for seed in range(300):
        problem = _draw(n_layers, hidden, task, l2, seed)
        smallest = min(np.linalg.norm(dW) for dW in problem.model.gradients(*problem[1:])[1])
        if distance_to_kink(problem) > 1e-3 and smallest > 1e-4:
            return problem
    raise AssertionError("no seed without a kink within the step")


def _draw(n_layers, hidden, task, l2, seed):
    rng = np.random.default_rng(seed)
    loss, output, targets = TASKS[task]
    l2 = [l2 * (layer + 1) for layer in range(n_layers)]
    model = MLP((*WIDTHS[:n_layers], N_CLASSES), hidden, output=output, loss=LOSSES[loss],
                l2=l2, init=0.8, rng=rng, dtype=np.float64)
    for b in model.b:
        b[:] = 0.5 * rng.standard_normal(b.shape)
    return Problem(model, rng.normal(size=(N_ROWS, WIDTHS[0])), targets(rng))


def distance_to_kink(problem):
    """Least distance of a score, margin or difference from where its derivative jumps."""
    model, X, Y = problem
    values, distances = model.forward(X), [np.inf]
    if not isinstance(model.hidden, SMOOTH):
        below = [X, *values]
        distances += [abs(a @ W + b).min() for a, W, b in zip(below, model.W[:-1], model.b)]
    Z = values[-1]
    if model.loss_function.name == "hinge":
        margins = Z - Z[np.arange(N_ROWS), Y][:, None] + 1
        distances.append(abs(np.delete(margins.ravel(), np.arange(N_ROWS) * N_CLASSES + Y)).min())
    if model.loss_function.name == "absolute_error":
        distances.append(abs(Z - Y).min())
    return min(distances)
