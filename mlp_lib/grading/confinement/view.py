"""What bubblewrap shows inside a sandbox, as its command line options."""

import os
import sys
from pathlib import Path

from mlp_lib.datasets import DATA
from mlp_lib.grading.confinement import masks
from mlp_lib.grading.confinement.environment import PACKAGE, environment, font_list, user_site

KERNEL_START = Path(__file__).parent / "inside" / "kernel_start.py"
HIDDEN = ("exercises/chapters", "grading")  # of `mlp_lib`
BESIDE = ("notebooks", "tests", ".git", "build", "dist")  # it, in a repository; answers, too
WORK, INBOX, SOCKETS, SCRIPT = "/submission", "/inbox", "/sockets", "/kernel_start.py"
ZERO = ("--dev-bind", "/dev/full", "/dev/zero")  # it gives zeros too, but no shared memory
TEMPORARY, SHARED = "/tmp", "/dev/shm"
IN_MEMORY = (TEMPORARY, SHARED, WORK)  # where files can be written


def system():
    """Options that show the system's programs and libraries, read-only."""
    found = []
    for path in map(Path, ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")):
        if path.is_symlink():
            found += ["--symlink", os.readlink(path), str(path)]
        elif path.is_dir():
            found += ["--ro-bind", str(path), str(path)]
    found += ["--perms", "0755", "--dir", "/etc"]
    for path in ("/etc/alternatives", "/etc/ld.so.cache", "/etc/fonts", "/etc/localtime"):
        found += ["--ro-bind-try", path, path]
    return found


def parents(path):
    """Options that make the folders above ``path``, open to the sandbox's user."""
    return [word for folder in list(reversed(Path(path).parents))[1:]
            for word in ("--perms", "0755", "--dir", str(folder))]


def outermost(folders):
    """The ``folders`` that exist, without /usr and without those that lie in another."""
    folders = [Path(folder) for folder in dict.fromkeys(folders) if os.path.isdir(folder)]
    return [folder for folder in folders
            if not any(folder != other and folder.is_relative_to(other)
                       for other in [*folders, Path("/usr")]) and folder != Path("/usr")]


def roots():
    """Folders of the interpreter, its packages, `mlp_lib` and the data, by all their names."""
    found = [sys.prefix, sys.exec_prefix, sys.base_prefix, *user_site(), str(PACKAGE), str(DATA)]
    return outermost([form(root) for root in found for form in (os.path.abspath, os.path.realpath)])


def python():
    """Options that show the interpreter, its packages, `mlp_lib` and the data, read-only."""
    return [word for root in roots() for word in shown(root)]


def shown(root):
    """Options that show one folder, read-only.

    A folder that is closed to others, as `mktemp` makes it, would be closed to the sandbox's user
    too. So such a one is made anew and what it holds is shown in it.
    """
    source = root.resolve()
    if source.stat().st_mode & 0o005 == 0o005:
        return [*parents(root), "--ro-bind", str(source), str(root)]
    found = parents(root / "entry")
    for entry in sorted(os.scandir(source), key=lambda entry: entry.name):
        how = (["--symlink", os.readlink(entry.path)] if entry.is_symlink()
               else ["--ro-bind", entry.path])
        found += [*how, str(root / entry.name)]
    return found


def places():
    """All folders with programs or packages that are shown."""
    return [Path("/usr"), *roots()]


def shows(path):
    """Whether what lies at a path can be read in a sandbox."""
    return any(Path(path).resolve().is_relative_to(place.resolve()) for place in places())


def secret_folders():
    """What is shown of references or the grading, in every `mlp_lib` and beside it."""
    packages = [PACKAGE, *(folder / PACKAGE.name for folder in masks.search_path(places()))]
    secret = [package / name for package in packages for name in HIDDEN]
    secret += [book / name for book in masks.workbooks(places()) for name in BESIDE]
    folders = {folder for folder in masks.inside(secret, places()) if folder.is_dir()}
    return sorted(folder for folder in folders if folders.isdisjoint(folder.parents))


def hidden(libraries):
    """Options that empty the secret folders and hide the ``libraries``."""
    secret = [word for folder in secret_folders() for word in masks.emptied(folder)]
    return [*secret, *masks.not_installed(libraries, places())]


def in_memory(folder, size):
    """Options for a folder that is writable, bounded, and gone at the end."""
    return ["--size", str(size), "--perms", "1777", "--tmpfs", folder]


def own(room):
    """Options for the folders that belong to this sandbox alone."""
    homes = [word for name in ("home", "matplotlib")
             for word in ("--perms", "0777", "--dir", f"{TEMPORARY}/{name}")]
    fonts = font_list()
    fonts = ["--ro-bind", str(fonts), f"{TEMPORARY}/matplotlib/{fonts.name}"] if fonts else []
    return [*homes, *fonts, "--ro-bind", str(room.inbox), INBOX,
            "--bind", str(room.sockets), SOCKETS, "--ro-bind", str(KERNEL_START), SCRIPT]


def options(room, limits):
    """All options of bubblewrap but those of its namespaces.

    Parameters
    ----------
    room : Room
        The folders ``inbox`` and ``sockets`` of this sandbox, and what is ``hidden`` in it.
    limits : Limits
    """
    variables = [word for name, value in environment(limits, TEMPORARY).items()
                 for word in ("--setenv", name, value)]
    return ["--die-with-parent", "--new-session", "--hostname", "sandbox", "--clearenv",
            *system(), "--proc", "/proc", "--dev", "/dev", *ZERO,
            *in_memory(SHARED, limits.disk), "--remount-ro", "/dev",
            *in_memory(TEMPORARY, limits.disk), *in_memory(WORK, limits.disk),
            *python(), *hidden(room.hidden), *own(room), "--remount-ro", "/", *variables,
            "--chdir", WORK]
