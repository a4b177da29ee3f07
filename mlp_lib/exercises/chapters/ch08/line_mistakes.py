"""Mistakes in the distances from the line that fits a cloud."""

import numpy as np


def across(points, direction):
    return np.linalg.norm(points - np.outer(points @ direction, direction), axis=1)


def centred_along_rows(points):
    rest = points - points.mean(axis=1, keepdims=True)
    return across(rest, np.linalg.svd(rest).Vh[0])


def from_the_middle(points):
    return np.linalg.norm(points - points.mean(axis=0), axis=1)


def parts_across(points):
    centred = points - points.mean(axis=0)
    v = np.linalg.svd(centred).Vh[0]
    return centred - np.outer(centred @ v, v)


def second_direction(points):
    centred, Vt = centred_parts(points)
    return across(centred, Vt[1])


def median_in_the_middle(points):
    rest = points - np.median(points, axis=0)
    return across(rest, np.linalg.svd(rest).Vh[0])


def centred_parts(points):
    centred = points - points.mean(axis=0)
    return centred, np.linalg.svd(centred).Vh


def least_direction(points):
    centred, Vt = centred_parts(points)
    return across(centred, Vt[-1])


def from_the_plane(points):
    centred, Vt = centred_parts(points)
    return np.abs(centred @ Vt[-1])


def along_the_line(points):
    centred, Vt = centred_parts(points)
    return np.abs(centred @ Vt[0])


def column_of_vh(points):
    centred, Vt = centred_parts(points)
    return across(centred, Vt[:, 0])


def row_of_eigenvectors(points):
    centred, _ = centred_parts(points)
    return across(centred, np.linalg.eigh(centred.T @ centred).eigenvectors[-1])


def through_the_origin(points):
    return across(points, centred_parts(points)[1][0])


def uncentred_direction(points):
    return across(centred_parts(points)[0], np.linalg.svd(points).Vh[0])


def one_mean_of_all(points):
    rest = points - points.mean()
    return across(rest, np.linalg.svd(rest).Vh[0])


def ordinary(points):
    centred = points - points.mean(axis=0)
    x, rest = centred[:, :1], centred[:, 1:]
    return np.linalg.norm(rest - x @ np.linalg.lstsq(x, rest)[0], axis=1)


def across_the_ordinary_line(points):
    centred = points - points.mean(axis=0)
    slopes = np.linalg.lstsq(centred[:, :1], centred)[0][0]
    return across(centred, slopes / np.linalg.norm(slopes))


def signed(sign, which):
    """Coordinates of the centred points along a right singular vector, which has either sign."""
    def answer(points):
        centred, Vt = centred_parts(points)
        return sign * (centred @ Vt[which])

    return answer


def from_first_to_last(points):
    step = points[-1] - points[0]
    return across(points - points[0], step / np.linalg.norm(step))


def through_the_first(points):
    rest = points - points[0]
    return across(rest, np.linalg.svd(rest).Vh[0])


def sides_subtracted(points):
    return from_the_middle(points) - along_the_line(points)


def last_part(points):
    return np.abs(parts_across(points)[:, -1])


def to_the_last(points):
    centred, step = points - points.mean(axis=0), points[-1] - points[0]
    return across(centred, step / np.linalg.norm(step))


def to_the_furthest(points):
    centred = points - points.mean(axis=0)
    furthest = centred[np.argmax(np.linalg.norm(centred, axis=1))]
    return across(centred, furthest / np.linalg.norm(furthest))
