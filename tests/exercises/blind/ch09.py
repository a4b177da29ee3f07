"""Chapter 09, solved from its prompts alone, and what goes wrong in such a solution."""

import numpy as np


def lines_moved(H, lines, points):
    moved = lines @ np.linalg.inv(H)
    a, b, c = moved.T
    x, y = points.T
    return np.abs(a * x + b * y + c) / np.sqrt(a**2 + b**2)


def lines_moved_solve(H, lines, points):
    moved = np.linalg.solve(H.T, lines.T).T
    ahead = np.column_stack([points, np.ones(len(points))])
    return abs(np.sum(moved * ahead, axis=1)) / np.linalg.norm(moved[:, :2], axis=1)


def lines_moved_points(H, lines, points):
    out = []
    for ell, (x, y) in zip(lines, points, strict=True):
        a, b, c = ell / np.linalg.norm(ell[:2])
        foot, along = np.array([-a * c, -b * c, 1]), np.array([-b, a, 0])
        moved = np.cross(H @ foot, H @ along)
        out.append(abs(moved @ [x, y, 1]) / np.hypot(moved[0], moved[1]))
    return np.array(out)


def thumbnails(H, points, k_first, k_second):
    full = k_first * points + (k_first - 1) / 2
    u, v, w = H @ np.vstack([full.T, np.ones(len(points))])
    there = np.column_stack([u / w, v / w])
    return (there - (k_second - 1) / 2) / k_second


def thumbnails_matrices(H, points, k_first, k_second):
    def up(k):
        return np.array([[k, 0, (k - 1) / 2], [0, k, (k - 1) / 2], [0, 0, 1]])

    small = np.linalg.inv(up(k_second)) @ H @ up(k_first)
    moved = np.c_[points, np.ones(len(points))] @ small.T
    return moved[:, :2] / moved[:, 2:]


def thumbnails_edges(H, points, k_first, k_second):
    out = []
    for x, y in points:
        p = H @ [(x + 0.5) * k_first - 0.5, (y + 0.5) * k_first - 0.5, 1]
        out.append((p[:2] / p[2] + 0.5) / k_second - 0.5)
    return np.array(out)


def similar(src, dst, weights):
    w = weights / weights.sum()
    z, t = src @ [1, 1j], dst @ [1, 1j]
    zm, tm = w @ z, w @ t
    z, t = z - zm, t - tm
    a = np.sum(w * z.conj() * t) / np.sum(w * abs(z) ** 2)
    b = tm - a * zm
    return np.array([[a.real, -a.imag, b.real], [a.imag, a.real, b.imag], [0, 0, 1]])


def similar_real(src, dst, weights):
    w = weights[:, None] / np.sum(weights)
    p, q = (w * src).sum(0), (w * dst).sum(0)
    S, D = src - p, dst - q
    size = (w * S**2).sum()
    c = (w * S * D).sum() / size
    s = (w[:, 0] * (S[:, 0] * D[:, 1] - S[:, 1] * D[:, 0])).sum() / size
    M = np.array([[c, -s], [s, c]])
    return np.vstack([np.column_stack([M, q - M @ p]), [0, 0, 1]])


def similar_lstsq(src, dst, weights):
    p, q = (np.average(a, axis=0, weights=weights) for a in (src, dst))
    (x, y), root = (src - p).T, np.sqrt(weights)
    rows = np.vstack([np.c_[x, -y] * root[:, None], np.c_[y, x] * root[:, None]])
    (c, s), *_ = np.linalg.lstsq(rows, ((dst - q) * root[:, None]).T.ravel(), rcond=None)
    M = np.array([[c, -s], [s, c]])
    H = np.eye(3)
    H[:2, :2], H[:2, 2] = M, q - M @ p
    return H


def transfer(H, src, dst):
    X = np.column_stack([src, np.ones(len(src))])
    u, v, w = H @ X.T
    p, q = u / w, v / w
    ex, ey = p - dst[:, 0], q - dst[:, 1]
    rows = np.array([ex / w, ey / w, -(ex * p + ey * q) / w])
    return 2 * rows @ X / len(src)


