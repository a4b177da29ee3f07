"""Ten of the worst submissions as data: each takes all the time, memory or text that it can get.

Each is a change of a notebook with right answers. What they do to the rest of a class is measured
in `tests.benchmarks.grading`, and bounded in `test_cluster`.
"""

from tests.grading.honest import HEAD, first, function, last, replaced, together, words
from tests.grading.hostile import BURST, DEAF, SHARE

LOOP = f"{HEAD}    while True: pass"
PRINTS = "while True: print('x' * 1000)"
DISPLAYS = "from IPython.display import display\nwhile True: display('x' * 100_000)"
NAME = "NAME = '\\u0360' * 690_000 + '\\u0300' * 690_000 #"
SHARED = SHARE.replace("{bytes}", str(400 * 2**20))

TEN = {
    "deaf loops in cells": first(DEAF, DEAF),
    "endless loop in an answer": function(LOOP),
    "deaf loop in an answer": function(HEAD + DEAF.replace("\n", "\n    ")),
    "memory of many processes": first(SHARED),
    "endless prints": first(PRINTS, PRINTS),
    "endless displays": last(DISPLAYS),
    "burst of processes": first("import numpy as np", BURST),
    "ends its kernel again and again": first(*["import os\nos._exit(0)"] * 4),
    "name of a million accents": together(
        replaced("NAME = ", NAME), function("my_cross_entropy = 99.0", "my_cross_entropy")),
    "texts that take long to read": together(
        last("from;" * 24_000, "\n" * 1_000_000), words("*a " * 3300 + "b* " * 3300)),
}
