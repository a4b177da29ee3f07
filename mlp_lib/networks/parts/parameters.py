"""Weights and biases as views of one row of numbers, and what becomes of what is assigned."""

import operator

from mlp_lib.arrays import as_numbers, in_precision


class Layers(list):
    """The arrays of all layers. What is assigned to one is copied into it: it stays a view."""

    def __init__(self, arrays, name):
        super().__init__(arrays)
        self._name = name

    def __setitem__(self, at, values):
        if not isinstance(at, slice):
            at = operator.index(at)
            _fill([self[at]], [values], [f"{self._name}[{at}]"])
            return
        own, values = self[at], list(values)
        if len(values) != len(own):
            raise ValueError(f"{self._name} needs an array for each of {len(own)} layers; "
                             f"got {len(values)}")
        _fill(own, values, [f"{self._name}[{n}]" for n in range(len(self))[at]])

    def _refuse(self, *_, **__):
        raise TypeError(f"{self._name} has one array for each of the {len(self)} layers, and their "
                        f"number and order stay; write {self._name}[0] = ... to set one")

    append = extend = insert = pop = remove = clear = sort = reverse = _refuse
    __delitem__ = __iadd__ = __imul__ = _refuse


class Parameter:
    """Attribute of a network that is an array, or `Layers`; what is assigned is copied into it."""

    def __set_name__(self, owner, name):
        self._name = name

    def __get__(self, model, owner=None):
        return self if model is None else model.__dict__[self._name]

    def __set__(self, model, value):
        own = model.__dict__[self._name]
        if isinstance(own, Layers):
            own[:] = value
        else:
            _fill([own], [value], [self._name])


class Parameters:
    """A network whose parameters are ``theta`` and views of it.

    Subclasses give ``views(theta)``, and name what it returns: ``view_names``, which, like
    ``theta``, are attributes of the kind `Parameter`. A copy or a pickle has views of its own
    ``theta``.
    """

    view_names = ()
    theta = Parameter()

    def lay_out(self, theta):
        """Take the array ``theta`` itself for the parameters."""
        self.__dict__["theta"] = theta
        for name, own in zip(self.view_names, self.views(theta)):
            self.__dict__[name] = Layers(own, name) if isinstance(own, list) else own

    def __getstate__(self):
        return {name: value for name, value in vars(self).items() if name not in self.view_names}

    def __setstate__(self, state):
        self.__dict__.update(state)
        self.lay_out(self.__dict__["theta"])


def _fill(own, values, names):
    """Copy all ``values`` into the arrays ``own``, or none of them if one does not fit."""
    values = [as_numbers(value, name) for value, name in zip(values, names)]
    for array, value, name in zip(own, values, names):
        if value.shape != array.shape:
            raise ValueError(f"{name} has the shape {array.shape}; got {value.shape}")
    values = [in_precision(value, name, array.dtype)
              for array, value, name in zip(own, values, names)]
    values = [value.copy() if len(own) > 1 else value for value in values]  # one may be of another
    for array, value in zip(own, values):
        array[...] = value
