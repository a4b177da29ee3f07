"""The gradient of a layer in which each channel has one kernel of its own."""

import numpy as np

from mlp_lib.exercises import draws
from mlp_lib.exercises.kinds import Function, Misconception
from mlp_lib.networks import correlate


def depthwise_kernel_gradient(X, K, G, stride):
    """Gradient of a loss in the kernels of a depthwise convolution with a stride.

    X is (N, C, H, W), K is (C, h, w), G is the gradient in the result, (N, C, H', W');
    stride is an int, the same down and right. The result is (C, h, w).
    """
    rows, columns = G.shape[2:]
    dK = np.empty(K.shape)
    for a, b in np.ndindex(*K.shape[1:]):
        under = X[:, :, a : a + stride * rows : stride, b : b + stride * columns : stride]
        dK[:, a, b] = (G * under).sum(axis=(0, 2, 3))
    return dK


def inputs(rng, stride=None, **fixed):
    s = int(rng.integers(2, 4)) if stride is None else stride
    drawn = dict(zip(("N", "C", "h", "w"), draws.sizes(rng, 4, high=5), strict=True))
    N, C, h, w = (drawn | fixed).values()
    rows, columns = draws.sizes(rng, 2, high=3)
    rest = int(rng.integers(min(s, 2)))
    size = s * (rows - 1) + h + rest, s * (columns - 1) + w + rest
    return (rng.normal(size=(N, C, *size)), rng.normal(size=(C, h, w)),
            rng.normal(size=(N, C, rows, columns)), s)


def by_one(rng):
    return inputs(rng, stride=1)


def one_image(rng):
    return inputs(rng, N=1)


def one_channel(rng):
    return inputs(rng, C=1)


def high_kernels(rng):
    return inputs(rng, h=4, w=1)


def wide_kernels(rng):
    return inputs(rng, h=2, w=5)


def one_number_kernels(rng):
    return inputs(rng, h=1, w=1)


def of_each_sample(X, K, G, stride):
    return np.array([depthwise_kernel_gradient(x[None], K, g[None], stride) for x, g in zip(X, G)])


def axes_of_length_one_gone(X, K, G, stride):
    return np.squeeze(depthwise_kernel_gradient(X, K, G, stride))


def one_direction(rows, columns):
    """The gradient with the stride used in one direction, where ``rows`` or ``columns`` is 1."""
    def gradient(X, K, G, stride):
        H, W = G.shape[2:]
        s, t = (stride if used else 1 for used in (rows, columns))
        dK = np.empty(K.shape)
        for a, b in np.ndindex(*K.shape[1:]):
            dK[:, a, b] = (G * X[:, :, a : a + s * H : s, b : b + t * W : t]).sum(axis=(0, 2, 3))
        return dK

    return gradient


def channels_added_up(X, K, G, stride):
    dK = depthwise_kernel_gradient(X, K, G, stride)
    return np.broadcast_to(dK.sum(axis=0), K.shape)


def last_place_only(X, K, G, stride):
    alone = np.zeros(G.shape)
    alone[-1, :, -1, -1] = G[-1, :, -1, -1]
    return depthwise_kernel_gradient(X, K, alone, stride)


def last_place_of_each_image(X, K, G, stride):
    alone = np.zeros(G.shape)
    alone[..., -1, -1] = G[..., -1, -1]
    return depthwise_kernel_gradient(X, K, alone, stride)


def from_the_end(X, K, G, stride):
    top, left = (X.shape[i] - K.shape[i - 1] - stride * (G.shape[i] - 1) for i in (2, 3))
    return depthwise_kernel_gradient(X[:, :, top:, left:], K, G, stride)


def places_turned(X, K, G, stride):
    return depthwise_kernel_gradient(X, K, G[:, :, ::-1, ::-1], stride)


def pixels_alone(X, K, G, stride):
    return depthwise_kernel_gradient(X, K, np.ones(G.shape), stride)


def channels_mixed(X, K, G, stride):
    everything = np.broadcast_to(X.sum(axis=1, keepdims=True), X.shape)
    return depthwise_kernel_gradient(everything, K, G, stride)


