"""The files of a folder or a zip, each read only when it is wanted, and no more of it than that.

A file may be damaged, unpack to a thousand times its size, or have a name that is no text. That is
the matter of this file alone.
"""

import contextlib
import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from mlp_lib.grading.course.folder import CourseError
from mlp_lib.grading.course.ziplists import MORE, promised, repaired
from mlp_lib.grading.judging import opening

ENTRIES = 1_000_000  # of a teacher's own folder
PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # others unpack a piece without any limit


class Unreadable(Exception):
    """A file that cannot be read; the message says why, as the end of a sentence."""


@dataclass(frozen=True)
class Found:
    """A file of a folder or zip.

    Attributes
    ----------
    path : PurePosixPath
        Below the folder.
    when : datetime or None
        Of its last change, UTC; None if that is unknown.
    read : callable
        From the number of bytes that are wanted at most to the content; raises `Unreadable`.
    """

    path: PurePosixPath
    when: datetime | None
    read: Callable


@contextlib.contextmanager
def files_of(place):
    """The files of a folder or a zip, for a ``with`` statement, and what is not there, in words.

    Yields
    ------
    (list of Found, list of str)

    Raises
    ------
    CourseError
        If there is nothing, or it is neither.
    """
    place = Path(place)
    if place.is_dir():
        with opening.folder(place.resolve()) as top:
            yield of_folder(top)
    elif place.exists():
        with archive_at(place) as (archive, lost):
            yield of_zip(archive), lost
    else:
        raise CourseError(f"there is no {place}")


def of_folder(top):
    """Files below an open folder."""
    paths, closed = opening.listed(top, ENTRIES)
    found = [Found(PurePosixPath(path), moment(opening.changed(top, path)), reader(top, path))
             for path in sorted(paths)]
    return found, [f"{path}: it is a link, or a folder that cannot be opened; left out"
                   for path in closed]


def reader(top, path):
    """What reads a file below an open folder."""
    def read(limit):
        try:
            content, _ = opening.read(top, path, limit)
        except OSError as error:
            raise Unreadable(f"cannot be read ({error.strerror or error})") from error
        return within(content, limit)
    return read


def within(content, limit):
    """The content, or `Unreadable` if there is more than was wanted."""
    if content is None or len(content) > limit:
        raise Unreadable(f"is too large: at most {limit / 2**20:.1f} MB of it would be read")
    return content


def moment(seconds):
    """A time in UTC; None if there is none, or none that a calendar has."""
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        return None


@contextlib.contextmanager
def archive_at(place):
    """A zip that can be read, if need be with its list of files mended; and what is lost of it."""
    try:
        archive, lost = zipfile.ZipFile(place), []
        if promised(place) not in (len(archive.filelist), MORE):
            raise ValueError("its list of files has fewer than it says")
    except Exception:
        try:
            content, lost = repaired(place.read_bytes())
            archive = zipfile.ZipFile(io.BytesIO(content))
        except Exception as error:
            raise CourseError(f"{place} is no folder, and no zip that can be read ({error}); is "
                              "the download complete?") from error
    with archive:
        yield archive, lost


def of_zip(archive):
    """Files in a zip."""
    return [Found(PurePosixPath(name_of(entry).replace("\\", "/").lstrip("/")), zip_time(entry),
                  unpacker(archive, entry))
            for entry in archive.infolist() if not entry.is_dir()]


def name_of(entry):
    """Name of a file in a zip; some programs write UTF-8 and do not say so."""
    with contextlib.suppress(UnicodeError):
        if not entry.flag_bits & 0x800:
            return entry.filename.encode("cp437").decode("utf-8")
    return entry.filename


def unpacker(archive, entry):
    """What reads a file in a zip."""
    def read(limit):
        if entry.flag_bits & 1:
            raise Unreadable("is locked with a password")
        if entry.compress_type not in PACKED:
            raise Unreadable("is packed in a way that is not read here; unpack the zip, and "
                             "collect the folder")
        try:
            with archive.open(entry) as file:
                content = file.read(limit + 1)
        except Exception as error:  # zlib.error, BadZipFile, EOFError, struct.error, ...
            raise Unreadable(f"is damaged ({type(error).__name__})") from error
        return within(content, limit)
    return read


def zip_time(entry):
    """When a file in a zip was changed; some programs write no date, or none that exists."""
    try:
        when = datetime(*entry.date_time)
        return None if when == datetime(1980, 1, 1) else when.astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        return None
