"""How fast and how exact the geometry is, beside OpenCV and scikit-image.

Usage: ``python -m tests.benchmarks.geometry [--rounds 10] [--part fit|digits|robust|error|...]``

Everything in a table is measured in one run, the candidates taking turns; medians are
printed. Real pairs of points and photographs. Needs the extra ``bench``.
"""

import functools
import itertools
import warnings

import cv2
import numpy as np
from skimage import measure, transform

from mlp_lib import datasets, geometry
from mlp_lib.geometry import apply, dlt_matrix, fit_homography, normalisation, transfer_error
from tests.benchmarks.turns import THREADS, alternate, run_parts, table

SEEDS, THRESHOLD, CONFIDENCE = 20, 3.0, 0.999


def milliseconds(took):
    return [f"{1000 * value:.2f} ms" for value in took.values()]


def right_pairs():
    """The matches of the wall within 3 px of the truth, and the truth."""
    src, dst = datasets.load_matches("graf")
    right = transfer_error(datasets.load_ground_truth(), src, dst) < THRESHOLD
    return src[right], dst[right], datasets.load_ground_truth()


def grid_error(H):
    """Mean distance in pixels from the truth over a grid on the wall's photograph."""
    x, y = np.meshgrid(np.linspace(0, 799, 40), np.linspace(0, 639, 32))
    grid = np.c_[x.ravel(), y.ravel()]
    return transfer_error(H, grid, apply(datasets.load_ground_truth(), grid)).mean()


# -- fits ----------------------------------------------------------------------------------


def scikit_fit(src, dst):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")              # `estimate` is on its way out in some versions
        model = transform.ProjectiveTransform()
        model.estimate(src, dst)
    return model.params


def fit_table(rounds):
    """A homography from 300 right pairs of the wall; its mean error against the truth."""
    src, dst, _ = right_pairs()
    src, dst = src[:300], dst[:300]
    fits = {
        "fit_homography": lambda: fit_homography(src, dst),
        "with refine_homography": lambda: geometry.refine_homography(
            fit_homography(src, dst), src, dst),
        "OpenCV": lambda: cv2.findHomography(src, dst, 0)[0],
        "scikit-image": lambda: scikit_fit(src, dst),
    }
    took = alternate(fits, rounds, calls=20)
    table(("300 pairs", *fits, "to OpenCV"), [
        ("median", *milliseconds(took), f"{took['fit_homography'] / took['OpenCV']:.2f}"),
        ("error", *(f"{grid_error(fit()):.3f} px" for fit in fits.values()), "")])


def digits_table(rounds):
    """Ways to the null vector of the 600 x 9 matrix, exact points: time, and worst error."""
    ways = {
        "SVD": lambda A: np.linalg.svd(A, full_matrices=False)[2][-1],
        "QR, then SVD": lambda A: np.linalg.svd(np.linalg.qr(A, mode="r"))[2][-1],
        "eigh of A^T A": lambda A: np.linalg.eigh(A.T @ A)[1][:, 0],
    }
    H, rng = datasets.load_ground_truth(), np.random.default_rng(0)
    rows = []
    for name, size, changed in (
        ("800 x 600", (800, 600), normalisation), ("800 x 0.6", (800, 0.6), normalisation),
        ("800 x 600, not normalised", (800, 600), lambda points: np.eye(3)),
    ):
        src = rng.uniform((0, 0), size, (300, 2))
        dst = apply(H, src)
        T, T_dst = changed(src), changed(dst)
        A = dlt_matrix(apply(T, src), apply(T_dst, dst))
        runs = {way: lambda run=run, A=A: run(A) for way, run in ways.items()}
        took = alternate(runs, rounds, calls=20)
        for way, run in ways.items():
            found = geometry.inverse(T_dst) @ run(A).reshape(3, 3) @ T
            rows.append((name, way, f"{1e6 * took[way]:.0f} us",
                         f"{transfer_error(found, src, dst).max():.1e} px"))
    table(("points in", "way", "median", "error"), rows)


# -- robust fits ---------------------------------------------------------------------------


def ours(src, dst, seed):
    return geometry.fit_robust(src, dst, threshold=THRESHOLD, confidence=CONFIDENCE, rng=seed)[0]


def opencv(src, dst, seed, method=cv2.RANSAC):
    return cv2.findHomography(
        src, dst, method, THRESHOLD, maxIters=5000, confidence=CONFIDENCE)[0]


def scikit(src, dst, seed, stop=1):
    return measure.ransac((src, dst), transform.ProjectiveTransform, 4, THRESHOLD, rng=seed,
                          max_trials=1000, stop_probability=stop)[0].params


