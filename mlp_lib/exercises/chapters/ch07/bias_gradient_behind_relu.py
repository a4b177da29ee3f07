"""The gradient in the biases of a convolution that a ReLU follows."""

import numpy as np

from mlp_lib.exercises import draws
from mlp_lib.exercises.kinds import Function, Misconception


def bias_gradient_behind_relu(H, c, G):
    """Gradient of a loss in the biases c, where A = relu(H + c), one bias a channel.

    H is (N, F, H', W'), the result of the convolution; c is (F,); G, the gradient in A,
    has the shape of H. The result is (F,).
    """
    open_places = H + c[:, None, None] > 0
    return (G * open_places).sum(axis=(0, 2, 3))


def masked(H, c, G):
    return G * (H + c[:, None, None] > 0)


def inputs(rng):
    N, F, h, w = draws.sizes(rng, 4, high=6)
    H, c, G = rng.normal(size=(N, F, h, w)), rng.normal(size=F), rng.normal(size=(N, F, h, w))
    return H, c, G + 0.3


def one_sample(rng):
    H, c, G = inputs(rng)
    return H[:1], c, G[:1]


def one_channel(rng):
    H, c, G = inputs(rng)
    return H[:, :1], c[:1], G[:, :1]


def one_pixel(rng):
    H, c, G = inputs(rng)
    return H[..., :1, :1], c, G[..., :1, :1]


def dark_channel(rng):
    H, c, G = inputs(rng)
    c[0] = -50
    return H, c, G


