"""Chapter 08, solved from its prompts alone, and what goes wrong in such a solution."""

import numpy as np


def ridge(A, b, mu):
    S = A.T @ A + mu * np.eye(A.shape[1])
    return np.linalg.solve(S, A.T @ b)


def ridge_rows(A, b, mu):
    n = A.shape[1]
    stacked = np.vstack([A, np.sqrt(mu) * np.eye(n)])
    return np.linalg.lstsq(stacked, np.concatenate([b, np.zeros(n)]), rcond=None)[0]


def ridge_svd(A, b, mu):
    U, s, Vt = np.linalg.svd(A, full_matrices=False)
    return Vt.T @ (s / (s**2 + mu) * (U.T @ b))


def line(points):
    P = points - points.mean(axis=0)
    v = np.linalg.svd(P, full_matrices=False)[2][0]
    return np.linalg.norm(P - np.outer(P @ v, v), axis=1)


def line_eigh(points):
    P = points - points.mean(0)
    v = np.linalg.eigh(P.T @ P)[1][:, -1]
    across = np.eye(len(v)) - np.outer(v, v)
    return np.sqrt(np.sum((P @ across) ** 2, axis=1))


def line_rank_one(points):
    P = points - np.mean(points, axis=0)
    U, s, Vt = np.linalg.svd(P, full_matrices=False)
    return np.sqrt(((P - s[0] * np.outer(U[:, 0], Vt[0])) ** 2).sum(1))


def across(A, c):
    Q = np.linalg.svd(c[None])[2][1:].T
    y = np.linalg.svd(A @ Q)[2][-1]
    x = Q @ y
    return np.outer(x, x)


def across_qr(A, c):
    full = np.column_stack([c, np.eye(len(c))])
    Q = np.linalg.qr(full)[0][:, 1:]
    _, vectors = np.linalg.eigh(Q.T @ A.T @ A @ Q)
    x = Q @ vectors[:, 0]
    return x[:, None] * x[None]


def across_moved(A, c):
    u = c / np.linalg.norm(c)
    S = A.T @ A
    P = np.eye(len(c)) - np.outer(u, u)
    lifted = P @ S @ P + 2 * np.trace(S) * np.outer(u, u)
    x = np.linalg.eigh(lifted)[1][:, 0]
    return np.outer(x, x)


def turn(A, B):
    U, s, Vt = np.linalg.svd(A.T @ B)
    d = np.ones(len(s))
    d[-1] = np.sign(np.linalg.det(U @ Vt))
    return U @ np.diag(d) @ Vt


def turn_flip(A, B):
    U, _, Vt = np.linalg.svd(A.T @ B)
    if np.linalg.det(U) * np.linalg.det(Vt) < 0:
        U[:, -1] *= -1
    return U.dot(Vt)


def turn_other_way(A, B):
    V, _, Ut = np.linalg.svd(B.T @ A)
    R = Ut.T @ V.T
    if np.linalg.det(R) < 0:
        R = R - 2 * np.outer(Ut[-1], V[:, -1])
    return R


SOLVE = "np.linalg.solve(S, A.T @ b)"
NORMS = "np.linalg.norm(P - np.outer(P @ v, v), axis=1)"
UNTOUCHED = ("    Q = np.linalg.svd(c[None])[2][1:].T\n"
             "    y = np.linalg.svd(A @ Q)[2][-1]\n    x = Q @ y\n")

