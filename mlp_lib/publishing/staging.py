"""A notebook made ready to be read as a page."""

import copy
import html
import json
import re
from dataclasses import dataclass, field
from urllib.parse import quote

from mlp_lib import datasets, demos

FORMULAS = {formula.id for formula in datasets.load_formulas(book=True)}
BAR = re.compile(r"^\s*\d+%\|")
WIDGET = "application/vnd.jupyter.widget-view+json"
NOTEBOOK_LINK = re.compile(r'(href="[^":]*)\.ipynb(["#])')
EXERCISE = re.compile(r"^## Exercise ")
RUN_CELL = "To answer, run this cell: Shift + Enter."  # as `predict` says; a page runs no cell
GUESS = "Guess, then open <i>Show me</i>; or run the chapter, and answer there."
FORMULA = re.compile(r"\$([^$<>]+)\$")
NOTE = '<span class="run-note">in this browser, with nothing installed</span>'


@dataclass
class Found:
    """What the notebooks hold: pages that teach a formula, and descriptions."""

    formulas: dict = field(default_factory=dict)
    about: dict = field(default_factory=dict)


def staged(notebook, page, found):
    """The notebook as it is published as ``page``; what it holds is noted in ``found``.

    Parameters
    ----------
    notebook : dict
        As JSON has it; it stays as it is.
    page : str
        Name of the page, with its folder: ``03_softmax``, ``exercises/03_softmax``.
    found : Found

    Returns
    -------
    dict
    """
    seen, cells = set(), []
    for cell in copy.deepcopy(notebook["cells"]):
        cell["source"] = "".join(cell["source"])
        above = anchors(cell, page, seen, found)
        cells += [*above, ready(cell, page), *demo_words(cell, page)]
    first = cells[0]
    found.about[page] = description(first["source"])
    words = "Try them here" if page.startswith("exercises/") else "Run this chapter here"
    first["source"] = with_link(first["source"], run_link(page, words))
    for number, cell in enumerate(cells):
        cell.setdefault("id", f"page-{number}")
    return {**notebook, "cells": cells}


def markdown(source):
    """A cell of Markdown or HTML."""
    return {"cell_type": "markdown", "metadata": {}, "source": source}


def up(page):
    """From a page to the folder of the site."""
    return "../" * page.count("/")


def run_link(page, words):
    """Link that opens the notebook of a page beside the site, in the reader's own browser."""
    return (f'<a class="run-here" href="{up(page)}lite/lab/index.html?path=notebooks/{page}.ipynb">'
            f'▶ {words}</a> {NOTE}')


def move_link(name, folder):
    """Link to the demo alone, alive; the page's script puts it where the link is."""
    return (f'<a class="run-here move-here" href="{folder}lite/repl/index.html?{move_query(name)}">'
            "▶ Move it here</a>")


def move_query(name):
    """What the console that runs a demo alone is asked for."""
    code = f"from mlp_lib.demos import {name}\n{name}()"
    return f"kernel=python&amp;showBanner=0&amp;code={quote(code)}"


def with_link(source, link):
    """Markdown with a ``link`` below its first line, the heading."""
    head, _, rest = source.partition("\n")
    return f'{head}\n\n<p class="run-it">{link}</p>\n{rest}'


def anchors(cell, page, seen, found):
    """A cell above ``cell`` with an anchor for each of its formulas, linked to the table."""
    tags = cell["metadata"].get("tags", [])
    ids = [tag for tag in tags if tag in FORMULAS]
    hidden = cell["metadata"].get("jupyter", {}).get("source_hidden")
    cell["metadata"] = {"tags": ["hide-input"] * bool(hidden)}
    if not ids:
        return []
    new = [i for i in ids if i not in seen]
    seen.update(new)
    for i in new:
        found.formulas.setdefault(i, []).append(page)
    spans = "".join(f'<span id="{i}"></span>' for i in new)
    links = " · ".join(f'<a href="{up(page)}formulas.html#{i}">{i}</a>' for i in ids)
    return [markdown(f'{spans}<p class="formula-ids">{links}</p>')]


def ready(cell, page):
    """The cell with outputs that a page can show, and links that lead to pages."""
    if cell["cell_type"] == "markdown" and EXERCISE.match(cell["source"]):
        number = re.search(r"Exercise (\S+)", cell["source"])[1]
        tried = with_link(cell["source"], run_link(page, "Try it here"))
        cell["source"] = f'<span id="exercise-{number}"></span>\n\n{tried}'
    if "outputs" in cell:
        cell["outputs"] = [*filter(None, map(shown, cell["outputs"]))]
        alts = [o["metadata"]["image/png"]["alt"] for o in cell["outputs"]
                if "alt" in o.get("metadata", {}).get("image/png", {})]
        if alts:
            cell["metadata"]["mystnb"] = {"image": {"alt": alts[0]}}
    return cell


def shown(output):
    """An output without its widget, which lives in JupyterLab only; None if nothing is left."""
    data = output.get("data", {})
    text = "".join(data.get("text/plain", ""))
    live = data.pop(WIDGET, None)
    if (live and set(data) == {"text/plain"}) or BAR.match(text):
        return None
    if "text/html" in data:
        linked = NOTEBOOK_LINK.sub(r"\1.html\2", "".join(data["text/html"]))
        data["text/html"] = typeset(linked.replace(RUN_CELL, GUESS))
    return output


def typeset(text):
    """HTML whose formulas between dollars are marked for MathJax, as Sphinx marks Markdown's."""
    return FORMULA.sub(r'<span class="math notranslate nohighlight">\\(\1\\)</span>', text)


def demo_words(cell, page):
    """A cell below a demo: what its picture says, and the link that makes it move."""
    for output in cell.get("outputs", ()):
        alt = output.get("metadata", {}).get("image/png", {}).get("alt", "")
        called = [name for name in re.findall(r"(\w+)\(", cell["source"]) if name in demos.__all__]
        if alt.startswith("Demo: ") and called:
            words, name = alt.removeprefix("Demo: "), called[0]
            return [markdown(f'<div class="demo-words">{lines(words)}<br>'
                             f'{move_link(name, up(page))} · '
                             f'<a href="{up(page)}demos/{name}.html">its own page</a></div>')]
    return []


def lines(words):
    """Text as HTML, line by line."""
    return html.escape(words).replace("\n", "<br>")


def description(source):
    """The first paragraph below a heading, without marks, for those who share the page."""
    paragraphs = [part for part in re.split(r"\n\s*\n", source)[1:] if part.strip()]
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)|[*`$\\]", r"\1", paragraphs[0] if paragraphs else "")
    return " ".join(text.split())[:200]


def read(path):
    """A notebook of JSON."""
    return json.loads(path.read_text(encoding="utf-8"))
