"""A normal density fitted by hand: an ellipse dragged over points (chapter 02)."""

import numpy as np

from mlp_lib import gaussian
from mlp_lib.demos.parts.controls import button
from mlp_lib.demos.parts.drag_points import DragDemo, DragPoints
from mlp_lib.demos.parts.live_figure import new_figure, style
from mlp_lib.demos.parts.tables import brief, signed
from mlp_lib.plotting import CYCLE, show_gaussian


def fit_gaussian(points=None, *, rng=0):
    """Demo: an ellipse dragged over points until the normal density fits them best.

    The three handles are the mean, and two points of the ellipse one standard deviation
    away from it: with ``u`` and ``v`` the ways from the mean to these, the covariance is
    ``u u^T + v v^T``.

    Parameters
    ----------
    points : (N, 2) array_like of float, optional
        At least three, not on one line; 60 random ones by default.
    rng : int or numpy.random.Generator
        Seed of the random ones.

    Returns
    -------
    DragDemo
        Shown when it is the last line of a cell.

    Raises
    ------
    ValueError
        If ``points`` are not finite numbers (N, 2), or lie on one line.

    Notes
    -----
    Source: seed 004 Example 2-3 (S4-E2.3a, S4-E2.3b, S4-E2.3e, S4-E2.3f).
    """
    if points is None:
        rng = np.random.default_rng(rng)
        points = rng.multivariate_normal((0.8, 0.3), [[1.6, 0.9], [0.9, 0.9]], 60)
    points = np.asarray(points, float)
    if points.ndim != 2 or points.shape[1] != 2:
        raise ValueError(f"need points (N, 2); got shape {points.shape}")
    return FitGaussian(points)


class FitGaussian(DragDemo):
    """See `fit_gaussian`."""

    TASKS = (
        "Move only the mean, until its gradient is as short as you can get it. Where is it?",
        "Then turn and stretch the ellipse. How close to the maximum do you get?",
        "Press Gradient step a few times, then Maximum likelihood.",
    )

    def __init__(self, points):
        self.points, self.best, self.past = points, gaussian.fit(points), []
        self.top = gaussian.log_likelihood(points, *self.best)
        centre, size = _view(points)
        self.start = centre + size * np.array([(-1.0, -0.5), (0.0, -0.5), (-1.0, 0.3)])
        figure = new_figure(800, 390)
        with style():
            plane, trace = figure.subplots(1, 2, width_ratios=(1.8, 1))
            self._fill_plane(plane, centre, size)
            self._fill_trace(trace)
        pad = DragPoints(plane, self.start, lines=[(0, 1), (0, 2)], carries={0: [1, 2]},
                         names=["mean", "first axis of the ellipse", "second axis of the ellipse"])
        super().__init__(
            pad, [*self.ellipses, self.curve], self._show, name="Fit a normal density", buttons=[
                button("Gradient step", self.climb, hint="Up the gradient of the log likelihood"),
                button("Maximum likelihood", lambda: self.place(*self.best), hint="The best fit"),
                button("Reset", self.reset, icon="refresh", hint="Back to the start")])

    def _fill_plane(self, ax, centre, size):
        """The points, and ellipses one and two standard deviations away from the mean."""
        ax.plot(*self.points.T, ".", color="k", alpha=0.6)
        ax.set(xlabel="$x_1$", ylabel="$x_2$", aspect="equal")
        ax.set(xlim=centre[0] + size * np.array([-4, 4]),
               ylim=centre[1] + size * np.array([-3, 3]))
        self.ellipses = [show_gaussian(*self.best, radius=r, ax=ax, color=CYCLE[0], linewidth=lw)
                         and ax.lines[-1] for r, lw in ((1, 2), (2, 1))]

    def _fill_trace(self, ax):
        """The level of the best fit, and a curve without points."""
        top = self.top / len(self.points)
        ax.set(xlabel="last moves", ylabel="log likelihood per point", xlim=(0, 41),
               ylim=(top - 4, top + 0.4))
        ax.axhline(top, color="k", linestyle="--", linewidth=1)
        ax.text(1, top + 0.05, "the best fit")
        self.curve, = ax.plot([], [], ".-", color=CYCLE[0])

    @property
    def parameters(self):
        """Mean (2,) and covariance (2, 2) of the ellipse as it is."""
        axes = self.pad.points[1:] - self.pad.points[0]
        return self.pad.points[0], axes.T @ axes

    def likelihood(self, mu, Sigma):
        """Log likelihood of the points; None where no density belongs to ``Sigma``."""
        try:
            return gaussian.log_likelihood(self.points, mu, Sigma)
        except ValueError:
            return None

    def place(self, mu, Sigma):
        """Put the handles on the mean and on the principal axes of ``Sigma``."""
        variances, axes = np.linalg.eigh(Sigma)
        self.pad.points = [mu, *(mu + (axes * np.sqrt(variances)).T)]

    def reset(self):
        """Back to the first ellipse, with an empty curve."""
        self.past = []
        self.pad.points = self.start

    def climb(self):
        """One step along the gradients, of a length that the line search finds."""
        mu, Sigma = self.parameters
        now = self.likelihood(mu, Sigma)
        if now is None:
            return
        dmu, dSigma = gaussian.gradients(self.points, mu, Sigma)
        rise = np.sum(dmu**2) + np.sum(dSigma**2)
        for step in 0.5 ** np.arange(40):  # halved until Armijo's rule holds
            there = mu + step * dmu, Sigma + step * dSigma
            reached = self.likelihood(*there)
            if reached is not None and reached >= now + 0.5 * step * rise:
                self.place(*there)
                return

    def _show(self):
        mu, Sigma = self.parameters
        angle = np.linspace(0, 2 * np.pi, 100)
        circle = np.column_stack([np.cos(angle), np.sin(angle)])
        for radius, ellipse in enumerate(self.ellipses, start=1):
            ellipse.set_data(*(mu + radius * circle @ (self.pad.points[1:] - mu)).T)
        value = self.likelihood(mu, Sigma)
        if value is None:
            return "The two axes lie on one line: a flat ellipse, which no density belongs to."
        self._remember(value / len(self.points))
        dmu, dSigma = gaussian.gradients(self.points, mu, Sigma)
        mean, first, second = (", ".join(signed(x, ".2f") for x in row) for row in (mu, *Sigma))
        return (f"Mean ({mean}), covariance ({first}; {second}): log likelihood "
                f"{signed(value, '.1f')}; the most possible is {signed(self.top, '.1f')}.\n"
                f"Length of the gradient in the mean {brief(np.linalg.norm(dmu))}, in the "
                f"covariance {brief(np.linalg.norm(dSigma))}.")

    def _remember(self, value):
        if not self.past or value != self.past[-1]:
            self.past = [*self.past, value][-40:]
        self.curve.set_data(range(1, len(self.past) + 1), self.past)


def _view(points):
    """Centre and size of the view: [-4, 4] x [-3, 3], or as much larger as the points need."""
    if np.all(np.abs(points) <= (4, 3)):
        return np.zeros(2), 1.0
    centre = points.mean(axis=0)
    return centre, 1.1 * float(np.max(np.abs(points - centre) / (4, 3)))
