"""Files of ``data/``: where they are, and a clear error where one is missing."""

from pathlib import Path

DATA = Path(__file__).resolve().parents[2] / "data"


def read_bytes(path):
    """Content of the file at ``path``; FileNotFoundError says how to get it back."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise FileNotFoundError(
            f"{path} is missing; the workbook ships it, so restore data/ from the repository"
        ) from None


def read_only(array):
    """``array`` itself, which cannot be written to any more: all callers share it."""
    array.setflags(write=False)
    return array
