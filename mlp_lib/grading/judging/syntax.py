"""What is wrong with a cell that is no Python: the line, quoted."""

import ast
import warnings

from IPython.core.inputtransformer2 import TransformerManager

from mlp_lib.exercises import wire
from mlp_lib.grading.judging import bounds

SHOWN = 120  # characters of the line
SECONDS = 2.0  # of the processor


def error(source):
    """A sentence about the first error of syntax in a cell; empty if there is none.

    Parameters
    ----------
    source : str
        As a student wrote it, with the notebook's own commands.
    """
    try:
        with bounds.seconds(SECONDS), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(TransformerManager().transform_cell(source))
    except SyntaxError as found:
        number = found.lineno or 1
        lines = source.splitlines()
        line = (found.text or (lines[number - 1] if number <= len(lines) else "")).strip()
        return (f"The cell is no Python: {wire.line(str(found.msg))} (line {number}: "
                f"`{wire.line(line)[:SHOWN]}`).")
    except Exception:  # too long, nested too deep, a null byte
        return "The cell is nothing that Python could read."
    return ""
