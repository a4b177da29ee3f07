"""JupyterLab in Chromium, for the tests of the demos and for the measurement of their latency."""

import contextlib
import json
import os
import re
import secrets
import shutil
import subprocess
import sys
import time
from pathlib import Path

import nbformat
from playwright.sync_api import sync_playwright

SCREENSHOTS = Path(__file__).resolve().parent.parent / "screenshots"
HOW_TO_INSTALL = "apt-get install chromium (or: python -m playwright install chromium)"
THEMES = ("JupyterLab Light", "JupyterLab Dark")
PATIENCE = 60.0  # seconds that anything may take on a busy machine

# What the console says on every page of JupyterLab, with a demo or without.
BENIGN = (
    re.compile(r"favicon\.ico"),
)

SLOPE_OF_TANH = """
import numpy as np
from mlp_lib.demos.parts.controls import slider
from mlp_lib.demos.parts.demo import Demo
from mlp_lib.demos.parts.live_figure import new_figure
figure = new_figure(480, 300)
z = np.linspace(-3, 3, 200)
ax = figure.subplots()
ax.plot(z, np.tanh(z))
(tangent,) = ax.plot([], [], linewidth=3)
def update(at):
    slope = 1 - np.tanh(at) ** 2
    tangent.set_data(z, np.tanh(at) + slope * (z - at))
    return f"At {at:.2f} the slope is {slope:.3f}."
Demo(figure, [tangent], update, {"at": slider("z", -3, 3)}, name="Slope of tanh")
"""

TRAINED = """
from mlp_lib import datasets, networks
from mlp_lib.networks import MLP
data = datasets.load_mnist()
model = MLP((784, 200, 100, 10))
_ = networks.train(model, (data.X_train, data.y_train), epochs=2, batch_size=64,
                   optimizer=networks.SGD(0.3, momentum=0.9), progress=False)
"""


def chromium_path():
    """Path of a Chromium or Chrome on this machine, or None."""
    for name in ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"):
        if found := shutil.which(name):
            return found
    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    return own if Path(own).exists() else None


@contextlib.contextmanager
def browser(path=None):
    """A headless Chromium: the one at ``path``, or the one that `chromium_path` finds."""
    path = path or chromium_path()
    arguments = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=arguments)
        try:
            yield chromium
        finally:
            chromium.close()


class Server:
    """A running JupyterLab: its folder of notebooks, and the address of each."""

    def __init__(self, folder, port, token):
        self.folder, self.port, self.token = folder, port, token

    def address(self, name):
        return f"http://127.0.0.1:{self.port}/lab/tree/{name}?token={self.token}&reset"

    def write(self, name, cells):
        """Write a notebook of code cells into the folder; return its name."""
        notebook = nbformat.v4.new_notebook(
            cells=[nbformat.v4.new_code_cell(source.strip()) for source in cells],
            metadata={"kernelspec": {"name": "python3", "display_name": "Python 3",
                                     "language": "python"}},
        )
        nbformat.write(notebook, self.folder / name)
        return name

    def copy(self, path):
        """Copy a notebook of the workbook into the folder; return its name."""
        shutil.copy(path, self.folder / path.name)
        return path.name


@contextlib.contextmanager
def server(root, notebooks=None):
    """JupyterLab on a free port, with settings and runtime files under ``root``.

    ``notebooks`` is the folder that it serves and starts in; one under ``root`` if not given.
    """
    folders = {name: root / name for name in ("config", "settings", "workspaces", "runtime", "data",
                                              "notebooks")}
    folders["notebooks"] = notebooks or folders["notebooks"]
    for folder in folders.values():
        folder.mkdir(parents=True, exist_ok=True)
    _settings(folders["settings"], "notebook-extension/tracker", windowingMode="none")
    _settings(folders["settings"], "apputils-extension/notification", fetchNews="false",
              checkForUpdates=False)
    token = secrets.token_hex(16)
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--port=0",
               "--ServerApp.ip=127.0.0.1", f"--IdentityProvider.token={token}",
               "--LabApp.expose_app_in_browser=True", "--LabApp.news_url=None",
               f"--ServerApp.root_dir={folders['notebooks']}"]
    environment = dict(
        os.environ, JUPYTER_CONFIG_DIR=str(folders["config"]),
        JUPYTERLAB_SETTINGS_DIR=str(folders["settings"]), JUPYTER_DATA_DIR=str(folders["data"]),
        JUPYTERLAB_WORKSPACES_DIR=str(folders["workspaces"]),
        JUPYTER_RUNTIME_DIR=str(folders["runtime"]),
    )
    log = root / "server.log"
    with open(log, "w", encoding="utf-8") as output:
        process = subprocess.Popen(command, env=environment, stdout=output,
                                   stderr=subprocess.STDOUT, cwd=folders["notebooks"])
        try:
            yield Server(folders["notebooks"], _port(folders["runtime"], process, log), token)
        finally:
            _end(process)


def _settings(folder, plugin, **values):
    path = folder / "@jupyterlab" / f"{plugin}.jupyterlab-settings"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(values), encoding="utf-8")


