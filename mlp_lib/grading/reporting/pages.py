"""The report: one web page that needs nothing from the network, and the same as a table."""

import csv
import io
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from string import ascii_uppercase

import jinja2

from mlp_lib.grading.course import people, records
from mlp_lib.grading.reporting import alike, counting, unnamed
from mlp_lib.grading.reporting.standing import STATES

TEMPLATE = "report.html.j2"
HIDDEN = "…"  # in the place of a name
COLUMNS = ("part", "exercise", "what", "count", "of", "more")
ENVIRONMENT = jinja2.Environment(
    loader=jinja2.FileSystemLoader(Path(__file__).parent), autoescape=True,
    trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined)


@dataclass(frozen=True)
class Found:
    """All that a report says of a class."""

    klass: object
    questions: list
    mistakes: list
    groups: list
    bars: list
    moved: list
    before: object
    pairs: list
    borrowed: list
    times: dict


def found(klass, earlier=None):
    """What there is to say of a class.

    Parameters
    ----------
    earlier : (datetime, dict), optional
        From `mlp_lib.grading.course.history.before`.
    """
    when, state = earlier or (None, {})
    return Found(klass, list(counting.by_question(klass)), counting.mistakes(klass),
                 unnamed.groups(klass), counting.distribution(klass),
                 counting.moved(klass, state) if earlier else [], when,
                 alike.pairs(klass), list(alike.borrowed(klass)),
                 counting.times(klass))


class Caller:
    """What people are called in a report: their names, or letters that stand for nobody."""

    def __init__(self, klass, names):
        self.people, self.names, self.letters = klass.people, names, {}

    def __call__(self, student):
        if self.names:
            return f"{self.people.get(student) or student} ({student})"
        i = len(self.letters)
        letter = ascii_uppercase[i % 26] + str(i // 26 or "")
        return self.letters.setdefault(student, f"person {letter}")

    def listed(self, students):
        """Several people, as one text; empty in a report without names."""
        return ", ".join(map(self, students)) if self.names else ""

    def code(self, entry):
        """An answer's text; without names, also without that of its student."""
        if self.names:
            return entry.code
        words = [entry.student, *self.people.get(entry.student, "").split()]
        found = "|".join(re.escape(word) for word in words if len(word) > 2)
        return re.sub(rf"(?i)\b(?:{found})\b", HIDDEN, entry.code) if found else entry.code


def page(said, names=False):
    """HTML text of a report, see `found`."""
    return ENVIRONMENT.get_template(TEMPLATE).render(
        said=said, call=Caller(said.klass, names), names=names, states=STATES,
        made=datetime.now().strftime("%Y-%m-%d %H:%M"), most=max(said.bars, default=0) or 1)


def rows(said, names=False):
    """The rows of the table, by `COLUMNS`."""
    call, klass = Caller(said.klass, names), said.klass
    for question, counts in said.questions:
        for state in STATES:
            yield "exercises", question.heading, state, counts[state], sum(counts.values()), ""
    for question, known in said.times.items():
        median, count = known or ("not known", 0)
        yield "time", question.heading, "median minutes", median, count, ""
    for one in said.mistakes:
        yield ("mistakes", one.question.heading, one.sentence, one.count,
               len(klass.of(one.question)), call.listed(one.students))
    for one in said.groups:
        yield ("unnamed", one.question.heading, one.gives, one.count,
               len(klass.of(one.question)), call.code(one.entries[0]))
    for i, count in enumerate(said.bars):
        yield "points", "", f"{10 * i} to {10 * i + 10} %", count, len(klass.graded), ""
    for one in said.moved:
        yield ("moved", one.question.heading, one.sentence, one.now, one.before,
               f"before {one.before}, now {one.now}; of those before {one.passed} pass")
    for one in said.pairs:
        for question, same, answered in one.shared:
            yield ("alike", question.heading, " and ".join(map(call, one.students)), same,
                   answered, f"{same} of {answered} have this shape")
    for one in said.borrowed:
        owners = ", ".join(map(call, one.owners)) or "nobody of the class"
        yield "numbers", one.question.heading, call(one.student), 1, 1, f"belongs to {owners}"


def table(said, names=False):
    """CSV text of a report."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerows(map(people.inert, row) for row in rows(said, names))
    return text.getvalue()


def write(course, said, names=False):
    """Write page and table into the course's ``reports/``; return the page's path."""
    kind = "_with_names" if names else ""
    path = course.root / "reports" / f"{said.klass.assignment}{kind}.html"
    records.write(path, page(said, names).encode())
    records.write(path.with_suffix(".csv"), table(said, names).encode("utf-8-sig"))
    return path
