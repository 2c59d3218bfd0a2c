"""HTML as Markdown, from the clipboard or from a page: its words, and of its looks those that Markdown has."""

from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser

from .runs import LONGEST_ADDRESS, SCHEMES, addresses_in

MOST = 2_000_000
"""Characters of HTML that are looked at."""
_SIGNS = {"b": "**", "strong": "**", "i": "*", "em": "*", "s": "~~", "del": "~~", "strike": "~~"}
_ORDER = ("~~", "**", "*")
_BLOCKS = frozenset({"p", "div", "ul", "ol", "li", "blockquote", "pre", "table", "tr", "section", "article", "hr"})
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_APART = frozenset({"p", "blockquote", "pre", "table", "ul", "ol", *_HEADINGS})
_SILENT = frozenset({"script", "style", "head", "title", "template", "noscript", "svg", "math"})
_TELLING = re.compile(r"([\\`*_\[\]~<])")
_OPENING = re.compile(r"^([ ]{0,3})(#{1,6}[ \t]|>|[-*](?=[ \t]|[-* \t]*$)|(?:\d{1,6})(?=[.)][ \t]))")
_WEIGHT = re.compile(r"font-weight:\s*(bold|[6-9]00|normal|[1-5]00)")
_DEEPEST = 20
_EMPTY = frozenset({"br", "hr", "img"})
_IN_CELLS = frozenset({"ul", "ol", "li", "blockquote", "pre", "hr", *_HEADINGS})
"""What no cell of a table has in Markdown: its words stand there."""
_BODIES = frozenset({"main-content", "wiki-content", "article-body", "article_body"})
"""How Confluence and Zendesk name the part of a page that is the article."""


def markdown_of(html: str) -> str:
    """The Markdown of any HTML. Scripts, pictures and styles are left out; signs in words are shown as signs."""
    reader = _Reader()
    reader.feed(html[:MOST])
    reader.close()
    return reader.text()


