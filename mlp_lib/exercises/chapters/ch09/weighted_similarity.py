"""The similarity that fits weighted pairs best, by complex numbers."""

import numpy as np

from mlp_lib.exercises import draws
from mlp_lib.exercises.chapters.ch09.similarity_mistakes import (
    about_the_first,
    affine,
    by_svd,
    centres_exchanged,
    conjugated_below_only,
    divided_by_n,
    imaginary,
    lengths_not_squared,
    mean_of_quotients,
    mirrored_if_better,
    no_shift,
    nothing_conjugated,
    plain_mean_of_quotients,
    plain_means,
    quotient,
    real,
    shift_added,
    shift_conjugated,
    shift_of_means,
    shift_to_the_centre,
    squared_in_the_sums,
    sums_for_means,
    turned_in_the_matrix,
    uncentred,
    unweighted_below,
    weights_in_the_means_only,
    with_another,
    with_signs,
)
from mlp_lib.exercises.kinds import Function, Misconception


def weighted_similarity(src, dst, weights):
    """The similarity from src to dst with the least weighted sum of squared distances.

    src and dst are (N, 2), rows (x, y); weights is (N,), not negative. The result is (3, 3):
    [[s cos, -s sin, t_x], [s sin, s cos, t_y], [0, 0, 1]].
    """
    z, z2 = src @ (1, 1j), dst @ (1, 1j)
    mean, mean2 = (np.sum(weights * points) / np.sum(weights) for points in (z, z2))
    u, v = z - mean, z2 - mean2
    a = np.sum(weights * u.conj() * v) / np.sum(weights * abs(u) ** 2)
    b = mean2 - a * mean
    return np.array([[a.real, -a.imag, b.real], [a.imag, a.real, b.imag], [0, 0, 1]])


MIRRORED = ("This map mirrors where that brings the points nearer. A similarity turns, scales and shifts: its matrix has the "
            "determinant s^2, which is positive.")
ONE_SIGN = ("In Re a or in Im a one sign is wrong. Multiply out (x - iy)(x' + iy'): which products are real, and which have "
            "the factor i?")
TURNED_OVER = ("In one of the two sets y has the wrong sign: its points are x - iy. Both are to be x + iy; only in the "
               "products that give a is one factor conjugated.")


def no_minus(src, dst, weights):
    M = weighted_similarity(src, dst, weights)
    M[0, 1] = M[1, 0]
    return M


def other_way(src, dst, weights):
    return weighted_similarity(dst, src, weights)


def moved(rng, src):
    """The points after a random similarity with a short shift."""
    a = rng.uniform(0.5, 2) * np.exp(1j * rng.uniform(0.4, 2.4))
    image = a * (src @ (1, 1j))
    return np.column_stack([image.real, image.imag]) + rng.uniform(20, 50, 2)


def inputs(rng):
    N = draws.sizes(rng, 1, low=5, high=12)[0]
    src = rng.uniform(-30, 30, (N, 2)) + rng.uniform(10, 20, 2)
    return src, moved(rng, src) + rng.normal(0, 3, (N, 2)), rng.uniform(0.2, 3, N)


def a_false_pair(rng):
    src, dst, weights = inputs(rng)
    dst[2] += 900
    weights[2] = 0
    return src, dst, weights


def mirror_image(rng):
    src, _, weights = inputs(rng)
    src = src * [1, 0.3]
    return src, moved(rng, src * [1, -1]) + rng.normal(0, 1, src.shape), weights


def small_weights(rng):
    src, dst, weights = inputs(rng)
    return src, dst, 1e-6 * weights


def two_pairs(rng):
    src, dst, weights = inputs(rng)
    return src[:2], dst[:2], weights[:2]


def far_from_zero(rng):
    """Without noise, so that the shift stays small and shows every digit that is lost."""
    src, _, weights = inputs(rng)
    src = src + 1e5
    return src, moved(rng, src), weights


