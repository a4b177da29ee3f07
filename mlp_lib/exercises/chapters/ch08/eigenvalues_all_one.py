"""What eigenvalues do not tell."""

from mlp_lib.exercises.kinds import Choice

EXERCISE = Choice(
    id="08.eigenvalues_all_one",
    title="All eigenvalues are 1",
    section="08 §3",
    points=1,
    prompt=r"""
Of a real matrix $A$ of $3 \times 3$ you know only this: all its eigenvalues are 1, counted with multiplicity three.
$A$ need not be symmetric.

What follows?
""",
    options={
        "a": "$A$ is the identity.",
        "b": "All its singular values are 1, so $|Ax| = |x|$ for every $x$.",
        "c": "$|Ax| \\ge |x|$ for every $x$: the smallest eigenvalue bounds how far a vector can shrink.",
        "d": "There are three independent vectors that $A$ leaves as they are.",
        "e": "$A$ has rank 3, but its condition number may be as large as you like.",
    },
    right="e",
    sentences={
        "a": "That is so for a symmetric matrix. Write down a triangular matrix with ones on the diagonal and other "
             "numbers above it: which eigenvalues has it?",
        "b": "Singular values are the roots of the eigenvalues of the product of A transposed with A. Those of A "
             "itself say little about lengths if A is not symmetric.",
        "c": "The shortest image of a unit vector has the length of the smallest singular value. Compute the singular "
             "values of the matrix with rows (1, 5) and (0, 1).",
        "d": "The matrix J of section 3 has one eigenvalue, three times, and a single line of eigenvectors.",
    },
    hints=(
        "Try upper triangular matrices with ones on the diagonal and a large number above it.",
        "The product of the eigenvalues is the determinant, and so is, up to its sign, the product of the singular "
        "values.",
        "$\\sigma_1\\sigma_2\\sigma_3 = |\\det A| = 1$ is all that holds: one of them may be $10^3$ and another "
        "$10^{-3}$.",
    ),
)
