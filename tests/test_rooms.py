"""Rooms of `mlp_lib`: who may know whom, by which door, and what an import may load."""

import ast
import importlib
import json
import re
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import jupytext
import pytest

import mlp_lib
from tests import books

PACKAGE = Path(mlp_lib.__file__).parent
MODULES = sorted(PACKAGE.rglob("*.py"))
NOTEBOOKS = sorted(books.BOOK.rglob("*.ipynb"))
MATHEMATICS = ("arrays", "calculus", "gaussian", "linear_algebra", "surfaces")
BELOW = {"doors", "arrays", "browser"}  # of every room that may know anything
MAY_KNOW = {
    "doors": set(),
    "arrays": set(),
    "browser": set(),
    **dict.fromkeys(MATHEMATICS[1:], BELOW),
    "datasets": BELOW,
    "networks": {*BELOW, *MATHEMATICS},
    "geometry": {*BELOW, *MATHEMATICS},
    "demos.parts": {*BELOW, *MATHEMATICS, "networks", "geometry", "datasets", "plotting"},
    "showing": {*BELOW, *MATHEMATICS},
    "plotting": {*BELOW, *MATHEMATICS, "networks", "geometry", "datasets"},
    "demos": {*BELOW, *MATHEMATICS, "networks", "geometry", "datasets", "plotting",
              "demos.parts"},
    "exercises": {*BELOW, *MATHEMATICS, "networks", "geometry", "datasets"},
    "questions": {"exercises", "demos.parts"},
    "stage": set(),
    "publishing": {*BELOW, "datasets", "demos", "stage"},
    "grading": {"doors", "exercises", "datasets"},
    "grading.assignments": {"doors", "exercises", "datasets"},
    "grading.confinement": {"doors", "exercises", "datasets"},
    "grading.judging": {"doors", "exercises", "grading.assignments", "grading.confinement"},
    "grading.course": {"doors", "exercises", "grading.assignments", "grading.judging"},
    "grading.reporting": {"doors", "exercises", "grading.assignments", "grading.judging",
                          "grading.course"},
}
MAY_KNOW["grading"] |= {room for room in MAY_KNOW if room.startswith("grading.")}
HEAVY = ("matplotlib", "ipywidgets", "IPython", "PIL", "tqdm", "threadpoolctl", "pandas", "torch",
         "anywidget", "traitlets", "scipy")
OF_NUMPY_ALONE = (*MATHEMATICS, "doors", "browser", "datasets", "networks", "geometry")


def room(module):
    """The innermost room of a dotted name; empty for `mlp_lib` itself and for what is none."""
    parts = module.split(".")[1:]
    return next((".".join(parts[:n]) for n in (2, 1) if ".".join(parts[:n]) in MAY_KNOW), "")


def imports(source, package="mlp_lib"):
    """Triples (module, name or None, inside a function?) that a source imports."""
    found = []

    def visit(node, inside):
        if isinstance(node, ast.Import):
            found.extend((alias.name, None, inside) for alias in node.names)
        if isinstance(node, ast.ImportFrom):
            base = package.split(".")[: len(package.split(".")) + 1 - node.level]
            start = ".".join([*(base if node.level else []), *filter(None, [node.module])])
            found.extend((start, alias.name, inside) for alias in node.names)
        for child in ast.iter_child_nodes(node):
            visit(child, inside or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))

    visit(ast.parse(source), False)
    return found


def own(source, package="mlp_lib"):
    """Pairs (module, name or None) of the imports from `mlp_lib`."""
    return [(module, name) for module, name, _ in imports(source, package)
            if module.split(".")[0] == "mlp_lib"]


def known(source, package="mlp_lib"):
    """Rooms that a source imports from."""
    rooms = (room(f"{module}.{name}" if name else module) for module, name in own(source, package))
    return set(filter(None, rooms))


def wrong_arrows(source, own_room, package="mlp_lib"):
    return sorted(known(source, package) - {own_room} - MAY_KNOW[own_room])


def past_the_door(source, own_room="", package="mlp_lib"):
    """Imports from another room that do not come in by its front door."""
    found = []
    for module, name in own(source, package):
        there = room(f"{module}.{name}" if name else module)
        if not there or there in (own_room, f"{own_room}.parts"):
            continue
        front = importlib.import_module(f"mlp_lib.{there}")
        is_room = f"mlp_lib.{there}" in (module if not name else "", f"{module}.{name}")
        public = getattr(front, "__all__", None) or [n for n in vars(front) if n[0] != "_"]
        if not is_room and (module != f"mlp_lib.{there}" or name not in public):
            found.append(f"{module}.{name}" if name else module)
    return found


