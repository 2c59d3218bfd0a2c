"""The words of the help centre in the languages of those who read it."""

from __future__ import annotations

import json
from functools import cache

from agentdesk_server.resources import resource

SPOKEN = ("en", "de", "fr", "es", "ar")
RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur", "yi", "ps", "dv", "ckb", "sd", "ug"})
MOST_ASKED = 20
"""Languages of a browser that are looked at."""


def plain(tag: str) -> str:
    """A language without its country: `de` of `de-AT`."""
    return tag.strip().lower().partition("-")[0]


def direction(language: str) -> str:
    """Which way a language is written."""
    return "rtl" if plain(language) in RIGHT_TO_LEFT else "ltr"


def wanted(asked: str, header: str) -> str:
    """The language that was chosen, else the first that the browser asks for and that we speak."""
    chosen = plain(asked)
    if chosen.isascii() and chosen.isalpha() and len(chosen) in (2, 3):
        return chosen
    tags = (plain(part.partition(";")[0]) for part in header.split(",")[:MOST_ASKED])
    return next((tag for tag in tags if tag in SPOKEN), "en")


def spoken(language: str) -> str:
    """The language in which the pages themselves speak to somebody who wants this one."""
    return language if language in SPOKEN else "en"


def said(language: str, sentence: str, **values: str) -> str:
    """A sentence in this language; in English where nobody has translated it."""
    return _words().get(language, {}).get(sentence, sentence).format_map(values)


def language_name(language: str) -> str:
    """What a language calls itself; its short name where that is not known."""
    return _words()["names"].get(plain(language), language)


@cache
def _words() -> dict[str, dict[str, str]]:
    words: dict[str, dict[str, str]] = json.loads(resource("portal/help.json").read_text(encoding="utf-8"))
    return words
