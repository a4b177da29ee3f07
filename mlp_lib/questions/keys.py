"""Keys that count the hands of a class: quicker than a mouse, from the front of a room."""

from pathlib import Path
from string import ascii_lowercase

import anywidget
import traitlets

_HERE = Path(__file__).parent


class HandKeys(anywidget.AnyWidget):
    """Hears a letter for each choice.

    Parameters
    ----------
    count : callable
        Called with the choice's place and +1 or -1.
    turn : callable
        Called when the other round is to begin.
    choices : int
        How many there are.

    Attributes
    ----------
    letters : list of str
    words : str
        What is counted now.
    calls : int
        Each change moves the keyboard's focus here.
    """

    _esm = (_HERE / "keys.js").read_text(encoding="utf-8")
    letters = traitlets.List(traitlets.Unicode()).tag(sync=True)
    words = traitlets.Unicode().tag(sync=True)
    calls = traitlets.Int(0).tag(sync=True)

    def __init__(self, choices, count, turn):
        self.count, self.turn = count, turn
        super().__init__(letters=list(ascii_lowercase[:choices]))
        self.on_msg(lambda widget, key, buffers: self.hear(**key))

    def hear(self, key, step):
        """A letter was typed, with a step of 1, or -1 to take a hand away; or "enter"."""
        if key in self.letters:
            self.count(self.letters.index(key), 1 if step > 0 else -1)
        elif key == "enter":
            self.turn()
