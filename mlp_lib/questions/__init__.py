"""Questions that are answered before the outcome is seen.

predicting  `predict`: a question, a guess, and then the outcome
outcomes    what a question turns out as: a value, a text, a picture
panels      the widget: the guess, the outcome beside it, the class's hands
hands       counts of a class, before and after it has talked; ``keys`` count them, ``votes``
            keeps them by date

A guess is kept with the learner's progress (`mlp_lib.exercises.progress`).
"""

from mlp_lib.questions.predicting import predict

__all__ = ["predict"]
