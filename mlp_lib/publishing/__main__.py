"""``python -m mlp_lib.publishing DIR``: write the book as a web site into a new folder."""

import argparse
import importlib.util
import shutil
import sys
import tempfile
from pathlib import Path

NEEDS = ("sphinx", "myst_nb", "sphinx_book_theme", "jupyterlite_core")


def main(arguments=None):
    """Build the site; returns the code to exit with."""
    parser = argparse.ArgumentParser(prog="python -m mlp_lib.publishing", description=__doc__)
    parser.add_argument("folder", type=Path, help="where to write; an older site there is replaced")
    parser.add_argument("--book", type=Path, default=Path(__file__).resolve().parents[2],
                        help="the repository, if it is another one than this file's")
    parser.add_argument("--address", default="",
                        help="of the published site, for the picture when a page is shared")
    parser.add_argument("--only-pages", action="store_true",
                        help="pages to read, nothing that runs")
    asked = parser.parse_args(arguments)
    if missing := [name for name in NEEDS if importlib.util.find_spec(name) is None]:
        parser.error(f'{", ".join(missing)} not found; python -m pip install -e ".[web]" brings it')
    if not (asked.book / "notebooks").is_dir():
        parser.error(f"no notebooks in {asked.book}; --book names the repository of the book")
    from mlp_lib.publishing import registries

    try:
        size = publish(asked.book.resolve(), asked.folder.resolve(), address=asked.address,
                       runs=not asked.only_pages)
    except registries.Missing as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{asked.folder}: {size / 1e6:.0f} MB; python -m http.server --directory {asked.folder}")
    return 0


def publish(book, out, *, address="", runs=True):
    """Write the site into ``out``, which is replaced once all of it stands; returns its bytes."""
    from mlp_lib.publishing import reading

    check_replaceable(out)
    with tempfile.TemporaryDirectory(dir=make(out.parent), prefix=".publishing-") as work:
        work = Path(work)
        found = reading.stage(book, work / "staged")
        reading.build(work / "staged", work / "site", found, address)
        if runs:
            from mlp_lib.publishing import running

            running.build(book, work, work / "site" / "lite")
        (work / "site" / ".nojekyll").touch()  # a host would else leave out _static
        shutil.rmtree(out, ignore_errors=True)
        (work / "site").rename(out)
    return sum(path.stat().st_size for path in out.rglob("*") if path.is_file())


def check_replaceable(out):
    """Refuse a folder that holds anything but an older site."""
    from mlp_lib.publishing import registries

    if out.exists() and any(out.iterdir()) and not (out / ".nojekyll").exists():
        raise registries.Missing(f"{out} holds something that is no site of the book; "
                                 "name a new folder, or empty it")


def make(folder):
    """The folder, made if need be."""
    folder.mkdir(parents=True, exist_ok=True)
    return folder


if __name__ == "__main__":
    sys.exit(main())
