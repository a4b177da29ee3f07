"""The helper package of the gradient workbook: small rooms of numpy code.

The mathematics, on the ground:
    calculus        derivatives that are measured, and checks of those that are derived
    linear_algebra  rank, pseudo-inverse, least squares, low rank
    gaussian        the normal distribution, fitted by its gradients
    surfaces        a landscape to descend on
    browser         what is made fit where the book runs in a browser
What it is about:
    datasets        MNIST, photographs, toy sets, the formulas of the sources
    networks        activations, losses, MLP and ConvNet, optimizers, training
    geometry        homographies and their kin: fitted, applied, photographs stitched
What shows it:
    showing         a check on the page: both sides, and the largest difference
    plotting        one function a figure
    demos           figures whose numbers move
What is done with it:
    questions       predict: a guess first, then the outcome
    exercises       check, hint, progress
    grading         for teachers: python -m mlp_lib.grading
    publishing      the book as a web site: python -m mlp_lib.publishing

``from mlp_lib import calculus, geometry`` or ``from mlp_lib.networks import MLP, train``: each
room's front door has all that is needed of it, and ``help`` of a room is its map. Rooms are loaded
when they are first asked for; the mathematics, networks and geometry need numpy alone.

One convention everywhere: samples are rows, a layer is ``X @ W + b``, and a loss is the mean over
the samples.
"""

import logging

from mlp_lib.doors import open_door

__version__ = "0.1.0"

__all__, __getattr__, __dir__ = open_door(__name__, {room: [room] for room in (
    "calculus", "linear_algebra", "gaussian", "surfaces", "browser", "datasets", "networks",
    "geometry", "showing", "plotting", "demos", "questions",
    "exercises", "grading", "publishing")})

# On a new machine the first figure would else stand below a red line on a cache of fonts; so a
# notebook imports from here before it imports matplotlib.
logging.getLogger("matplotlib.font_manager").addFilter(
    lambda said: "font cache" not in str(said.msg))
