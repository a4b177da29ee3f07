"""Run notebooks from top to bottom and store their outputs.

Usage: ``python -m tests.store_outputs [notebooks/06_three_layer_mnist.ipynb ...]``
(all of them by default). The text twin and the notebook are brought in step first;
the newer of the two wins.
"""

import os
import re
import subprocess
import sys
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient

from tests.books import NOTEBOOKS

BAR = re.compile(r"^ *0%\|\s*\| 0/(\d+) .*$")


def finish_bars(notebook):
    """Progress bars as they are when the cell has ended; they are recorded when they appear."""
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            text = output.get("data", {}).get("text/plain", "")
            if bar := BAR.match(text):
                output.data = {"text/plain": f"100%|██████████| {bar[1]}/{bar[1]}"}


def store(path):
    """Sync, execute and write one notebook; return the seconds that it ran."""
    subprocess.run([sys.executable, "-m", "jupytext", "--sync", "--quiet", str(path)], check=True)
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook, timeout=300, record_timing=False, store_widget_state=False,
        resources={"metadata": {"path": str(path.parent)}},
    )
    started = time.perf_counter()
    client.execute()
    seconds = time.perf_counter() - started
    notebook.metadata.pop("widgets", None)
    finish_bars(notebook)
    notebook.metadata["language_info"] = {"name": "python"}
    nbformat.write(notebook, path)
    subprocess.run([sys.executable, "-m", "jupytext", "--sync", "--quiet", str(path)], check=True)
    return seconds


if __name__ == "__main__":
    os.environ["MLP_LIB_PROGRESS"] = os.devnull
    for path in [Path(p) for p in sys.argv[1:]] or NOTEBOOKS:
        print(f"{path.name}: {store(path):.1f} s")
