"""Lies in the place of a library's files where a sandbox hides it: importing it fails."""

raise ModuleNotFoundError(f"No module named {__name__!r}", name=__name__)
