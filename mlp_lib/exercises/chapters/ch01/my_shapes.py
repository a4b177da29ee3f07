"""Shapes of a Jacobian, a gradient and a Hessian, with the learner's own sizes."""

from mlp_lib.exercises.kinds import Misconception, Number


def shapes(inputs, hidden, outputs):
    """Shapes of the Jacobian of o in x, of the gradient and of the Hessian of L in x."""
    return (outputs, inputs), (inputs,), (inputs, inputs)


EXERCISE = Number(
    id="01.my_shapes",
    title="Three shapes",
    section="01 §8",
    points=1,
    prompt=r"""
If you know the shape of a result before you compute it, you find most mistakes early. A vector $x$ of `inputs`
numbers is turned into a vector $h$ of `hidden` numbers, and $h$ into a vector $o$ of `outputs` numbers. At the end
there is one number, $L = \sum_i o_i^2$.

In the layout of this book, what is the shape of

1. the Jacobian of $o$ in $x$,
2. the gradient of $L$ in $x$,
3. the Hessian of $L$ in $x$?

Answer with a tuple of three shapes, written as numpy writes them. For example `((9, 8), (7,), (6, 5))`.
""",
    reference=shapes,
    misconceptions=(
        Misconception(
            "The Jacobian is the other way round. In this book row i belongs to output i and column j to input j. The "
            "transposed form belongs to denominator layout.",
            lambda d, k, m: ((d, m), (d,), (d, d))),
        Misconception(
            "Your first shape is that of the last link alone, from h to o. In the product of both links the size of h "
            "is summed over. Which sizes are left?",
            lambda d, k, m: ((m, k), (d,), (d, d))),
        Misconception(
            "Your first shape is that of the first link alone, from x to h. Which sizes are left in the product of "
            "both links?",
            lambda d, k, m: ((k, d), (d,), (d, d))),
        Misconception(
            "Your gradient and your Hessian belong to o. They were asked for in x: they say how L reacts when x moves.",
            lambda d, k, m: ((m, d), (m,), (m, m))),
        Misconception(
            "Your gradient and your Hessian belong to h. They were asked for in x, one link further back.",
            lambda d, k, m: ((m, d), (k,), (k, k))),
        Misconception(
            "The gradient is written as a row here. A gradient has the shape of what it belongs to, and x has one "
            "index only.",
            lambda d, k, m: ((m, d), (1, d), (d, d))),
        Misconception(
            "The gradient is written as a column here. In numpy x has one index only, and so has its gradient.",
            lambda d, k, m: ((m, d), (d, 1), (d, d))),
        Misconception(
            "Your gradient belongs to o. It was asked for in x: it says how L reacts when x moves.",
            lambda d, k, m: ((m, d), (m,), (d, d))),
        Misconception(
            "Your Hessian belongs to o. It was asked for in x: both of its derivatives are taken there.",
            lambda d, k, m: ((m, d), (d,), (m, m))),
        Misconception(
            "This is denominator layout, with vectors as columns. In this book row i of a Jacobian belongs to output "
            "i, and a gradient has the shape of x, which has one index.",
            lambda d, k, m: ((d, m), (d, 1), (d, d))),
        *(Misconception(
            "Your gradient has the shape of a single number, as L has. There is a slope for each entry of x.",
            lambda d, k, m, one=one: ((m, d), one, (d, d))) for one in ((), (1,))),
        Misconception(
            "Your last shape is again that of the gradient. The Hessian is the Jacobian of the gradient: how many "
            "slopes has each of its entries?",
            lambda d, k, m: ((m, d), (d,), (d,))),
        Misconception(
            "Your last shape is again that of the Jacobian of o. The Hessian holds second derivatives of L, and both "
            "of its indices belong to x.",
            lambda d, k, m: ((m, d), (d,), (m, d))),
        Misconception(
            "A shape of one size needs its comma, as in (7,). Without it Python sees a number in brackets.",
            lambda d, k, m: ((m, d), d, (d, d))),
        Misconception(
            "Your last shape holds the second derivatives of every output. The Hessian was asked of L, which is one "
            "number.",
            lambda d, k, m: ((m, d), (d,), (m, d, d))),
    ),
    hints=(
        "Outputs down, inputs across. And what is $L$: a vector or one number?",
        "The size of $h$ is the inner size of a product. What happens to inner sizes?",
        "$\\dfrac{\\partial o_i}{\\partial x_j} = \\sum_r \\dfrac{\\partial o_i}{\\partial h_r}\\,"
        "\\dfrac{\\partial h_r}{\\partial x_j}$: the indices $i$ and $j$ are left, in this order.",
    ),
)
