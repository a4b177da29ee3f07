"""A map beside its Jacobian, a height beside its Hessian."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from mlp_lib import calculus, plotting

AT = np.array([0.4, -0.7])


def bend(x):
    return np.array([x[0] ** 2 + x[1], np.sin(x[0] * x[1])])


def gaps(reach):
    """Largest distance between the bent lines and their tangents, for a grid of that reach."""
    ax = plotting.show_tangent_grid(bend, AT, calculus.jacobian(bend, AT), reach=reach)
    lines = [line.get_xydata() for line in ax.lines[:-1]]
    plt.close(ax.figure)
    return max(np.abs(bent - flat).max() for bent, flat in zip(lines[::2], lines[1::2]))


def test_the_tangent_grid_leaves_the_map_with_the_square_of_its_reach():
    assert 3.5 < gaps(0.02) / gaps(0.01) < 4.5


def test_a_quadratic_is_its_own_bowl():
    H, slope = np.array([[3.0, 1.0], [1.0, 2.0]]), np.array([0.5, -1.0])

    def height(x):
        step = x - AT
        return 7 + step @ slope + (step @ H * step).sum(-1) / 2

    ax = plotting.show_bowl(height, AT, slope, H)
    drawn, fitted = ax.collections
    for one, other in zip(drawn.get_paths(), fitted.get_paths()):
        np.testing.assert_allclose(one.vertices, other.vertices, atol=1e-8)
    written = [float(text.get_text()) for text in ax.texts]
    np.testing.assert_allclose(written, np.linalg.eigvalsh(H), atol=0.05)
    plt.close(ax.figure)


def test_the_lines_lie_along_the_directions_of_least_and_greatest_curvature():
    ax = plotting.show_bowl(lambda x: x[..., 0] ** 2 + 4 * x[..., 1] ** 2, [0.0, 0.0], [0.0, 0.0],
                            np.diag([2.0, 8.0]))
    least, most = (np.abs(np.diff(line.get_xydata(), axis=0)[0]) for line in ax.lines)
    assert least[0] > 0 == least[1]
    assert most[1] > 0 == most[0]
    plt.close(ax.figure)


def test_of_a_gradient_the_part_along_the_ray_is_taken_off():
    ax = plotting.show_normalised_column([2.4, 0.9, -1.8], [0.2, 1.6, -0.7])
    steps = {line.get_label(): np.diff(line.get_xydata(), axis=0)[0] for line in ax.lines
             if not line.get_label().startswith("_")}
    along, whole, left = steps.values()
    np.testing.assert_allclose(along + left, whole)
    assert abs(along @ left) < 1e-12
    z = ax.lines[-1].get_xydata()[0]
    assert np.linalg.norm(z) ** 2 == pytest.approx(3)
    assert abs(z @ left) < 1e-12
    plt.close(ax.figure)


@pytest.mark.parametrize("column", [[1.0, 1.0, 1.0], [1.0, 2.0]])
def test_a_column_without_spread_or_of_another_size_is_refused(column):
    with pytest.raises(ValueError, match=r"need a column \(3,\)"):
        plotting.show_normalised_column(column, [1.0, 0.0, 2.0])
