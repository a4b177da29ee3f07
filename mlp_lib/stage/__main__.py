"""``python -m mlp_lib.stage``: show the demos to a class, without JupyterLab."""

import argparse
import importlib.util
import ipaddress
import secrets
import socket
import sys
import tempfile
from pathlib import Path

from mlp_lib.stage.catalogue import read_demos

BOOK = Path(__file__).resolve().parents[2]
OPEN = ("Every computer of your network can reach it; whoever has the whole address can use it. "
        "Nothing is encrypted.")


def main(arguments=None):
    """Serve until Ctrl+C; returns the code to exit with."""
    parser = argparse.ArgumentParser(prog="python -m mlp_lib.stage", description=__doc__)
    parser.add_argument("--ip", default="127.0.0.1",
                        help="address to listen at; 127.0.0.1, this computer alone, by default")
    parser.add_argument("--port", type=port, default=8866, help="8866, or a free one near it")
    parser.add_argument("--token", help="what the address has to end in; a new one by default")
    parser.add_argument("--no-browser", action="store_true", help="open no browser")
    parser.add_argument("--book", type=Path, default=BOOK,
                        help="the repository, if it is another one than this file's")
    asked = parser.parse_args(arguments)
    if importlib.util.find_spec("voila") is None:
        parser.error('voila not found; python -m pip install -e ".[stage]" brings it')
    if not (asked.book / "notebooks" / "demos.ipynb").is_file():
        parser.error(f"no notebooks/demos.ipynb in {asked.book}; --book names the repository")
    if asked.token == "":
        parser.error("an empty token would let everybody in")
    if why := unusable(asked.ip):
        parser.error(f"this computer cannot listen at {asked.ip} ({why}); --ip takes one of its "
                     "own addresses, or 0.0.0.0 for all of them")
    if not loopback(asked.ip):
        print(OPEN)
    serve(asked)
    return 0


def port(text):
    """The number of a port; those beyond the last would be taken for others."""
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 65535):
        raise argparse.ArgumentTypeError(f"{text!r} is no port; 1 to 65535 was wanted")
    return int(text)


def unusable(ip):
    """Why this computer cannot listen at an address, in words; empty if it can."""
    try:
        family, *_, place = socket.getaddrinfo(ip or None, 0, type=socket.SOCK_STREAM,
                                               flags=socket.AI_PASSIVE)[0]
        with socket.socket(family, socket.SOCK_STREAM) as tried:
            tried.bind(place)
    except (OSError, UnicodeError) as error:
        return getattr(error, "strerror", None) or str(error)
    return ""


def loopback(ip):
    """Whether an address is this computer's own."""
    try:
        return ipaddress.ip_address(ip).is_loopback
    except ValueError:
        return ip == "localhost"


def serve(asked):
    """Serve as it was asked for."""
    from mlp_lib.stage import serving

    entries = read_demos(asked.book)
    with tempfile.TemporaryDirectory(prefix="stage_") as folder:
        serving.write_notebooks(entries, Path(folder))
        config = serving.settings(folder, ip=asked.ip, port=asked.port,
                                  token=asked.token or secrets.token_urlsafe(16))
        stage = serving.Stage(entries, not asked.no_browser, config=config)
        stage.initialize([])
        stage.start()


if __name__ == "__main__":
    sys.exit(main())
