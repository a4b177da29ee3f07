"""From a key on a slider to changed pixels, in JupyterLab in Chromium.

Usage: ``python -m tests.benchmarks.demo_latency [--moves 40] [--dots 1]``

Every demo's slider is moved by one step at a time. The clock of the browser runs from the
key event to the frame after the new picture was decoded, so what a reader waits for is in
it: slider, kernel, drawing, PNG, and the painting of the page. ``--dots 2`` is a screen with
two dots for each pixel of the page.
"""

import argparse
import tempfile
from pathlib import Path

import numpy as np

from tests.browser import lab

BARS_AND_CURVE = """
import numpy as np
from mlp_lib import networks
from mlp_lib.demos.parts.controls import slider
from mlp_lib.demos.parts.demo import Demo
from mlp_lib.demos.parts.live_figure import new_figure
figure = new_figure(700, 300)
left, right = figure.subplots(1, 2)
t, z = np.linspace(0.2, 3, 100), np.array([2.0, 1.0, 0.5, -1.0, -2.0])
left.set(ylim=(0, 1), xlabel="class", ylabel="probability")
right.plot(t, [networks.softmax(z / s).max() for s in t])
bars, (point,) = left.bar(range(5), np.zeros(5)), right.plot([], [], "o")
def update(T):
    p = networks.softmax(z / T)
    for bar, height in zip(bars, p):
        bar.set_height(height)
    point.set_data([T], [p.max()])
    return f"At {T:.2f} the largest probability is {p.max():.3f}."
Demo(figure, [*bars, point], update, {"T": slider("T", 0.2, 3)}, name="Temperature")
"""

PICTURE_AND_CURVE = """
import numpy as np
from mlp_lib.demos.parts.controls import slider
from mlp_lib.demos.parts.demo import Demo
from mlp_lib.demos.parts.live_figure import new_figure
figure = new_figure(700, 300)
left, right = figure.subplots(1, 2)
x, y = np.meshgrid(np.linspace(-3, 3, 200), np.linspace(-3, 3, 200))
picture = left.imshow(0 * x, vmin=-1, vmax=1, extent=(-3, 3, -3, 3))
(line,) = right.plot([], [])
right.set(xlim=(-3, 3), ylim=(-1, 1))
def update(a):
    Z = np.tanh(a * x + y)
    picture.set_data(Z)
    line.set_data(x[0], Z[100])
    return f"The weight is {a:.2f}."
Demo(figure, [picture, line], update, {"a": slider("a", -3, 3)}, name="Unit")
"""

CASES = {"tangent (480 x 300)": lab.SLOPE_OF_TANH, "bars + curve (700 x 300)": BARS_AND_CURVE,
         "picture + curve (700 x 300)": PICTURE_AND_CURVE}

WATCH_THE_PICTURE = """demo => {
    const image = demo.querySelector("img.widget-image");
    window.waits = [];
    let pressed = 0;
    demo.addEventListener("keydown", event => { pressed = event.timeStamp; }, true);
    image.addEventListener("load", async () => {
        await image.decode().catch(() => {});
        requestAnimationFrame(() => requestAnimationFrame(now => {
            if (pressed) window.waits.push(performance.now() - pressed);
            pressed = 0;
        }));
    });
}"""


def waits(notebook, moves):
    """Milliseconds from each of ``moves`` keys to the frame that shows its picture."""
    demo = notebook.page.locator(".mlp-demo")
    demo.evaluate(WATCH_THE_PICTURE)
    slider = notebook.page.get_by_role("slider")
    for move in range(moves):
        slider.press("ArrowRight")
        notebook.page.wait_for_function("n => window.waits.length > n", arg=move)
    return notebook.page.evaluate("() => window.waits")


def main(moves, dots):
    with tempfile.TemporaryDirectory() as folder, lab.browser() as chromium, \
            lab.server(Path(folder) / "lab") as server:
        print(f"{'demo':30} {'median':>8} {'p95':>8}   ms, of {moves} moves")
        for case, source in CASES.items():
            address = server.address(server.write("latency.ipynb", [source]))
            with lab.opened(chromium, address, dots) as notebook:
                notebook.run_all()
                notebook.page.locator("img.widget-image").wait_for()
                found = waits(notebook, moves)
                print(f"{case:30} {np.median(found):8.0f} {np.percentile(found, 95):8.0f}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--moves", type=int, default=40)
    parser.add_argument("--dots", type=int, default=1)
    main(**vars(parser.parse_args()))
