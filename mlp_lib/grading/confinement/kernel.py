"""A kernel for one graded notebook: started, spoken to within limits, and ended for certain."""

import shutil
import signal
import time
from pathlib import Path

import psutil
import zmq

from mlp_lib.grading.confinement.launching import Manager, confined, unconfined
from mlp_lib.grading.confinement.limits import MIB
from mlp_lib.grading.confinement.resources.usage import (
    family,
    kill_family,
    memory_of,
    processor_seconds,
    resident,
    waited_seconds,
)
from mlp_lib.grading.confinement.room import temporary_folder
from mlp_lib.grading.confinement.view import IN_MEMORY

QUEUED = 16  # messages that wait unread, at most
UNREAD = 512 * MIB  # by which this process may grow: a message without end is never delivered
OUTER = 3  # processes of bubblewrap, and their guard
BUFFER = "/proc/sys/net/core/wmem_default"  # bytes that a socket may hold
TURN = 0.1  # seconds between two looks at the clock, the memory and the kernel's life


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

    Parameters
    ----------
    folder : path
        The submission's folder. The kernel works on a copy of its plain files.
    limits : Limits
    sandboxed : bool
        Without a sandbox only the system's limits hold: the code can do what the grader may.
    hidden : collection of str
        Names of libraries that the sandbox does not show.

    Raises
    ------
    Refused
        If the folder is too large.
    Ended
        If the kernel does not answer in time.
    """

    def __init__(self, folder, limits, sandboxed=True, hidden=()):
        self.limits, self.sandboxed = limits, sandboxed
        self.own = resident(psutil.Process())
        self.iopub, self.next_look, self.base = None, 0.0, None
        self.context = zmq.Context()
        self.context.setsockopt(zmq.MAXMSGSIZE, limits.output_bytes + 2 * limits.answer_bytes)
        self.context.setsockopt(zmq.RCVHWM, QUEUED)
        self.context.setsockopt(zmq.RECONNECT_IVL, 20)
        self.manager = Manager(context=self.context)
        try:
            if sandboxed:
                confined(self.manager, folder, limits, hidden)
            else:
                self.base = temporary_folder()
                unconfined(self.manager, folder, limits, self.base)
            self.shell = self.manager.connect_shell()
            if not self.greet(limits.start_seconds):
                self.end(f"did not answer in {limits.start_seconds:g} s")
        except BaseException:
            self.close()
            raise

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
        self.open_outputs()
        asked, heard = self.send("kernel_info_request", {}), set()
        while heard != {"shell", "iopub"}:
            for channel, message, _ in self.messages(TURN):
                if message["parent_header"].get("msg_id") == asked:
                    heard.add(channel)
            if time.monotonic() > deadline:
                return False
            if self.refused_a_message():
                self.open_outputs()
            if "shell" in heard and "iopub" not in heard:
                asked, heard = self.send("kernel_info_request", {}), set()
        return True

    def open_outputs(self):
        """Connect to the kernel's outputs; what was on an earlier line is dropped."""
        if self.iopub is not None:
            self.iopub.disable_monitor()
            self.iopub.close(linger=0)
        self.iopub = self.manager.connect_iopub()
        self.broken_off = self.iopub.get_monitor_socket(zmq.EVENT_DISCONNECTED)

    def send(self, kind, content):
        """Send a request; return its id."""
        return self.manager.session.send(self.shell, kind, content)["header"]["msg_id"]

    def messages(self, seconds):
        """Triples of channel, message and its size that arrive within ``seconds``.

        What cannot be read as a message is left out: it is none of the kernel's own.
        """
        sockets = {self.shell: "shell", self.iopub: "iopub"}
        poller = zmq.Poller()
        for socket in sockets:
            poller.register(socket, zmq.POLLIN)
        for socket, _ in poller.poll(seconds * 1000):
            parts = socket.recv_multipart()
            size = sum(map(len, parts))
            if (message := self.read(parts)) is not None:
                yield sockets[socket], message, size
        self.inspect()

    def read(self, parts):
        """The message in what came, or None if it is none of the kernel's own."""
        try:
            _, parts = self.manager.session.feed_identities(parts)
            message = self.manager.session.deserialize(parts)
        except Exception:  # whatever the notebook has sent in the kernel's name
            return None
        sound = all(isinstance(message[part], dict) for part in ("parent_header", "content"))
        return message if sound else None

    def refused_a_message(self):
        """Whether a message was too large since this was last asked: then the line is dead."""
        broken = False
        while self.broken_off.poll(0):
            broken = bool(self.broken_off.recv_multipart())
        return broken

    def inspect(self):
        """End a kernel that holds too much, and notice one that has ended."""
        if self.process is None or self.process.poll() is not None:
            self.end(f"ended the kernel{cause(self.process)}")
        if time.monotonic() < self.next_look:
            return
        self.next_look = time.monotonic() + 2 * TURN
        if resident(psutil.Process()) > self.own + UNREAD:
            self.end("was stopped because it sent more than can be heard", "output flood")
        processes, limits = family(self.process.pid), self.limits
        allowed = limits.memory_in_all - self.in_sockets()
        if memory_of(processes, allowed) > allowed:
            self.end("was stopped because the notebook held more than "
                     f"{limits.memory_in_all // MIB} MiB of memory")
        if len(processes) > limits.processes + OUTER:
            self.end(f"was stopped because it started more than {limits.processes} processes")
        if self.sandboxed:
            self.inspect_files()

    def in_sockets(self):
        """Bytes that the sockets inside may hold."""
        sockets = self.manager.provisioner.running.sockets() if self.sandboxed else 0
        return sockets and sockets * int(Path(BUFFER).read_text(encoding="ascii"))

    def inspect_files(self):
        """End a kernel that writes where it must not, or many more files than anyone needs."""
        inside = self.manager.provisioner
        if inside.room.crowded():
            self.end("was stopped because it wrote files among the kernel's sockets")
        if inside.running.files(IN_MEMORY) > self.limits.files:
            self.end(f"was stopped because it made more than {self.limits.files} files")

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
        if self.iopub is not None:
            self.iopub.disable_monitor()
        self.manager.cleanup_resources()
        self.context.destroy(linger=0)
        if self.base is not None:
            shutil.rmtree(self.base, ignore_errors=True)
