"""Personal data in a text covered by what it is, before the text is shown to more people than it was written for."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from .personal import find


def covered(text: str, known: Sequence[tuple[str, str]] = (), say: Callable[[str], str] = lambda word: word) -> str:
    """The text with a word in brackets in place of all that is personal in it; `known` as for `find`, `say` gives the
    word for a class of personal data.
    """
    parts, at = list[str](), 0
    for span in find(text, known):
        parts += (text[at : span.start], f"[{say(span.data_class)}]")
        at = span.end
    return "".join((*parts, text[at:]))
