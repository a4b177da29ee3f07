"""What demos are made of: the figure, its controls, things to drag and draw on.

demo             `Demo`, the pattern of them all: controls, a figure, and the `Caption` below
live_figure      `LiveFigure`: what moves is drawn over what does not
caption          the words, the tasks, and what the page tells of itself; canvas, colours for a
                 dark ground; arranging, a figure in a room of another size
controls         sliders, lists and buttons
drag_points      points that the mouse or the keys move; clicks, places that are pressed; digit_pad,
                 a pad to draw on
trained          networks that ship with the book
live_training    a training that is watched; live_regions, with the regions of the plane; plane and
                 training_curves, what is seen of it
photographs      demos on photographs
tables           matrices as tables of a figure; unit_circle, arrows and circles of the plane
two_layer_passes a small network, step by step; conventions, the documents' ways to write it
"""

from mlp_lib.doors import open_door

__all__, __getattr__, __dir__ = open_door(__name__, {
    "caption": ["Caption"],
    "controls": ["button", "row", "slider"],
})
