"""All links of a site, walked: those that lead nowhere, and those that leave it; bare TeX."""

import functools
import html
import re
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

ASKED = {"a": "href", "link": "href",
         **dict.fromkeys(("img", "script", "source", "iframe"), "src")}
ELSEWHERE = ("http", "https", "mailto", "data", "javascript")
FORMULA = re.compile(r'<(span|div) class="(?:ams)?math\b[^>]*>.*?</\1>', re.DOTALL)
NO_PROSE = re.compile(r"<(script|style|pre|code|title)\b.*?</\1>|<[^>]*>", re.DOTALL)
TEX = re.compile(r"[^$]{0,30}(?:\$|\\[a-zA-Z]{2,}).{0,30}")


class Page(HTMLParser):
    """Links and anchors of a page: pairs (tag, target), and names."""

    def __init__(self, text):
        super().__init__()
        self.links, self.anchors = [], set()
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.anchors |= {attrs.get("id"), attrs.get("name")} - {None}
        if tag in ASKED and attrs.get(ASKED[tag]):
            self.links.append((tag, attrs[ASKED[tag]]))


@functools.cache
def page(path):
    return Page(path.read_text(encoding="utf-8"))


def broken(site, pages=None):
    """Links of the pages that lead nowhere, as "page: link"."""
    site = site.resolve()
    return sorted({f"{path.relative_to(site)}: {target}" for path in pages or read_pages(site)
                   for _, target in page(path).links if not leads(path, target, site)})


def read_pages(site):
    """The pages to read: all that are not JupyterLite's."""
    return [path for path in sorted(site.rglob("*.html"))
            if path.relative_to(site).parts[0] not in ("lite", "_static")]


def leads(path, target, site):
    """Whether a link of the page at ``path`` leads to a file of the site, and to a place in it."""
    parts = urlsplit(target)
    if parts.scheme in ELSEWHERE:
        return True
    there = (path.parent / unquote(parts.path)).resolve() if parts.path else path
    if not there.is_relative_to(site) or not there.is_file():
        return False
    wanted = unquote(parts.fragment)
    return not wanted or there.suffix != ".html" or wanted in page(there).anchors or (
        there.parts[-3:-1] == ("lite", "lab"))


def brought(site):
    """Addresses elsewhere that the pages would load by themselves."""
    return sorted({target for path in read_pages(site) for tag, target in page(path).links
                   if tag != "a" and urlsplit(target).scheme in ("http", "https")})


def bare_tex(text):
    """What a reader of a page sees of TeX as it is written: no formula was made of it."""
    prose = html.unescape(NO_PROSE.sub("", FORMULA.sub("", text)))
    return [found.strip() for found in TEX.findall(prose)]
