"""What is handed out, from the exercises: instructor's notebooks and learners' copies.

notebooks  writes both from the exercises' modules
copies     takes the answers out, puts stubs in
packages   a student's folder and zip, with no answer to be read in it
variants   a course's own numbers in the place of the book's
names      what ties a cell to its exercise
restoring  puts back into a submission what was handed out
additions  what a student has added
"""

from mlp_lib.doors import open_door

__all__, __getattr__, __dir__ = open_door(__name__, {
    "notebooks": ["SOURCES", "write_all"],
    "copies": ["NamedStubs"],
    "packages": ["package"],
    "variants": ["variants"],
    "names": ["names"],
    "restoring": ["restoring"],
    "additions": ["additions"],
})
