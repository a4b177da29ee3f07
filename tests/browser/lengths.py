"""How many screens of 1366 x 768 the main path of each chapter is, as JupyterLab shows it.

Usage: ``python -m tests.browser.lengths [notebooks/05_deep_backprop.ipynb ...]``. What is folded
does not count, nor do outcomes of questions before they are asked for.
"""

import sys
import tempfile
from pathlib import Path

from tests.books import CHAPTERS
from tests.browser import lab

SCREEN = 1366, 768
HEIGHT = "() => document.querySelector('.jp-WindowedPanel-outer').scrollHeight"
SETTLED = """() => [...document.querySelectorAll('.jp-Notebook img')].every(img => img.complete)
             && document.querySelectorAll('.jp-MarkdownCell .jp-mod-unrendered').length === 0"""


def screens(chromium, server, path):
    """Screens that a notebook is long, with the outputs that it has stored."""
    page = chromium.new_page(viewport=dict(zip(("width", "height"), SCREEN)))
    try:
        lab.Notebook(page, server.address(server.copy(path)))
        page.wait_for_function(SETTLED)
        page.wait_for_timeout(2000)  # formulas are set after that
        return page.evaluate(HEIGHT) / SCREEN[1]
    finally:
        page.close()


def main(paths):
    """Print the screens of each notebook."""
    with tempfile.TemporaryDirectory() as folder, lab.browser() as chromium, \
            lab.server(Path(folder)) as server:
        for path in paths:
            print(f"{path.stem}: {screens(chromium, server, path):.1f} screens")


if __name__ == "__main__":
    main([Path(name).resolve() for name in sys.argv[1:]] or CHAPTERS)
