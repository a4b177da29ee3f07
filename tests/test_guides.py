"""The guides in Markdown: their links lead somewhere, their numbers are right."""

import re

import pytest

from mlp_lib.exercises import catalogue
from tests.books import ROOT

GUIDES = sorted([ROOT / "README.md", *(ROOT / "mlp_lib").rglob("*.md"),
                 *(ROOT / "tests").rglob("*.md")])
LINK = re.compile(r"\]\((?!https?:)([^)#\s]*)(?:#([^)\s]*))?\)")


def prose(path):
    """Text of a guide without its blocks of code."""
    return re.sub(r"(?ms)^```.*?^```$", "", path.read_text(encoding="utf-8"))


def anchors(path):
    """What a link can name in a guide: its headings, in small letters and with hyphens."""
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-")
            for heading in re.findall(r"(?m)^#+ (.*)$", prose(path))}


@pytest.mark.parametrize("path", GUIDES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_somewhere(path):
    for place, anchor in LINK.findall(prose(path)):
        target = (path.parent / place).resolve() if place else path
        assert target.exists(), place
        assert not anchor or anchor in anchors(target), f"{place}#{anchor}"


def test_the_readme_counts_the_exercises_of_the_book():
    (said,) = re.findall(r"(\d+) exercises in all", prose(ROOT / "README.md"))
    assert int(said) == len(catalogue.every_exercise()), "python -m tests.books counts them"
