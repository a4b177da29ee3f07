"""Can a text be shown? It is tried here, within bounds, before teachers and students see it.

What renders text as a page takes a time that grows with the square of some texts, and fails on
others. Such a text is shown in a plainer form.
"""

import time

from nbconvert.filters import ansi2html, markdown2html
from nbconvert.filters.highlight import Highlight2HTML

from mlp_lib.grading.judging import bounds

TEXT_SECONDS = 1.0  # of the processor, of one text
NOTEBOOK_SECONDS = 10.0  # and of all of a notebook together
HOW = {"markdown": markdown2html, "output": ansi2html,
       "code": Highlight2HTML(pygments_lexer="ipython3")}


class Trial:
    """Tries the texts of one notebook."""

    def __init__(self):
        self.left = NOTEBOOK_SECONDS

    def shows(self, kind, text):
        """Whether a text can be shown as "markdown", "code" or "output", and soon enough."""
        started = time.process_time()
        try:
            if self.left <= 0:
                return False
            with bounds.seconds(min(TEXT_SECONDS, self.left)):
                HOW[kind](text)
        except Exception:  # whatever stops the page of this text
            return False
        finally:
            self.left -= time.process_time() - started
        return True
