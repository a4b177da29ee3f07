"""Transformers: blocks of attention and a small network, each with a way round it."""

import numpy as np

from mlp_lib.arrays import generator
from mlp_lib.networks.activations import softmax
from mlp_lib.networks.attention import SelfAttention
from mlp_lib.networks.embedding import (
    Embedding,
    Flat,
    Patches,
    Positions,
    SequenceMean,
    Shifted,
)
from mlp_lib.networks.layers import Gelu, Linear, Residual
from mlp_lib.networks.losses import SequenceCrossEntropy
from mlp_lib.networks.normalisation import LayerNorm
from mlp_lib.networks.parts.arguments import whole
from mlp_lib.networks.parts.blas import one_for_small
from mlp_lib.networks.parts.portions import at_once, halves
from mlp_lib.networks.stack import Stack

_LEAST_IN_TWO = 100_000  # numbers between two layers from which a thread is worth its start


def block(width, heads, causal):
    """The two halves of a block: each is normalised first, and added to what comes in.

    Source: Vaswani et al., *Attention Is All You Need* (2017); normalised first as in Xiong et
    al., *On Layer Normalization in the Transformer Architecture* (2020).
    """
    return [
        Residual(LayerNorm(width), SelfAttention(width, heads, causal)),
        Residual(LayerNorm(width), Linear(width, 4 * width), Gelu(), Linear(4 * width, width)),
    ]


def n_of_blocks(width, blocks):
    """Parameters of so many blocks, and of the normalisation after them."""
    return blocks * (12 * width**2 + 13 * width) + 2 * width


class _Blocks(Stack):
    """A stack with blocks in it, which can be asked for what its heads look at.

    Sequences do not depend on each other, so a step takes the two halves of a batch at once.
    Subclasses have ``length``, the rows of a sequence, and ``width``.
    """

    def buffers(self, n_rows):
        work = super().buffers(n_rows)
        work.second = np.zeros_like(self.grad)
        return work

    def forward_backward(self, X, Y, work, scale=1.0):
        n = len(X)
        if n < 2 or n * self.length * self.width < _LEAST_IN_TWO:
            return super().forward_backward(X, Y, work, scale)
        twin = self.chain.twin()
        twin.lay_out(self.theta, work.second)

        def of_half(part):
            chain, rows = part
            share = len(X[rows]) / n
            return share * self.pass_through(chain, X[rows], Y[rows], work.outputs[rows],
                                             scale * share)

        loss = sum(at_once(of_half, *zip((self.chain, twin), halves(n))))
        self.grad += work.second
        return loss

    def attentions(self):
        """Shares of the last prediction: for each block an array (N, heads, T, T)."""
        firsts = [layer.inner[0].inner[1] for layer in self.layers if isinstance(layer, Residual)]
        return [each.P for each in firsts if isinstance(each, SelfAttention)]


