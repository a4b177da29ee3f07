"""The notebook that a teacher and a student see after grading, safe to look at.

A submission is shown inside the teacher's formgrader, where a script could give marks. So nothing
of it may act in a browser: outputs are text and pictures, and HTML in text is shown as text.
"""

import base64
import binascii
import re
from functools import partial
from html import escape
from itertools import islice
from urllib.parse import quote

import nbformat

from mlp_lib.exercises import wire
from mlp_lib.grading.assignments import restoring
from mlp_lib.grading.judging import rendering

TAG = re.compile(r"<(?=[A-Za-z/!?])")
ACTS = re.compile(  # a link that is code, also one that MathJax would make; a character in disguise
    r"(?i)(javascript|vbscript)(?=\\?:)|(\\)(?=(?:href|mmlToken|require)(?![A-Za-z]))"
    r"|(&)(?=#?\w{1,40};)")
IMAGE = re.compile(  # one from elsewhere, which the browser would fetch without being asked
    r"!(?=\[)(?!\[[^\[\]]*\]\(attachment:picture-\d+\))")
LINK = re.compile(r"\](?=[(\[])")
PICTURES = {"image/png": b"\x89PNG", "image/jpeg": b"\xff\xd8"}
TEXT_LIMIT = 20_000  # characters of one output that are shown
SOURCE_LIMIT = 20_000  # characters of one cell that are shown
START_LIMIT = 1_000  # characters of code that takes long to show
OUTPUTS_LIMIT = 50  # outputs of one cell that are shown
BOX = "alert alert-info"  # of the style of Jupyter's pages
BELOW = ("Below this box only points, comments and what stands at a check are the grading's; all "
         "else is the student's, whatever it says.")
PICTURES_LIMIT = 50  # pictures attached to one cell


def plain(text):
    """Markdown in which no HTML is left and no link is code; a space keeps each from being one."""
    return TAG.sub("< ", ACTS.sub(r"\g<0> ", text))


def sentence(text):
    """A line of plain text as Markdown that shows just that, without links and pictures."""
    inert = LINK.sub("] ", IMAGE.sub("! ", ACTS.sub(r"\g<0> ", wire.line(text))))
    return inert.replace("\\", "\\\\").replace("<", "\\<")


def comment(verdict, *more):
    """A verdict as the Markdown of a comment, without any input.

    What the student's code may have written (the details) stands as code.
    """
    lines = [sentence(line) for line in (verdict.headline, verdict.sentence, *more) if line]
    details = "\n".join(f"    {line}" for detail in verdict.details
                        for line in wire.sound(str(detail)[:1000]).splitlines())
    return "\n\n".join([*lines, details] if details else lines)


def picture(data, kind):
    """Base64 text of a picture, or None if it is none."""
    try:
        content = base64.b64decode("".join(data), validate=False)
    except (binascii.Error, TypeError, ValueError):
        return None
    if not content.startswith(PICTURES[kind]):
        return None
    return base64.b64encode(content).decode("ascii")


def text(value, limit=TEXT_LIMIT):
    """Text of an output or a cell, cut to what a person reads."""
    whole = "".join(map(str, value)) if isinstance(value, list) else str(value)
    if len(whole) <= limit:
        return whole
    return f"{whole[:limit]}\n… {len(whole) - limit} more characters were left out"


def printed(value, trial):
    """Text of an output; without the colours of a terminal if they cannot be shown."""
    shown = text(value)
    return shown if trial.shows("output", shown) else shown.replace("\x1b", "")


def safe_output(output, trial):
    """The output made anew from its text and pictures, or None if nothing of it can be shown."""
    new = nbformat.v4.new_output
    if output.output_type == "stream":
        name = "stderr" if output.get("name") == "stderr" else "stdout"
        return new("stream", name=name, text=printed(output.get("text", ""), trial))
    if output.output_type == "error":
        kind, value = (printed(output.get(part, ""), trial) for part in ("ename", "evalue"))
        return new("error", ename=kind, evalue=value, traceback=[
            printed(output.get("traceback", []), trial) or f"{kind}: {value}"])
    data = output.get("data", {})
    shown = {"text/plain": printed(data["text/plain"], trial)} if "text/plain" in data else {}
    pictures = {kind: picture(data[kind], kind) for kind in PICTURES if kind in data}
    shown |= {kind: content for kind, content in pictures.items() if content}
    return new("display_data", data=shown) if shown else None


