"""Files of ``data/``: where they are, and a clear error where one is missing.

In the repository the folder stands beside the package, in an installed wheel within it; in a
browser a file is brought when it is first asked for.
"""

from pathlib import Path

from mlp_lib import browser

_PACKAGE = Path(__file__).resolve().parents[1]
DATA = next((place for place in (_PACKAGE / "data", _PACKAGE.parent / "data") if place.is_dir()),
            _PACKAGE.parent / "data")


def read_bytes(path):
    """Content of the file at ``path``; FileNotFoundError says how to get it back."""
    if browser.HERE and path.is_relative_to(DATA) and not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(browser.fetched(path.relative_to(DATA).as_posix()))
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise FileNotFoundError(
            f"{path} is missing; the workbook ships it, so restore data/ from the repository, "
            "or install mlp_lib again"
        ) from None


def read_only(array):
    """``array`` itself, which cannot be written to any more: all callers share it."""
    array.setflags(write=False)
    return array
