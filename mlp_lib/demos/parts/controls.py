"""The controls of a demo: sliders, lists and buttons, each with a name and a hint.

A value that a control does not offer is a ValueError that names what it does.
"""

import ipywidgets as widgets

_LABEL = {"description_width": "initial"}


def slider(label, low, high, *, value=None, step=None, hint="", form=".2f"):
    """Slider over the numbers from ``low`` to ``high``; a hundred steps by default."""
    value = low if value is None else value
    if not low <= value <= high:
        raise ValueError(f"{label} needs a number from {low:g} to {high:g}; got {value!r}")
    return widgets.FloatSlider(
        value, min=low, max=high, step=step or (high - low) / 100,
        description=label, tooltip=hint or label, readout_format=form, style=_LABEL,
    )


def scale(label, values, *, value, hint=""):
    """Slider over the given ``values``, such as 0, 0.01, 0.1, 1."""
    return widgets.SelectionSlider(
        options=[(f"{v:g}", v) for v in values], value=_offered(label, values, value),
        description=label, tooltip=hint or label, style=_LABEL,
    )


def choice(label, options, *, value, hint=""):
    """List to choose one of ``options`` from: values, or pairs of name and value."""
    return widgets.Dropdown(
        options=options, value=_offered(label, _values(options), value), description=label,
        tooltip=hint or label, style=_LABEL, layout=widgets.Layout(width="max-content"),
    )


def button(label, on_click, *, hint="", icon=""):
    """Button that calls ``on_click()`` with no argument."""
    made = widgets.Button(description=label, tooltip=hint or label, icon=icon,
                          layout=widgets.Layout(width="max-content"))
    made.on_click(lambda _: on_click())
    return made


def row(items):
    """The widgets side by side, on further lines where the page is narrow."""
    layout = widgets.Layout(flex_flow="row wrap", align_items="center")
    return widgets.HBox(list(items), layout=layout)


def _values(options):
    """The values of ``options``, which are values, or pairs of name and value."""
    return [option[1] if isinstance(option, tuple) else option for option in options]


def _offered(label, values, value):
    """``value``, if it is one of the ``values``."""
    if value not in values:
        raise ValueError(f"{label} needs one of {[*values]}; got {value!r}")
    return value
