"""Gradients against an independent oracle: PyTorch's autograd, the same weights, in float64."""

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="pip install -e .[bench] brings the oracle")
F = torch.nn.functional

ACTIVATIONS = {
    "identity": lambda z: z,
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "relu": torch.relu,
    "leaky_relu": F.leaky_relu,
    "elu": F.elu,
}
LOSSES = {
    "cross_entropy": F.cross_entropy,
    "hinge": lambda Z, Y: F.multi_margin_loss(Z, Y) * Z.shape[1],
    "squared_error": lambda Z, Y: F.mse_loss(Z, Y, reduction="sum") / len(Z),
    "absolute_error": lambda Z, Y: F.l1_loss(Z, Y, reduction="sum") / len(Z),
}


def torch_gradients(model, X, Y):
    """Loss, and all gradients ``[dW1, db1, dW2, ...]``, of a network with the same weights."""
    parts = [torch.tensor(p, requires_grad=True) for pair in zip(model.W, model.b) for p in pair]
    a = torch.tensor(X)
    for layer, (W, b) in enumerate(zip(parts[::2], parts[1::2])):
        activation = model.activation(layer)
        a = a @ W + b
        if activation:
            a = ACTIVATIONS[activation.name](a, *activation.parameters)
    loss = LOSSES[model.loss_function.name](a, torch.tensor(Y))
    loss = loss + sum(l2 * (W**2).sum() for l2, W in zip(model.l2, parts[::2]))
    loss.backward()
    return loss.item(), [part.grad.numpy() for part in parts]


def test_loss_and_gradients_are_those_of_autograd(problem):
    model, X, Y = problem
    expected_loss, expected = torch_gradients(model, X, Y)
    loss, dW, db = model.gradients(X, Y)
    assert loss == pytest.approx(expected_loss, rel=1e-12)
    found = [part for pair in zip(dW, db) for part in pair]
    for mine, theirs in zip(found, expected, strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-10, atol=1e-14)
