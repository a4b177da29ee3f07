"""Rows of digits as words: each row of pixels becomes the number of the most like of some rows."""

import numpy as np

from mlp_lib import browser

_ROUNDS, _ROWS_FOR_A_WORD, _AT_ONCE = 8, browser.suits(12, 2), 40_000


class RowWords:
    """A vocabulary of rows.

    Parameters
    ----------
    rows : (V, side) array_like of float
        Row v is what word v looks like.
    """

    def __init__(self, rows):
        self.rows = np.array(rows, np.float32)
        self.side = self.rows.shape[1]

    def __len__(self):
        return len(self.rows)

    def words(self, pictures):
        """The word of each row of the pictures, (N, side**2), top to bottom: (N, side) of int."""
        pictures = np.asarray(pictures, np.float32)
        if pictures.ndim != 2 or pictures.shape[1] != self.side**2:
            raise ValueError(f"need pictures (N, {self.side**2}); got shape {pictures.shape}")
        return nearest(pictures.reshape(-1, self.side), self.rows).reshape(-1, self.side)

    def pictures(self, words):
        """What words (N, side) look like, one row below the other: (N, side**2)."""
        words = np.asarray(words, int)
        if words.ndim != 2 or words.shape[1] != self.side:
            raise ValueError(f"need words (N, {self.side}); got shape {words.shape}")
        return self.rows[words].reshape(len(words), -1)


def row_words(pictures, n_words=512, *, rng=0):
    """The rows of pictures sorted into ``n_words`` groups; the mean of a group is a word.

    Groups and means are found in turn, a few times (k-means), on a share of the rows. Word 0 is
    the row without ink; the others follow by their ink.

    Parameters
    ----------
    pictures : (N, side**2) array_like of float
    n_words : int
        2 or more.
    rng : int
        Seed of the rows that are looked at, and of the first means.

    Returns
    -------
    RowWords

    Raises
    ------
    ValueError
        If the pictures have fewer rows with ink than ``n_words``.
    """
    pictures, rng = np.asarray(pictures, np.float32), np.random.default_rng(rng)
    side = round(pictures.shape[1] ** 0.5)
    some = rng.permutation(len(pictures))[: _ROWS_FOR_A_WORD * n_words]
    rows = pictures[some].reshape(-1, side)
    rows = rows[rows.any(axis=1)][: 20 * _ROWS_FOR_A_WORD * n_words]
    if not 2 <= n_words <= len(rows):
        raise ValueError(f"need 2 words or more, and {n_words} rows with ink for them; "
                         f"got {len(rows)}")
    means = rows[rng.choice(len(rows), n_words - 1, replace=False)]
    for _ in range(_ROUNDS):
        means = means_of_groups(rows, nearest(rows, means), means)
    means = means[np.argsort(means.sum(axis=1), kind="stable")]
    return RowWords(np.vstack([np.zeros((1, side), np.float32), means]))


def nearest(rows, means):
    """For each row the number of the mean that is nearest to it: (N,) of int."""
    half = (means * means).sum(axis=1) / 2
    parts = (rows[i : i + _AT_ONCE] for i in range(0, len(rows), _AT_ONCE))
    return np.concatenate([np.argmax(part @ means.T - half, axis=1) for part in parts])


def means_of_groups(rows, groups, before):
    """Mean row of each group; of an empty one what it was before."""
    counts = np.bincount(groups, minlength=len(before))
    sums = np.stack([np.bincount(groups, column, len(before)) for column in rows.T], axis=1)
    means = before.copy()
    means[counts > 0] = sums[counts > 0] / counts[counts > 0, None]
    return means
