"""Run a student's notebook within limits and compute its answers; however it goes, say so."""

import copy
import time
import warnings

import zmq

from mlp_lib.grading.confinement import sandbox, spare
from mlp_lib.grading.confinement.answers import Anew
from mlp_lib.grading.confinement.kernel import Ended
from mlp_lib.grading.confinement.limits import Limits
from mlp_lib.grading.confinement.probe import Answer, Call
from mlp_lib.grading.confinement.room import Refused
from mlp_lib.grading.confinement.work import Run, Work

__all__ = ["Answer", "Call", "Run", "run"]


def run(notebook, folder, calls, limits=None, sandboxed=True, hidden=()):
    """Execute a notebook in a kernel of its own and compute answers in it.

    A cell or call that ends its kernel is left out, and the others are run again in a new one,
    so that one mistake costs no other exercise its mark.

    Parameters
    ----------
    notebook : NotebookNode
    folder : path
        What lies beside the notebook; copied, never changed.
    calls : sequence of Call
    limits : Limits, optional
    sandboxed : bool
        False lets the code do all that the grader may do, and warns of it.
    hidden : sequence of str
        Libraries that the code cannot see: names of top-level modules or of modules of `mlp_lib`.

    Returns
    -------
    Run
        Whatever the notebook does.

    Raises
    ------
    SandboxError
        If a sandbox is wanted and there can be none.
    ValueError
        If libraries are to be hidden without a sandbox.
    """
    if hidden and not sandboxed:
        raise ValueError(f"only a sandbox can hide libraries, and none is wanted: {hidden}")
    if sandboxed:
        sandbox.require()
    else:
        warnings.warn(sandbox.NO_SANDBOX, stacklevel=2)
    limits, started = limits or Limits(), time.monotonic()
    result = Run(copy.deepcopy(notebook), sandboxed, tuple(hidden))
    work = Work(result, calls, limits)
    while kernel_wanted(result, work, limits):
        try:
            one_kernel(result, work, folder, limits)
            break
        except Anew:
            continue
        except Ended as error:
            work.ended(error)
        except (Refused, OSError, RuntimeError, zmq.ZMQError) as error:
            result.note("refused", f"{error}".rstrip(".") + ".")
            break
    work.give_up()
    result.seconds = time.monotonic() - started
    return result


def kernel_wanted(result, work, limits):
    """Whether another kernel may be started and has something to do."""
    return (result.kernels < limits.kernels and work.in_time()
            and (result.kernels == 0 or work.left()))


def one_kernel(result, work, folder, limits):
    """Start a kernel and work in it as long as it lives."""
    result.kernels += 1
    work.begin_kernel()
    with spare.kernel(limits, result.sandboxed, result.hidden) as kernel:
        kernel.open(folder)
        work.in_kernel(kernel)
