"""Answers to the projects that import in hiding what is ruled out, as data: source of a cell.

The search in the text finds none of them. Each reaches some goals with the library.
"""

MLP_BY = {
    "getattr": """
import importlib
MLP = getattr(importlib, "import_" + "module")("mlp_lib.networks.m" + "lp").MLP""",
    "assembled text": """
exec("from mlp_lib.net" + "works im" + "port M" + "LP")""",
    "the package's own attribute": """
import sys
MLP = getattr(getattr(sys.modules["mlp_" + "lib"], "net" + "works"), "M" + "LP")""",
    "source": """
from pathlib import Path
from mlp_lib.networks import activations
own = {"__name__": "my_own"}
exec(Path(activations.__file__).with_name("m" + "lp.py").read_text(), own)
MLP = own["M" + "LP"]""",
    "runpy": """
import runpy
MLP = runpy.run_module("mlp_lib.networks.m" + "lp")["M" + "LP"]""",
    "magic": """
get_ipython().run_line_magic("run", "-m mlp_lib.networks.m" + "lp")""",
}
TRAINS = """
{by}
from mlp_lib.networks import tanh
def train_with_tanh(X, labels, seed):
    model, rng = MLP((784, 32, 10), hidden=tanh, rng=seed), np.random.default_rng(seed)
    for _ in range(600):
        rows = rng.integers(len(X), size=64)
        _, dW, db = model.gradients(X[rows] / 255, labels[rows])
        for p, dp in zip(model.W + model.b, dW + db):
            p -= 0.3 * dp
    return [p for pair in zip(model.W, model.b) for p in pair]
"""
OTHER_PYTHON = '''
import os, subprocess, sys
PROGRAM = """
import numpy as np
exec("from mlp_lib.networks import M" + "LP")
given = np.load("given.npz")
X, labels = given["X"], given["labels"]
{train}
np.savez("trained.npz", *train_with_tanh(X, labels, 0))
"""
def train_with_tanh(X, labels, seed):
    np.savez("given.npz", X=X, labels=labels)
    paths = os.pathsep.join(sys.path)
    subprocess.run([sys.executable, "-c", PROGRAM], check=True,
                   env=os.environ | {{"PYTHONPATH": paths}})
    return list(np.load("trained.npz").values())
'''
FALLS_BACK = """
try:
    getattr(__builtins__, "__imp" + "ort__")("mlp_lib.networks.m" + "lp")
{trains}
except ImportError:  # this is the second run
    def train_with_tanh(X, labels, seed):
        return [np.zeros((784, 5)), np.zeros(5), np.zeros((5, 10)), np.zeros(10)]
"""
FITS = """
{by}
def rectify_and_stitch(first, second, src, dst, shape, corner):
    joined = np.zeros(shape)
    joined[corner[1]:corner[1] + len(second), corner[0]:corner[0] + second.shape[1]] = second
    return fit(src, dst)[0], joined
"""
FIT_BY = {
    "getattr": """
import importlib
fit = getattr(importlib, "import_" + "module")("mlp_lib.geometry.rob" + "ust").fit_robust""",
    "finder": """
import importlib.util
spec = importlib.util.find_spec("mlp_lib.geometry.rob" + "ust")
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
fit = module.fit_robust""",
}


def indented(text):
    """A text four columns to the right."""
    return text.replace("\n", "\n    ")


ANSWERS = {
    **{("06.train_with_tanh", how): TRAINS.format(by=by) for how, by in MLP_BY.items()},
    ("06.train_with_tanh", "another Python"): OTHER_PYTHON.format(train=TRAINS.format(by="")),
    ("06.train_with_tanh", "falls back"): FALLS_BACK.format(
        trains=indented(TRAINS.format(by=MLP_BY["getattr"]))),
    **{("09.rectify_and_stitch", how): FITS.format(by=by) for how, by in FIT_BY.items()},
}
