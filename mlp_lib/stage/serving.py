"""Voilà, made to serve the demos and nothing else: no files, no notebooks, no code."""

import socket
import webbrowser
from pathlib import Path
from urllib.parse import quote

import nbformat
from jupyter_server.auth.logout import LogoutHandler
from jupyter_server.base.handlers import JupyterHandler
from tornado import ioloop, web
from traitlets.config import Config
from voila.app import Voila
from voila.static_file_handler import AllowListFileHandler
from voila.tornado.contentshandler import VoilaContentsHandler
from voila.tornado.treehandler import TornadoVoilaTreeHandler
from voila.voila_identity_provider import VoilaLoginHandler

from mlp_lib.stage.listing import beside, page

TEMPLATE = Path(__file__).resolve().parent / "template"
NOT_HERE = (AllowListFileHandler, VoilaContentsHandler, TornadoVoilaTreeHandler,  # show files
            VoilaLoginHandler, LogoutHandler)  # would set a password of the Jupyter of this person
REFUSED = ("This address needs its token. Open it as it was printed where the stage was started, "
           "with all that follows the question mark.")
EXTENSIONS = ["@voila-dashboards/widgets-manager8", "@jupyter-widgets/jupyterlab-manager",
              "anywidget"]  # a page begins sooner without others
IDLE, LOOK = 60, 15  # seconds without a page before a kernel ends, and between two looks
PING = 30_000  # milliseconds between two questions whether a page is still there


class Stage(Voila):
    """A server of the demos.

    Parameters
    ----------
    entries : list of catalogue.Entry
    opens : bool
        Whether a browser is to open the list.
    **options
        Of Voilà; `settings` makes its ``config``.
    """

    def __init__(self, entries, opens, **options):
        self.entries, self.opens = entries, opens
        super().__init__(**options)

    def setup_template_dirs(self):
        """The stage's own template comes before Voilà's."""
        super().setup_template_dirs()
        self.template_paths.insert(0, str(TEMPLATE))

    def init_handlers(self):
        """Voilà's, but for those that show files, and the list."""
        kept = [handler for handler in super().init_handlers() if handler[1] not in NOT_HERE]
        return [*kept, (self.server_url, List, {"listed": page(self.entries)}),
                ("/login", Refused)]

    def listen(self):
        """Serve until the end; say where, once the port is known."""
        ioloop.IOLoop.current().add_callback(self.say)
        super().listen()

    def say(self):
        """Print the address, and open it."""
        address = f"http://{host(self.ip)}:{self.port}{self.base_url}?token={quote(self.token)}"
        print(f"The demos are at {address}\nCtrl+C ends it.", flush=True)
        if self.opens:
            webbrowser.open(address)


def host(ip):
    """How others name the computer that listens at ``ip``."""
    if ip in ("", "0.0.0.0", "::"):  # everywhere
        return socket.gethostname()
    return f"[{ip}]" if ":" in ip else ip


class List(JupyterHandler):
    """The list of the demos, for those who have the token."""

    def initialize(self, listed):
        """Take the page."""
        self.listed = listed

    @web.authenticated
    def get(self):
        """Give it."""
        self.finish(self.listed)


class Refused(web.RequestHandler):
    """Where those come who have no token, or a wrong one."""

    def get(self):
        """Say what is missing."""
        self.set_status(403)
        self.finish(REFUSED)


def mark(handler, **launched):
    """Give a page the mark by which it may end its kernel when it is closed."""
    handler.xsrf_token  # noqa: B018 - asked for, it is set as a cookie


def settings(folder, *, ip, port, token):
    """How Voilà is set: a `traitlets.config.Config`.

    A kernel ends with its page; one whose page has gone without a word ends after a minute.

    Parameters
    ----------
    folder : Path
        Where the notebooks are.
    ip, token : str
    port : int
    """
    return Config(
        Voila={"root_dir": str(folder), "ip": ip, "port": port, "token": token,
               "open_browser": False, "log_level": "ERROR", "config_file_paths": [],
               "tornado_settings": {"ws_ping_interval": PING, "ws_ping_timeout": PING}},
        VoilaConfiguration={"strip_sources": True, "allow_template_override": "NO",
                            "extension_allowlist": EXTENSIONS, "prelaunch_hook": mark},
        KernelManager={"transport_encryption": "auto"},  # a kernel without it warns of that
        MappingKernelManager={"cull_idle_timeout": IDLE, "cull_interval": LOOK,
                              "cull_connected": False})


def write_notebooks(entries, folder):
    """A notebook for each demo, with its cell and the ways to others."""
    for k, entry in enumerate(entries):
        notebook = nbformat.v4.new_notebook(
            cells=[nbformat.v4.new_code_cell(entry.code),
                   nbformat.v4.new_markdown_cell(beside(entries, k))],
            metadata={"title": entry.title, "still": {"png": entry.png, "words": entry.words},
                      "kernelspec": {"name": "python3", "display_name": "Python 3",
                                     "language": "python"}})
        nbformat.write(notebook, folder / f"{entry.name}.ipynb")
