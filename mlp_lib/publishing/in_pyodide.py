"""Replace the archives in ``/wheels`` by their bytecode; `bytecode` runs this inside Pyodide.

``places`` is JSON: for each archive the folder from which Python will read it.
"""

import json
import re
import warnings
import zipfile
from importlib._bootstrap_external import _code_to_hash_pyc as unchecked
from importlib.util import cache_from_source, source_hash
from pathlib import Path

LEFT_OUT = re.compile(r"/tests/|/sample_data/|/django-stubs/")
DATE = (2020, 1, 1, 0, 0, 0)  # the same files, the same wheel


def compiled(name, content, place):
    """Bytecode that is not compared to its source, whose date no archive keeps."""
    code = compile(content, place + name, "exec", dont_inherit=True)
    return unchecked(code, source_hash(content), False)


def files(archive, place):
    """Name and content of each file that the new archive gets."""
    ours = Path(archive.filename).name.startswith("mlp_lib-")
    for name in archive.namelist():
        if name.endswith("/") or LEFT_OUT.search(name):
            continue
        content = archive.read(name)
        if not name.endswith(".py"):
            yield name, content
        elif ours:
            yield name, content
            yield cache_from_source(name), compiled(name, content, place)
        else:
            yield f"{name}c", compiled(name, content, place)


def replace(path, place):
    """Write the archive anew."""
    fresh = path.with_suffix(".new")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(fresh, "w") as new:
        for name, content in files(old, place):
            new.writestr(zipfile.ZipInfo(name, DATE), content, zipfile.ZIP_DEFLATED)
    fresh.replace(path)


warnings.simplefilter("ignore", SyntaxWarning)  # of others' sources
for name, place in json.loads(places).items():  # noqa: F821
    replace(Path("/wheels") / name, place)
