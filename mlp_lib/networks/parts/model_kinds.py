"""What a file holds of each kind of network: its fields, and the way there and back."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from mlp_lib.networks.activations import ELEMENTWISE
from mlp_lib.networks.losses import BY_NAME
from mlp_lib.networks.parts.mlp_arguments import default_loss


@dataclass(frozen=True)
class Kind:
    """How a kind of network stands in a file, beside its parameters ``theta``.

    Attributes
    ----------
    fields : dict
        For each array its number of indices, and the kinds of dtype that it may have.
    shape : tuple of str
        The arguments of the class that its ``n_parameters`` takes too.
    describe : callable
        Of a network: the dict of its fields. ValueError if they could not name it.
    arguments : callable
        Of such a dict: the keyword arguments of the class. ValueError if a name is unknown.
    """

    fields: dict
    shape: tuple
    describe: Callable
    arguments: Callable


def _describe_mlp(model):
    fields = {"sizes": model.sizes, "l2": model.l2, "loss": _name(model.loss_function, BY_NAME)}
    for role, activation in (("hidden", model.hidden), ("output", model.output)):
        fields[role] = _name(activation, ELEMENTWISE) if activation else ""
        fields[f"{role}_parameters"] = np.array(activation.parameters if activation else (), float)
    return fields


def _mlp_arguments(fields):
    return {
        "sizes": tuple(fields["sizes"].tolist()), "l2": fields["l2"].tolist(),
        "loss": _known(fields["loss"].item(), BY_NAME),
        "hidden": _activation(fields, "hidden"),
        "output": _activation(fields, "output") if fields["output"].item() else None,
    }


def _describe_convnet(model):
    loaded = default_loss(model.n_outputs)
    _name(model.loss_function, {loaded.name: loaded})
    return {
        "image_shape": model.images[0], "filters": [f for f, _, _ in model.images[1:]],
        "kernel": model.kernels[0][-1], "n_classes": model.n_outputs,
    }


def _convnet_arguments(fields):
    return {
        "image_shape": tuple(fields["image_shape"].tolist()),
        "filters": tuple(fields["filters"].tolist()),
        "kernel": fields["kernel"].item(), "n_classes": fields["n_classes"].item(),
    }


def _describe_deep(model):
    return {
        "sizes": model.widths, "norm": model.norm or "", "residual": model.residual,
        "hidden": _name(model.hidden, ELEMENTWISE), "loss": _name(model.loss_function, BY_NAME),
        "hidden_parameters": np.array(model.hidden.parameters, float),
    }


def _deep_arguments(fields):
    return {
        "sizes": tuple(fields["sizes"].tolist()), "norm": fields["norm"].item() or None,
        "residual": fields["residual"].item(), "hidden": _activation(fields, "hidden"),
        "loss": _known(fields["loss"].item(), BY_NAME),
    }


def _numbers_of(**attributes):
    """A `Kind` all of whose arguments are single numbers: their names, and the attributes'."""
    def describe(model):
        return {name: getattr(model, attribute) for name, attribute in attributes.items()}

    def arguments(fields):
        return {name: fields[name].item() for name in attributes}

    return {"fields": {name: (0, "iub") for name in attributes}, "describe": describe,
            "arguments": arguments}


def _activation(fields, role):
    name, parameters = fields[role].item(), fields[f"{role}_parameters"].tolist()
    known = _known(name, ELEMENTWISE)
    if len(parameters) != len(known.parameters):
        raise ValueError(f"{name} needs {len(known.parameters)} parameters; got {parameters}")
    return type(known)(*parameters)


def _known(name, table):
    if name not in table:
        raise ValueError(f"unknown name {name!r}, expected one of {list(table)}")
    return table[name]


def _name(thing, table):
    if type(table.get(thing.name)) is not type(thing):
        raise ValueError(f"cannot save {thing!r}: only {list(table)} can be loaded again")
    return thing.name


KINDS = {
    "MLP": Kind(
        fields={
            "sizes": (1, "iu"), "l2": (1, "f"), "loss": (0, "U"),
            "hidden": (0, "U"), "hidden_parameters": (1, "f"),
            "output": (0, "U"), "output_parameters": (1, "f"),
        },
        shape=("sizes",), describe=_describe_mlp, arguments=_mlp_arguments,
    ),
    "ConvNet": Kind(
        fields={
            "image_shape": (1, "iu"), "filters": (1, "iu"),
            "kernel": (0, "iu"), "n_classes": (0, "iu"),
        },
        shape=("image_shape", "filters", "kernel", "n_classes"),
        describe=_describe_convnet, arguments=_convnet_arguments,
    ),
    "DeepNet": Kind(
        fields={"sizes": (1, "iu"), "norm": (0, "U"), "residual": (0, "b"), "loss": (0, "U"),
                "hidden": (0, "U"), "hidden_parameters": (1, "f")},
        shape=("sizes", "norm"), describe=_describe_deep, arguments=_deep_arguments,
    ),
    "Transformer": Kind(
        shape=("n_words", "length", "width", "blocks", "positions"),
        **_numbers_of(n_words="n_words", length="length", width="width", heads="heads",
                      blocks="n_blocks", causal="causal", positions="positions"),
    ),
    "PatchTransformer": Kind(
        shape=("side", "patch", "n_classes", "width", "blocks", "positions"),
        **_numbers_of(side="side", patch="patch", n_classes="n_outputs", width="width",
                      heads="heads", blocks="n_blocks", positions="positions"),
    ),
}
