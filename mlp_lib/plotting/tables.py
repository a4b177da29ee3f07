"""Numbers in tables: matrices, tensors and confusions, entry by entry."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import LinearSegmentedColormap, to_rgb

from mlp_lib.plotting.base import CYCLE, PAPER, SIGNED, axes_or_new


def show_confusion(counts, *, ax=None):
    """Confusion matrix ``counts`` (K, K): rows are the true class, columns the predicted.

    The diagonal is left uncoloured, so that the mistakes set the colour range; none is as pale as
    the page, the most are dark.
    """
    counts = np.asarray(counts)
    if counts.ndim != 2 or counts.shape[0] != counts.shape[1]:
        raise ValueError(f"need a square matrix of counts (K, K); got shape {counts.shape}")
    ax = axes_or_new(ax, (5, 4.6))
    mistakes = np.ma.masked_array(counts, np.eye(len(counts), dtype=bool))
    colours = LinearSegmentedColormap.from_list("mistakes", [PAPER, CYCLE[0], "#00224e"])
    ax.imshow(mistakes, cmap=colours)
    for (i, j), count in np.ndenumerate(counts):
        dark = i != j and count >= mistakes.max() / 2 > 0
        ax.text(j, i, int(count), ha="center", va="center", fontsize=8, color="w" if dark else "k",
                weight="bold" if i == j else "normal")
    ticks = range(len(counts))
    ax.set(xlabel="predicted class", ylabel="true class", xticks=ticks, yticks=ticks)
    return ax


def show_tensor(T, *, name="T", indices="trj"):
    """Slices ``T[0], T[1], ...`` of a tensor (K, n, m) side by side, numbers written in.

    ``indices`` names the three indices; ``name``, in TeX, says what the entries are.
    Entries that are exactly or nearly 0 are left blank. Returns the array of axes.
    """
    T = np.asarray(T, float)
    if T.ndim != 3 or len(indices) != 3:
        raise ValueError(f"need a tensor with 3 indices; got shape {T.shape}, indices {indices!r}")
    size = (max(1.5, 0.45 * T.shape[2]) * len(T) + 1, 0.32 * T.shape[1] + 0.9)
    figure, axes = plt.subplots(
        1, len(T), figsize=size, layout="constrained", sharey=True, squeeze=False
    )
    axes, limit = axes[0], np.abs(T).max() or 1.0
    for number, (ax, matrix) in enumerate(zip(axes, T)):
        ax.imshow(matrix, cmap=SIGNED, vmin=-limit, vmax=limit, aspect="auto")
        for (row, column), value in np.ndenumerate(matrix):
            if abs(value) > 1e-12 * limit:
                dark = abs(value) > 0.6 * limit
                ax.text(column, row, f"{value:.2f}", ha="center", va="center", fontsize=8,
                        color="w" if dark else "k")
        ax.set_title(f"${indices[0]} = {number}$", fontsize=9)
        ax.set(xlabel=f"${indices[2]}$", xticks=range(T.shape[2]), yticks=range(T.shape[1]))
    axes[0].set_ylabel(f"${indices[1]}$")
    figure.suptitle(f"${name}$", fontsize=12)
    return axes


def show_blocks(T, *, upper=("i_1", "i_2"), lower=("j_1", "j_2"), lit=None, ax=None):
    """A tensor (a, b, c, d) as an a x b grid of its matrices ``T[i1, i2]`` (c, d).

    Indices count from 1, as on paper. The numbers are written in; entries that are
    exactly or nearly 0 are left blank. ``lit`` (j1, j2), counted from 0, is framed in every
    block.
    """
    T = np.asarray(T, float)
    if T.ndim != 4:
        raise ValueError(f"need a tensor with 4 indices; got shape {T.shape}")
    a, b, c, d = T.shape
    ax = axes_or_new(ax, (0.5 * b * (d + 1) + 0.8, 0.27 * a * (c + 1) + 0.8))
    sheet, limit = np.full((a, c + 1, b, d + 1), np.nan), np.abs(T).max() or 1.0
    sheet[:, :c, :, :d] = T.transpose(0, 2, 1, 3)
    sheet = sheet.reshape(a * (c + 1), b * (d + 1))[:-1, :-1]
    sheet[np.abs(sheet) <= 1e-9 * limit] = np.nan  # nothing is painted there
    ax.imshow(sheet, cmap=SIGNED, vmin=-limit, vmax=limit, aspect="auto")
    for (row, column), value in np.ndenumerate(sheet):
        if not np.isnan(value):
            ax.text(column, row, f"{value:.1f}", ha="center", va="center", fontsize=8,
                    color="w" if abs(value) > 0.6 * limit else "k")
    edges = np.arange(a) * (c + 1) - 0.5, np.arange(b) * (d + 1) - 0.5
    for top in edges[0]:
        for left in edges[1]:
            frame = plt.Rectangle((left, top), d, c, fill=False, linewidth=0.8, clip_on=False)
            ax.add_patch(frame)
            if lit is not None:
                corner = left + lit[1], top + lit[0]
                ax.add_patch(plt.Rectangle(corner, 1, 1, fill=False, color=CYCLE[1], linewidth=3))
    ax.spines[:].set_visible(False)
    ax.tick_params(length=0)
    ax.set_yticks(edges[0] + c / 2, [f"${upper[0]} = {i + 1}$" for i in range(a)])
    ax.set_xticks(edges[1] + d / 2, [f"${upper[1]} = {i + 1}$" for i in range(b)])
    ax.set(xlabel=f"in each block: ${lower[0]}$ down, ${lower[1]}$ across")
    return ax


def show_labels(labels, *, ax=None, xlabel="column", ylabel="row"):
    """A table (n, m) of words, the same word always in the same colour; "" stays empty."""
    labels = np.asarray(labels, str)
    if labels.ndim != 2:
        raise ValueError(f"need a table of words (n, m); got shape {labels.shape}")
    ax = axes_or_new(ax, (0.42 * labels.shape[1] + 1, 0.36 * labels.shape[0] + 0.8))
    words = [word for word in dict.fromkeys(labels.ravel().tolist()) if word]
    colours = np.zeros((*labels.shape, 4))  # an empty place is as the page
    for number, word in enumerate(words):
        pale = 0.45 * np.array(to_rgb(CYCLE[number % len(CYCLE)])) + 0.55
        colours[labels == word] = (*pale, 1)
    ax.imshow(colours, aspect="equal")
    for (row, column), word in np.ndenumerate(labels):
        ax.text(column, row, str(word), ha="center", va="center", fontsize=9)
    ax.set(xlabel=xlabel, ylabel=ylabel, xticks=range(labels.shape[1]),
           yticks=range(labels.shape[0]))
    return ax


def show_matrices(matrices):
    """Matrices side by side with their numbers, in one colour range.

    ``matrices`` is a dict from a name in TeX, without the dollar signs, to an array (n, m).
    Entries that are exactly 0 are left blank. Returns the array of axes.
    """
    arrays = [np.asarray(matrix, float) for matrix in matrices.values()]
    if any(matrix.ndim != 2 for matrix in arrays):
        raise ValueError(f"need matrices (n, m); got shapes {[a.shape for a in arrays]}")
    widths = [matrix.shape[1] for matrix in arrays]
    size = (0.46 * sum(widths) + 0.5 * len(widths), 0.3 * max(len(a) for a in arrays) + 0.6)
    _, axes = plt.subplots(1, len(widths), figsize=size, layout="constrained", squeeze=False,
                           width_ratios=widths)
    limit = max(np.abs(matrix).max() for matrix in arrays) or 1.0
    for ax, name, matrix in zip(axes[0], matrices, arrays):
        ax.imshow(np.ma.masked_equal(matrix, 0), cmap=SIGNED, vmin=-limit, vmax=limit,
                  aspect="auto")
        for (row, column), value in np.ndenumerate(matrix):
            if value:
                ax.text(column, row, f"{value:.2f}", ha="center", va="center", fontsize=8,
                        color="w" if abs(value) > 0.6 * limit else "k")
        ax.set(xticks=[], yticks=[])
        ax.set_title(f"${name}$", fontsize=11)
    return axes[0]
