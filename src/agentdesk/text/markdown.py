"""Markdown as people write it in a reply, as safe HTML: paragraphs, lists, quotes, code, links, and no raw HTML."""

from __future__ import annotations

import nh3
from markdown_it import MarkdownIt

TAGS = frozenset(
    {"a", "blockquote", "br", "code", "del", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre"}
    | {"s", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul"}
)
_READER = MarkdownIt("commonmark", {"html": False, "breaks": True, "maxNesting": 20}).enable(["table", "strikethrough"])


def to_html(text: str) -> str:
    """The text as HTML that is safe to send and to show. A line break stays one; what looks like HTML is text."""
    found = nh3.clean(
        _READER.render(text),
        tags=set(TAGS),
        attributes={"a": {"href"}, "ol": {"start"}},
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel="noopener noreferrer",
    )
    return found.replace("<p>", '<p dir="auto">')
