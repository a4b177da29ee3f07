"""Whose is a file? By the names that learning platforms and people give files and folders.

Canvas       ``doejane_LATE_12345_67890_hw.ipynb``
Blackboard   ``HW 3_jdoe_attempt_2024-01-31-12-00-00_hw.ipynb``
Brightspace  ``12345-67890 - Jane Doe - Jan 31, 2024 1200 PM/hw.ipynb``, or `` - hw.ipynb``
Moodle       ``Jane Doe_81234_assignsubmission_file_/hw.ipynb``, or ``_file_hw.ipynb``
Sakai        ``Doe, Jane(jdoe)/Submission attachment(s)/hw.ipynb``
people       ``jdoe.ipynb``, ``jdoe_03_softmax.ipynb``, ``jdoe/hw.ipynb``, ``Jane Doe - hw.ipynb``

A name that goes on, as ``ann-marie`` does after ``ann``, is another name.
"""

import contextlib
import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime

from mlp_lib.exercises import folded
from mlp_lib.grading.course.folder import CourseError

LONGEST = 500  # characters of a name that says whose it is
CANVAS = re.compile(r"(?i)(?P<who>[^\W_]+)_(?:late_)?(?P<number>\d+)_\d+_(?P<own>.+)")
BLACKBOARD = re.compile(r"(?i)(?P<who>.+)_attempt_(?P<when>\d{4}(?:-\d\d){5})(?P<own>(?:[_.].*)?)")
BRIGHTSPACE = re.compile(r"\d+-\d+ - (?P<rest>.+)")
MOODLE = re.compile(r"(?i)(?P<who>[^_]+)_(?P<number>\d+)_assignsubmission_[a-z]+(?P<own>(?:_.*)?)")
SAKAI = re.compile(r"(?P<who>[^()]+)\((?P<id>[^()]+)\)")
KNOWN = re.compile(  # what may follow a name and is none
    r"(?:\d+|v\d+|ipynb|late|copy\d*|final|pages?|scans?|photos?|submission|assignment)")
DATES = ("%b %d, %Y %I%M %p", "%B %d, %Y %I%M %p", "%b %d, %Y %H%M", "%d %B, %Y %H%M")


@dataclass(frozen=True)
class Claim:
    """Whom a part of a path names.

    Attributes
    ----------
    students : frozenset of str
        Ids; none if nobody of the roster is named, several if it could be any of them.
    own : str
        The file's own name, where the platform has put something before it.
    number : str
        The platform's number of the person; empty if it gives none.
    when : datetime or None
        When it was handed in, if the name says so.
    platform : bool
        Whether the name has a platform's form.
    sakai : bool
        Whether it is Sakai's folder of a student.
    """

    students: frozenset = frozenset()
    own: str = ""
    number: str = ""
    when: datetime | None = None
    platform: bool = False
    sakai: bool = False


def squeezed(text):
    """Letters and digits alone, as Canvas writes a name."""
    return re.sub(r"[\W_]", "", folded(text))


def dated(text, *forms):
    """The time that a text says, in UTC; None if it is in none of the forms."""
    for form in forms:
        with contextlib.suppress(ValueError, OverflowError, OSError):
            return datetime.strptime(text.strip(), form).astimezone(UTC)
    return None


def compiled(pattern):
    """A teacher's pattern as a regular expression.

    Raises
    ------
    CourseError
        If it says nothing about whose a file is, or says one thing twice.
    """
    fields = re.findall(r"\{(id|name|first|last)\}", pattern)
    if not ({"id", "name"} & set(fields) or {"first", "last"} <= set(fields)) or (
            len(set(fields)) < len(fields)):
        raise CourseError(f"the pattern {pattern!r} says not whose a file is: {{id}}, or {{name}}, "
                          'or {first} and {last} was wanted, each once, as in "hw_{id}_*.ipynb"')
    parts = re.split(r"(\{(?:id|name|first|last)\}|\*)", pattern)
    forms = {"*": ".*?"} | {f"{{{field}}}": f"(?P<{field}>.+?)" for field in fields}
    return re.compile("(?i)" + "".join(forms.get(part) or re.escape(part) for part in parts))


