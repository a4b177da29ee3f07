"""How fast the network trains, beside PyTorch, scikit-learn and the bare matrix products.

Usage: ``python -m tests.benchmarks.mlp [--rounds 5] [--part PART]``, where a PART is one of
``epoch target growth threads alignment import``.

Everything in a table is measured in one run, the candidates taking turns, so that a
slow minute of the machine hits all of them; medians are printed. Two threads for all.
Needs the extra ``bench``: ``python -m pip install -e .[bench]``.
"""

import math
import subprocess
import sys
import warnings
from itertools import pairwise

import numpy as np
import torch
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier
from threadpoolctl import threadpool_limits

from mlp_lib import datasets
from mlp_lib.networks import MLP, SGD, training
from mlp_lib.networks.parts import blas
from mlp_lib.networks.parts.buffers import empty_aligned
from tests.benchmarks.turns import THREADS, alternate, run_parts, seconds, table

SIZES = (784, 200, 100, 10)
EPOCHS = 3  # of a training, so that what it does once weighs as little as in use


# -- the candidates: each is a function that trains `EPOCHS` epochs, and returns nothing ---


def library(X, y, batch_size, sizes=SIZES):
    model = MLP(sizes)
    return lambda: training.train(
        model, (X, y), epochs=EPOCHS, batch_size=batch_size, optimizer=SGD(0.1), progress=False
    )


def pytorch_model(sizes=SIZES):
    layers = []
    for n_in, n_out in pairwise(sizes):
        layers += [torch.nn.Linear(n_in, n_out), torch.nn.Sigmoid()]
    return torch.nn.Sequential(*layers[:-1])


def pytorch(X, y, batch_size, sizes=SIZES):
    """The same arithmetic as the library: shuffle, gather, loss and accuracy, plain SGD."""
    X, y = torch.from_numpy(np.array(X)), torch.from_numpy(np.array(y))
    model = pytorch_model(sizes)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    loss_function = torch.nn.CrossEntropyLoss()

    def epoch():
        total, right = torch.zeros(()), torch.zeros((), dtype=torch.int64)
        for rows in torch.randperm(len(X)).split(batch_size):
            optimizer.zero_grad()
            labels = y[rows]
            scores = model(X[rows])
            loss = loss_function(scores, labels)
            loss.backward()
            optimizer.step()
            total += loss.detach()
            right += (scores.argmax(dim=1) == labels).sum()

    return lambda: [epoch() for _ in range(EPOCHS)]


def scikit(X, y, batch_size):
    model = MLPClassifier(
        SIZES[1:-1], activation="logistic", solver="sgd", alpha=0, momentum=0, max_iter=EPOCHS,
        learning_rate_init=0.1, batch_size=batch_size, warm_start=True, random_state=0,
    )

    def epochs():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            model.fit(X, y)

    return epochs


def products(X, batch_size, sizes=SIZES):
    """The eight matrix products of a step, and nothing else: no other code can be faster."""
    model = MLP(sizes)
    work, W = model.buffers(batch_size), model.W
    a, d, dW = work.a, work.d, work.dW
    for array in d:
        array.fill(0.01)

    def epoch():
        for start in range(0, len(X) - batch_size + 1, batch_size):
            x = X[start : start + batch_size]
            for layer, w in enumerate(W):
                np.matmul(a[layer - 1] if layer else x, w, out=a[layer])
            for layer in reversed(range(len(W))):
                np.matmul((a[layer - 1] if layer else x).T, d[layer], out=dW[layer])
                if layer:
                    np.matmul(d[layer], W[layer].T, out=d[layer - 1])
            for array in (*a, *d):
                array.fill(0.01)

    return lambda: [epoch() for _ in range(EPOCHS)]


# -- the tables ----------------------------------------------------------------------------


def epoch_seconds(candidates, rounds):
    """Median seconds of an epoch of each candidate, in turns."""
    return {name: value / EPOCHS for name, value in alternate(candidates, rounds).items()}


def epochs_table(rounds):
    """An epoch of 784-200-100-10, sigmoid, plain SGD, float32."""
    data = datasets.load_mnist()
    X, y, rows = data.X_train, data.y_train, []
    for batch_size in (32, 128, 512):
        took = epoch_seconds({
            "mlp_lib": library(X, y, batch_size), "PyTorch": pytorch(X, y, batch_size),
            "scikit-learn": scikit(X, y, batch_size), "products alone": products(X, batch_size),
        }, rounds)
        ours = took["mlp_lib"]
        rows.append((
            batch_size, *(f"{value:.3f} s" for value in took.values()),
            f"{ours / took['PyTorch']:.2f}", f"{ours / took['scikit-learn']:.2f}",
            f"{took['products alone'] / ours:.0%}",
        ))
    table(("batch", "mlp_lib", "PyTorch", "scikit-learn", "products", "to PyTorch",
           "to scikit-learn", "of the limit"), rows)


