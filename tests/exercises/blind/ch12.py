"""Chapter 12, solved from its prompts alone, and what goes wrong in such a solution."""

import numpy as np

from mlp_lib.networks import sigmoid


def hinge(s, s_made):
    N, M = len(s), len(s_made)
    real = np.where(s < 1, -1 / N, 0.0)
    made = np.where(s_made > -1, 1 / M, 0.0)
    generator = -np.ones(M) / M
    return real, made, generator


def hinge_masks(s, s_made):
    return (-np.mean(np.eye(len(s)), axis=0) * (1 - s > 0),
            np.mean(np.eye(len(s_made)), axis=0) * (1 + s_made > 0),
            np.full_like(s_made, -1 / s_made.size))


def hinge_loops(s, s_made):
    real, made = np.zeros(len(s)), np.zeros(len(s_made))
    for i, score in enumerate(s):
        if score < 1:
            real[i] = -1 / len(s)
    for j, score in enumerate(s_made):
        if score > -1:
            made[j] = 1 / len(s_made)
    return real, made, np.repeat(-1 / len(s_made), len(s_made))


def soft(p, q, weight, soft):
    up = weight * p * soft
    down = weight * p * (1 - soft) + q
    return up / (up + down)


def soft_places(p, q, weight, soft):
    return np.array([soft * weight * a / (weight * a + b) for a, b in zip(p, q)])


def soft_odds(p, q, weight, soft):
    odds = (soft * weight * p) / ((1 - soft) * weight * p + q)
    return odds / (1 + odds)


def step(X, Z, U, V, w, rate):
    made = np.tanh(Z @ U)
    H_real, H_made = np.tanh(X @ V), np.tanh(made @ V)
    g_real = (sigmoid(H_real @ w) - 1) / len(X)
    g_made = sigmoid(H_made @ w) / len(Z)
    dw = H_real.T @ g_real + H_made.T @ g_made
    dV = X.T @ (g_real[:, None] * w * (1 - H_real**2))
    dV = dV + made.T @ (g_made[:, None] * w * (1 - H_made**2))
    V = V - rate * dV
    w = w - rate * dw
    H = np.tanh(made @ V)
    g = (sigmoid(H @ w) - 1) / len(Z)
    back = (g[:, None] * w * (1 - H**2)) @ V.T
    U = U - rate * Z.T @ (back * (1 - made**2))
    return U, V, w


def step_together(X, Z, U, V, w, rate):
    made = np.tanh(np.matmul(Z, U))
    rows = np.concatenate([X, made])
    labels = np.concatenate([np.ones(len(X)), np.zeros(len(made))])
    share = np.where(labels == 1, 1 / len(X), 1 / len(made))
    K = np.tanh(rows @ V)
    error = (1 / (1 + np.exp(-K @ w)) - labels) * share
    V, w = V - rate * rows.T @ (np.outer(error, w) / np.cosh(rows @ V) ** 2), w - rate * error @ K
    K = np.tanh(made @ V)
    error = -1 / (1 + np.exp(K @ w)) / len(made)
    in_made = np.outer(error, w) / np.cosh(made @ V) ** 2 @ V.T
    return U - rate * Z.T @ (in_made / np.cosh(Z @ U) ** 2), V, w


def step_rows(X, Z, U, V, w, rate):
    made = np.array([np.tanh(z @ U) for z in Z])
    dV, dw = np.zeros_like(V), np.zeros_like(w)
    for rows, label in ((X, 1), (made, 0)):
        for row in rows:
            k = np.tanh(row @ V)
            e = (sigmoid(k @ w) - label) / len(rows)
            dw += e * k
            dV += np.outer(row, e * w * (1 - k * k))
    V, w = V - rate * dV, w - rate * dw
    dU = np.zeros_like(U)
    for z, row in zip(Z, made):
        k = np.tanh(row @ V)
        e = (sigmoid(k @ w) - 1) / len(Z)
        dU += np.outer(z, V @ (e * w * (1 - k * k)) * (1 - row * row))
    return U - rate * dU, V, w


G_LINE = "g = (sigmoid(H @ w) - 1) / len(Z)"

