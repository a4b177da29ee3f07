"""Hostile notebooks as data: what they do, and the words in which a run of them must end.

Each stands between two honest cells, which define `double` and `triple`; whatever the hostile
cells do, both must still be computed. `{word}` in a cell is filled in by the test.
"""

from dataclasses import dataclass, field

BEFORE = "import numpy as np\ndef double(X):\n    return 2 * X"
AFTER = "def triple(X):\n    return 3 * X"


@dataclass(frozen=True)
class Hostile:
    """A notebook that means harm.

    Attributes
    ----------
    cells : tuple of str
        The sources of the hostile cells.
    end : str
        `Run.end` that it must come to.
    says : str
        What must be found in the reasons of the run.
    files : dict
        What lies beside the notebook: text by path.
    """

    cells: tuple
    end: str = "finished"
    says: str = ""
    files: dict = field(default_factory=dict)

    def sources(self, **words):
        """All cells, with the words filled in."""
        cells = list(self.cells)
        for name, value in words.items():
            cells = [cell.replace("{" + name + "}", str(value)) for cell in cells]
        return [BEFORE, *cells, AFTER]


DEAF = """
import signal
signal.signal(signal.SIGINT, signal.SIG_IGN)
while True:
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    except:
        pass
"""
BURST = """
import os, time
children = []
try:
    for _ in range(1000):
        child = os.fork()
        if child == 0:
            time.sleep(30)
            os._exit(0)
        children.append(child)
except OSError:
    pass
started = len(children)
"""
DAEMON = """
import os, sys
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.execv(sys.executable, [sys.executable, "-c", "import time; time.sleep(1000)", "{mark}"])
    os._exit(0)
os.wait()
"""
SHARE = """
import os, time
for _ in range(4):
    if os.fork() == 0:
        mine = bytearray(os.urandom(1)) * {bytes}
        time.sleep(30)
        os._exit(0)
time.sleep(30)
"""
SPY = """
import os, pathlib
found = []
for place in {places}:
    try:
        path = pathlib.Path(place)
        found.append([place, os.listdir(path) if path.is_dir() else path.read_text()])
    except OSError:
        pass
found += [["environment", name] for name in os.environ if "SECRET" in name]
for process in os.listdir("/proc"):
    try:
        if b"SECRET" in pathlib.Path("/proc", process, "environ").read_bytes():
            found.append(["environment of", process])
    except OSError:
        pass
"""
REFERENCES = """
import importlib, os, mlp_lib
found = []
for name in ("grading.judging", "grading.confinement.execution", "exercises.chapters.ch03"):
    try:
        found.append(repr(importlib.import_module("mlp_lib." + name)))
    except ImportError:
        pass
for folder in ("grading", "exercises/chapters", "../tests", "../notebooks", "../.git"):
    path = os.path.join(mlp_lib.__path__[0], folder)
    found += os.listdir(path) if os.path.isdir(path) else []
"""
DIAL = """
import socket
try:
    socket.create_connection(("127.0.0.1", {port}), timeout=2).sendall(b"answers, please")
    reached = True
except OSError:
    reached = False
"""
WRITE = """
import os
written = []
for place in ("{source}/stolen.txt", "/submission/../inbox/x", "/usr/x", "/dev/x", "/etc/x", "/x"):
    try:
        open(place, "w").write("x")
        written.append(place)
    except OSError:
        pass
open("mine.txt", "w").write("allowed")
os.remove("data.txt")
os.symlink("{source}/data.txt", "data.txt")
os.symlink("/etc/passwd", "output.csv")
"""
PATCHED = """
import numpy.testing, builtins, json, sys, base64
def yes(*args, **kwargs): return True
np.allclose = np.array_equal = np.testing.assert_allclose = np.testing.assert_array_equal = yes
np.isclose = lambda *args, **kwargs: np.True_
for name in list(sys.modules):
    if name.startswith("mlp_lib.exercises"):
        sys.modules[name] = None
sys.modules["mlp_lib.exercises.runner"] = sys.modules["mlp_lib.exercises.wire"] = json
def wrong(X): return X + 1
"""
TRANSFORMER = """
import ast
class Drop(ast.NodeTransformer):
    def visit_Assert(self, node): return ast.Pass()
    def visit_Call(self, node): return node
get_ipython().ast_transformers.append(Drop())
def wrong(X): return X + 1
"""
SHADOWS = {
    "numpy.py": "raise RuntimeError('not numpy')\n",
    "json.py": "raise RuntimeError('not json')\n",
    "mlp_lib/__init__.py": "raise RuntimeError('not mlp_lib')\n",
    "helper.py": "def seven():\n    return 7\n",
}
SHADOWED = """
import json, numpy, mlp_lib, helper
origins = [numpy.__file__, json.__file__, mlp_lib.__file__]
seven = helper.seven()
"""
JUNK = """
kernel = get_ipython().kernel
for parts in ([b"junk"], [b"<IDS|MSG>"] * 9, [b"", b"<IDS|MSG>", b"[" * 100000]):
    kernel.iopub_socket.send_multipart(parts)
from IPython.display import display
display({"text/plain": {"not": ["text"]}, 3: 4}, raw=True)
kernel.session.send(kernel.iopub_socket, "display_data", {"data": 5}, parent=kernel.get_parent())
kernel.session.send(kernel.iopub_socket, "stream", ["x"], parent=kernel.get_parent())
message = kernel.session.msg("status", {"execution_state": "idle"})
for part in ("parent_header", "content", "metadata"):
    kernel.session.send(kernel.iopub_socket, message | {part: ["no", "dictionary"]})
"""
CROWD = """
import time
for i in range(100):
    open(f"/sockets/{i}", "w").write("x" * 100000)
time.sleep(60)
"""

