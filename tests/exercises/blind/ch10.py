"""Chapter 10, solved from its prompts alone, and what goes wrong in such a solution."""

import numpy as np


def layer_norm(X, gamma, G, eps):
    m = X.mean(axis=1, keepdims=True)
    s = np.sqrt(X.var(axis=1, keepdims=True) + eps)
    Z = (X - m) / s
    D = G * gamma
    a = D.mean(axis=1, keepdims=True)
    c = (D * Z).mean(axis=1, keepdims=True)
    dX = (D - a - Z * c) / s
    return dX, (G * Z).sum(axis=0), G.sum(axis=0)


def layer_norm_jacobians(X, gamma, G, eps):
    n = X.shape[1]
    C = np.eye(n) - 1 / n
    rows, Z = [], np.zeros_like(X)
    for i, (x, g) in enumerate(zip(X, G, strict=True)):
        s = np.sqrt(x @ C @ x / n + eps)
        Z[i] = C @ x / s
        J = np.diag(gamma) @ (C - np.outer(Z[i], Z[i]) / n) / s
        rows.append(J.T @ g)
    return np.array(rows), np.einsum("ij,ij->j", G, Z), np.ones(len(X)) @ G


def layer_norm_three_ways(X, gamma, G, eps):
    n = X.shape[1]
    dev = X - X.mean(axis=1)[:, None]
    root = np.sqrt(np.mean(dev * dev, axis=1) + eps)[:, None]
    d = G * gamma
    dv = -np.sum(d * dev, axis=1, keepdims=True) / (2 * root**3)
    dm = -np.sum(d, axis=1, keepdims=True) / root
    return d / root + 2 / n * dev * dv + dm / n, np.sum(G * dev / root, axis=0), np.sum(G, axis=0)


def block(X, W, G):
    n = X.shape[1]
    r = np.sqrt(np.sum(X**2, axis=1, keepdims=True) / n)
    Z = X / r
    T = np.tanh(Z)
    D = (G @ W.T) * (1 - T**2)
    along = np.sum(Z * D, axis=1, keepdims=True) / n
    dX = G + (D - Z * along) / r
    return dX, T.T @ G


def block_rows(X, W, G):
    dX, dW = np.zeros_like(X), np.zeros_like(W)
    for i, (x, g) in enumerate(zip(X, G, strict=True)):
        r = np.sqrt(x @ x / len(x))
        z = x / r
        J = np.eye(len(x)) / r - np.outer(x, x) / (len(x) * r**3)
        dX[i] = g + J @ ((W @ g) / np.cosh(z) ** 2)
        dW += np.outer(np.tanh(z), g)
    return dX, dW


def block_quotient(X, W, G):
    d, square = X.shape[1], (X * X).mean(1)[:, None]
    A = np.tanh(X * square**-0.5)
    back = np.einsum("ij,kj->ik", G, W) * (1 - A * A)
    in_size = (back * X).sum(1)[:, None]
    return [G + back * square**-0.5 - X * in_size * square**-1.5 / d, np.einsum("ni,nj->ij", A, G)]


def padded(X, real, mean, variance, momentum, eps):
    R = X[real == 1]
    k = len(R)
    m = R.mean(axis=0)
    v = ((R - m) ** 2).mean(axis=0)
    Z = (X - m) / np.sqrt(v + eps)
    Z[real == 0] = 0
    u = v * k / (k - 1)
    mean = mean + momentum * (m - mean)
    variance = variance + momentum * (u - variance)
    return Z, mean, variance


def padded_weights(X, real, mean, variance, momentum, eps):
    k = real.sum()
    m = real @ X / k
    v = real @ (X - m) ** 2 / k
    Z = real[:, None] * (X - m) / np.sqrt(v + eps)
    share = momentum
    return (Z, (1 - share) * mean + share * m,
            (1 - share) * variance + share * (real @ (X - m) ** 2) / (k - 1))


def padded_loop(X, real, mean, variance, momentum, eps):
    rows = [x for x, one in zip(X, real, strict=True) if one]
    m, v, unbiased = np.mean(rows, 0), np.var(rows, 0), np.var(rows, 0, ddof=1)
    Z = [(x - m) / (v + eps) ** 0.5 if one else 0 * x for x, one in zip(X, real, strict=True)]
    return np.array(Z), mean - momentum * (mean - m), variance - momentum * (variance - unbiased)


def fold(gamma, beta, mean, variance, eps, W, b):
    s = np.sqrt(variance + eps)
    f = gamma / s
    new_W = f[:, None] * W
    new_b = b + (beta - mean * f) @ W
    return new_W, new_b


