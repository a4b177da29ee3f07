"""Chapter 06, solved from its prompts alone, and what goes wrong in such a solution."""

import numpy as np

from mlp_lib.networks import sigmoid, softmax


def elastic(W, dW_sum, B, l1, l2):
    return dW_sum / B + l1 * np.sign(W) + 2 * l2 * W


def elastic_where(W, dW_sum, B, l1, l2):
    kink = np.where(W > 0, 1.0, np.where(W < 0, -1.0, 0.0))
    return (dW_sum + B * l1 * kink + 2 * B * l2 * W) / B


def elastic_loops(W, dW_sum, B, l1, l2):
    G = np.zeros(W.shape)
    for place in np.ndindex(W.shape):
        w = W[place]
        G[place] = dW_sum[place] / B + 2 * l2 * w + (l1 * w / abs(w) if w else 0)
    return G


def nesterov(W, V, dW, rate, momentum, penalty):
    G = dW + 2 * penalty * W
    V = momentum * V + G
    step = momentum * V + G
    return W - rate * step, V


def nesterov_written_out(W, V, dW, rate, momentum, penalty):
    G = np.add(dW, 2 * penalty * W)
    ahead = momentum**2 * V + (1 + momentum) * G
    return W - ahead * rate, momentum * V + G


def nesterov_twice(W, V, dW, rate, momentum, penalty):
    def update(velocity):
        return momentum * velocity + dW + penalty * W + penalty * W

    once = update(V)
    return W - rate * update(once), once


def pixels(X, classes, W1, b1, W2, b2, W3, b3):
    H1 = sigmoid(X @ W1 + b1)
    H2 = sigmoid(H1 @ W2 + b2)
    Z = H2 @ W3 + b3
    E = np.exp(Z - Z.max(axis=1, keepdims=True))
    P = E / E.sum(axis=1, keepdims=True)
    D3 = -P
    D3[np.arange(len(X)), classes] += 1
    D2 = (D3 @ W3.T) * H2 * (1 - H2)
    D1 = (D2 @ W2.T) * H1 * (1 - H1)
    return D1 @ W1.T


def pixels_jacobians(X, classes, W1, b1, W2, b2, W3, b3):
    maps = []
    for x, c in zip(X, classes, strict=True):
        h1 = sigmoid(x @ W1 + b1)
        h2 = sigmoid(h1 @ W2 + b2)
        p = softmax((h2 @ W3 + b3)[None])[0]
        J = W1 @ np.diag(h1 - h1**2) @ W2 @ np.diag(h2 - h2**2) @ W3
        maps.append(J[:, c] - J @ p)
    return np.array(maps)


def pixels_eye(X, classes, W1, b1, W2, b2, W3, b3):
    def act(A):
        return 0.5 + 0.5 * np.tanh(A / 2)

    H1 = act(X.dot(W1) + b1)
    H2 = act(H1.dot(W2) + b2)
    back = np.eye(len(b3))[classes] - softmax(H2.dot(W3) + b3)
    for w, h in ((W3, H2), (W2, H1)):
        back = back.dot(w.T) * (h - h * h)
    return back.dot(W1.T)


def weighted(X, y, c, W1, b1, W2, b2, W3, b3):
    H1 = np.tanh(X @ W1 + b1)
    H2 = np.tanh(H1 @ W2 + b2)
    Z = H2 @ W3 + b3
    E = np.exp(Z - Z.max(axis=1, keepdims=True))
    P = E / E.sum(axis=1, keepdims=True)
    D3 = c[:, None] * (P - y) / c.sum()
    D2 = (D3 @ W3.T) * (1 - H2**2)
    D1 = (D2 @ W2.T) * (1 - H1**2)
    return X.T @ D1, D1.sum(axis=0), H1.T @ D2, D2.sum(axis=0), H2.T @ D3, D3.sum(axis=0)


def weighted_share(X, y, c, W1, b1, W2, b2, W3, b3):
    share = c / np.sum(c)
    H = [X]
    for w, b in ((W1, b1), (W2, b2)):
        H.append(np.tanh(H[-1].dot(w) + b))
    D = softmax(H[2].dot(W3) + b3) - y
    out = []
    for level, w in ((2, W3), (1, W2), (0, W1)):
        out = [(H[level] * share[:, None]).T.dot(D), share @ D, *out]
        D = D.dot(w.T) * (1 - H[level] ** 2)
    return tuple(out)


