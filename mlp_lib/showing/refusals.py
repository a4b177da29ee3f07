"""An operation that does not fit, shown with the words in which it is refused."""

from mlp_lib.showing.tables import Shown


def refused(title, operation, error=ValueError):
    """Show that an operation is refused.

    Parameters
    ----------
    title : str
        What is tried, such as "B @ A".
    operation : callable
        Takes nothing.
    error : type of exception, or a tuple of them

    Returns
    -------
    Shown
        Marked ✗, with the exception's own words.

    Raises
    ------
    AssertionError
        If the operation goes through.
    """
    try:
        operation()
    except error as why:
        words = " ".join(str(why).split())
        return Shown(False, title, f"{type(why).__name__}: {words}")
    raise AssertionError(f"{title}: it was not refused")