def seconds_to(accuracy, data, seed):
    """Seconds until the test accuracy is reached: (mlp_lib, PyTorch), evaluation included."""
    rate, momentum, batch_size, most = 0.2, 0.9, 64, 30

    def ours():
        model = MLP(SIZES, rng=seed)

        def stop(model, history):
            if history.validation_accuracy[-1] >= accuracy:
                raise KeyboardInterrupt

        return training.train(
            model, (data.X_train, data.y_train), epochs=most, batch_size=batch_size, rng=seed,
            optimizer=SGD(rate, momentum=momentum), validation=(data.X_test, data.y_test),
            progress=False, callbacks=[stop],
        )

    def theirs():
        torch.manual_seed(seed)
        X, y, X_test, y_test = (torch.from_numpy(np.array(part)) for part in data)
        model, loss_function = pytorch_model(), torch.nn.CrossEntropyLoss()
        for layer in model[::2]:
            torch.nn.init.xavier_normal_(layer.weight)
            torch.nn.init.zeros_(layer.bias)
        optimizer = torch.optim.SGD(model.parameters(), lr=rate, momentum=momentum)
        for _ in range(most):
            for rows in torch.randperm(len(X)).split(batch_size):
                optimizer.zero_grad()
                loss_function(model(X[rows]), y[rows]).backward()
                optimizer.step()
            with torch.no_grad():
                if (model(X_test).argmax(dim=1) == y_test).float().mean() >= accuracy:
                    return

    return seconds(ours), seconds(theirs)


def target_table(rounds):
    """Seconds to 98 % test accuracy, momentum 0.9, batch 64; a seed a round."""
    data = datasets.load_mnist()
    took = np.array([seconds_to(0.98, data, seed) for seed in range(rounds)])
    ours, theirs = np.median(took, axis=0)
    table(("98 % on the test set", "mlp_lib", "PyTorch", "ratio"),
          [("median seconds", f"{ours:.1f}", f"{theirs:.1f}", f"{ours / theirs:.2f}")])


def growth_table(rounds):
    """An epoch at batch 128 against the width of both hidden layers, and against N."""
    data = datasets.load_mnist()
    X, y = data.X_train, data.y_train
    cases = [(6000, (784, width, width, 10)) for width in (100, 200, 400, 800, 1600)]
    cases += [(n, SIZES) for n in (15000, 30000, 60000)]
    rows = []
    for n, sizes in cases:
        took = epoch_seconds({"mlp_lib": library(X[:n], y[:n], 128, sizes),
                              "PyTorch": pytorch(X[:n], y[:n], 128, sizes),
                              "products": products(X[:n], 128, sizes)}, rounds)
        rows.append((n, "-".join(map(str, sizes)), *(f"{value:.3f} s" for value in took.values()),
                     f"{took['mlp_lib'] / took['PyTorch']:.2f}",
                     f"{took['products'] / took['mlp_lib']:.0%}"))
    table(("N", "sizes", "mlp_lib", "PyTorch", "products", "to PyTorch", "of the limit"), rows)


def with_threads(threads, train):
    """``train`` with a number of BLAS threads for its products, whatever their size."""
    def run():
        small, blas.SMALL_PRODUCT = blas.SMALL_PRODUCT, 0
        try:
            with threadpool_limits(threads, user_api="blas"):
                train()
        finally:
            blas.SMALL_PRODUCT = small

    return run


def threads_table(rounds):
    """An epoch with one and with two BLAS threads; products of 784 × 200 numbers a row lead it."""
    data = datasets.load_mnist()
    rows = []
    for batch_size in (16, 32, 64, 96, 128, 256):
        run = library(data.X_train, data.y_train, batch_size)
        one, two = epoch_seconds({n: with_threads(n, run) for n in (1, 2)}, rounds).values()
        rows.append((batch_size, f"{one:.3f} s", f"{two:.3f} s", f"{one / two:.2f}"))
    table(("batch", "one thread", "two threads", "ratio"), rows)


def step_apart(offset, batch_size):
    """Forward, gradient and step of a layer whose arrays begin ``offset`` bytes off a line."""
    def shifted(shape):
        skipped = offset // 4
        return empty_aligned((skipped + math.prod(shape),), np.float32)[skipped:].reshape(shape)

    x, d, W, dW = map(shifted, ((batch_size, 784), (batch_size, 200), (784, 200), (784, 200)))
    for array in (x, d, W):
        array.fill(1e-6)
    z = np.empty_like(d)

    def step():
        np.matmul(x, W, out=z)
        np.matmul(x.T, d, out=dW)
        np.subtract(W, dW, out=W)

    return step


def alignment_table(rounds):
    """Forward, gradient and step of a layer 784-200, by where the arrays begin in a cache line."""
    rows = []
    for batch_size in (32, 128, 512):
        took = alternate({offset: step_apart(offset, batch_size) for offset in (0, 16, 32, 48)},
                         rounds, calls=200)
        rows.append((batch_size, *(f"{value * 1e6:.0f} us" for value in took.values())))
    table(("batch", *(f"{offset} bytes off" for offset in took)), rows)


def import_table(rounds):
    """A fresh interpreter that imports mlp_lib, all of its core, or numpy."""
    statements = {
        "import mlp_lib": "import mlp_lib",
        "all of the core": "from mlp_lib import calculus, linear_algebra, gaussian, surfaces; "
                           "from mlp_lib import datasets, geometry, networks; "
                           "[[getattr(room, name) for name in dir(room)]"
                           " for room in (geometry, networks)]",
        "import numpy": "import numpy",
    }
    took = alternate({
        name: lambda code=code: subprocess.run([sys.executable, "-c", code], check=True)
        for name, code in statements.items()
    }, 4 * rounds)
    alone, core, numpy_alone = took.values()
    table((*took, "mlp_lib to numpy", "core to numpy"),
          [(*(f"{value * 1000:.0f} ms" for value in took.values()),
            f"{alone / numpy_alone:.2f}", f"{core / numpy_alone:.2f}")])


PARTS = {"epoch": epochs_table, "target": target_table, "growth": growth_table,
         "threads": threads_table, "alignment": alignment_table, "import": import_table}


if __name__ == "__main__":
    torch.set_num_threads(THREADS)
    run_parts(PARTS, rounds=5)
