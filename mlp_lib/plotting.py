"""Figures of the workbook: one function a figure, which takes and returns ``ax``.

Nothing here shows or saves. ``described`` turns a finished figure into a picture
with alt text, as the last line of a cell. Colours are told apart by the colour-blind
and in grey print: `CYCLE` is the palette of Okabe and Ito, maps are cividis, and
red-blue diverging only where a sign has to be seen.
"""

import io
import itertools

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.colors import to_rgb

CYCLE = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
SIGNED = "RdBu_r"
DPI = 80


def described(figure, alt, *, dpi=DPI, colours=None):
    """The figure as a PNG picture with the text ``alt`` for those who cannot see it.

    Parameters
    ----------
    figure : matplotlib.figure.Figure or Axes
        Closed afterwards, so that the notebook shows it once.
    alt : str
        What the picture says, in a sentence.
    dpi : float
        Pixels an inch.
    colours : int, optional
        Keep only so many, up to 256: a photograph then takes a third of the bytes.

    Returns
    -------
    IPython.display.Image
        Its display metadata carry ``alt``.

    Raises
    ------
    ValueError
        If ``alt`` is empty.
    """
    from IPython.display import Image

    figure = getattr(figure, "figure", figure)
    if not alt.strip():
        raise ValueError("a figure needs a text for those who cannot see it; got none")
    png = io.BytesIO()
    figure.savefig(png, format="png", dpi=dpi)
    plt.close(figure)
    content = png.getvalue() if colours is None else _with_few_colours(png, colours)
    return Image(content, format="png", alt=alt)


def _with_few_colours(png, colours):
    from PIL import Image

    few = io.BytesIO()
    picture = Image.open(png).convert("RGB")
    picture.quantize(colours, dither=Image.Dither.NONE).save(few, "PNG", optimize=True)
    return few.getvalue()


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
    """A gallery of pictures (M, 784) or (M, h, w), M > 0; returns the array of axes.

    Signed pictures share one colour range.
    """
    if np.ndim(images) not in (2, 3) or not len(images):
        raise ValueError(f"need pictures (M, 784) or (M, h, w); got shape {np.shape(images)}")
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
    figure.suptitle(f"${name}$", fontsize=12)
    return axes


def show_blocks(T, *, upper=("i_1", "i_2"), lower=("j_1", "j_2"), ax=None):
    """A tensor (a, b, c, d) as an a x b grid of its matrices ``T[i1, i2]`` (c, d).

    Indices count from 1, as on paper. The numbers are written in; entries that are
    exactly or nearly 0 are left blank.
    """
    T = np.asarray(T)
    if T.ndim != 4:
        raise ValueError(f"need a tensor with 4 indices; got shape {T.shape}")
    a, b, c, d = T.shape
    ax = axes_or_new(ax, (0.5 * b * (d + 1) + 0.8, 0.27 * a * (c + 1) + 0.8))
    sheet, limit = np.full((a, c + 1, b, d + 1), np.nan), np.abs(T).max() or 1.0
    sheet[:, :c, :, :d] = T.transpose(0, 2, 1, 3)
    sheet = sheet.reshape(a * (c + 1), b * (d + 1))[:-1, :-1]
    ax.imshow(sheet, cmap=SIGNED, vmin=-limit, vmax=limit, aspect="auto")
    for (row, column), value in np.ndenumerate(sheet):
        if abs(value) > 1e-9 * limit:
            ax.text(column, row, f"{value:.1f}", ha="center", va="center", fontsize=8,
                    color="w" if abs(value) > 0.6 * limit else "k")
    edges = np.arange(a) * (c + 1) - 0.5, np.arange(b) * (d + 1) - 0.5
    for top in edges[0]:
        for left in edges[1]:
            frame = plt.Rectangle((left, top), d, c, fill=False, linewidth=0.8, clip_on=False)
            ax.add_patch(frame)
    ax.spines[:].set_visible(False)
    ax.tick_params(length=0)
    ax.set_yticks(edges[0] + c / 2, [f"${upper[0]} = {i + 1}$" for i in range(a)])
    ax.set_xticks(edges[1] + d / 2, [f"${upper[1]} = {i + 1}$" for i in range(b)])
    ax.set(xlabel=f"in each block: ${lower[0]}$ down, ${lower[1]}$ across")
    return ax


