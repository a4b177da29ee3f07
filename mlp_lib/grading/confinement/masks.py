"""What a sandbox shows nothing of, although it lies in a folder that is shown: where it lies, and
what is put in its place."""

import contextlib
import os
import sys
from functools import lru_cache
from pathlib import Path

from mlp_lib.grading.confinement.environment import PACKAGE, user_site

NOT_INSTALLED = Path(__file__).parent / "inside" / "not_installed.py"
FOLDERS = ("site-packages", "dist-packages")
CODE = (".py", ".pyc", ".so")


@lru_cache(maxsize=4)
def package_folders(roots):
    """Folders below the ``roots`` that hold packages, whichever Python they belong to.

    A workbook that was unpacked there is one, too.
    """
    found = []
    for root in roots:
        for where, folders, _ in os.walk(root):
            found += [Path(where, name) for name in folders if name in FOLDERS]
            found += [Path(where)] if PACKAGE.name in folders else []
            folders[:] = [name for name in folders if name not in FOLDERS]
    return tuple(found)


def workbooks(roots):
    """Folders of a search path that hold `mlp_lib` as its repository does, beside other things."""
    return [folder for folder in search_path(roots)
            if folder.name not in FOLDERS and (folder / PACKAGE.name).is_dir()]


def search_path(roots):
    """Folders that a Python inside can import from: this one's, and those of all others."""
    return [*map(Path, [PACKAGE.parent, *user_site(), *sys.path]), *package_folders(tuple(roots))]


def inside(paths, roots):
    """Every name by which the sandbox shows one of the ``paths``, in order."""
    real = {Path(path).resolve() for path in paths}
    return sorted({root / path.relative_to(root.resolve()) for root in roots
                   for path in real if path.is_relative_to(root.resolve())})


def belongs(entry, names):
    """Whether an entry of a folder is the code of a library of one of the ``names``."""
    if entry.is_dir():
        return entry.name in names
    return entry.name.split(".")[0] in names and Path(entry.name).suffix in CODE


def libraries(names, roots):
    """The files and folders that an import of one of the ``names`` could load.

    Parameters
    ----------
    names : collection of str
        Of top-level modules, or of modules of `mlp_lib` as they are called there, such as
        "geometry" and "networks.mlp".
    roots : sequence of Path
        The folders that are shown.

    Returns
    -------
    list of Path
        As they are called inside.
    """
    found, folders = [], search_path(roots)
    for room, modules in by_room(names).items():
        for folder in [*folders, *(folder / PACKAGE.name for folder in folders)]:
            for place in (folder / room, folder / room / "__pycache__"):
                with contextlib.suppress(OSError), os.scandir(place) as entries:
                    found += [entry.path for entry in entries if belongs(entry, modules)]
    return inside(found, roots)


def by_room(names):
    """The last words of dotted names, by the path that the words before them are."""
    found = {}
    for name in names:
        *rooms, last = name.split(".")
        found.setdefault("/".join(rooms), set()).add(last)
    return found


def emptied(folder, *filling):
    """Options that show an empty folder, or the ``filling``, in the place of another."""
    return ["--size", "4096", "--perms", "0755", "--tmpfs", str(folder), *filling,
            "--remount-ro", str(folder)]


def not_installed(names, roots):
    """Options that hide libraries: whatever an import of them finds says that there is none."""
    found = []
    for path in libraries(names, roots):
        stub = ["--ro-bind", str(NOT_INSTALLED)]
        found += (emptied(path, *stub, str(path / "__init__.py")) if path.is_dir()
                  else [*stub, str(path)])
    return found