def scikit_stopping(src, dst, seed):
    return scikit(src, dst, seed, CONFIDENCE)


ROBUST = {"fit_robust": ours, "OpenCV": opencv, "scikit-image": scikit,
          "the same, stopping": scikit_stopping}


def shuffled(name, seed):
    """The matches in another order: OpenCV draws from them with a seed of its own."""
    src, dst = datasets.load_matches(name)
    order = np.random.default_rng(seed).permutation(len(src))
    return src[order], dst[order], seed


def turns(run, name):
    """A function that calls ``run`` on the matches in another order each time."""
    cases = itertools.cycle([shuffled(name, seed) for seed in range(SEEDS)])
    return lambda: run(*next(cases))


def robust_table(rounds):
    """A homography from all matches; scikit-image draws 1000 samples unless told to stop early."""
    rows = []
    for name in ("graf", "leuven"):
        runs = {title: turns(run, name) for title, run in ROBUST.items()}
        slow = {title: runs.pop(title) for title in list(runs)[2:]}
        took = alternate(runs, rounds, calls=10) | alternate(slow, max(2, rounds // 5))
        own = took["fit_robust"]
        rows.append((name, *milliseconds(took),
                     *(f"{took[title] / own:.2f}" for title in list(took)[1:])))
    table(("matches", *ROBUST, *(f"{title} to it" for title in list(ROBUST)[1:])), rows)


def error_table(rounds):
    """Error of the robust fit on the wall against the truth, over seeds."""
    methods = {f"OpenCV {name}": functools.partial(opencv, method=getattr(cv2, name))
               for name in ("USAC_MAGSAC", "USAC_ACCURATE")}
    rows = []
    for name, run in (ROBUST | methods).items():
        errors = [grid_error(run(*shuffled("graf", seed))) for seed in range(SEEDS)]
        rows.append((name, f"{np.mean(errors):.2f} px", f"{np.median(errors):.2f} px",
                     f"{min(errors):.2f} px", f"{max(errors):.2f} px"))
    table((f"{SEEDS} seeds", "mean", "median", "least", "most"), rows)


# -- pictures ------------------------------------------------------------------------------


def warp_table(rounds):
    """A photograph of 800 x 640 in colour, warped; difference to OpenCV's in grey levels."""
    picture = np.array(datasets.load_photograph("graf1"))
    levels = np.rint(255 * picture).astype(np.uint8)
    mild = np.array([[1.02, 0.03, -10], [-0.02, 1.03, -8], [1e-5, 2e-5, 1]])
    rows = []
    for name, H in (("the truth", datasets.load_ground_truth()), ("mild", mild)):
        inside = geometry.warp(np.ones((640, 800)), H) > 0
        inside = cv2.erode(inside.astype(np.uint8), np.ones((3, 3)), borderValue=0) > 0
        back = transform.ProjectiveTransform(np.linalg.inv(H))
        for kind, image, unit in (("float32", picture, 255), ("uint8", levels, 1)):
            runs = {
                "warp": lambda image=image, H=H: geometry.warp(image, H),
                "OpenCV": lambda image=image, H=H: cv2.warpPerspective(image, H, (800, 640)),
                "scikit-image": lambda image=image, back=back: transform.warp(image, back, order=1),
            }
            took = alternate(runs, rounds)
            gap = np.abs(unit * (runs["warp"]().astype(float) - runs["OpenCV"]()))[inside].mean()
            rows.append((name, kind, f"{inside.mean():.0%}", *milliseconds(took),
                         f"{took['warp'] / took['scikit-image']:.2f}", f"{gap:.4f}"))
    table(("H", "type", "covered", "warp", "OpenCV", "scikit-image", "to scikit-image",
           "difference"), rows)


def stitch_table(rounds):
    """The street's two photographs joined: robust fit, then the panorama of 1108 x 663."""
    first, second = (datasets.load_photograph(name) for name in ("leuvenA", "leuvenB"))
    pairs = datasets.load_matches("leuven")
    H, _ = geometry.fit_robust(*pairs)
    took = alternate({
        "fit_robust": lambda: geometry.fit_robust(*pairs),
        "stitch": lambda: geometry.stitch(first, second, H),
    }, rounds)
    table(tuple(took), [milliseconds(took)])


PARTS = {"fit": fit_table, "digits": digits_table, "robust": robust_table, "error": error_table,
         "warp": warp_table, "stitch": stitch_table}


if __name__ == "__main__":
    cv2.setNumThreads(THREADS)
    run_parts(PARTS, rounds=10)
