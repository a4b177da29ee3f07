"""Let a kernel execute code within bounds of time and output, and say how it ended."""

import time
from dataclasses import dataclass

from mlp_lib.grading.confinement.kernel import TURN
from mlp_lib.grading.confinement.limits import MIB, PATIENCE

FINISHED, TIME, FLOOD = "finished", "time", "flood"
ENDS = {TIME: "time limit", FLOOD: "output flood"}  # what they mean for the whole run
LAST = 1.0  # seconds in which the last outputs follow the reply


@dataclass
class End:
    """How the execution of a piece of code ended.

    Attributes
    ----------
    word : str
        "finished" (also with an exception), "time" or "flood".
    sentence : str
        The same for people, as the rest of a sentence that begins with the thing.
    size : int
        Bytes of output that were heard; 0 if it was stopped.
    failed : bool
        Whether an exception ended the code.
    seconds : float
        That it took, without those in which other programs had the processor.
    """

    word: str
    sentence: str = ""
    size: int = 0
    failed: bool = False
    seconds: float = 0.0


class Request:
    """One piece of code on its way to a kernel.

    Parameters
    ----------
    kernel : Kernel
    code : str
    take : callable
        Called with each message that holds an output.
    silent : bool
        Leave no trace in the kernel's history.
    data : str, optional
        What the code finds in its request, as it is; in the code itself each megabyte would
        cost a fifth of a second.
    """

    def __init__(self, kernel, code, take, silent, data=None):
        self.kernel, self.take, self.size = kernel, take, 0
        self.reply, self.idle, self.since = None, False, float("inf")
        self.id = kernel.send("execute_request", {
            "code": code, "silent": silent, "store_history": not silent, "user_expressions": {},
            "allow_stdin": False, "stop_on_error": False, "data": data})

    def hear(self, channel, message, size):
        """Take note of a message, if it belongs to this request."""
        if message["parent_header"].get("msg_id") != self.id:
            return
        self.size += size
        if channel == "shell":
            self.reply, self.since = message["content"], time.monotonic()
        elif message["msg_type"] == "status":
            self.idle = self.idle or message["content"].get("execution_state") == "idle"
        else:
            self.take(message)

    def listen(self, seconds, budget=float("inf")):
        """Hear the kernel until the code is done, the time is over or the budget used up."""
        until, at_last = self.kernel.seconds() + seconds, time.monotonic() + PATIENCE * seconds
        while (not self.complete and self.kernel.seconds() < until
               and time.monotonic() < at_last and self.size <= budget):
            for heard in self.kernel.messages(TURN):
                self.hear(*heard)
            if budget < float("inf") and self.kernel.refused_a_message():
                self.size = float("inf")

    @property
    def complete(self):
        """Whether nothing more can be expected."""
        return self.reply is not None and (self.idle or time.monotonic() > self.since + LAST)

    @property
    def asks_to_exit(self):
        """Whether the code called ``exit()``, after which the kernel ends on its own."""
        payload = self.reply.get("payload")
        parts = payload if isinstance(payload, list) else []
        return any(isinstance(one, dict) and one.get("source") == "ask_exit" for one in parts)


def ask(kernel, code, seconds, budget, take, silent=False, data=None):
    """Execute code.

    Parameters
    ----------
    kernel : Kernel
    code : str
    seconds : float
        See `Limits`. After it the code is interrupted; if that does not help the kernel is ended.
    budget : int
        Bytes of output.
    take, silent, data
        See `Request`.

    Returns
    -------
    End

    Raises
    ------
    Ended
        If the kernel ended, by itself or because it took no notice of the interrupt.
    """
    started, request = kernel.seconds(), Request(kernel, code, take, silent, data)
    request.listen(seconds, budget)
    end = judge(request, seconds, budget)
    end.seconds = kernel.seconds() - started
    if end.word != FINISHED:
        stop(request, end)
    if request.asks_to_exit:
        kernel.end("called exit(), which ends the kernel")
    return end


def judge(request, seconds, budget):
    """How a request has ended so far."""
    if request.size > budget:
        size = f"{budget / MIB:.0f} MiB" if budget >= MIB else f"{budget} bytes"
        return End(FLOOD, f"was stopped because it put out more than {size}")
    if request.reply is None:
        return End(TIME, f"was stopped after {seconds:.3g} s")
    return End(FINISHED, size=request.size, failed=request.reply.get("status") == "error")


def stop(request, end):
    """Interrupt the code and let what it has put out pass by.

    The kernel is ended if the code goes on all the same.
    """
    kernel, grace = request.kernel, request.kernel.limits.grace_seconds
    request.take = ignore
    for _ in range(2):
        if request.reply is None:
            kernel.interrupt()
            request.listen(grace / 2)
    if request.reply is None:
        kernel.end(f"{end.sentence}, and took no notice of an interrupt", ENDS[end.word])
    if end.word == FLOOD and not kernel.greet(grace + LAST):
        kernel.end(f"{end.sentence}, and did not answer afterwards", ENDS[end.word])


def ignore(message):
    """Take no notice of an output."""