class _Reader(HTMLParser):
    """Writes line by line: what is bold ends with its line and begins anew in the next one."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[str] = []
        self.line: list[tuple[str, frozenset[str], str]] = []
        self.looks: list[tuple[str, str]] = []
        self.lists: list[list[int]] = []
        self.quotes = self.silent = self.pre = self.code = self.heading = 0
        self.href, self.marker, self.gap = "", "", False
        self._fenced = 0
        """The line after the one with which words begin that stand as they are."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag in _SILENT:
            self.silent += tag not in ("head",)
        if tag in _BLOCKS or tag in _HEADINGS:
            self.end(tag in _APART and not (self.lists and tag in ("ul", "ol", "p")))
        self._block(tag, told)
        if tag == "br":
            self.end(False, always=True)
        elif tag == "a" and told.get("href", "").lower().startswith(SCHEMES):
            self.href = told["href"].strip()
        elif tag in ("code", "tt", "kbd"):
            self.code += 1
        elif tag in ("td", "th") and self.line:
            self._put(" | ")
        elif tag in _SIGNS or tag in ("span", "font"):
            self.looks.append((tag, _look(tag, told.get("style", "").lower())))

    def _block(self, tag: str, told: dict[str, str]) -> None:
        if tag in ("ul", "ol") and len(self.lists) < _DEEPEST:
            start = told.get("start", "1")
            self.lists.append([-1 if tag == "ul" else int(start) if start.isdecimal() and len(start) < 7 else 1])
        elif tag == "li":
            self._item()
        elif tag == "blockquote":
            self.quotes += self.quotes < _DEEPEST
        elif tag == "pre":
            self.pre += 1
            self._fence()
        elif tag in _HEADINGS:
            self.heading = int(tag[1])
        elif tag == "hr":
            self._line("---")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self.silent = max(0, self.silent - (tag not in ("head",)))
        if tag in _BLOCKS or tag in _HEADINGS:
            self.end(tag in _APART and tag != "pre" and not (len(self.lists) > 1 or (self.lists and tag == "p")))
        if tag in ("ul", "ol") and self.lists:
            self.lists.pop()
        elif tag == "blockquote":
            self.quotes = max(0, self.quotes - 1)
        elif tag == "pre" and self.pre:
            if self.pre == 1:
                self._unfence()
            self.pre -= 1
            self.gap = True
        elif tag in _HEADINGS:
            self.heading = 0
        elif tag == "a":
            self.href = ""
        elif tag in ("code", "tt", "kbd"):
            self.code = max(0, self.code - 1)
        else:
            self._less(tag)

    def _less(self, tag: str) -> None:
        at = next((at for at in range(len(self.looks) - 1, -1, -1) if self.looks[at][0] == tag), -1)
        if at >= 0:
            del self.looks[at]

    def handle_data(self, data: str) -> None:
        if self.silent:
            return
        if self.pre:
            first, *rest = data.replace("\r\n", "\n").split("\n")
            self._put(first, exact=True)
            for line in rest:
                self.end(False, always=True)
                self._put(line, exact=True)
            return
        words = re.sub(r"[ \t\r\n\f\xa0]+", " ", data)
        if not self.line or self.line[-1][0].endswith(" "):
            words = words.lstrip(" ")
        self._put(words)

    def _put(self, text: str, exact: bool = False) -> None:
        if not text:
            return
        signs = {sign for _, sign in self.looks if sign} - {sign[1:] for _, sign in self.looks if sign[:1] == "-"}
        looks = frozenset(sign for sign in signs if sign[0] != "-") if not exact else frozenset[str]()
        looks = frozenset({"`"}) if self.code and not exact else looks
        self.line.append((text.replace("\x00", ""), looks, "" if exact else self.href))

    def _item(self) -> None:
        number = self.lists[-1] if self.lists else [-1]
        self.marker = "- " if number[0] < 0 else f"{number[0]}. "
        number[0] += number[0] >= 0

    def _fence(self) -> None:
        self.end(False)
        if self.pre == 1:
            self._line("```")
            self._fenced = len(self.lines)

    def _unfence(self) -> None:
        """The end of what stands as it is; its fence is longer than any in it."""
        inside = self.lines[self._fenced :]
        runs = (len(run) for line in inside for run in re.findall("`{3,}", line))
        if longest := max(runs, default=0):
            self.lines[self._fenced - 1] += "`" * (longest - 2)
        self._line("`" * max(3, longest + 1))

    def end(self, apart: bool, always: bool = False) -> None:
        """The line is over; `apart`: an empty one comes before the next; `always`: even if nothing stands in it."""
        line, self.line = self.line, []
        if self.pre:
            if "".join(text for text, _, _ in line).strip() or always:
                self._line("".join(text for text, _, _ in line))
        elif any(text.strip() for text, _, _ in line):
            self._line(("#" * min(self.heading, 3) + " " if self.heading else "") + _written(line, not self.heading))
        elif always and self.lines:
            self._line("")
        self.gap = self.gap or (apart and bool(self.lines))

    def _line(self, words: str) -> None:
        quote = "> " * self.quotes
        if self.gap and self.lines and self.lines[-1]:
            self.lines.append(quote.rstrip() if self.lines[-1].startswith(">") and quote else "")
        self.gap = False
        inside = "   " * (len(self.lists) - 1) if self.lists else ""
        if self.lists and not self.marker:
            inside += "   "
        self.lines.append((quote + inside + self.marker + words).rstrip())
        self.marker = ""

    def text(self) -> str:
        """All of it. What was left open is closed."""
        self.end(False)
        if self.pre:
            self._unfence()
        return re.sub(r"\n{3,}", "\n\n", "\n".join(self.lines)).strip("\n")


