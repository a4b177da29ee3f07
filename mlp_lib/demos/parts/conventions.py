"""How each of the five documents writes the same softmax layer, for `switch_convention`."""

from typing import NamedTuple

from mlp_lib.networks import softmax

RATE = 0.5  # step size of the update


class Convention(NamedTuple):
    """How a document writes a softmax layer.

    ``tex`` holds the formulas in TeX: two for the forward pass, one each for the error in
    the scores, the gradient in W and the update. ``names`` are those of the arrays X, W, P,
    Y, d (error), dW, in TeX. ``mean_in`` is the line that divides by the number of samples.
    """

    name: str
    tex: tuple
    names: tuple
    mean_in: str = "update"
    columns: bool = False   # samples are columns, and one at a time
    base: int = 1           # number of the first entry


CONVENTIONS = {
    "000": Convention(
        "the survival guide",
        (r"Z = XW", r"P = \mathrm{softmax}(Z)",
         r"\dfrac{\partial L}{\partial Z} = \dfrac{1}{N}\,(P - Y)",
         r"\dfrac{\partial L}{\partial W} = X^T\,\dfrac{\partial L}{\partial Z}",
         r"W \leftarrow W - \eta\,\dfrac{\partial L}{\partial W}"),
        ("X", "W", "P", "Y", r"\partial L/\partial Z", r"\partial L/\partial W"), "error"),
    "001": Convention(
        "the L-layer note",
        (r"S^{(1)} = X^{(0)}W^{(1)}", r"X^{(1)} = \mathrm{softmax}(S^{(1)})",
         r"\Delta^{(1)} = X^{(1)} - Y",
         r"\dfrac{\partial E}{\partial W^{(1)}} = \dfrac{1}{N}\,(X^{(0)})^T\,\Delta^{(1)}",
         r"W^{(1)} \leftarrow W^{(1)} - \eta\,\dfrac{\partial E}{\partial W^{(1)}}"),
        ("X^{(0)}", "W^{(1)}", "X^{(1)}", "Y", r"\Delta^{(1)}", r"\partial E/\partial W^{(1)}"),
        "gradient"),
    "002": Convention(
        "the MNIST note",
        (r"z^{[1]} = X\,W^{[1]}", r"\hat y = a^{[1]} = \mathrm{softmax}(z^{[1]})",
         r"\mathrm{dz1} = \hat y - y",
         r"\mathrm{dW1} = B\,\dfrac{\partial L}{\partial W^{[1]}} = X^T\,\mathrm{dz1}",
         r"W^{[1]} \leftarrow W^{[1]} - \dfrac{\eta}{B}\,\mathrm{dW1}"),
        ("X", "W^{[1]}", r"\hat y", "y", r"\mathrm{dz1}", r"\mathrm{dW1}"), base=0),
    "003": Convention(
        "the linear algebra slides",
        (r"s = Wx", r"p = e^{s}\,/\,\sum_{j} e^{s_j}",
         r"\dfrac{\partial L}{\partial s} = p - z",
         r"\dfrac{\partial L}{\partial W} = \dfrac{\partial L}{\partial s}\,x^T",
         r"W \leftarrow W - \dfrac{\eta}{N}\,\sum_{i}\,\dfrac{\partial L_i}{\partial W}"),
        ("x", "W", "p", "z", r"\partial L/\partial s", r"\partial L/\partial W"), columns=True),
    "004": Convention(
        "the matrix calculus slides",
        (r"\vec{h} = W\,\vec{x}",
         r"\sigma(\vec{h}) = \exp\odot(\vec{h})\,/\,\vec{1}^{\,T}\exp\odot(\vec{h})",
         r"\nabla_{\vec{h}}\,L = \sigma(\vec{h}) - \vec{y}",
         r"\nabla_W\,L = \nabla_{\vec{h}}\,L\;\vec{x}^{\,T}",
         r"W \leftarrow W - \dfrac{\alpha}{N}\,\sum_{i}\,\nabla_W\,L_i"),
        (r"\vec{x}", "W", r"\sigma(\vec{h})", r"\vec{y}", r"\nabla_{\vec{h}}\,L",
         r"\nabla_W\,L"), columns=True),
}


def written(convention, X, Y, W, sample=0):
    """Arrays of the derivation, in a document's shapes and scales.

    Parameters
    ----------
    convention : Convention
    X, Y, W : (N, D), (N, C), (D, C) ndarray
        Inputs, one-hot targets, weights, in the library's convention.
    sample : int
        Of which sample the arrays are where a document treats one at a time; from 0.

    Returns
    -------
    dict of str to ndarray
        "X", "W", "P", "Y", "d" (error in the scores), "dW", "mean" (of dW over the samples),
        and "new", the weights after a step of `RATE` down the mean.
    """
    n = {line: len(X) if line == convention.mean_in else 1 for line in
         ("error", "gradient", "update")}
    P = softmax(X @ W)
    d = (P - Y) / n["error"]
    dW = X.T @ d / n["gradient"]
    mean = dW / n["update"]
    found = {"X": X, "W": W, "P": P, "Y": Y, "d": d, "dW": dW, "mean": mean,
             "new": W - RATE * mean}
    if convention.columns:
        found.update({key: found[key][[sample]] for key in "XPYd"})
        found["dW"] = found["X"].T @ found["d"]
        found = {key: array.T for key, array in found.items()}
    return found