def weighted_samples(X, y, c, W1, b1, W2, b2, W3, b3):
    d = [np.zeros(a.shape) for a in (W1, b1, W2, b2, W3, b3)]
    for x, t, weight in zip(X, y, c, strict=True):
        h1 = np.tanh(x @ W1 + b1)
        h2 = np.tanh(h1 @ W2 + b2)
        g3 = softmax((h2 @ W3 + b3)[None])[0] - t
        g2 = (W3 @ g3) * (1 - h2 * h2)
        g1 = (W2 @ g2) * (1 - h1 * h1)
        parts = (np.outer(x, g1), g1, np.outer(h1, g2), g2, np.outer(h2, g3), g3)
        for total, part in zip(d, parts, strict=True):
            total += weight * part
    return [total / sum(c) for total in d]


ANSWERS = {
    "06.1": ((elastic, elastic_where, elastic_loops), (
        ("B forgotten", "dW_sum / B", "dW_sum"),
        ("everything over B", "dW_sum / B + l1 * np.sign(W) + 2 * l2 * W",
         "(dW_sum + l1 * np.sign(W) + 2 * l2 * W) / B"),
        ("times B", "dW_sum / B", "dW_sum * B"),
        ("2 forgotten", "2 * l2", "l2"),
        ("sign forgotten", "np.sign(W)", "np.ones(W.shape)"),
        ("absolute value", "np.sign(W)", "np.abs(W)"),
        ("value of W", "np.sign(W)", "W"),
        ("1 at 0", "np.sign(W)", "np.where(W >= 0, 1, -1)"),
        ("-1 at 0", "np.sign(W)", "np.where(W > 0, 1, -1)"),
        ("swapped", "l1 * np.sign(W) + 2 * l2 * W", "l2 * np.sign(W) + 2 * l1 * W"),
        ("penalties subtracted", "+ l1 * np.sign(W) + 2", "- l1 * np.sign(W) - 2"),
        ("first penalty alone", " + 2 * l2 * W", ""),
        ("second penalty alone", " + l1 * np.sign(W)", ""),
        ("squared", "2 * l2 * W", "l2 * W**2"),
        ("penalties' values", "l1 * np.sign(W) + 2 * l2 * W",
         "l1 * np.abs(W).sum() + l2 * (W**2).sum()"),
        ("penalties alone", "dW_sum / B + l1", "l1"),
        ("both doubled", "l1 * np.sign", "2 * l1 * np.sign"),
        ("l2 cubed", "2 * l2 * W", "2 * l2 * W**3"),
        ("l1 over B only", "l1 * np.sign(W)", "l1 * np.sign(W) / B"),
        ("half", "2 * l2", "0.5 * l2"),
        ("sqrt", "2 * l2 * W", "l2 * W / np.sqrt(np.sum(W**2))"),
        ("abs in squares", "2 * l2 * W", "2 * l2 * np.abs(W)"),
    )),
    "06.4": ((nesterov, nesterov_written_out, nesterov_twice), (
        ("ordinary momentum", "step = momentum * V + G", "step = V"),
        ("velocity of the look ahead kept", "rate * step, V", "rate * step, step"),
        ("2 forgotten", "2 * penalty", "penalty"),
        ("penalty forgotten", " + 2 * penalty * W", ""),
        ("penalty subtracted", "dW + 2", "dW - 2"),
        ("G forgotten in the step", "step = momentum * V + G", "step = momentum * V"),
        ("rate in the velocity",
         "V = momentum * V + G\n    step = momentum * V + G\n    return W - rate * step",
         "V = momentum * V + rate * G\n    step = momentum * V + rate * G\n    return W - step"),
        ("plus", "W - rate", "W + rate"),
        ("old velocity in the step", "    V = momentum * V + G\n    step = momentum * V + G\n",
         "    step = momentum * V + G\n    V = momentum * V + G\n"),
        ("mean of the gradients", "V = momentum * V + G\n    step = momentum * V + G",
         "V = momentum * V + (1 - momentum) * G\n    step = momentum * V + (1 - momentum) * G"),
        ("momentum forgotten", "V = momentum * V + G\n    step", "V = V + G\n    step"),
        ("step adds both", "step = momentum * V + G", "step = V + G"),
        ("penalty in the step alone", "    G = dW + 2 * penalty * W\n", "    G = dW\n",
         "return W - rate * step", "return W - rate * (step + 2 * penalty * W)"),
        ("order", "return W - rate * step, V", "return V, W - rate * step"),
        ("no rate", "rate * step", "step"),
        ("dW in the step", "step = momentum * V + G", "step = momentum * V + dW"),
        ("old velocity returned", "    V = momentum * V + G\n    step = momentum * V + G\n",
         "    step = momentum * (momentum * V + G) + G\n"),
        ("penalty on V", "2 * penalty * W", "2 * penalty * V"),
        ("momentum squared", "step = momentum * V", "step = momentum**2 * V"),
        ("rate in G", "dW + 2", "rate * dW + 2"),
        ("dampening step", "step = momentum * V + G", "step = momentum * V + (1 - momentum) * G"),
        ("abs W", "2 * penalty * W", "2 * penalty * np.sign(W)"),
        ("weights ahead", "return W - rate * step", "return W - rate * V - rate * step"),
    )),
    "06.5": ((pixels, pixels_jacobians, pixels_eye), (
        ("sign", "D3 = -P", "D3 = P.copy()", "+= 1", "-= 1"),
        ("mean", "D1 @ W1.T", "D1 @ W1.T / len(X)"),
        ("score's slope", "D3 = -P", "D3 = np.zeros(P.shape)"),
        ("probability's slope", "    D2 = (D3",
         "    D3 *= P[np.arange(len(X)), classes][:, None]\n    D2 = (D3"),
        ("most probable class", "np.arange(len(X)), classes]",
         "np.arange(len(X)), P.argmax(axis=1)]"),
        ("slope of tanh", "H2 * (1 - H2)", "(1 - H2**2)", "H1 * (1 - H1)", "(1 - H1**2)"),
        ("first slope forgotten", " * H1 * (1 - H1)", ""),
        ("second slope forgotten", " * H2 * (1 - H2)", ""),
        ("1 - s", "H2 * (1 - H2)", "(1 - H2)", "H1 * (1 - H1)", "(1 - H1)"),
        ("sigmoid twice", "H2 * (1 - H2)", "sigmoid(H2) * (1 - sigmoid(H2))",
         "H1 * (1 - H1)", "sigmoid(H1) * (1 - sigmoid(H1))"),
        ("biases forgotten", "X @ W1 + b1", "X @ W1", "H1 @ W2 + b2", "H1 @ W2", "W3 + b3", "W3"),
        ("no maximum", "Z - Z.max(axis=1, keepdims=True)", "Z"),
        ("one maximum", "Z.max(axis=1, keepdims=True)", "Z.max()"),
        ("softmax over everything", "E.sum(axis=1, keepdims=True)", "E.sum()"),
        ("all columns of the classes", "D3[np.arange(len(X)), classes]", "D3[:, classes]"),
        ("absolute value", "D1 @ W1.T", "np.abs(D1 @ W1.T)"),
        ("times the pixel", "D1 @ W1.T", "X * (D1 @ W1.T)"),
        ("classes from 1", ", classes] += 1", ", classes - 1] += 1"),
        ("given class's part alone", "D3 = -P\n", "D3 = -P * np.eye(P.shape[1])[classes]\n"),
        ("finite difference of a clipped logarithm", "    D2 = (D3",
         "    p = P[np.arange(len(X)), classes][:, None]\n    D3 *= p / (p + 1e-8)\n    D2 = (D3"),
        ("squares", "D1 @ W1.T", "(D1 @ W1.T) ** 2"),
        ("normalised", "D1 @ W1.T", "D1 @ W1.T / np.abs(D1 @ W1.T).max()"),
        ("loss of mean", "D3 = -P", "D3 = -P / len(X)", "+= 1", "+= 1 / len(X)"),
        ("slope with plus", "H2 * (1 - H2)", "H2 * (1 + H2)", "H1 * (1 - H1)", "H1 * (1 + H1)"),
        ("tanh forward", "sigmoid(X @ W1 + b1)", "np.tanh(X @ W1 + b1)", "sigmoid(H1 @ W2 + b2)",
         "np.tanh(H1 @ W2 + b2)"),
        ("softmax down", "E.sum(axis=1, keepdims=True)", "E.sum(axis=0)",
         "Z.max(axis=1, keepdims=True)", "Z.max(axis=0)"),
    )),
    "06.6": ((weighted, weighted_share, weighted_samples), (
        ("over B", "/ c.sum()", "/ len(X)"),
        ("not divided", " / c.sum()", ""),
        ("over those that count", "/ c.sum()", "/ np.count_nonzero(c)"),
        ("over B too", "/ c.sum()", "/ c.sum() / len(X)"),
        ("weights forgotten", "c[:, None] * (P - y) / c.sum()", "(P - y) / len(X)"),
        ("weights squared", "c[:, None] * (P", "c[:, None] ** 2 * (P"),
        ("weights on the scores", "Z = H2 @ W3 + b3", "Z = c[:, None] * (H2 @ W3 + b3)"),
        ("weights on the probabilities", "c[:, None] * (P - y)", "(c[:, None] * P - y)"),
        ("weights missing in the biases", "D3.sum(axis=0)", "(P - y).sum(axis=0) / c.sum()"),
        ("mean for the biases", "D1.sum(axis=0)", "D1.mean(axis=0)", "D2.sum(axis=0)",
         "D2.mean(axis=0)", "D3.sum(axis=0)", "D3.mean(axis=0)"),
        ("biases as rows", "D1.sum(axis=0)", "D1.sum(axis=0, keepdims=True)", "D2.sum(axis=0)",
         "D2.sum(axis=0, keepdims=True)", "D3.sum(axis=0)", "D3.sum(axis=0, keepdims=True)"),
        ("slope of the sigmoid", "(1 - H2**2)", "H2 * (1 - H2)", "(1 - H1**2)", "H1 * (1 - H1)"),
        ("square forgotten", "(1 - H2**2)", "(1 - H2)", "(1 - H1**2)", "(1 - H1)"),
        ("square of tanh", "(1 - H2**2)", "H2**2", "(1 - H1**2)", "H1**2"),
        ("slopes forgotten", " * (1 - H2**2)", "", " * (1 - H1**2)", ""),
        ("first slope forgotten", " * (1 - H1**2)", ""),
        ("tanh twice", "(1 - H2**2)", "(1 - np.tanh(H2) ** 2)", "(1 - H1**2)",
         "(1 - np.tanh(H1) ** 2)"),
        ("sign", "(P - y)", "(y - P)"),
        ("no maximum", "Z - Z.max(axis=1, keepdims=True)", "Z"),
        ("one maximum", "Z.max(axis=1, keepdims=True)", "Z.max()"),
        ("softmax over everything", "E.sum(axis=1, keepdims=True)", "E.sum()"),
        ("softmax's slope too", "(P - y)", "(P - y) * P * (1 - P)"),
        ("last layer first", "return X.T @ D1, D1.sum(axis=0), H1.T @ D2, D2.sum(axis=0),"
         " H2.T @ D3, D3.sum(axis=0)", "return H2.T @ D3, D3.sum(axis=0),"
         " H1.T @ D2, D2.sum(axis=0), X.T @ D1,"
         " D1.sum(axis=0)"),
        ("root weights", "c[:, None] *", "np.sqrt(c)[:, None] *"),
        ("max weights", "c.sum()", "c.max()"),
        ("weights at each layer", "D2 = (D3", "D2 = c[:, None] * (D3"),
        ("weights on input", "X.T @ D1", "(c[:, None] * X).T @ D1"),
        ("relu slope", "(1 - H2**2)", "(H2 > 0)", "(1 - H1**2)", "(H1 > 0)"),
        ("last bias forgotten", "H2 @ W3 + b3", "H2 @ W3"),
        ("y argmax", "(P - y)", "(P - y / 2)"),
    )),
}
