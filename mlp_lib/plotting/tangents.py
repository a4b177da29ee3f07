"""A function beside what its derivatives at one point make of it."""

import numpy as np

from mlp_lib.plotting.base import CYCLE, axes_or_new


def show_tangent_grid(f, at, J, *, reach=1.0, ax=None):
    """A grid around a point as ``f`` bends it, and as the Jacobian says.

    Parameters
    ----------
    f : callable
        Map of the plane: (2,) to (2,).
    at : (2,) array_like of float
    J : (2, 2) array_like of float
        Jacobian of ``f`` at ``at``: outputs down, inputs across.
    reach : float
        Half the side of the grid, in units of the input.
    ax : matplotlib.axes.Axes, optional

    Raises
    ------
    ValueError
        If the point or the Jacobian is not of the plane.
    """
    at, J = np.asarray(at, float), np.asarray(J, float)
    if at.shape != (2,) or J.shape != (2, 2):
        raise ValueError(f"need a point (2,) and a Jacobian (2, 2); got {at.shape}, {J.shape}")
    ax = axes_or_new(ax, (4.4, 4.2))
    middle, along = np.asarray(f(at)), np.linspace(-reach, reach, 41)
    for tick in np.linspace(-reach, reach, 7):
        for line in (np.column_stack([np.full(41, tick), along]),
                     np.column_stack([along, np.full(41, tick)])):
            bent = np.array([f(at + step) for step in line])
            first = tick == -reach and line[0, 1] == line[-1, 1]
            ax.plot(*bent.T, color=CYCLE[0], linewidth=1.2, label="the map" if first else None)
            ax.plot(*(middle + line @ J.T).T, "--", color=CYCLE[1], linewidth=1,
                    label="its Jacobian" if first else None)
    ax.plot(*middle, "ko", markersize=5)
    ax.set(xlabel="first output", ylabel="second output")
    return ax


def show_bowl(f, at, gradient, H, *, reach=0.5, ax=None):
    """Level lines of ``f`` around a point, and of the surface that gradient and Hessian fit there.

    The two lines through the point are the directions in which the surface bends least and
    most; their labels are the curvatures.

    Parameters
    ----------
    f : callable
        Takes points (..., 2) all at once.
    at, gradient : (2,) array_like of float
    H : (2, 2) array_like of float, symmetric
    reach : float
        Half the side of the window; both axes have one scale.
    ax : matplotlib.axes.Axes, optional

    Raises
    ------
    ValueError
        If a shape is not of the plane.
    """
    at, gradient, H = (np.asarray(A, float) for A in (at, gradient, H))
    if at.shape != (2,) or gradient.shape != (2,) or H.shape != (2, 2):
        raise ValueError(f"need a point (2,), a gradient (2,) and a Hessian (2, 2); "
                         f"got {at.shape}, {gradient.shape}, {H.shape}")
    ax = axes_or_new(ax, (4.4, 4.2))
    steps = np.stack(np.meshgrid(*2 * [np.linspace(-reach, reach, 81)]), axis=-1)
    values = f(at + steps)
    fitted = f(at) + steps @ gradient + np.einsum("...i,ij,...j", steps, H, steps) / 2
    levels, where = np.linspace(values.min(), values.max(), 12), np.moveaxis(at + steps, -1, 0)
    ax.contour(*where, values, levels, colors=CYCLE[0], linewidths=1.4, linestyles="solid")
    ax.contour(*where, fitted, levels, colors=CYCLE[1], linewidths=1.2, linestyles="dashed")
    for curvature, direction in zip(*(part.T for part in np.linalg.eigh(H))):
        ends = at + 0.7 * reach * np.array([-direction, direction])
        ax.plot(*ends.T, color="k", linewidth=1.5)
        ax.text(*ends[1], f"{curvature:.1f}", ha="center", va="center",
                bbox={"facecolor": "w", "edgecolor": "k", "boxstyle": "round,pad=0.2"})
    ax.set(xlabel="$x_1$", ylabel="$x_2$", aspect="equal")
    return ax


def show_normalised_column(x, g, *, ax=None):
    """A column of three numbers in the plane of mean 0, normalised, and what of a gradient is left.

    One looks along the direction (1, 1, 1), so that a column and its shifted copies are one
    point. Normalisation moves that point to the circle of radius sqrt(3) along its ray.

    Parameters
    ----------
    x : (3,) array_like of float
        Not all the same.
    g : (3,) array_like of float
        Gradient in the normalised column; the part along the ray is dashed.
    ax : matplotlib.axes.Axes, optional

    Raises
    ------
    ValueError
        If a shape is not (3,), or the column has no spread.
    """
    x, g = np.asarray(x, float), np.asarray(g, float)
    if x.shape != (3,) or g.shape != (3,) or not np.ptp(x):
        raise ValueError(f"need a column (3,) that is not constant and a gradient (3,); "
                         f"got {x.shape} with spread {np.ptp(x):g}, {g.shape}")
    ax = axes_or_new(ax, (4.4, 4.2))
    plane = np.array([[1, -1, 0], [1, 1, -2]]) / np.sqrt([[2], [6]])
    point, arrow = plane @ x, plane @ g
    z = np.sqrt(3) * point / np.linalg.norm(point)
    along = (arrow @ z) / 3 * z
    turn = np.linspace(0, 2 * np.pi, 121)
    ax.plot(np.sqrt(3) * np.cos(turn), np.sqrt(3) * np.sin(turn), color="0.6")
    ax.plot(*np.transpose([0 * z, 1.15 * max(1, np.linalg.norm(point) / np.sqrt(3)) * z]), ":",
            color="0.6")
    for tip, style, colour, label in ((along, "--", CYCLE[3], "along $z$: taken off"),
                                      (arrow, "-", CYCLE[0], "$g$ without its mean"),
                                      (arrow - along, "-", CYCLE[1], "what is left, $Pg$")):
        ax.plot(*np.transpose([z, z + tip]), style, color=colour, linewidth=2, label=label)
        ax.plot(*(z + tip), "o", color=colour, markersize=4)
    for name, at in (("Cx", point), ("z", z)):
        ax.plot(*at, "ko", markersize=6)
        ax.annotate(f"${name}$", at, (8, -8), textcoords="offset points", va="top")
    ax.set(aspect="equal", xticks=[], yticks=[])
    ax.legend(frameon=False, loc="upper left", bbox_to_anchor=(1, 1))
    return ax
