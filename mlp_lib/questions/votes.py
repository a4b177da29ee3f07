"""What a class thought, kept by date: a line for each choice whenever both counts are shown.

The file is ``votes.csv`` beside the learner's progress; the environment variable ``MLP_LIB_VOTES``
names another one, for a teacher the one in the folder of the course. Where no progress is kept
(``os.devnull``), no votes are.
"""

import csv
import os
from datetime import datetime
from pathlib import Path

from mlp_lib.exercises import progress_path

COLUMNS = ("date", "question", "choice", "right", "at first", "after talking")


def path():
    """Where votes are kept."""
    if named := os.environ.get("MLP_LIB_VOTES"):
        return Path(named)
    own = progress_path()
    return own if str(own) == os.devnull else own.with_name("votes.csv")


def keep(question, hands, right):
    """Append the counts of a question.

    Parameters
    ----------
    question : str
        Its id.
    hands : Hands
    right : int or None
        Place of the right choice.

    Returns
    -------
    str
        Where they are, or why they are not kept, in a sentence; empty where nothing is kept.
    """
    when = datetime.now().isoformat(" ", "seconds")
    rows = [(when, question, choice, "yes" if i == right else "", hands.counts[0][i],
             hands.counts[1][i]) for i, choice in enumerate(hands.choices)]
    place = path()
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with place.open("a", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerows([COLUMNS, *rows] if not file.tell() else rows)
    except OSError as error:
        return f"The counts could not be kept in {place}: {error.strerror or error}."
    return "" if str(place) == os.devnull else f"The counts are kept in {place}."
