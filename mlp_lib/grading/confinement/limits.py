"""How much a graded notebook may use."""

from dataclasses import dataclass

MIB = 2**20
PATIENCE = 4


@dataclass(frozen=True)
class Limits:
    """Bounds of one graded notebook; the defaults suit a course in numpy.

    Attributes
    ----------
    memory : int
        Bytes of address space of each process.
    memory_in_all : int
        Bytes of memory that all processes of the notebook hold together.
    cpu_seconds : int
        Processor time of each process.
    file_size : int
        Bytes of one file.
    disk : int
        Bytes in the working folder; as many again in the folder for temporary files.
    files : int
        Files and folders in these, and in shared memory: the system keeps each in memory.
    processes : int
        Processes and threads together; the kernel alone has about ten threads. Before version
        5.14 Linux counts in what the grader's user runs elsewhere. Without a sandbox the
        processes alone are counted, a few times in a second.
    open_files : int
        Open files of each process.
    threads : int
        Threads of the linear algebra library.
    start_seconds : float
        By the clock, until the kernel answers.
    cell_seconds, probe_seconds, project_seconds, notebook_seconds : float
        Of one cell, of computing one answer, of computing that of a project (and of a cell of its
        exercise), and of all cells together. The time in which other programs had the processor
        does not count; so by the clock it may be `PATIENCE` times as long.
    hurried_seconds : float
        Of computing an answer if a cell of its exercise was stopped: an endless loop costs its
        time once.
    grace_seconds : float
        Time between an interrupt and the end of a kernel that ignores it.
    output_bytes : int
        What a notebook may print and draw.
    answer_bytes : int
        Length of one answer on its way out of the sandbox.
    submission_bytes, submission_files : int
        What a submission's folder may hold.
    kernels : int
        How often the notebook is started anew after its kernel has ended.
    """

    memory: int = 2048 * MIB
    memory_in_all: int = 3072 * MIB
    cpu_seconds: int = 300
    file_size: int = 64 * MIB
    disk: int = 256 * MIB
    files: int = 50_000
    processes: int = 64
    open_files: int = 512
    threads: int = 1
    start_seconds: float = 60
    cell_seconds: float = 10
    probe_seconds: float = 10
    project_seconds: float = 45
    notebook_seconds: float = 300
    hurried_seconds: float = 2
    grace_seconds: float = 2
    output_bytes: int = 8 * MIB
    answer_bytes: int = 8 * MIB
    submission_bytes: int = 256 * MIB
    submission_files: int = 2000
    kernels: int = 5
