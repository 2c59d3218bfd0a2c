"""Markdown made into HTML that is safe to show: no HTML of the writer's own, no script, nothing loaded from afar."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from html import escape
from typing import TYPE_CHECKING

import nh3

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

LONGEST = 200_000
"""Characters; a longer text is shown as it was typed."""
DEEPEST = 20
"""Quotes and lists within one another; what is deeper is shown as it was typed."""
WIDEST = 100
"""Columns of a table; each line of it is filled up to as many cells."""
MOST_LINES = 10_000
MOST_SIGNS = 20_000
"""With more signs that open something the text is shown as it was typed: it was made to cost time, not to be read."""
TAGS = frozenset(
    {"a", "blockquote", "br", "code", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "img", "li", "ol", "p", "pre"}
    | {"s", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul"}
)
ATTRIBUTES = {"a": {"href", "title"}, "img": {"src", "alt"}, "ol": {"start"}, "td": {"align"}, "th": {"align"}}
SCHEMES = {"http", "https", "mailto", "tel"}
PICTURE = re.compile(
    r"(?:data:image/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/=]{1,4000000}|/[\w-][\w./-]{0,299}|pictures/[\w-][\w.-]{0,99})"
)
"""Where a picture may come from: it stands in the page itself, at the server that it comes from, or beside it."""
_OPENING = re.compile(r"[\[\]*_`~<>|!(&\\]")
_ALIGN = re.compile("text-align:(left|right|center)")
_INSIDE = "[!agents]"

Picture = Callable[[str], str]
"""The address at which a picture that is named in the text is found, or nothing if it is not to be had."""


def html_of(markdown: str, picture: Picture = lambda _: "") -> str:
    """Safe HTML of a text in Markdown (CommonMark 0.31 with tables and strikethrough); takes any text, raises nothing.

    HTML in it is shown as it was typed. Pictures are found by `picture`; those that are not to be had stand as their
    words. Links lead to the web, to mail and to telephones only.
    """
    if _is_heavy(markdown):
        return f"<pre>{escape(markdown[:LONGEST])}</pre>"
    tokens = _parser().parse(markdown)
    for token in tokens:
        if token.type in ("th_open", "td_open"):
            aligned = _ALIGN.fullmatch(str(token.attrs.pop("style", "")))
            token.attrs.update({"align": aligned[1]} if aligned else {})
        if token.children:
            token.children = list(_pictured(token.children, picture))
    made: str = _parser().renderer.render(tokens, _parser().options, {})
    return nh3.clean(
        made,
        tags=set(TAGS),
        attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
        attribute_filter=_kept,
        url_schemes=SCHEMES | {"data"},
        url_relative="pass_through",
        link_rel="noopener noreferrer nofollow",
    )


def text_of(markdown: str) -> str:
    """The words of a text in Markdown, without its signs: for lists, searching and comparing."""
    if _is_heavy(markdown):
        return markdown
    return "\n".join(part for token in _parser().parse(markdown) if (part := _words(token)))


def links_of(markdown: str) -> list[str]:
    """Where the links and pictures of a text lead, each once, in order."""
    if _is_heavy(markdown):
        return []
    inside = (child for token in _parser().parse(markdown) for child in token.children or ())
    found = (child.attrs.get("href" if child.type == "link_open" else "src") for child in inside)
    return list(dict.fromkeys(str(one) for one in found if one))


def public_part(markdown: str) -> str:
    """The text without what is for agents only: quotes that begin with the line `> [!agents]`. A text in which that
    cannot be told is not public at all.
    """
    if _is_heavy(markdown):
        return "" if _INSIDE in markdown.lower() else markdown
    lines: list[str | None] = [*markdown.split("\n")]
    tokens = _parser().parse(markdown)
    for place, token in enumerate(tokens):
        if token.type == "blockquote_open" and token.map and _is_inside(tokens[place + 1 : place + 3]):
            lines[token.map[0] : token.map[1]] = [None] * (token.map[1] - token.map[0])
    left = "\n".join(line for line in lines if line is not None).strip()
    return left if _INSIDE not in left.lower() else ""  # hidden where it is no quote: rather nothing than a secret


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt  # a desk that starts shows no article yet

    class Parser(MarkdownIt):
        def validateLink(self, url: str) -> bool:
            """What `nh3` would take away later is no link from the start: it stands as it was typed."""
            scheme, colon, _ = url.partition(":")
            return not colon or "/" in scheme or scheme.strip().lower() in SCHEMES | {"attached"}

    made = Parser("commonmark", {"html": False, "maxNesting": DEEPEST * 2})
    made.enable(["table", "strikethrough"])
    return made


def _is_heavy(markdown: str) -> bool:
    if len(markdown) > LONGEST or markdown.count("\n") > MOST_LINES or len(_OPENING.findall(markdown)) > MOST_SIGNS:
        return True
    return any(_depth(line) > DEEPEST or line.count("|") > WIDEST for line in markdown.split("\n"))


def _depth(line: str) -> int:
    """How many quotes and lists a line may open, and by how many it may be indented."""
    start = line[: len(line) - len(line.lstrip(" \t>-+*0123456789.)"))]
    return (
        start.count(">") + start.count("- ") + start.count("+ ") + start.count("* ") + len(re.findall(r"\d[.)]", start))
    )


def _pictured(tokens: Sequence[Token], picture: Picture) -> Iterator[Token]:
    for token in tokens:
        if token.type == "image":
            found = picture(str(token.attrs.get("src", "")))
            if not PICTURE.fullmatch(found):
                yield type(token)("text", "", 0, content=f"[{token.content}]" if token.content else "")
                continue
            token.attrs["src"] = found
        yield token


def _kept(tag: str, name: str, value: str) -> str | None:
    if name == "src":
        return value if PICTURE.fullmatch(value) else None
    if name == "href" and value.lower().startswith(("data:", "//")):
        return None
    return value


def _words(token: Token) -> str:
    if token.type in ("fence", "code_block"):
        return token.content.strip()
    inside = token.children or ()
    return "".join(" " if one.type in ("softbreak", "hardbreak") else one.content for one in inside).strip()


def _is_inside(tokens: Sequence[Token]) -> bool:
    return any(one.type == "inline" and one.content.strip().lower().startswith(_INSIDE) for one in tokens)
