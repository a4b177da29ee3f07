"""Chapter 02, solved from its prompts alone, and what goes wrong in such a solution."""

import numpy as np


def fit(X, A, B, C, K):
    R = np.where(K > 0, A @ X @ B - C, 0)
    return 2 * A.T @ (K * R) @ B.T


def fit_einsum(X, A, B, C, K):
    known = np.where(K == 0, 0.0, C)
    return 2 * np.einsum("pn,pq,mq->nm", A, K * (A @ X @ B - known), B)


def fit_entries(X, A, B, C, K):
    G = np.zeros(X.shape)
    for i, j in zip(*np.nonzero(K), strict=True):
        G += 2 * K[i, j] * (A[i] @ X @ B[:, j] - C[i, j]) * np.outer(A[i], B[:, j])
    return G


def noise(points, S):
    n, d = points.shape
    c = points - points.mean(axis=0)
    return np.sum(c * np.linalg.solve(S, c.T).T) / (n * d)


def noise_trace(points, S):
    c = points - points.mean(0)
    scatter = c.T @ c / len(points)
    return np.trace(np.linalg.inv(S) @ scatter) / S.shape[0]


def noise_whitened(points, S):
    white = np.linalg.solve(np.linalg.cholesky(S), (points - np.mean(points, axis=0)).T)
    return np.mean(white**2)


def gram(X, w):
    one = np.eye(len(X))
    Y = X * w
    return np.einsum("ai,bj->abij", one, Y) + np.einsum("bi,aj->abij", one, Y)


def gram_loops(X, w):
    n, m = X.shape
    T = np.zeros((n, n, n, m))
    for a in range(n):
        for b in range(n):
            T[a, b, a] += w * X[b]
            T[a, b, b] += w * X[a]
    return T


def gram_columns(X, w):
    T = np.empty((len(X), *2 * [len(X)], X.shape[1]))
    for i, j in np.ndindex(X.shape):
        E = np.zeros_like(X)
        E[i, j] = 1
        T[:, :, i, j] = E * w @ X.T + X * w @ E.T
    return T


def information(w, X):
    S = X.T @ (w[:, None] * X)
    return np.sum(X * np.linalg.solve(S, X.T).T, axis=1)


def information_inverse(w, X):
    inside = np.linalg.inv(X.T @ np.diag(w) @ X)
    return np.array([x @ inside @ x for x in X])


def information_scaled(w, X):
    X = X / np.linalg.norm(X, axis=0)
    return np.einsum("ij,jk,ik->i", X, np.linalg.inv(X.T * w @ X), X)


