"""Wrong slopes of two hidden layers, and biases that were left out, for networks of three layers."""

import numpy as np

from mlp_lib.networks import relu, sigmoid


def one(a):
    return 1.0


def sigmoid_slope(a):
    return a * (1 - a)


def tanh_slope(a):
    return 1 - a ** 2


PLACES = (("both hidden layers", (1, 1)), ("the first hidden layer", (1, 0)),
          ("the second hidden layer", (0, 1)))

OF_SIGMOID = (
    ("In {0} the slope of the sigmoid is missing. The slope in a value is not yet the slope in its score.", one),
    ("In {0} the slope of the sigmoid was taken at its value, as if that were the score: the sigmoid is in it twice.",
     sigmoid.derivative),
    ("In {0} stands 1 minus the square of the value, which is the slope of tanh. What is that of the sigmoid?",
     tanh_slope),
    ("In {0} the slope of the sigmoid was taken for 1 - a. What is it, written with the value a?", lambda a: 1 - a),
    ("In {0} the value of the sigmoid stands where its slope belongs.", lambda a: a),
    ("In {0} the slope of the sigmoid has a plus where a minus belongs: near 1 a sigmoid is flat.",
     lambda a: a * (1 + a)),
)
OF_TANH = (
    ("In {0} the slope of tanh is missing. The error in the values is not yet the error in the scores.", one),
    ("In {0} stands a (1 - a), the slope of the sigmoid. What is the slope of tanh, told by its value?",
     sigmoid_slope),
    ("In {0} the slope of tanh was taken at the value, as if it were the score: tanh is in it twice.",
     lambda a: 1 - np.tanh(a) ** 2),
    ("In {0} the slope of tanh was taken for 1 minus its value: at the value -1 that would be 2, where tanh is flat.",
     lambda a: 1 - a),
    ("In {0} the square of the tanh stands where its slope belongs. Far out a tanh is flat.", lambda a: a ** 2),
    ("In {0} the slope of tanh has a plus where a minus belongs: far out a tanh is flat.", lambda a: 1 + a ** 2),
    ("In {0} the value of the tanh stands where its slope belongs.", lambda a: a),
    ("In {0} stands the mask of a ReLU. What is the slope of tanh, told by its value?", lambda a: a > 0),
)
OTHERS = {"sigmoid": (sigmoid, sigmoid_slope), "tanh": (np.tanh, tanh_slope), "ReLU": (relu, lambda a: a > 0)}


def slopes(changed, slips, right):
    """Pairs of a sentence and a function: each wrong slope in both layers, then in one of them.

    ``changed`` takes ``slopes``, two functions of the values of a layer.
    """
    return tuple((words.format(place), changed(slopes=[wrong if at else right for at in those]))
                 for words, wrong in slips for place, those in PLACES)


def other_units(changed, wanted):
    """Pairs for other hidden units than the ``wanted`` kind, in both passes or forward only.

    ``changed`` takes ``hidden``, the function of both layers, and ``slopes``.
    """
    found = [(f"Both passes have {kind} inside. Here the hidden layers have {wanted}.",
              changed(hidden=hidden, slopes=(slope, slope)))
             for kind, (hidden, slope) in OTHERS.items() if kind != wanted]
    found += [(f"The forward pass has {kind} inside. Here the hidden layers have {wanted}.",
               changed(hidden=hidden))
              for kind, (hidden, _) in OTHERS.items() if kind != wanted]
    return (*found,
            (f"The {wanted} is missing in the forward pass.", changed(hidden=lambda z: z)),
            (f"There is no {wanted}, neither forward nor back.",
             changed(hidden=lambda z: z, slopes=(one, one))))


def biases(changed):
    """Pairs for biases that the forward pass leaves out; ``changed`` takes ``used``, their shares."""
    return (("All biases are missing in the forward pass.", changed(used=(0, 0, 0))),
            *((f"The {which} bias is missing in the forward pass.",
               changed(used=[int(i != at) for i in range(3)]))
              for at, which in enumerate(("first", "second", "last"))))
