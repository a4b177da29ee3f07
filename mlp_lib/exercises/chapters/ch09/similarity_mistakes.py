"""Mistakes in the fit of a similarity to weighted pairs."""

import numpy as np


def matrix(a, b):
    return np.array([[a.real, -a.imag, b.real], [a.imag, a.real, b.imag], [0, 0, 1]])


def solved(src, dst, weights, weights_of_means):
    z, z2 = src @ (1, 1j), dst @ (1, 1j)
    mean, mean2 = (np.average(points, weights=weights_of_means) for points in (z, z2))
    a = np.vdot(z - mean, weights * (z2 - mean2)) / np.sum(weights * abs(z - mean) ** 2)
    return a, mean, mean2


def plain_means(src, dst, weights):
    a, mean, mean2 = solved(src, dst, weights, np.ones(len(src)))
    return matrix(a, mean2 - a * mean)


def weights_in_the_means_only(src, dst, weights):
    z, z2 = src @ (1, 1j), dst @ (1, 1j)
    mean, mean2 = (np.average(points, weights=weights) for points in (z, z2))
    a = np.vdot(z - mean, z2 - mean2) / np.sum(abs(z - mean) ** 2)
    return matrix(a, mean2 - a * mean)


def uncentred(src, dst, weights):
    z, z2 = src @ (1, 1j), dst @ (1, 1j)
    a = np.sum(weights * z.conj() * z2) / np.sum(weights * abs(z) ** 2)
    return matrix(a, np.average(z2, weights=weights) - a * np.average(z, weights=weights))


def nothing_conjugated(src, dst, weights):
    _, mean, mean2 = solved(src, dst, weights, weights)
    u, v = src @ (1, 1j) - mean, dst @ (1, 1j) - mean2
    a = np.sum(weights * u * v) / np.sum(weights * u**2)
    return matrix(a, mean2 - a * mean)


def mean_of_quotients(src, dst, weights):
    _, mean, mean2 = solved(src, dst, weights, weights)
    a = np.average((dst @ (1, 1j) - mean2) / (src @ (1, 1j) - mean), weights=weights)
    return matrix(a, mean2 - a * mean)


def conjugated_below_only(src, dst, weights):
    _, mean, mean2 = solved(src, dst, weights, weights)
    u, v = src @ (1, 1j) - mean, dst @ (1, 1j) - mean2
    a = np.sum(weights * u * v) / np.sum(weights * abs(u) ** 2)
    return matrix(a, mean2 - a * mean)


def with_another(a_from):
    """The fit with another a, made from the right one and that of the way back."""
    def fit(src, dst, weights):
        a, mean, mean2 = solved(src, dst, weights, weights)
        a = a_from(a, solved(dst, src, weights, weights)[0])
        return matrix(a, mean2 - a * mean)

    return fit


def turned_in_the_matrix(src, dst, weights):
    a, mean, mean2 = solved(src, dst, weights, weights)
    return matrix(a.conjugate(), mean2 - a * mean)


def quotient(above=False, below=False):
    """The fit whose a has the weights ``above`` the bar or ``below`` it."""
    def fit(src, dst, weights):
        _, mean, mean2 = solved(src, dst, weights, weights)
        u, v = src @ (1, 1j) - mean, dst @ (1, 1j) - mean2
        over, under = (weights if use else 1 for use in (above, below))
        a = np.sum(over * u.conj() * v) / np.sum(under * abs(u) ** 2)
        return matrix(a, mean2 - a * mean)

    return fit


def about(src, dst, weights, total):
    z, z2 = src @ (1, 1j), dst @ (1, 1j)
    mean, mean2 = (np.sum(weights * points) / total for points in (z, z2))
    a = np.vdot(z - mean, weights * (z2 - mean2)) / np.sum(weights * abs(z - mean) ** 2)
    return matrix(a, mean2 - a * mean)


def sums_for_means(src, dst, weights):
    return about(src, dst, weights, 1)


def divided_by_n(src, dst, weights):
    return about(src, dst, weights, len(weights))