def show_gaussian(mu, Sigma, *, radius=2.0, ax=None, **style):
    """Ellipse of the points that lie ``radius`` standard deviations from ``mu`` (2,)."""
    mu, Sigma = np.asarray(mu), np.asarray(Sigma)
    if mu.shape != (2,) or Sigma.shape != (2, 2):
        raise ValueError(f"need mu (2,), Sigma (2, 2); got {mu.shape}, {Sigma.shape}")
    if ax is None:
        ax = axes_or_new(None, (4, 4))
        ax.set(xlabel="$x_1$", ylabel="$x_2$")
    angle = np.linspace(0, 2 * np.pi, 181)
    circle = np.array([np.cos(angle), np.sin(angle)])
    ax.plot(*(mu[:, None] + radius * np.linalg.cholesky(Sigma) @ circle), **style)
    return ax


def show_secants(f, a, steps, slope, *, x, ax=None):
    """Graph of ``f`` over the numbers ``x``, secants from ``a`` to ``a + h``, and the tangent.

    ``steps`` holds the ``h``; ``slope`` is the slope of the tangent at ``a``.
    """
    ax, x = axes_or_new(ax), np.asarray(x)
    ax.plot(x, f(x), color="k", label="$f$")
    for number, h in enumerate(steps):
        rise = (f(a + h) - f(a)) / h
        colour = CYCLE[number % len(CYCLE)]
        ax.axline((a, f(a)), slope=rise, color=colour, linestyle="--",
                  label=f"$h={h:g}$: slope {rise:g}")
        ax.plot(a + h, f(a + h), "o", color=colour)
    ax.axline((a, f(a)), slope=slope, color="k", linewidth=2.5, alpha=0.5,
              label=f"tangent: slope {slope:g}")
    ax.plot(a, f(a), "ok")
    ax.set(xlabel="$x$", ylabel="$f(x)$", xlim=(x.min(), x.max()))
    ax.legend(frameon=False, fontsize=8)
    return ax


def show_plane_map(transform, *, ax=None, reach=2):
    """Grid of the plane, and where ``transform`` ((N, 2) to (N, 2)) puts it.

    The grid has whole numbers up to ``reach``. The two unit arrows are drawn where they
    start and where they end up.
    """
    ax = axes_or_new(ax, (4.5, 4.2))
    ticks, along = np.arange(-reach, reach + 1), np.linspace(-reach, reach, 50)
    for flip in (False, True):
        for tick in ticks:
            line = np.column_stack([np.full_like(along, tick), along])
            line = line[:, ::-1] if flip else line
            ax.plot(*line.T, color="0.75", linewidth=0.8, zorder=1)
            ax.plot(*transform(line).T, color=CYCLE[5], linewidth=1, zorder=2)
    start = transform(np.zeros((1, 2)))[0]
    for e, colour in zip(np.eye(2), CYCLE):
        for tail, tip, tint in (((0, 0), e, "0.5"), (start, transform(e[None])[0], colour)):
            ax.annotate("", tip, tail, arrowprops={"arrowstyle": "-|>", "color": tint, "lw": 2})
    ax.set(xlabel="$x_1$", ylabel="$x_2$", aspect="equal")
    return ax


def show_landscape(f, *, x=(-2, 2), y=(-1, 1), levels=24, ax=None):
    """Filled level lines of ``f``, which takes all points (..., 2) at once; dark is low."""
    ax = axes_or_new(ax, (6, 3.6))
    grid = np.stack(np.meshgrid(np.linspace(*x, 200), np.linspace(*y, 200)), axis=-1)
    values = f(grid)
    filled = ax.contourf(*np.moveaxis(grid, -1, 0), values, levels, cmap="cividis")
    ax.contour(filled, colors="k", linewidths=0.4, alpha=0.5)
    ax.figure.colorbar(filled, ax=ax, label="$f$")
    ax.set(xlabel="$x_1$", ylabel="$x_2$")
    return ax


