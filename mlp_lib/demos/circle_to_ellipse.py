"""A 2 x 2 matrix turns the unit circle into an ellipse: its singular vectors (chapter 08)."""

from functools import partial

import numpy as np

from mlp_lib import linear_algebra
from mlp_lib.demos.parts.controls import slider
from mlp_lib.demos.parts.drag_points import DragDemo, DragPoints
from mlp_lib.demos.parts.live_figure import new_figure, style
from mlp_lib.demos.parts.tables import brief, signed
from mlp_lib.demos.parts.unit_circle import CIRCLE, arrow, label, point, square
from mlp_lib.plotting import CYCLE


def circle_to_ellipse(A=((1.0, -1.0), (1.5, 0.5)), *, reach=2.0):
    """Demo: what a 2 x 2 matrix makes of the unit circle, with u, v and sigma.

    Parameters
    ----------
    A : (2, 2) array_like of float
        At first. Its columns can be dragged, its entries set by sliders.
    reach : float
        Entries go from ``-reach`` to ``reach`` on the sliders.

    Returns
    -------
    DragDemo
        Shown when it is the last line of a cell.

    Raises
    ------
    ValueError
        If ``A`` is not a finite (2, 2) matrix with entries up to ``reach``.

    Notes
    -----
    Source: seed 003 "Singular Value Decomposition" (S3-SVD-D), property 5 (S3-SVD-P5c).
    """
    A = linear_algebra.as_matrix(A)
    if A.shape != (2, 2) or np.abs(A).max() > reach:
        raise ValueError(f"need A (2, 2), entries up to {reach:g}; got {A.shape}, {A.tolist()}")
    return CircleToEllipse(A, reach)


class CircleToEllipse(DragDemo):
    """See `circle_to_ellipse`."""

    TASKS = (
        "Make the ellipse a circle again, without going back to the identity.",
        "Make it a line. What do the two columns have in common then?",
        "What are u₁ and v₁ for a symmetric matrix? Say it, then see.",
    )

    _far = 1.0  # of the names, in a small picture

    def __init__(self, A, reach):
        self._following = False
        figure, moving = self._figure(1.55 * reach)
        pad = DragPoints(figure.axes[1], A.T, names=["first column of A", "second column of A"])
        controls = {f"a{i + 1}{j + 1}": slider(f"A{i + 1}{j + 1}", -reach, reach, step=0.01,
                                               value=A[i, j]) for i, j in np.ndindex(2, 2)}
        super().__init__(pad, moving, self._show, controls, name="Circle to ellipse")
        for at, control in zip(np.ndindex(2, 2), controls.values()):
            control.observe(partial(self._follow_a_slider, at), "value")
        self.pad.observe(lambda change: self._follow_the_handles(), "points")

    def _figure(self, reach):
        figure = new_figure(800, 410)
        with style():
            circle, ellipse = (square(ax, reach) for ax in figure.subplots(1, 2))
            circle.set_title("the unit circle: x")
            ellipse.set_title("what A makes of it: Ax\n(dots: the columns of A)")
            circle.plot(*CIRCLE, color="0.5")
            self.curve, = ellipse.plot([], [], color="0.5")
            self.columns, = ellipse.plot([], [], "--", color="0.6", linewidth=1)
            self.v, self.su = ([arrow(ax, CYCLE[2 * k]) for k in (0, 1)]
                               for ax in (circle, ellipse))
            self.labels = [label(ax, name, CYCLE[2 * k])
                           for ax, names in ((circle, ("v_1", "v_2")),
                                             (ellipse, (r"\sigma_1u_1", r"\sigma_2u_2")))
                           for k, name in enumerate(names)]
        return figure, [self.curve, self.columns, *self.v, *self.su, *self.labels]

    @property
    def A(self):
        """The matrix (2, 2) as it is shown."""
        return self.pad.points.T

    def _follow_a_slider(self, at, change):
        if not self._following:
            A = self.A.copy()
            A[at] = change["new"]
            self.pad.points = A.T

    def _follow_the_handles(self):
        self._following = True  # sliders round, and end at reach; that shall not move the handle
        try:
            for control, entry in zip(self.controls.values(), self.A.flat):
                control.value = float(np.clip(entry, control.min, control.max))
        finally:
            self._following = False

    def arrange(self, width, height):
        """The names farther from their arrows where the picture is small."""
        self._far = min(1.5, max(1.0, 410 / height, 800 / width))
        self._point()

    def _point(self):
        """Let the arrows end where they belong; the singular values (2,)."""
        U, s, V = linear_algebra.oriented_svd(self.A)
        for shaft, text, tip in zip(self.v, self.labels, V.T):
            point(shaft, text, tip, beyond=0.3 * self._far)
        for shaft, text, tip in zip(self.su, self.labels[2:], (U * s).T):
            point(shaft, text, tip, beyond=0.6 * self._far)  # there are handles, too
        return s

    def _show(self, **entries):
        s = self._point()
        self.curve.set_data(*self.A @ CIRCLE)
        (a, c), (b, d) = self.pad.points
        self.columns.set_data([a, 0, b], [c, 0, d])
        return f"{self._numbers(s)}\n{self._eigenvectors()}"

    def _numbers(self, s):
        rows = "; ".join(" ".join(signed(entry, ".2f") for entry in row) for row in self.A)
        kappa = linear_algebra.condition_number(self.A)
        rest = (f"condition number {brief(kappa)}" if kappa < 1e6
                else "the ellipse is flat and A is singular")
        return (f"A = ({rows}): stretches σ₁ = {s[0]:.3f} along v₁ and σ₂ = {s[1]:.3f} along v₂; "
                f"{rest}.")

    def _eigenvectors(self):
        values = np.linalg.eigvals(self.A)
        if np.iscomplexobj(values) and np.abs(values.imag).max() > 1e-9:
            return "No real eigenvector: every x leaves its line."
        high, low = sorted(values.real, reverse=True)
        return f"Real eigenvalues: {signed(high, '.3f')} and {signed(low, '.3f')}."