NOTEBOOKS = {
    "infinite loop": Hostile(("while True: pass",), "time limit", "Cell 2 was stopped after"),
    "loop deaf to interrupts": Hostile((DEAF,), "time limit", "took no notice of an interrupt"),
    "8 GB": Hostile(("huge = np.ones(10**9)",)),
    "burst of 1,000 processes": Hostile((BURST,)),
    "memory of many processes": Hostile((SHARE,), "kernel died", "held more than"),
    "200 MB in one print": Hostile(("print('x' * 200_000_000)",), "output flood", "put out more"),
    "200 MB in many prints": Hostile(
        ("for _ in range(200_000): print('x' * 1000)",), "output flood", "put out more"),
    "endless displays": Hostile(
        ("from IPython.display import display\nwhile True: display('x' * 100_000)",),
        "output flood", "put out more"),
    "os._exit": Hostile(("import os\nos._exit(0)",), "kernel died", "Cell 2 ended the kernel"),
    "segfault": Hostile(
        ("import ctypes\nctypes.string_at(0)",), "kernel died",
        "Cell 2 ended the kernel (Segmentation fault)"),
    "sys.exit": Hostile(("import sys\nsys.exit(0)",)),
    "exit": Hostile(("exit()",), "kernel died", "called exit()"),
    "kills its parent": Hostile((
        "import os, signal\nfor pid in (os.getppid(), 1, -1):\n    try:\n"
        "        os.kill(pid, signal.SIGKILL)\n    except OSError:\n        pass",)),
    "patched comparisons": Hostile((PATCHED,)),
    "transformer that drops asserts": Hostile((TRANSFORMER,)),
    "own numpy and mlp_lib": Hostile((SHADOWED,), files=SHADOWS),
    "spy": Hostile((SPY,)),
    "looks for references": Hostile((REFERENCES,)),
    "dials the grader": Hostile((DIAL,)),
    "writes elsewhere": Hostile((WRITE,), files={"data.txt": "data"}),
    "daemon": Hostile((DAEMON,)),
    "junk messages": Hostile((JUNK,)),
    "files among the sockets": Hostile((CROWD,), "kernel died", "among the kernel's sockets"),
}

# Answers that mean harm when they are computed: source of a function `bad` or a value, and the
# `Answer.problem` it must come to; "" if outcomes come back.
ANSWERS = {
    "hangs": ("def bad(X):\n    while True: pass", "time"),
    "hangs deaf": ("def bad(X):\n" + DEAF.replace("\n", "\n    "), "time"),
    "exits": ("import os\ndef bad(X):\n    os._exit(0)", "ended"),
    "crashes": ("import ctypes\ndef bad(X):\n    ctypes.string_at(0)", "ended"),
    "raises SystemExit": ("def bad(X):\n    raise SystemExit", ""),
    "pickle": (
        "class Evil:\n    def __reduce__(self):\n        return (open, ('/tmp/owned', 'w'))\n"
        "def bad(X):\n    return Evil()", ""),
    "array of objects": ("def bad(X):\n    return np.array([print, Exception], dtype=object)", ""),
    "too long": ("def bad(X):\n    return np.ones(10**6)", "too long"),
    "endless iterator": ("import itertools\ndef bad(X):\n    return itertools.count()", ""),
    "contains itself": ("def bad(X):\n    a = []\n    a.append(a)\n    return a", ""),
    "prints a flood": ("def bad(X):\n    while True: print('x' * 100_000, flush=True)", "flood"),
    "no function": ("bad = 5", "no function"),
    "missing": ("pass", "missing"),
    "junk messages": ("def bad(X):\n" + JUNK.replace("\n", "\n    ") + "\n    return X", ""),
    "writes files": ("def bad(X):\n    open('out.txt', 'w').write('x')\n    return X", ""),
    "forges": (
        "import IPython.display as D\nsend = D.publish_display_data\n"
        "def forge(data, *args, **kwargs):\n"
        "    send({form: {'word': 'answer', 'text': '[[' * 90000} for form in data})\n"
        "D.publish_display_data = forge\ndef bad(X):\n    return X", "forged"),
    "silences": (
        "import IPython.display as D\nD.publish_display_data = lambda *args, **kwargs: None\n"
        "def bad(X):\n    return X", "none"),
    "breaks the import": (
        "import importlib\ndef nothing(name): raise OSError('no import today')\n"
        "importlib.import_module = nothing\ndef bad(X):\n    return X", "broken"),
}
SPOILS_THE_REST = ("forges", "silences", "breaks the import")  # of its own notebook, no other's
