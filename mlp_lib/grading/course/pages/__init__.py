"""The pages that students get back.

feedback  each exercise with its points and its diagnosis, once; an open mark is no 0
formulas  TeX as MathML, which a browser draws without a network
"""

from mlp_lib.doors import open_door

__all__, __getattr__, __dir__ = open_door(__name__, {
    "feedback": ["FeedbackPage", "OpenGrades", "shown"],
    "formulas": ["formulas"],
})
