"""How fast a convolution runs forward and backward, beside PyTorch.

Usage: ``python -m tests.benchmarks.convolution [--rounds 10] [--part layers|parts|...]``

A batch of 128 images of 28 x 28 goes through 8 and then 16 channels of 3 x 3 kernels, in
float32. Everything in a table is measured in one run, the candidates taking turns;
medians are printed. Two threads for all. Needs the extra ``bench``.
"""


import numpy as np
import torch
from numpy.lib.stride_tricks import sliding_window_view

from mlp_lib import datasets
from mlp_lib.networks import Adam, ConvNet, convolution, training
from mlp_lib.networks.parts.correlation import Correlation, empty_batch
from tests.benchmarks.turns import THREADS, alternate, run_parts, table

IMAGES, FIRST, SECOND = (128, 1, 28, 28), (8, 1, 3, 3), (16, 8, 3, 3)
conv2d = torch.nn.functional.conv2d


def drawn(*shapes):
    """Random float32 arrays of these shapes."""
    rng = np.random.default_rng(0)
    return [rng.standard_normal(shape, np.float32) for shape in shapes]


def milliseconds(took):
    return [f"{1000 * value:.2f} ms" for value in took.values()]


# -- two convolutions, forward and backward --------------------------------------------------


def kept(padding):
    """The library as its network uses it: the arrays are made once."""
    X, K1, K2 = drawn(IMAGES, FIRST, SECOND)
    first = Correlation(IMAGES, FIRST, padding=padding)
    second = Correlation(first.H.shape, SECOND, padding=padding)
    G = np.ones_like(second.H)

    def run():
        second.forward(first.forward(X, K1), K2)
        dK2 = second.gradient_K(G)
        dH1 = second.gradient_X(K2, G)
        return first.gradient_K(dH1), dK2, first.gradient_X(K1, dH1)

    return run


def functions(padding):
    """The library's two functions, which make their arrays anew each time."""
    X, K1, K2 = drawn(IMAGES, FIRST, SECOND)

    def run():
        H1 = convolution.correlate(X, K1, padding=padding)
        H2 = convolution.correlate(H1, K2, padding=padding)
        dK2, dH1 = convolution.correlate_gradients(H1, K2, np.ones_like(H2), padding=padding)
        dK1, dX = convolution.correlate_gradients(X, K1, dH1, padding=padding)
        return dK1, dK2, dX

    return run


def pytorch(padding):
    X, K1, K2 = (torch.tensor(A, requires_grad=True) for A in drawn(IMAGES, FIRST, SECOND))

    def run():
        H = conv2d(conv2d(X, K1, padding=padding), K2, padding=padding)
        return torch.autograd.grad(H, (K1, K2, X), torch.ones_like(H))

    return run


def layers_table(rounds):
    """Forward and backward through both convolutions, all gradients of kernels and images."""
    rows = []
    for padding in (0, 1):
        runs = {"kept": kept(padding), "functions": functions(padding), "PyTorch": pytorch(padding)}
        results = [run() for run in runs.values()]
        for mine, theirs in zip(results[0], results[2]):
            np.testing.assert_allclose(mine, theirs, rtol=1e-3, atol=1e-3 * abs(mine).max())
        took = alternate(runs, rounds, calls=20)
        rows.append((padding, *milliseconds(took), f"{took['kept'] / took['PyTorch']:.2f}",
                     f"{took['functions'] / took['PyTorch']:.2f}"))
    table(("padding", "arrays kept", "functions", "PyTorch", "kept to PyTorch",
           "functions to PyTorch"), rows)


# -- where the time goes ----------------------------------------------------------------------


