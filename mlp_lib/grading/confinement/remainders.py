"""What of a cell did not run because a line before it failed, or was stopped.

A notebook's first cell may begin with what only works elsewhere, and the imports stand below it.
"""

import ast
import warnings

from IPython.core.inputtransformer2 import TransformerManager

from mlp_lib.grading.confinement.dialogue.asking import ask

FORM = "application/vnd.mlp-lib.line+json"
WHERE = f"""
def _mlp_lib():
    import sys
    from IPython import get_ipython
    from IPython.display import publish_display_data
    error = getattr(sys, "last_value", None)
    trace = error and error.__traceback__
    while trace and trace.tb_frame.f_globals is not get_ipython().user_ns:
        trace = trace.tb_next
    publish_display_data({{{FORM!r}: trace.tb_lineno if trace else 0}})
try:
    _mlp_lib()
finally:
    del _mlp_lib
"""
SECONDS = 5  # to find the line
OTHERS = ("bash", "sh", "script", "html", "HTML", "latex", "javascript", "js", "svg", "SVG",
          "markdown", "perl", "ruby", "writefile", "file", "pypy", "python2", "cmd", "system", "sx")


def failed_line(kernel):
    """Number of the line of its cell at which the last exception came up; 0 if there is none."""
    found = []

    def take(message):
        data = message["content"].get("data") if message["msg_type"] == "display_data" else None
        if isinstance(data, dict) and isinstance(data.get(FORM), int):
            found.append(data[FORM])

    ask(kernel, WHERE, SECONDS, 2**16, take, silent=True)
    return found[-1] if found else 0


def from_line(source, line, itself):
    """The statements of a cell from the one that failed on, or behind it.

    Parameters
    ----------
    source : str
        Text of a cell, with IPython's own notation.
    line : int
        In the statement that failed, counted from 1.
    itself : bool
        Whether it is tried again.

    Returns
    -------
    str
        Its lines have the same numbers; empty if nothing is left.
    """
    statements, lines = parsed(source) if line > 0 else ([], [])
    left = [one for one in statements if (one.end_lineno if itself else first(one)) >= line]
    if not itself:
        left = [one for one in left if not first(one) <= line <= one.end_lineno]
    if not left:
        return ""
    number, column = first(left[0]), left[0].col_offset if not decorated(left[0]) else 0
    head = lines[number - 1].encode()[column:].decode()
    return "#\n" * (number - 1) + "\n".join([head, *lines[number:]])


def parsed(source):
    """The statements of a cell, and its lines, in plain Python; no statements if it is none."""
    head, _, body = source.lstrip().partition("\n")
    if head.startswith("%%") and head[2:].split()[:1] not in [[name] for name in OTHERS]:
        source = "#\n" + body  # the magic may be all that fails
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            plain = TransformerManager().transform_cell(source)
            return ast.parse(plain).body, plain.split("\n")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return [], []


def decorated(statement):
    """The decorators of a statement, if it has some."""
    return getattr(statement, "decorator_list", [])


def first(statement):
    """Number of the first line of a statement."""
    return min([statement.lineno, *(one.lineno for one in decorated(statement))])