def show_paths(paths, *, ax, color="w"):
    """Paths (T, 2) of a descent: a ring where each starts, a cross where it ends."""
    for path in map(np.asarray, paths):
        if path.ndim != 2 or path.shape[1] != 2 or not len(path):
            raise ValueError(f"need paths (T, 2); got one of shape {path.shape}")
        ax.plot(*path.T, ".-", color=color, linewidth=1, markersize=3)
        ax.plot(*path[0], "o", markerfacecolor="none", markeredgecolor=color, markersize=8)
        ax.plot(*path[-1], "X", color=CYCLE[1], markeredgecolor="w", markersize=9)
    return ax


def show_regions(predict, X, labels, ax=None, *, steps=200):
    """Points ``X`` (N, 2) by class, on the regions where ``predict`` gives each class.

    Parameters
    ----------
    predict : callable
        Classes (M,), ``0 .. K-1``, of points (M, 2).
    X : (N, 2) array_like of float
    labels : (N,) array_like of int
        True classes, at most 7; each has its colour and its marker.
    ax : matplotlib.axes.Axes, optional
    steps : int
        Points of the grid in each direction.

    Raises
    ------
    ValueError
        If ``X`` is not in the plane, or ``labels`` are not one a point in ``0 .. 6``.
    """
    X, labels = np.asarray(X), np.asarray(labels)
    if X.ndim != 2 or X.shape[1] != 2 or labels.shape != X.shape[:1]:
        raise ValueError(f"need X (N, 2) and labels (N,); got {X.shape}, {labels.shape}")
    if labels.min() < 0 or labels.max() >= len(CYCLE):
        raise ValueError(f"need labels in 0..{len(CYCLE) - 1}; got {labels.min()}..{labels.max()}")
    ax = axes_or_new(ax, (4, 4))
    low, high = X.min(axis=0) - 0.4, X.max(axis=0) + 0.4
    grid = np.stack(np.meshgrid(*np.linspace(low, high, steps).T), axis=-1)
    colours = np.array([to_rgb(colour) for colour in CYCLE])
    regions = colours[np.asarray(predict(grid.reshape(-1, 2)))].reshape(steps, steps, 3)
    ax.imshow(1 - 0.35 * (1 - regions), extent=(low[0], high[0], low[1], high[1]), origin="lower")
    for k in range(labels.max() + 1):
        ax.scatter(*X[labels == k].T, s=22, color=CYCLE[k], marker="os^DvPX"[k], edgecolor="w",
                   linewidth=0.5, label=f"{k}")
    ax.set(xlabel="$x_1$", ylabel="$x_2$")
    return ax


def show_layers(sizes, names=(), *, ax=None):
    """A network as it is usually drawn: a circle a unit, a line a weight.

    ``sizes`` holds the units of the input, of each hidden layer and of the output;
    ``names`` their labels, written below.
    """
    ax = axes_or_new(ax, (1.3 * len(sizes), 2.6))
    places = [[(x, (n - 1) / 2 - i) for i in range(n)] for x, n in enumerate(sizes)]
    for x in range(len(sizes) - 1):
        for ends in itertools.product(places[x], places[x + 1]):
            ax.plot(*zip(*ends), color="0.6", linewidth=0.7, zorder=1)
    for x, units in enumerate(places):
        ax.scatter(*zip(*units), s=130, color="w" if x == 0 else CYCLE[0], edgecolor="k", zorder=2)
    for x, name in enumerate(names):
        ax.text(x, -max(sizes) / 2 - 0.3, name, ha="center", va="top", fontsize=9)
    ax.set(xlim=(-0.5, len(sizes) - 0.5), ylim=(-max(sizes) / 2 - 1, max(sizes) / 2))
    ax.axis("off")
    return ax


