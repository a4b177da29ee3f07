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
    static = lite / "extensions" / pins.EXTENSION / "static"
    scripts = {path: path.read_text(encoding="utf-8") for path in static.glob("*.js")}
    numbers = [number for text in scripts.values() for number in WORKERS.findall(text)]
    workers = [path for path in scripts if numbers and path.name.split(".")[0] == numbers[-1]]
    if len(numbers) != 2 or len(workers) != 1:
        raise Missing(f"The kernel's worker was not found: {pins.KERNEL} should make two, "
                      f"and makes {len(numbers)}")
    head = (HERE / "early_worker.js").read_text(encoding="utf-8")
    workers[0].write_text(head.replace("OPTIONS", json.dumps(options)) + scripts[workers[0]],
                          encoding="utf-8")
    script = (HERE / "early_page.js").read_text(encoding="utf-8")
    hashed = workers[0].name.split(".")[1]
    place = f"../{workers[0].relative_to(lite).as_posix()}?v={hashed}"  # as the kernel asks
    for name in PAGES:
        page = (lite / name).read_text(encoding="utf-8")
        script_here = script.replace("WORKER", json.dumps(place))
        (lite / name).write_text(page.replace(HEAD, f"<script>{script_here}</script>{HEAD}", 1),
                                 encoding="utf-8")
