"""Demos: figures whose numbers move. One module a demo, built on `live_figure`."""

from mlp_lib.demos.draw_a_digit import draw_a_digit
from mlp_lib.demos.watch_it_learn import watch_it_learn

__all__ = ["draw_a_digit", "watch_it_learn"]
