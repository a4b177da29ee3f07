"""Versions of what the site is made of, beside those that the extra ``web`` names.

Pyodide 0.27.7 is the newest whose compiled wheels could be had: for later ones no registry has
numpy. They lie in `WHEELS`; its README says where they are from and how to take newer ones.
"""

from pathlib import Path

PYODIDE, MATHJAX = "0.27.7", "3.2.2"  # packages of npm
KERNEL = "jupyterlite-pyodide-kernel==0.6.1"  # the newest that goes with that Pyodide
EXTENSION = "@jupyterlite/pyodide-kernel-extension"
OF_THE_KERNEL = {"piplite": ("micropip",), "ipykernel": ("ipython",),
                 "pyodide_kernel": ("ipykernel", "piplite")}  # its own wheels, with their needs
PYTHON = "3.12"  # of that Pyodide
WHEELS = Path(__file__).resolve().parents[2] / ".pyodide"
COMPILED = ("numpy", "matplotlib", "pillow", "contourpy", "kiwisolver", "sqlite3", "ssl", "openssl")
# Names of Pyodide's own lock; pure Python, so PyPI has them in the versions that the lock names.
# Its pytz, 600 files, is not among them: nothing here imports it.
PURE = ("asttokens", "cycler", "decorator", "executing", "fonttools", "ipython", "jedi",
        "matplotlib-inline", "matplotlib-pyodide", "micropip", "packaging", "parso",
        "prompt-toolkit", "pure-eval", "pygments", "pyparsing", "python-dateutil", "six",
        "stack-data", "threadpoolctl", "traitlets", "wcwidth")
WIDGETS = {  # not in the lock: what a demo needs, with its own needs and what it is imported as
    "comm==0.2.3": ((), "comm"),
    "jupyterlab-widgets~=3.0.15": ((), "jupyterlab_widgets"),
    "ipywidgets~=8.1": (("comm", "jupyterlab-widgets", "traitlets", "ipython"), "ipywidgets"),
    "typing-extensions>=4.12": ((), "typing_extensions"),
    "psygnal>=0.11": ((), "psygnal"),
    "anywidget~=0.11.0": (("ipywidgets", "psygnal", "typing-extensions"), "anywidget"),
    "platformdirs>=4": ((), "platformdirs"),
    "tqdm>=4.66.3": ((), "tqdm"),
}
OURS = ("numpy", "matplotlib", "pillow", "ipywidgets", "anywidget", "platformdirs", "tqdm",
        "threadpoolctl")  # what a learner's code needs
# Brought while Python itself starts: the book, and what the kernel would ask for one by one.
AT_ONCE = ("micropip", "ssl", "sqlite3", "comm", "jedi", "ipython", *OF_THE_KERNEL, "mlp-lib")
