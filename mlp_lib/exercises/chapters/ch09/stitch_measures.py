"""What an answer to the project reached, in pixels and grey levels."""

import numpy as np

from mlp_lib import geometry
from mlp_lib.exercises.chapters.ch09.stitch_mistakes import SWAP

THERE = 20  # grey levels; a picture that is further off is not there, and blank paper earns nothing
CLOSE = 2  # grey levels; a pixel that is nearer is right
MARGIN = 3  # pixels at a border that are not judged


def off(H, truth, grid):
    """Mean distance in pixels between what H and the truth make of a grid; inf if H has none."""
    try:
        return float(geometry.transfer_error(H, grid, geometry.apply(truth, grid)).mean())
    except ValueError:
        return np.inf


def as_parts(case, value):
    """The homography and the joined picture of an answer as arrays; ValueError in words."""
    shape = tuple(case.args[4])
    if not isinstance(value, tuple | list) or len(value) != 2:
        raise ValueError("Two results were wanted, H and the joined picture: return H, joined.")
    try:
        H, joined = (np.asarray(part).astype(float, casting="same_kind") for part in value)
    except (TypeError, ValueError):
        raise ValueError("H and the joined picture were wanted as arrays of numbers.") from None
    if H.shape != (3, 3) or joined.shape != shape:
        raise ValueError(f"H (3, 3) and a picture {shape} were wanted; arrays of shape {H.shape} "
                         f"and {joined.shape} came. A picture's shape is (rows, columns).")
    if not np.isfinite(H).all() or not np.isfinite(joined).all():
        raise ValueError("H and the picture must hold finite numbers; NaN or infinity came.")
    return H, joined


def laid(first, H, case):
    """The first picture in the frame of the joined one, by an exact bilinear warp."""
    x, y = case.args[5]
    place = [[1, 0, x], [0, 1, y], [0, 0, 1]] @ np.asarray(H)
    return geometry.warp(first.astype(np.float32), place, case.args[4])


def only_first(case, H):
    """Mask of the joined picture: where the first picture alone is seen, well inside it."""
    first, second, *_, (x, y) = case.args
    inner = np.zeros(first.shape)
    inner[MARGIN:-MARGIN, MARGIN:-MARGIN] = 1
    mask = laid(inner, H, case) > 0.999
    mask[y - 1 : y + len(second) + 1, x - 1 : x + second.shape[1] + 1] = False
    return mask


def measure(case, value):
    """What was reached: see ``goals``; the other numbers tell the mistakes apart."""
    first, second, src, dst, _, (x, y) = case.args
    H, joined = as_parts(case, value)
    truth = np.asarray(case.truth)
    columns, rows = np.meshgrid(*(np.linspace(0, n - 1, 20) for n in first.shape[::-1]))
    grid = np.column_stack([columns.ravel(), rows.ravel()])
    everything = [geometry.fit_homography(src, dst, normalise=n) for n in (True, False)]
    numbers = picture_numbers(case, H, joined)
    return numbers | {
        "transfer": off(H, truth, grid),
        "second": float(np.abs(joined[y : y + len(second), x : x + second.shape[1]]
                               - second).mean()),
        "holes": float((joined[only_first(case, truth) & (laid(first, truth, case) > 1)] == 0).mean()),
        "transposed": off(H.T, truth, grid),
        "inverse": off(np.linalg.pinv(H), truth, grid),
        "swapped": off(SWAP @ H @ SWAP, truth, grid),
        "into joined": off([[1, 0, -x], [0, 1, -y], [0, 0, 1]] @ H, truth, grid),
        "all pairs": min(off(H, fit, grid) for fit in everything),
        "brightest": float(joined.max()),
        "largest": float(np.abs(joined).max()),
        "outside": around(case, H, joined) if numbers["picture"] < THERE else np.inf,
        "tilt": float(np.abs(H[2, :2]).max() / (np.abs(H).max() or 1)),
    }


def around(case, H, joined):
    """Mean grey level where neither picture is; infinity if H has no inverse."""
    first, second, *_, shape, (x, y) = case.args
    rows, columns = np.indices(shape)
    places = np.column_stack([columns.ravel() - x, rows.ravel() - y])
    try:
        at = geometry.apply(geometry.inverse(H), places)
    except ValueError:
        return np.inf
    end = np.array(first.shape[::-1]) - 1
    neither = ((at < -MARGIN) | (at > end + MARGIN)).any(axis=1).reshape(shape)
    neither[y : y + len(second), x : x + second.shape[1]] = False
    return float(np.abs(joined[neither]).mean()) if neither.any() else 0.0


def picture_numbers(case, H, joined):
    """Mean difference, in grey levels, to the first picture laid by ``H`` itself.

    Between the pixels, as it should be, everywhere and where ``joined`` is not 0; and at whole
    pixels, cut off or rounded. Infinity if there is hardly anything beside the second picture.
    "close" and "far" are the shares of pixels that are right, and that are not there.
    """
    first, (x, y) = case.args[0], case.args[5]
    try:
        seen = only_first(case, H)
        laid_well = laid(first, H, case)[seen]
    except ValueError:
        seen = np.zeros(0, bool)
    if np.count_nonzero(seen) < 1000:
        return dict.fromkeys(("picture", "filled", "floor", "nearest"), np.inf) | dict.fromkeys(
            ("close", "far"), 0.0)
    rows, columns = np.nonzero(seen)
    at = geometry.apply(geometry.inverse(H), np.column_stack([columns - x, rows - y]))
    pictures = {"picture": laid_well} | {
        name: first[tuple(rounded(at).astype(int).T[::-1])]
        for name, rounded in {"floor": np.floor, "nearest": np.rint}.items()}
    off_by = {name: np.abs(joined[seen] - picture) for name, picture in pictures.items()}
    filled = off_by["picture"][joined[seen] != 0]
    few = filled.size < 0.05 * np.count_nonzero(seen)
    return {name: float(levels.mean()) for name, levels in off_by.items()} | {
        "filled": np.inf if few else float(filled.mean()),
        "close": float((off_by["picture"] <= CLOSE).mean()),
        "far": float((off_by["picture"] > THERE).mean())}
