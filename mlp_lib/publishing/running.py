"""JupyterLite beside the pages: the notebooks, the data, and the interpreter that runs them."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from mlp_lib.publishing import early, interpreter, pins, wheel
from mlp_lib.publishing.registries import Missing, apart

KERNEL = f"{pins.EXTENSION}:kernel"
WIDGETS = "@jupyter-widgets/jupyterlab-manager", "anywidget"
AT_START = {"packages": pins.AT_ONCE, "env": {
    "HOME": "/home/pyodide",
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    "MLP_LIB_PROGRESS": "/drive/progress.txt",  # a .jsonl under the drive hangs
}}
PAGE = {
    "jupyter-lite-schema-version": 0,
    "jupyter-config-data": {
        "appName": "Gradient workbook",
        "exposeAppInBrowser": True,  # so that a test can ask it
        "litePluginSettings": {KERNEL: {
            "pyodideUrl": "./static/pyodide/pyodide.js",
            "disablePyPIFallback": True,
            "loadPyodideOptions": AT_START,
        }},
    },
}


def build(book, work, out):
    """Make JupyterLite in ``out``.

    Parameters
    ----------
    book, work, out : Path
        The repository; a folder to work in; where JupyterLite goes, which must not be there.

    Raises
    ------
    Missing
        If JupyterLite cannot be made, or would look for its interpreter elsewhere.
    """
    lite = work / "lite"
    (lite / "static").mkdir(parents=True)
    (work / "wheel").mkdir()
    own = wheel.write(book / "data", work / "wheel")
    interpreter.build(own, lite / "static" / "pyodide")
    copy_notebooks(book / "notebooks", lite / "contents" / "notebooks")
    (lite / "jupyter-lite.json").write_text(json.dumps(PAGE), encoding="utf-8")
    (lite / "jupyter_lite_config.json").write_text(json.dumps(settings()), encoding="utf-8")
    run(lite)
    told = json.loads((lite / "out" / "jupyter-lite.json").read_text(encoding="utf-8"))
    if "pyodideUrl" not in told["jupyter-config-data"]["litePluginSettings"].get(KERNEL, {}):
        raise Missing("JupyterLite has lost pyodideUrl; its kernel would wait for ever")
    early.start(lite / "out", AT_START)
    shutil.copytree(book / "data", lite / "out" / "static" / "data",
                    ignore=shutil.ignore_patterns("*.md", *wheel.INSIDE))
    (lite / "out").rename(out)


def copy_notebooks(notebooks, target):
    """The learner's notebooks, chapters with their outputs, as they are."""
    for path in sorted([*notebooks.glob("*.ipynb"), *(notebooks / "exercises").glob("*.ipynb"),
                        *(notebooks / "pictures").glob("*.png")]):
        place = target / path.relative_to(notebooks)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, place)


def settings():
    """How JupyterLite is built: with its kernel and widgets, and no extension of a teacher's."""
    own, installed = (Path(root) / "share" / "jupyter" / "labextensions"
                      for root in (apart(pins.KERNEL), sys.prefix))
    extensions = [own / pins.EXTENSION,
                  *(installed / name for name in WIDGETS)]
    return {"LiteBuildConfig": {
        "contents": ["contents"], "output_dir": "out", "cache_dir": "cache",
        "apps": ["lab", "repl"], "no_sourcemaps": True, "no_unused_shared_packages": True,
        "ignore_sys_prefix": ["federated_extensions"],
        "federated_extensions": [*map(str, extensions)]}}


def run(lite):
    """Build what lies in ``lite`` into its folder ``out``, which is not there yet."""
    done = subprocess.run([sys.executable, "-m", "jupyterlite_core", "build"], cwd=lite, text=True,
                          env={**os.environ, "PYTHONPATH": str(apart(pins.KERNEL)),
                               "JUPYTER_CONFIG_DIR": str(lite / "no-settings")},
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode:
        raise Missing(f"JupyterLite could not be made:\n{done.stdout[-3000:]}")
