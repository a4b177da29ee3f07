"""Derive the gradient of the Rayleigh quotient without symmetry, in writing."""

from mlp_lib.exercises.kinds import Written

EXERCISE = Written(
    id="08.rayleigh_in_words",
    title="The Rayleigh quotient without symmetry, derived",
    section="08 §8",
    points=5,
    prompt=r"""
Let $R(x) = \dfrac{x^TAx}{x^Tx}$ for a real $n \times n$ matrix $A$ that need **not** be symmetric, and a real
$x \ne 0$.

1. Derive $\nabla R(x)$, and say where the derivation differs from that of section 8.
2. Show that $\nabla R(x)$ is perpendicular to $x$. Which property of $R$ is behind this?
3. At which $x$ is $\nabla R(x) = 0$, and which values has $R$ there? Are these the eigenvectors of $A$? Give an
   example of $2 \times 2$ that decides it.
""",
    rubric=(
        (1, "The numerator is differentiated without the use of symmetry, with a term for each place of $x$ in it."),
        (1, "The quotient rule, and the gradient in a closed form that becomes the chapter's formula for $A = A^T$."),
        (1, "$x^T\\nabla R = 0$ is computed, and the property of $R$ that makes it so is named."),
        (1, "All points with $\\nabla R = 0$ are described, and the values of $R$ there."),
        (1, "An example in numbers decides whether they are the eigenvectors of $A$."),
    ),
    solution=r"""
**1.** The numerator $p = x^TAx$ has the differential $dp = dx^TAx + x^TA\,dx = x^T(A^T + A)\,dx$: a number equals its
transpose, so $dx^TAx = x^TA^T\,dx$. The denominator $q = x^Tx$ has $dq = 2x^T\,dx$. With $dR = (dp - R\,dq)/q$,

$$\nabla R(x) = \frac{1}{x^Tx}\big((A + A^T)\,x - 2R\,x\big).$$

In section 8 the two terms of $dp$ are equal, since $A^T = A$, and a factor 2 can be taken out.

**2.** $x^T(A + A^T)x = 2x^TAx = 2R\,x^Tx$. So $x^T\nabla R = \frac{1}{x^Tx}(2R\,x^Tx - 2R\,x^Tx) = 0$. The reason:
$R(tx) = R(x)$ for all $t \ne 0$. $R$ is constant along the line of $x$, so the slope in that direction is 0.

**3.** $\nabla R(x) = 0$ says $Sx = R\,x$ with the symmetric part $S = \frac12(A + A^T)$. So it vanishes exactly at
the eigenvectors of $S$, and there $R$ is the eigenvalue of $S$. In fact $x^TAx = x^TSx$ for all $x$: $R$ knows
nothing of $A$ but $S$. Take $A$ with the rows $(0, 1)$ and $(0, 0)$. Its eigenvectors are the multiples of $(1, 0)$,
with $R = 0$, and there $\nabla R = (0, 1) \ne 0$. $S$ has the eigenvectors $(1, 1)$ and $(1, -1)$ with $\pm\frac12$:
the largest and the smallest value of $R$.
""",
    hints=(
        "$x$ occurs twice in the numerator. Move one at a time, and do not use $A^T = A$.",
        "A number equals its transpose: $dx^TAx = x^TA^T\\,dx$. And what changes in $x^TAx$ if $A$ is replaced by "
        "$\\frac12(A + A^T)$?",
        "$dR = \\dfrac{d(x^TAx) - R\\,d(x^Tx)}{x^Tx}$ with $d(x^TAx) = x^T(A + A^T)\\,dx$.",
    ),
)
