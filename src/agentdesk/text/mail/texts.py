"""The text of HTML: lines where it has lines, quotes as quotes, links with where they lead."""

from __future__ import annotations

import re
from html import unescape

_TOKEN = re.compile(r'<(/?)([a-z][a-z0-9]*)((?:\s+[^\s=>"]+(?:="[^"]*")?)*)\s*/?>')
_ATTRIBUTE = re.compile(r'([a-z-]+)="([^"]*)"')
_SPACE = re.compile(r"[ \t\r\n\f\xa0]+")
_PARAGRAPHS = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "dl", "pre", "table", "figure"})
_LINES = frozenset({"div", "tr", "dt", "dd", "center", "address", "article", "section", "header", "footer", "main"})
_LISTS = frozenset({"ul", "ol"})
_BREAKS = re.compile(r"(?i)<(?:br|/p|/div|/tr|/li|/h[1-6]|/blockquote)\b[^<>]*>")
_ANY_TAG = re.compile(r"<[^<>]*>")
_HIDDEN = (("<script", "</script"), ("<style", "</style"), ("<!--", "-->"))
_BULLET = "• "
_DEEPEST = 20
"""Quotes nested deeper are shown as this deep: the text must not grow with the square of the depth."""
_GAP, _LONGEST_LINK = 3, 200


class _Writer:
    """Lines as they grow; `gap` is how many line ends are due before the next word."""

    def __init__(self) -> None:
        self.lines: list[tuple[int, str]] = []
        self.line: list[str] = []
        self.depth, self.line_depth, self.gap, self.pre, self.lists = 0, 0, 0, 0, 0
        self.links: list[tuple[str, int]] = []
        self.words: list[str] = []  # of the links that are open

    def end(self, lines: int) -> None:
        """So many line ends are due at least; none at the beginning of all, or of an item."""
        if (self.line or self.lines) and self.line != [_BULLET]:
            self.gap = max(self.gap, lines)

    def line_end(self) -> None:
        """One more."""
        if self.line or self.lines:
            self.gap = min(self.gap + 1, _GAP)

    def word(self, text: str) -> None:
        """Some text. Space at the beginning of a line is none."""
        text = _SPACE.sub(" ", text)
        if self.gap or not self.line:
            text = text.lstrip(" ")
        elif self.line[-1].endswith(" ") and text.startswith(" "):
            text = text[1:]
        self.exact(text)

    def exact(self, text: str) -> None:
        """Text as it stands, on one line."""
        if not text:
            return
        if self.gap:
            self._close()
        if not self.line:
            self.line_depth = self.depth
        self.line.append(text)
        if self.links:
            self.words.append(text)

    def _close(self) -> None:
        self.lines.append((self.line_depth, "".join(self.line).rstrip()))
        self.lines += [(min(self.line_depth, self.depth), "")] * (self.gap - 1)
        self.line, self.gap = [], 0

    def text(self) -> str:
        """All of it."""
        self._close()
        return "\n".join((("> " * min(depth, _DEEPEST)) + line).rstrip() for depth, line in self.lines).strip("\n")


def text_of(html: str) -> str:
    """The text of HTML as `pages.safe` writes it."""
    writer, at = _Writer(), 0
    for token in _TOKEN.finditer(html):
        _say(writer, html[at : token.start()])
        (_closes if token[1] else _opens)(writer, token[2], token[3])
        at = token.end()
    _say(writer, html[at:])
    return writer.text()


def _say(writer: _Writer, text: str) -> None:
    if not writer.pre:
        writer.word(unescape(text))
        return
    for number, line in enumerate(unescape(text).split("\n")):
        if number:
            writer.line_end()
        writer.exact(line)


def _opens(writer: _Writer, tag: str, attributes: str) -> None:
    if tag == "br":
        writer.line_end()
    elif tag == "hr":
        writer.end(1)
        writer.word("---")
        writer.end(1)
    elif tag == "img":
        writer.word(f"[{alt}]" if (alt := _told(attributes, "alt").strip()) else "")
    elif tag == "a":
        writer.links.append((_told(attributes, "href"), len(writer.words)))
    elif tag == "li":
        writer.end(1)
        writer.exact(_BULLET)
    elif tag in ("td", "th") and writer.line and not writer.gap:
        writer.word(" ")
    else:
        _block(writer, tag, 1)


def _closes(writer: _Writer, tag: str, _: str) -> None:
    if tag == "a" and writer.links:
        href, begun = writer.links.pop()
        said = "".join(writer.words[begun:]).strip()
        if not writer.links:
            writer.words.clear()
        if said and len(href) <= _LONGEST_LINK and not _is_said(href, said):
            writer.word(f" <{href.removeprefix('mailto:')}>")
    else:
        _block(writer, tag, -1)


def _block(writer: _Writer, tag: str, by: int) -> None:
    """The line ends around a block, and how deep what is in it lies."""
    if tag in _LISTS:
        writer.lists = max(0, writer.lists - (by < 0))
        writer.end(1 if writer.lists else 2)
        writer.lists += by > 0
    elif tag == "blockquote":
        writer.end(2)
        writer.depth = max(0, writer.depth + by)
    elif tag in _PARAGRAPHS or tag in _LINES or tag == "li":
        writer.end(2 if tag in _PARAGRAPHS else 1)
        writer.pre = max(0, writer.pre + by) if tag == "pre" else writer.pre


def _is_said(href: str, said: str) -> bool:
    """Whether the words of a link already say where it leads."""
    return not href or href.rstrip("/").endswith(said.rstrip("/"))


def _told(attributes: str, name: str) -> str:
    return next((unescape(told[2]) for told in _ATTRIBUTE.finditer(attributes) if told[1] == name), "")


def crude(html: str) -> str:
    """The text of HTML that is too much to be read properly: without its tags and what they hide, in one pass."""
    for opens, closes in _HIDDEN:
        html = _cut(html, opens, closes)
    lines = (" ".join(line.split()) for line in unescape(_ANY_TAG.sub("", _BREAKS.sub("\n", html))).split("\n"))
    return "\n".join(line for line in lines if line)


def _cut(html: str, opens: str, closes: str) -> str:
    small, kept, at = html.lower() if html.isascii() else html, [], 0
    while (start := small.find(opens, at)) >= 0:
        kept.append(html[at:start])
        end = small.find(closes, start + len(opens))
        if end < 0:
            return "".join(kept)
        at = end + len(closes)
    kept.append(html[at:])
    return "".join(kept)
