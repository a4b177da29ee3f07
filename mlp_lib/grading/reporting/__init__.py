"""What a graded assignment says of a class: what to teach again, and what to look at.

standing  how each answer of the class stands: `Class`, read from records and gradebook
counting  exercises, mistakes, points, and what moved since an earlier grading
unnamed   answers that are wrong in no known way, grouped by what they give
shapes    code without what a copy changes: names, comments, layout
alike     pairs of answers with one shape; numbers that belong to another's name
pages     the report as a web page and as a table
"""

from mlp_lib.doors import open_door

__all__, __getattr__, __dir__ = open_door(__name__, {
    "standing": ["Class", "Entry", "class_of"],
    "counting": ["counting"],
    "unnamed": ["unnamed"],
    "shapes": ["shapes"],
    "alike": ["alike"],
    "pages": ["found", "page", "table", "write"],
})
