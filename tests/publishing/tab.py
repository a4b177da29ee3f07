"""The site in the tab of a browser: served, opened, its kernel waited for, its cells run."""

import contextlib
import functools
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

FIRST = 600.0  # seconds that Python may take to come into a page on a busy machine
IDLE = """() => window.jupyterapp?.shell?.currentWidget?.sessionContext?.session?.kernel?.status
  === 'idle'"""


class Handler(SimpleHTTPRequestHandler):
    """Files as a host of pages serves them, without a word."""

    extensions_map = SimpleHTTPRequestHandler.extensions_map | {
        ".wasm": "application/wasm", ".mjs": "text/javascript"}

    def log_message(self, *arguments):
        """Say nothing."""


@contextlib.contextmanager
def served(site):
    """Address under which the folder ``site`` is served on this machine."""
    handler = functools.partial(Handler, directory=site)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def ready(page):
    """Wait until the page's kernel has come up."""
    page.wait_for_function(IDLE, timeout=FIRST * 1000)
