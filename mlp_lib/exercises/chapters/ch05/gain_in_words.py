"""Derive the recursion for layers whose units have a gain, in writing."""

from mlp_lib.exercises.kinds import Written

EXERCISE = Written(
    id="05.gain_in_words",
    title="Units with a gain, derived",
    section="05 §5",
    points=5,
    prompt=r"""
Every unit of every layer gets one more number, a *gain* $g_j^{(l)}$, which scales its weighted sum before the bias is
added:

$$u_j^{(l)} = \sum_i x_i^{(l-1)} w_{ij}^{(l)}, \qquad s_j^{(l)} = g_j^{(l)} u_j^{(l)} + b_j^{(l)}, \qquad
x_j^{(l)} = \theta(s_j^{(l)}).$$

Let $\delta_j^{(l)} = \partial e/\partial s_j^{(l)}$ for one sample, and assume that $\delta^{(l+1)}$ is known.

1. Derive by entries $\partial e/\partial b_j^{(l)}$, $\partial e/\partial g_j^{(l)}$ and
   $\partial e/\partial w_{ij}^{(l)}$ in terms of $\delta_j^{(l)}$.
2. Derive the recursion from $\delta^{(l+1)}$ to $\delta_j^{(l)}$.
3. Write all of it for a batch whose samples are rows ($X$, $U$, $\Delta$ with $N$ rows; $g$ and $b$ are rows
   $1\times d$), with the factor $\frac1N$ of the mean loss where it belongs. Give the shape of every array.
4. One unit has $g_j^{(l)} = 0$. Which of its parameters can still learn in the next step?
""",
    rubric=(
        (1, "By entries: $\\partial e/\\partial b_j = \\delta_j$ and $\\partial e/\\partial g_j = \\delta_j u_j$, each "
            "by the chain rule through $s_j$ alone."),
        (1, "By entries: $\\partial e/\\partial w_{ij} = \\delta_j\\, g_j\\, x_i^{(l-1)}$, with the gain."),
        (1, "The recursion $\\delta_j^{(l)} = \\theta'(s_j^{(l)})\\sum_k \\delta_k^{(l+1)} g_k^{(l+1)} "
            "w_{jk}^{(l+1)}$: the sum over $k$ is argued for, and the gain is that of the layer **above**."),
        (1, "The batch form with samples as rows and shapes that fit: $\\Delta\\odot g$ (broadcast) before the product "
            "with $X^T$ or $W^T$; $\\frac1N$ in the three parameter gradients, none in $\\Delta$."),
        (1, "For $g_j = 0$: its weights get no gradient and it sends nothing down; its gain (as $u_j \\ne 0$) and its "
            "bias still learn."),
    ),
    solution=r"""
**Entries.** $b_j$, $g_j$ and $w_{ij}$ of layer $l$ reach the loss through $s_j$ only. So each slope is
$\delta_j$ times one factor: $\partial s_j/\partial b_j = 1$, $\partial s_j/\partial g_j = u_j$, and
$\partial s_j/\partial w_{ij} = g_j\,\partial u_j/\partial w_{ij} = g_j x_i^{(l-1)}$:

$$\frac{\partial e}{\partial b_j^{(l)}} = \delta_j^{(l)}, \qquad \frac{\partial e}{\partial g_j^{(l)}} = \delta_j^{(l)}
u_j^{(l)}, \qquad \frac{\partial e}{\partial w_{ij}^{(l)}} = \delta_j^{(l)} g_j^{(l)} x_i^{(l-1)}.$$

**Recursion.** $x_j^{(l)}$ reaches the loss through all scores of the layer above, and $\partial s_k^{(l+1)}/\partial
x_j^{(l)} = g_k^{(l+1)} w_{jk}^{(l+1)}$. The ways add up, and $\partial x_j/\partial s_j = \theta'(s_j)$:

$$\delta_j^{(l)} = \theta'(s_j^{(l)}) \sum_k \delta_k^{(l+1)} g_k^{(l+1)} w_{jk}^{(l+1)}.$$

**Batch.** With $U^{(l)} = X^{(l-1)}W^{(l)}$ ($N\times d^{(l)}$) and $g^{(l)}$ repeated for each row, let $\Gamma^{(l)}
= \Delta^{(l)}\odot g^{(l)}$ ($N\times d^{(l)}$). Then

$$\Delta^{(l)} = \theta'(S^{(l)})\odot\big(\Gamma^{(l+1)} W^{(l+1)T}\big), \qquad
\frac{\partial E}{\partial W^{(l)}} = \frac1N X^{(l-1)T}\,\Gamma^{(l)},$$
$$\frac{\partial E}{\partial g^{(l)}} = \frac1N\,\vec1\,\big(\Delta^{(l)}\odot U^{(l)}\big), \qquad
\frac{\partial E}{\partial B^{(l)}} = \frac1N\,\vec1\,\Delta^{(l)}.$$

The sizes are $N\times d^{(l)}$, $d^{(l-1)}\times d^{(l)}$, and twice $1\times d^{(l)}$.

**A gain of 0.** The unit's weights have the gradient 0, and nothing goes down through it. Its bias learns by
$\delta_j$. Its gain learns by $\delta_j u_j$, so the unit can come back, unlike a dead ReLU.
""",
    hints=(
        "The gain is one more factor between $u$ and $s$. Which arrows of the chapter's picture pass through it?",
        "Parameters of layer $l$ meet the gain of layer $l$. The recursion crosses the layer above: whose gain is "
        "that?",
        "$\\dfrac{\\partial s_k^{(l+1)}}{\\partial x_j^{(l)}} = g_k^{(l+1)}\\,w_{jk}^{(l+1)}$.",
    ),
)
