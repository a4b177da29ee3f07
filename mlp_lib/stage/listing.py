"""The list of all demos as a page, and the ways from one to the next."""

from html import escape

TITLE = "All demos"
STYLE = """
:root { color-scheme: light dark; }
[data-theme=light] { color-scheme: light; }
[data-theme=dark] { color-scheme: dark; }
body { background: light-dark(#fff, #111); color: light-dark(#222, #eee);
       font: 16px/1.4 system-ui, sans-serif; margin: 0 auto; max-width: 1300px; padding: 8px 16px; }
header { align-items: center; display: flex; gap: 1em; justify-content: space-between; }
h1 { font-size: 24px; margin: 8px 0; }
button { font: inherit; padding: 4px 12px; }
ul { display: grid; gap: 8px;
     grid-template-columns: repeat(auto-fill, minmax(min(360px, 100%), 1fr));
     list-style: none; margin: 8px 0; padding: 0; }
a { border: 1px solid light-dark(#ccc, #444); border-radius: 6px; box-sizing: border-box;
    color: inherit; display: flex; gap: 12px; height: 100%; padding: 8px; text-decoration: none; }
a:hover, a:focus-visible { outline: 3px solid light-dark(#1976d2, #64b5f6); }
img { background: #fff; border-radius: 4px; flex: none; height: 72px; object-fit: contain;
      width: 108px; }
b { display: block; }
small { color: light-dark(#555, #aaa); font-size: 14px; }
"""
# Light or dark, as the system is or the button says; the demos follow.
SCRIPT = """
const asked = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
const say = theme => {
  document.documentElement.dataset.theme = theme;
  localStorage.setItem("theme", theme);
  document.querySelector("button").textContent = theme === "dark" ? "Light" : "Dark";
  for (const link of document.querySelectorAll("a")) {
    link.search = `?theme=${theme}`;
  }
};
say(localStorage.getItem("theme") ?? asked);
document.querySelector("button").addEventListener("click", () =>
  say(document.documentElement.dataset.theme === "dark" ? "light" : "dark"));
"""


def page(entries):
    """HTML of the list: a link for each demo, with its picture and sentence."""
    items = "".join(item(entry) for entry in entries)
    return (f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{TITLE}</title>'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            f'<link rel="icon" href="data:,"><style>{STYLE}</style></head><body><header>'
            f"<h1>{TITLE}</h1><button></button></header><ul>{items}</ul>"
            f"<script>{SCRIPT}</script></body></html>")


def item(entry):
    """A demo in the list."""
    return (f'<li><a href="{address(entry)}"><img src="data:image/png;base64,{entry.png}" alt="">'
            f"<span><b>{escape(entry.title)}</b>{escape(entry.sentence)} "
            f"<small>Chapter&nbsp;{entry.chapter}</small></span></a></li>")


def address(entry):
    """Where a demo is, from the list."""
    return f"voila/render/{entry.name}.ipynb"


def beside(entries, k):
    """HTML of the links from demo ``k`` to the one before, the list, and the one after."""
    ways = [(k - 1, "←"), (None, TITLE), (k + 1, "→")]
    links = [f'<a href="../../">{name}</a>' if to is None else
             f'<a href="{entries[to].name}.ipynb">{name} {escape(entries[to].title)}</a>'
             for to, name in ways if to is None or 0 <= to < len(entries)]
    return f"<nav>{''.join(links)}</nav>"