class PageReader(_Reader):
    """Reads a page that `nh3` has made well-formed: tables, links within the export, and which pictures it names. If it
    says where its article stands, nothing else is taken.
    """

    def __init__(self, place: Callable[[str], str], has: Callable[[str], bool] = lambda _: False) -> None:
        super().__init__()
        self._has = has
        self.pictures: list[str] = []
        self._place, self._cells, self._rows, self._deep = place, list[str](), list[list[str]](), 0
        self._table = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if self._deep:
            self._deep += tag not in _EMPTY
        elif tag in ("main", "article") or told.get("id", "") in _BODIES or _BODIES & {*told.get("class", "").split()}:
            self._deep = 1  # here it begins: what stood before it is around it
            self.lines, self.line, self.gap = [], [], False
        if tag == "table":
            self.end(True)
            self._table += 1
        elif self._table and tag in ("tr", "td", "th", "tbody", "thead"):
            return
        elif self._table and tag in _IN_CELLS and not self.pre:
            self.end(False)
            self._put("• " if tag == "li" else "")
        elif tag == "img":
            self._picture(told.get("src", ""), told.get("alt", "")[:300])
        else:
            super().handle_starttag(tag, attrs)
            if tag == "a":
                self.href = self._place(told.get("href", "").strip())

    def handle_endtag(self, tag: str) -> None:
        if self._table and tag in ("td", "th"):
            line, self.line = self.line, []
            self._cells.append(_written(line, False).replace("|", "\\|").replace("\n", " "))
        elif self._table and tag == "tr":
            self._row()
        elif tag == "table" and self._table:
            self._table -= 1
            if not self._table:
                self._tabulate()
            self.gap = True
        elif self._table and tag in _IN_CELLS and not self.pre:
            self.end(False)
        elif not (self._table and tag in ("tbody", "thead")):
            super().handle_endtag(tag)
        if self._deep:
            self._deep -= 1
            if not self._deep:
                self.end(False)
                self.silent = 1 << 20  # and here it is over

    def _picture(self, address: str, words: str) -> None:
        if self._has(address) and not self.silent:
            name = " ".join(words.split()) or address.rpartition("/")[2].rpartition(".")[0] or "-"
            self.line += (("!", frozenset(), ""), (name, frozenset(), address))
        else:
            self.pictures.append(address[:300])
            self._put(words)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def _row(self) -> None:
        if self._cells:
            self._rows.append(self._cells)
        self._cells = []

    def _tabulate(self) -> None:
        """The table, each row as wide as the widest: of those wider than the first one Markdown shows no more."""
        rows, self._rows = self._rows, []
        wide = max(map(len, rows), default=0)
        for at, row in enumerate(rows):
            self._line(f"| {' | '.join([*row, *[''] * (wide - len(row))])} |")
            if not at:
                self._line(f"|{' --- |' * wide}")

    def end(self, apart: bool, always: bool = False) -> None:
        """Within a table a line does not end."""
        if self._table and not self.pre:
            if self.line:
                self.line.append((" ", frozenset(), ""))
            return
        super().end(apart, always)


def _look(tag: str, style: str) -> str:
    weight = _WEIGHT.search(style)
    normal = weight is not None and (weight[1] == "normal" or weight[1][0] in "12345")
    if tag in _SIGNS:
        return "" if tag in ("b", "strong") and normal else _SIGNS[tag]
    if weight is not None and not normal:
        return "**"
    return "*" if "font-style: italic" in style or "font-style:italic" in style else ""


def _written(line: list[tuple[str, frozenset[str], str]], first: bool) -> str:
    """The words of a line with their signs; signs never stand beside a space on their inner side."""
    parts: list[str] = []
    for text, looks, href in _joined(line):
        core = text.strip(" ")
        if not core:
            parts.append(text)
            continue
        left, right = text[: len(text) - len(text.lstrip(" "))], text[len(text.rstrip(" ")) :]
        made = _code(core) if "`" in looks else _escaped(core)
        for sign in _ORDER:
            made = f"{sign}{made}{sign}" if sign in looks else made
        if href and len(href) <= LONGEST_ADDRESS and core != href:
            to = f"<{href}>" if re.search(r"[\s()]", href) else href
            made = f"[{made}]({to})" if "<" not in href and ">" not in href else made
        elif href:
            made = core
        parts.append(f"{left}{made}{right}")
    made = "".join(parts).strip(" ")
    return _OPENING.sub(_literal, made) if first and line and not line[0][1] else made


def _escaped(words: str) -> str:
    """Words whose signs mean nothing, but for web addresses, which are read as a whole."""
    parts, at = list[str](), 0
    for start, end in addresses_in(words):
        parts += (_TELLING.sub(r"\\\1", words[at:start]), words[start:end])
        at = end
    return "".join((*parts, _TELLING.sub(r"\\\1", words[at:])))


def _literal(found: re.Match[str]) -> str:
    """A line's beginning that would mean something: its first sign, or the one behind its number, is only a sign."""
    return found[1] + (found[2] + "\\" if found[2].isdecimal() else "\\" + found[2])


def _code(text: str) -> str:
    ticks = "`" * (max((len(run) for run in re.findall("`+", text)), default=0) + 1)
    edge = " " if text[0] == "`" or text[-1] == "`" else ""
    return f"{ticks}{edge}{text}{edge}{ticks}"


def _joined(line: list[tuple[str, frozenset[str], str]]) -> list[tuple[str, frozenset[str], str]]:
    """Neighbours of one look as one."""
    found: list[tuple[str, frozenset[str], str]] = []
    for text, looks, href in line:
        if found and found[-1][1:] == (looks, href):
            found[-1] = (found[-1][0] + text, looks, href)
        else:
            found.append((text, looks, href))
    return found
