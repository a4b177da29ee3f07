"""The demos in front of a class: ``python -m mlp_lib.stage`` shows them without JupyterLab.

__main__   the command
catalogue  what `notebooks/demos.ipynb` says of each demo: title, sentence, chapter, picture, cell
listing    the page that lists them
serving    Voilà, made to serve them and nothing else
"""

from mlp_lib.stage.catalogue import Entry, read_demos

__all__ = ["Entry", "read_demos"]
