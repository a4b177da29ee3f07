"""Mistakes in the gradient of the squared transfer error."""

import numpy as np


def parts(H, src, dst):
    x = np.column_stack([src, np.ones(len(src))])
    u = x @ H.T
    y = u[:, :2] / u[:, 2:]
    return x, u, y, 2 * (y - dst) / len(src)


def denominator_constant(H, src, dst):
    x, u, _, r = parts(H, src, dst)
    return np.column_stack([r, np.zeros(len(r))]).T @ (x / u[:, 2:])


def not_divided_by_w(H, src, dst):
    x, _, y, r = parts(H, src, dst)
    return np.column_stack([r, -(r * y).sum(axis=1)]).T @ x


def third_row_over_w_too_often(H, src, dst):
    x, u, y, r = parts(H, src, dst)
    return np.column_stack([r, -(r * y).sum(axis=1) / u[:, 2]]).T @ (x / u[:, 2:])


def upper_rows_not_over_w(H, src, dst):
    x, u, y, r = parts(H, src, dst)
    return np.column_stack([r, -(r * y).sum(axis=1) / u[:, 2]]).T @ x


def as_if_affine(H, src, dst):
    x, u, _, _ = parts(H, src, dst)
    r = 2 * (u[:, :2] - dst) / len(src)
    return np.column_stack([r, np.zeros(len(r))]).T @ x


def third_row_from_dst(H, src, dst):
    x, u, _, r = parts(H, src, dst)
    return np.column_stack([r, -(r * dst).sum(axis=1)]).T @ (x / u[:, 2:])


def third_row_over_w_once(H, src, dst):
    x, u, _, r = parts(H, src, dst)
    return np.column_stack([r, -(r * u[:, :2]).sum(axis=1)]).T @ (x / u[:, 2:])


def algebraic(H, src, dst):
    x, u, *_ = parts(H, src, dst)
    r = 2 * (u[:, :2] - dst * u[:, 2:]) / len(src)
    return np.column_stack([r, -(r * dst).sum(axis=1)]).T @ x


def of_plain_distances(H, src, dst):
    x, u, y, r = parts(H, src, dst)
    r = r / (2 * np.linalg.norm(y - dst, axis=1, keepdims=True))
    return (np.column_stack([r, -(r * y).sum(axis=1)]) / u[:, 2:]).T @ x


def third_row_of_one(i):
    """The gradient whose third row holds the term of one coordinate alone."""
    def gradient(H, src, dst):
        x, u, y, r = parts(H, src, dst)
        return (np.column_stack([r, -r[:, i] * y[:, i]]) / u[:, 2:]).T @ x

    return gradient


def third_row(slope):
    """The gradient with another slope in w, made of r, the mapped points and w."""
    def gradient(H, src, dst):
        x, u, y, r = parts(H, src, dst)
        w = u[:, 2]
        return np.column_stack([r / w[:, None], slope(r, y, w)]).T @ x

    return gradient


def first_rows(slope):
    """The gradient with other slopes in u and v, made of r and w."""
    def gradient(H, src, dst):
        x, u, y, r = parts(H, src, dst)
        w = u[:, 2:]
        return np.column_stack([slope(r, w), -(r * y).sum(axis=1, keepdims=True) / w]).T @ x

    return gradient


def differences_not_divided(H, src, dst):
    x, u, y, _ = parts(H, src, dst)
    r = 2 * (u[:, :2] - dst) / len(src)
    return (np.column_stack([r, -(r * y).sum(axis=1)]) / u[:, 2:]).T @ x


def with_absolute_w(H, src, dst):
    x, u, y, r = parts(H, src, dst)
    return (np.column_stack([r, -(r * y).sum(axis=1)]) / np.abs(u[:, 2:])).T @ x


def upper_rows_over_size(H, src, dst):
    x, u, y, r = parts(H, src, dst)
    w = u[:, 2:]
    return np.column_stack([r / np.abs(w), -(r * y).sum(axis=1) / w[:, 0]]).T @ x