def foreign_at_the_top(source, package="mlp_lib"):
    """Packages beyond numpy and the standard library that a source loads when it is imported."""
    allowed = {*sys.stdlib_module_names, "numpy", "mlp_lib"}
    return [f"{module}.{name}" if name else module for module, name, inside in
            imports(source, package) if not inside and module.split(".")[0] not in allowed]


def named(path):
    """Dotted name of a module, and of the package that its relative imports start from."""
    parts = ["mlp_lib", *path.relative_to(PACKAGE).with_suffix("").parts]
    package = ".".join(parts[:-1])
    return (package if parts[-1] == "__init__" else ".".join(parts)), package


every_module = pytest.mark.parametrize("path", MODULES, ids=lambda path: named(path)[0])
every_room = pytest.mark.parametrize("name", sorted(MAY_KNOW))


@every_module
def test_no_arrow_points_the_other_way(path):
    module, package = named(path)
    if room(module):
        assert wrong_arrows(path.read_text(encoding="utf-8"), room(module), package) == []


@every_module
def test_other_rooms_come_in_by_the_front_door(path):
    module, package = named(path)
    assert past_the_door(path.read_text(encoding="utf-8"), room(module), package) == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: str(path.relative_to(books.BOOK)))
def test_chapters_come_in_by_the_front_door(path):
    source = "\n".join(cell.source for cell in jupytext.read(path).cells
                       if cell.cell_type == "code")
    assert past_the_door(source) == []


@pytest.mark.parametrize("path", [p for p in MODULES if room(named(p)[0]) in OF_NUMPY_ALONE],
                         ids=lambda path: named(path)[0])
def test_the_core_imports_numpy_alone_and_the_rest_inside_functions(path):
    assert foreign_at_the_top(path.read_text(encoding="utf-8"), named(path)[1]) == []


def test_no_modules_import_each_other_in_a_circle():
    names = {named(path)[0] for path in MODULES}
    arrows = {}
    for path in MODULES:
        module, package = named(path)
        targets = {name for start, imported in own(path.read_text(encoding="utf-8"), package)
                   for name in (start, f"{start}.{imported}") if name in names}
        arrows[module] = targets - {module, "mlp_lib"}
    assert list(TopologicalSorter(without_faces(arrows)).static_order())


def without_faces(arrows):
    """The arrows between modules; what a front door is asked for comes from what it hands on."""
    faces = {name for name in arrows if any(other.startswith(f"{name}.") for other in arrows)}
    return {module: {target for target in targets
                     if target not in faces or not module.startswith(f"{target}.")}
            for module, targets in arrows.items()}


def test_rooms_are_few_and_none_is_crowded():
    assert len(rooms_in(PACKAGE)) <= 18
    exempt = [PACKAGE / "demos", *(PACKAGE / "exercises" / "chapters").iterdir()]
    for folder in [PACKAGE, *(path for path in PACKAGE.rglob("*") if path.is_dir())]:
        assert folder in exempt or len(list(folder.glob("*.py"))) <= 20, folder


def rooms_in(folder):
    """Names of the modules and packages in a folder."""
    return sorted(path.stem for path in folder.iterdir()
                  if (path.suffix == ".py" or (path / "__init__.py").exists())
                  and not path.name.startswith("__"))


@every_room
def test_a_room_s_front_door_is_a_map_that_tells_the_truth(name):
    front = importlib.import_module(f"mlp_lib.{name}")
    for exported in getattr(front, "__all__", ()):
        assert getattr(front, exported) is not None
        assert exported in dir(front)
    assert len(front.__doc__.splitlines()[0]) > 30
    if Path(front.__file__).name == "__init__.py":
        for module in rooms_in(Path(front.__file__).parent):
            assert re.search(rf"\b{module}\b", front.__doc__), f"{module} is on no map"


def test_a_name_that_a_room_does_not_have_is_refused_in_words():
    with pytest.raises(AttributeError, match=r"mlp_lib\.networks has no 'perceptron'"):
        mlp_lib.networks.perceptron  # noqa: B018