class Owners:
    """Finds the student that a path belongs to.

    Parameters
    ----------
    students : iterable of (id, first name, last name)
    assignment : str
        Its name may follow a student's.
    pattern : str, optional
        Of the names that count, and no others: ``{id}``, ``{name}`` (in full), ``{first}``,
        ``{last}``, and ``*`` for whatever else.

    Raises
    ------
    CourseError
        If the pattern names nobody.
    """

    def __init__(self, students, assignment, pattern=None):
        self.pattern = pattern and compiled(pattern)
        self.ids, self.names, self.canvas = {}, {}, {}
        for student, first, last in students:
            first, last = first or "", last or ""
            self.ids.setdefault(folded(student), set()).add(student)
            for name in {f"{first} {last}", f"{last} {first}", f"{last}, {first}"}:
                if key := folded(name.strip(" ,")):
                    self.names.setdefault(key, set()).add(student)
            for name in (student, last + first, first + last):
                if key := squeezed(name):
                    self.canvas.setdefault(key, set()).add(student)
        self.joined = any("_" in student for student in self.ids)
        self.words = set(re.findall(r"[^\W_]+", folded(assignment)))

    def level(self, paths):
        """At which folder of their paths the students stand: the first where one is named.

        Further down are names that students gave, and those could say anything.
        """
        return min((depth for path in paths for depth, part in enumerate(path.parts)
                    if (claim := self.claim(part)).students or claim.platform), default=0)

    def claim(self, part):
        """The `Claim` of one part of a path."""
        part = unicodedata.normalize("NFC", part) if len(part) <= LONGEST else ""
        if self.pattern:
            return self.by_pattern(self.pattern.fullmatch(part))
        for form, read in ((MOODLE, self.moodle), (BLACKBOARD, self.blackboard),
                           (BRIGHTSPACE, self.brightspace), (CANVAS, self.of_canvas),
                           (SAKAI, self.sakai)):
            if match := form.fullmatch(part):
                return read(match)
        return Claim(frozenset(self.by_hand(folded(part))))

    def moodle(self, match):
        """Full name, and the number of the participant."""
        return Claim(frozenset(self.known(match["who"])), match["own"].strip("_"),
                     match["number"], platform=True)

    def blackboard(self, match):
        """The user's name stands after that of the assignment, which may hold anything."""
        who, found = folded(match["who"]), set()
        for start in (0, *(place.end() for place in re.finditer("_", who))):
            found |= self.ids.get(who[start:], set())
        when = dated(match["when"], "%Y-%m-%d-%H-%M-%S")
        own = match["own"].lstrip("_")
        return Claim(frozenset(found), "" if own.startswith(".") else own, "", when, True)

    def brightspace(self, match):
        """Full name, or the id and then the full name; a date; in a flat zip the file's name."""
        fields = match["rest"].split(" - ")
        who = next(filter(None, map(self.known, fields[:2])), set())
        dates = [(place, when) for place, field in enumerate(fields[1:4], 1)
                 if (when := dated(field, *DATES))]
        place, when = dates[0] if dates else (1, None)
        return Claim(frozenset(who), " - ".join(fields[place + 1:]), "", when, True)

    def sakai(self, match):
        """Last and first name, and the id; a name that a person made may have brackets, too."""
        found = self.ids.get(folded(match["id"]), set())
        has_name = any(found & named for named in self.names.values())
        if found and (not has_name or found & self.known(match["who"])):
            return Claim(frozenset(found), platform=True, sakai=True)
        return Claim(frozenset(self.by_hand(folded(match[0]))))

    def by_pattern(self, match):
        """By the teacher's own pattern."""
        if match is None:
            return Claim()
        told = {name: folded(text) for name, text in match.groupdict().items()}
        if "id" in told:
            return Claim(frozenset(self.ids.get(told["id"], ())), platform=True)
        name = told.get("name") or f"{told.get('first', '')} {told.get('last', '')}".strip()
        return Claim(frozenset(self.names.get(name, ())), platform=True)

    def of_canvas(self, match):
        """Last and first name as one word; if nobody is named so, a person may have named it."""
        if found := self.canvas.get(squeezed(match["who"])):
            return Claim(frozenset(found), match["own"], match["number"], platform=True)
        return Claim(frozenset(self.by_hand(folded(match[0]))))

    def known(self, who):
        """Students with just this id or full name."""
        who = folded(who)
        return self.ids.get(who) or self.names.get(who) or set()

    def by_hand(self, part):
        """Students whose id or name a text starts with, if no other name follows."""
        for end in range(len(part), 0, -1):
            if found := self.ids.get(part[:end]) or self.names.get(part[:end]):
                return found if self.ends(part[end:], part[:end] in self.ids) else set()
        return set()

    def ends(self, rest, is_id):
        """Whether a name is over where ``rest`` begins."""
        if re.match(r"\w", rest.replace("_", " ")):
            return False
        free = rest.startswith(" - ") or (rest.startswith("_") and not (is_id and self.joined))
        head = re.sub(r"\.[^\W_]{1,10}$", "", rest)
        return free or all(word in self.words or KNOWN.fullmatch(word)
                           for word in re.findall(r"[^\W_]+", head))
