"""Formulas as MathML, which a browser shows by itself: no page has to fetch or run anything.

What is made of a student's text holds known elements and attributes alone, whatever it says.
"""

import re
from html import escape, unescape

from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

from mlp_lib.grading.judging import bounds

TAGS = {
    "math", "mfrac", "mi", "mn", "mo", "mover", "mpadded", "mphantom", "mroot", "mrow", "mspace",
    "msqrt", "mstyle", "msub", "msubsup", "msup", "mtable", "mtd", "mtext", "mtr", "munder",
    "munderover", "menclose", "mmultiscripts", "mprescripts", "none"}
ATTRIBUTES = {
    "accent", "align", "columnalign", "columnlines", "columnspacing", "depth", "display",
    "displaystyle", "fence", "form", "height", "linebreak", "linethickness", "lspace", "mathcolor",
    "mathsize", "mathvariant", "maxsize", "minsize", "movablelimits", "notation", "rowalign",
    "rowlines", "rowspacing", "rspace", "scriptlevel", "separator", "stretchy", "symmetric",
    "width"}
NUMBERED = re.compile(r"&#x?[0-9A-Fa-f]{1,6};")
LONGEST = 4000  # characters of a formula
SECONDS = 1.0  # of the processor


def mathml(tex, display=False):
    """A formula as MathML; one that cannot be read, as the text that it is.

    Parameters
    ----------
    tex : str
        Without dollar signs.
    display : bool
        Whether it stands on a line of its own.
    """
    from latex2mathml.converter import convert_to_element

    try:
        if len(tex) > LONGEST:
            raise ValueError("a long one")
        with bounds.seconds(SECONDS):
            found = convert_to_element(tex, display="block" if display else "inline")
            return written(found)
    except Exception:  # whatever a student's formula does to what reads it
        return f"<code>{escape(tex)}</code>"


def written(element):
    """Text of an element with what it holds."""
    inside = text(element.text) + "".join(written(one) + text(one.tail) for one in element)
    if element.tag not in TAGS:
        return inside
    told = "".join(f' {name}="{escape(value)}"' for name, value in element.attrib.items()
                   if name in ATTRIBUTES and ":" not in value)
    return f"<{element.tag}{told}>{inside}</{element.tag}>"


def text(value):
    """Text between elements; its numbered characters are such, and nothing else is markup."""
    return escape(NUMBERED.sub(lambda match: unescape(match[0]), value or ""))


class Renderer(IPythonRenderer):
    """Markdown of a notebook, with formulas as MathML."""

    def block_math(self, body):
        """A formula on a line of its own."""
        return mathml(body, display=True)

    def inline_math(self, body):
        """A formula in a line."""
        return mathml(body)

    def heading(self, text, level, **attributes):
        """A heading, without a link to itself."""
        return f"<h{level}>{text}</h{level}>\n"

    def latex_environment(self, name, body):
        """A formula in an environment."""
        return mathml(rf"\begin{{{name}}}{body}\end{{{name}}}", display=True)


def html(markdown, attachments=None):
    """HTML of a Markdown text.

    Parameters
    ----------
    attachments : dict, optional
        Pictures that the text refers to, as a cell holds them.
    """
    renderer = Renderer(escape=False, attachments=attachments or {})
    return MarkdownWithMath(renderer=renderer).render(markdown)