def _port(runtime, process, log):
    """Port of the server, from the file that it writes once it listens."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        for path in runtime.glob("jpserver-*.json"):
            with contextlib.suppress(json.JSONDecodeError):  # it is being written
                return json.loads(path.read_text(encoding="utf-8"))["port"]
        time.sleep(0.1)
    raise RuntimeError(f"JupyterLab did not start:\n{log.read_text(encoding='utf-8')[-2000:]}")


def _end(process):
    process.terminate()  # it ends its kernels first
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


class Notebook:
    """A notebook in a page of the browser.

    Attributes
    ----------
    errors : list of str
        Errors of the browser's console so far, without the `BENIGN` ones.
    """

    def __init__(self, page, address):
        self.page, self.errors = page, []
        page.set_default_timeout(PATIENCE * 1000)
        page.on("console", lambda message: self._note(message.text, message.type,
                                                      message.location.get("url", "")))
        page.on("pageerror", lambda error: self._note(f"{error} {error.stack}", "error"))
        page.goto(address)
        self._wait_for_kernel()

    def _note(self, text, kind, where=""):
        line = f"{text} {where}".strip()
        if kind == "error" and not any(pattern.search(line) for pattern in BENIGN):
            self.errors.append(line)

    def _wait_for_kernel(self):
        self.page.wait_for_function(
            "() => window.jupyterapp?.shell?.currentWidget?.sessionContext"
            "?.session?.kernel?.status === 'idle'"
        )

    def run_all(self, *, patience=4 * PATIENCE):
        """Run all cells, and wait until the last one has ended."""
        self.page.evaluate(
            "() => { window.ran = false; jupyterapp.commands.execute('notebook:run-all-cells')"
            ".then(() => { window.ran = true; }); }"
        )
        self.page.wait_for_function("() => window.ran", timeout=patience * 1000)
        self._wait_for_kernel()

    def end_kernel(self):
        self.page.evaluate("() => jupyterapp.shell.currentWidget.sessionContext.shutdown()")

    def theme(self, name):
        """Change to ``JupyterLab Light`` or ``JupyterLab Dark``, and wait for it."""
        self.page.evaluate(
            "theme => jupyterapp.commands.execute('apputils:change-theme', { theme })", name
        )
        self.page.wait_for_function(
            "name => document.body.dataset.jpThemeName === name", arg=name
        )

    def demo(self, text):
        """The demo whose buttons, labels or caption hold ``text``."""
        return self.page.locator(".mlp-demo").filter(has_text=text)

    def failures(self):
        """Texts of errors and of stderr in the notebook; JupyterLab shows both as one kind."""
        return self.page.locator(
            '[data-mime-type="application/vnd.jupyter.stderr"]'
        ).all_text_contents()


def picture(demo):
    """The demo's figure."""
    return demo.locator("img.widget-image")


def caption(demo):
    """Text of the demo's caption."""
    return demo.locator(".mlp-caption").inner_text()


def says(demo, pattern):
    """Text of the demo's caption, once it matches ``pattern``."""
    line = demo.locator(".mlp-caption").filter(has_text=re.compile(pattern))
    line.wait_for()
    return line.inner_text()


def says_else(demo, words):
    """Text of the demo's caption, once it is no longer ``words``: it comes after the picture."""
    until = time.monotonic() + PATIENCE
    while (now := caption(demo)) == words:
        if time.monotonic() > until:
            raise AssertionError(f"the caption still says, after {PATIENCE:g} s: {words}")
        time.sleep(0.05)
    return now


def unnamed(controls):
    """Those of the ``controls`` that a screen reader has no name for."""
    return [control for control in controls
            if not (control.get_attribute("aria-label") or control.inner_text()
                    or control.evaluate("e => e.labels?.[0]?.textContent"))]


def controls(demo):
    """All sliders, lists and buttons of the demo."""
    return [control for role in ("slider", "combobox", "button")
            for control in demo.get_by_role(role).all()]


def width_of_whole(picture):
    """Width of a picture in pixels, which is also the one on the page: not stretched, not cut."""
    width, shown = picture.evaluate("e => [e.naturalWidth, e.getBoundingClientRect().width]")
    assert abs(shown - width) <= 1, f"a picture of {width} pixels is shown {shown} wide"
    return width


def keep_screenshot(demo, name, theme):
    """Screenshot of the demo for a look, under its name and that of the ``theme`` it stands in."""
    SCREENSHOTS.mkdir(exist_ok=True)
    path = SCREENSHOTS / f"{name}_{theme.split()[-1].lower()}.png"
    path.write_bytes(settled(demo))


def keep_screenshots(notebook, demo, name):
    """Screenshots of the demo for a look, in both themes."""
    for theme in THEMES:
        notebook.theme(theme)
        keep_screenshot(demo, name, theme)


@contextlib.contextmanager
def opened(chromium, address, dots=1):
    """A `Notebook` in a page of its own, whose kernel ends with it.

    The screen has so many ``dots`` for each pixel of the page.
    """
    context = chromium.new_context(viewport={"width": 1280, "height": 900},
                                   device_scale_factor=dots)
    try:
        notebook = Notebook(context.new_page(), address)
        try:
            yield notebook
        finally:
            notebook.end_kernel()
    finally:
        context.close()


def settled(locator, rest=0.0):
    """Pixels of an element, once screenshots in a row agree, the first ``rest`` seconds old."""
    until, before, since = time.monotonic() + PATIENCE, None, 0.0
    while time.monotonic() < until:
        now = locator.screenshot()
        if now != before:
            before, since = now, time.monotonic()
        elif time.monotonic() - since >= rest:
            return now
    raise AssertionError(f"the picture did not come to rest within {PATIENCE:g} s")


def becomes(locator, wanted):
    """Waits until the element's pixels are those of the screenshot ``wanted``."""
    until = time.monotonic() + PATIENCE
    while locator.screenshot() != wanted:  # never `assert a == b`: pytest would print both
        if time.monotonic() > until:
            raise AssertionError(f"the picture did not become the wanted one within {PATIENCE:g} s")


def changed(locator, before):
    """Pixels of an element, settled, once they differ from ``before``."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if (now := settled(locator)) != before:
            return now
    raise AssertionError(f"the picture did not change within {PATIENCE:g} s")
