"""The pages that students get back, and what a teacher marks on.

feedback  each exercise with its points and its diagnosis, once; an open mark is no 0
rubric    points to click and a model answer, beside each answer in words in formgrader
formulas  TeX as MathML, which a browser draws without a network
"""

from mlp_lib.doors import open_door

__all__, __getattr__, __dir__ = open_door(__name__, {
    "feedback": ["FeedbackPage", "OpenGrades", "shown"],
    "rubric": ["Rubric"],
    "formulas": ["formulas"],
})
