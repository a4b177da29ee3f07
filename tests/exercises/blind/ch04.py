"""Chapter 04, solved from its prompts alone, and what goes wrong in such a solution."""

import numpy as np

from mlp_lib.networks import softmax

NO_MAX = (" - A2.max(axis=1, keepdims=True)", "")
ONE_MAX = ("A2.max(axis=1, keepdims=True)", "A2.max()")
WHOLE = ("E.sum(axis=1, keepdims=True)", "E.sum()")


def gelu(A, dH):
    s = 0.5 * (1 + np.tanh(0.851 * A))
    return dH * (s + 1.702 * A * s * (1 - s))


def gelu_exp(A, dH):
    with np.errstate(over="ignore"):
        s = 1 / (1 + np.exp(-1.702 * A))
    return dH * s * (1 + 1.702 * A * (1 - s))


def gelu_complex(A, dH):
    with np.errstate(all="ignore"):
        small = np.clip(A, -300, 300)
        z = small + 1e-20j
        slope = (z / (1 + np.exp(-1.702 * z))).imag / 1e-20
    return dH * np.where(A > 300, 1, np.where(A < -300, 0, slope))


def huber(S, Y, weights, delta):
    R = S - Y
    return weights[:, None] * np.clip(R, -delta, delta) / weights.sum()


def huber_where(S, Y, weights, delta):
    R = S - Y
    slope = np.where(np.abs(R) <= delta, R, delta * np.sign(R))
    return (slope.T * (weights / np.sum(weights))).T


def huber_loops(S, Y, weights, delta):
    G = np.zeros(S.shape)
    for i, j in np.ndindex(S.shape):
        r = S[i, j] - Y[i, j]
        G[i, j] = weights[i] * (r if abs(r) <= delta else delta if r > 0 else -delta)
    return G / sum(weights)


def prelu(A, slopes, dH):
    dA = dH * np.where(A > 0, 1, slopes)
    ds = np.sum(dH * np.where(A > 0, 0, A), axis=0)
    return dA, ds


def prelu_mask(A, slopes, dH):
    left = (A <= 0).astype(float)
    return dH * (1 - left + left * slopes), (dH * left * A).sum(axis=0)


def prelu_loops(A, slopes, dH):
    dA, ds = np.array(dH, dtype=float), np.zeros(len(slopes))
    for i, j in np.ndindex(A.shape):
        if not A[i, j] > 0:
            dA[i, j] *= slopes[j]
            ds[j] += dH[i, j] * A[i, j]
    return dA, ds


def dropout(X, labels, keep, q, W1, b1, W2, b2):
    n = len(X)
    A1 = X @ W1 + b1
    H = keep * np.maximum(A1, 0) / q
    A2 = H @ W2 + b2
    E = np.exp(A2 - A2.max(axis=1, keepdims=True))
    G = E / E.sum(axis=1, keepdims=True)
    G[np.arange(n), labels] -= 1
    G /= n
    G1 = (G @ W2.T) * keep * (A1 > 0) / q
    return X.T @ G1, G1.sum(axis=0), H.T @ G, G.sum(axis=0)


def dropout_mask(X, labels, keep, q, W1, b1, W2, b2):
    A1 = np.dot(X, W1) + b1
    factor = np.where((keep == 1) & (A1 > 0), 1 / q, 0)
    H = A1 * factor
    G2 = (softmax(H @ W2 + b2) - np.eye(len(b2))[labels]) / len(labels)
    G1 = np.dot(G2, W2.T) * factor
    return X.T.dot(G1), G1.sum(0), H.T.dot(G2), G2.sum(0)


def dropout_samples(X, labels, keep, q, W1, b1, W2, b2):
    sums = [np.zeros(a.shape) for a in (W1, b1, W2, b2)]
    for x, y, k in zip(X, labels, keep, strict=True):
        a = x @ W1 + b1
        h = k * np.maximum(a, 0) / q
        z = h @ W2 + b2
        g = np.exp(z - z.max()) / np.exp(z - z.max()).sum() - (np.arange(len(b2)) == y)
        g1 = np.where(a > 0, k / q * (W2 @ g), 0)
        for total, part in zip(sums, (np.outer(x, g1), g1, np.outer(h, g), g), strict=True):
            total += part / len(X)
    return tuple(sums)


def shortcut(X, labels, W1, b1, W2, b2, W3, lam):
    n = len(X)
    H = np.tanh(X @ W1 + b1)
    A2 = H @ W2 + X @ W3 + b2
    E = np.exp(A2 - A2.max(axis=1, keepdims=True))
    G = E / E.sum(axis=1, keepdims=True)
    G[np.arange(n), labels] -= 1
    G /= n
    G1 = (G @ W2.T) * (1 - H**2)
    return X.T @ G1, G1.sum(axis=0), H.T @ G, G.sum(axis=0), X.T @ G + lam * np.sign(W3)


