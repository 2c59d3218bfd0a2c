"""What colleagues wrote, as the screen shows it: words with names and masks in place, and where they look otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from agentdesk.desk.hidden import words_and_places
from agentdesk.desk.names import person_name
from agentdesk.domain.cases.writing import MENTION
from agentdesk.domain.kernel import View
from agentdesk.text.rich import Line, Run, lines_of

Place = tuple[int, int]


class LookAt(NamedTuple):
    """A stretch of the words that looks otherwise: looks as in `Run`, and where it leads."""

    start: int
    length: int
    looks: str
    href: str = ""


class LineAt(NamedTuple):
    """A line of the words that is more than words: where it starts, and what it is."""

    start: int
    line: Line


class Rich(NamedTuple):
    """Words as they are read, and places in them: names, what is hidden, looks, lines."""

    words: str
    names: list[Place]
    hidden: list[Place]
    looks: list[LookAt]
    lines: list[LineAt]


def rich(text: str, view: View | None = None) -> Rich:
    """A text in Markdown for the screen; with a view, mentions are shown as names."""
    made = Rich("", [], [], [], [])
    parts: list[str] = []
    at = 0
    for number, line in enumerate(lines_of(text)):
        at += _add(parts, "\n" if number else "")
        if line.kind != "text" or line.quote or line.depth:
            made.lines.append(LineAt(at, line))
        at += _add(parts, f"{line.marker} " if line.marker else "")
        for run in line.runs:
            start = at
            at = _run(run, view, parts, made, at)
            if run.looks or run.href:
                made.looks.append(LookAt(start, at - start, run.looks, run.href))
    return made._replace(words="".join(parts))


def _add(parts: list[str], text: str) -> int:
    parts.append(text)
    return len(text)


def _run(run: Run, view: View | None, parts: list[str], made: Rich, at: int) -> int:
    """Add the words of a run; where they end."""
    for text, person in _pieces(run.text, view):
        if person:
            made.names.append((at, len(text)))
        else:
            text, places = words_and_places(text)
            made.hidden.extend((at + start, length) for start, length in places)
        at += _add(parts, text)
    return at


def _pieces(text: str, view: View | None) -> Iterator[tuple[str, str]]:
    end = 0
    for found in MENTION.finditer(text) if view is not None else ():
        assert view is not None
        yield text[end : found.start()], ""
        yield "@" + person_name(view, found[1]), found[1]
        end = found.end()
    yield text[end:], ""
