"""The error through hidden layers that pass their input on beside the activation."""

import numpy as np

from mlp_lib.exercises import draws
from mlp_lib.exercises.kinds import Function, Misconception


def error_through_shortcuts(G, W, S):
    """Slope of the loss in the values X0 that enter m layers with a shortcut.

    G is (N, d), the slope in the values of the last layer; W is (m, d, d) and S is (m, N, d):
    W[0] and S[0] are the weights and scores of the first layer. The result is (N, d).
    """
    for W_l, S_l in zip(W[::-1], S[::-1]):
        G = G + (G * (1 - np.tanh(S_l) ** 2)) @ W_l.T
    return G


def inputs(rng):
    m, N, d = draws.sizes(rng, 3, high=6)
    return (rng.normal(size=(N, d)), rng.normal(size=(m, d, d)) / np.sqrt(d),
            rng.normal(size=(m, N, d)))


def of_depth(m):
    def make(rng):
        G, W, S = inputs(rng)
        scale = 0.3 / np.sqrt(len(W[0]))
        return G, scale * rng.normal(size=(m, *W[0].shape)), rng.normal(size=(m, *S[0].shape))

    return make


def walk(step):
    """The loop from the last layer to the first with another step."""
    def walked(G, W, S):
        for W_l, S_l in zip(W[::-1], S[::-1]):
            G = step(G, W_l, 1 - np.tanh(S_l) ** 2)
        return G

    return walked


without = walk(lambda G, W, slope: (G * slope) @ W.T)


def always_from_the_end(G, W, S):
    back = G
    for W_l, S_l in zip(W[::-1], S[::-1]):
        back = G + (back * (1 - np.tanh(S_l) ** 2)) @ W_l.T
    return back


def sloped(slope):
    """The right way with another slope of the activation, from the scores."""
    def answer(G, W, S):
        for W_l, S_l in zip(W[::-1], S[::-1]):
            G = G + (G * slope(S_l)) @ W_l.T
        return G

    return answer


def layers(choose):
    """The right way through some of the layers only."""
    return lambda G, W, S: error_through_shortcuts(G, choose(W), choose(S))


def scores_of_the_layer_below(G, W, S):
    for i in range(len(W))[::-1]:
        G = G + (G * (1 - np.tanh(S[i - 1]) ** 2)) @ W[i].T
    return G


def without_the_last_tanh(G, W, S):
    return error_through_shortcuts(G + G @ W[-1].T, W[:-1], S[:-1])


def like_a_forward_pass(G, W, S):
    for W_l, S_l in zip(W, S):
        G = G + (G * (1 - np.tanh(S_l) ** 2)) @ W_l
    return G


def scores_of_the_layer_above(G, W, S):
    for i in range(len(W))[::-1]:
        G = G + (G * (1 - np.tanh(S[min(i + 1, len(S) - 1)]) ** 2)) @ W[i].T
    return G


