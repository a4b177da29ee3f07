"""What a check has found, on the page: both sides, their shapes, the largest difference.

comparisons  `same` and `differs` for two sides, `slopes` for a gradient beside what is measured
convergence  `order`: numbers that shrink, and how fast; `remainder`: what a differential leaves
refusals     `refused`: an operation that does not fit, in its own words
tables       arrays as text and as HTML

Each raises where what it says is not so; else it returns what the notebook shows, as the last line
of a cell. Numbers are rounded, so that the page is the same on every machine.
"""

from mlp_lib.showing.comparisons import differs, same, slopes
from mlp_lib.showing.convergence import order, remainder
from mlp_lib.showing.refusals import refused

__all__ = ["differs", "order", "refused", "remainder", "same", "slopes"]
