"""Python starts while JupyterLab itself comes into the page, not when its kernel is asked for.

The page makes the kernel's worker at once, but for a chapter that a browser has never opened, and
hands it over when the kernel asks for one. The worker begins to load Python as soon as it is there,
and gives what it has when the kernel asks.
"""

import json
import re
from pathlib import Path

from mlp_lib.publishing import pins
from mlp_lib.publishing.registries import Missing

HERE = Path(__file__).resolve().parent
PAGES = "lab/index.html", "repl/index.html"
WORKERS = re.compile(r"new Worker\(new URL\(\w+\.p\+\w+\.u\((\d+)\)")  # isolated, then not
HEAD = "</head>"


def start(lite, options):
    """Let the pages of JupyterLite in ``lite`` start Python with ``options`` at once.

    Raises
    ------
    Missing
        If the kernel makes its worker otherwise than it did.
    """
    worker = worker_of(lite)
    head = script("early_worker.js", OPTIONS=options)
    worker.write_text(head + worker.read_text(encoding="utf-8"), encoding="utf-8")
    hashed = worker.name.split(".")[1]
    place = f"../{worker.relative_to(lite).as_posix()}?v={hashed}"  # as the kernel asks for it
    added = f"<script>{script('early_page.js', WORKER=place)}</script>{HEAD}"
    for page in (lite / name for name in PAGES):
        text = page.read_text(encoding="utf-8")
        page.write_text(text.replace(HEAD, added, 1), encoding="utf-8")


def worker_of(lite):
    """The script in which the kernel runs on a page that is not isolated from others."""
    scripts = sorted((lite / "extensions" / pins.EXTENSION / "static").glob("*.js"))
    made = [number for path in scripts
            for number in WORKERS.findall(path.read_text(encoding="utf-8"))]
    if len(made) != 2:
        raise Missing(f"The kernel's worker was not found: {pins.KERNEL} should make two, "
                      f"and makes {len(made)}")
    return next(path for path in scripts if path.name.startswith(f"{made[-1]}."))


def script(name, **values):
    """A script beside this module, with values put in for the names in it."""
    text = (HERE / name).read_text(encoding="utf-8")
    for word, value in values.items():
        text = text.replace(word, json.dumps(value))
    return text
