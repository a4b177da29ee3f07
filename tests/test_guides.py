"""The guides in Markdown: links lead somewhere, numbers are right, nothing stands twice."""

import re
from collections import Counter

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


def test_the_teachers_guide_is_a_page_and_says_nothing_twice():
    guides = sorted((ROOT / "mlp_lib" / "grading").glob("*.md"))
    (page,) = [path for path in guides if path.name == "README.md"]
    assert len(page.read_text(encoding="utf-8").splitlines()) <= 110
    sentences = Counter()
    for path in guides:
        text = " ".join(line for line in prose(path).splitlines() if not line.startswith("#"))
        sentences.update(part.strip() for part in re.split(r"(?<=[.:?!])\s+", text))
    assert not [part for part, count in sentences.items() if count > 1 and len(part) > 25]
