"""How long an exercise took, as far as the learner's own record tells.

The record has the moment of each check, hint and guess. What lies between one of them and the next
is work on the exercise of the next, unless it is so long that it was a break.
"""

import json
from datetime import datetime
from itertools import pairwise

from mlp_lib.exercises import records

BREAK = 30 * 60  # seconds


def moments():
    """Triples of exercise, event and time in seconds, by time; empty if there is no record."""
    try:
        lines = records.lines_of(records.path())
    except OSError:
        return []
    found = []
    for line in lines:
        if pair := records.parsed(line):
            try:
                when = datetime.fromisoformat(json.loads(line)["when"]).timestamp()
            except (KeyError, TypeError, ValueError, OverflowError, OSError):
                continue  # it does not say when
            found.append((*pair, when))
    return sorted(found, key=lambda one: one[2])  # lines of another computer come later


def minutes(exercise_id):
    """Whole minutes of work on an exercise until it passed first, at least 1.

    Returns
    -------
    int or None
        None if it has not passed, or nothing but breaks lies before.
    """
    known = moments()
    end = next((i for i, (own, event, _) in enumerate(known)
                if (own, event) == (exercise_id, "passed")), -1)
    gaps = (after[2] - before[2] for before, after in pairwise(known[:end + 1])
            if after[0] == exercise_id)
    worked = [gap for gap in gaps if gap <= BREAK]
    return max(1, round(sum(worked) / 60)) if worked else None
