"""The sockets between the grader and a kernel, and what can be read from them."""

import zmq

QUEUED = 16  # messages that wait unread, at most


class Lines:
    """The lines to one kernel: requests go out and replies come in on one, outputs on another.

    Parameters
    ----------
    manager : Manager
        Of the kernel, with a context of its own.
    largest : int
        Bytes of one message; a larger one breaks its line.
    """

    def __init__(self, manager, largest):
        self.manager, self.shell, self.iopub = manager, None, None
        self.context = manager.context
        self.context.setsockopt(zmq.MAXMSGSIZE, largest)
        self.context.setsockopt(zmq.RCVHWM, QUEUED)
        self.context.setsockopt(zmq.RECONNECT_IVL, 20)

    def open(self):
        """Connect to a kernel that was started."""
        self.shell = self.manager.connect_shell()

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

    def close(self):
        """Close the sockets."""
        if self.iopub is not None:
            self.iopub.disable_monitor()
        self.manager.cleanup_resources()
        self.context.destroy(linger=0)
