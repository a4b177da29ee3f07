"""Both passes of a tiny two-layer network, operation by operation, for `step_through`."""

from typing import NamedTuple

import numpy as np

from mlp_lib.demos.parts.tables import signed
from mlp_lib.networks import cross_entropy, relu, softmax


class Operation(NamedTuple):
    """One array of the two passes: its name, its formula in TeX, and how it is made of others.

    ``NAME`` in the formula stands for the activation.
    ``kind`` is "product" (of two arrays, with a bias or without), "entries" (from the
    same entries of its operands), "rows" (from whole rows) or "loss".
    """

    result: str
    formula: str
    kind: str
    operands: tuple


OPERATIONS = (
    Operation("A1", r"A^{(1)} = X\,W^{(1)} + \mathbf{1}\,b^{(1)}", "product", ("X", "W1", "b1")),
    Operation("H1", r"H^{(1)} = NAME\,(A^{(1)})", "entries", ("A1",)),
    Operation("A2", r"A^{(2)} = H^{(1)}\,W^{(2)} + \mathbf{1}\,b^{(2)}", "product",
              ("H1", "W2", "b2")),
    Operation("P", r"P = \mathrm{softmax}\,(A^{(2)})", "rows", ("A2",)),
    Operation("L", r"L = -\frac{1}{N}\,\sum\, Y\odot\log\,P", "loss", ("Y", "P")),
    Operation("dA2", r"dA^{(2)} = \frac{1}{N}\,(P - Y)", "entries", ("P", "Y")),
    Operation("dW2", r"dW^{(2)} = (H^{(1)})^T\,dA^{(2)}", "product", ("H1ᵀ", "dA2")),
    Operation("db2", r"db^{(2)} = \mathbf{1}^T\,dA^{(2)}", "product", ("1ᵀ", "dA2")),
    Operation("dH1", r"dH^{(1)} = dA^{(2)}\,(W^{(2)})^T", "product", ("dA2", "W2ᵀ")),
    Operation("dA1", r"dA^{(1)} = NAME\,'(A^{(1)})\odot dH^{(1)}", "entries", ("f'", "dH1")),
    Operation("dW1", r"dW^{(1)} = X^T\,dA^{(1)}", "product", ("Xᵀ", "dA1")),
    Operation("db1", r"db^{(1)} = \mathbf{1}^T\,dA^{(1)}", "product", ("1ᵀ", "dA1")),
)
LAST_FORWARD = 5  # operations of the forward pass


def tiny_network(rng):
    """Whole and half numbers for `passes`; each ReLU works for some samples only, and learns."""
    while True:
        given = {
            "X": rng.integers(-2, 3, (4, 5)), "W1": rng.integers(-1, 2, (5, 3)),
            "b1": rng.choice([-0.5, 0.5], (1, 3)), "W2": rng.choice([-1, -0.5, 0.5, 1], (3, 2)),
            "b2": rng.choice([-0.5, 0, 0.5], (1, 2)), "Y": np.eye(2)[rng.permutation([0, 1, 0, 1])],
        }
        made = passes(given, relu)
        at_work = (made["A1"] > 0).sum(axis=0)
        moved = np.abs(made["dW1"]).max(axis=0)
        if 0 < at_work.min() <= at_work.max() < 4 and made["P"].min() > 0.05 < moved.min():
            return given


def passes(given, activation):
    """All arrays of the forward and the backward pass, by the names in `OPERATIONS`."""
    X, W1, b1, W2, b2, Y = (np.asarray(given[k], float) for k in ("X", "W1", "b1", "W2", "b2", "Y"))
    A1 = X @ W1 + b1
    H1 = activation(A1)
    A2 = H1 @ W2 + b2
    loss, dA2 = cross_entropy.value_and_gradient(A2, Y)
    dH1, slopes, ones = dA2 @ W2.T, activation.derivative(A1), np.ones((1, len(X)))
    dA1 = slopes * dH1
    return {"X": X, "W1": W1, "b1": b1, "W2": W2, "b2": b2, "Y": Y, "A1": A1, "H1": H1, "A2": A2,
            "P": softmax(A2), "L": np.array([[loss]]), "dA2": dA2, "dW2": H1.T @ dA2,
            "db2": ones @ dA2, "dH1": dH1, "dA1": dA1, "dW1": X.T @ dA1, "db1": ones @ dA1,
            "f'": slopes, "1ᵀ": ones, "Xᵀ": X.T, "H1ᵀ": H1.T, "W2ᵀ": W2.T}


_IN_TEX = {"f'": r"NAME\,'(A^{(1)})", "1ᵀ": r"\mathbf{1}^T", "Xᵀ": "X^T"}


def in_tex(name):
    """``dW1`` as ``dW^{(1)}``, ``H1ᵀ`` as a transpose, in TeX."""
    if name in _IN_TEX:
        return _IN_TEX[name]
    plain = name.removesuffix("ᵀ")
    tex = f"{plain[:-1]}^{{({plain[-1]})}}" if plain[-1].isdigit() else plain
    return tex if plain == name else f"({tex})^T"


def read_by(operation):
    """Names of the arrays that an operation reads, without their transposes and slopes."""
    return {"A1" if name == "f'" else name.removesuffix("ᵀ") for name in operation.operands}


def written_out(operation, arrays, i, j, activation):
    """Entry (i, j) of the result, with the numbers it is made of; the activation by name."""
    of, value = [arrays[name] for name in operation.operands], arrays[operation.result][i, j]
    sign = "≈" if _rounded(of, value) else "="
    return f"{_made(operation, of, i, j, activation)} {sign} {_short(value)}."


def _made(operation, of, i, j, activation):
    if operation.kind == "product":
        terms = [f"{_factor(a)} · {_factor(b)}" for a, b in zip(of[0][i], of[1][:, j])]
        return " + ".join(terms + [_factor(bias[0, j]) for bias in of[2:]])
    if operation.kind == "rows":
        exps = " + ".join(f"exp({_short(a)})" for a in of[0][i])
        return f"exp({_short(of[0][i, j])}) / ({exps})"
    if operation.kind == "loss":
        Y, P = of
        logs = " + ".join(f"log {p:.2g}" for p in P[Y > 0])
        return f"−({logs}) / {len(Y)}"
    if operation.result == "dA2":
        return f"({_short(of[0][i, j])} − {_short(of[1][i, j])}) / {len(of[0])}"
    if operation.result == "dA1":
        return f"{_factor(of[0][i, j])} · {_factor(of[1][i, j])}"
    return f"{activation} of {_short(of[0][i, j])}"


def _short(number):
    """A number with two decimals at most."""
    return signed(round(float(number), 2) + 0.0, ".4g")


def _factor(number):
    """`_short`, in brackets if it is negative."""
    return f"({_short(number)})" if number < 0 else _short(number)


def _rounded(arrays, value):
    """Whether `_short` leaves something out of the numbers."""
    numbers = np.concatenate([np.ravel(value), *(np.ravel(a) for a in arrays)])
    return not np.allclose(numbers, np.round(numbers, 2), atol=1e-12)