EXERCISE = Function(
    id="09.weighted_similarity",
    title="A similarity from weighted pairs",
    section="09 §2",
    points=4,
    prompt=r"""
Some points of a photograph are found to a tenth of a pixel, others are blurred. Good pairs should count for more. A
similarity scales, turns and shifts, and with complex numbers it is a line: write each point as $z=x+iy$, then

$$z' = a\,z + b, \qquad a = s\,e^{i\theta}.$$

Find the complex numbers $a,b$ with the least $\;\sum_n w_n\,|a z_n + b - z'_n|^2\;$, and return the $3\times3$ matrix
of the map:

$$\begin{pmatrix}\mathrm{Re}\,a&-\mathrm{Im}\,a&\mathrm{Re}\,b\\\mathrm{Im}\,a&\mathrm{Re}\,a&\mathrm{Im}\,b\\0&0&1
\end{pmatrix}$$

`src` and `dst` are $N\times2$, `weights` is $(N,)$. A pair of weight 0 must not matter at all. Weights need not
add up to 1. A similarity does not mirror, even if `dst` looks like a mirror image of `src`. The points may lie far from
$(0,0)$, thousands of times as far as they lie from each other: work about centres, so that no digits are lost.
""",
    reference=weighted_similarity,
    inputs=inputs,
    edges={"a false pair of weight 0": a_false_pair, "dst like a mirror image": mirror_image,
           "two pairs": two_pairs, "weights of 1e-6": small_weights,
           "points far from (0, 0)": far_from_zero},
    example="weighted_similarity(np.array([[0.0, 0.0], [2.0, 0.0], [0.0, 2.0]]), "
            "np.array([[1.0, 1.0], [3.0, 5.0], [-3.0, 3.0]]), np.array([1.0, 2.0, 3.0])).round(6)",
    misconceptions=(
        Misconception(
            "The weights have no effect: this is the fit in which all pairs count the same.",
            lambda src, dst, weights: weighted_similarity(src, dst, np.ones(len(src)))),
        Misconception(
            "The centres are plain means. Set the derivative in b to zero: which mean of the points comes out?",
            plain_means),
        Misconception(
            "The centres are weighted. But in the sums that give a, all pairs count the same.",
            weights_in_the_means_only),
        Misconception(
            "a is made from points about (0, 0), not about their centres. It is right only if b is 0.", uncentred),
        Misconception(
            "The weights are squared. They stand before the squared distance already, so each appears once.",
            lambda src, dst, weights: weighted_similarity(src, dst, weights**2)),
        Misconception(
            "Im a stands in the matrix twice with the same sign. Multiply (x, y) by the matrix and compare with the "
            "product of a and x + iy: which of the two has a minus?",
            no_minus),
        Misconception(
            "The shift is the centre of dst alone. The image of the centre of src has to be taken off.",
            shift_to_the_centre),
        Misconception(ONE_SIGN, with_signs(lambda x, y: x.real * y.real - x.imag * y.imag, imaginary)),
        Misconception(ONE_SIGN, with_signs(real, lambda x, y: x.real * y.imag + x.imag * y.real)),
        Misconception(TURNED_OVER, lambda src, dst, weights:
                      weighted_similarity(src * [1, -1], dst, weights)),
        Misconception(TURNED_OVER, lambda src, dst, weights:
                      weighted_similarity(src, dst * [1, -1], weights)),
        Misconception(
            "The roots of the weights are taken. They stand before the squared distance as they are.",
            lambda src, dst, weights: weighted_similarity(src, dst, np.sqrt(weights))),
        Misconception(
            "In the quotient that gives a, all pairs count the same below the bar. Both sums have weights.",
            quotient(above=True)),
        Misconception(
            "In the quotient that gives a, all pairs count the same above the bar. Both sums have weights.",
            quotient(below=True)),
        Misconception(
            "The weighted sums of the points are not divided by the sum of the weights. A mean does not change if all "
            "weights are doubled.", sums_for_means),
        Misconception(
            "The weighted sums of the points are divided by N. A mean does not change if all weights are doubled.",
            divided_by_n),
        Misconception(MIRRORED, by_svd(guarded=False, scale_guarded=False)),
        Misconception(
            "The rotation is right, but where the best orthogonal matrix mirrors, the scale is too large: with the "
            "direction that is reversed, its singular value changes sign, too.",
            by_svd(guarded=True, scale_guarded=False)),
        Misconception(
            "The matrix is transposed: it stands to the right of points as rows. As everywhere in chapter 09, it is to "
            "stand to the left of a column.",
            lambda src, dst, weights: weighted_similarity(src, dst, weights).T),
        Misconception(
            "This is the fit of dst to src, turned round. It makes the distances small in the first picture, not in the "
            "second.", lambda src, dst, weights: np.linalg.inv(weighted_similarity(dst, src, weights))),
        Misconception(
            "The shift is made with the two centres in each other's place. b is the centre of dst, less the image of the "
            "centre of src.", centres_exchanged),
        Misconception(
            "The shift has a wrong sign: the image of the centre of src is added. b is what is missing between that "
            "image and the centre of dst.", shift_added),
        Misconception(
            "x and y have changed places in both sets of points: this map is for (y, x).",
            lambda src, dst, weights: weighted_similarity(src[:, ::-1], dst[:, ::-1], weights)),
        Misconception(
            "The map turns the wrong way. In each product of the sum one factor is conjugated: that of src or that of "
            "dst?", with_another(lambda a, back: a.conjugate())),
        Misconception(
            "No factor is conjugated. The square of a complex number is not the square of its length, and lengths are "
            "what is added up.", nothing_conjugated),
        Misconception(
            "Below the bar stand squared lengths, but above it no factor is conjugated. There too, one of the two must "
            "be.", conjugated_below_only),
        Misconception(
            "The signs of Im a are exchanged in the matrix; b is right. Multiply (x, y) by the matrix and compare with "
            "the product of a and x + iy.", turned_in_the_matrix),
        Misconception(
            "This is the mean of the quotients of centred points. A point near the centre says little about a, and its "
            "quotient is mostly noise: add up above and below the bar, then divide.", mean_of_quotients),
        Misconception(
            "The scale is lost: this is the best rotation and shift. Here a may have any length.",
            with_another(lambda a, back: a / abs(a))),
        Misconception(
            "The scale is the ratio of the two spreads. Noise in dst makes it too large: the scale with the least sum "
            "of squares comes from the same quotient as the angle.",
            with_another(lambda a, back: a / np.sqrt(abs(a * back)))),
        Misconception(
            "This is the best affine map, with four free numbers beside the shift. A similarity has two: Re a and "
            "Im a.", affine),
        Misconception(
            "The shift is the difference of the two centres. But src is scaled and turned about (0, 0), so its "
            "centre moves too before it is shifted.", shift_of_means),
        Misconception(
            "This maps dst to src. The other direction was asked for.", other_way),
        Misconception(
            "Below the bar stand the squared lengths of dst about its centre. There belong those of src: set the "
            "derivative in a to zero.", with_another(lambda a, back: back.conjugate())),
        Misconception(
            "Above and below the bar have changed places.", with_another(lambda a, back: 1 / a)),
        Misconception(
            "Below the bar the lengths are not squared.", lengths_not_squared),
        Misconception(
            "There is no shift: b is 0, and a is made from points about (0, 0). Both a and b are free.", no_shift),
        Misconception(
            "Below the bar stand the squared lengths without their weights. They have the same weights as above it.",
            unweighted_below),
        Misconception(
            "In the sums that give a, the weights are squared; the centres are right. Each weight appears once.",
            squared_in_the_sums),
        Misconception(
            "Right, unless dst looks like a mirror image of src: then a similarity that mirrors is fitted. Here none "
            "may, however well it fits: without a conjugate, which of the two sums belongs to a map a z + b?",
            mirrored_if_better),
        Misconception(
            "In the shift, the centre of src was turned the wrong way: a is conjugated there.",
            shift_conjugated),
        Misconception(
            "a is the plain mean of the quotients of the centred points. Points near the centre have wild quotients: the least sum of squares has another mean.",
            plain_mean_of_quotients),
        Misconception(
            "a is made about the first point, not about the centres.",
            about_the_first),
    ),
    hints=(
        "It is a straight line fitted to points, only with complex numbers. First find $b$ for a given $a$.",
        "The derivative in $b$ is zero if $b=\\bar z'-a\\bar z$ with *weighted* means. Put that in: the points about "
        "their centres are left, $u_n=z_n-\\bar z$ and $v_n=z'_n-\\bar z'$.",
        "$\\sum_n w_n\\,\\overline{u_n}\\,(a\\,u_n-v_n)=0$.",
    ),
)
