"""The pages to read: notebooks and Markdown staged in a folder, and Sphinx run on it."""

import html
import json
import shutil
from pathlib import Path

from mlp_lib.publishing import pages, pins, registries, staging
from mlp_lib.stage import read_demos

HERE = Path(__file__).resolve().parent
TITLE = "How a neural network's gradients work"
ABOUT = ("An interactive workbook: where each gradient of a neural network comes from, run on "
         "numbers and measured.")
SETTINGS = {
    "project": TITLE,
    "author": "The gradient workbook",
    "html_title": "Gradient workbook",
    "extensions": ["myst_nb"],
    "source_suffix": {".ipynb": "myst-nb", ".md": "myst-nb"},
    "nb_execution_mode": "off",
    "nb_render_markdown_format": "myst",
    "nb_ipywidgets_js": {},  # no script of a widget: those come from elsewhere
    "myst_enable_extensions": ["dollarmath", "amsmath", "html_image"],
    "myst_dmath_double_inline": True,  # a formula of its own may stand within a paragraph
    "myst_heading_anchors": 4,
    "suppress_warnings": ["myst.header"],  # a heading of a notebook may skip a level
    "html_context": {"default_mode": "auto"},  # light or dark, as the reader's system is
    "html_theme": "sphinx_book_theme",
    "html_theme_options": {"show_navbar_depth": 1, "show_toc_level": 2, "home_page_in_toc": True,
                           "use_download_button": True, "use_fullscreen_button": True,
                           "navbar_persistent": []},
    "html_static_path": ["_static"],
    "html_css_files": ["book.css"],
    "html_favicon": "_static/icon.svg",
    "html_js_files": ["move.js", "fold.js"],
    "html_show_sourcelink": False,
    "mathjax_path": "mathjax/tex-chtml.js",
    "mathjax3_config": {"options": {"enableMenu": False}},
}


def stage(book, folder):
    """Write what Sphinx reads into ``folder``; returns what the notebooks hold.

    Parameters
    ----------
    book : Path
        The repository: ``notebooks/`` and ``README.md``.
    folder : Path
        Is made.

    Returns
    -------
    staging.Found
    """
    found, names, demos = staging.Found(), {}, read_demos(book)
    for kind, place in (("chapters", ""), ("exercises", "exercises/")):
        (folder / place).mkdir(parents=True, exist_ok=True)
        paths = sorted((book / "notebooks" / place).glob("*.ipynb"))
        names[kind] = [path.stem for path in paths if path.stem != "demos"]
        for path in paths:
            ready = staging.staged(staging.read(path), f"{place}{path.stem}", found)
            ready = pages.listed_below(ready, demos) if path.stem == "demos" else ready
            (folder / place / path.name).write_text(json.dumps(ready), encoding="utf-8")
    readme = (book / "README.md").read_text(encoding="utf-8")
    for name, text in {"index": pages.front(readme, **names), "browser": pages.BROWSER,
                       "formulas": pages.formula_page(found.formulas)}.items():
        (folder / f"{name}.md").write_text(text, encoding="utf-8")
    pages.write_demos(demos, folder / "demos")
    write_static(book, folder / "_static")
    return found


def write_static(book, folder):
    """Style, the picture of the front page, and MathJax with its fonts."""
    mathjax = registries.from_npm("mathjax", pins.MATHJAX) / "es5"
    fonts = Path("output/chtml/fonts/woff-v2")
    (folder / "mathjax").mkdir(parents=True)
    for name in ("book.css", "move.js", "fold.js", "icon.svg"):
        shutil.copy(HERE / name, folder)
    shutil.copy(book / "notebooks" / "pictures" / "draw_a_digit.png", folder)
    shutil.copy(mathjax / "tex-chtml.js", folder / "mathjax")
    shutil.copytree(mathjax / fonts, folder / "mathjax" / fonts)


def build(staged, out, found, address=""):
    """Make the pages; a warning of Sphinx is an error.

    Parameters
    ----------
    staged, out : Path
    found : staging.Found
        For the descriptions of the pages.
    address : str
        Where the site will be found; pictures for sharing need it.

    Raises
    ------
    registries.Missing
        If Sphinx complains.
    """
    from sphinx.application import Sphinx
    from sphinx.errors import SphinxError

    settings = {**SETTINGS, "html_baseurl": address}
    try:
        app = Sphinx(staged, None, out, staged.parent / "doctrees", "html", settings, status=None,
                     warningiserror=True, exception_on_warning=True)
        app.connect("html-page-context", lambda app, page, template, context, tree: context.update(
            metatags=context.get("metatags", "") + tags(page, context, found.about, address)))
        app.build()
    except SphinxError as error:
        raise registries.Missing(f"Sphinx could not make the pages: {error}") from error


def tags(page, context, about, address):
    """Tags of the head for those who share a page: title, words, picture."""
    title = html.escape(str(context.get("title", TITLE)).split("<")[0])
    words = html.escape(about.get(page) or ABOUT)
    found = {"og:title": title, "og:type": "article", "og:description": words,
             "og:image": f"{address}_static/draw_a_digit.png"}
    shared = (f'<meta property="{name}" content="{value}">' for name, value in found.items())
    return "\n".join([f'<meta name="description" content="{words}">', *shared])
