"""Chapters to their end in a browser: how long they take there, and which cells fail.

Usage: ``python -m tests.publishing.whole SITE [00 06 …] [--slow 5]``

``SITE`` is what ``python -m mlp_lib.publishing SITE`` has written. Each chapter is opened in a
Chromium that has nothing of it in its cache, and its cells are run one after the other, also those
behind a cell that fails. Told are the seconds from opening to the answer of the first cell, once
more from the cache, those to the end, and the cells that take longest or fail. In brackets are the
seconds of the processor that the tab has used: on a busy machine they say what two free cores need.
The megabytes are what a browser brings for all of the chapter that has nothing yet.
"""

import argparse
import contextlib
import sys
import time
from pathlib import Path

import psutil

from tests.browser import lab
from tests.publishing import tab

PATIENCE = 1800  # seconds that a cell may take
ONE_BY_ONE = """many => {
  const nb = jupyterapp.shell.currentWidget.content, cells = [...nb.model.cells];
  window.told = [];
  (async () => { for (const [i, cell] of cells.entries()) {
    if (cell.type !== 'code' || window.told.length >= many) continue;
    nb.activeCellIndex = i;
    nb.deselectAll();
    const start = performance.now();
    await jupyterapp.commands.execute('notebook:run-cell');
    const outputs = cell.outputs.toJSON();
    window.told.push({
      number: i, seconds: (performance.now() - start) / 1000,
      line: cell.sharedModel.source.trim().split('\\n').at(-1),
      failed: outputs.filter(o => o.output_type === 'error').map(o => `${o.ename}: ${o.evalue}`),
      said: outputs.filter(o => o.name === 'stderr').map(o => [o.text].flat().join('')),
    });
  } })();
  return cells.filter(c => c.type === 'code').length; }"""


class Watch:
    """Seconds since it was made, on the clock and of the processor in Chromium's tabs."""

    def __init__(self):
        self.clock, self.processor = time.monotonic(), self._used()

    def _used(self):
        used = 0.0
        for process in psutil.Process().children(recursive=True):
            with contextlib.suppress(psutil.NoSuchProcess):  # it may end while it is looked at
                if "--type=renderer" in process.cmdline():
                    used += sum(process.cpu_times()[:2])
        return used

    def __str__(self):
        return (f"{time.monotonic() - self.clock:.1f} s ({self._used() - self.processor:.1f} s)")


def run(page, address, many=10**6):
    """Run the code cells of a chapter, or the first ``many``.

    Returns
    -------
    told : list of dict
        What each cell did.
    first, whole : str
        Seconds from opening to the first answer, and to the end.
    """
    watch, told, first = Watch(), [], None
    page.goto(address)
    tab.ready(page)
    cells = page.evaluate(ONE_BY_ONE, many)
    for done in range(min(cells, many)):
        page.wait_for_function("n => window.told.length > n", arg=done, timeout=PATIENCE * 1000)
        told.append(page.evaluate("n => window.told[n]", done))
        first = first or str(watch)
    return told, first, str(watch)


def report(told, slow):
    """Print the cells that failed, said something in red, or took ``slow`` seconds or more."""
    for cell in told:
        wrong = [f"FAILED {text}" for text in cell["failed"]]
        wrong += [f"in red: {text.strip()[-200:]}" for text in cell["said"]]
        if wrong or cell["seconds"] >= slow:
            print(f"    cell {cell['number']:3} {cell['seconds']:6.1f} s  {cell['line'][:70]}",
                  *wrong, sep="\n        ", flush=True)


def main(site, chapters, slow):
    """Run the chapters; returns how many cells failed."""
    failed = 0
    with tab.served(site) as address, lab.browser() as chromium:
        for path in sorted((site / "lite" / "files" / "notebooks").glob("*.ipynb")):
            if chapters and path.name[:2].rstrip("_") not in chapters:
                continue
            context = chromium.new_context()
            where = f"{address}/lite/lab/index.html?path=notebooks/{path.name}"
            page, brought = context.new_page(), {}
            context.on("response", lambda answer, sizes=brought: sizes.setdefault(
                answer.url, int(answer.headers.get("content-length", 0))))
            told, first, whole = run(page, where)
            size = sum(brought.values()) / 1e6
            page.close()
            again = run(context.new_page(), where, many=1)[1]
            context.close()
            wrong = sum(bool(cell["failed"]) for cell in told)
            print(f"{path.stem}: first answer {first}, from the cache {again}; "
                  f"{len(told)} cells in {whole}, {wrong} failed; {size:.0f} MB", flush=True)
            report(told, slow)
            failed += wrong
    return failed


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("site", type=Path)
    parser.add_argument("chapters", nargs="*")
    parser.add_argument("--slow", type=float, default=5, help="seconds from which a cell is named")
    sys.exit(bool(main(**vars(parser.parse_args()))))
