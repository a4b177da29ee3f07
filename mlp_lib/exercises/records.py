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

GUESSES = ("guessed right", "guessed wrong", "guessed")  # the last: nothing was right or wrong
ANSWERS = ("tried", "hinted", "passed")
OPENED = "opened"  # a check of an answer that is not written yet: work begins
EVENTS = (*ANSWERS, OPENED, *GUESSES)
HERE = defaultdict(Counter)  # of this process, for each file: counts on where nothing can be kept
NOTHING = "Progress is not shown while a notebook is graded."
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
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    return pair if isinstance(pair[0], str) and pair[1] in EVENTS else None


def lines_of(file):
    """Lines of a file that hold something; bytes that are no text become signs that say so."""
    text = file.read_bytes().decode("utf-8", errors="replace")
    return [line for line in text.split("\n") if line.strip()]


def set_aside(file):
    """Keep a damaged file under a new name, and go on with its readable lines.

    Another notebook may write meanwhile, or do the same: nothing is overwritten here.
    """
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S-%f")
    kept = file.with_name(f"{file.stem}.damaged-{stamp}-{os.getpid()}{file.suffix}")
    try:
        file.rename(kept)
    except FileNotFoundError:  # the other notebook was first
        return
    with file.open("a", encoding="utf-8") as again:
        again.write("".join(f"{line}\n" for line in lines_of(kept) if parsed(line)))
    print(f"The record of your progress was damaged. It is kept as {kept}; "
          "what could be read of it is carried over.")


def events():
    """`Counter` of events for each exercise id; empty if the record cannot be read."""
    counts = defaultdict(Counter)
    try:
        pairs = [parsed(line) for line in lines_of(path())]
        if None in pairs:
            set_aside(path())
    except (FileNotFoundError, NotADirectoryError):
        return counts
    except OSError as error:
        print(f"The record of your progress could not be read or mended: {error}")
        return counts
    for exercise, event in filter(None, pairs):
        counts[exercise][event] += 1
    return counts


def append(file, line):
    """Add a line with one call of the system; close a line first that was cut off."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("ab+") as record:
        whole = True
        if record.seekable() and record.seek(0, os.SEEK_END):
            record.seek(-1, os.SEEK_END)
            whole = record.read(1) == b"\n"
        record.write(line if whole else b"\n" + line)


def record(event, exercise_id):
    """Keep an event; return how often it has happened for this exercise.

    A folder that cannot be written costs the record, not the exercise: it is said, and the
    events are counted as long as the kernel lives.
    """
    entry = {"exercise": exercise_id, "event": event,
             "when": datetime.now(UTC).isoformat(timespec="seconds")}
    before, here = events()[exercise_id][event], HERE[path()]
    here[exercise_id, event] = max(before, here[exercise_id, event]) + 1
    try:
        append(path(), json.dumps(entry).encode() + b"\n")
    except OSError as error:
        print(f"Your progress could not be kept: {error}")
    return here[exercise_id, event]


def keep_guess(question, good):
    """Keep a guess: whether it was ``good``, or None where nothing is right or wrong."""
    record({True: GUESSES[0], False: GUESSES[1], None: GUESSES[2]}[good], question)


def guesses_in_words(counts):
    """How many predictions of each chapter were made, and how many of them were right."""
    found = defaultdict(Counter)
    for question, own in counts.items():
        if any(own[event] for event in GUESSES):
            found[question.split()[0]].update({event: own[event] for event in GUESSES})
    return tuple(
        f"chapter {chapter}: {sum(own[event] for event in GUESSES)} predictions, "
        f"{own[GUESSES[0]]} of {own[GUESSES[0]] + own[GUESSES[1]]} right"
        for chapter, own in sorted(found.items()))


@dataclass(frozen=True)
class Progress:
    """Rows of the table: chapter, title, exercises passed, tried, hints, and how many there are.

    And what was predicted, a line for each chapter.
    """

    rows: tuple
    predictions: tuple = ()

    def __repr__(self):
        lines = [] if self.rows else [NOTHING]
        width = max((len(title) for _, title, *_ in self.rows), default=0)
        for number, title, passed, tried, hints, total in self.rows:
            done = round(BAR * passed / max(total, 1))
            lines.append(f"{number} {title:<{width}} {'█' * done}{'░' * (BAR - done)} "
                         f"{passed} of {total} passed, {tried} tried, {hints} hints")
        return "\n".join([*lines, *self.predictions])

    def _repr_html_(self):
        if not self.rows:
            return f"<p>{NOTHING}</p>"
        head = ("<tr><th style='text-align:left'>chapter</th><th></th><th>passed</th>"
                "<th>tried</th><th>hints</th></tr>")
        body = "".join(
            f"<tr><td style='text-align:left'>{number} {escape(title)}</td>"
            f"<td><progress value='{passed}' max='{total}' aria-label='{passed} of {total} passed'>"
            f"</progress></td><td>{passed} of {total}</td><td>{tried}</td><td>{hints}</td></tr>"
            for number, title, passed, tried, hints, total in self.rows)
        predicted = "".join(f"<p>{escape(line)}</p>" for line in self.predictions)
        return f"<table>{head}{body}</table>{predicted}"


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
    return Progress(tuple(rows), guesses_in_words(counts))