class Transformer(_Blocks):
    """Tells each word of a sequence from the words before it.

    Parameters
    ----------
    n_words : int
        How many different words there are; they are the numbers from 0 on.
    length : int
        Words of a sequence, T.
    width, heads, blocks : int
        Features of a word, heads of each attention, blocks.
    causal, positions : bool
        Without the one it sees the word that it has to tell; without the other it does not know
        the order of those before.
    rng, dtype
        As of a `Stack`.

    Notes
    -----
    Inputs and targets are the same (N, T) array of words: ``train(model, (words, words))``. The
    loss is the mean over all words. Its outputs are rows of ``T n_words`` scores.
    """

    kind = "Transformer"

    def __init__(self, n_words, length, *, width=64, heads=4, blocks=3, causal=True,
                 positions=True, rng=0, dtype=np.float32):
        self.n_words, self.length = whole(n_words, "n_words"), whole(length, "length")
        self.width, self.heads, self.n_blocks = width, heads, whole(blocks, "blocks", 0)
        self.causal, self.positions = bool(causal), bool(positions)
        layers = [Shifted(n_words), Embedding(n_words + 1, width)]
        layers += [Positions(length, width)] if positions else []
        for _ in range(blocks):
            layers += block(width, heads, causal)
        layers += [LayerNorm(width), Linear(width, n_words), Flat()]
        super().__init__(layers, length, length * n_words, loss=SequenceCrossEntropy(n_words),
                         rng=rng, dtype=dtype)

    @staticmethod
    def n_parameters(n_words, length, width, blocks, positions=True):
        """How many numbers ``theta`` holds for such a network: P."""
        table, scores = (n_words + 1) * width, (width + 1) * n_words
        return table + positions * length * width + n_of_blocks(width, blocks) + scores

    def check_inputs(self, X):
        """``X`` (N, T) as an array of the network's precision; ValueError if they are no words."""
        X = super().check_inputs(X)
        strange = X[(X % 1 != 0) | (X < 0) | (self.n_words <= X)]
        if strange.size:
            raise ValueError(f"words need to be whole numbers, 0..{self.n_words - 1}; "
                             f"got {strange[0]:g}")
        return X

    def classes(self, outputs):
        """The likeliest word at each place: (N, T) of int."""
        return outputs.reshape(len(outputs), self.length, -1).argmax(axis=2)

    def write(self, words, n_known, *, temperature=1.0, rng=0):
        """Sequences that begin as ``words`` do, and go on as the network would.

        Parameters
        ----------
        words : (N, T) array_like of int
            Of each row the first ``n_known`` count.
        n_known : int
            0 to T.
        temperature : float
            The scores are divided by it: near 0 the likeliest word is taken, above 1 the choice is
            more even.
        rng : int or numpy.random.Generator

        Returns
        -------
        (N, T) ndarray of int
        """
        steps = self.write_step_by_step(words, n_known, temperature=temperature, rng=rng)
        return [self.check_inputs(words).astype(int), *steps][-1]

    def write_step_by_step(self, words, n_known, *, temperature=1.0, rng=0):
        """Generator of the same after each word that is written."""
        if not temperature > 0:
            raise ValueError(f"temperature needs a number > 0; got {temperature}")
        words, rng = self.check_inputs(words).copy(), generator(rng)
        words[:, n_known:] = 0
        for place in range(n_known, self.length):
            with one_for_small:
                scores = self.chain.forward(words, training=False)
            scores = scores.reshape(len(words), self.length, -1)[:, place] / temperature
            words[:, place] = drawn(softmax(scores.astype(float)), rng)
            yield words.astype(int)


def drawn(P, rng):
    """A class for each row of the probabilities ``P`` (N, C), drawn with them: (N,) of int."""
    below = np.cumsum(P, axis=1)
    return (rng.random((len(P), 1)) * below[:, -1:] >= below).sum(axis=1)


class PatchTransformer(_Blocks):
    """Tells the class of a square picture from its patches, which attend to each other.

    Parameters
    ----------
    side, patch : int
        Pixels of a side of the picture, and of a patch.
    n_classes, width, heads, blocks : int
    positions : bool
        Without, it does not know where a patch lies.
    rng, dtype
        As of a `Stack`.

    Notes
    -----
    Source: Dosovitskiy et al., *An Image is Worth 16x16 Words* (2021), with the mean of the
    patches for the class.
    """

    kind = "PatchTransformer"

    def __init__(self, side=28, patch=7, n_classes=10, *, width=64, heads=4, blocks=2,
                 positions=True, rng=0, dtype=np.float32):
        self.side, self.patch = whole(side, "side"), whole(patch, "patch")
        self.length = (self.side // self.patch) ** 2
        self.width, self.heads, self.n_blocks = width, heads, whole(blocks, "blocks", 0)
        self.positions = bool(positions)
        layers = [Patches(side, patch), Linear(patch**2, width)]
        layers += [Positions((side // patch) ** 2, width)] if positions else []
        for _ in range(blocks):
            layers += block(width, heads, causal=False)
        layers += [LayerNorm(width), SequenceMean(), Linear(width, n_classes)]
        super().__init__(layers, side**2, n_classes, rng=rng, dtype=dtype)

    @staticmethod
    def n_parameters(side, patch, n_classes, width, blocks, positions=True):
        """How many numbers ``theta`` holds for such a network: P."""
        into, places = (patch**2 + 1) * width, (side // patch) ** 2 * width
        return into + positions * places + n_of_blocks(width, blocks) + (width + 1) * n_classes
