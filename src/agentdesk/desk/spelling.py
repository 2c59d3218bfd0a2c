"""Spelling by the dictionaries that this computer has, and by words of one's own."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QLocale

from agentdesk.desk.bridge import Bridge

if TYPE_CHECKING:  # the settings ask for languages before the window is painted
    from agentdesk.desk.desk import Drafts

SETTING = "work.spelling"
KEPT = ("spelling", "words")
"""Where one's own words lie among the drafts: what somebody has typed is on the disk encrypted, or not at all."""
MOST_OWN, LONGEST_WORD = 2_000, 60
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_HELD = re.compile(r"@\[[^\[\]]*\]|\{[^{}]*\}")
_PIECE, _ODD = re.compile(r"\S+"), re.compile(r"\d|(?<=\S)@(?=\S)")
_ADDRESS = re.compile(r"https?://\S+|\b\w++\.\w\S*")
"""Names, variables, what has figures in it and addresses are not spelled. No way back in any of these: a text without
spaces is one long piece, and read at every key.
"""


@lru_cache(maxsize=1)
def _library() -> Any | None:
    """The library behind it; None where the system has none."""
    try:
        import enchant
    except ImportError:  # it is there, what it needs of the system is not
        return None
    return enchant


@lru_cache(maxsize=1)
def languages() -> tuple[str, ...]:
    """The dictionaries of this computer, as `de_DE`."""
    library = _library()
    return tuple(sorted(library.list_languages())) if library is not None else ()


@lru_cache(maxsize=8)
def _dictionary(language: str) -> Any | None:
    """The best dictionary for a language: of this person's own country, of the language's, any."""
    code = language.replace("-", "_").partition("_")[0].lower()
    own, usual = QLocale().name(), QLocale(code).name()
    found = [one for one in languages() if code and one.partition("_")[0].lower() == code]
    ranked = sorted(found, key=lambda one: (one != language, one != own, one != usual, one))
    library = _library()
    return library.Dict(ranked[0]) if library is not None and ranked else None


_loaded: set[str] = set()


@lru_cache(maxsize=1)
def _bridge() -> Bridge:
    return Bridge()


def load(language: str, then: Callable[[], None]) -> None:
    """Read the dictionary of a language, and call `then` on Qt's thread when it is there. From a disk that has not been
    asked for it today that takes seconds: nobody is held up. One that cannot be read is none.
    """

    def done(_result: Any, wrong: BaseException | None) -> None:
        if wrong is None:
            _loaded.add(language)
            then()

    if language in _loaded:
        then()
    else:
        _bridge().run(lambda: _dictionary(language), done)


class Speller:
    """Tells which words of a text are in no dictionary. Knows nothing, and finds nothing wrong, without one. `language`
    is one that was loaded, or empty.
    """

    def __init__(self, drafts: Drafts) -> None:
        self._drafts = drafts
        kept = drafts.get(*KEPT)
        self._own = set(kept.text.split()) if kept is not None else set()
        self.language = ""

    def wrong(self, text: str) -> Iterable[tuple[int, int]]:
        """Where words stand that are not known (start, length)."""
        dictionary = _dictionary(self.language) if self.language else None
        if dictionary is None:
            return
        for found in _WORD.finditer(_spelled(text)):
            word = found[0].replace("’", "'")
            if 1 < len(word) <= LONGEST_WORD and word.casefold() not in self._own and not dictionary.check(word):
                yield found.start(), len(found[0])

    def suggestions(self, word: str, most: int = 6) -> list[str]:
        """What may have been meant, the likeliest first."""
        dictionary = _dictionary(self.language) if self.language else None
        return list(dictionary.suggest(word)[:most]) if dictionary is not None and word else []

    def learn(self, word: str) -> None:
        """This word is right, from now on and on this laptop."""
        self._own.add(word.replace("’", "'").casefold()[:LONGEST_WORD])
        self._drafts.typed(*KEPT, "\n".join(sorted(self._own)[:MOST_OWN]), 0)


def _spelled(text: str) -> str:
    """The text with what is not spelled blotted out: each sign stays where it is."""
    text = _HELD.sub(_blot, text)
    text = _PIECE.sub(lambda piece: _blot(piece) if _ODD.search(piece[0]) else piece[0], text)
    return _ADDRESS.sub(_blot, text)


def _blot(found: re.Match[str]) -> str:
    return "\0" * len(found[0])