ANSWERS = {
    "12.1": ((hinge, hinge_masks, hinge_loops), (
        ("sums", "N, M = len(s), len(s_made)", "N, M = 1, 1", "-np.ones(M)",
         "-np.ones(len(s_made))"),
        ("all over both", "N, M = len(s), len(s_made)", "N = M = len(s) + len(s_made)",
         "-np.ones(M)", "-np.ones(len(s_made))"),
        ("numbers swapped", "N, M = len(s), len(s_made)",
         "N, M = len(s_made), len(s)", "-np.ones(M)", "-np.ones(N)"),
        ("labels swapped", "np.where(s < 1, -1 / N, 0.0)", "np.where(s > -1, 1 / N, 0.0)",
         "np.where(s_made > -1, 1 / M, 0.0)", "np.where(s_made < 1, -1 / M, 0.0)"),
        ("all signs", "return real, made, generator", "return -real, -made, -generator"),
        ("sign of the generator", "-np.ones(M) / M", "np.ones(M) / M"),
        ("generator has the hinge", "-np.ones(M) / M", "-made"),
        ("no hinges", "np.where(s < 1, -1 / N, 0.0)", "np.full(N, -1 / N)",
         "np.where(s_made > -1, 1 / M, 0.0)", "np.full(M, 1 / M)"),
        ("edges at 0", "s < 1", "s < 0", "s_made > -1", "s_made > 0"),
        ("masks turned", "s < 1", "s > 1", "s_made > -1", "s_made < -1"),
        ("one edge for both", "s_made > -1", "s_made > 1"),
        ("sign of the real ones", "np.where(s < 1, -1 / N, 0.0)", "np.where(s < 1, 1 / N, 0.0)"),
        ("sign of the made ones", "1 / M, 0.0)", "-1 / M, 0.0)"),
    )),
    "12.2": ((soft, soft_places, soft_odds), (
        ("no weight", "up = weight * p * soft", "up = p * soft",
         "weight * p * (1 - soft) + q", "p * (1 - soft) + q"),
        ("hard labels", "up = weight * p * soft", "up = weight * p",
         "weight * p * (1 - soft) + q", "q"),
        ("rest of the label lost", "weight * p * (1 - soft) + q", "q"),
        ("probability of made", "up / (up + down)", "down / (up + down)"),
        ("odds", "up / (up + down)", "up / down"),
        ("score", "up / (up + down)", "np.log(up / down)"),
        ("weight above only", "weight * p * (1 - soft) + q", "p - up + q"),
        ("weight on the made", "up = weight * p * soft", "up = p * soft",
         "weight * p * (1 - soft) + q", "p * (1 - soft) + weight * q"),
        ("swapped", "up = weight * p * soft", "up = weight * q * soft",
         "weight * p * (1 - soft) + q", "weight * q * (1 - soft) + p"),
        ("1 - t", "up = weight * p * soft", "up = weight * p * (1 - soft)",
         "weight * p * (1 - soft) + q", "weight * p * soft + q"),
        ("made are soft, too", "up = weight * p * soft", "up = weight * p * soft + (1 - soft) * q",
         "weight * p * (1 - soft) + q", "weight * p * (1 - soft) + soft * q"),
    )),
    "12.4": ((step, step_together, step_rows), (
        ("not stopped", "V = V - rate * dV",
         "U = U - rate * Z.T @ ((g_made[:, None] * w * (1 - H_made**2)) @ V.T * (1 - made**2))\n"
         "    V = V - rate * dV"),
        ("saturating", G_LINE, "g = -sigmoid(H @ w) / len(Z)"),
        ("sign of the generator", G_LINE, "g = (1 - sigmoid(H @ w)) / len(Z)"),
        ("labels swapped", "(sigmoid(H_real @ w) - 1) / len(X)", "sigmoid(H_real @ w) / len(X)",
         "g_made = sigmoid(H_made @ w) / len(Z)", "g_made = (sigmoid(H_made @ w) - 1) / len(Z)"),
        ("sums in D", "- 1) / len(X)", "- 1)", "sigmoid(H_made @ w) / len(Z)",
         "sigmoid(H_made @ w)"),
        ("sum in G", G_LINE, "g = sigmoid(H @ w) - 1"),
        ("old discriminator", "H = np.tanh(made @ V)\n",
         "V_new, w_new, V, w = V, w, V + rate * dV, w + rate * dw\n    H = np.tanh(made @ V)\n",
         "return U, V, w", "return U, V_new, w_new"),
        ("moved twice", "back = (g[:, None]",
         "V_new = V - rate * made.T @ (g[:, None] * w * (1 - H**2))\n"
         "    w_new = w - rate * H.T @ g\n    back = (g[:, None]",
         "return U, V, w", "return U, V_new, w_new"),
        ("no slope of the generator", "(back * (1 - made**2))", "back"),
        ("D climbs", "V = V - rate", "V = V + rate", "w = w - rate", "w = w + rate"),
        ("found out", G_LINE, "g = sigmoid(H @ w) / len(Z)"),
        ("sum over the made", "g_made = sigmoid(H_made @ w) / len(Z)",
         "g_made = sigmoid(H_made @ w)"),
        ("G not moved", "U = U - rate * Z.T @ (back * (1 - made**2))", "U = U + 0"),
        ("both real", "g_made = sigmoid(H_made @ w) / len(Z)",
         "g_made = (sigmoid(H_made @ w) - 1) / len(Z)"),
        ("real samples without mean", "- 1) / len(X)", "- 1)"),
    )),
}