def shortcut_one_matrix(X, labels, W1, b1, W2, b2, W3, lam):
    H = np.tanh(X.dot(W1) + b1)
    both = np.hstack([H, X])
    G = (softmax(both @ np.vstack([W2, W3]) + b2) - np.eye(b2.size)[labels]) / len(X)
    back = both.T @ G
    G1 = G @ W2.T * (1 + H) * (1 - H)
    penalty = np.where(W3 > 0, lam, np.where(W3 < 0, -lam, 0))
    return X.T @ G1, G1.sum(0), back[: len(W2)], G.sum(0), back[len(W2):] + penalty


def shortcut_samples(X, labels, W1, b1, W2, b2, W3, lam):
    d = [np.zeros(a.shape) for a in (W1, b1, W2, b2, W3)]
    for x, y in zip(X, labels, strict=True):
        h = np.tanh(x @ W1 + b1)
        z = h @ W2 + x @ W3 + b2
        g = softmax(z[None])[0] - np.eye(len(z))[y]
        g1 = (W2 @ g) * (1 - h * h)
        for total, part in zip(d, (np.outer(x, g1), g1, np.outer(h, g), g, np.outer(x, g)),
                               strict=True):
            total += part / len(X)
    d[4] += lam * np.sign(W3)
    return d


ANSWERS = {
    "04.2": ((gelu, gelu_exp, gelu_complex), (
        ("factor of the inside forgotten", "1.702 * A * s", "A * s"),
        ("A forgotten", "1.702 * A * s", "1.702 * s"),
        ("first term alone", " + 1.702 * A * s * (1 - s)", ""),
        ("second term alone", "(s + 1.702", "(1.702"),
        ("minus", "s + 1.702", "s - 1.702"),
        ("1 - s for s (1 - s)", "A * s * (1 - s)", "A * (1 - s)"),
        ("s for s (1 - s)", "A * s * (1 - s)", "A * s"),
        ("dH forgotten", "dH * (s", "(s"),
        ("dH in the first term alone", "dH * (s + 1.702 * A * s * (1 - s))",
         "dH * s + 1.702 * A * s * (1 - s)"),
        ("plain sigmoid", "0.851 * A", "0.5 * A"),
        ("slope of tanh", "s * (1 - s)", "(1 - s**2)"),
        ("value", "dH * (s + 1.702 * A * s * (1 - s))", "dH * A * s"),
        ("product of the slopes", "(s + 1.702 * A * s * (1 - s))", "(1.702 * s * (1 - s))"),
        ("slope of ReLU", "(s + 1.702 * A * s * (1 - s))", "(A > 0)"),
        ("mean", "(1 - s))", "(1 - s)) / len(A)"),
        ("overflows", "0.5 * (1 + np.tanh(0.851 * A))",
         "np.exp(1.702 * A) / (1 + np.exp(1.702 * A))"),
        ("s squared", "s * (1 - s)", "s**2"),
        ("1.702 outside first", "dH * (s +", "dH * (1.702 * s +"),
        ("A squared", "A * s * (1", "A**2 * s * (1"),
        ("plus in slope", "s * (1 - s)", "s * (1 + s)"),
        ("factor on all", "(s + 1.702", "1.702 * (s + 1.0"),
    )),
    "04.4": ((huber, huber_where, huber_loops), (
        ("1/N", "weights.sum()", "len(S)"),
        ("1/N too", "weights.sum()", "weights.sum() / len(S)"),
        ("not divided", " / weights.sum()", ""),
        ("over all entries", "weights.sum()", "(weights.sum() * S.shape[1])"),
        ("weights forgotten", "weights[:, None] * np.clip(R, -delta, delta) / weights.sum()",
         "np.clip(R, -delta, delta) / len(S)"),
        ("weights squared", "weights[:, None] *", "weights[:, None] ** 2 *"),
        ("sign", "S - Y", "Y - S"),
        ("delta forgotten outside", "np.clip(R, -delta, delta)",
         "np.where(abs(R) <= delta, R, np.sign(R))"),
        ("not clipped", "np.clip(R, -delta, delta)", "R"),
        ("twice inside", "np.clip(R, -delta, delta)",
         "np.where(abs(R) <= delta, 2 * R, delta * np.sign(R))"),
        ("half", "np.clip(R, -delta, delta)", "0.5 * np.clip(R, -delta, delta)"),
        ("sign forgotten outside", "np.clip(R, -delta, delta)",
         "np.where(abs(R) <= delta, R, delta)"),
        ("absolute value forgotten", "np.clip(R, -delta, delta)", "np.minimum(R, delta)"),
        ("clipped after weighting", "weights[:, None] * np.clip(R, -delta, delta)",
         "np.clip(weights[:, None] * R, -delta, delta)"),
        ("zero outside", "np.clip(R, -delta, delta)", "np.where(abs(R) <= delta, R, 0)"),
        ("branches swapped", "np.clip(R, -delta, delta)",
         "np.where(abs(R) > delta, R, delta * np.sign(R))"),
        ("the loss's branches", "np.clip(R, -delta, delta)",
         "np.where(abs(R) <= delta, R**2 / 2, delta * (abs(R) - delta / 2))"),
        ("loss", "weights[:, None] * np.clip(R, -delta, delta) / weights.sum()",
         "np.sum(weights[:, None] * np.where(abs(R) <= delta, R**2 / 2,"
         " delta * (abs(R) - delta / 2))) / weights.sum()"),
        ("rows of S", "weights.sum()", "weights.max()"),
        ("weights normalised twice", "weights.sum()", "weights.sum() ** 2"),
        ("linear slope r/|r| delta/2", "np.clip(R, -delta, delta)",
         "np.where(abs(R) <= delta, R, delta / 2 * np.sign(R))"),
        ("targets forgotten", "S - Y", "S"),
        ("delta squared", "-delta, delta)", "-delta**2, delta**2)"),
        ("sqrt of weights", "weights[:, None] *", "np.sqrt(weights)[:, None] *"),
    )),
    "04.5": ((prelu, prelu_mask, prelu_loops), (
        ("slope 1 at 0", "np.where(A > 0, 1, slopes)", "np.where(A >= 0, 1, slopes)"),
        ("slope 0 at 0", "np.where(A > 0, 1, slopes)",
         "np.where(A > 0, 1, np.where(A < 0, slopes, 0))"),
        ("mean for the slopes", "np.sum(dH", "np.mean(dH"),
        ("not summed", "np.sum(dH * np.where(A > 0, 0, A), axis=0)",
         "dH * np.where(A > 0, 0, A)"),
        ("summed over the nodes too", ", axis=0)", ")"),
        ("mask the other way", "np.where(A > 0, 0, A)", "np.where(A > 0, A, 0)"),
        ("no mask", "np.where(A > 0, 0, A)", "A"),
        ("slope in it", "np.where(A > 0, 0, A)", "np.where(A > 0, 0, slopes * A)"),
        ("A forgotten", "np.where(A > 0, 0, A)", "np.where(A > 0, 0, 1)"),
        ("dH forgotten in the slopes", "np.sum(dH * ", "np.sum("),
        ("dH forgotten in A", "dA = dH * ", "dA = "),
        ("fixed tenth", "np.where(A > 0, 1, slopes)", "np.where(A > 0, 1, 0.1)"),
        ("plain ReLU", "np.where(A > 0, 1, slopes)", "np.where(A > 0, 1, 0)"),
        ("A in it", "np.where(A > 0, 1, slopes)", "np.where(A > 0, A, slopes * A)"),
        ("order", "return dA, ds", "return ds, dA"),
        ("mask the other way in A", "np.where(A > 0, 1, slopes)", "np.where(A > 0, slopes, 1)"),
        ("larger of the two", "np.where(A > 0, 1, slopes)", "np.where(A > slopes * A, 1, slopes)"),
        ("dA in the slopes", "np.sum(dH * np", "np.sum(dA * np"),
        ("divided by N again", "return dA, ds", "return dA / len(A), ds / len(A)"),
        ("minus", "np.where(A > 0, 0, A)", "np.where(A > 0, 0, -A)"),
        ("abs slopes", "np.where(A > 0, 1, slopes)", "np.where(A > 0, 1, abs(slopes))"),
        ("mean slope", "np.where(A > 0, 1, slopes)", "np.where(A > 0, 1, slopes.mean())"),
        ("columns", ", axis=0)", ", axis=1)"),
        ("s squared", "np.where(A > 0, 1, slopes)", "np.where(A > 0, 1, slopes**2)"),
    )),
    "04.6": ((dropout, dropout_mask, dropout_samples), (
        ("1/q forgotten going back", "(A1 > 0) / q", "(A1 > 0)"),
        ("1/q forgotten going forward", "np.maximum(A1, 0) / q", "np.maximum(A1, 0)"),
        ("1/q forgotten", "np.maximum(A1, 0) / q", "np.maximum(A1, 0)", "(A1 > 0) / q", "(A1 > 0)"),
        ("1/q twice", "(A1 > 0) / q", "(A1 > 0) / q**2"),
        ("times q", "np.maximum(A1, 0) / q", "np.maximum(A1, 0) * q", "(A1 > 0) / q",
         "(A1 > 0) * q"),
        ("keep forgotten going back", "(G @ W2.T) * keep *", "(G @ W2.T) *"),
        ("keep forgotten", "keep * np.maximum", "np.maximum", "(G @ W2.T) * keep *",
         "(G @ W2.T) *"),
        ("mask of ReLU forgotten", " * (A1 > 0) / q", " / q"),
        ("scaled by what was kept", "np.maximum(A1, 0) / q",
         "np.maximum(A1, 0) / max(keep.mean(), 1e-12)"),
        ("1/N forgotten", "    G /= n\n", ""),
        ("mean for the biases", "G1.sum(axis=0)", "G1.mean(axis=0)", "G.sum(axis=0)",
         "G.mean(axis=0)"),
        ("H without dropout", "H.T @ G,", "np.maximum(A1, 0).T @ G,"),
        ("value for the mask", "(A1 > 0) / q", "np.maximum(A1, 0) / q"),
        ("all columns of the labels", "G[np.arange(n), labels]", "G[:, labels]"),
        ("no maximum", *NO_MAX),
        ("one maximum", *ONE_MAX),
        ("softmax over everything", *WHOLE),
        ("b1 forgotten", "X @ W1 + b1", "X @ W1"),
        ("sign", "G /= n", "G /= -n"),
        ("labels from 1", ", labels] -= 1", ", labels - 1] -= 1"),
        ("1-q", "(A1 > 0) / q", "(A1 > 0) / (1 - q + 1e-9)", "np.maximum(A1, 0) / q",
         "np.maximum(A1, 0) / (1 - q + 1e-9)"),
        ("sigmoid slope", "(A1 > 0) / q", "H * (1 - H) / q"),
        ("b2 forgotten", "H @ W2 + b2", "H @ W2"),
    )),
    "04.7": ((shortcut, shortcut_one_matrix, shortcut_samples), (
        ("penalty forgotten", " + lam * np.sign(W3)", ""),
        ("penalty not signed", "lam * np.sign(W3)", "lam"),
        ("penalty of squares", "lam * np.sign(W3)", "2 * lam * W3"),
        ("penalty of squares, halved", "lam * np.sign(W3)", "lam * W3"),
        ("absolute value", "lam * np.sign(W3)", "lam * np.abs(W3)"),
        ("sign at 0", "np.sign(W3)", "np.where(W3 >= 0, 1, -1)"),
        ("penalty over N", "lam * np.sign(W3)", "lam * np.sign(W3) / n"),
        ("penalty subtracted", "+ lam", "- lam"),
        ("penalty alone", "X.T @ G + lam", "lam"),
        ("penalty summed", "lam * np.sign(W3)", "lam * np.abs(W3).sum()"),
        ("penalty on all weights", "return X.T @ G1, G1.sum(axis=0), H.T @ G,",
         "return X.T @ G1 + lam * np.sign(W1), G1.sum(axis=0), H.T @ G + lam * np.sign(W2),"),
        ("slope of tanh forgotten", " * (1 - H**2)", ""),
        ("square forgotten", "1 - H**2", "1 - H"),
        ("slope of sigmoid", "1 - H**2", "H * (1 - H)"),
        ("square of tanh", "1 - H**2", "H**2"),
        ("tanh twice", "1 - H**2", "1 - np.tanh(H) ** 2"),
        ("shortcut forgotten going forward", " + X @ W3", ""),
        ("slope in the shortcut", "X.T @ G + lam", "X.T @ (G @ W2.T * (1 - H**2) @ W2) + lam"),
        ("1/N forgotten", "    G /= n\n", ""),
        ("mean for the biases", "G1.sum(axis=0)", "G1.mean(axis=0)", "G.sum(axis=0)",
         "G.mean(axis=0)"),
        ("all columns of the labels", "G[np.arange(n), labels]", "G[:, labels]"),
        ("no maximum", *NO_MAX),
        ("one maximum", *ONE_MAX),
        ("softmax over everything", *WHOLE),
        ("b2 forgotten", "X @ W3 + b2", "X @ W3"),
        ("order", "G.sum(axis=0), X.T @ G + lam * np.sign(W3)",
         "X.T @ G + lam * np.sign(W3), G.sum(axis=0)"),
        ("sign", "G /= n", "G /= -n"),
        ("lam halved", "lam * np.sign", "0.5 * lam * np.sign"),
        ("lam squared", "lam * np.sign", "lam**2 * np.sign"),
        ("lam doubled", "lam * np.sign", "2 * lam * np.sign"),
        ("dW3 from H slope", "X.T @ G + lam", "2 * X.T @ G + lam"),
        ("plus", "1 - H**2", "1 + H**2"),
        ("relu slope", "(1 - H**2)", "(H > 0)"),
    )),
}
