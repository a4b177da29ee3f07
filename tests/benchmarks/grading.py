"""Seconds a submission: nbgrader alone, this grading with one and more workers, and a large class.

Usage: ``python -m tests.benchmarks.grading [--part real|loop|worst|simulated]``. The real class of
60 takes some minutes; so does that with ten of the worst among them. The simulated one has 500
submissions whose kernels are a stand-in that sleeps for as long as a real one works: it shows
whether the coordinator keeps up with 64 workers.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from functools import partial
from pathlib import Path

from mlp_lib.grading import autograde
from mlp_lib.grading.confinement import Limits
from mlp_lib.grading.course import gradebook, records
from tests.grading import classroom, worst

WORST = Limits(cell_seconds=10, probe_seconds=5, notebook_seconds=40)  # for those of `worst`
LOOPS = {  # what a student may hand in whose loop has no end
    "a loop in an answer": "def label_smoothing_gradient(Z, labels, epsilon):\n"
                           "    while True: pass",
    "a loop in a cell": "while True: pass\n"
                        "def label_smoothing_gradient(Z, labels, epsilon):\n    return Z",
    "a loop that is deaf to interrupts": "def label_smoothing_gradient(Z, labels, epsilon):\n"
                                         "    while True:\n        try: 1\n"
                                         "        except BaseException: 2",
}
ASLEEP = 1.0  # seconds of a stand-in's kernel, as long as a real one takes


def class_of(size, folder):
    """A course in which everybody has handed in right answers."""
    students = [f"student{i:03}" for i in range(size)]
    course = classroom.new_course(folder, "id\n" + "\n".join(students) + "\n")
    for student in students:
        classroom.hand_in(course, student, classroom.solved(course, student))
    return course


def seconds_each(course, size, **options):
    """Wall-clock time of grading the class anew, for each submission."""
    started = time.perf_counter()
    tally = autograde.grade(course, classroom.CHAPTER, force=True, **options)
    elapsed = time.perf_counter() - started
    assert tally.judged == size, tally
    assert not tally.people, tally.people
    return elapsed / size


def plain_nbgrader(course, size):
    """Seconds each of ``nbgrader autograde`` in a batch, configured as it comes."""
    path = course.root / "nbgrader_config.py"
    ours = path.read_text(encoding="utf-8")
    path.write_text("\n".join(line for line in ours.splitlines()
                              if not line.startswith("c.Autograde")), encoding="utf-8")
    gradebook.programs_on_path()
    started = time.perf_counter()
    subprocess.run([sys.executable, "-m", "nbgrader", "autograde", classroom.CHAPTER, "--force"],
                   cwd=course.root, check=True, capture_output=True)
    elapsed = time.perf_counter() - started
    path.write_text(ours, encoding="utf-8")
    return elapsed / size


def canned(result, seconds, task):
    """Sleep, and give a result that was made before, so that workers take no processor time."""
    time.sleep(seconds)
    submission = task.submission
    return replace(result, student=submission.student, files_version=submission.version,
                   version=task.version)


def simulate(size, workers):
    """Seconds of a class of stand-ins on so many workers, and of the coordinator alone.

    The workers are threads of one process: this machine has too few processors for as many
    processes, and a stand-in that sleeps needs none.
    """
    from distributed import LocalCluster

    with tempfile.TemporaryDirectory() as folder:
        course = class_of(size, Path(folder))
        model = model_result(course)
        alone = seconds_each(course, size, workers=1, ready=None, work=partial(canned, model, 0))
        print(f"class of {size}, the coordinator alone: {1000 * alone:.1f} ms a submission")
        for count in workers:
            with LocalCluster(n_workers=1, threads_per_worker=count, processes=False,
                              dashboard_address="127.0.0.1:0") as own:
                each = seconds_each(course, size, scheduler=own.scheduler_address, trusted=True,
                                    ready=None, work=partial(canned, model, ASLEEP))
            ideal = ASLEEP * -(-size // count)
            print(f"class of {size}, {count:2} workers: {each * size:7.1f} s, ideal "
                  f"{ideal:5.0f} s, efficiency {ideal / (each * size):.2f}", flush=True)


def model_result(course):
    """The result of one submission, notebook included."""
    (student, *_) = records.handed_in(course, classroom.CHAPTER)
    (task,) = autograde.tasks(course, classroom.CHAPTER, [student], True, Limits(), True, print)
    return classroom.work(task)


def real_class(size):
    """Print seconds a submission with the real sandbox, and without it by nbgrader alone.

    And those of a grading that finds nothing new.
    """
    with tempfile.TemporaryDirectory() as folder:
        course = class_of(size, Path(folder))
        for workers in (1, 2):
            each = seconds_each(course, size, workers=workers)
            print(f"class of {size}, {workers} worker(s): {each:.2f} s each", flush=True)
        started = time.perf_counter()
        subprocess.run([sys.executable, "-m", "mlp_lib.grading", "autograde", classroom.CHAPTER],
                       cwd=course.root, check=True, capture_output=True)
        print(f"nothing new: {time.perf_counter() - started:.1f} s", flush=True)
        each = plain_nbgrader(course, size)
        print(f"class of {size}, plain nbgrader autograde: {each:.2f} s each", flush=True)


def endless_loops():
    """Print what a submission with a loop without end takes, by the clock."""
    with tempfile.TemporaryDirectory() as folder:
        course = class_of(2 + len(LOOPS), Path(folder))
        students = records.handed_in(course, classroom.CHAPTER)
        for student, code in zip(students[2:], LOOPS.values(), strict=True):
            notebook = classroom.solved(course, student)
            classroom.answer(notebook, "label_smoothing_gradient").source = code
            classroom.hand_in(course, student, notebook)
        autograde.grade(course, classroom.CHAPTER, workers=1)
        for student, where in zip(students, ("the first", "no loop", *LOOPS), strict=True):
            seconds = records.record(course, classroom.CHAPTER, student).seconds
            print(f"{where}: {seconds:.1f} s", flush=True)


def worst_class(size, workers=2):
    """Print what ten of the worst in a class cost the others, beyond what they take themselves."""
    with tempfile.TemporaryDirectory() as folder:
        course = class_of(size, Path(folder))
        students = records.handed_in(course, classroom.CHAPTER)
        bad = students[2::size // 10][:10]  # among the others
        for student, harm in zip(bad, worst.TEN.values(), strict=True):
            classroom.hand_in(course, student, harm(classroom.solved(course, student)))
        good = [student for student in students if student not in bad]
        seconds = {}
        for name, chosen in (("without them", good), ("the worst alone", bad), ("all", students)):
            started = time.perf_counter()
            tally = autograde.grade(course, classroom.CHAPTER, chosen, force=True, workers=workers,
                                    limits=WORST)
            seconds[name] = time.perf_counter() - started
            assert not set(good) & set(tally.people), tally.people
            print(f"{len(chosen)} submissions, {name}: {seconds[name]:.1f} s", flush=True)
        ratio = (seconds["all"] - seconds["the worst alone"]) / seconds["without them"]
        print(f"the class with the worst, less what they take alone: {ratio:.2f} times the class "
              "without them")


def main():
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--part", choices=["real", "loop", "worst", "simulated"],
                        help="all if not given")
    parser.add_argument("--size", type=int, default=60, help="of the real class")
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 4, 16, 64],
                        help="of the simulated class")
    options = parser.parse_args()
    print(f"processors here: {os.cpu_count()}; work for them just now: {os.getloadavg()[0]:.1f}")
    if options.part in (None, "real"):
        real_class(options.size)
    if options.part in (None, "loop"):
        endless_loops()
    if options.part in (None, "worst"):
        worst_class(options.size)
    if options.part in (None, "simulated"):
        simulate(500, options.workers)


if __name__ == "__main__":
    main()
