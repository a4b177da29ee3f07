"""Mend the list of files at a zip's end, where one damaged entry hides all others."""

import struct

ENTRY, END, LOCAL = b"PK\x01\x02", b"PK\x05\x06", b"PK\x03\x04"
FIXED = struct.Struct("<4s4B4HL2L5H2L")  # an entry up to its name
TEXT = 0x800  # the flag that says: the name is UTF-8
MORE = 0xFFFF  # files, in a zip that has so many that another place says how many


def promised(path):
    """Number of files that a zip says it has."""
    with open(path, "rb") as file:
        file.seek(max(path.stat().st_size - 2**16 - 22, 0))
        tail = file.read()
    return struct.unpack_from("<H", tail, tail.rindex(END) + 10)[0]


def repaired(content):
    """A zip whose list holds only entries that can be read.

    Parameters
    ----------
    content : bytes
        Of a zip without the extension for more than 4 GB.

    Returns
    -------
    (bytes, list of str)
        And what was left out, in words.

    Raises
    ------
    ValueError
        If the list of files is not there.
    """
    end = content.rfind(END)
    if end < 0 or len(content) < end + 22:
        raise ValueError("its list of files is missing")
    count, size = struct.unpack_from("<H L", content, end + 10)
    start = max(end - size, 0)
    entries = list(readable(content, content.find(ENTRY, start, end), end))
    listed = b"".join(entries)
    if count and not entries:
        raise ValueError("its list of files is damaged")
    missing = count - len(entries)
    lost = [f"the zip is damaged: {missing} of its {count} files are not there"] if missing else []
    tail = struct.pack("<4s4H2LH", END, 0, 0, len(entries), len(entries), len(listed), start, 0)
    return content[:start] + listed + tail, lost


def readable(content, place, end):
    """The entries that point at a file, each with a name that can be read."""
    while 0 <= place < end:
        after = place + 4
        if place + FIXED.size <= end:
            fields = list(FIXED.unpack_from(content, place))
            name, extra, remark, where = *fields[12:15], fields[-1]
            whole = place + FIXED.size + name + extra + remark
            if whole <= end and told(content, where) == content[place + 46:place + 46 + name]:
                yield named(content[place:whole], name)
                after = whole
        place = content.find(ENTRY, after, end)


def told(content, where):
    """The name that stands before a file in the zip; None if there is no file."""
    if content[where:where + 4] != LOCAL or len(content) < where + 30:
        return None
    (length,) = struct.unpack_from("<H", content, where + 26)
    return content[where + 30:where + 30 + length]


def named(entry, length):
    """An entry that says of its name what is true."""
    (flags,) = struct.unpack_from("<H", entry, 8)
    try:
        entry[46:46 + length].decode("utf-8")
    except UnicodeDecodeError:
        flags &= ~TEXT
    return entry[:8] + struct.pack("<H", flags) + entry[10:]
