"""The controls of a demo: sliders, lists and buttons, each with a name and a hint."""

import ipywidgets as widgets

_LABEL = {"description_width": "initial"}


def slider(label, low, high, *, value=None, step=None, hint="", form=".2f"):
    """Slider over the numbers from ``low`` to ``high``; a hundred steps by default."""
    return widgets.FloatSlider(
        low if value is None else value, min=low, max=high, step=step or (high - low) / 100,
        description=label, tooltip=hint or label, readout_format=form, style=_LABEL,
    )


def scale(label, values, *, value, hint=""):
    """Slider over the given ``values``, such as 0, 0.01, 0.1, 1."""
    return widgets.SelectionSlider(
        options=[(f"{v:g}", v) for v in values], value=value, description=label,
        tooltip=hint or label, style=_LABEL,
    )


def choice(label, options, *, value, hint=""):
    """List to choose one of ``options`` from: values, or pairs of name and value."""
    return widgets.Dropdown(
        options=options, value=value, description=label, tooltip=hint or label, style=_LABEL,
        layout=widgets.Layout(width="max-content"),
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
