"""Libraries that a project rules out: does a notebook's text import one?

Who imports need not use it: so a finding is a question to a person and never a mark. An import
that is well hidden is not found here, but by its effect: ``unaided`` computes the answer where the
library is not.
"""

import re

WHOLE = r"import\s+mlp_lib\b(?!\.)|from\s+mlp_lib\s+import\s+\*"  # all of its rooms come along
ROOM = r"import\s+mlp_lib\.{0}\b(?!\.)|from\s+mlp_lib\.{0}\s+import\s+\*"  # and all of one
LOADER = r"\b(?:import_module|__import__)\s*\("  # what it loads need not stand there


def ruled_out(notebook, names):
    """The first piece of a notebook that imports one of the libraries, empty if none does.

    Parameters
    ----------
    notebook : NotebookNode
    names : sequence of str
        Each a module, a module of a room such as "networks.mlp", or a name that is imported from
        a module.
    """
    if not names:
        return ""
    rooms = sorted({name.split(".")[0] for name in names if "." in name})
    last = "|".join(name.split(".")[-1] for name in names)
    bring = r"(?:from|import)\b(?:[^\n(]*\([^)]*|[^\n]*)"
    every = "|".join([WHOLE, rf"{bring}\b(?:{last})\b", *map(ROOM.format, rooms),
                      *(rf"from\s+mlp_lib\s+import\b(?:[^\n(]*\([^)]*|[^\n]*)\b{room}\b"
                        for room in rooms)])
    pattern = re.compile(rf"(?m)(?:^|;)\s*(?:{every})|{LOADER}")
    found = (pattern.search(cell.source) for cell in notebook.cells if cell.cell_type == "code")
    return next((" ".join(match[0].split()) for match in found if match), "")
