"""What a question turns out as: a value, a text, or a picture with its text."""

import base64
from dataclasses import dataclass
from html import escape


@dataclass(frozen=True)
class Outcome:
    """The outcome of a question, as it is shown.

    Attributes
    ----------
    text : str
        In words: what a page of plain text says, and what a picture says to those who cannot see
        it.
    html : str
    """

    text: str
    html: str


def outcome_of(found):
    """The `Outcome` of what a question's function returned.

    Parameters
    ----------
    found : object
        A picture of `mlp_lib.plotting.described`; something with HTML of its own; a tuple that
        holds such, shown below each other; else a value, shown as Python prints it.
    """
    if isinstance(found, tuple) and any(map(_is_shown, found)):
        parts = [outcome_of(part) for part in found]
        return Outcome("\n".join(part.text for part in parts),
                       "".join(part.html for part in parts))
    if alt := _words_of_picture(found):
        data = base64.b64encode(found.data).decode("ascii")
        return Outcome(alt, f'<img src="data:image/png;base64,{data}" alt="{escape(alt)}" '
                            'style="max-width: 100%">')
    if hasattr(found, "_repr_html_"):
        return Outcome(repr(found), found._repr_html_())
    text = found if isinstance(found, str) else repr(found)
    return Outcome(text, f"<b>{escape(text)}</b>".replace("\n", "<br>"))


def _words_of_picture(found):
    """What a picture says in words, if it is one."""
    alt = (getattr(found, "metadata", None) or {}).get("alt") or getattr(found, "alt", None)
    return alt if getattr(found, "data", None) else None


def _is_shown(part):
    """Whether a part of an outcome is more than a value."""
    return bool(_words_of_picture(part)) or hasattr(part, "_repr_html_")
