"""From a key on a demo's slider to its changed picture, on the site in a browser.

Usage: ``python -m tests.publishing.latency SITE [demo …] [--moves 12]``

Each demo's page is opened, its link starts the demo, and its first slider goes back and forth by
one step. The clock of the browser runs from the key to the frame after the new picture was decoded,
as in ``tests.benchmarks.demo_latency``.
"""

import argparse
import contextlib
from pathlib import Path

import numpy as np
from playwright.sync_api import TimeoutError as NoPicture

from mlp_lib import demos
from tests.benchmarks.demo_latency import WATCH_THE_PICTURE
from tests.browser import lab
from tests.publishing import tab

PATIENCE = 5.0  # seconds; a step that changes nothing brings no picture


def waits(page, moves):
    """Milliseconds from each key to its picture; none for a demo without a slider."""
    page.get_by_role("link", name="Move it here").click()
    inside = page.frame_locator("iframe.alive")
    inside.locator(".mlp-demo img.widget-image").first.wait_for(timeout=tab.FIRST * 1000)
    demo, slider = inside.locator(".mlp-demo"), inside.get_by_role("slider").first
    lab.settled(demo)
    if not inside.get_by_role("slider").count():
        return []
    demo.evaluate(WATCH_THE_PICTURE)
    frame, found, key = page.frames[1], [], "ArrowRight"
    for _ in range(moves):
        slider.press(key)
        key = "ArrowLeft" if key == "ArrowRight" else "ArrowRight"
        with contextlib.suppress(NoPicture):  # at its end it goes no further
            frame.wait_for_function("n => window.waits.length > n", arg=len(found),
                                    timeout=PATIENCE * 1000)
        found = frame.evaluate("() => window.waits")
    return found


def main(site, names, moves):
    """Print the median and the slowest of each demo's moves."""
    print(f"{'demo':30} {'median':>7} {'slowest':>7}   ms", flush=True)
    with tab.served(site) as address, lab.browser() as chromium:
        for name in names or sorted(demos.__all__):
            context = chromium.new_context(viewport={"width": 1280, "height": 900})
            page = context.new_page()
            page.goto(f"{address}/demos/{name}.html")
            found = waits(page, moves)
            context.close()
            told = f"{np.median(found):7.0f} {max(found):7.0f}" if found else "  no picture"
            print(f"{name:30} {told}   of {len(found)} moves", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("site", type=Path)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--moves", type=int, default=12)
    main(**vars(parser.parse_args()))
