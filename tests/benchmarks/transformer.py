"""How fast the transformer and the adversarial pair train, beside PyTorch and the bare products.

Usage: ``python -m tests.benchmarks.transformer [--rounds 5] [--part PART]``, where a PART is one
of ``equal transformer pair``.

PyTorch runs eagerly and does the same arithmetic: the same layers, losses and steps of Adam.
Everything in a table is measured in one run, the candidates taking turns; medians are printed. Two
threads for all. Needs the extra ``bench``: ``python -m pip install -e .[bench]``.
"""

from itertools import pairwise

import numpy as np
import torch
from torch.nn import functional

from mlp_lib.networks import (
    Activation,
    Adam,
    Duel,
    LeakyRelu,
    Linear,
    SelfAttention,
    Stack,
    Transformer,
    generator_loss,
    iterate,
    sigmoid,
)
from mlp_lib.networks.parts.blas import one_for_small
from tests.benchmarks.turns import THREADS, alternate, run_parts, table

STEPS = 5  # of a call that is measured


def layers_in(layer):
    """The layers that a layer is made of and that are made of none, in their order."""
    for inner in layer.inner:
        yield inner
        yield from layers_in(inner)


def arrays(network, prefix=""):
    """The parameters of a network, or with the prefix "d" their gradients, one after another."""
    return [getattr(layer, prefix + name) for layer in layers_in(network.chain)
            for name in layer.shapes]


def tensors(network):
    """The parameters of a network as PyTorch's own."""
    return [torch.tensor(array.copy(), requires_grad=True) for array in arrays(network)]


# -- the same networks in PyTorch ----------------------------------------------------------------


def linear(x, parameters):
    W, b = next(parameters), next(parameters)
    return functional.linear(x, W.t(), b)


def norm(x, parameters):
    return functional.layer_norm(x, x.shape[-1:], next(parameters), next(parameters), 1e-5)


