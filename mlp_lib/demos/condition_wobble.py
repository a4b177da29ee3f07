"""How far a disturbed right side moves the solution, by condition number (chapter 08)."""

import numpy as np

from mlp_lib.demos.parts.controls import scale, slider
from mlp_lib.demos.parts.demo import Demo
from mlp_lib.demos.parts.live_figure import new_figure, style
from mlp_lib.demos.parts.unit_circle import CIRCLE, square
from mlp_lib.plotting import CYCLE

CONDITIONS = (1, 2, 3, 5, 10, 20, 30, 50, 100, 200, 500, 1000)


def condition_wobble(condition=20, *, share=5.0):
    """Demo: how far a disturbed right side moves the solution, by condition number.

    Parameters
    ----------
    condition : int
        At first; one of `CONDITIONS`.
    share : float
        Size of the disturbance at first, in per cent of the length of b, in [0.5, 10].

    Returns
    -------
    Demo
        Shown when it is the last line of a cell.

    Notes
    -----
    Source: seed 003 SVD property 1 (S3-SVD-P1b).
    """
    return ConditionWobble({
        "condition": scale("condition number", CONDITIONS, value=condition),
        "share": slider("disturbance in %", 0.5, 10, value=share, step=0.5, form=".1f"),
        "turn": slider("angle of b from u₁", 0, 90, value=0, step=5, form="d",
                       hint="In degrees; 90 is u₂"),
    })


class ConditionWobble(Demo):
    """See `condition_wobble`."""

    TASKS = (
        "Raise the condition number to 100. In which direction does the needle grow?",
        "Turn b to u₁, then to u₂. When is the relative wobble worst?",
    )

    U, V = (np.array([[np.cos(t), -np.sin(t)], [np.sin(t), np.cos(t)]]) for t in (0.5, 0.9))

    def __init__(self, controls):
        figure = new_figure(800, 400)
        rng = np.random.default_rng(8)
        radius = np.sqrt(rng.uniform(0, 1, 220))
        angle = rng.uniform(0, 2 * np.pi, 220)
        disc = radius * np.array([np.cos(angle), np.sin(angle)])
        self.disc = np.hstack([disc, CIRCLE])  # disturbances of length 1 at most
        with style():
            axes = figure.subplots(1, 2)
            self.right = self._plane(axes[0], 1.5, "right sides b, in units of |b|", self.U, "u")
            self.solutions = self._plane(axes[1], 3, "solutions x, in units of |x|", self.V, "v")
        super().__init__(figure, [*self.right, *self.solutions], self._show, controls,
                         name="Condition and wobble")

    @staticmethod
    def _plane(ax, reach, title, basis, letter):
        square(ax, reach).set_title(title)
        for k, direction in enumerate(basis.T):
            ax.axline((0, 0), direction, color="0.75", linewidth=1, linestyle="--")
            ax.text(*0.87 * reach * direction, f"${letter}_{k + 1}$", color="0.4", size=12)
        point, = ax.plot([], [], "o-", color=CYCLE[0], markersize=5, markevery=[1])
        cloud, = ax.plot([], [], ".", color=CYCLE[1], markersize=3)
        return point, cloud

    def _show(self, condition, share, turn):
        A = (self.U * [1, 1 / condition]) @ self.V.T
        b = self.U @ [np.cos(np.radians(turn)), np.sin(np.radians(turn))]
        disturbed = b[:, None] + share / 100 * self.disc
        x, solutions = np.linalg.solve(A, b), np.linalg.solve(A, disturbed)
        size = np.linalg.norm(x)
        for (point, cloud), places, middle in ((self.right, disturbed, b),
                                               (self.solutions, solutions / size, x / size)):
            cloud.set_data(places)
            point.set_data(*np.column_stack([(0, 0), middle]))
        moved = 100 * np.linalg.norm(solutions - x[:, None], axis=0).max() / size
        return (f"b is disturbed by up to {share:g} % of its length; x moves by up to "
                f"{moved:.3g} % of its own, {moved / share:.3g} times as much.\nThe bound is the "
                f"condition number, {condition:g}; b along u₁ reaches it.")