EXERCISE = Function(
    id="05.error_through_shortcuts",
    title="Shortcuts around the layers",
    section="05 §5",
    points=3,
    prompt=r"""
In a very deep network the error fades from layer to layer. *Residual* networks have a cure: each layer passes on what
came in, and adds what it makes of it. All layers are $d$ units wide:

$$S^{(l)} = X^{(l-1)} W^{(l)} + \vec1^{\,T} B^{(l)}, \qquad X^{(l)} = X^{(l-1)} + \tanh(S^{(l)}), \quad l = 1, \dots,
m.$$

You get the slope of the loss in the last values, $G = \partial E/\partial X^{(m)}$ ($N \times d$), all weights
($m \times d \times d$, `W[0]` is $W^{(1)}$) and all scores ($m \times N \times d$, `S[0]` is $S^{(1)}$).

Write the slope in the values that enter the first of these layers, $\partial E/\partial X^{(0)}$ ($N \times d$), for
any number $m$ of layers. All matrices are square here, so a wrong transpose does not stop with an error.
""",
    reference=error_through_shortcuts,
    inputs=inputs,
    edges={"a single layer": of_depth(1), "thirty layers": of_depth(30)},
    example="error_through_shortcuts(np.array([[1.0, -1.0]]), np.array([[[2.0, 1.0], [0.0, 3.0]]]),\n"
            "                        np.array([[[0.0, 0.5]]]))",
    misconceptions=(
        Misconception(
            "The shortcut is missing: this is the recursion of the chapter. The values below reach the loss in two "
            "ways, and the chain rule adds the ways.", without),
        Misconception(
            "One shortcut was led around all layers together. Each layer has its own, so the error splits and joins "
            "again at every layer.", lambda G, W, S: G + without(G, W, S)),
        Misconception(
            "At each layer the slope in the last values was added. A shortcut hands on what has arrived at its own "
            "layer, and that changes from layer to layer.", always_from_the_end),
        Misconception(
            "The shortcut was multiplied by the slope of tanh as well. It leads past the activation: what passes "
            "there is not changed.", walk(lambda G, W, slope: G * slope + (G * slope) @ W.T)),
        Misconception(
            "The slope of tanh stands on the wrong side of the weights. Here G is the slope in the values, and going "
            "back from them the activation comes first, the weights after it.",
            walk(lambda G, W, slope: G + slope * (G @ W.T))),
        Misconception(
            "The weights are not transposed. With square matrices no error stops you: check which index the sum runs "
            "over.", walk(lambda G, W, slope: G + (G * slope) @ W)),
        Misconception(
            "The slope of tanh is missing: the error went through the weights as if the layer were linear.",
            walk(lambda G, W, slope: G + G @ W.T)),
        Misconception(
            "The layers were taken from the first to the last. The error comes from the other end.",
            lambda G, W, S: error_through_shortcuts(G, W[::-1], S[::-1])),
        Misconception(
            "The slope of tanh was computed as 1 minus the square of the score. It is 1 minus the square of what the "
            "tanh gives.", sloped(lambda S: 1 - S ** 2)),
        Misconception(
            "The slope of tanh is 1 minus the square of its value: here the square is missing.",
            sloped(lambda S: 1 - np.tanh(S))),
        Misconception(
            "The weights of a layer go with the slopes of the layer below. Here G is the slope in a layer's values, "
            "so it passes its own tanh first.", scores_of_the_layer_below),
        Misconception(
            "G was taken for the error in the last scores. It is the slope in the last values: it passes the last "
            "tanh, too.", without_the_last_tanh),
        Misconception(
            "This runs like a forward pass: from the first layer on, with the weights as they stand. The error comes "
            "from the other end, and the way back turns each product round.", like_a_forward_pass),
        Misconception(
            "The slope of tanh has a plus where a minus belongs: far out a tanh is flat.",
            sloped(lambda S: 1 + np.tanh(S) ** 2)),
        Misconception(
            "The square of the tanh stands where its slope belongs. Far out a tanh is flat.",
            sloped(lambda S: np.tanh(S) ** 2)),
        Misconception(
            "The value of the tanh stands where its slope belongs.", sloped(np.tanh)),
        Misconception(
            "The slope of tanh was taken at the value, as if that were the score: tanh is in it twice.",
            sloped(lambda S: 1 - np.tanh(np.tanh(S)) ** 2)),
        Misconception(
            "This is the mask of a ReLU. The layers have a tanh: what is its slope?", sloped(lambda S: S > 0)),
        Misconception(
            "This is the slope of a sigmoid. The layers have a tanh: what is its slope?",
            sloped(lambda S: 1 / (1 + np.exp(-S)) * (1 - 1 / (1 + np.exp(-S))))),
        Misconception(
            "This is the slope of a sigmoid, a (1 - a). The layers have a tanh: what is its slope?",
            sloped(lambda S: np.tanh(S) * (1 - np.tanh(S)))),
        Misconception(
            "The first layer was left out: the error stops in the values above it.", layers(lambda part: part[1:])),
        Misconception(
            "The last layer was left out. G is the slope in its values, so they are where the way back begins.",
            layers(lambda part: part[:-1])),
        Misconception(
            "Only the last layer was passed. There are m of them.", layers(lambda part: part[-1:])),
        Misconception(
            "Only the first layer was passed. There are m of them.", layers(lambda part: part[:1])),
        Misconception(
            "The two ways are subtracted. The chain rule adds them.",
            walk(lambda G, W, slope: G - (G * slope) @ W.T)),
        Misconception(
            "What the shortcut hands on has gone through the weights. It leads past the layer, unchanged.",
            walk(lambda G, W, slope: (G + G * slope) @ W.T)),
        Misconception(
            "The shortcut hands its error on twice. It leads past the layer once.",
            walk(lambda G, W, slope: 2 * G + (G * slope) @ W.T)),
        Misconception(
            "The weights are taken from the last layer on, the scores from the first. Both belong to one layer.",
            lambda G, W, S: error_through_shortcuts(G, W, S[::-1])),
        Misconception(
            "The scores are taken from the last layer on, the weights from the first. Both belong to one layer.",
            lambda G, W, S: error_through_shortcuts(G, W[::-1], S)),
        Misconception(
            "The weights of a layer go with the slopes of the layer above. Here G is the slope in a layer's values, "
            "so it passes its own tanh first.", scores_of_the_layer_above),
        Misconception(
            "The result was divided by the number of samples. G is the slope of the loss as it is: no mean is left to "
            "take.", lambda G, W, S: error_through_shortcuts(G, W, S) / len(G)),
        Misconception(
            "The sign is turned round.", lambda G, W, S: -error_through_shortcuts(G, W, S)),
        Misconception(
            "The slope of tanh stands on the shortcut, too. The shortcut leads past the tanh: what comes along it goes on "
            "as it is.", walk(lambda G, W, slope: (G + G @ W.T) * slope)),
        Misconception(
            "The weights are missing: the error goes through the tanh, and then through the weights to the values below.",
            walk(lambda G, W, slope: G + G * slope)),
        Misconception(
            "What comes through the layer is divided by the number of samples. If the loss is a mean, G knows it already.",
            walk(lambda G, W, slope: G + (G * slope) @ W.T / len(G))),
    ),
    hints=(
        "Draw one layer. In how many ways does $X^{(l-1)}$ reach $X^{(l)}$?",
        "Take one layer only, $m=1$, and compute the slope along each way separately. Then a loop does the rest.",
        "$\\dfrac{\\partial e}{\\partial x_i^{(l-1)}} = \\sum_j \\dfrac{\\partial e}{\\partial x_j^{(l)}}\\Big([i=j] + "
        "\\theta'(s_j^{(l)})\\,w_{ij}^{(l)}\\Big)$.",
    ),
)
