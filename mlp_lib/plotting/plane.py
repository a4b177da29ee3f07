"""Figures in the plane: points, regions, maps, landscapes and ellipses."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.colors import to_rgb

from mlp_lib.linear_algebra import oriented_svd
from mlp_lib.plotting.base import CYCLE, axes_or_new

_MARKERS = "os^DvPX"  # one a class, as the colours of CYCLE
_ANGLES = np.linspace(0, 2 * np.pi, 181)
_CIRCLE = np.array([np.cos(_ANGLES), np.sin(_ANGLES)])


def show_gaussian(mu, Sigma, *, radius=2.0, ax=None, **style):
    """Ellipse of the points that lie ``radius`` standard deviations from ``mu`` (2,)."""
    mu, Sigma = np.asarray(mu), np.asarray(Sigma)
    if mu.shape != (2,) or Sigma.shape != (2, 2):
        raise ValueError(f"need mu (2,), Sigma (2, 2); got {mu.shape}, {Sigma.shape}")
    if ax is None:
        ax = axes_or_new(None, (4, 4))
        ax.set(xlabel="$x_1$", ylabel="$x_2$")
    ax.plot(*(mu[:, None] + radius * np.linalg.cholesky(Sigma) @ _CIRCLE), **style)
    return ax


def show_plane_map(transform, *, ax=None, reach=2):
    """Grid of the plane, and where ``transform`` ((N, 2) to (N, 2)) puts it.

    The grid has whole numbers up to ``reach``. The two unit arrows are drawn where they
    start and where they end up.
    """
    ax = axes_or_new(ax, (4.5, 4.2))
    ticks, along = np.arange(-reach, reach + 1), np.linspace(-reach, reach, 50)
    for flip in (False, True):
        for tick in ticks:
            line = np.column_stack([np.full_like(along, tick), along])
            line = line[:, ::-1] if flip else line
            ax.plot(*line.T, color="0.75", linewidth=0.8, zorder=1)
            ax.plot(*transform(line).T, color=CYCLE[5], linewidth=1, zorder=2)
    start = transform(np.zeros((1, 2)))[0]
    for e, colour in zip(np.eye(2), CYCLE):
        for tail, tip, tint in (((0, 0), e, "0.5"), (start, transform(e[None])[0], colour)):
            ax.annotate("", tip, tail, arrowprops={"arrowstyle": "-|>", "color": tint, "lw": 2})
    ax.set(xlabel="$x_1$", ylabel="$x_2$", aspect="equal")
    return ax


def show_landscape(f, *, x=(-2, 2), y=(-1, 1), levels=24, ax=None):
    """Filled level lines of ``f``, which takes all points (..., 2) at once; dark is low."""
    ax = axes_or_new(ax, (6, 3.6))
    grid = np.stack(np.meshgrid(np.linspace(*x, 200), np.linspace(*y, 200)), axis=-1)
    values = f(grid)
    filled = ax.contourf(*np.moveaxis(grid, -1, 0), values, levels, cmap="cividis")
    ax.contour(filled, colors="k", linewidths=0.4, alpha=0.5)
    ax.figure.colorbar(filled, ax=ax, label="$f$")
    ax.set(xlabel="$x_1$", ylabel="$x_2$")
    return ax


def show_paths(paths, *, ax):
    """Paths (T, 2) of a descent: a ring where each starts, a cross where it ends."""
    for path in map(np.asarray, paths):
        if path.ndim != 2 or path.shape[1] != 2 or not len(path):
            raise ValueError(f"need paths (T, 2); got one of shape {path.shape}")
        ax.plot(*path.T, ".-", color="w", linewidth=1, markersize=3)
        ax.plot(*path[0], "o", markerfacecolor="none", markeredgecolor="w", markersize=8)
        ax.plot(*path[-1], "X", color=CYCLE[1], markeredgecolor="w", markersize=9)
    return ax


def show_regions(predict, X, labels, ax=None, *, steps=200):
    """Points ``X`` (N, 2) by class, on the regions where ``predict`` gives each class.

    Parameters
    ----------
    predict : callable
        Classes (M,), ``0 .. K-1``, of points (M, 2).
    X : (N, 2) array_like of float
    labels : (N,) array_like of int
        True classes, at most 7; each has its colour and its marker.
    ax : matplotlib.axes.Axes, optional
    steps : int
        Points of the grid in each direction.

    Raises
    ------
    ValueError
        If ``X`` is not in the plane, or ``labels`` are not whole numbers, one a point, in
        ``0 .. 6``.
    """
    X, labels = np.asarray(X), np.asarray(labels)
    if X.ndim != 2 or X.shape[1] != 2 or labels.shape != X.shape[:1]:
        raise ValueError(f"need X (N, 2) and labels (N,); got {X.shape}, {labels.shape}")
    if labels.dtype.kind not in "iu":
        raise ValueError(f"need labels of int; got {labels.dtype}")
    if labels.min() < 0 or labels.max() >= len(CYCLE):
        raise ValueError(f"need labels in 0..{len(CYCLE) - 1}; got {labels.min()}..{labels.max()}")
    ax = axes_or_new(ax, (4, 4))
    low, high = X.min(axis=0) - 0.4, X.max(axis=0) + 0.4
    grid = np.stack(np.meshgrid(*np.linspace(low, high, steps).T), axis=-1)
    colours = np.array([to_rgb(colour) for colour in CYCLE])
    regions = colours[np.asarray(predict(grid.reshape(-1, 2)))].reshape(steps, steps, 3)
    ax.imshow(1 - 0.35 * (1 - regions), extent=(low[0], high[0], low[1], high[1]), origin="lower")
    for k in range(labels.max() + 1):
        ax.scatter(*X[labels == k].T, s=22, color=CYCLE[k], marker=_MARKERS[k], edgecolor="w",
                   linewidth=0.5, label=f"{k}")
    ax.set(xlabel="$x_1$", ylabel="$x_2$")
    return ax


def show_arrows(arrows, *, ax):
    """Arrows from the origin; ``arrows`` is a dict from a name in TeX to a tip (2,)."""
    for number, (name, tip) in enumerate(arrows.items()):
        if np.shape(tip) != (2,):
            raise ValueError(f"need tips (2,); got shape {np.shape(tip)} for {name!r}")
        tip, colour = np.asarray(tip), CYCLE[number % len(CYCLE)]
        ax.annotate("", tip, (0, 0), arrowprops={"arrowstyle": "-|>", "lw": 2, "shrinkA": 0,
                    "shrinkB": 0, "color": colour})
        beyond = 0.05 * abs(np.subtract(*ax.get_xlim())) / max(np.linalg.norm(tip), 1e-12)
        ax.text(*(1 + beyond) * tip, f"${name}$", ha="center", va="center", color=colour,
                bbox={"facecolor": "w", "edgecolor": "none", "pad": 0.5, "alpha": 0.7})
    return ax


def show_circle_map(A, *, axes=None):
    """The unit circle, and the ellipse that ``A`` (2, 2) makes of it; returns both axes.

    Left the right singular vectors, right what becomes of them: the half axes.
    """
    U, s, V = oriented_svd(A)
    if axes is None:
        _, axes = plt.subplots(1, 2, figsize=(8, 3.6), layout="constrained")
    reach = 1.25 * max(s[0], 1)
    for ax, curve in zip(axes, (_CIRCLE, np.matmul(A, _CIRCLE))):
        ax.plot(*curve, color="0.5", linewidth=1.5)
        ax.set(xlim=(-reach, reach), ylim=(-reach, reach), aspect="equal",
               xlabel="first coordinate", ylabel="second coordinate")
    show_arrows({"v_1": V[:, 0], "v_2": V[:, 1]}, ax=axes[0])
    show_arrows({r"\sigma_1u_1": s[0] * U[:, 0], r"\sigma_2u_2": s[1] * U[:, 1]}, ax=axes[1])
    return axes


def show_points(X, labels, *, ax=None, names=None, size=16):
    """Points ``X`` (N, 2), each class of ``labels`` (N,) with its colour and its marker.

    ``names`` are the words of the legend, in the order of the sorted classes, of which
    there are 7 at most.
    """
    X, labels = np.asarray(X), np.asarray(labels)
    classes = np.unique(labels)
    if X.ndim != 2 or X.shape[1] != 2 or labels.shape != X.shape[:1] or len(classes) > len(CYCLE):
        raise ValueError(f"need X (N, 2), labels (N,), at most {len(CYCLE)} classes; "
                         f"got {X.shape}, {labels.shape}, {len(classes)}")
    if names is not None and len(names) != len(classes):
        raise ValueError(f"need a name for each of {len(classes)} classes; got {len(names)}")
    ax = axes_or_new(ax, (4.5, 4))
    for number, k in enumerate(classes):
        ax.scatter(*X[labels == k].T, s=size, color=CYCLE[number], marker=_MARKERS[number],
                   alpha=0.7, linewidth=0, label=f"{k}" if names is None else names[number])
    ax.set(xlabel="$x_1$", ylabel="$x_2$")
    ax.legend(frameon=False, markerscale=max(1, (36 / size) ** 0.5))  # readable for any size
    return ax


def show_lines(lines, *, ax):
    """Lines of the plane, a dict from a label to a normal (2,) and the ``n @ x`` of its points."""
    for number, (label, (normal, offset)) in enumerate(lines.items()):
        normal = np.asarray(normal)
        if normal.shape != (2,) or not normal.any():
            raise ValueError(f"need normals (2,) other than 0; got {normal.tolist()} for {label!r}")
        foot = offset * normal / (normal @ normal)
        along = np.array([-normal[1], normal[0]])
        ax.axline(foot, foot + along, label=label, color=CYCLE[(number + 1) % len(CYCLE)],
                  linestyle=("-", "--", "-.")[number % 3], linewidth=2)
    ax.legend(frameon=False)
    return ax


def unit_lines(W, b, *, reach=20.0):
    """Segments (M, 2, 2) of the plane on which ``x @ W + b`` is 0: one a unit, two ends each.

    ``W`` (2, M) and ``b`` (M,) belong to a layer on points (N, 2); each segment reaches
    that far both ways from the point of its line that is nearest to the origin.
    """
    W, b = np.asarray(W), np.asarray(b)
    if W.ndim != 2 or len(W) != 2 or b.shape != W.shape[1:]:
        raise ValueError(f"need W (2, M) and b (M,); got {W.shape}, {b.shape}")
    length = np.maximum(np.linalg.norm(W, axis=0), 1e-12)
    foot = (-b * W / length**2).T
    along = reach * np.stack([-W[1], W[0]], axis=1) / length[:, None]
    return np.stack([foot - along, foot + along], axis=1)


def show_unit_lines(W, b, *, ax):
    """Where each unit of a first layer ``W`` (2, M), ``b`` (M,) is 0; the limits of ``ax`` stay."""
    ax.add_collection(LineCollection(unit_lines(W, b), colors="k", linewidths=0.8), autolim=False)
    return ax
