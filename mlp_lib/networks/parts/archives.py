"""Files of plain arrays, ``.npz``: written whole or not at all, read only if they are sound."""

import os
import zipfile
from pathlib import Path

import numpy as np


def as_path(path, name="path"):
    """``path`` as a `pathlib.Path`; TypeError if it is none, such as a number."""
    try:
        return Path(path)
    except TypeError:
        raise TypeError(f"{name} needs the name of a file, such as 'run.npz'; "
                        f"got {path!r} ({type(path).__name__})") from None


def check_folder(path):
    """FileNotFoundError if the folder that ``path`` would stand in does not exist."""
    folder = Path(path).parent
    if not folder.is_dir():
        raise FileNotFoundError(f"{path}: there is no folder {folder} to write it into")


def write(path, content):
    """Write a dict of arrays to ``path`` whole or not at all: an older file stays until then.

    Raises
    ------
    OSError
        If that fails; it names ``path``.
    """
    path = as_path(path)
    check_folder(path)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with open(beside, "wb") as file:
            np.savez(file, **content)
        os.replace(beside, path)
    except OSError as error:  # it would name the file beside
        raise type(error)(f"{path}: not written, {error.strerror or error}") from error
    finally:
        beside.unlink(missing_ok=True)


def read(path, what):
    """The dict of arrays in a sound file.

    Raises
    ------
    FileNotFoundError, ValueError
        If there is none, or it is damaged; the words call it a ``what``.
    """
    path = as_path(path)
    try:
        with zipfile.ZipFile(path) as archive:
            damaged = archive.testzip()  # numpy alone would not check an array read in part
        if damaged:
            raise ValueError(f"the checksum of {damaged} is wrong")
        with np.load(path, allow_pickle=False) as file:
            return {name: np.asarray(file[name]) for name in file}
    except FileNotFoundError:
        raise FileNotFoundError(f"{path}: no such file, so no {what} to load") from None
    except Exception as error:  # a damaged archive raises nearly anything
        raise ValueError(f"{path}: not a sound {what} file ({error})") from error


def check_fields(content, fields, what):
    """ValueError if one of ``fields``, {name: (indices, kinds of dtype)}, is missing or strange."""
    missing = [name for name in fields if name not in content]
    if missing:
        raise ValueError(f"not a {what} file; it has no {', '.join(missing)}")
    for name, (ndim, kinds) in fields.items():
        found = content[name]
        if found.ndim != ndim or found.dtype.kind not in kinds:
            raise ValueError(
                f"{name} needs {ndim} indices and a dtype of kind {kinds!r}; "
                f"got {found.dtype} of shape {found.shape}"
            )