@pytest.mark.parametrize(("source", "own_room", "wrong"), [
    ("from mlp_lib import plotting", "networks", ["plotting"]),
    ("def f():\n    import mlp_lib.demos.ladder", "geometry", ["demos"]),
    ("from . import networks, demos", "plotting", ["demos"]),
    ("from .exercises.engine import check", "networks", ["exercises"]),
    ("from mlp_lib.grading import probe", "exercises", ["grading"]),
    ("from mlp_lib import geometry", "networks", ["geometry"]),
    ("from mlp_lib.networks import MLP", "datasets", ["networks"]),
    ("from mlp_lib import linear_algebra\nimport mlp_lib", "networks", []),
])
def test_the_arrows_check_can_fail(source, own_room, wrong):
    assert wrong_arrows(source, own_room) == wrong


@pytest.mark.parametrize(("source", "found"), [
    ("from mlp_lib.networks import MLP, softmax", []),
    ("from mlp_lib import networks, geometry\nimport mlp_lib.calculus", []),
    ("from mlp_lib.networks.mlp import MLP", ["mlp_lib.networks.mlp.MLP"]),
    ("from mlp_lib.networks import mlp", ["mlp_lib.networks.mlp"]),
    ("import mlp_lib.geometry.robust", ["mlp_lib.geometry.robust"]),
    ("from mlp_lib.demos.parts.controls import row", ["mlp_lib.demos.parts.controls.row"]),
])
def test_the_door_check_can_fail(source, found):
    assert past_the_door(source) == found


def test_relative_imports_start_from_their_package():
    assert wrong_arrows("from .. import plotting", "exercises", "mlp_lib.exercises")
    assert not wrong_arrows("from . import engine", "exercises", "mlp_lib.exercises")


def test_the_top_level_check_can_fail():
    source = "import os, scipy.linalg\nif os:\n    from tqdm import auto\ndef f():\n    import PIL"
    assert foreign_at_the_top(source) == ["scipy.linalg", "tqdm.auto"]


@pytest.mark.parametrize("ask", ["", "; ".join(
    f"from mlp_lib import {name}; [getattr({name}, n) for n in dir({name})]"
    for name in ("calculus", "linear_algebra", "gaussian", "surfaces", "networks", "geometry"))])
def test_importing_the_package_loads_numpy_at_most(ask, tmp_path):
    code = (f"import json, sys; before = set(sys.modules); import mlp_lib; {ask}\n"
            "print(json.dumps(sorted(set(sys.modules) - before)))")
    printed = subprocess.check_output([sys.executable, "-c", code], cwd=tmp_path)
    loaded = {name.split(".")[0] for name in json.loads(printed)}
    assert ("numpy" in loaded) == bool(ask)
    assert "mlp_lib" in loaded
    assert not loaded & set(HEAVY)
    assert loaded - {"numpy", "mlp_lib"} <= set(sys.stdlib_module_names)


# ---------------------------------------------------------------- names in prose


DOTTED = re.compile(r"\bmlp_lib(?:\.[A-Za-z_]\w*+(?!\{))+")
PATH = re.compile(r"\bmlp_lib/[\w/]+(?:\.\w+)?")


def texts():
    """Everything that a person reads and that may name a place in `mlp_lib`."""
    yield from (path for path in books.ROOT.glob("*.md"))
    yield from PACKAGE.rglob("*.md")
    yield from MODULES
    yield from (books.BOOK / "text").rglob("*.py")


def exists(dotted):
    """Whether a dotted name is a module, or something in one."""
    parts = dotted.split(".")
    for n in range(len(parts), 0, -1):
        try:
            found = importlib.import_module(".".join(parts[:n]))
        except ModuleNotFoundError:
            continue
        for part in parts[n:]:
            if not hasattr(found, part):
                return False
            found = getattr(found, part)
        return True
    return False


@pytest.mark.parametrize("path", sorted(texts()), ids=lambda p: str(p.relative_to(books.ROOT)))
def test_what_is_named_in_prose_exists(path):
    text = path.read_text(encoding="utf-8")
    if path.name == "probe_inside.py":
        return  # it puts names together
    assert [name for name in sorted(set(DOTTED.findall(text))) if not exists(name)] == []
    assert [name for name in sorted(set(PATH.findall(text)))
            if not (books.ROOT / name).exists() and "NN" not in name] == []


def test_the_check_of_names_can_fail():
    assert exists("mlp_lib.networks.MLP.gradients")
    assert not exists("mlp_lib.network.MLP")
    assert not exists("mlp_lib.networks.perceptron")
