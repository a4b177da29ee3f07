"""What the way back costs, for the learner's own widths."""

from itertools import pairwise

from mlp_lib.exercises.kinds import Misconception, Number


def products_of_the_way_back(N, d):
    """Multiplications in the matrix products of the backward pass; d holds d0, d1, d2, d3."""
    d0, d1, d2, d3 = map(int, d)
    return N * (d2 * d3 + d2 * d3 + d1 * d2 + d1 * d2 + d0 * d1)


def layer_by_layer(d):
    return [int(m) * int(n) for m, n in pairwise(d)]


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
            "one for the weights' gradient, one to carry the error down.",
            lambda N, d: N * sum(layer_by_layer(d))),
        Misconception(
            "This is two products for each layer. Does the error have to be carried through the first weights as well? "
            "Nothing below them has a gradient that is asked for.",
            lambda N, d: 2 * N * sum(layer_by_layer(d))),
        Misconception(
            "This is the count for a single sample. All N samples go through each product.",
            lambda N, d: products_of_the_way_back(1, d)),
        Misconception(
            "These are only the products that carry the error down. The gradients of the weights are products, too.",
            lambda N, d: N * sum(layer_by_layer(d)[1:])),
        Misconception(
            "The first layer was left out altogether. Its error need not be carried on, but its weights have a "
            "gradient.",
            lambda N, d: 2 * N * sum(layer_by_layer(d)[1:])),
        Misconception(
            "The last layer has one product here, the first has two. The error of layer 3 is known, but it must still "
            "go through its weights; the error of the input is not needed.",
            lambda N, d: N * (2 * sum(layer_by_layer(d)) - layer_by_layer(d)[2])),
        Misconception(
            "The products of the forward pass are counted as well. They are done already: what is still needed?",
            lambda N, d: N * sum(layer_by_layer(d)) + products_of_the_way_back(N, d)),
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
