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
        heads = "".join(f"<th scope='col' style='text-align: left'>{name}</th>" for name in ROUNDS)
        rows = "".join(self._row(i, choice, right) for i, choice in enumerate(self.choices))
        return f"<table><thead><tr><th></th>{heads}</tr></thead><tbody>{rows}</tbody></table>"

    def _row(self, i, choice, right):
        mark = "✓ " if i == right else ""
        bars = "".join(
            f"<td><div style='width: 10em'><div aria-hidden='true' style='{FILL}; "
            f"width: {self.share(turn, i)}%'></div>"
            f"{self.counts[turn][i]} hands, {self.share(turn, i)} %</div></td>"
            for turn in range(len(ROUNDS)))
        name = f"<th scope='row' style='text-align: left'>{mark}{escape(choice)}</th>"
        return f"<tr>{name}{bars}</tr>"
