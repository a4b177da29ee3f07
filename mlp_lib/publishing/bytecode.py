"""Wheels as bytecode, made by the Python that will read them: in a browser half of an import is
compiling."""

import json
import shutil
from pathlib import Path

from mlp_lib.publishing import pins
from mlp_lib.publishing.registries import Missing, run

HERE = Path(__file__).resolve().parent
STDLIB = "python_stdlib.zip"


def compile_all(folder, core):
    """Turn the sources in all wheels of ``folder``, and in the standard library, to bytecode.

    The package `mlp_lib` keeps its sources beside it: a learner may read them. Tests and samples
    of all others are left out.

    Parameters
    ----------
    folder, core : Path
        The wheels and the library, which are replaced; a whole Pyodide, which does it.

    Raises
    ------
    Missing
        If there is no Node.js.
    """
    if (node := shutil.which("node")) is None:
        raise Missing("node was not found; it compiles the wheels: apt-get install npm")
    site = f"/lib/python{pins.PYTHON}/site-packages/"  # as Pyodide has it
    places = {path.name: site for path in sorted(folder.glob("*.whl"))}
    places[STDLIB] = f"/lib/python{pins.PYTHON.replace('.', '')}.zip/"
    run([node, HERE / "bytecode.js", core, folder, HERE / "in_pyodide.py", json.dumps(places)],
        folder)
