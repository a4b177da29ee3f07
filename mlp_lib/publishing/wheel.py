"""The package as a browser needs it: without data that is brought later, and without grading."""

import base64
import hashlib
import zipfile
from pathlib import Path

import mlp_lib
from mlp_lib.publishing import pins

PACKAGE = Path(mlp_lib.__file__).resolve().parent
LEFT_OUT = ("grading", "publishing", "stage", "data")
NOT_HERE = """raise RuntimeError(
    "{room} needs an installed book: a browser has no second process, no sandbox and no threads.")
"""
INSIDE = ("formulas.csv",)  # of the data; all else is brought when it is first asked for


def write(data, folder):
    """Write the wheel into ``folder``; returns its path.

    Parameters
    ----------
    data, folder : Path
        ``data/`` of the book; where to write.
    """
    name, info = f"mlp_lib-{mlp_lib.__version__}", f"mlp_lib-{mlp_lib.__version__}.dist-info"
    files = {f"mlp_lib/{path.relative_to(PACKAGE).as_posix()}": path.read_bytes()
             for path in sorted(PACKAGE.rglob("*")) if belongs(path)}
    files |= {"/".join(("mlp_lib", "data", name)): (data / name).read_bytes() for name in INSIDE}
    files |= {f"mlp_lib/{room}/__init__.py": NOT_HERE.format(room=room.capitalize()).encode()
              for room in LEFT_OUT if room != "data"}
    files |= {f"{info}/{part}": text.encode() for part, text in (
        ("METADATA", metadata()),
        ("WHEEL", "Wheel-Version: 1.0\nGenerator: mlp_lib\nRoot-Is-Purelib: true\n"
                  "Tag: py3-none-any\n"))}
    files[f"{info}/RECORD"] = record(files, info)
    path = folder / f"{name}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for inside, content in files.items():  # one date: the same files, the same wheel
            archive.writestr(zipfile.ZipInfo(inside, (2020, 1, 1, 0, 0, 0)), content,
                             zipfile.ZIP_DEFLATED)
    return path


def belongs(path):
    """Whether a file of the package goes into the wheel."""
    inside = path.relative_to(PACKAGE).parts
    return path.is_file() and inside[0] not in LEFT_OUT and "__pycache__" not in inside


def metadata():
    """Name, version, and what a learner's code needs."""
    needs = "".join(f"Requires-Dist: {name}\n" for name in pins.OURS)
    return f"Metadata-Version: 2.1\nName: mlp_lib\nVersion: {mlp_lib.__version__}\n{needs}"


def record(files, info):
    """The wheel's list of its files with their hashes."""
    lines = [f"{name},sha256={digest(content)},{len(content)}" for name, content in files.items()]
    return "\n".join([*lines, f"{info}/RECORD,,", ""]).encode()


def digest(content):
    """SHA-256 as a wheel's record writes it."""
    return base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
