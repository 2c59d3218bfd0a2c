"""Plain text as HTML: paragraphs, lines, links that can be clicked, and nothing else."""

from __future__ import annotations

import re
from html import escape

_URL = re.compile(r"https?://[^\s<>\"]{1,2000}")
_AFTER = ".,;:!?)]}'"


def to_html(text: str, paragraphs: bool = True) -> str:
    """The text, escaped; with `paragraphs` an empty line begins a new one, in its own direction of writing."""
    if not paragraphs:
        return _linked(text).replace("\n", "<br>")
    parts = (part.strip("\n") for part in re.split(r"\n[ \t]*\n", text))
    return "".join(f'<p dir="auto">{_linked(part).replace(chr(10), "<br>")}</p>' for part in parts if part.strip())


def _linked(text: str) -> str:
    pieces, at = [], 0
    for found in _URL.finditer(text):
        url = found.group().rstrip(_AFTER)
        pieces += [escape(text[at : found.start()]), f'<a href="{escape(url)}">{escape(url)}</a>']
        at = found.start() + len(url)
    return "".join([*pieces, escape(text[at:])])