def show_graph(nodes, forward, backward, parameters=None, *, ax=None):
    """Computation graph of a chain: values go to the right, slopes of the loss to the left.

    Parameters
    ----------
    nodes : sequence of K str
        Names of the values, in TeX without the dollar signs.
    forward, backward : sequences of K - 1 str
        What each arrow computes; by what it multiplies the slope on the way back.
    parameters : dict of int to pair of str, optional
        What enters node k from above, and the slopes of the loss in it.
    ax : matplotlib.axes.Axes, optional

    Raises
    ------
    ValueError
        If the arrows are not one fewer than the nodes.
    """
    if not len(forward) == len(backward) == len(nodes) - 1:
        raise ValueError(f"need {len(nodes) - 1} arrows each way between {len(nodes)} nodes; "
                         f"got {len(forward)} and {len(backward)}")
    ax = axes_or_new(ax, (1.6 * len(nodes), 2.2))
    box = {"boxstyle": "circle,pad=0.35", "facecolor": "w", "edgecolor": "k"}
    for k, name in enumerate(nodes):
        ax.text(k, 0, f"${name}$", ha="center", va="center", fontsize=13, bbox=box)
    for k, labels in enumerate(zip(forward, backward)):
        for label, side, colour in zip(labels, (1, -1), CYCLE):
            ends = (k + 0.5 - 0.32 * side, 0.13 * side), (k + 0.5 + 0.32 * side, 0.13 * side)
            ax.annotate("", ends[1], ends[0], arrowprops={"arrowstyle": "-|>", "color": colour})
            ax.text(k + 0.5, 0.2 * side, f"${label}$", ha="center", color=colour, fontsize=11,
                    va="bottom" if side > 0 else "top")
    for k, (name, slopes) in (parameters or {}).items():
        ax.annotate("", (k, 0.3), (k, 0.72), arrowprops={"arrowstyle": "-|>", "color": CYCLE[0]})
        ax.text(k, 0.75, f"${name}$", ha="center", va="bottom", color=CYCLE[0], fontsize=12)
        ax.text(k + 0.06, 0.5, f"${slopes}$", ha="left", va="center", color=CYCLE[1], fontsize=12)
    ax.set(xlim=(-0.4, len(nodes) - 0.6), ylim=(-0.55, 1.05))
    ax.axis("off")
    return ax


def unit_lines(W, b, *, reach=20.0):
    """Segments (M, 2, 2) of the plane on which ``x @ W + b`` is 0: one a unit, two ends each.

    ``W`` (2, M) and ``b`` (M,) belong to a layer on points (N, 2); each segment reaches
    that far both ways from the point of its line that is nearest to the origin.
    """
    W, b = np.asarray(W), np.asarray(b)
    if W.ndim != 2 or len(W) != 2 or b.shape != W.shape[1:]:
        raise ValueError(f"need W (2, M) and b (M,); got {W.shape}, {b.shape}")
    length = np.maximum(np.linalg.norm(W, axis=0), 1e-12)
    foot = (-b * W / length**2).T
    along = reach * np.stack([-W[1], W[0]], axis=1) / length[:, None]
    return np.stack([foot - along, foot + along], axis=1)


def show_unit_lines(W, b, *, ax):
    """Where each unit of a first layer ``W`` (2, M), ``b`` (M,) is 0; the limits of ``ax`` stay."""
    ax.add_collection(LineCollection(unit_lines(W, b), colors="k", linewidths=0.8), autolim=False)
    return ax


def show_labels(labels, *, ax=None, xlabel="column", ylabel="row"):
    """A table (n, m) of words, the same word always in the same colour; "" stays empty."""
    labels = np.asarray(labels, str)
    if labels.ndim != 2:
        raise ValueError(f"need a table of words (n, m); got shape {labels.shape}")
    ax = axes_or_new(ax, (0.42 * labels.shape[1] + 1, 0.36 * labels.shape[0] + 0.8))
    words = [word for word in dict.fromkeys(labels.ravel().tolist()) if word]
    colours = np.ones((*labels.shape, 3))
    for number, word in enumerate(words):
        colours[labels == word] = 0.45 * np.array(to_rgb(CYCLE[number % len(CYCLE)])) + 0.55
    ax.imshow(colours, aspect="equal")
    for (row, column), word in np.ndenumerate(labels):
        ax.text(column, row, str(word), ha="center", va="center", fontsize=9)
    ax.set(xlabel=xlabel, ylabel=ylabel, xticks=range(labels.shape[1]),
           yticks=range(labels.shape[0]))
    return ax


