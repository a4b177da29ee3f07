"""What an editable install, the book's own, carries beyond the wheel.

`requirements.txt` brings nbgrader and Voilà for teachers and for the tests. Their panels and
buttons would be in a learner's way, so JupyterLab hides them where the book is installed. A wheel,
which may be a guest where they are in use, hides nothing.
"""

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

HIDDEN = "mlp_lib/grading/hidden_from_learners.json"
READ_BY_JUPYTERLAB = "etc/jupyter/labconfig/page_config.d/mlp_lib.json"


class Book(BuildHookInterface):
    """Puts JupyterLab's configuration beside an editable install."""

    def initialize(self, version, build_data):
        """Called before the build of a ``version``, "editable" or "standard"."""
        if version == "editable":
            build_data["shared_data"][HIDDEN] = READ_BY_JUPYTERLAB