def safe_cell(cell, i, trial):
    """A cell of a submission, made anew so that nothing in it acts or takes long to show."""
    if cell.cell_type == "code":
        outputs = [safe_output(output, trial) for output in cell.get("outputs", [])[:OUTPUTS_LIMIT]]
        source = text(cell.source, SOURCE_LIMIT)
        if not trial.shows("code", source):
            source = text(cell.source, START_LIMIT)
        new = nbformat.v4.new_code_cell(source, outputs=[*filter(None, outputs)])
    elif cell.cell_type == "markdown":
        new = markdown_cell(cell, trial)
    else:
        new = nbformat.v4.new_markdown_cell(verbatim(cell))
    if "nbgrader" in cell.metadata:
        new.metadata["nbgrader"] = cell.metadata.nbgrader
    new["id"] = f"cell-{i}"
    return new


def verbatim(cell):
    """Markdown that shows the text of a cell as it was typed."""
    return "\n".join(f"    {line}" for line in
                     plain(text(cell.source, SOURCE_LIMIT)).splitlines())


def markdown_cell(cell, trial):
    """A cell of text and the pictures attached to it.

    A reference to a picture that is not there would stop nbconvert, so it becomes another word.
    """
    source, kept = plain(text(cell.source, SOURCE_LIMIT)), {}
    for name, content in islice(pictures(cell.get("attachments", {})), PICTURES_LIMIT):
        own = f"picture-{len(kept)}"
        kept[own] = content
        for written in {name, quote(name)}:
            source = source.replace(f"(attachment:{written})", f"(attachment:{own})")
    source = re.sub(r"attachment:(?!picture-\d+\))", "no-attachment:", source)
    source = IMAGE.sub("! ", re.sub(r"attachment:picture-(\d+)", partial(existing, kept), source))
    if not trial.shows("markdown", source.replace("attachment:", "")):
        shown = "".join(f"\n\n![](attachment:{own})" for own in kept)
        source = verbatim(cell).replace("attachment:", "no-attachment:") + shown
    new = nbformat.v4.new_markdown_cell(source)
    if kept:
        new["attachments"] = kept
    return new


def existing(kept, match):
    """A reference to one of the ``kept`` pictures, or another word."""
    return match[0] if f"picture-{match[1]}" in kept else f"no-{match[0]}"


def pictures(attachments):
    """Name and content of the attached pictures that are pictures."""
    for name, bundle in attachments.items():
        found = {kind: picture(bundle[kind], kind) for kind in PICTURES
                 if isinstance(bundle, dict) and kind in bundle}
        if found := {kind: content for kind, content in found.items() if content}:
            yield str(name), found


def score_output(mark, html=""):
    """The output of a check cell: the points as its value, the diagnosis to read."""
    value = "" if mark.score is None else f"{mark.score:g}"
    shown = html or f"<pre>{escape(mark.person or mark.comment)}</pre>"
    shown = f'<div class="tex2jax_ignore mathjax_ignore">{shown}</div>'  # a formula could link
    return nbformat.v4.new_output("execute_result", execution_count=1,
                                  data={"text/plain": value, "text/html": shown})


def graded_notebook(notebook, marks, displays, remarks):
    """JSON text of the notebook that goes into ``autograded/``.

    Parameters
    ----------
    notebook : NotebookNode
        Restored, with the outputs of its run if it ran.
    marks : sequence of Mark
        Their check cells get the points as output.
    displays : dict of str to str
        HTML by grade id, for those that have a diagnosis.
    remarks : sequence of str
        Shown above everything, in a box that no cell can imitate: what was restored, why a
        person must look.
    """
    trial = rendering.Trial()
    cells = [safe_cell(cell, i, trial) for i, cell in enumerate(notebook.cells)]
    by_id = {mark.grade_id: mark for mark in marks}
    for cell in cells:
        mark = by_id.get(restoring.grade_id(cell))
        if mark and cell.cell_type == "code":
            cell["outputs"] = [score_output(mark, displays.get(mark.grade_id, ""))]
    cells.insert(0, nbformat.v4.new_markdown_cell(box(remarks), id="remarks"))
    metadata = {key: notebook.metadata[key] for key in ("kernelspec", "language_info")
                if key in notebook.metadata}
    return wire.sound(nbformat.writes(nbformat.v4.new_notebook(cells=cells, metadata=metadata)))


def box(remarks):
    """Markdown of what the grading says above a notebook.

    The box is HTML, which no text of a student's can be here (see `plain`).
    """
    lines = "\n".join(f"- {sentence(remark)}" for remark in remarks) or "None."
    return f'<div class="{BOX}">\n\n**Remarks of the grading**\n\n{lines}\n\n{BELOW}\n\n</div>'
