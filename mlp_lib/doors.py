"""Front doors: how a room's ``__init__`` hands on names that are loaded when first asked for."""

import importlib
import sys


def open_door(room, modules):
    """What a room's ``__init__`` binds: its names, and how they are found.

    Parameters
    ----------
    room : str
        ``__name__`` of the package.
    modules : dict of str to sequence of str
        By module of the room, the names that it hands on, in the order in which they are met; its
        own name hands on the module itself.

    Returns
    -------
    (list, callable, callable)
        For ``__all__``, ``__getattr__`` and ``__dir__``.
    """
    places = {name: module for module, names in modules.items() for name in names}

    def find(name):
        if name not in places:
            raise AttributeError(f"{room} has no {name!r}; dir({room}) lists what it has")
        module = importlib.import_module(f"{room}.{places[name]}")
        value = module if name == places[name] else getattr(module, name)
        setattr(sys.modules[room], name, value)
        return value

    return list(places), find, lambda: sorted({*vars(sys.modules[room]), *places})
