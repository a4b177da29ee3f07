"""Arguments that are counts, and the errors that name them."""

import operator


def whole(value, name, least=1):
    """``value`` as an int >= ``least``, or of any size if that is None.

    Raises
    ------
    TypeError
        If it is no whole number.
    ValueError
        If it is less.
    """
    wanted = "a whole number" if least is None else f"a whole number >= {least}"
    try:
        number = operator.index(value)
    except TypeError:
        raise TypeError(f"{name} needs {wanted}; got {_shown(value)}") from None
    if least is not None and number < least:
        raise ValueError(f"{name} needs {wanted}; got {number}")
    return number


def wholes(values, name, like, least=1):
    """A row of them as a tuple; the error shows the example ``like``."""
    if isinstance(values, str | dict) or not hasattr(values, "__len__"):
        raise TypeError(f"{name} needs a row of whole numbers such as {like}; got {_shown(values)}")
    return tuple(whole(value, f"each number of {name}", least) for value in values)


def _shown(value):
    return f"{value!r} ({type(value).__name__})"
