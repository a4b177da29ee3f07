"""Rooms of `mlp_lib`: who may know whom, and what `import mlp_lib` may load."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

import mlp_lib

PACKAGE = Path(mlp_lib.__file__).parent
MODULES = sorted(PACKAGE.rglob("*.py"))
MAY_KNOW = {
    "core": {"core"},
    "plotting": {"core", "plotting"},
    "demos": {"core", "plotting", "demos"},
    "exercises": {"core", "exercises"},
    "grading": {"core", "exercises", "grading"},
}
HEAVY = ("matplotlib", "ipywidgets", "IPython", "PIL", "tqdm", "threadpoolctl", "pandas", "torch",
         "anywidget", "traitlets", "scipy")


def room(module):
    """Room of a dotted name such as ``mlp_lib.demos.digit_pad``; core is what has no other."""
    first = (*module.split("."), "")[1]
    return first if first in MAY_KNOW else "core"


def imports(source, package="mlp_lib"):
    """Dotted names that a source imports, each with whether a function does it."""
    found = []

    def visit(node, inside):
        if isinstance(node, ast.Import):
            found.extend((alias.name, inside) for alias in node.names)
        if isinstance(node, ast.ImportFrom):
            base = package.split(".")[: len(package.split(".")) + 1 - node.level]
            start = ".".join([*(base if node.level else []), *filter(None, [node.module])])
            found.extend((f"{start}.{alias.name}", inside) for alias in node.names)
        for child in ast.iter_child_nodes(node):
            visit(child, inside or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))

    visit(ast.parse(source), False)
    return found


def wrong_arrows(source, own_room, package="mlp_lib"):
    own = [name for name, _ in imports(source, package) if name.split(".")[0] == "mlp_lib"]
    return [name for name in own if room(name) not in MAY_KNOW[own_room]]


def foreign_at_the_top(source, package="mlp_lib"):
    """Packages beyond numpy and the standard library that a source loads when it is imported."""
    allowed = {*sys.stdlib_module_names, "numpy", "mlp_lib"}
    return [name for name, inside in imports(source, package)
            if not inside and name.split(".")[0] not in allowed]


def named(path):
    """Dotted name of a module, and of the package that its relative imports start from."""
    parts = ["mlp_lib", *path.relative_to(PACKAGE).with_suffix("").parts]
    package = ".".join(parts[:-1])
    return (package if parts[-1] == "__init__" else ".".join(parts)), package


@pytest.mark.parametrize("path", MODULES, ids=lambda path: named(path)[0])
def test_no_arrow_points_the_other_way(path):
    module, package = named(path)
    assert wrong_arrows(path.read_text(encoding="utf-8"), room(module), package) == []


@pytest.mark.parametrize("path", [p for p in MODULES if room(named(p)[0]) == "core"],
                         ids=lambda path: named(path)[0])
def test_the_core_imports_numpy_alone_and_the_rest_inside_functions(path):
    assert foreign_at_the_top(path.read_text(encoding="utf-8"), named(path)[1]) == []


@pytest.mark.parametrize(("source", "own_room", "wrong"), [
    ("from mlp_lib import plotting", "core", ["mlp_lib.plotting"]),
    ("def f():\n    import mlp_lib.demos.digit_pad", "core", ["mlp_lib.demos.digit_pad"]),
    ("from . import network, demos", "plotting", ["mlp_lib.demos"]),
    ("from .exercises.engine import check", "core", ["mlp_lib.exercises.engine.check"]),
    ("from mlp_lib.grading import probe", "exercises", ["mlp_lib.grading.probe"]),
    ("from mlp_lib import MLP, network\nimport mlp_lib", "core", []),
])
def test_the_arrows_check_can_fail(source, own_room, wrong):
    assert wrong_arrows(source, own_room) == wrong


def test_relative_imports_start_from_their_package():
    assert wrong_arrows("from .. import plotting", "exercises", "mlp_lib.exercises")
    assert not wrong_arrows("from . import engine", "exercises", "mlp_lib.exercises")


def test_the_top_level_check_can_fail():
    source = "import os, scipy.linalg\nif os:\n    from tqdm import auto\ndef f():\n    import PIL"
    assert foreign_at_the_top(source) == ["scipy.linalg", "tqdm.auto"]


@pytest.mark.parametrize("ask", ["", "[getattr(mlp_lib, name) for name in mlp_lib.__all__];"])
def test_importing_the_package_loads_numpy_at_most(ask, tmp_path):
    code = (f"import json, sys; before = set(sys.modules); import mlp_lib; {ask}"
            "print(json.dumps(sorted(set(sys.modules) - before)))")
    printed = subprocess.check_output([sys.executable, "-c", code], cwd=tmp_path)
    loaded = {name.split(".")[0] for name in json.loads(printed)}
    assert ("numpy" in loaded) == bool(ask)
    assert "mlp_lib" in loaded
    assert not loaded & set(HEAVY)
    assert loaded - {"numpy", "mlp_lib"} <= set(sys.stdlib_module_names)
