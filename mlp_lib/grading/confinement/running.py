"""What running one notebook came to."""

from dataclasses import dataclass, field

import nbformat


@dataclass
class Run:
    """What running one notebook came to.

    Attributes
    ----------
    notebook : NotebookNode
        A copy with the outputs.
    sandboxed : bool
        Whether the code was confined.
    hidden : tuple of str
        Libraries that it could not see.
    end : str
        "finished" (also when cells raised exceptions), or the first thing that went wrong:
        "time limit", "kernel died", "output flood", "refused".
    reasons : list of str
        Everything that went wrong, in sentences.
    cells : dict
        By the position of a cell: the sentence about it, where there is one.
    answers : dict
        By the key of a call: its `Answer`.
    skipped : set
        Positions of the cells that ended a kernel and were left out in the next.
    kernels : int
        How many were started.
    seconds : float
        Wall clock.
    """

    notebook: nbformat.NotebookNode
    sandboxed: bool = True
    hidden: tuple = ()
    end: str = "finished"
    reasons: list = field(default_factory=list)
    cells: dict = field(default_factory=dict)
    answers: dict = field(default_factory=dict)
    skipped: set = field(default_factory=set)
    kernels: int = 0
    seconds: float = 0.0

    def note(self, end, reason):
        """Put down what went wrong, once."""
        self.end = end if self.end == "finished" else self.end
        if reason not in self.reasons:
            self.reasons.append(reason)
