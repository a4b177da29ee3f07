"""What holds for all tests.

No test, and no notebook that a test runs, writes into the record of someone's progress. What a
test has shown is gone after it: widgets and figures would else be kept to the end.
"""

import os
import sys

import pytest

os.environ["MLP_LIB_PROGRESS"] = os.devnull


@pytest.fixture(autouse=True)
def nothing_shown_is_kept():
    """Close the widgets and figures that a test has made."""
    before = set(widgets())
    yield
    for key, widget in widgets().items():
        if key not in before:
            widget.close()
            for name in [name for name in vars(widget) if not name.startswith("_")]:
                delattr(widget, name)  # a figure among them; ipywidgets keep what was closed
    if pyplot := sys.modules.get("matplotlib.pyplot"):
        pyplot.close("all")


def widgets():
    """All widgets that are kept, by their ids."""
    module = sys.modules.get("ipywidgets.widgets.widget")
    return dict(module._instances) if module else {}