def show_matrices(matrices, *, form="{:.2f}"):
    """Matrices side by side with their numbers, in one colour range.

    ``matrices`` is a dict from a name in TeX, without the dollar signs, to an array (n, m).
    Entries that are exactly 0 are left blank. Returns the array of axes.
    """
    arrays = [np.asarray(matrix) for matrix in matrices.values()]
    if any(matrix.ndim != 2 for matrix in arrays):
        raise ValueError(f"need matrices (n, m); got shapes {[a.shape for a in arrays]}")
    widths = [matrix.shape[1] for matrix in arrays]
    size = (0.46 * sum(widths) + 0.5 * len(widths), 0.3 * max(len(a) for a in arrays) + 0.6)
    _, axes = plt.subplots(1, len(widths), figsize=size, layout="constrained", squeeze=False,
                           width_ratios=widths)
    limit = max(np.abs(matrix).max() for matrix in arrays) or 1.0
    for ax, name, matrix in zip(axes[0], matrices, arrays):
        ax.imshow(matrix, cmap=SIGNED, vmin=-limit, vmax=limit, aspect="auto")
        for (row, column), value in np.ndenumerate(matrix):
            if value:
                ax.text(column, row, form.format(value), ha="center", va="center", fontsize=8,
                        color="w" if abs(value) > 0.6 * limit else "k")
        ax.set(xticks=[], yticks=[])
        ax.set_title(f"${name}$", fontsize=11)
    return axes[0]


def show_arrows(arrows, *, ax, tail=(0, 0)):
    """Arrows from ``tail``; ``arrows`` is a dict from a name in TeX to a tip (2,) beyond it."""
    for number, (name, tip) in enumerate(arrows.items()):
        if np.shape(tip) != (2,):
            raise ValueError(f"need tips (2,); got shape {np.shape(tip)} for {name!r}")
        tip = np.add(tail, tip)
        ax.annotate("", tip, tail, arrowprops={"arrowstyle": "-|>", "lw": 2, "shrinkA": 0,
                    "shrinkB": 0, "color": CYCLE[number % len(CYCLE)]})
        beyond = 0.05 * abs(np.subtract(*ax.get_xlim())) / max(np.linalg.norm(tip - tail), 1e-12)
        at = tip + beyond * (tip - tail)
        ax.text(*at, f"${name}$", ha="center", va="center", color=CYCLE[number % len(CYCLE)],
                bbox={"facecolor": "w", "edgecolor": "none", "pad": 0.5, "alpha": 0.7})
    return ax


def show_circle_map(A, *, axes=None):
    """The unit circle, and the ellipse that ``A`` (2, 2) makes of it; returns both axes.

    Left the right singular vectors, right what becomes of them: the half axes.
    """
    A = np.asarray(A, dtype=float)
    if A.shape != (2, 2):
        raise ValueError(f"need a matrix (2, 2); got shape {A.shape}")
    if axes is None:
        _, axes = plt.subplots(1, 2, figsize=(8, 3.6), layout="constrained")
    U, s, Vt = np.linalg.svd(A)
    signs = np.where(np.diag(Vt) < 0, -1, 1)  # v1 to the right, v2 up
    U, Vt = U * signs, signs[:, None] * Vt
    angle = np.linspace(0, 2 * np.pi, 181)
    circle = np.array([np.cos(angle), np.sin(angle)])
    reach = 1.25 * max(s[0], 1)
    for ax, curve in zip(axes, (circle, A @ circle)):
        ax.plot(*curve, color="0.5", linewidth=1.5)
        ax.set(xlim=(-reach, reach), ylim=(-reach, reach), aspect="equal",
               xlabel="first coordinate", ylabel="second coordinate")
    show_arrows({"v_1": Vt[0], "v_2": Vt[1]}, ax=axes[0])
    show_arrows({r"\sigma_1u_1": s[0] * U[:, 0], r"\sigma_2u_2": s[1] * U[:, 1]}, ax=axes[1])
    return axes


def show_points(X, labels, *, ax=None, names=None, size=16):
    """Points ``X`` (N, 2), each class of ``labels`` (N,) with its colour and its marker.

    ``names`` are the words of the legend, in the order of the sorted classes, of which
    there are 7 at most.
    """
    X, labels = np.asarray(X), np.asarray(labels)
    classes = np.unique(labels)
    if X.ndim != 2 or X.shape[1] != 2 or labels.shape != X.shape[:1] or len(classes) > len(CYCLE):
        raise ValueError(f"need X (N, 2), labels (N,), at most {len(CYCLE)} classes; "
                         f"got {X.shape}, {labels.shape}, {len(classes)}")
    ax = axes_or_new(ax, (4.5, 4))
    for number, k in enumerate(classes):
        ax.scatter(*X[labels == k].T, s=size, color=CYCLE[number], marker="os^DvPX"[number],
                   alpha=0.7, linewidth=0, label=f"{k}" if names is None else names[number])
    ax.set(xlabel="$x_1$", ylabel="$x_2$")
    ax.legend(frameon=False)
    return ax


