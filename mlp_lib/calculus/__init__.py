"""Derivatives measured by numbers: the judge of every formula in the workbook.

derivatives  `derivative` gives the whole tensor of a map between arrays of any shape; `gradient`,
             `jacobian`, `hessian` are its special cases, and `chain` multiplies two of them
remainders   `remainder_order` judges a differential by what it leaves over
checks       `check_gradient` compares a gradient that somebody derived with measured slopes

Inner: ``slopes`` measures one slope and its error, by a complex step where that can be trusted;
``ladders`` has the differences at many steps; ``troubles`` says what keeps one from measuring.
"""

from mlp_lib.calculus.checks import check_gradient
from mlp_lib.calculus.derivatives import chain, derivative, gradient, hessian, jacobian
from mlp_lib.calculus.remainders import remainder_order, remainders

__all__ = ["chain", "check_gradient", "derivative", "gradient", "hessian", "jacobian",
           "remainder_order", "remainders"]
