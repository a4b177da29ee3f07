"""Demos: figures whose numbers move. One module a chapter."""