def fold_matrices(gamma, beta, mean, variance, eps, W, b):
    F = np.diag(gamma * (variance + eps) ** -0.5)
    return F @ W, beta @ W - mean @ (F @ W) + b


def fold_by_trying(gamma, beta, mean, variance, eps, W, b):
    def both(X):
        return ((X - mean) / np.sqrt(variance + eps) * gamma + beta) @ W + b

    zero = both(np.zeros((1, len(mean))))
    return both(np.eye(len(mean))) - zero, zero[0]


ANSWERS = {
    "10.2": ((fold, fold_matrices, fold_by_trying), (
        ("eps outside", "np.sqrt(variance + eps)", "np.sqrt(variance) + eps"),
        ("eps forgotten", "variance + eps", "variance"),
        ("root forgotten", "np.sqrt(variance + eps)", "variance + eps"),
        ("gamma forgotten", "gamma / s", "1 / s"),
        ("upside down", "gamma / s", "s / gamma"),
        ("multiplied", "gamma / s", "gamma * s"),
        ("weights left", "f[:, None] * W\n", "W\n"),
        ("bias left", "b + (beta - mean * f) @ W", "b"),
        ("old bias forgotten", "b + (beta", "(beta"),
        ("mean forgotten", "beta - mean * f", "beta"),
        ("beta forgotten", "beta - mean * f", "-mean * f"),
        ("plus", "beta - mean * f", "beta + mean * f"),
        ("minus", "b + (beta", "b - (beta"),
        ("mean not scaled", "mean * f", "mean"),
        ("beta scaled too", "beta - mean * f", "(beta - mean) * f"),
        ("new weights in the bias", "(beta - mean * f) @ W", "(beta - mean * f) @ new_W"),
        ("divided", "f[:, None] * W\n", "W / f[:, None]\n"),
        ("squared", "f[:, None] * W\n", "f[:, None] ** 2 * W\n"),
        ("order", "new_W, new_b\n", "new_b, new_W\n"),
        ("transposed", "f[:, None] * W\n", "(f[:, None] * W).T\n"),
    )),
    "10.3": ((padded, padded_weights, padded_loop), (
        ("running ones used", "(X - m) / np.sqrt(v + eps)", "(X - mean) / np.sqrt(variance + eps)"),
        ("running variance used", "np.sqrt(v + eps)", "np.sqrt(variance + eps)"),
        ("unbiased in Z", "np.sqrt(v + eps)", "np.sqrt(v * k / (k - 1) + eps)"),
        ("biased remembered", "u = v * k / (k - 1)", "u = v"),
        ("unbiased in both", "((R - m) ** 2).mean(axis=0)", "((R - m) ** 2).sum(axis=0) / (k - 1)",
         "u = v * k / (k - 1)", "u = v"),
        ("padding counted", "R = X[real == 1]", "R = X"),
        ("zeros counted", "R = X[real == 1]", "R = X * real[:, None]"),
        ("padding taken", "real == 1", "real == 0", "Z[real == 0]", "Z[real != 1]"),
        ("padding left in Z", "    Z[real == 0] = 0\n", ""),
        ("index by numbers", "X[real == 1]", "X[real]"),
        ("eps outside", "np.sqrt(v + eps)", "(np.sqrt(v) + eps)"),
        ("eps forgotten", "v + eps", "v"),
        ("eps remembered", "u - variance", "u + eps - variance"),
        ("root forgotten", "np.sqrt(v + eps)", "(v + eps)"),
        ("spread remembered", "(u - variance)", "(np.sqrt(u) - variance)"),
        ("other share", "mean + momentum * (m - mean)", "momentum * mean + (1 - momentum) * m",
         "variance + momentum * (u - variance)", "momentum * variance + (1 - momentum) * u"),
        ("replaced", "mean + momentum * (m - mean)", "m",
         "variance + momentum * (u - variance)", "u"),
        ("added", "(m - mean)", "m", "(u - variance)", "u"),
        ("not moved", "    mean = mean + momentum * (m - mean)\n"
         "    variance = variance + momentum * (u - variance)\n", ""),
        ("N for k", "k = len(R)", "k = len(X)"),
        ("order", "Z, mean, variance\n", "Z, variance, mean\n"),
    )),
    "10.4": ((layer_norm, layer_norm_jacobians, layer_norm_three_ways), (
        ("no projections", "(D - a - Z * c) / s", "D / s"),
        ("mean alone taken off", "D - a - Z * c", "D - a"),
        ("z alone taken off", "D - a - Z * c", "D - Z * c"),
        ("gamma forgotten", "D = G * gamma", "D = G"),
        ("gamma last", "D = G * gamma", "D = G", "(D - a - Z * c) / s",
         "gamma * (D - a - Z * c) / s"),
        ("dgamma not summed", "(G * Z).sum(axis=0)", "G * Z"),
        ("dbeta not summed", ", G.sum(axis=0)", ", G"),
        ("neither summed", "(G * Z).sum(axis=0), G.sum(axis=0)", "G * Z, G"),
        ("means for sums", "(G * Z).sum(axis=0), G.sum(axis=0)",
         "(G * Z).mean(axis=0), G.mean(axis=0)"),
        ("summed along the rows", "(G * Z).sum(axis=0), G.sum(axis=0)",
         "(G * Z).sum(axis=1), G.sum(axis=1)"),
        ("dgamma of X", "(G * Z).sum", "(G * X).sum"),
        ("eps outside", "np.sqrt(X.var(axis=1, keepdims=True) + eps)",
         "np.sqrt(X.var(axis=1, keepdims=True)) + eps"),
        ("eps forgotten", " + eps", ""),
        ("unbiased", "X.var(axis=1, keepdims=True)", "X.var(axis=1, keepdims=True, ddof=1)"),
        ("root forgotten", "np.sqrt(X.var(axis=1, keepdims=True) + eps)",
         "X.var(axis=1, keepdims=True) + eps"),
        ("columns", "m = X.mean(axis=1, keepdims=True)", "m = X.mean(axis=0)",
         "X.var(axis=1, keepdims=True)", "X.var(axis=0)", "D.mean(axis=1, keepdims=True)",
         "D.mean(axis=0)", "(D * Z).mean(axis=1, keepdims=True)", "(D * Z).mean(axis=0)"),
        ("plus", "D - a - Z * c", "D - a + Z * c"),
        ("not divided", "(D - a - Z * c) / s", "D - a - Z * c"),
        ("divided twice", "(D - a - Z * c) / s", "(D - a - Z * c) / s**2"),
        ("sum for the mean", "(D * Z).mean(axis=1", "(D * Z).sum(axis=1"),
        ("Z in front forgotten", "Z * c", "c"),
        ("deviation for Z in front", "Z * c", "(X - m) * c"),
        ("divided by N", "(D - a - Z * c) / s", "(D - a - Z * c) / s / len(X)"),
        ("order", "(G * Z).sum(axis=0), G.sum(axis=0)", "G.sum(axis=0), (G * Z).sum(axis=0)"),
        ("RMS", "m = X.mean(axis=1, keepdims=True)", "m = 0", "X.var(axis=1, keepdims=True)",
         "(X**2).mean(axis=1, keepdims=True)", "D - a - Z * c", "D - Z * c"),
    )),
    "10.5": ((block, block_rows, block_quotient), (
        ("branch forgotten", "G + (D - Z * along) / r", "G"),
        ("shortcut forgotten", "G + (D", "(D"),
        ("r a constant", "D - Z * along", "D"),
        ("transpose forgotten", "G @ W.T", "G @ W"),
        ("W forgotten", "(G @ W.T)", "G"),
        ("slope forgotten", " * (1 - T**2)", ""),
        ("square forgotten", "T**2", "T"),
        ("slope of Z", "T**2", "Z**2"),
        ("square of tanh", "(1 - T**2)", "T**2"),
        ("sigmoid", "(1 - T**2)", "T * (1 - T)"),
        ("not divided by r", "(D - Z * along) / r", "(D - Z * along)"),
        ("sum for the mean", "(Z * D, axis=1, keepdims=True) / n",
         "(Z * D, axis=1, keepdims=True)"),
        ("sum of squares", "(X**2, axis=1, keepdims=True) / n", "(X**2, axis=1, keepdims=True)"),
        ("Z in front forgotten", "Z * along", "along"),
        ("X in front", "Z * along", "X * along"),
        ("plus", "D - Z * along", "D + Z * along"),
        ("dW of Z", "T.T @ G", "Z.T @ G"),
        ("dW of X", "T.T @ G", "X.T @ G"),
        ("dW transposed", "T.T @ G", "G.T @ T"),
        ("dW not summed", "T.T @ G", "T[:, :, None] * G[:, None]"),
        ("dW a mean", "T.T @ G", "T.T @ G / len(X)"),
        ("shortcut normalised", "G + (D", "G / r + (D"),
        ("G through the norm", "D = (G @ W.T) * (1 - T**2)", "D = G + (G @ W.T) * (1 - T**2)",
         "G + (D", "(D"),
        ("mean taken off too", "D - Z * along", "D - D.mean(axis=1, keepdims=True) - Z * along"),
        ("root forgotten", "np.sqrt(np.sum(X**2, axis=1, keepdims=True) / n)",
         "np.sum(X**2, axis=1, keepdims=True) / n"),
    )),
}
