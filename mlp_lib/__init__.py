"""The helper package of the gradient workbook: small rooms of numpy code.

The rooms of the mathematics are loaded when they are first asked for, and load numpy
and the standard library alone. Figures (`mlp_lib.plotting`) and demos
(`mlp_lib.demos`) are imported by name, where they are used.

One convention everywhere: samples are rows, a layer is ``X @ W + b``, and a
loss is the mean over the samples.
"""

import importlib
from pathlib import Path

__version__ = "0.1.0"

_NOT_CORE = ("__init__", "plotting")
_CORE = sorted(path.stem for path in Path(__file__).parent.glob("*.py")
               if path.stem not in _NOT_CORE)

__all__ = ["MLP", *_CORE]


def __getattr__(name):
    if name == "MLP":
        return importlib.import_module("mlp_lib.network").MLP
    if name in _CORE:
        return importlib.import_module(f"mlp_lib.{name}")
    raise AttributeError(f"module 'mlp_lib' has no attribute {name!r}")


def __dir__():
    return [*globals(), *__all__]
