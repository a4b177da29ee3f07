"""Derive the gradient for a temperature, in writing."""

from mlp_lib.exercises.kinds import Written

EXERCISE = Written(
    id="03.softmax_in_words",
    title="Softmax with a temperature, derived",
    section="03 §4",
    points=4,
    prompt=r"""
Let $p_j = \dfrac{e^{z_j/\tau}}{\sum_k e^{z_k/\tau}}$ with a temperature $\tau > 0$, and $\ell = -\ln p_y$.

Derive $\partial p_j/\partial z_k$ and $\partial \ell/\partial z_k$. Say in one sentence what a large $\tau$ does to the
gradient.
""",
    rubric=(
        (1, "The quotient rule, or the logarithm, applied with the inner derivative $1/\\tau$."),
        (1, "$\\partial p_j/\\partial z_k = \\frac1\\tau\\,p_j([j=k]-p_k)$, both cases shown."),
        (1, "$\\partial \\ell/\\partial z_k = \\frac1\\tau(p_k - [k=y])$."),
        (1, "A large $\\tau$ makes the gradient small twice: by $1/\\tau$, and because $p$ becomes even."),
    ),
    solution=r"""
With $u_k = z_k/\tau$ the chapter gives $\partial p_j/\partial u_k = p_j([j=k]-p_k)$. Since $\partial u_k/\partial z_k =
1/\tau$,

$$\frac{\partial p_j}{\partial z_k} = \frac1\tau\,p_j([j=k]-p_k), \qquad
\frac{\partial \ell}{\partial z_k} = -\frac{1}{p_y}\,\frac{\partial p_y}{\partial z_k} = \frac1\tau\,(p_k - [k=y]).$$

A large $\tau$ shrinks the gradient by $1/\tau$, and brings $p$ near $1/C$, so that it says little about the scores.
""",
    hints=(
        "Name the inner function: $u = z/\\tau$.",
        "The chapter has the Jacobian of $p$ in $u$. One factor is left.",
        "$\\dfrac{\\partial \\ell}{\\partial z_k} = \\dfrac{\\partial \\ell}{\\partial u_k}\\cdot\\dfrac{\\partial u_k}"
        "{\\partial z_k}$ with $\\dfrac{\\partial u_k}{\\partial z_k} = \\dfrac1\\tau$.",
    ),
)
