"""Derive the gradient for a temperature, in writing."""

from mlp_lib.exercises.kinds import Written

EXERCISE = Written(
    id="03.softmax_in_words",
    title="Softmax with a temperature, derived",
    section="03 §5",
    points=4,
    prompt=r"""
Let $p_j = \dfrac{e^{z_j/T}}{\sum_{k=1}^C e^{z_k/T}}$ with a temperature $T > 0$, and $\ell = -\ln p_y$ for the true
class $y$.

Derive $\partial p_j/\partial z_k$ and $\partial \ell/\partial z_k$, each step with its reason. Then say what $\partial
\ell/\partial z$ tends to when $T$ grows without end, and how fast.
""",
    rubric=(
        (1, "The quotient rule, or the logarithm, is applied with the inner derivative $1/T$."),
        (1, "$\\partial p_j/\\partial z_k$ is derived for $j=k$ and for $j\\ne k$, or for both in one line."),
        (1, "$\\partial \\ell/\\partial z_k$ follows from it, and all factors $p_y$ cancel before the last line."),
        (1, "The limit is right, with its speed, and it is said which factor brings it about and which does not."),
    ),
    solution=r"""
With $u_k = z_k/T$ the quotient rule gives, for $S = \sum_k e^{u_k}$,

$$\frac{\partial p_j}{\partial u_k} = \frac{[j=k]\,e^{u_j}S - e^{u_j}e^{u_k}}{S^2} = p_j([j=k]-p_k).$$

Since $\partial u_k/\partial z_k = 1/T$,

$$\frac{\partial p_j}{\partial z_k} = \frac1T\,p_j([j=k]-p_k), \qquad
\frac{\partial \ell}{\partial z_k} = -\frac{1}{p_y}\,\frac{\partial p_y}{\partial z_k}
= -\frac1T\,([y=k]-p_k) = \frac1T\,(p_k - [k=y]).$$

When $T$ grows, all $z_k/T$ go to 0 and $p_k$ goes to $1/C$. The bracket then tends to $\frac1C-[k=y]$, which is not 0.
So the gradient goes to 0 like $1/T$, because of the factor in front alone:
$T\,\partial\ell/\partial z_k \to \frac1C-[k=y]$.
""",
    hints=(
        "Name the inner function: $u = z/T$.",
        "The chapter has the Jacobian of $p$ in $u$. One factor is left. For the limit, ask first what $p$ tends to.",
        "$\\dfrac{\\partial \\ell}{\\partial z_k} = \\dfrac{\\partial \\ell}{\\partial u_k}\\cdot\\dfrac{\\partial u_k}"
        "{\\partial z_k}$ with $\\dfrac{\\partial u_k}{\\partial z_k} = \\dfrac1T$.",
    ),
)
