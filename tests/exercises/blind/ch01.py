"""Chapter 01, solved from its prompts alone, and what goes wrong in such a solution."""

import numpy as np


def edge(values, h):
    f0, f1, f2 = values.T
    return (-3 * f0 + 4 * f1 - f2) / (2 * h)


def edge_weights(values, h):
    return values @ np.array([-1.5, 2, -0.5]) / h


def edge_of_two_steps(values, h):
    short, long = ((values[:, i] - values[:, 0]) / (i * h) for i in (1, 2))
    return 2 * short - long


def links(z, A, B, c):
    y = np.sin(A @ z)
    x = np.tanh(B @ y)
    return A.T @ (np.cos(A @ z) * (B.T @ (c * (1 - x**2))))


def links_of_jacobians(z, A, B, c):
    inner = np.diag(np.cos(A @ z)) @ A
    return c @ np.diag(1 / np.cosh(B @ np.sin(A @ z)) ** 2) @ B @ inner


def links_by_steps(z, A, B, c):
    def h(z):
        return c @ np.tanh(B @ np.sin(A @ z))

    return np.array([h(z + 1e-20j * e).imag / 1e-20 for e in np.eye(len(z))])


def rms(x, epsilon):
    n = len(x)
    r = np.sqrt((x**2).sum() / n + epsilon)
    return np.eye(n) / r - np.outer(x, x) / (n * r**3)


def rms_entries(x, epsilon):
    r = np.sqrt(np.mean(x * x) + epsilon)
    return np.array([[((i == j) - x[i] * x[j] / (len(x) * r * r)) / r for j in range(len(x))]
                     for i in range(len(x))])


def rms_of_y(x, epsilon):
    r = (np.mean(x**2) + epsilon) ** 0.5
    y = x / r
    return (np.identity(x.size) - y[:, None] * y[None] / x.size) / r


def hessian(x, A, b, w):
    r = A @ x - b
    s = 1 - np.tanh(r) ** 2
    return A.T @ np.diag(w * s) @ A


def hessian_sum(x, A, b, w):
    curved = w * (1 - np.tanh(A @ x - b) ** 2)
    return sum(curved[i] * np.outer(A[i], A[i]) for i in range(len(b)))


def hessian_einsum(x, A, b, w):
    t = np.tanh(A.dot(x) - b)
    return np.einsum("k,ki,kj->ij", w * (1 + t) * (1 - t), A, A)


