"""What was tried, hinted and passed: kept on this computer, one line an event.

The file lies in the platform's folder for user data; the environment variable
``MLP_LIB_PROGRESS`` names another one (``os.devnull`` keeps nothing). Lines are only ever
appended, so two notebooks may write at once. A damaged file is set aside under another name,
and its readable lines are carried over.
"""

import json
import os
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from pathlib import Path

from mlp_lib.exercises import catalogue
from mlp_lib.exercises.kinds import Written

EVENTS = ("tried", "hinted", "passed")
BAR = 20  # characters of a bar in plain text


def path():
    """Where the events are kept."""
    if named := os.environ.get("MLP_LIB_PROGRESS"):
        return Path(named)
    from platformdirs import user_data_path

    return user_data_path("mlp_lib", appauthor=False) / "progress.jsonl"


def parsed(line):
    """The pair (exercise, event) of a line, or None if it is damaged."""
    try:
        entry = json.loads(line)
        pair = entry["exercise"], entry["event"]
    except (ValueError, TypeError, KeyError):
        return None
    return pair if isinstance(pair[0], str) and pair[1] in EVENTS else None


def set_aside(file, lines):
    """Keep a damaged file under a new name, and go on with its readable lines."""
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S-%f")
    kept = file.with_name(f"{file.stem}.damaged-{stamp}{file.suffix}")
    file.rename(kept)
    file.write_text("".join(f"{line}\n" for line in lines if parsed(line)), encoding="utf-8")
    print(f"The record of your progress was damaged. It is kept as {kept}; "
          "what could be read of it is carried over.")


def events():
    """`Counter` of events for each exercise id."""
    file, counts = path(), defaultdict(Counter)
    try:
        text = file.read_bytes().decode("utf-8", errors="replace")
    except FileNotFoundError:
        return counts
    lines = text.splitlines()
    pairs = [parsed(line) for line in lines]
    if None in pairs:
        set_aside(file, lines)
    for exercise, event in filter(None, pairs):
        counts[exercise][event] += 1
    return counts


def record(event, exercise_id):
    """Keep an event; return how often it has happened for this exercise.

    A folder that cannot be written costs the record, not the exercise: it is said, once a call.
    """
    entry = {"exercise": exercise_id, "event": event,
             "when": datetime.now(UTC).isoformat(timespec="seconds")}
    before = events()[exercise_id][event]
    try:
        path().parent.mkdir(parents=True, exist_ok=True)
        with path().open("a", encoding="utf-8") as file:
            file.write(json.dumps(entry) + "\n")
    except OSError as error:
        print(f"Your progress could not be kept: {error}")
    return before + 1


@dataclass(frozen=True)
class Progress:
    """Rows of the table: chapter, title, exercises passed, tried, hints, and how many there are."""

    rows: tuple

    def __repr__(self):
        lines = []
        for number, title, passed, tried, hints, total in self.rows:
            done = round(BAR * passed / total)
            lines.append(f"{number} {title:<28} {'█' * done}{'░' * (BAR - done)} "
                         f"{passed} of {total} passed, {tried} tried, {hints} hints")
        return "\n".join(lines)

    def _repr_html_(self):
        head = ("<tr><th style='text-align:left'>chapter</th><th></th><th>passed</th>"
                "<th>tried</th><th>hints</th></tr>")
        body = "".join(
            f"<tr><td style='text-align:left'>{number} {escape(title)}</td>"
            f"<td><progress value='{passed}' max='{total}' aria-label='{passed} of {total} passed'>"
            f"</progress></td><td>{passed} of {total}</td><td>{tried}</td><td>{hints}</td></tr>"
            for number, title, passed, tried, hints, total in self.rows)
        return f"<table>{head}{body}</table>"


def progress():
    """Table of what was passed, tried and hinted, with a bar for each chapter.

    Returns
    -------
    Progress
        Shown by the notebook. Exercises that a person grades are not counted.
    """
    try:
        numbers = catalogue.chapter_numbers()
    except catalogue.Withheld:
        return Progress(())
    counts, rows = events(), []
    for number in numbers:
        own = [counts[e.id] for e in catalogue.exercises(number).values()
               if not isinstance(e, Written)]
        passed = sum(bool(c["passed"]) for c in own)
        tried = sum(bool(c["passed"] or c["tried"]) for c in own)
        rows.append((number, catalogue.chapter(number).title, passed, tried,
                     sum(min(c["hinted"], 3) for c in own), len(own)))
    return Progress(tuple(rows))
