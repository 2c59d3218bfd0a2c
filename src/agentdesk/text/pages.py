"""Articles as web pages, as other help desks export them: read as Markdown, written with the Markdown inside."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from html import escape, unescape
from typing import NamedTuple

import nh3

from agentdesk.text.markdown import html_of
from agentdesk.text.rich.pasted import PageReader

MOST = 1_000_000
"""Characters of one page that are looked at."""
HEAD = 20_000
"""Characters at its beginning in which title, language and facts are looked for."""
TAGS = frozenset(
    {"a", "article", "b", "blockquote", "br", "code", "del", "div", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i"}
    | {"img", "kbd", "li", "main", "ol", "p", "pre", "s", "section", "span", "strong", "table", "tbody", "td", "th"}
    | {"thead", "tr", "tt", "ul"}
)
CHROME = {"script", "style", "template", "title", "nav", "footer", "noscript", "svg", "math", "button", "select"}
ATTRIBUTES = {
    "a": {"href"}, "img": {"src", "alt"}, "ol": {"start"}, "div": {"id", "class"}, "section": {"id", "class"},
}  # fmt: skip
LOST = re.compile(
    r"<(iframe|video|audio|object|embed|form|input|canvas|svg|math|details|ac:[\w-]{1,40})\b", re.IGNORECASE
)
_META = re.compile(r'<meta\s+name="agentdesk:([a-z_]{1,40})"\s+content="([^"]{0,2000})"', re.IGNORECASE)
_TITLE = re.compile(r"<title[^>]{0,200}>([^<]{0,1000})</title", re.IGNORECASE)
_LANGUAGE = re.compile(r"""<html[^>]{0,300}\slang=["']?([A-Za-z-]{2,20})""", re.IGNORECASE)
_KEYWORDS = re.compile(r"""<meta\s+name=["']keywords["']\s+content=["']([^"'<>]{0,500})["']""", re.IGNORECASE)
_INSIDE = re.compile(r'<template data-agentdesk="text">([^<]*)</template>')

_NESTING = re.compile(
    r"<(/?)(a|article|b|blockquote|del|div|em|i|main|ol|pre|s|section|span|strong|table|ul)\b", re.IGNORECASE
)
DEEPEST = 200
"""Elements within one another; a page that is deeper was made to cost time."""

Place = Callable[[str], str]
"""Where a link of a page leads; nothing if it leads nowhere."""


class Page(NamedTuple):
    """What a page says: facts, Markdown, what was left out (word → how often), and pictures that it names."""

    facts: Mapping[str, str]
    text: str
    lost: Mapping[str, int]
    pictures: tuple[str, ...]


def page_read(html: str, place: Place, has: Callable[[str], bool] = lambda _: False) -> Page:
    """A page, whoever wrote it. Scripts, forms and frames are left out and counted; takes any text, raises nothing.
    Pictures that there are (`has`, by their addresses) stand in the text, of the others their words.
    """
    html = html[:MOST].replace("\x00", "")
    facts = _facts(html[:HEAD])
    inside = _INSIDE.search(html)
    if inside is not None:  # our own page: what stands in it is what was written
        return Page(facts, unescape(inside[1]).strip(), {}, ())
    if _is_deep(html):
        return Page(facts, "", {"deep": 1}, ())
    lost: dict[str, int] = {}
    for found in LOST.finditer(html):
        lost[found[1].lower()] = lost.get(found[1].lower(), 0) + 1
    reader = PageReader(place, has)
    reader.feed(
        nh3.clean(
            html,
            tags=set(TAGS),
            clean_content_tags=CHROME,
            attributes=ATTRIBUTES,
            url_schemes={"http", "https", "mailto", "tel"},
            url_relative="pass_through",
            link_rel=None,
        )
    )  # fmt: skip
    reader.close()
    text = reader.text()
    first, _, rest = text.partition("\n")
    heading = first.lstrip("#").strip() if first.startswith("#") else ""
    if heading and ("title" not in facts or facts["title"].startswith(heading)):
        facts["title"], text = heading, rest.strip("\n")
    return Page(facts, text, lost, tuple(dict.fromkeys(reader.pictures)))


def _is_deep(html: str) -> bool:
    """Whether more is open at once than any page has; what closes one kind of element closes no other."""
    opened = Counter[str]()
    for found in _NESTING.finditer(html):
        name = found[2].lower()
        opened[name] = max(0, opened[name] - 1) if found[1] else opened[name] + 1
        if opened[name] > DEEPEST:
            return True
    return False


def _facts(head: str) -> dict[str, str]:
    facts: dict[str, str] = {}
    for name, pattern in (("title", _TITLE), ("language", _LANGUAGE), ("tags", _KEYWORDS)):
        found = pattern.search(head)
        if found is not None and (said := " ".join(unescape(found[1]).split())):
            facts[name] = said
    own = {found[1].lower(): " ".join(unescape(found[2]).split()) for found in _META.finditer(head)}
    return facts | {name: value for name, value in own.items() if value}


def page_written(facts: Mapping[str, str], text: str, shown: str) -> str:
    """A page that any browser shows; `shown` is the text as it is to be seen there, `text` what comes back from it."""
    told = "".join(
        f'<meta name="agentdesk:{name}" content="{escape(" ".join(value.split()))}">\n'
        for name, value in facts.items()
        if value.strip()
    )
    title, language = escape(facts.get("title", "")), escape(facts.get("language", "en"))
    head = f'<meta charset="utf-8">\n{told}<title>{title}</title>'
    inside = f'<template data-agentdesk="text">{escape(text)}</template>'
    body = f"<main>\n<h1>{title}</h1>\n{html_of(shown, lambda link: link)}</main>\n{inside}"
    return f'<!DOCTYPE html>\n<html lang="{language}">\n<head>\n{head}\n</head>\n<body>\n{body}\n</body>\n</html>\n'
