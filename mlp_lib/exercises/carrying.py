"""Progress taken along: to another computer, into a browser, and back."""

from collections import Counter
from pathlib import Path

from mlp_lib.exercises import records


def export_progress(file="progress.txt"):
    """Write the record of what was tried, hinted, passed and guessed into a file.

    Parameters
    ----------
    file : path
        An older record there is replaced, anything else is not.

    Returns
    -------
    Path
        Of the file. `import_progress` takes it in elsewhere.

    Raises
    ------
    FileExistsError
        If the file holds something else.
    """
    file = Path(file)
    if file.exists() and not all(map(records.parsed, records.lines_of(file))):
        raise FileExistsError(f"{file} is there and holds no record of progress; name another file")
    lines = _lines(records.path())
    file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return file


def import_progress(file):
    """Add the record in a file to the one that is kept here.

    What is here stays. What is in both is counted once, so a file can be taken in again.

    Parameters
    ----------
    file : path
        What `export_progress` wrote, or a record itself.

    Returns
    -------
    records.Progress
        The table with what has come in.

    Raises
    ------
    ValueError
        If a line of the file is not one of a record. Nothing is taken in then.
    """
    theirs = [line.strip() for line in records.lines_of(Path(file))]
    for number, line in enumerate(theirs, 1):
        if not records.parsed(line):
            raise ValueError(f"{file} is no record of progress: line {number} is {line[:60]!r}, "
                             'not like {"exercise": "03.…", "event": "passed", "when": "…"}')
    if new := [*(Counter(theirs) - Counter(_lines(records.path()))).elements()]:
        records.append(records.path(), "".join(f"{line}\n" for line in new).encode())
    return records.progress()


def _lines(file):
    """Readable lines of a record, without blanks around; none if it is not there."""
    lines = records.lines_of(file) if file.is_file() else []
    return [line.strip() for line in lines if records.parsed(line)]