EXERCISE = Function(
    id="07.bias_gradient_behind_relu",
    title="A bias for a whole channel",
    section="07 §6",
    points=2,
    prompt=r"""
A layer of a convolutional network computes $A = \mathrm{relu}(H + c)$. Here $H$, of shape $(N, F, H', W')$, is the
result of its convolution. The bias has one number for each output channel:

$$A_{nfij} = \max(0,\; H_{nfij} + c_f).$$

From the layers above comes $G = \partial L/\partial A$, of the shape of $A$.

Write the gradient of $L$ in $c$, of shape $(F,)$.
""",
    reference=bias_gradient_behind_relu,
    inputs=inputs,
    edges={"one sample": one_sample, "one channel": one_channel,
           "one pixel a channel": one_pixel, "a channel that is off everywhere": dark_channel},
    example="bias_gradient_behind_relu(np.array([[[[1.0, -1.0]], [[2.0, 0.5]]]]), "
            "np.array([0.5, -1.0]), np.array([[[[1.0, 2.0]], [[3.0, 4.0]]]]))",
    misconceptions=(
        Misconception(
            "ReLU is forgotten: where the sum of H and c is negative, A is 0 and stays 0, so the bias moves nothing "
            "there.", lambda H, c, G: G.sum(axis=(0, 2, 3))),
        Misconception(
            "G is multiplied by the values of A. The slope of ReLU is 1 or 0, however large the value is.",
            lambda H, c, G: (G * np.maximum(0, H + c[:, None, None])).sum(axis=(0, 2, 3))),
        Misconception(
            "The mask is taken from H alone. ReLU stands behind the bias: which number does it see?",
            lambda H, c, G: (G * (H > 0)).sum(axis=(0, 2, 3))),
        Misconception(
            "G is multiplied by H + c. In the derivative of ReLU stands its slope, 1 or 0, not the value that goes in.",
            lambda H, c, G: (G * (H + c[:, None, None])).sum(axis=(0, 2, 3))),
        Misconception(
            "The mask is turned round: it holds the places that ReLU closes. Through which of them does G come down?",
            lambda H, c, G: (G * (H + c[:, None, None] <= 0)).sum(axis=(0, 2, 3))),
        Misconception(
            "The mask is taken from G. Whether ReLU is open at a place is decided on the way up, by the number that "
            "it saw; G may have any sign there.", lambda H, c, G: (G * (G > 0)).sum(axis=(0, 2, 3))),
        Misconception(
            "The mask has the bias with the wrong sign, or asks whether H is larger than c. ReLU sees H + c.",
            lambda H, c, G: (G * (c[:, None, None] < H)).sum(axis=(0, 2, 3))),
        Misconception(
            "The mask is taken from the bias alone. ReLU sees H + c, another number at each place.",
            lambda H, c, G: (G * (c[:, None, None] > 0)).sum(axis=(0, 2, 3))),
        Misconception(
            "G is not used. These are the numbers of open places; each of them counts as much as the loss feels it.",
            lambda H, c, G: (H + c[:, None, None] > 0).sum(axis=(0, 2, 3))),
        Misconception(
            "G is not used: the values of A are added up. Asked is the slope of the loss, and it comes in as G.",
            lambda H, c, G: np.maximum(0, H + c[:, None, None]).sum(axis=(0, 2, 3))),
        Misconception(
            "At the open places H is added up, not G. The slope of the loss comes in as G.",
            lambda H, c, G: masked(H, c, H).sum(axis=(0, 2, 3))),
        Misconception(
            "Nothing is added up: this is the gradient at each place. The bias is one number for all places of a "
            "channel.", masked),
        Misconception(
            "This is divided by the number of pixels. When the bias moves, all pixels of its channel move by the same "
            "amount, and their slopes add up.", lambda H, c, G: masked(H, c, G).sum(axis=0).mean(axis=(1, 2))),
        Misconception(
            "This is a number for each sample. Which axis of G counts the channels?",
            lambda H, c, G: masked(H, c, G).sum(axis=(1, 2, 3))),
        Misconception(
            "This is divided by the number of samples. The mean over the samples is part of the loss, so its factor "
            "is in G already; what is left here is a sum.",
            lambda H, c, G: masked(H, c, G).sum(axis=(0, 2, 3)) / len(H)),
        Misconception(
            "This is the mean over all samples and pixels. When the bias moves, every pixel of its channel moves by "
            "the same amount, and all their slopes add up.",
            lambda H, c, G: masked(H, c, G).mean(axis=(0, 2, 3))),
        Misconception(
            "It is summed over the samples only. The bias is one number for all pixels of a channel, so what shape "
            "must its gradient have?", lambda H, c, G: masked(H, c, G).sum(axis=0)),
        Misconception(
            "It is summed over the pixels only: this is a gradient for each sample. The bias is the same for all "
            "samples, so what happens to their parts?", lambda H, c, G: masked(H, c, G).sum(axis=(2, 3))),
        Misconception(
            "The channels are added up as well. Each channel has a bias of its own.",
            lambda H, c, G: masked(H, c, G).sum()),
        Misconception(
            "This is a single number, the sum of G times A. Asked are slopes in c, one for each channel.",
            lambda H, c, G: (G * np.maximum(0, H + c[:, None, None])).sum()),
        Misconception(
            "The slopes are multiplied by the bias. The derivative of H + c in c is 1.",
            lambda H, c, G: masked(H, c, G).sum(axis=(0, 2, 3)) * c),
        Misconception(
            "Where the sum of H and c is negative, G is taken off. The slope of ReLU is 0 there, not -1.",
            lambda H, c, G: (G * np.sign(H + c[:, None, None])).sum(axis=(0, 2, 3))),
        Misconception(
            "Only the first image is counted. The bias is added to all of them, and what each says adds up.",
            lambda H, c, G: bias_gradient_behind_relu(H[:1], c, G[:1])),
        Misconception(
            "Images and channels are added up, so the pixels are left. The bias has one number for each channel: add up "
            "over everything else.",
            lambda H, c, G: np.sum(G * (H + c[:, None, None] > 0), axis=(0, 1))),
        Misconception(
            "Everything has the wrong sign. A larger bias makes A larger where ReLU is open.",
            lambda H, c, G: -bias_gradient_behind_relu(H, c, G)),
        Misconception(
            "Only the last image is counted. The bias is added to all of them, and what each says adds up.",
            lambda H, c, G: bias_gradient_behind_relu(H[-1:], c, G[-1:])),
    ),
    hints=(
        "How often does $c_f$ occur in $A$, and where?",
        "One number that stands in many places: the slopes of all its places add up. And a place that ReLU closes has "
        "none.",
        "$\\dfrac{\\partial L}{\\partial c_f} = \\sum_{nij} G_{nfij}\\,\\dfrac{\\partial A_{nfij}}{\\partial c_f}$, "
        "and the last factor is 1 or 0.",
    ),
)
