"""Libraries that a project rules out: does a notebook's text import one?

Who imports need not use it: so a finding is a question to a person and never a mark. An import
that is well hidden is not found here, but by its effect: ``unaided`` computes the answer where the
library is not. The search reads each letter a fixed number of times, whatever the text is.
"""

import re

# names between brackets, on lines of their own, with comments
BROUGHT = re.compile(r"\bimport\s*+\(((?:[^()#]++|#[^\n]*+)*+)")
ENDS = re.compile(r"[\n;]")
IMPORTS = re.compile(r"(from|import)\b")
WORDS = re.compile(r"[\w.]+|\*")
LOADER = re.compile(r"\b(?:import_module|__import__)\s*\(")  # what it loads need not stand there
WHOLE = "mlp_lib"  # all of its rooms come along


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
    found = (piece for cell in notebook.cells if cell.cell_type == "code"
             for piece in pieces(cell.source) if LOADER.search(piece) or brings(piece, names))
    return next((" ".join(piece.split()) for piece in found), "")


def pieces(source):
    """The statements of a text that load modules, each on one line, without comments."""
    flat = BROUGHT.sub(on_one_line, source.replace("\\\n", " "))
    for statement in ENDS.split(flat):
        if loader := LOADER.search(statement):
            yield loader[0]
        if IMPORTS.match(statement := statement.strip()):
            yield statement.partition("#")[0]


def on_one_line(match):
    """What stands between brackets, without line ends and comments."""
    lines = match[1].split("\n")
    return f"import ({' '.join(line.partition('#')[0] for line in lines)}"


def brings(statement, names):
    """Whether an import statement brings one of the libraries, or a room that holds it."""
    kind, *words = WORDS.findall(statement)
    rooms = {f"{WHOLE}.{name.split('.')[0]}" for name in names if "." in name}
    last = {name.split(".")[-1] for name in names}
    if last & {part for word in words for part in word.split(".")}:
        return True
    if kind == "import":
        return bool(({WHOLE} | rooms) & set(words))
    taken = set(words[2:])
    whole = words[:1] == [WHOLE] and taken & ({"*"} | {room.split(".")[1] for room in rooms})
    return bool(whole or (words[:1] and words[0] in rooms and "*" in taken))