def by_svd(guarded, scale_guarded):
    """The fit by an orthogonal matrix and a scale, each with or without the guard against mirrors."""
    def fit(src, dst, weights):
        mean, mean2 = (np.average(points, axis=0, weights=weights) for points in (src, dst))
        u, v = src - mean, dst - mean2
        U, s, Vt = np.linalg.svd((weights[:, None] * v).T @ u)
        sign = np.array([1, np.linalg.det(U) * np.linalg.det(Vt)])
        R = U * (sign if guarded else 1) @ Vt
        M = R * np.sum(s * (sign if scale_guarded else 1)) / np.sum(weights * (u**2).sum(axis=1))
        return np.block([[M, (mean2 - M @ mean)[:, None]], [np.zeros((1, 2)), np.ones((1, 1))]])

    return fit


def real(x, y):
    return x.real * y.real + x.imag * y.imag


def imaginary(x, y):
    return x.real * y.imag - x.imag * y.real


def with_signs(re, im):
    """The fit whose a is made of two real sums, with other signs in them."""
    def fit(src, dst, weights):
        _, mean, mean2 = solved(src, dst, weights, weights)
        u, v = src @ (1, 1j) - mean, dst @ (1, 1j) - mean2
        a = np.sum(weights * (re(u, v) + 1j * im(u, v))) / np.sum(weights * abs(u) ** 2)
        return matrix(a, mean2 - a * mean)

    return fit


def shift_to_the_centre(src, dst, weights):
    a, _, mean2 = solved(src, dst, weights, weights)
    return matrix(a, mean2)


def centres_exchanged(src, dst, weights):
    a, mean, mean2 = solved(src, dst, weights, weights)
    return matrix(a, mean - a * mean2)


def shift_added(src, dst, weights):
    a, mean, mean2 = solved(src, dst, weights, weights)
    return matrix(a, mean2 + a * mean)


def affine(src, dst, weights):
    mean, mean2 = (np.average(points, axis=0, weights=weights) for points in (src, dst))
    roots = np.sqrt(weights)[:, None]
    M = np.linalg.lstsq(roots * (src - mean), roots * (dst - mean2))[0].T
    return np.block([[M, (mean2 - M @ mean)[:, None]], [np.zeros((1, 2)), np.ones((1, 1))]])


def shift_of_means(src, dst, weights):
    a, mean, mean2 = solved(src, dst, weights, weights)
    return matrix(a, mean2 - mean)


def lengths_not_squared(src, dst, weights):
    _, mean, mean2 = solved(src, dst, weights, weights)
    u, v = src @ (1, 1j) - mean, dst @ (1, 1j) - mean2
    a = np.sum(weights * u.conj() * v) / np.sum(weights * abs(u))
    return matrix(a, mean2 - a * mean)


def no_shift(src, dst, weights):
    z, z2 = src @ (1, 1j), dst @ (1, 1j)
    return matrix(np.sum(weights * z.conj() * z2) / np.sum(weights * abs(z) ** 2), 0j)


def with_sums(above, below):
    """The fit whose a is a quotient of two sums over the centred points."""
    def fit(src, dst, weights):
        _, mean, mean2 = solved(src, dst, weights, weights)
        u, v, w = src @ (1, 1j) - mean, dst @ (1, 1j) - mean2, weights / weights.sum()
        a = above(u, v, w) / below(u, w)
        return matrix(a, mean2 - a * mean)

    return fit


unweighted_below = with_sums(lambda u, v, w: np.sum(w * u.conj() * v), lambda u, w: np.mean(abs(u) ** 2))
squared_in_the_sums = with_sums(lambda u, v, w: np.sum(w**2 * u.conj() * v),
                                lambda u, w: np.sum(w**2 * abs(u) ** 2))
mirrored_if_better = with_sums(
    lambda u, v, w: max(np.sum(w * u.conj() * v), np.sum(w * u * v), key=abs),
    lambda u, w: np.sum(w * abs(u) ** 2))


def shift_conjugated(src, dst, weights):
    a, mean, mean2 = solved(src, dst, weights, weights)
    return matrix(a, mean2 - a.conjugate() * mean)


@np.errstate(divide="ignore", invalid="ignore")
def plain_mean_of_quotients(src, dst, weights):
    _, mean, mean2 = solved(src, dst, weights, weights)
    a = np.mean((dst @ (1, 1j) - mean2) / (src @ (1, 1j) - mean))
    return matrix(a, mean2 - a * mean)


def about_the_first(src, dst, weights):
    z, z2 = src @ (1, 1j), dst @ (1, 1j)
    a = np.sum(weights * (z - z[0]).conj() * (z2 - z2[0])) / np.sum(weights * abs(z - z[0]) ** 2)
    return matrix(a, z2[0] - a * z[0])
