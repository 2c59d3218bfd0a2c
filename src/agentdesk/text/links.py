"""The links of a text in Markdown, changed where they stand."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

_LINK = re.compile(r"(?<=\]\()(?:<([^<>\n]{1,2000})>|([^()\s<>]{1,2000}))(?=[)\s])")


def linked(text: str, change: Callable[[str], str]) -> str:
    """The text with its links changed, but for what looks like one in a block of code."""
    return "\n".join(_lines(text, change))


def _lines(text: str, change: Callable[[str], str]) -> Iterator[str]:
    fenced = False
    for line in text.split("\n"):
        fenced ^= line.lstrip(" >").startswith("```")
        yield line if fenced or line.startswith("    ") else _LINK.sub(lambda found: _changed(found, change), line)


def _changed(found: re.Match[str], change: Callable[[str], str]) -> str:
    link = found[1] or found[2]
    made = change(link)
    return found[0] if made == link else made
