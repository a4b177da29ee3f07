"""Figures of the workbook: one function a figure, which takes and returns ``ax``.

Nothing here shows or saves. ``described`` turns a finished figure into a picture
with alt text, as the last line of a cell. Colours are told apart by the colour-blind
and in grey print: `CYCLE` is the palette of Okabe and Ito, maps are cividis, and
red-blue diverging only where a sign has to be seen.
"""

import io

import matplotlib.pyplot as plt
import numpy as np

CYCLE = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
SIGNED = "RdBu_r"
DPI = 80


def described(figure, alt, *, dpi=DPI):
    """The figure as a PNG picture with the text ``alt`` for those who cannot see it.

    Parameters
    ----------
    figure : matplotlib.figure.Figure or Axes
        Closed afterwards, so that the notebook shows it once.
    alt : str
        What the picture says, in a sentence.

    Returns
    -------
    IPython.display.Image
    """
    from IPython.display import Image

    figure = getattr(figure, "figure", figure)
    if not alt.strip():
        raise ValueError("a figure needs a text for those who cannot see it; got none")
    png = io.BytesIO()
    figure.savefig(png, format="png", dpi=dpi)
    plt.close(figure)
    return Image(png.getvalue(), format="png", alt=alt)


def axes_or_new(ax, figsize=(4.5, 3.2)):
    """``ax``, or the axes of a new figure."""
    return plt.subplots(figsize=figsize, layout="constrained")[1] if ax is None else ax


def show_image(image, *, ax=None, title="", signed=False, limit=None):
    """Draw one picture of 784 or (h, w) numbers.

    ``signed`` colours negative blue and positive red around a white 0, up to
    ``limit`` (by default the largest magnitude); otherwise ink is dark.
    """
    image = np.asarray(image)
    image = image.reshape(28, 28) if image.shape == (784,) else image
    if image.ndim != 2:
        raise ValueError(f"need a picture of 784 or (h, w) numbers; got shape {image.shape}")
    ax = axes_or_new(ax, (2, 2))
    if signed:
        limit = limit or np.abs(image).max() or 1.0
        ax.imshow(image, cmap=SIGNED, vmin=-limit, vmax=limit)
    else:
        ax.imshow(image, cmap="gray_r", vmin=0, vmax=limit or 1.0)
    ax.set(xticks=[], yticks=[])
    ax.set_title(title, fontsize=9)
    return ax


def show_images(images, *, titles=None, columns=10, signed=False, size=0.9):
    """A gallery of pictures (M, 784) or (M, h, w); returns the array of axes.

    Signed pictures share one colour range.
    """
    rows = -(-len(images) // columns)
    height = size * (1.3 if titles is not None else 1.0)
    _, axes = plt.subplots(
        rows, columns, figsize=(size * columns, height * rows), layout="constrained", squeeze=False
    )
    limit = float(np.abs(images).max()) if signed else None
    for number, ax in enumerate(axes.flat):
        if number < len(images):
            title = "" if titles is None else titles[number]
            show_image(images[number], ax=ax, title=title, signed=signed, limit=limit)
        else:
            ax.axis("off")
    return axes


def show_probabilities(p, *, label=None, ax=None):
    """Bars of the class probabilities ``p`` (K,); the class ``label`` is marked."""
    p = np.asarray(p)
    if p.ndim != 1:
        raise ValueError(f"need one row of probabilities (K,); got shape {p.shape}")
    ax = axes_or_new(ax)
    colours = [CYCLE[1] if k == label else CYCLE[0] for k in range(len(p))]
    ax.bar(range(len(p)), p, color=colours)
    ax.set(xlabel="class", ylabel="probability", ylim=(0, 1), xticks=range(len(p)))
    return ax


def show_curves(curves, *, x=None, ax=None, xlabel="epoch", ylabel="loss", log=False):
    """Lines of the sequences in ``curves``, a dict from label to numbers.

    ``x`` holds their common abscissae, numbers or words; by default 1, 2, ...
    """
    ax = axes_or_new(ax)
    styles = ("-", "--", "-.", ":")
    for number, (label, values) in enumerate(curves.items()):
        ax.plot(
            range(1, len(values) + 1) if x is None else x, values, label=label,
            marker="." if len(values) < 40 else None,
            color=CYCLE[number % len(CYCLE)], linestyle=styles[number % len(styles)],
        )
    ax.set(xlabel=xlabel, ylabel=ylabel, yscale="log" if log else "linear")
    ax.legend(frameon=False)
    return ax


def show_confusion(counts, *, ax=None):
    """Confusion matrix ``counts`` (K, K): rows are the true class, columns the predicted.

    The diagonal is left uncoloured, so that the mistakes set the colour range.
    """
    counts = np.asarray(counts)
    if counts.ndim != 2 or counts.shape[0] != counts.shape[1]:
        raise ValueError(f"need a square matrix of counts (K, K); got shape {counts.shape}")
    ax = axes_or_new(ax, (5, 4.6))
    mistakes = np.where(np.eye(len(counts), dtype=bool), 0, counts)
    ax.imshow(mistakes, cmap="cividis_r")
    for (i, j), count in np.ndenumerate(counts):
        dark = i != j and count > mistakes.max() / 2
        ax.text(j, i, int(count), ha="center", va="center", fontsize=8, color="w" if dark else "k",
                weight="bold" if i == j else "normal")
    ticks = range(len(counts))
    ax.set(xlabel="predicted class", ylabel="true class", xticks=ticks, yticks=ticks)
    return ax


def tile(pictures, columns, *, gap=1):
    """Pictures (M, 784) side by side as one array, ``gap`` pixels of nan between them."""
    pictures = np.asarray(pictures)
    if pictures.ndim != 2 or pictures.shape[1] != 784 or len(pictures) % columns:
        raise ValueError(
            f"need pictures (M, 784), M a multiple of {columns}; got shape {pictures.shape}"
        )
    side = 28 + gap
    sheet = np.full((len(pictures) // columns, side, columns, side), np.nan, pictures.dtype)
    sheet[:, :28, :, :28] = pictures.reshape(-1, columns, 28, 28).swapaxes(1, 2)
    return sheet.reshape(len(sheet) * side, columns * side)[:-gap or None, :-gap or None]


def show_tensor(T, *, name="T", indices="trj"):
    """Slices ``T[0], T[1], ...`` of a tensor (K, n, m) side by side, numbers written in.

    ``indices`` names the three indices; ``name``, in TeX, says what the entries are.
    Entries that are exactly or nearly 0 are left blank. Returns the array of axes.
    """
    T = np.asarray(T)
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
    figure.suptitle(f"${name}$", fontsize=10)
    return axes
