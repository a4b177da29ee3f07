"""Python for the browser: Pyodide with the wheels that the book needs, and no others.

The compiled wheels lie in the repository, and each must have the hash of Pyodide's own lock. Pure
ones are PyPI's, in the lock's versions, and those of the kernel come with it. All are turned to
bytecode; together they make the lock that the site has.
"""

import hashlib
import json
import shutil

from mlp_lib.publishing import bytecode, pins
from mlp_lib.publishing.registries import Missing, apart, from_npm, from_pypi

LOADERS = "pyodide.js", "pyodide.mjs"
CORE = (*LOADERS, "pyodide.asm.js", "pyodide.asm.wasm", "python_stdlib.zip")
FIRST, LAST = 'sys.path.insert(0,"")', 'sys.path.append("")'


def build(wheel, folder):
    """Write the interpreter, its wheels and its lock into ``folder``.

    Parameters
    ----------
    wheel : Path
        Of `mlp_lib`.
    folder : Path
        Is made.

    Raises
    ------
    Missing
        If a compiled wheel is missing or not the one that Pyodide built.
    """
    folder.mkdir(parents=True)
    core = from_npm("pyodide", pins.PYODIDE)
    for name in CORE:
        shutil.copy(core / name, folder)
    look_beside_the_notebook_last(folder)
    lock = json.loads((core / "pyodide-lock.json").read_text(encoding="utf-8"))
    official = lock["packages"]
    lock["packages"] = {name: compiled(official[name], folder) for name in pins.COMPILED}
    pure = {f"{name}=={official[name]['version']}": (official[name]["depends"],
                                                     *official[name]["imports"])
            for name in pins.PURE}
    wheels = list(from_pypi([*pure, *pins.WIDGETS], pins.PYTHON).glob("*.whl"))
    for requirement, (needs, *imports) in {**pure, **pins.WIDGETS}.items():
        name = plain(requirement)
        path = newest(name, requirement, wheels)
        lock["packages"][name] = entry(name, path, folder, needs, imports)
    for path in of_the_kernel():
        name = path.name.split("-")[0]
        lock["packages"][plain(name)] = entry(plain(name), path, folder, pins.OF_THE_KERNEL[name],
                                              [name])
    lock["packages"]["mlp-lib"] = entry("mlp-lib", wheel, folder, pins.OURS, ["mlp_lib"])
    bytecode.compile_all(folder, core)
    for each in lock["packages"].values():
        each["sha256"] = sha256(folder / each["file_name"])
        needs = map(plain, each["depends"])
        each["depends"] = [need for need in needs if need in lock["packages"]]
    (folder / "pyodide-lock.json").write_text(json.dumps(lock), encoding="utf-8")


def look_beside_the_notebook_last(folder):
    """Let Python look for a module in the notebook's folder last, no longer first.

    For each look there the page must answer, and each import waits while the page draws its cells.
    """
    for name in LOADERS:
        text = (folder / name).read_text(encoding="utf-8")
        if text.count(FIRST) != 1:
            raise Missing(f"{name} does not say {FIRST}, which is to become {LAST}: "
                          f"does Pyodide {pins.PYODIDE} still put the folder first?")
        (folder / name).write_text(text.replace(FIRST, LAST), encoding="utf-8")


def compiled(official, folder):
    """The lock's entry of a compiled wheel, which is copied; its hash must be the official one."""
    path = pins.WHEELS / official["file_name"]
    if not path.is_file():
        raise Missing(f"{path} is missing: Pyodide {pins.PYODIDE} needs it. "
                      f"{pins.WHEELS / 'README.md'} says where it is from")
    if (found := sha256(path)) != official["sha256"]:
        raise Missing(f"{path} is not the file that Pyodide {pins.PYODIDE} built: its SHA-256 is "
                      f"{found}, the lock says {official['sha256']}")
    shutil.copy(path, folder)
    return official


def of_the_kernel():
    """The wheels that JupyterLite's kernel brings, without stand-ins for other versions."""
    folder = apart(pins.KERNEL) / "share" / "jupyter" / "labextensions" / pins.EXTENSION
    return [next((folder / "static" / "pypi").glob(f"{name}-*.whl")) for name in pins.OF_THE_KERNEL]


def entry(name, path, folder, needs, imports):
    """An entry of the lock for a pure wheel, which is copied."""
    shutil.copy(path, folder)
    return {"name": name, "version": path.name.split("-")[1], "file_name": path.name,
            "install_dir": "site", "sha256": sha256(path), "package_type": "package",
            "imports": list(imports), "depends": list(needs), "unvendored_tests": False}


def newest(name, requirement, wheels):
    """The wheel of a requirement among those that pip brought now or before."""
    own = [path for path in wheels if plain(path.name.split("-")[0]) == name]
    exact = [path for path in own if requirement.endswith(f"=={path.name.split('-')[1]}")]
    if not own:
        raise Missing(f"pip did not bring {requirement}")
    return max(exact or own, key=lambda path: path.stat().st_mtime)


def plain(requirement):
    """Name of a package as a lock writes it."""
    for sign in "=~><":
        requirement = requirement.split(sign)[0]
    return requirement.replace("_", "-").replace(".", "-").lower()


def sha256(path):
    """Hash of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
