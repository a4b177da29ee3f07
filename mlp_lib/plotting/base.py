"""What every figure shares: the palette, alt text, and axes to draw in."""

import io

import matplotlib.pyplot as plt
from matplotlib.colors import to_rgb

CYCLE = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
SIGNED = "RdBu_r"
DPI = 80
PAPER = "#ebe9e4"  # ground of a stored figure: a soft card, which does not glare in a dark theme


def _with_few_colours(png, colours):
    """The PNG with a palette of its own; those of `CYCLE` are always in it."""
    from PIL import Image

    few, ours = io.BytesIO(), [round(255 * part) for hue in CYCLE for part in to_rgb(hue)]
    picture, palette = Image.open(png).convert("RGB"), Image.new("P", (1, 1))
    found = picture.quantize(colours - len(CYCLE), dither=Image.Dither.NONE).getpalette()
    palette.putpalette(found[: 3 * (colours - len(CYCLE))] + ours)
    picture.quantize(palette=palette, dither=Image.Dither.NONE).save(few, "PNG", optimize=True)
    return few.getvalue()


def described(figure, alt, *, dpi=DPI, colours=None):
    """The figure as a PNG picture with the text ``alt`` for those who cannot see it.

    A stored picture cannot know the theme of the page, and on no ground at all its letters would
    vanish in one of the two. So white grounds become `PAPER`, in both.

    Parameters
    ----------
    figure : matplotlib.figure.Figure or Axes
        Closed afterwards, so that the notebook shows it once.
    alt : str
        What the picture says, in a sentence.
    dpi : float
        Pixels an inch.
    colours : int, optional
        Keep only so many, 8 to 256: a photograph then takes a third of the bytes.

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
    white = [ax for ax in figure.axes if ax.get_facecolor() == (1, 1, 1, 1)]
    for ax in white:
        ax.set_facecolor("none")
    figure.savefig(png, format="png", dpi=dpi, facecolor=PAPER)
    for ax in white:  # a demo shows its figure on
        ax.set_facecolor("w")
    plt.close(figure)
    content = png.getvalue() if colours is None else _with_few_colours(png, colours)
    return Image(content, format="png", alt=alt)


def axes_or_new(ax, figsize=(4.5, 3.2)):
    """``ax``, or the axes of a new figure."""
    return plt.subplots(figsize=figsize, layout="constrained")[1] if ax is None else ax
