"""Packages from the registries, by the registries' own clients, kept in a cache."""

import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path


class Missing(Exception):
    """What the building of a site needs and does not find, in words."""


def cache():
    """Folder of what was brought before; ``MLP_LIB_CACHE`` names another one."""
    from platformdirs import user_cache_path

    named = os.environ.get("MLP_LIB_CACHE")
    folder = Path(named) if named else user_cache_path("mlp_lib", appauthor=False)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def from_npm(name, version):
    """Folder with the content of a package of npm.

    Raises
    ------
    Missing
        If there is no npm, or the registry does not give the package.
    """
    folder = cache() / f"{name}-{version}"
    if folder.is_dir():
        return folder
    if (npm := shutil.which("npm")) is None:
        raise Missing("npm was not found; it brings Pyodide and MathJax: apt-get install npm")
    run([npm, "pack", "--silent", f"{name}@{version}"], cache())
    archive, fresh = cache() / f"{name}-{version}.tgz", cache() / f"{name}-{version}.{os.getpid()}"
    with tarfile.open(archive) as packed:
        packed.extractall(fresh, filter="data")
    archive.unlink()
    (fresh / "package").rename(folder)
    fresh.rmdir()
    return folder


def from_pypi(requirements, python):
    """Paths of the pure wheels of ``requirements``, for a version of ``python``, as pip sorts them.

    Raises
    ------
    Missing
        If the index does not give one of them.
    """
    folder = cache() / f"wheels-{python}"
    run([sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check",
          "--no-deps", "--only-binary=:all:", "--python-version", python, "--implementation", "py",
          "--abi", "none", "--platform", "any", "--dest", folder, *requirements], cache())
    return folder


def apart(requirement):
    """Folder with one package of PyPI, without what it needs, installed by itself.

    For what JupyterLab in this environment would take for its own extension, and fail.
    """
    folder = cache() / requirement
    if not folder.is_dir():
        fresh = folder.with_name(f"{requirement}.{os.getpid()}")
        run([sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
              "--no-deps", "--target", fresh, requirement], cache())
        fresh.rename(folder)
    return folder


def run(command, folder):
    """Run a command in a folder, in silence; what it says is told if it fails."""
    done = subprocess.run([*map(str, command)], cwd=folder, capture_output=True, text=True)
    if done.returncode:
        raise Missing(f"{Path(command[0]).name} {' '.join(map(str, command[1:4]))} … failed:\n"
                      f"{done.stderr.strip()[-2000:]}")
