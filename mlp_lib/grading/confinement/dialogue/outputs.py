"""Put what a kernel sends into the cells of a notebook, as long as it is valid there."""

import contextlib

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionComplete


class Recorder:
    """Collects outputs into the cells of ``notebook``, which it changes.

    What belongs to no valid notebook is left out without a word: only a notebook that has
    changed its own kernel sends such things.
    """

    def __init__(self, notebook):
        self.notebook = notebook
        self.client = NotebookClient(notebook, record_timing=False)
        self.client.reset_execution_trackers()

    def begin(self, index):
        """Empty a cell, and give back what takes the messages that belong to it."""
        cell = self.notebook.cells[index]
        cell.outputs, cell.execution_count = [], None
        return self.go_on(index)

    def go_on(self, index):
        """What takes the messages that belong to a cell, behind the outputs that it has."""
        cell = self.notebook.cells[index]
        self.client.clear_before_next_output = False

        def take(message):
            with contextlib.suppress(CellExecutionComplete, Exception):
                self.client.process_message(message, cell, index)

        return take

    def close(self, index, sentence, keep=True):
        """Say in the outputs of a cell what became of it."""
        cell = self.notebook.cells[index]
        kept = cell.outputs if keep else []
        cell.outputs = [*kept, nbformat.v4.new_output(
            "error", ename="Stopped", evalue=sentence, traceback=[sentence])]

    def tidy(self):
        """Take out outputs that would make the notebook's file invalid."""
        for cell in self.notebook.cells:
            if cell.cell_type == "code":
                cell.outputs = merged([output for output in cell.outputs if valid(output)])


def merged(outputs):
    """The outputs, with text that was printed in several pieces put together again."""
    result = []
    for output in outputs:
        last = result[-1] if result else {}
        if output.output_type == "stream" and last.get("name") == output.name:
            last.text += output.text
        else:
            result.append(output)
    return result


def valid(output):
    """Whether an output may stand in a notebook."""
    try:
        nbformat.validate(output, ref="output", version=4)
    except Exception:
        return False
    return True
