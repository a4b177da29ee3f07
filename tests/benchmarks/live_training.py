"""Steps of each demo that trains: Start, Pause, Start again, in JupyterLab in Chromium.

Usage: ``python -m tests.benchmarks.live_training [--seconds 6]``

A run that goes on after a pause should be as fast as the first one. Each is counted for the same
time, in steps; the later ones stand beside the first as a ratio.
"""

import argparse
import tempfile
from pathlib import Path

from tests.benchmarks.turns import table
from tests.browser import lab

DEMOS = ("softmax_regions", "two_layer_regions", "watch_it_learn")
STEPS = """async () => {
    const kernel = jupyterapp.shell.currentWidget.sessionContext.session.kernel;
    const asked = { code: "", user_expressions: { done: "demo.done" } };
    const answer = await kernel.requestExecute(asked).done;
    return Number(answer.content.user_expressions.done.data["text/plain"]);
}"""


def steps_of_runs(notebook, milliseconds, runs=3):
    """Steps that each of ``runs`` runs of the demo makes, with a pause between two of them."""
    page, steps = notebook.page, []
    button = page.get_by_title("Start or pause the training")
    for _ in range(runs):
        before = page.evaluate(STEPS)
        button.click()
        page.wait_for_timeout(milliseconds)
        button.click()
        page.wait_for_timeout(500)
        steps.append(page.evaluate(STEPS) - before)
    return steps


def main(seconds):
    rows = []
    with tempfile.TemporaryDirectory() as folder, lab.browser() as chromium, \
            lab.server(Path(folder) / "lab") as server:
        for name in DEMOS:
            source = f"from mlp_lib.demos import {name}\ndemo = {name}()\ndemo"
            with lab.opened(chromium, server.address(server.write("demo.ipynb", [source]))) as page:
                page.run_all()
                first, *later = steps_of_runs(page, 1000 * seconds)
                rows.append((name, first, *(f"{steps / first:.2f}" for steps in later)))
    table(("demo", f"steps in {seconds} s", "second run", "third run"), rows)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=6)
    main(**vars(parser.parse_args()))
