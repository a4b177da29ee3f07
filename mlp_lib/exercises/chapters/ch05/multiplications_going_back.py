"""What the way back costs, for the learner's own widths."""

from itertools import pairwise

from mlp_lib.exercises.kinds import Misconception, Number


def products_of_the_way_back(N, d):
    """Multiplications in the matrix products of the backward pass; d holds d0, d1, d2, d3."""
    d0, d1, d2, d3 = map(int, d)
    return N * (d2 * d3 + d2 * d3 + d1 * d2 + d1 * d2 + d0 * d1)


def layer_by_layer(d):
    return [int(m) * int(n) for m, n in pairwise(d)]


def counted(first, second, third):
    """So many products of each layer's sizes, for all samples."""
    return lambda N, d: N * sum(k * size for k, size in zip((first, second, third), layer_by_layer(d)))


def with_additions(N, d):
    """What the products take when each sum of n terms costs n - 1 more."""
    _, d1, d2, d3 = map(int, d)
    gradients = sum(size * (2 * N - 1) for size in layer_by_layer(d))
    return gradients + N * (d2 * (2 * d3 - 1) + d1 * (2 * d2 - 1))


EXERCISE = Number(
    id="05.multiplications_going_back",
    title="What the way back costs",
    section="05 §7",
    points=1,
    prompt=r"""
A network has three layers: $d^{(0)}$ inputs, then $d^{(1)}$, $d^{(2)}$ and $d^{(3)}$ units. A batch has $N$ samples.
`d` holds $d^{(0)}, d^{(1)}, d^{(2)}, d^{(3)}$ in this order.

The forward pass is done and $\Delta^{(3)}$ is known. How many **multiplications** do the **matrix products** take that
are still needed for the gradients of all three weight matrices? The product of an $a\times b$ and a $b\times c$ matrix
takes $a\,b\,c$ of them.

Leave out products entry by entry, the factor $\frac1N$, and the biases.
""",
    reference=products_of_the_way_back,
    misconceptions=(
        Misconception(
            "This is one product for each layer, the cost of the forward pass. On the way back most layers need two: "
            "one for the weights' gradient, one to carry the error down.", counted(1, 1, 1)),
        Misconception(
            "This is two products for each layer. Does the error have to be carried through the first weights as well? "
            "Nothing below them has a gradient that is asked for.", counted(2, 2, 2)),
        Misconception(
            "This is the count for a single sample. All N samples go through each product.",
            lambda N, d: products_of_the_way_back(1, d)),
        Misconception(
            "These are only the products that carry the error down. The gradients of the weights are products, too.",
            counted(0, 1, 1)),
        Misconception(
            "The first layer was left out altogether. Its error need not be carried on, but its weights have a "
            "gradient.", counted(0, 2, 2)),
        Misconception(
            "The last layer has one product here, the first has two. The error of layer 3 is known, but it must still "
            "go through its weights; the error of the input is not needed.", counted(2, 2, 1)),
        Misconception(
            "The last layer has one product here. Its error is known, but it must still go through its weights to reach "
            "layer 2.", counted(1, 2, 1)),
        Misconception(
            "The step from layer 2 to layer 1 is missing. The gradient in the first weights needs the error of layer 1.",
            counted(1, 1, 2)),
        Misconception(
            "The gradient in the second weights, or the step through them, is missing. Layer 2 needs both, and the first "
            "layer one.", counted(2, 1, 2)),
        Misconception(
            "The products of the forward pass are counted as well. They are done already: what is still needed?",
            counted(2, 3, 3)),
        Misconception(
            "This is three times the forward pass, the cost of a whole step by the rule of thumb. The forward pass is "
            "done, and the first layer's error need not be carried on.", counted(3, 3, 3)),
        Misconception(
            "This is the last layer alone. Its error is carried on, so the layers below have products, too.",
            counted(0, 0, 2)),
        Misconception(
            "This is one product, the gradient in the last weights. Which others are needed?", counted(0, 0, 1)),
        Misconception(
            "Additions are counted, too: this is twice the number of multiplications.",
            lambda N, d: 2 * products_of_the_way_back(N, d)),
        Misconception(
            "Additions are counted, too. Only the multiplications were asked for.", with_additions),
        Misconception(
            "Products entry by entry are counted as well, those with the slopes of the activations. They were to be "
            "left out.", lambda N, d: products_of_the_way_back(N, d) + N * int(d[1] + d[2])),
        Misconception(
            "N stands in it squared. A product takes a times b times c multiplications, and N is one of the three.",
            lambda N, d: N * products_of_the_way_back(N, d)),
        Misconception(
            "This is the number of weights. It says how many slopes there are, not what it takes to compute them.",
            lambda N, d: sum(layer_by_layer(d))),
    ),
    hints=(
        "Go through the loop of section 7 by hand, from layer 3 down, and write down each `@` with its three sizes.",
        "The gradient in $W^{(l)}$ takes $d^{(l-1)}\\times N$ times $N\\times d^{(l)}$. The step from $\\Delta^{(l)}$ "
        "to $\\Delta^{(l-1)}$ takes $N\\times d^{(l)}$ times $d^{(l)}\\times d^{(l-1)}$. Which of the steps are "
        "needed?",
        "Layer 3 takes $N\\,d^{(2)}d^{(3)}$ for its weights and once more $N\\,d^{(3)}d^{(2)}$ to reach layer 2.",
    ),
)
