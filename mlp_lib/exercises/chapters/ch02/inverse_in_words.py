"""Derive, in writing, a gradient through an inverse in which the variable stands twice."""

from mlp_lib.exercises.kinds import Written

EXERCISE = Written(
    id="02.inverse_in_words",
    title="Twice through an inverse, derived",
    section="02 §10",
    points=5,
    prompt=r"""
Let

$$f(X) = \vec a^T\big(XX^T + \lambda I\big)^{-1}\vec b$$

with $X$: $n\times m$, two fixed columns $\vec a$ and $\vec b$ of $n$ entries, and $\lambda > 0$. Every prediction
of ridge regression has such a form.

Derive $\nabla_Xf$ by differentials and the trace. Name the law or property that each step uses. Say where you use that
$S = XX^T + \lambda I$ is symmetric. At the end, test your result on the case $n = m = 1$.
""",
    rubric=(
        (1, "The differential of the inverse: right sign, right order of the factors, law named."),
        (1, "The differential of $XX^T + \\lambda I$: every term, nothing invented for $\\lambda I$."),
        (1, "Each term is brought into a trace that ends with $dX$, and each step names its property."),
        (1, "The gradient is read off with the transpose of the rule; its shape is given, and the symmetry of $S$ is "
            "named where it is used."),
        (1, "The case $n=m=1$ is worked out and compared with the derivative known from school."),
    ),
    solution=r"""
Let $S = XX^T+\lambda I$. It is its own transpose, so $S^{-1}$ is symmetric too. Put $\vec u = S^{-1}\vec a$ and
$\vec v = S^{-1}\vec b$; because of the symmetry $\vec a^TS^{-1} = \vec u^T$.

Law 5: $df = -\vec a^TS^{-1}(dS)S^{-1}\vec b = -\vec u^T(dS)\,\vec v$.

Laws 2 and 3, and $d(\lambda I) = 0$: $dS = (dX)X^T + X(dX)^T$. So

$$df = -\vec u^T(dX)X^T\vec v - \vec u^TX(dX)^T\vec v.$$

Each term is a number, hence its own trace. First term, by the cyclic rule:
$\mathrm{Tr}(\vec u^T(dX)X^T\vec v) = \mathrm{Tr}(X^T\vec v\,\vec u^TdX)$. Second term, transposed first (property 2):
$\mathrm{Tr}(\vec v^T(dX)X^T\vec u) = \mathrm{Tr}(X^T\vec u\,\vec v^TdX)$. Together

$$df = -\mathrm{Tr}\big(X^T(\vec v\vec u^T+\vec u\vec v^T)\,dX\big).$$

What stands before $dX$ is the transpose of the gradient:

$$\nabla_Xf = -(\vec u\vec v^T + \vec v\vec u^T)\,X, \qquad (n\times n)(n\times m) = n\times m.$$

For $n=m=1$: $u = a/(x^2+\lambda)$, $v = b/(x^2+\lambda)$, and the result is $-2abx/(x^2+\lambda)^2$. This is the
derivative of $ab/(x^2+\lambda)$.
""",
    hints=(
        "Give the matrix in the middle a name, $S$. First the differential of its inverse, then that of $S$ itself.",
        "$X$ stands twice in $S$, so there are two terms. One of them holds $(dX)^T$: what does a trace allow you to "
        "do with it?",
        "$df = -\\vec a^TS^{-1}\\big((dX)X^T + X(dX)^T\\big)S^{-1}\\vec b$.",
    ),
)