def show_lines(lines, *, ax):
    """Lines of the plane, a dict from a label to a normal (2,) and the ``n @ x`` of its points."""
    for number, (label, (normal, offset)) in enumerate(lines.items()):
        normal = np.asarray(normal)
        if normal.shape != (2,) or not normal.any():
            raise ValueError(f"need normals (2,) other than 0; got {normal.tolist()} for {label!r}")
        foot = offset * normal / (normal @ normal)
        along = np.array([-normal[1], normal[0]])
        ax.axline(foot, foot + along, label=label, color=CYCLE[(number + 1) % len(CYCLE)],
                  linestyle=("-", "--", "-.")[number % 3], linewidth=2)
    ax.legend(frameon=False)
    return ax


def show_photograph(picture, *, ax=None, title=""):
    """A photograph, (h, w) grey or (h, w, 3) in colour: bytes, or numbers from 0 to 1."""
    picture = np.asarray(picture)
    if picture.ndim not in (2, 3) or (picture.ndim == 3 and picture.shape[2] != 3):
        raise ValueError(f"need a picture (h, w) or (h, w, 3); got shape {picture.shape}")
    ax = axes_or_new(ax, (4.5, 3.6))
    high = 255 if picture.dtype == np.uint8 else 1.0
    ax.imshow(np.clip(picture, 0, high), cmap="gray", vmin=0, vmax=high)
    ax.set(xticks=[], yticks=[])
    ax.set_title(title, fontsize=9)
    return ax


def side_by_side(first, second, *, gap=12):
    """Both photographs on one white sheet, and where the second one's first pixel lies on it.

    Parameters
    ----------
    first, second : (h, w, 3) array_like of float in [0, 1]
        Their sizes may differ.
    gap : int
        White columns between them.

    Returns
    -------
    sheet : (max h, w + gap + w', 3) ndarray
    shift : (2,) ndarray
        To be added to points (x, y) of ``second``, pixels, y down.

    Raises
    ------
    ValueError
        If one of them is no picture of three colours.
    """
    first, second = np.asarray(first), np.asarray(second)
    if any(picture.ndim != 3 or picture.shape[2] != 3 for picture in (first, second)):
        raise ValueError(f"need pictures (h, w, 3); got {first.shape}, {second.shape}")
    (h, w), (height, width) = first.shape[:2], second.shape[:2]
    sheet = np.ones((max(h, height), w + gap + width, 3), np.float32)
    sheet[:h, :w], sheet[:height, w + gap:] = first, second
    return sheet, np.array([w + gap, 0])


def show_matches(first, second, src, dst, *, right=None, ax=None):
    """Two photographs side by side, pale, and a line for each pair of points (N, 2), (N, 2).

    ``right`` (N,) of bool draws the right pairs in blue and the others in red.
    """
    src, dst = np.asarray(src), np.asarray(dst)
    if src.shape != dst.shape or src.shape[1:] != (2,):
        raise ValueError(f"need points src and dst, both (N, 2); got {src.shape}, {dst.shape}")
    sheet, shift = side_by_side(first, second)
    sheet = 0.5 + sheet.mean(axis=2) / 2
    ax = show_photograph(sheet, ax=axes_or_new(ax, (8, 8 * len(sheet) / sheet.shape[1])))
    right = np.ones(len(src), bool) if right is None else np.asarray(right, bool)
    lines = np.stack([src, dst + shift], axis=1)
    for chosen, colour in ((~right, CYCLE[1]), (right, CYCLE[0])):
        ax.add_collection(LineCollection(lines[chosen], colors=colour, linewidths=0.7),
                          autolim=False)
        ax.scatter(*lines[chosen].reshape(-1, 2).T, s=5, color=colour, linewidth=0, zorder=3)
    return ax
