"""What the benchmarks share: candidates that take turns, tables, and the choice of parts."""

import argparse
import time

import numpy as np
from threadpoolctl import threadpool_limits

THREADS = 2
PAUSE = {"seconds": 0.3}  # before each turn


def seconds(run):
    """Wall-clock seconds of ``run()``."""
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def alternate(candidates, rounds, calls=1):
    """Median seconds of a call of each candidate; they take turns, after one round not counted.

    A turn is ``calls`` calls in a row. Before it there is a pause (``--pause``, in seconds): the
    threads of the library before spin for a while, and would take a core from the next one.
    """
    times = {name: [] for name in candidates}
    for number in range(rounds + 1):
        for name, run in candidates.items():
            time.sleep(PAUSE["seconds"])
            elapsed = seconds(lambda run=run: [run() for _ in range(calls)]) / calls
            if number:
                times[name].append(elapsed)
    return {name: float(np.median(values)) for name, values in times.items()}


def table(header, rows):
    """Print rows of strings under a header, in columns."""
    widths = [max(len(str(cell)) for cell in column) for column in zip(header, *rows)]
    for row in (header, *rows):
        print("  ".join(str(cell).rjust(width) for cell, width in zip(row, widths)))
    print()


def run_parts(parts, rounds):
    """Read the command line, and print the tables asked for, under `THREADS` BLAS threads.

    ``parts`` maps a name to a function of the number of rounds, whose docstring is its title.
    """
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=rounds)
    parser.add_argument("--part", choices=parts, action="append")
    parser.add_argument("--pause", type=float, default=PAUSE["seconds"])
    arguments = parser.parse_args()
    PAUSE["seconds"] = arguments.pause
    with threadpool_limits(THREADS):
        for name in arguments.part or parts:
            print(parts[name].__doc__)
            parts[name](arguments.rounds)