def parts_table(rounds):
    """The second convolution alone, step by step."""
    X, K = drawn((128, 8, 26, 26), SECOND)
    place = Correlation(X.shape, SECOND)
    laid = empty_batch(X.shape, np.float32)
    laid[...] = X
    G = place.forward(laid, K).copy(order="K")
    mine = {"columns": lambda: place.keep(laid), "columns and H": lambda: place.forward(laid, K),
            "dK": lambda: place.gradient_K(G), "dX": lambda: place.gradient_X(K, G)}
    x, k, g = (torch.tensor(np.ascontiguousarray(A)) for A in (X, K, G))
    theirs = {"columns and H": lambda: conv2d(x, k),
              "dK": lambda: torch.nn.grad.conv2d_weight(x, k.shape, g),
              "dX": lambda: torch.nn.grad.conv2d_input(x.shape, k, g)}
    took = alternate({**{("mlp_lib", name): run for name, run in mine.items()},
                      **{("PyTorch", name): run for name, run in theirs.items()}}, rounds, calls=20)
    table(("", *mine), [
        (who, *(f"{1000 * took[who, name]:.2f} ms" if (who, name) in took else "" for name in mine))
        for who in ("mlp_lib", "PyTorch")
    ])


def layouts_table(rounds):
    """The columns of the second convolution and the product, for three orders in memory."""
    X, K = drawn((128, 8, 26, 26), SECOND)
    K = K.reshape(16, -1)
    cases = {  # name: (how the images lie, axes that slide, windows to columns, the product)
        "N C H W": ((0, 1, 2, 3), (2, 3), (0, 1, 4, 5, 2, 3), lambda c: K @ c.reshape(128, 72, -1)),
        "N H W C": ((0, 2, 3, 1), (1, 2), (0, 1, 2, 4, 5, 3), lambda c: c.reshape(-1, 72) @ K.T),
        "C H W N": ((1, 2, 3, 0), (1, 2), (0, 4, 5, 1, 2, 3), lambda c: K @ c.reshape(72, -1)),
    }
    runs = {}
    for name, (order, axes, windows, product) in cases.items():
        laid = np.ascontiguousarray(X.transpose(order))
        view = sliding_window_view(laid, (3, 3), axis=axes).transpose(windows)
        columns = np.empty(view.shape, np.float32)
        runs["columns", name] = lambda columns=columns, view=view: np.copyto(columns, view)
        runs["product", name] = lambda columns=columns, product=product: product(columns)
    took = alternate(runs, rounds, calls=20)
    table(("in memory", "columns", "product"), [
        (name, *(f"{1000 * took[part, name]:.2f} ms" for part in ("columns", "product")))
        for name in cases
    ])


# -- the network --------------------------------------------------------------------------------


def library_epoch(X, y):
    model, optimizer = ConvNet(kernel=5), Adam(0.004)
    return lambda: training.train(
        model, (X, y), epochs=1, batch_size=128, optimizer=optimizer, progress=False
    )


def pytorch_epoch(X, y):
    """The same network, arithmetic and optimizer."""
    nn = torch.nn
    X, y = torch.from_numpy(np.array(X)).reshape(-1, 1, 28, 28), torch.from_numpy(np.array(y))
    model = nn.Sequential(
        nn.Conv2d(1, 8, 5), nn.MaxPool2d(2), nn.ReLU(),
        nn.Conv2d(8, 16, 5), nn.MaxPool2d(2), nn.ReLU(), nn.Flatten(), nn.Linear(256, 10),
    )
    optimizer, loss_function = torch.optim.Adam(model.parameters(), 0.004), nn.CrossEntropyLoss()

    def epoch():
        total, right = torch.zeros(()), torch.zeros((), dtype=torch.int64)
        for rows in torch.randperm(len(X)).split(128):
            optimizer.zero_grad()
            scores = model(X[rows])
            loss = loss_function(scores, y[rows])
            loss.backward()
            optimizer.step()
            total += loss.detach()
            right += (scores.argmax(dim=1) == y[rows]).sum()

    return epoch


def network_table(rounds):
    """An epoch of the convolutional network of chapter 07 over 60,000 digits, batch 128."""
    data = datasets.load_mnist()
    took = alternate({"mlp_lib": library_epoch(data.X_train, data.y_train),
                      "PyTorch": pytorch_epoch(data.X_train, data.y_train)}, max(1, rounds // 3))
    table(("mlp_lib", "PyTorch", "ratio"),
          [(*(f"{value:.2f} s" for value in took.values()),
            f"{took['mlp_lib'] / took['PyTorch']:.2f}")])


PARTS = {"layers": layers_table, "parts": parts_table, "layouts": layouts_table,
         "network": network_table}


if __name__ == "__main__":
    torch.set_num_threads(THREADS)
    run_parts(PARTS, rounds=10)