def transfer_jacobians(H, src, dst):
    G = np.zeros((3, 3))
    for (x, y), target in zip(src, dst, strict=True):
        point = np.array([x, y, 1])
        u, v, w = H @ point
        J = np.array([[1 / w, 0, -u / w**2], [0, 1 / w, -v / w**2]])
        G += np.outer(2 * (np.array([u, v]) / w - target) @ J, point)
    return G / len(src)


def transfer_complex_steps(H, src, dst):
    def error(H):
        moved = np.c_[src, np.ones(len(src))] @ H.T
        return np.mean(np.sum((moved[:, :2] / moved[:, 2:] - dst) ** 2, axis=1))

    G = np.zeros((3, 3))
    for i, j in np.ndindex(3, 3):
        stepped = H.astype(complex)
        stepped[i, j] += 1e-30j
        G[i, j] = error(stepped).imag / 1e-30
    return G


MOVED = "lines @ np.linalg.inv(H)"
ROWS = "[ex / w, ey / w, -(ex * p + ey * q) / w]"

ANSWERS = {
    "09.3": ((lines_moved, lines_moved_solve, lines_moved_points), (
        ("moved like points", MOVED, "lines @ H.T"),
        ("moved by the transpose", MOVED, "lines @ H"),
        ("inverse not transposed", MOVED, "lines @ np.linalg.inv(H).T"),
        ("not moved", MOVED, "lines"),
        ("absolute value forgotten", "np.abs(a * x + b * y + c)", "(a * x + b * y + c)"),
        ("not divided", " / np.sqrt(a**2 + b**2)", ""),
        ("root forgotten", "np.sqrt(a**2 + b**2)", "(a**2 + b**2)"),
        ("c in the root", "a**2 + b**2", "a**2 + b**2 + c**2"),
        ("c forgotten", "b * y + c", "b * y"),
        ("x and y swapped", "x, y = points.T", "y, x = points.T"),
        ("divided by the old length", "np.sqrt(a**2 + b**2)", "np.hypot(lines[:, 0], lines[:, 1])"),
        ("points moved too", "x, y = points.T",
         "x, y, s = H @ np.vstack([points.T, np.ones(len(points))])\n    x, y = x / s, y / s"),
        ("squared", "np.abs(a * x + b * y + c) / np.sqrt(a**2 + b**2)",
         "(a * x + b * y + c) ** 2 / (a**2 + b**2)"),
        ("distance down alone", "np.sqrt(a**2 + b**2)", "np.abs(b)"),
        ("by its crossings with the axes", "    moved = " + MOVED + "\n",
         "    ends = [np.c_[0 * lines[:, 0], -lines[:, 2] / lines[:, 1], 0 * lines[:, 0] + 1],\n"
         "            np.c_[-lines[:, 2] / lines[:, 0], 0 * lines[:, 0], 0 * lines[:, 0] + 1]]\n"
         "    moved = np.cross(ends[0] @ H.T, ends[1] @ H.T)\n"),
        ("sum of absolute values", "np.sqrt(a**2 + b**2)", "(abs(a) + abs(b))"),
        ("halved", "np.abs(a * x", "0.5 * np.abs(a * x"),
        ("minus c", "+ c)", "- c)"),
        ("max of a b", "np.sqrt(a**2 + b**2)", "np.maximum(abs(a), abs(b))"),
        ("c not moved", "a, b, c = moved.T", "a, b, _ = moved.T\n    c = lines[:, 2]"),
        ("distance to origin", "np.abs(a * x + b * y + c)", "np.abs(c)"),
    )),
    "09.4": ((thumbnails, thumbnails_matrices, thumbnails_edges), (
        ("no halves", " + (k_first - 1) / 2", "", "(there - (k_second - 1) / 2)", "there"),
        ("no half going in", " + (k_first - 1) / 2", ""),
        ("no half going out", "(there - (k_second - 1) / 2)", "there"),
        ("half of k", "(k_first - 1) / 2", "k_first / 2", "(k_second - 1) / 2", "k_second / 2"),
        ("sign going in", " + (k_first", " - (k_first"),
        ("sign going out", "there - (k", "there + (k"),
        ("k - 1, not halved", "(k_first - 1) / 2", "(k_first - 1)", "(k_second - 1) / 2",
         "(k_second - 1)"),
        ("swapped", "    full", "    k_first, k_second = k_second, k_first\n    full"),
        ("not divided by w", "[u / w, v / w]", "[u, v]"),
        ("H transposed", "= H @", "= H.T @"),
        ("H inverted", "= H @", "= np.linalg.inv(H) @"),
        ("divided going in", "k_first * points", "points / k_first"),
        ("not made smaller", " / k_second\n", "\n"),
        ("half subtracted after dividing", "(there - (k_second - 1) / 2) / k_second",
         "there / k_second - (k_second - 1) / 2"),
        ("half added before multiplying", "k_first * points + (k_first - 1) / 2",
         "k_first * (points + (k_first - 1) / 2)"),
        ("first factor for both", "(there - (k_second - 1) / 2) / k_second",
         "(there - (k_first - 1) / 2) / k_first"),
        ("half a pixel added alone", "(k_first - 1) / 2", "0.5", "(k_second - 1) / 2", "0.5"),
        ("rounded", "(k_first - 1) / 2", "(k_first - 1) // 2", "(k_second - 1) / 2",
         "(k_second - 1) // 2"),
        ("rounded result", "(there - (k_second - 1) / 2) / k_second",
         "np.rint((there - (k_second - 1) / 2) / k_second)"),
        ("floor division", "/ k_second\n", "// k_second\n"),
        ("plus half", "(k_first - 1) / 2", "(k_first + 1) / 2"),
        ("H normalised wrong", "u / w, v / w", "u / H[2, 2], v / H[2, 2]"),
        ("only x halves", "full = k_first * points + (k_first - 1) / 2",
         "full = k_first * points + np.array([(k_first - 1) / 2, 0])"),
        ("second factor for both", "k_first * points + (k_first - 1) / 2",
         "k_second * points + (k_second - 1) / 2"),
        ("multiplied going out", "/ k_second\n", "* k_second\n"),
    )),
    "09.5": ((similar, similar_real, similar_lstsq), (
        ("weights forgotten", "w = weights / weights.sum()",
         "w = np.full(len(weights), 1 / len(weights))"),
        ("centres not weighted", "zm, tm = w @ z, w @ t", "zm, tm = z.mean(), t.mean()"),
        ("weights in the centres alone", "a = np.sum(w * z.conj() * t) / np.sum(w * abs(z) ** 2)",
         "a = np.sum(z.conj() * t) / np.sum(abs(z) ** 2)"),
        ("denominator not weighted", "np.sum(w * abs(z) ** 2)", "np.mean(abs(z) ** 2)"),
        ("weights squared", "np.sum(w * z.conj() * t) / np.sum(w * abs(z) ** 2)",
         "np.sum(w**2 * z.conj() * t) / np.sum(w**2 * abs(z) ** 2)"),
        ("conjugate forgotten", "z.conj() * t", "z * t"),
        ("other one conjugated", "z.conj() * t", "z * t.conj()"),
        ("source and target swapped", "    w = weights",
         "    src, dst = dst, src\n    w = weights"),
        ("scale forgotten", "    b = tm", "    a = a / abs(a)\n    b = tm"),
        ("shift of the centres alone", "tm - a * zm", "tm - zm"),
        ("a not applied to the centre", "b = tm - a * zm", "b = tm"),
        ("not centred", "    z, t = z - zm, t - tm\n", ""),
        ("turned the other way", "[[a.real, -a.imag, b.real], [a.imag",
         "[[a.real, a.imag, b.real], [-a.imag"),
        ("square forgotten", "abs(z) ** 2", "abs(z)"),
        ("scale by the target", "np.sum(w * abs(z) ** 2)", "np.sum(w * abs(t) ** 2)"),
        ("scale from the spreads", "    b = tm",
         "    a = a / abs(a) * np.sqrt(np.sum(w * abs(t) ** 2) / np.sum(w * abs(z) ** 2))\n"
         "    b = tm"),
        ("mirrored", "a = np.sum(w * z.conj() * t) / np.sum(w * abs(z) ** 2)",
         "a = max(np.sum(w * z.conj() * t), np.sum(w * z * t), key=abs) / np.sum(w * abs(z) ** 2)"),
        ("weights not made to add up to 1 in the centre", "w = weights / weights.sum()",
         "w = weights"),
        ("digits lost", "np.sum(w * z.conj() * t) / np.sum(w * abs(z) ** 2)",
         "(np.sum(w * (z + zm).conj() * (t + tm)) - np.conj(zm) * tm)"
         " / (np.sum(w * abs(z + zm) ** 2) - abs(zm) ** 2)"),
        ("b conj", "tm - a * zm", "tm - a.conjugate() * zm"),
        ("a angle only by mean", "a = np.sum(w * z.conj() * t) / np.sum(w * abs(z) ** 2)",
         "a = np.mean(t / z)"),
        ("sum of weights twice", "w = weights / weights.sum()", "w = weights / weights.sum() ** 2"),
        ("affine zero", "[a.imag, a.real, b.imag]", "[-a.imag, a.real, b.imag]"),
        ("b swapped", "b.real], [a.imag, a.real, b.imag]", "b.imag], [a.imag, a.real, b.real]"),
        ("root of weights", "w = weights / weights.sum()",
         "w = np.sqrt(weights) / np.sqrt(weights).sum()"),
        ("first point centre", "zm, tm = w @ z, w @ t", "zm, tm = z[0], t[0]"),
    )),
    "09.6": ((transfer, transfer_jacobians, transfer_complex_steps), (
        ("2 forgotten", "2 * rows", "rows"),
        ("1/N forgotten", " / len(src)", ""),
        ("1/2N", "/ len(src)", "/ (2 * len(src))"),
        ("third row's sign", "-(ex * p", "(ex * p"),
        ("third row forgotten", "-(ex * p + ey * q) / w", "0 * w"),
        ("not divided by w", ROWS, "[ex, ey, -(ex * p + ey * q)]"),
        ("third row not divided again", "+ ey * q) / w]", "+ ey * q)]"),
        ("third row divided too often", "+ ey * q) / w]", "+ ey * q) / w**2]"),
        ("third row from x alone", "(ex * p + ey * q)", "(ex * p)"),
        ("third row with u and v", "-(ex * p + ey * q) / w", "-(ex * u + ey * v) / w"),
        ("third row with the targets", "-(ex * p + ey * q) / w",
         "-(ex * dst[:, 0] + ey * dst[:, 1]) / w"),
        ("transposed", "2 * rows @ X / len(src)", "(2 * rows @ X / len(src)).T"),
        ("sign", "return 2", "return -2"),
        ("source and target swapped", "    X =", "    src, dst = dst, src\n    X ="),
        ("size of w", "[ex / w, ey / w,", "[ex / abs(w), ey / abs(w),"),
        ("error not divided", "ex, ey = p - dst[:, 0], q - dst[:, 1]",
         "ex, ey = u - dst[:, 0], v - dst[:, 1]"),
        ("last entry left out", "return 2 * rows @ X / len(src)",
         "G = 2 * rows @ X / len(src)\n    G[2, 2] = 0\n    return G"),
        ("distances, not squares", "    rows", "    d = np.hypot(ex, ey)\n"
         "    ex, ey = ex / (2 * d), ey / (2 * d)\n    rows"),
        ("four times", "2 * rows", "4 * rows"),
        ("w squared above", "ex / w, ey / w,", "ex / w**2, ey / w**2,"),
        ("third row y alone", "(ex * p + ey * q)", "(ey * q)"),
        ("dst minus in third", "-(ex * p + ey * q) / w", "-(ex + ey) / w"),
        ("x y swapped", "[ex / w, ey / w", "[ey / w, ex / w"),
    )),
}
