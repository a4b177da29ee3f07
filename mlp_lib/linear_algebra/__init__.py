"""What the singular values of a matrix tell: rank, condition, inverses, least squares.

singular_values  `as_matrix` says what is taken; `tolerance`, `rank`, `condition_number`, the range
                 and the null space, the nearest matrix of low rank, and `oriented_svd` for drawings
equations        `pseudo_inverse`, `least_squares`, `homogeneous_least_squares`
rayleigh         `rayleigh_quotient`

Everything rests on ``A = U D V^T``, with the singular values in descending order. It is computed
in float64 and given in float64, whatever type came in, so what counts as 0 is the rounding error
of float64. Numbers that were *rounded* to float32 before carry an error of 6e-8 of their own; where
a rank is to be seen through that, give it as ``rtol``, 1e-6 say. Source: seed 003, from "Eigenvalue
and Eigenvector" to its summary table.
"""

from mlp_lib.linear_algebra.equations import (
    homogeneous_least_squares,
    least_squares,
    pseudo_inverse,
)
from mlp_lib.linear_algebra.rayleigh import rayleigh_quotient
from mlp_lib.linear_algebra.singular_values import (
    as_matrix,
    condition_number,
    low_rank,
    null_space,
    oriented_svd,
    range_space,
    rank,
    tolerance,
)

__all__ = ["as_matrix", "condition_number", "homogeneous_least_squares", "least_squares",
           "low_rank", "null_space", "oriented_svd", "pseudo_inverse", "range_space", "rank",
           "rayleigh_quotient", "tolerance"]
