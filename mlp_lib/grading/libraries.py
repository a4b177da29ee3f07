"""Libraries that a project rules out: does a notebook's text import one?

Who imports need not use it: so a finding is a question to a person and never a mark. An import
that is well hidden is not found here, but by its effect: `mlp_lib.grading.unaided` computes the
answer where the library is not.
"""

import re

WHOLE = r"import\s+mlp_lib\b(?!\.)|from\s+mlp_lib\s+import\s+\*"  # all of its rooms come along
LOADER = r"\b(?:import_module|__import__)\s*\("  # what it loads need not stand there


def ruled_out(notebook, names):
    """The first piece of a notebook that imports one of the libraries, empty if none does.

    Parameters
    ----------
    notebook : NotebookNode
    names : sequence of str
        Each a part of a dotted name, or a name that is imported from a module.
    """
    if not names:
        return ""
    some = rf"(?:from|import)\b(?:[^\n(]*\([^)]*|[^\n]*)\b(?:{'|'.join(names)})\b"
    pattern = re.compile(rf"(?m)(?:^|;)\s*(?:{some}|{WHOLE})|{LOADER}")
    found = (pattern.search(cell.source) for cell in notebook.cells if cell.cell_type == "code")
    return next((" ".join(match[0].split()) for match in found if match), "")