ANSWERS = {
    "08.3": ((ridge, ridge_rows, ridge_svd), (
        ("penalty forgotten", SOLVE, "np.linalg.lstsq(A, b, rcond=None)[0]"),
        ("penalty on every entry", "mu * np.eye(A.shape[1])", "mu"),
        ("minus", "+ mu", "- mu"),
        ("twice mu", "mu * np", "2 * mu * np"),
        ("half of mu", "mu * np", "0.5 * mu * np"),
        ("mu squared", "mu * np", "mu**2 * np"),
        ("root of mu", "mu * np", "np.sqrt(mu) * np"),
        ("mean of the squares", "A.T @ A +", "A.T @ A / len(A) +"),
        ("mu times m", "mu * np", "mu * len(A) * np"),
        ("mean on both sides", "A.T @ A +", "A.T @ A / len(A) +", "A.T @ b", "A.T @ b / len(A)"),
        ("b twice", SOLVE, "np.linalg.solve(S, 2 * A.T @ b)"),
        ("sign", SOLVE, "-np.linalg.solve(S, A.T @ b)"),
        ("first column free", "    return", "    S[0, 0] -= mu\n    return"),
        ("inverse forgotten", SOLVE, "S @ (A.T @ b)"),
        ("diagonal alone", "A.T @ A +", "np.diag(np.diag(A.T @ A)) +"),
        ("absolute penalty", SOLVE,
         "np.sign(A.T @ b) * np.maximum(abs(A.T @ b) - mu, 0) / np.diag(S)"),
        ("shrunk afterwards", SOLVE, "np.linalg.lstsq(A, b, rcond=None)[0] / (1 + mu)"),
        ("values at the rows", SOLVE, "A @ np.linalg.solve(S, A.T @ b)"),
        ("n times mu", "mu * np", "mu * A.shape[1] * np"),
        ("b centred", "A.T @ b)", "A.T @ (b - b.mean()))"),
        ("penalty on A rows", "A.T @ A +", "A.T @ A * mu +"),
        ("1/mu", "mu * np", "1 / mu * np"),
        ("absolute", "np.linalg.solve(S, A.T @ b)", "np.abs(np.linalg.solve(S, A.T @ b))"),
        ("normalised", "np.linalg.solve(S, A.T @ b)",
         "np.linalg.solve(S, A.T @ b) / np.linalg.norm(np.linalg.solve(S, A.T @ b))"),
    )),
    "08.4": ((line, line_eigh, line_rank_one), (
        ("not centred", " - points.mean(axis=0)", ""),
        ("centred along rows", "points.mean(axis=0)", "points.mean(axis=1, keepdims=True)"),
        ("centred by one number", "points.mean(axis=0)", "points.mean()"),
        ("squares", NORMS, NORMS + " ** 2"),
        ("along the line", NORMS, "np.abs(P @ v)"),
        ("from the centre", NORMS, "np.linalg.norm(P, axis=1)"),
        ("last direction", "[2][0]", "[2][-1]"),
        ("second direction", "[2][0]", "[2][1]"),
        ("distance along the last direction", "[2][0]", "[2][-1]", NORMS, "np.abs(P @ v)"),
        ("median for the mean", "points.mean(axis=0)", "np.median(points, axis=0)"),
        ("through the first point", "points.mean(axis=0)", "points[0]"),
        ("one number", NORMS, "np.sqrt(np.sum((P - np.outer(P @ v, v)) ** 2))"),
        ("columns of U", "np.linalg.svd(P, full_matrices=False)[2][0]",
         "np.linalg.svd(P.T @ P)[2][:, 0]"),
        ("Pythagoras without its root", NORMS, "np.linalg.norm(P, axis=1) - np.abs(P @ v)"),
        ("plane for the line", NORMS, "np.abs(P @ np.linalg.svd(P)[2][-1])"),
        ("vectors", NORMS, "P - np.outer(P @ v, v)"),
        ("distances over the last coordinate", NORMS, "np.abs(P[:, -1] - P @ v * v[-1])"),
        ("sum of absolute values", NORMS, "np.abs(P - np.outer(P @ v, v)).sum(axis=1)"),
        ("from points less the mean of squares",
         "    v = np.linalg.svd(P, full_matrices=False)[2][0]\n",
         "    m = points.mean(axis=0)\n    v = np.linalg.eigh(points.T @ points / len(P)"
         " - np.outer(m, m))[1][:, -1]\n"),
        ("mean square", "np.linalg.norm(P - np.outer(P @ v, v), axis=1)",
         "np.linalg.norm(P - np.outer(P @ v, v), axis=1) / np.sqrt(len(P))"),
        ("axis", "axis=1)", "axis=0)"),
        ("not subtracted twice", "P @ v, v", "P @ v, 2 * v"),
        ("standardised", "P = points - points.mean(axis=0)",
         "P = (points - points.mean(axis=0)) / points.std(axis=0)"),
        ("signed", "np.linalg.norm(P - np.outer(P @ v, v), axis=1)", "P @ np.linalg.svd(P)[2][-1]"),
        ("direction of the longest point", "np.linalg.svd(P, full_matrices=False)[2][0]",
         "P[np.argmax(np.linalg.norm(P, axis=1))] / np.linalg.norm(P, axis=1).max()"),
        ("unnormalised vector", "np.linalg.svd(P, full_matrices=False)[2][0]", "P[-1] - P[0]"),
    )),
    "08.5": ((across, across_qr, across_moved), (
        ("c ignored", UNTOUCHED, "    x = np.linalg.svd(A)[2][-1]\n"),
        ("second smallest of A", UNTOUCHED, "    x = np.linalg.svd(A)[2][-2]\n"),
        ("largest", "[2][-1]\n    x = Q", "[2][0]\n    x = Q"),
        ("vector", "np.outer(x, x)", "x"),
        ("laid across afterwards", UNTOUCHED, "    x = np.linalg.svd(A)[2][-1]\n"
         "    x = x - c * (c @ x) / (c @ c)\n    x = x / np.linalg.norm(x)\n"),
        ("laid across afterwards, not unit", UNTOUCHED, "    x = np.linalg.svd(A)[2][-1]\n"
         "    x = x - c * (c @ x) / (c @ c)\n"),
        ("c itself found", UNTOUCHED, "    P = np.eye(len(c)) - np.outer(c, c) / (c @ c)\n"
         "    x = np.linalg.svd(A @ P)[2][-1]\n"),
        ("c not made a unit", UNTOUCHED, "    P = np.eye(len(c)) - np.outer(c, c)\n"
         "    x = np.linalg.svd(A @ P)[2][-2]\n"),
        ("c appended as a row", UNTOUCHED, "    x = np.linalg.svd(np.vstack([A, c]))[2][-1]\n"),
        ("unit c appended", UNTOUCHED,
         "    x = np.linalg.svd(np.vstack([A, c / np.linalg.norm(c)]))[2][-1]\n"),
        ("other projector", "np.outer(x, x)", "np.eye(len(x)) - np.outer(x, x)"),
        ("coordinates for the vector", "np.outer(x, x)", "np.outer(y, y)"),
        ("squared length", "np.outer(x, x)", "x @ x"),
        ("first of the small ones", "np.linalg.svd(A @ Q)[2][-1]", "np.linalg.svd(A @ Q)[2][-2]"),
        ("scaled by the value", "np.outer(x, x)", "np.outer(x, x) * np.linalg.norm(A @ x) ** 2"),
        ("columns for the rows", "np.linalg.svd(A @ Q)[2][-1]", "np.linalg.svd(A @ Q)[2][:, -1]"),
        ("AAt", "np.linalg.svd(A @ Q)[2][-1]", "np.linalg.svd(A @ Q)[2][0]"),
        ("minus", "np.outer(x, x)", "-np.outer(x, x)"),
        ("smallest projector plus c", "np.outer(x, x)",
         "np.outer(x, x) + np.outer(c, c) / (c @ c)"),
        ("x x over c", "np.outer(x, x)", "np.outer(x, x) * np.linalg.norm(c)"),
        ("last of basis", "y = np.linalg.svd(A @ Q)[2][-1]", "y = np.eye(Q.shape[1])[-1]"),
        ("outer with c", "np.outer(x, x)", "np.outer(x, c)"),
    )),
    "08.6": ((turn, turn_flip, turn_other_way), (
        ("mirror let in", "    d[-1] = np.sign(np.linalg.det(U @ Vt))\n", ""),
        ("transposed", "return U @ np.diag(d) @ Vt", "return (U @ np.diag(d) @ Vt).T"),
        ("first flipped", "d[-1]", "d[0]"),
        ("all flipped", "d[-1] =", "d *="),
        ("always flipped", "np.sign(np.linalg.det(U @ Vt))", "-1"),
        ("singular values left in", "np.diag(d)", "np.diag(d * s)"),
        ("least squares", "return U @ np.diag(d) @ Vt",
         "return np.linalg.lstsq(A, B, rcond=None)[0]"),
        ("product itself", "return U @ np.diag(d) @ Vt", "return A.T @ B"),
        ("V not transposed", "np.diag(d) @ Vt", "np.diag(d) @ Vt.T"),
        ("centred", "np.linalg.svd(A.T @ B)", "np.linalg.svd((A - A.mean(0)).T @ (B - B.mean(0)))"),
        ("B turned to A", "A.T @ B", "B.T @ A"),
        ("determinant of the product, not the sign", "np.sign(np.linalg.det(U @ Vt))",
         "np.linalg.det(A.T @ B)"),
        ("U and V swapped", "U @ np.diag(d) @ Vt", "Vt @ np.diag(d) @ U"),
        ("a column of R flipped", "    d[-1] = np.sign(np.linalg.det(U @ Vt))\n"
         "    return U @ np.diag(d) @ Vt", "    R = U @ Vt\n"
         "    R[:, -1] *= np.sign(np.linalg.det(R))\n    return R"),
        ("scans made units", "np.linalg.svd(A.T @ B)",
         "np.linalg.svd((A / np.linalg.norm(A, axis=1, keepdims=True)).T"
         " @ (B / np.linalg.norm(B, axis=1, keepdims=True)))"),
        ("scale kept", "return U @", "return np.mean(s) * U @"),
        ("plus one always", "np.sign(np.linalg.det(U @ Vt))", "np.abs(np.linalg.det(U))"),
        ("det of U", "np.linalg.det(U @ Vt)", "np.linalg.det(U)"),
        ("angles by first point", "np.linalg.svd(A.T @ B)", "np.linalg.svd(A[:1].T @ B[:1])"),
        ("the turned scan", "return U @ np.diag(d) @ Vt", "return A @ (U @ np.diag(d) @ Vt)"),
        ("minus", "return U @", "return -U @"),
        ("least squares then normalised", "return U @ np.diag(d) @ Vt",
         "R = np.linalg.lstsq(A, B, rcond=None)[0]\n    return R / np.linalg.norm(R, axis=0)"),
    )),
}
