"""A kernel for one graded notebook: started, spoken to within limits, and ended for certain."""

import shutil
import signal
import time

import zmq

from mlp_lib.grading.confinement.dialogue.lines import Lines
from mlp_lib.grading.confinement.launching import Manager, confined, unconfined
from mlp_lib.grading.confinement.resources.usage import (
    family,
    kill_family,
    processor_seconds,
    waited_seconds,
)
from mlp_lib.grading.confinement.room import temporary_folder
from mlp_lib.grading.confinement.watch import Watch

TURN = 0.1  # seconds between two looks at the clock and the kernel's life


class Ended(Exception):
    """The kernel has ended, or was ended.

    Parameters
    ----------
    why : str
        The rest of a sentence that begins with what ran.
    end : str
        What it means for the run: "kernel died", "time limit" or "output flood".
    """

    def __init__(self, why, end="kernel died"):
        super().__init__(why)
        self.end = end


def cause(process):
    """In brackets, the signal that ended a process, if it was one."""
    code = process.returncode if process is not None else 0
    number = -code if code < 0 else code - 128  # as the system says it, or as bubblewrap
    words = signal.strsignal(number) if number in signal.valid_signals() else None
    return f" ({words})" if words else ""


class Kernel:
    """One kernel; a context manager that leaves no process and no folder behind.

    In a sandbox it starts at once; what it is for may be known later, see `open`.

    Parameters
    ----------
    limits : Limits
    sandboxed : bool
        Without a sandbox only the system's limits hold: the code can do what the grader may.
    hidden : collection of str
        Names of libraries that the sandbox does not show.
    """

    def __init__(self, limits, sandboxed=True, hidden=()):
        self.kind = self.limits, self.sandboxed, self.hidden = limits, sandboxed, tuple(hidden)
        self.base = None
        self.manager = Manager(context=zmq.Context())
        self.lines = Lines(self.manager, limits.output_bytes + 2 * limits.answer_bytes)
        try:
            if sandboxed:
                confined(self.manager, limits, self.hidden)
        except BaseException:
            self.close()
            raise

    def open(self, folder):
        """Let a submission in; from then on the kernel can be spoken to.

        Parameters
        ----------
        folder : path
            The submission's folder. The kernel works on a copy of its plain files.

        Raises
        ------
        Refused
            If the folder is too large.
        Ended
            If the kernel does not answer in time.
        """
        self.watch = Watch(self.limits)
        if self.sandboxed:
            self.manager.provisioner.let_in(folder)
        else:
            self.base = temporary_folder()
            unconfined(self.manager, folder, self.limits, self.base)
        self.lines.open()
        if not self.greet(self.limits.start_seconds):
            self.end(f"did not answer in {self.limits.start_seconds:g} s")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    @property
    def process(self):
        """The process outside, or None once it is gone."""
        return getattr(self.manager.provisioner, "process", None)

    def seconds(self):
        """A clock that stands still while other programs have the processor of this kernel."""
        return time.monotonic() - waited_seconds(self.main)

    @property
    def main(self):
        """Number of the process that is the kernel itself, as far as it is there."""
        inside = getattr(self.manager.provisioner, "running", None)
        return inside.program() if inside else self.process and self.process.pid

    def worked(self):
        """Seconds for which all processes of the notebook have had the processor until now."""
        return processor_seconds(family(self.process.pid)) if self.process else 0.0

    def is_idle(self, seconds):
        """Whether the kernel answers within so many seconds: then it has no other work."""
        asked, until = self.send("kernel_info_request", {}), time.monotonic() + seconds
        while time.monotonic() < until:
            for channel, message, _ in self.messages(TURN):
                if channel == "shell" and message["parent_header"].get("msg_id") == asked:
                    return True
        return False

    def greet(self, seconds):
        """Open a new line for outputs; whether the kernel is heard on it within ``seconds``."""
        deadline = time.monotonic() + seconds
        self.lines.open_outputs()
        asked, heard = self.send("kernel_info_request", {}), set()
        while heard != {"shell", "iopub"}:
            for channel, message, _ in self.messages(TURN):
                if message["parent_header"].get("msg_id") == asked:
                    heard.add(channel)
            if time.monotonic() > deadline:
                return False
            if self.refused_a_message():
                self.lines.open_outputs()
            if "shell" in heard and "iopub" not in heard:
                asked, heard = self.send("kernel_info_request", {}), set()
        return True

    def send(self, kind, content):
        """Send a request; return its id."""
        return self.lines.send(kind, content)

    def messages(self, seconds):
        """Triples of channel, message and its size that arrive within ``seconds``."""
        yield from self.lines.messages(seconds)
        self.inspect()

    def refused_a_message(self):
        """Whether a message was too large since this was last asked: then the line is dead."""
        return self.lines.refused_a_message()

    def lives(self):
        """Whether it was started and has not ended."""
        return self.process is not None and self.process.poll() is None

    def inspect(self):
        """End a kernel that holds too much, and notice one that has ended."""
        if not self.lives():
            self.end(f"ended the kernel{cause(self.process)}")
        inside = self.manager.provisioner if self.sandboxed else None
        for why, end in self.watch.objections(self.process.pid, inside):
            self.end(why, end)

    def interrupt(self):
        """Interrupt what runs, as the button of JupyterLab does."""
        self.manager.interrupt_kernel()

    def end(self, why, end="kernel died"):
        """End the kernel with everything it has started, and say so with `Ended`."""
        self.kill()
        raise Ended(why, end)

    def kill(self):
        """End the kernel with everything it has started."""
        process = self.process
        if process is None:
            return
        if not self.sandboxed:
            kill_family(process.pid)
        self.manager.signal_kernel(signal.SIGKILL)
        process.wait()

    def close(self):
        """End the kernel, close the sockets, remove the folders."""
        if self.manager.has_kernel:
            self.kill()
            self.manager.shutdown_kernel(now=True)
        self.lines.close()
        if self.base is not None:
            shutil.rmtree(self.base, ignore_errors=True)
