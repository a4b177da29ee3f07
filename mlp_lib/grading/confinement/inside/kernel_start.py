"""First code of a graded notebook's kernel: become the kernel, take the submission and the limits.

It is started by path with a Python that sees neither this package nor the course, so it
imports only the standard library before it turns to ipykernel.
"""

import contextlib
import json
import os
import shutil
import signal
import sys

try:
    import resource
except ImportError:  # Windows has no such limits
    resource = None

OPTIONS = ("--HistoryManager.enabled=False", "--InteractiveShellApp.ignore_cwd=True")
NEEDLESS = "debugpy"  # nobody debugs a graded notebook; a fifth of the kernel's start is its own


def leave_root(user):
    """Become the unprivileged ``user`` for good."""
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)


def wait_for_submission():
    """Wait until the grader has filled the inbox; end here if it never will."""
    if not os.read(0, 1):
        os._exit(0)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)


def fill_from(inbox):
    """Copy the submission into the working folder, which may belong to another user."""
    for entry in os.scandir(inbox):
        if entry.is_dir():
            shutil.copytree(entry.path, entry.name)
        else:
            shutil.copyfile(entry.path, entry.name)


def take(inbox):
    """Fill the working folder, or end here: the kernel's threads would outlive an exception."""
    try:
        fill_from(inbox)
    except OSError:
        os._exit(1)


def lower(limits, confined):
    """Lower what the system bounds, so that it cannot be raised again.

    The processor time has a soft limit of its own: its signal is the one that is reported.
    Outside a sandbox the system would count all processes of the user, and may know fewer limits.
    """
    wanted = {"AS": limits["memory"], "FSIZE": limits["file_size"], "CORE": 0,
              "NOFILE": limits["open_files"], "CPU": limits["cpu_seconds"]}
    if confined:
        wanted["NPROC"] = limits["processes"]
    for name, value in wanted.items():
        try:
            set_limit(getattr(resource, f"RLIMIT_{name}"), value, name == "CPU")
        except (AttributeError, ValueError):
            if confined:
                raise


def set_limit(which, value, reserve):
    """Set a limit, unless a lower one holds already."""
    hard = resource.getrlimit(which)[1]
    highest = value + reserve if hard == resource.RLIM_INFINITY else min(value + reserve, hard)
    resource.setrlimit(which, (min(value, highest), highest))


def kernel():
    """The kernel, ready to be spoken to."""
    sys.modules[NEEDLESS] = None
    from ipykernel.kernelapp import IPKernelApp

    app = IPKernelApp.instance()
    app.initialize()
    del sys.modules[NEEDLESS]
    with contextlib.suppress(ImportError):
        import numpy  # noqa: F401 (what nearly every notebook begins with)
    return app


def main(settings, arguments):
    """Start a kernel with the connection ``arguments`` under the ``settings``.

    In a sandbox it is ready before its submission has come. The working folder is searched last
    for modules: a notebook's helpers are found there, but nothing beside it takes the place of an
    installed package.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)  # the grader may have ignored it
    confined = settings["inbox"] is not None
    if settings["user"] is not None:
        leave_root(settings["user"])
    sys.path += [path for path in settings["paths"] if path not in sys.path]
    sys.argv = [sys.argv[0], *arguments, *OPTIONS]
    app = kernel()
    if confined:
        wait_for_submission()
        take(settings["inbox"])
    sys.path.append(os.getcwd())
    lower(settings["limits"], confined)
    app.start()


if __name__ == "__main__":
    main(json.loads(sys.argv[1]), sys.argv[2:])
