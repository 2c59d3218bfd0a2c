"""Lines on their way to customers: as HTML for a mail, and as plain parts from which a page makes its own nodes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from itertools import groupby
from typing import Any

import nh3

from .lines import BULLET, Line
from .runs import SCHEMES, Run, addresses_in

_TAGS = {"b": "strong", "i": "em", "s": "s", "c": "code"}
_ALLOWED = {"a", "blockquote", "br", "code", "em", "h3", "hr", "li", "ol", "p", "pre", "s", "strong", "ul"}


def is_plain(lines: Sequence[Line]) -> bool:
    """Whether there is nothing to show but the words."""
    return all(
        line.kind == "text" and not line.quote and not any(run.looks or run.href for run in line.runs) for line in lines
    )


def html_of_lines(lines: Sequence[Line]) -> str:
    """Safe HTML: made of words that are escaped, and looked through once more. Nothing in it loads or runs."""
    made = "\n".join(_quoted(tuple(lines), 0))
    return nh3.clean(
        made,
        tags=set(_ALLOWED),
        attributes={"a": {"href"}, "li": {"value"}},
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel="noopener noreferrer nofollow",
    )


def _quoted(lines: Sequence[Line], depth: int) -> Iterator[str]:
    for deeper, some in groupby(lines, lambda line: line.quote > depth):
        if deeper:
            yield from ("<blockquote>", *_quoted(tuple(some), depth + 1), "</blockquote>")
        else:
            yield from _plain(tuple(some))


def _plain(lines: Sequence[Line]) -> Iterator[str]:
    for kind, group in groupby(lines, _kind):
        some = tuple(group)
        if kind == "list":
            yield from _listed(some)
        elif kind == "code":
            yield f"<pre><code>{escape(chr(10).join(line.words for line in some))}</code></pre>"
        elif kind == "rule":
            yield from ("<hr>" for _ in some)
        elif kind == "heading":
            yield from (f"<h3>{_inline(line.runs)}</h3>" for line in some)
        else:
            paragraphs = (
                tuple(part) for blank, part in groupby(some, lambda line: not line.words.strip()) if not blank
            )
            yield from (f"<p>{'<br>'.join(_inline(line.runs) for line in part)}</p>" for part in paragraphs)


def _kind(line: Line) -> str:
    return "list" if line.depth else line.kind


def _listed(lines: Sequence[Line]) -> Iterator[str]:
    """Items within one another as their depth says; each level is closed before the one above it goes on."""
    open_: list[str] = []
    for line in lines:
        tag = "ul" if line.marker in (BULLET, "") else "ol"
        while len(open_) > line.depth:
            yield f"</li></{open_.pop()}>"
        if line.kind != "item":
            yield f"<br>{_inline(line.runs)}"
            continue
        if len(open_) == line.depth and open_[-1] == tag:
            yield "</li>"
        elif len(open_) == line.depth:
            yield f"</li></{open_.pop()}>"
        while len(open_) < line.depth:
            open_.append(tag)
            yield f"<{tag}>" if len(open_) == line.depth else f"<{tag}><li>"
        number = "".join(filter(str.isdecimal, line.marker))
        yield f'<li value="{int(number)}">' if number else "<li>"
        yield _inline(line.runs)
    while open_:
        yield f"</li></{open_.pop()}>"


def _inline(runs: Sequence[Run]) -> str:
    parts = []
    for href, group in groupby(runs, lambda run: run.href):
        inside = "".join(_looking(run) for run in group)
        parts.append(f'<a href="{escape(href)}">{inside}</a>' if href.lower().startswith(SCHEMES) else inside)
    return "".join(parts)


def _looking(run: Run) -> str:
    made = escape(run.text) if run.href or "c" in run.looks else _linked(run.text)
    for look in reversed(run.looks):
        made = f"<{_TAGS[look]}>{made}</{_TAGS[look]}>"
    return made


def _linked(words: str) -> str:
    """Words with links where web addresses are written out."""
    parts, at = list[str](), 0
    for start, end in addresses_in(words):
        address = escape(words[start:end])
        parts += (escape(words[at:start]), f'<a href="{address}">{address}</a>')
        at = end
    return "".join((*parts, escape(words[at:])))


def parts_of(lines: Sequence[Line]) -> list[dict[str, Any]]:
    """The lines for a page that makes nodes of them: `k` kind, `q` quotes, `d` lists, `m` marker, `r` runs, each as
    [words, looks, address]. What is not said is nothing.
    """
    return [
        {
            name: value
            for name, value in (
                ("k", line.kind), ("q", line.quote), ("d", line.depth), ("m", line.marker),
                ("r", [[run.text, run.looks, run.href] for run in line.runs]),
            )
            if value
        }
        for line in lines
    ]  # fmt: skip
