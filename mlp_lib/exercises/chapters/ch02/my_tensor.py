"""Shape of a tensor and number of its entries that are not zero, with the learner's own sizes."""

from mlp_lib.exercises.kinds import Misconception, Number


def shape_and_count(n, m, k):
    """Shape of the derivative of X^T Y in X, and how many of its entries depend on Y."""
    return (m, k, n, m), m * k * n


EXERCISE = Number(
    id="02.my_tensor",
    title="A tensor that is mostly empty",
    section="02 §4",
    points=1,
    prompt=r"""
The gradient of a layer's weights contains a product of the form $Z = X^TY$, with $X$: $n\times m$ and $Y$:
$n\times k$. All entries of $Y$ differ from zero.

Think of the tensor $\partial Z/\partial X$, as `calculus.derivative` returns it.

1. What is its shape?
2. How many of its entries are not zero?

Answer with a tuple that holds the shape and the count. For example `((9, 8, 7, 6), 100)`.
""",
    reference=shape_and_count,
    misconceptions=(
        Misconception(
            "The indices of X come first in your shape. In this book those of the output come first, then those of "
            "the input.",
            lambda n, m, k: ((n, m, m, k), m * k * n)),
        Misconception(
            "The transpose is overlooked: the rows of Z belong to the columns of X. What is the shape of Z?",
            lambda n, m, k: ((n, k, n, m), m * k * n)),
        Misconception(
            "The last two sizes are those of X transposed. The derivative is in X, n by m.",
            lambda n, m, k: ((m, k, m, n), m * k * n)),
        Misconception(
            "The shape is right, but you counted all entries. An entry of Z reads one column of X; for all other "
            "columns the slopes are zero.",
            lambda n, m, k: ((m, k, n, m), m * k * n * m)),
        Misconception(
            "The shape is right. You counted a filled row in each block, as in the picture of XY. Here X is "
            "transposed: which part of a block is filled?",
            lambda n, m, k: ((m, k, n, m), m * k * m)),
        Misconception(
            "The shape is right. You counted one entry for each entry of Z. That is so for maps that act entry by "
            "entry; a product adds up several terms.",
            lambda n, m, k: ((m, k, n, m), m * k)),
        Misconception(
            "The shape is right. You counted the entries of X. Each of them moves a whole row of Z: one slope for each "
            "entry in it.",
            lambda n, m, k: ((m, k, n, m), n * m)),
        Misconception(
            "The shape is right. You counted the entries of Y. Each of them stands in the tensor several times: once "
            "for each column of X.",
            lambda n, m, k: ((m, k, n, m), n * k)),
        Misconception(
            "The shape is right. You counted the entries that are zero; asked for are the others.",
            lambda n, m, k: ((m, k, n, m), m * k * n * (m - 1))),
        Misconception(
            "This is the tensor flattened into a matrix, with one index for all of Z and one for all of X. In this "
            "book every index keeps its own axis.",
            lambda n, m, k: ((m * k, n * m), m * k * n)),
        Misconception(
            "This is the shape of a gradient. It belongs to a function that returns one number; Z is a matrix, and "
            "each of its entries has slopes of its own.",
            lambda n, m, k: ((n, m), n * m)),
    ),
    hints=(
        "Write one entry of $Z$ as a sum. Which entries of $X$ occur in it?",
        "Think in blocks, one for each entry of $Z$, each of the size of $X$. How many blocks are there, and how much "
        "of one is filled?",
        "$Z_{ab} = \\sum_{i=1}^n X_{ia}Y_{ib}$, so $\\dfrac{\\partial Z_{ab}}{\\partial X_{ij}} = "
        "[\\,j=a\\,]\\,Y_{ib}$. Here $[\\,j=a\\,]$ is 1 for $j=a$, else 0.",
    ),
)