ANSWERS = {
    "01.3": ((edge, edge_weights, edge_of_two_steps), (
        ("forward difference", "(-3 * f0 + 4 * f1 - f2) / (2 * h)", "(f1 - f0) / h"),
        ("central, at the middle", "(-3 * f0 + 4 * f1 - f2)", "(f2 - f0)"),
        ("at the far end", "-3 * f0 + 4 * f1 - f2", "f0 - 4 * f1 + 3 * f2"),
        ("all signs", "-3 * f0 + 4 * f1 - f2", "3 * f0 - 4 * f1 + f2"),
        ("one sign", "4 * f1 - f2", "4 * f1 + f2"),
        ("2 forgotten", "(2 * h)", "h"),
        ("h squared", "(2 * h)", "(2 * h**2)"),
        ("size of h", "(2 * h)", "(2 * abs(h))"),
        ("second difference", "(-3 * f0 + 4 * f1 - f2) / (2 * h)", "(f0 - 2 * f1 + f2) / h**2"),
        ("mean of two differences", "(-3 * f0 + 4 * f1 - f2) / (2 * h)",
         "((f1 - f0) / h + (f2 - f1) / h) / 2"),
        ("long step alone, not halved", "(-3 * f0 + 4 * f1 - f2) / (2 * h)", "(f2 - f0) / h"),
        ("Richardson for order 2", "(-3 * f0 + 4 * f1 - f2) / (2 * h)",
         "(4 * (f1 - f0) / h - (f2 - f0) / (2 * h)) / 3"),
        ("divided by 3", "/ (2 * h)", "/ (3 * h)"),
        ("wrong middle weight", "4 * f1", "2 * f1"),
        ("transposed slices", "values.T", "values.T[::-1]"),
        ("left point weight", "-3 * f0", "-2 * f0"),
    )),
    "01.5": ((links, links_of_jacobians, links_by_steps), (
        ("tanh's slope forgotten", " * (1 - x**2)", ""),
        ("square of tanh", "(1 - x**2)", "x**2"),
        ("square forgotten", "(1 - x**2)", "(1 - x)"),
        ("tanh twice", "(1 - x**2)", "(1 - np.tanh(x) ** 2)"),
        ("1 - square of the inside", "(1 - x**2)", "(1 - (B @ y) ** 2)"),
        ("cosine forgotten", "np.cos(A @ z) * ", ""),
        ("sign of the cosine", "np.cos(A @ z) * ", "-np.cos(A @ z) * "),
        ("sine for cosine", "np.cos(A @ z)", "y"),
        ("cosine of y", "np.cos(A @ z)", "np.cos(y)"),
        ("1 - y squared", "np.cos(A @ z)", "(1 - y**2)"),
        ("c forgotten", "c * ", ""),
        ("c squared", "c * ", "c**2 * "),
        ("sine's slope squared", "np.cos(A @ z)", "np.cos(A @ z) ** 2"),
        ("1+x^2", "1 - x**2", "1 + x**2"),
        ("exp", "1 - x**2", "np.exp(-x**2)"),
        ("slope of a sigmoid", "1 - x**2", "x * (1 - x)"),
        ("no A sine in the tanh", "y = np.sin(A @ z)", "y = A @ z"),
    )),
    "01.6": ((rms, rms_entries, rms_of_y), (
        ("first term alone", " - np.outer(x, x) / (n * r**3)", ""),
        ("second term alone", "np.eye(n) / r - ", "-"),
        ("plus", " - np.outer", " + np.outer"),
        ("n forgotten", "(n * r**3)", "r**3"),
        ("r squared", "r**3", "r**2"),
        ("r to the first", "r**3", "r"),
        ("sum for the mean", ".sum() / n", ".sum()"),
        ("epsilon forgotten", " + epsilon)", ")"),
        ("epsilon outside the root", "np.sqrt((x**2).sum() / n + epsilon)",
         "np.sqrt((x**2).sum() / n) + epsilon"),
        ("diagonal alone", "np.outer(x, x)", "np.diag(x**2)"),
        ("twice", "np.outer", "2 * np.outer"),
        ("identity not divided", "np.eye(n) / r", "np.eye(n)"),
        ("identity is ones", "np.eye(n)", "np.ones((n, n))"),
        ("n twice", "n * r**3", "n**2 * r**3"),
        ("epsilon over n", "+ epsilon)", "+ epsilon / n)"),
        ("mean over n-1", "/ n + epsilon", "/ (n - 1) + epsilon"),
        ("root forgotten", "np.sqrt((x**2).sum() / n + epsilon)", "(x**2).sum() / n + epsilon"),
        ("r fourth", "r**3", "r**4"),
    )),
    "01.7": ((hessian, hessian_sum, hessian_einsum), (
        ("weights forgotten", "w * s", "s"),
        ("weights squared", "w * s", "w**2 * s"),
        ("square of tanh", "1 - np.tanh(r) ** 2", "np.tanh(r) ** 2"),
        ("tanh itself", "1 - np.tanh(r) ** 2", "np.tanh(r)"),
        ("square forgotten", "np.tanh(r) ** 2", "np.tanh(r)"),
        ("as of least squares", "1 - np.tanh(r) ** 2", "np.ones(len(r))"),
        ("as of least squares, with 2", "w * s", "2 * w"),
        ("twice", "w * s", "2 * w * s"),
        ("b forgotten", " - b", ""),
        ("b added", " - b", " + b"),
        ("1 / cosh", "1 - np.tanh(r) ** 2", "np.exp(-np.logaddexp(r, -r)) * 2"),
        ("gradient returned", "A.T @ np.diag(w * s) @ A", "A.T @ (w * np.tanh(r))"),
        ("diagonal alone", "A.T @ np.diag(w * s) @ A", "np.diag((w * s) @ A**2)"),
        ("overflows", "1 - np.tanh(r) ** 2",
         "(np.cosh(r) ** 2 - np.sinh(r) ** 2) / np.cosh(r) ** 2"),
        ("outer product of the gradient", "A.T @ np.diag(w * s) @ A",
         "np.outer(A.T @ (w * np.tanh(r)), A.T @ (w * np.tanh(r)))"),
        ("A once", "A.T @ np.diag(w * s) @ A", "np.diag(w * s) @ A"),
        ("root of w", "w * s", "np.sqrt(w) * s"),
        ("tanh squared twice", "np.tanh(r) ** 2", "np.tanh(r) ** 4"),
        ("abs residual w", "w * s", "w * s * np.abs(r)"),
        ("mean", "w * s", "w * s / len(w)"),
    )),
}
