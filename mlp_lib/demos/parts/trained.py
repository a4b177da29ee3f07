"""Networks that were trained before, so that a demo begins at once.

``python -m mlp_lib.demos.parts.trained`` trains them anew, as chapters 00, 11 and 12 do, and
writes them into ``data/networks``; it takes some minutes.
"""

import numpy as np
from tqdm import tqdm

from mlp_lib import datasets, networks

N_WORDS, SIDE, CLASSES = 512, 28, 10


def digit_reader(theta=None):
    """The network of chapter 00, which reads digits: an `networks.MLP`."""
    return _with(networks.MLP((784, 200, 100, 10)), _stored("digit_reader", theta))


def row_writer(theta=None, rows=None):
    """The transformer of chapter 11, which writes digits row by row, and its `RowWords`."""
    if theta is None:
        theta, rows = (datasets.load_weights("row_writer")[key] for key in ("theta", "rows"))
    model = networks.Transformer(N_WORDS, SIDE, width=64, heads=4, blocks=2)
    return _with(model, theta), datasets.RowWords(rows)


def digit_maker(theta=None):
    """The pair of chapter 12 that is told the digit; its generator has the mean parameters."""
    pair = networks.digit_duel(classes=CLASSES)
    _with(pair.G, _stored("digit_maker", theta))
    return pair


def _stored(name, theta):
    return datasets.load_weights(name)["theta"] if theta is None else theta


def _with(network, theta):
    network.theta[:] = theta
    return network


# -- how they were trained ------------------------------------------------------------------------


def train_digit_reader(digits):
    """Three epochs of SGD: {"theta": (178110,) ndarray}."""
    model = networks.MLP((784, 200, 100, 10))
    networks.train(model, (digits.X_train, digits.y_train), epochs=3, batch_size=64,
                   optimizer=networks.SGD(0.3, momentum=0.9))
    return {"theta": model.theta}


def train_row_writer(digits):
    """One epoch of Adam with a slow start: ``theta``, and the ``rows`` of the vocabulary."""
    vocabulary = datasets.row_words(digits.X_train, N_WORDS)
    words = vocabulary.words(digits.X_train)
    model = networks.Transformer(N_WORDS, SIDE, width=64, heads=4, blocks=2)
    steps = networks.iterate(model, (words, words), epochs=1, batch_size=64,
                             optimizer=networks.Adam(3e-3),
                             schedule=lambda t: min(1, t / 0.1) * networks.cosine(t))
    for _ in tqdm(steps, total=-(-len(words) // 64)):
        pass
    return {"theta": model.theta, "rows": vocabulary.rows}


def train_digit_maker(digits):
    """Seven epochs of the game: ``theta``, the mean parameters of the generator."""
    rows = np.hstack([digits.X_train, np.eye(CLASSES, dtype=np.float32)[digits.y_train]])
    pair = networks.digit_duel(classes=CLASSES, average=0.999)
    for _ in tqdm(pair.train(rows, epochs=7, schedule=networks.cosine), total=7 * 468):
        pass
    return {"theta": pair.mean.theta}


def main():
    """Train all three, and write them in half precision: nobody sees the difference."""
    digits, folder = datasets.load_mnist(), datasets.DATA / "networks"
    folder.mkdir(exist_ok=True)
    for train in (train_digit_reader, train_row_writer, train_digit_maker):
        arrays = {key: array.astype(np.float16) for key, array in train(digits).items()}
        path = folder / f"{train.__name__.removeprefix('train_')}.npz"
        np.savez_compressed(path, **arrays)
        print(f"{path.name}: {path.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