def all_pairs(X, K, G, stride):
    every = (np.repeat(G[:, [f]], len(K), axis=1) for f in range(len(K)))
    return np.array([depthwise_kernel_gradient(X, K, g, stride) for g in every])


def with_left_overs(X, K, G, stride):
    rows, columns = (stride * (n - 1) for n in G.shape[2:])
    reached = np.empty((*K.shape[:1], X.shape[2] - rows, X.shape[3] - columns))
    return depthwise_kernel_gradient(X, reached, G, stride)


def as_with_holes(X, K, G, stride):
    """The gradient in a kernel whose numbers lie as far apart as the stride is long."""
    def of_a_channel(c):
        return sum(correlate(x[c], g[c], stride=stride) for x, g in zip(X, G, strict=True))

    return np.array([of_a_channel(c) for c in range(len(K))])


def samples_added_first(X, K, G, stride):
    return depthwise_kernel_gradient(X.sum(axis=0)[None], K, G.sum(axis=0)[None], stride)


ONE_DIRECTION = ("The stride is used in one direction only. The pixels that the entries of G belong to lie s apart down "
                 "and to the right.")

EXERCISE = Function(
    id="07.depthwise_kernel_gradient",
    title="Each channel by itself",
    section="07 §6",
    points=4,
    prompt=r"""
Networks for small devices save weights: each channel is convolved with one kernel of its own, and channels do not meet.
This is a *depthwise* convolution. There are $C$ kernels instead of $FC$. With a stride $s$, and indices from 0,

$$H_{nc\,ij} = \sum_{a=0}^{h-1}\sum_{b=0}^{w-1} X_{nc,\; i s + a,\; j s + b}\; K_{c\,ab}.$$

$X$ has the shape $(N, C, H, W)$, $K$ has $(C, h, w)$, and the result has $(N, C, H', W')$. If the last step does not
fit, rows and columns at the end of $X$ are left over.

Given $G$, the gradient of the loss in the result, write the gradient in $K$, of shape $(C, h, w)$. A batch may hold
one image, an image one channel, a kernel one row or column, and the stride may be 1.
""",
    reference=depthwise_kernel_gradient,
    inputs=inputs,
    edges={"a stride of 1": by_one, "one image": one_image, "one channel": one_channel,
           "kernels of one column": high_kernels, "kernels wider than high": wide_kernels,
           "kernels of one number": one_number_kernels},
    example="depthwise_kernel_gradient(np.arange(24.0).reshape(1, 2, 3, 4), np.ones((2, 2, 2)), "
            "np.ones((1, 2, 1, 2)), 2)",
    misconceptions=(
        Misconception(
            "This is divided by the number of samples. The loss is a mean already, and G knows it; the samples' parts "
            "are added here.",
            lambda X, K, G, stride: depthwise_kernel_gradient(X, K, G, stride) / len(X)),
        Misconception(
            "This is divided by the number of places. A number of the kernel works at all places, and the slopes of "
            "all of them add up.",
            lambda X, K, G, stride:
                depthwise_kernel_gradient(X, K, G, stride) / (G.shape[2] * G.shape[3])),
        Misconception(
            "This is a gradient for each sample. The kernels belong to all samples, so what happens to their parts?",
            of_each_sample),
        Misconception(
            "An axis of length 1 has been taken out. The result has the shape of K, also for one channel and for "
            "kernels of one row or column: say over which axes to add, and squeeze nothing.",
            axes_of_length_one_gone),
        Misconception(ONE_DIRECTION, one_direction(rows=True, columns=False)),
        Misconception(ONE_DIRECTION, one_direction(rows=False, columns=True)),
        Misconception(
            "The channels are added up, so all kernels get the same gradient. Each kernel works in a channel of its "
            "own.", channels_added_up),
        Misconception(
            "Only the last place of the last sample is counted: each overwrites what the ones before had brought. A "
            "number of the kernel works at all places, and their slopes add up.", last_place_only),
        Misconception(
            "G is turned by 180 degrees before it meets the pixels. No index falls in this sum: that flip belongs to "
            "the gradient in X.", places_turned),
        Misconception(
            "G is not used: these are sums of pixels. Each pixel counts as much as the loss feels its place in the "
            "result.", pixels_alone),
        Misconception(
            "Rows and columns of each kernel have changed places.",
            lambda X, K, G, stride: depthwise_kernel_gradient(X, K, G, stride).swapaxes(1, 2)),
        Misconception(
            "The stride is forgotten: the pixels that the entries of G belong to lie s apart, in both directions.",
            lambda X, K, G, stride: depthwise_kernel_gradient(X, K, G, 1)),
        Misconception(
            "Here G itself moves on by s pixels. That is right for a kernel with holes. With a stride the numbers of the "
            "kernel lie side by side, and the pixels under one of them lie s apart.", as_with_holes),
        Misconception(
            "The channels of X are added up first. Here kernel c meets channel c alone.", channels_mixed),
        Misconception(
            "Each kernel's gradient is turned by 180 degrees. The flip belongs to the gradient in X.",
            lambda X, K, G, stride: depthwise_kernel_gradient(X, K, G, stride)[:, ::-1, ::-1]),
        Misconception(
            "This is the gradient of an ordinary layer, with a kernel for each pair of channels. Only the pairs of a "
            "channel with itself exist here.", all_pairs),
        Misconception(
            "There are entries beyond the kernel, where rows and columns at the end of X are left over. The shape of "
            "K says where to stop.", with_left_overs),
        Misconception(
            "The samples were added up before the product. A sample's G meets the pixels of that sample only: "
            "multiply first, then add.", samples_added_first),
        Misconception(
            "The channels of G are added up first. Here result c comes from kernel c alone.",
            lambda X, K, G, stride: depthwise_kernel_gradient(
                X, K, np.broadcast_to(G.sum(axis=1, keepdims=True), G.shape), stride)),
        Misconception(
            "Only the first sample is counted. The kernels belong to all samples, and their parts add up.",
            lambda X, K, G, stride: depthwise_kernel_gradient(X[:1], K, G[:1], stride)),
        Misconception(
            "The gradient is multiplied by K. The result is linear in K, so K itself does not stand in its slope.",
            lambda X, K, G, stride: depthwise_kernel_gradient(X, K, G, stride) * K),
        Misconception(
            "Each place of the result overwrites what the places before it had brought. A number of the kernel is used "
            "at all of them: add up.", last_place_of_each_image),
        Misconception(
            "Every channel has the slopes of the last one. Each channel has a kernel and a G of its own.",
            lambda X, K, G, stride: depthwise_kernel_gradient(X, K, np.repeat(G[:, -1:], G.shape[1], axis=1), stride)),
        Misconception(
            "The windows are counted from the end of the image. They start at its first row and column, and what is left "
            "over is at the end.", from_the_end),
        Misconception(
            "Everything has the wrong sign. Nothing in this sum has a minus.",
            lambda X, K, G, stride: -depthwise_kernel_gradient(X, K, G, stride)),
        Misconception(
            "This is divided by the number of all places of all images. A number of the kernel works at each of them, and the slopes add up.",
            lambda X, K, G, stride: depthwise_kernel_gradient(X, K, G, stride) / G[:, 0].size),
        Misconception(
            "Every kernel meets the first channel of X. Kernel c meets channel c alone.",
            lambda X, K, G, stride: depthwise_kernel_gradient(np.repeat(X[:, :1], X.shape[1], axis=1), K, G, stride)),
    ),
    hints=(
        "Hold $c$, $a$ and $b$ fixed. In which entries of $H$ does $K_{cab}$ occur, and with which pixel as factor?",
        "For fixed $a, b$ these pixels are a slice of $X$: it starts at $(a, b)$, takes every $s$-th pixel, and has "
        "the shape of $G$. Over which axes do you add?",
        "$\\dfrac{\\partial L}{\\partial K_{c\\,ab}} = \\sum_{n}\\sum_{ij} G_{nc\\,ij}\\;X_{nc,\\;is+a,\\;js+b}$.",
    ),
)
