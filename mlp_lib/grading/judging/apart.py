"""Judge a submission in a process of its own: whatever its text and arrays do, they end no other.

See `mlp_lib.grading.judging.forking` for what runs there.
"""

import atexit
import subprocess
import sys
import tempfile

from mlp_lib.exercises import wire
from mlp_lib.grading.judging import forking
from mlp_lib.grading.judging.tasks import lost, reasoned

START = ("import sys; sys.path[:] = {!r}; sys.modules['rfc3987_syntax'] = None\n"
         "from mlp_lib.grading.judging import forking; forking.main()")
idle = []  # judging processes that wait for their next task
known = {}  # what children have found out, see `mlp_lib.grading.judging.unaided.KNOWN`


class JudgingProcess:
    """A process that judges one submission after the other.

    Raises
    ------
    OSError, EOFError
        If it cannot be started.
    """

    def __init__(self):
        self.complaints = tempfile.TemporaryFile()  # noqa: SIM115 (as long as the process lives)
        self.process = subprocess.Popen(
            [sys.executable, "-c", START.format(sys.path)], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=self.complaints, start_new_session=True)
        try:
            forking.receive(self.process.stdout)
        except EOFError as error:
            self.close()
            raise EOFError(f"{error}; {self.last_words()}") from None

    def ask(self, task):
        """What it makes of a task: a result and what was found out, or words."""
        forking.send(self.process.stdin, (task, dict(known)))
        return forking.receive(self.process.stdout)

    def last_words(self):
        """The last line that it complained with."""
        self.complaints.seek(0)
        lines = self.complaints.read()[-4000:].decode("utf-8", "replace").split("\n")
        return wire.line(next((line for line in reversed(lines) if line.strip()), "no message"))

    def close(self):
        """End it with all that it has started."""
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()


@atexit.register
def close_all():
    """End the processes that wait."""
    while idle:
        idle.pop().close()


def judge_apart(task):
    """Judge a submission with the real sandbox, within bounds of time and memory.

    Parameters
    ----------
    task : Task

    Returns
    -------
    Result
        If its process comes to its end, one that leaves all to a person and says so.
    """
    try:
        judging = idle.pop() if idle else JudgingProcess()
    except (OSError, EOFError) as error:
        return lost(task, f"no process that judges could be started: {error}")
    try:
        answer = judging.ask(task)
    except (OSError, EOFError) as error:
        judging.close()
        return lost(task, f"the process that judges has ended: {error}; {judging.last_words()}")
    except BaseException:
        judging.close()
        raise
    idle.append(judging)
    if isinstance(answer, str):
        return reasoned(task, f"could not be judged: {answer}")
    known.update(answer[1])
    return answer[0]
