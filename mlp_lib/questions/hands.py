"""Hands of a class: counted for each choice, before and after it has talked."""

from dataclasses import dataclass, field
from html import escape

ROUNDS = ("at first", "after talking")
FILL = "height: 0.9em; background: var(--jp-brand-color1, #1976d2)"


@dataclass
class Hands:
    """Counts of hands for each choice, in two rounds.

    Attributes
    ----------
    choices : tuple of str
    counts : list of list of int
        By round and choice.
    """

    choices: tuple
    counts: list = field(default_factory=list)

    def __post_init__(self):
        self.counts = self.counts or [[0] * len(self.choices) for _ in ROUNDS]

    def share(self, turn, i):
        """Percent of the hands of a round that a choice has; 0 where nobody raised one."""
        total = sum(self.counts[turn])
        return round(100 * self.counts[turn][i] / total) if total else 0

    def html(self, right=None):
        """A table with a bar for each choice and round; the ``right`` choice is marked."""
        return self._table(("✓&nbsp;" * (i == right) for i in range(len(self.choices))), self._bar)

    def numbers(self, letters):
        """A table with the counts so far, each choice after its letter."""
        return self._table((f"{letter}: " for letter in letters),
                           lambda turn, i: self.counts[turn][i])

    def _table(self, marks, cell):
        """Rounds as columns, choices as rows, a mark before each."""
        left = "style='padding-right: 1em; text-align: left'"  # widgets have no gap of their own
        heads = "".join(f"<th scope='col' {left}>{name}</th>" for name in ROUNDS)
        rows = "".join(
            f"<tr><th scope='row' {left}>{mark}{escape(choice)}</th>"
            + "".join(f"<td {left}>{cell(turn, i)}</td>" for turn in range(len(ROUNDS))) + "</tr>"
            for i, (mark, choice) in enumerate(zip(marks, self.choices)))
        return f"<table><thead><tr><th></th>{heads}</tr></thead><tbody>{rows}</tbody></table>"

    def _bar(self, turn, i):
        count, share = self.counts[turn][i], self.share(turn, i)
        return (f"<div style='width: min(10em, 25vw)'><div aria-hidden='true' style='{FILL}; "
                f"width: {share}%'></div>{count} hand{'s' * (count != 1)}, {share} %</div>")
