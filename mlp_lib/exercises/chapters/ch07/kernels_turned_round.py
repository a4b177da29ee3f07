"""What becomes of a network that flips its kernels."""

from mlp_lib.exercises.kinds import Choice

EXERCISE = Choice(
    id="07.kernels_turned_round",
    title="Flip or no flip",
    section="07 §2",
    points=1,
    prompt=r"""
Two networks with several convolutional layers are trained on the same batches by gradient descent. The first one
slides its kernels as they are (cross-correlation). The second one turns each kernel by 180 degrees before it slides
it (the mathematical convolution), and its gradients are right for that. It starts from the kernels of the first
network, each turned by 180 degrees; all else is equal.

What do you find after training, apart from rounding?
""",
    options={
        "a": "The second one reads worse: it looks at every picture upside down.",
        "b": "Both read alike, and they have the same kernels: the gradient turns them back.",
        "c": "They read alike with one convolutional layer only; from the second layer on the pictures are turned, "
             "too.",
        "d": "Both read alike; the kernels of the second are those of the first, turned.",
        "e": "They read alike only where the kernels are symmetric and a turn does not change them.",
    },
    right="d",
    sentences={
        "a": "The kernel is turned, the picture is not. A kernel that was turned before is turned back, and meets the "
             "picture as in the first network.",
        "b": "The gradient in a turned kernel is the turned gradient. Start and every step are turned, so what comes "
             "out at the end?",
        "c": "The result of a layer has the same pixels in the same places in both networks. Only the way the kernel "
             "is kept in memory differs, so the next layer sees no difference.",
        "e": "That would be so if both started from the same kernels. Here the start is turned, too: what does a "
             "double turn do?",
    },
    hints=(
        "Call the turn $T$. It is a map on kernels, and $T(T(K)) = K$.",
        "The second network with the kernels $T(K)$ computes the same results as the first with $K$. Does that stay "
        "so after one step?",
        "With $\\tilde K = T(K)$ and $\\tilde L(\\tilde K) = L(T(\\tilde K))$: $\\;\\nabla\\tilde L(\\tilde K) = "
        "T(\\nabla L(K))$, since $T$ only moves entries.",
    ),
)