def attention(x, parameters, heads, mask):
    n, t, width = x.shape
    q, k, v = linear(x, parameters).view(n, t, 3, heads, -1).permute(2, 0, 3, 1, 4)
    shares = (q @ k.transpose(-1, -2) / (width // heads) ** 0.5 + mask).softmax(dim=-1)
    return linear((shares @ v).transpose(1, 2).reshape(n, t, width), parameters)


def transformer_loss(parameters, words, like):
    """Loss of the network ``like`` with the parameters given, by PyTorch."""
    left = iter(parameters)
    mask = torch.full((like.length, like.length), -torch.inf, dtype=parameters[0].dtype).triu(1)
    x = functional.embedding(functional.pad(words[:, :-1], (1, 0), value=like.n_words), next(left))
    x = x + next(left)
    for _ in range(like.n_blocks):
        x = x + attention(norm(x, left), left, like.heads, mask)
        x = x + linear(functional.gelu(linear(norm(x, left), left), approximate="tanh"), left)
    scores = linear(norm(x, left), left)
    return functional.cross_entropy(scores.flatten(0, 1), words.flatten())


def perceptron(x, parameters, last):
    """Linear layers with a leaky ReLU between them, and ``last`` at the end."""
    left, many = iter(parameters), len(parameters) // 2
    for number in range(many):
        x = linear(x, left)
        x = functional.leaky_relu(x, 0.2) if number < many - 1 else last(x)
    return x


def pair(dtype=np.float32):
    """A generator 64-256-512-784 and a discriminator 784-512-256-1."""
    def hidden(*sizes):
        return [layer for sizes in pairwise(sizes)
                for layer in (Linear(*sizes, "he"), Activation(LeakyRelu(0.2)))]
    made = Stack([*hidden(64, 256, 512), Linear(512, 784), Activation(sigmoid)], 64, 784,
                 dtype=dtype)
    return made, Stack([*hidden(784, 512, 256), Linear(256, 1)], 784, 1, dtype=dtype)


# -- the candidates: each is a function that makes `STEPS` steps ---------------------------------


def our_transformer(words, **shape):
    model = Transformer(512, 28, **shape)
    run = iterate(model, (words, words), batch_size=len(words), optimizer=Adam(1e-3))
    return lambda: [next(run) for _ in range(STEPS)]


def their_transformer(words, **shape):
    like = Transformer(512, 28, **shape)
    parameters, words = tensors(like), torch.from_numpy(words)
    optimizer = torch.optim.Adam(parameters, lr=1e-3)

    def step():
        optimizer.zero_grad()
        transformer_loss(parameters, words[torch.randperm(len(words))], like).backward()
        optimizer.step()

    return lambda: [step() for _ in range(STEPS)]


def products(network, rows, n_sequences=0):
    """The matrix products of a step, and nothing else: no other code can be faster."""
    calls = []
    for layer in layers_in(network.chain):
        if isinstance(layer, Linear):
            X, G = (np.full((rows, n), 0.01, network.dtype) for n in layer.W.shape)
            calls += [(X, layer.W), (X.T, G), (G, layer.W.T)]
        if isinstance(layer, SelfAttention):
            t, width = rows // n_sequences, layer.inner[1].W.shape[0]
            Q = np.full((n_sequences, layer.heads, t, width // layer.heads), 0.01, network.dtype)
            P = np.full((n_sequences, layer.heads, t, t), 0.01, network.dtype)
            calls += [(Q, Q.swapaxes(2, 3))] * 2 + [(P, Q)] * 2 + [(P.swapaxes(2, 3), Q)] * 2
    outs = [np.matmul(A, B) for A, B in calls]

    def step():
        for (A, B), out in zip(calls, outs):
            np.matmul(A, B, out=out)

    return step


def our_pair(real):
    duel = Duel(*pair())
    return lambda: [duel.step(real) for _ in range(STEPS)]


def their_pair(real):
    made_by, told_by = (tensors(network) for network in pair())
    optimizers = [torch.optim.Adam(own, lr=2e-4, betas=(0.5, 0.999)) for own in (made_by, told_by)]
    real = torch.from_numpy(real)

    def step():
        made = perceptron(torch.randn(len(real), 64), made_by, torch.sigmoid)
        scores = perceptron(torch.cat([real, made.detach()]), told_by, torch.nn.Identity())
        optimizers[1].zero_grad()
        (functional.softplus(-scores[: len(real)]).mean()
         + functional.softplus(scores[len(real) :]).mean()).backward()
        optimizers[1].step()
        optimizers[0].zero_grad()
        functional.softplus(-perceptron(made, told_by, torch.nn.Identity())).mean().backward()
        optimizers[0].step()

    return lambda: [step() for _ in range(STEPS)]


# -- the tables ----------------------------------------------------------------------------------


def gap(network, parameters):
    """Largest difference of the gradients, as a share of the largest of their array."""
    return max(float(np.abs(ours - theirs.grad.numpy()).max() / np.abs(ours).max())
               for ours, theirs in zip(arrays(network, "d"), parameters))


def equal_table(rounds):
    """The gradients beside PyTorch's autograd, float64: the largest relative difference."""
    rng = np.random.default_rng(1)
    model = Transformer(11, 7, width=12, heads=3, blocks=2, dtype=np.float64)
    model.theta += 0.1 * rng.normal(size=model.theta.size)
    words = rng.integers(11, size=(5, 7))
    parameters = tensors(model)
    loss = transformer_loss(parameters, torch.from_numpy(words), model)
    loss.backward()
    value, _ = model.gradient(words, words)
    found = {"transformer": gap(model, parameters), "its loss": abs(value - loss.item()) / value}
    G, D = pair(np.float64)
    both, noise = (tensors(G), tensors(D)), rng.normal(size=(9, 64))
    score = perceptron(perceptron(torch.from_numpy(noise), both[0], torch.sigmoid), both[1],
                       torch.nn.Identity())
    functional.softplus(-score).mean().backward()
    _, dscores = generator_loss(D.chain.forward(G.chain.forward(noise)))
    G.chain.backward(D.chain.backward(dscores))
    found["generator, through the discriminator"] = gap(G, both[0])
    assert max(found.values()) < 1e-10, found
    table(("gradients of", "differ by"), [(name, f"{by:.0e}") for name, by in found.items()])


def transformer_table(rounds):
    """A step: forward, backward, Adam. 512 words, 28 places, 2 blocks of width 64, 4 heads."""
    shape, rows = {"width": 64, "heads": 4, "blocks": 2}, []
    for batch in (32, 64, 128):
        words = np.random.default_rng(0).integers(512, size=(batch, 28))
        bare = products(Transformer(512, 28, **shape), 28 * batch, batch)
        rows.append(measured(batch, our_transformer(words, **shape),
                             their_transformer(words, **shape), bare, rounds))
    table(COLUMNS, rows)


def pair_table(rounds):
    """A step of both: 64-256-512-784 against 784-512-256-1, Adam."""
    rows = []
    for batch in (64, 128, 256):
        real = np.random.default_rng(0).random((batch, 784), np.float32)
        made, told = pair()
        bare = [products(made, batch), products(told, 2 * batch), products(told, batch)]
        rows.append(measured(batch, our_pair(real), their_pair(real),
                             lambda bare=bare: [step() for step in bare], rounds))
    table(COLUMNS, rows)


COLUMNS = ("batch", "mlp_lib", "PyTorch", "products", "to PyTorch", "of the limit")


def measured(batch, ours, theirs, bare, rounds):
    """A row of a table: milliseconds of a step of each, and their ratios."""
    def limit():
        with one_for_small:
            for _ in range(STEPS):
                bare()

    took = alternate({"ours": ours, "theirs": theirs, "limit": limit}, rounds)
    ours, theirs, limit = (1e3 * value / STEPS for value in took.values())
    return (batch, f"{ours:.1f} ms", f"{theirs:.1f} ms", f"{limit:.1f} ms", f"{ours / theirs:.2f}",
            f"{limit / ours:.0%}")


if __name__ == "__main__":
    torch.set_num_threads(THREADS)
    run_parts({"equal": equal_table, "transformer": transformer_table, "pair": pair_table}, 5)