ANSWERS = {
    "02.3": ((fit, fit_einsum, fit_entries), (
        ("2 forgotten", "2 * A.T", "A.T"),
        ("K squared", "K * R", "K**2 * R"),
        ("K as yes or no", "K * R", "R"),
        ("root of K", "K * R", "np.sqrt(K) * R"),
        ("K forgotten", "np.where(K > 0, A @ X @ B - C, 0)", "A @ X @ B - C", "K * R", "R"),
        ("plus C", "@ B - C", "@ B + C"),
        ("sign", "A @ X @ B - C", "C - A @ X @ B"),
        ("C forgotten", "@ B - C", "@ B"),
        ("C not weighted", "K * R", "K * (A @ X @ B) - np.where(K > 0, C, 0)"),
        ("loss", "2 * A.T @ (K * R) @ B.T", "np.sum(K * R**2)"),
        ("unknown counted as 0", "np.where(K > 0, A @ X @ B - C, 0)",
         "A @ X @ B - np.where(K > 0, C, 0)", "K * R", "np.where(K > 0, K, 1) * R"),
        ("mean", "2 * A.T @ (K * R) @ B.T", "2 * A.T @ (K * R) @ B.T / np.sum(K)"),
        ("mean over all entries", "@ B.T", "@ B.T / C.size"),
        ("absolute values", "K * R", "K * np.sign(R)"),
        ("residual cubed", "K * R", "K * R**3"),
        ("half", "2 * A.T", "0.5 * A.T"),
    )),
    "02.4": ((noise, noise_trace, noise_whitened), (
        ("N - 1", "(n * d)", "((n - 1) * d)"),
        ("sensors not counted", "(n * d)", "n"),
        ("readings not counted", "(n * d)", "d"),
        ("not divided", " / (n * d)", ""),
        ("S forgotten", "np.linalg.solve(S, c.T).T", "c"),
        ("S not inverted", "np.linalg.solve(S, c.T).T", "(c @ S)"),
        ("mean not subtracted", " - points.mean(axis=0)", ""),
        ("mean of everything", "mean(axis=0)", "mean()"),
        ("mean along rows", "mean(axis=0)", "mean(axis=1, keepdims=True)"),
        ("root", "return np.sum(c * np.linalg.solve(S, c.T).T) / (n * d)",
         "return np.sqrt(np.sum(c * np.linalg.solve(S, c.T).T) / (n * d))"),
        ("diagonal of S alone", "np.linalg.solve(S, c.T).T", "c / np.diag(S)"),
        ("half", "(n * d)", "(2 * n * d)"),
        ("inverse of the answer", "return np.sum(c * np.linalg.solve(S, c.T).T) / (n * d)",
         "return (n * d) / np.sum(c * np.linalg.solve(S, c.T).T)"),
        ("S squared", "np.linalg.solve(S, c.T).T", "np.linalg.solve(S @ S, c.T).T"),
        ("trace of S", ") / (n * d)", ") / (n * np.trace(S))"),
        ("first as mean", "points.mean(axis=0)", "points[0]"),
    )),
    "02.5": ((gram, gram_loops, gram_columns), (
        ("first term alone", ' + np.einsum("bi,aj->abij", one, Y)', ""),
        ("second term alone", 'np.einsum("ai,bj->abij", one, Y) + ', ""),
        ("first term twice", '"bi,aj->abij"', '"ai,bj->abij"'),
        ("weights forgotten", "X * w", "X"),
        ("weights without sign", "X * w", "X * abs(w)"),
        ("weights squared", "X * w", "X * w**2"),
        ("minus", ') + np.einsum("bi', ') - np.einsum("bi'),
        ("halved", "return np.einsum", "return 0.5 * np.einsum", ") + np.einsum",
         ") + 0.5 * np.einsum"),
        ("twice", "Y = X * w", "Y = 2 * X * w"),
        ("diagonal once", 'np.einsum("bi,aj->abij", one, Y)',
         'np.einsum("bi,aj,ab->abij", one, Y, 1 - one)'),
        ("diagonal left out", 'return np.einsum("ai,bj->abij", one, Y) + np.einsum("bi,aj->abij",'
         " one, Y)", 'T = np.einsum("ai,bj->abij", one, Y) + np.einsum("bi,aj->abij", one, Y)\n'
         "    return T * (1 - one)[:, :, None, None]"),
        ("other row", '"ai,bj->abij"', '"ai,aj->abij"', '"bi,aj->abij"', '"bi,bj->abij"'),
        ("w of mean", "X * w", "X * w.mean()"),
        ("without delta", '"ai,bj->abij", one', '"ai,bj->abij", np.ones_like(one)'),
        ("X not in second", '"bi,aj->abij", one, Y', '"bi,aj->abij", one, np.ones_like(Y) * w'),
    )),
    "02.6": ((information, information_inverse, information_scaled), (
        ("weights forgotten in S", "w[:, None] * X", "X"),
        ("weights in front", "np.sum(X *", "w * np.sum(X *"),
        ("inverse forgotten", "np.linalg.solve(S, X.T).T", "(X @ S)"),
        ("twice", "np.sum(X *", "2 * np.sum(X *"),
        ("half", "np.sum(X *", "0.5 * np.sum(X *"),
        ("of the determinant", "np.sum(X *", "np.linalg.det(S) * np.sum(X *"),
        ("divided by the determinant", "np.sum(X *", "1 / np.linalg.det(S) * np.sum(X *"),
        ("sign", "np.sum(X *", "-np.sum(X *"),
        ("squares of the weights", "w[:, None] * X", "w[:, None] ** 2 * X"),
        ("roots of the weights", "w[:, None] * X", "np.sqrt(w)[:, None] * X"),
        ("a weight of 0 counts as 1", "w[:, None] * X", "np.where(w > 0, w, 1)[:, None] * X"),
        ("pinv with its cut-off", "np.linalg.solve(S, X.T).T", "(X @ np.linalg.pinv(S))"),
        ("S made invertible", "(w[:, None] * X)", "(w[:, None] * X) + 1e-9 * np.eye(X.shape[1])"),
        ("matrix", "np.sum(X * np.linalg.solve(S, X.T).T, axis=1)",
         "X @ np.linalg.solve(S, X.T)"),
        ("1 / w", "np.sum(X * np.linalg.solve(S, X.T).T, axis=1)", "1 / w"),
        ("sum along the other axis", "np.sum(X * np.linalg.solve(S, X.T).T, axis=1)",
         "np.sum(X * np.linalg.solve(S, X.T).T, axis=0)"),
        ("over n", "np.sum(X *", "1 / len(w) * np.sum(X *"),
        ("over m", "np.sum(X *", "1 / X.shape[1] * np.sum(X *"),
        ("divided by w", "axis=1)", "axis=1) / w"),
        ("normalised weights", "w[:, None] * X", "(w / w.sum())[:, None] * X"),
        ("root", "return np.sum(X * np.linalg.solve(S, X.T).T, axis=1)",
         "return np.sqrt(np.sum(X * np.linalg.solve(S, X.T).T, axis=1))"),
        ("leverage", "return np.sum(X * np.linalg.solve(S, X.T).T, axis=1)",
         "return 1 - w * np.sum(X * np.linalg.solve(S, X.T).T, axis=1)"),
    )),
}
