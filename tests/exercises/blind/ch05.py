"""Chapter 05, solved from its prompts alone, and what goes wrong in such a solution."""

import numpy as np

from mlp_lib.networks import softmax


def stretched(Delta_above, W_above, X, c, k):
    slope = c * k * (1 - (X / c) ** 2)
    return (Delta_above @ W_above.T) * slope


def stretched_product(Delta_above, W_above, X, c, k):
    return k / c * (c - X) * (c + X) * np.dot(Delta_above, np.transpose(W_above))


def stretched_loops(Delta_above, W_above, X, c, k):
    return np.array([[sum(Delta_above[n, j] * W_above[i, j] for j in range(W_above.shape[1]))
                      * k * (c - X[n, i] ** 2 / c) for i in range(X.shape[1])]
                     for n in range(len(X))])


def residual(G, W, S):
    for w, s in zip(W[::-1], S[::-1], strict=True):
        G = G + (G * (1 - np.tanh(s) ** 2)) @ w.T
    return G


def residual_index(G, W, S):
    G = G.copy()
    for level in range(len(W) - 1, -1, -1):
        t = np.tanh(S[level])
        G += np.einsum("nd,ed->ne", G - G * t * t, W[level])
    return G


def residual_jacobians(G, W, S):
    rows = []
    for n, g in enumerate(G):
        J = np.eye(len(g))
        for w, s in zip(W, S, strict=True):
            J = J @ (np.eye(len(g)) + w @ np.diag(1 / np.cosh(s[n]) ** 2))
        rows.append(J @ g)
    return np.array(rows)


def centred(X, W, G):
    S = X @ W
    C = S - S.mean(axis=0)
    A = np.tanh(C)
    D = G * (1 - A**2)
    D = D - D.mean(axis=0)
    return D @ W.T, X.T @ D


def centred_matrix(X, W, G):
    n = len(X)
    M = np.eye(n) - np.full((n, n), 1 / n)
    back = M.T @ (G / np.cosh(M @ X @ W) ** 2)
    return back @ W.T, X.T @ back


def centred_inputs(X, W, G):
    Xc = X - X.mean(axis=0)
    D = G * (1 - np.tanh(Xc @ W) ** 2)
    dX = D @ W.T
    return dX - dX.mean(axis=0), Xc.T @ D


def lengths(X, labels, W, b):
    values, n = [X], len(X)
    for w, c in zip(W[:-1], b[:-1], strict=True):
        values.append(np.tanh(values[-1] @ w + c))
    Z = values[-1] @ W[-1] + b[-1]
    E = np.exp(Z - Z.max(axis=1, keepdims=True))
    D = E / E.sum(axis=1, keepdims=True)
    D[np.arange(n), labels] -= 1
    D /= n
    out = []
    for level in range(len(W) - 1, -1, -1):
        dW = values[level].T @ D
        out.append(np.sqrt((dW**2).sum()))
        D = (D @ W[level].T) * (1 - values[level] ** 2)
    return np.array(out[::-1])


def lengths_recursive(X, labels, W, b):
    def back(H, level):
        Z = H @ W[level] + b[level]
        if level == len(W) - 1:
            D = (softmax(Z) - np.eye(Z.shape[1])[labels]) / len(X)
            later = []
        else:
            A = np.tanh(Z)
            slope, later = back(A, level + 1)
            D = slope * (1 - A * A)
        return D @ W[level].T, [np.linalg.norm(H.T @ D), *later]

    return np.array(back(X, 0)[1])


def lengths_list(X, labels, W, b):
    H = [X]
    for w, c in list(zip(W, b, strict=True))[:-1]:
        H += [np.tanh(H[-1].dot(w) + c)]
    D = softmax(H[-1].dot(W[-1]) + b[-1])
    D = (D - (np.arange(D.shape[1]) == np.asarray(labels)[:, None])) / len(labels)
    norms = [np.linalg.norm(H[-1].T.dot(D), "fro")]
    for w, h, before in zip(W[:0:-1], H[:0:-1], H[-2::-1], strict=True):
        D = D.dot(w.T) * (1 - h**2)
        norms.insert(0, np.linalg.norm(before.T.dot(D), "fro"))
    return norms


ANSWERS = {
    "05.1": ((stretched, stretched_product, stretched_loops), (
        ("plain tanh", "c * k * (1 - (X / c) ** 2)", "1 - X**2"),
        ("plain tanh, k", "c * k * (1 - (X / c) ** 2)", "k * (1 - X**2)"),
        ("c in front forgotten", "c * k", "k"),
        ("k forgotten", "c * k", "c"),
        ("both in front forgotten", "c * k * ", ""),
        ("not divided by c inside", "(X / c) ** 2", "X**2"),
        ("c not squared", "(X / c) ** 2", "X**2 / c"),
        ("1 forgotten", "(1 - (X / c) ** 2)", "(X / c) ** 2"),
        ("square forgotten", "(X / c) ** 2", "X / c"),
        ("1 - x all squared", "(1 - (X / c) ** 2)", "(1 - X / c) ** 2"),
        ("tanh again", "(X / c) ** 2", "np.tanh(k * X) ** 2"),
        ("slope of the sigmoid", "(1 - (X / c) ** 2)", "X / c * (1 - X / c)"),
        ("slope forgotten", " * slope", ""),
        ("mean", " * slope", " * slope / len(X)"),
        ("divided by k", "c * k", "c / k"),
        ("tanh of X over c", "(X / c) ** 2", "np.tanh(X / c) ** 2"),
        ("k squared", "c * k", "c * k**2"),
        ("c/k swapped", "c * k * (1 - (X / c) ** 2)", "c / k * (c**2 - X**2)"),
        ("abs", "(X / c) ** 2", "abs(X / c)"),
        ("k X", "(X / c) ** 2", "(k * X / c) ** 2"),
    )),
    "05.4": ((residual, residual_index, residual_jacobians), (
        ("shortcut forgotten", "G = G + (G", "G = (G"),
        ("transpose forgotten", "@ w.T", "@ w"),
        ("first layer first", "zip(W[::-1], S[::-1], strict=True)", "zip(W, S, strict=True)"),
        ("first layer left out", "zip(W[::-1], S[::-1], strict=True)",
         "zip(W[:0:-1], S[:0:-1], strict=True)"),
        ("last layer left out", "zip(W[::-1], S[::-1], strict=True)",
         "zip(W[-2::-1], S[-2::-1], strict=True)"),
        ("slope of the scores", "np.tanh(s) ** 2", "s**2"),
        ("square forgotten", "np.tanh(s) ** 2", "np.tanh(s)"),
        ("square of tanh", "(1 - np.tanh(s) ** 2)", "np.tanh(s) ** 2"),
        ("slope forgotten", " * (1 - np.tanh(s) ** 2)", ""),
        ("slope on the shortcut too", "G + (G * (1 - np.tanh(s) ** 2)) @ w.T",
         "(G + G @ w.T) * (1 - np.tanh(s) ** 2)"),
        ("slope after the weights", "(G * (1 - np.tanh(s) ** 2)) @ w.T",
         "(G @ w.T) * (1 - np.tanh(s) ** 2)"),
        ("value for the slope", "(1 - np.tanh(s) ** 2)", "np.tanh(s)"),
        ("weights forgotten", " @ w.T", ""),
        ("shortcut twice", "G = G + (G", "G = 2 * G + (G"),
        ("mean", "G = G + (G", "G = G + 1 / len(G) * (G"),
        ("one shortcut over all", "    for w", "    first = G\n    for w", "G = G + (G", "G = (G",
         "return G", "return first + G"),
        ("slope of next layer", "zip(W[::-1], S[::-1], strict=True)",
         "zip(W[::-1], np.roll(S, 1, axis=0)[::-1], strict=True)"),
        ("shortcut halved", "G + (G", "0.5 * G + (G"),
        ("minus", "G + (G", "G - (G"),
        ("sigmoid slope", "(1 - np.tanh(s) ** 2)", "np.tanh(s) * (1 - np.tanh(s))"),
        ("relu", "(1 - np.tanh(s) ** 2)", "(s > 0)"),
    )),
    "05.5": ((centred, centred_matrix, centred_inputs), (
        ("mean not going back", "    D = D - D.mean(axis=0)\n", ""),
        ("mean of everything", "D.mean(axis=0)", "D.mean()"),
        ("mean along rows", "D.mean(axis=0)", "D.mean(axis=1, keepdims=True)"),
        ("mean of everything going forward", "S.mean(axis=0)", "S.mean()"),
        ("mean of G", "D - D.mean(axis=0)", "D - G.mean(axis=0)"),
        ("mean before the slope", "D = G * (1 - A**2)\n    D = D - D.mean(axis=0)",
         "D = (G - G.mean(axis=0)) * (1 - A**2)"),
        ("sum for the mean", "D.mean(axis=0)", "D.sum(axis=0)"),
        ("plus", "D - D.mean", "D + D.mean"),
        ("not centred going forward", "S - S.mean(axis=0)", "S"),
        ("square forgotten", "A**2", "A"),
        ("square of tanh", "(1 - A**2)", "A**2"),
        ("tanh twice", "A**2", "np.tanh(A) ** 2"),
        ("slope of the scores", "A**2", "C**2"),
        ("slope forgotten", " * (1 - A**2)", ""),
        ("1/N again", "X.T @ D", "X.T @ D / len(X)"),
        ("order", "D @ W.T, X.T @ D", "X.T @ D, D @ W.T"),
        ("mean not going back in W", "    D = D - D.mean(axis=0)\n    return D @ W.T, X.T @ D",
         "    return (D - D.mean(axis=0)) @ W.T, X.T @ D"),
        ("mean not going back in X", "    D = D - D.mean(axis=0)\n    return D @ W.T, X.T @ D",
         "    return D @ W.T, X.T @ (D - D.mean(axis=0))"),
        ("own share alone", "D = D - D.mean(axis=0)", "D = D * (1 - 1 / len(X))"),
        ("N-1", "D.mean(axis=0)", "D.sum(axis=0) / (len(D) - 1)"),
        ("W centred", "D @ W.T", "D @ (W - W.mean(axis=0)).T"),
        ("median", "S.mean(axis=0)", "np.median(S, axis=0)"),
        ("mean along rows forward", "S.mean(axis=0)", "S.mean(axis=1, keepdims=True)"),
        ("1/N again in both", "X.T @ D", "X.T @ D / len(X)", "D @ W.T", "D @ W.T / len(X)"),
    )),
    "05.6": ((lengths, lengths_recursive, lengths_list), (
        ("1/N forgotten", "    D /= n\n", ""),
        ("squares", "np.sqrt((dW**2).sum())", "(dW**2).sum()"),
        ("largest stretch", "np.sqrt((dW**2).sum())", "np.linalg.norm(dW, 2)"),
        ("root of the mean", "(dW**2).sum()", "(dW**2).mean()"),
        ("sum of absolute values", "np.sqrt((dW**2).sum())", "np.abs(dW).sum()"),
        ("largest entry", "np.sqrt((dW**2).sum())", "np.abs(dW).max()"),
        ("last layer first", "out[::-1]", "out"),
        ("errors, not gradients", "dW = values[level].T @ D", "dW = D"),
        ("slope of ReLU", "(1 - values[level] ** 2)", "(values[level] > 0)"),
        ("slope of the sigmoid", "(1 - values[level] ** 2)", "values[level] * (1 - values[level])"),
        ("square forgotten", "values[level] ** 2", "values[level]"),
        ("square of tanh", "(1 - values[level] ** 2)", "values[level] ** 2"),
        ("slope forgotten", " * (1 - values[level] ** 2)", ""),
        ("biases forgotten", "values[-1] @ w + c", "values[-1] @ w"),
        ("tanh in the last layer too", "Z = values[-1] @ W[-1] + b[-1]",
         "Z = np.tanh(values[-1] @ W[-1] + b[-1])"),
        ("last bias forgotten", "W[-1] + b[-1]", "W[-1]"),
        ("bias counted too", "(dW**2).sum()", "(dW**2).sum() + (D.sum(axis=0) ** 2).sum()"),
        ("no maximum", "Z - Z.max(axis=1, keepdims=True)", "Z"),
        ("one maximum", "Z.max(axis=1, keepdims=True)", "Z.max()"),
        ("softmax over everything", "E.sum(axis=1, keepdims=True)", "E.sum()"),
        ("all columns of the labels", "D[np.arange(n), labels]", "D[:, labels]"),
        ("lengths of the weights", "dW = values[level].T @ D", "dW = W[level]"),
        ("loss's gradient without the labels", "    D[np.arange(n), labels] -= 1\n", ""),
        ("mean abs", "np.sqrt((dW**2).sum())", "np.abs(dW).mean()"),
        ("over layers", "D /= n", "D /= n * len(W)"),
        ("sigmoid hidden", "np.tanh(values[-1] @ w + c)",
         "1 / (1 + np.exp(-(values[-1] @ w + c)))"),
        ("column norms max", "np.sqrt((dW**2).sum())", "np.linalg.norm(dW, axis=0).max()"),
        ("labels from 1", "np.arange(n), labels]", "np.arange(n), labels - 1]"),
    )),
}
