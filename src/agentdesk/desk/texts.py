"""Every word a person reads passes here: English in the source, other languages in a catalogue."""

from __future__ import annotations

import json
import re
from typing import Any

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QObject, QTranslator

from agentdesk.desk.resources import resource

CONTEXT = "agentdesk"
LANGUAGES = ("en", "de")
_RIGHT_TO_LEFT = re.compile(
    "[\u0590-\u08ff\u200e\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
_CLOSES = "\u2069"
_TURNS, _ISOLATES = re.compile("[\u202a-\u202e]"), re.compile("[\u2066-\u2069]")


def tr(text: str, **params: object) -> str:
    """The text in the reader's language, its {named} parts filled in. Sentences are never concatenated."""
    found = QCoreApplication.translate(CONTEXT, text)
    return found.format(**{name: isolated(value) for name, value in params.items()}) if params else found


def isolated(value: Any) -> Any:
    """Somebody's words as they stand in a sentence of ours: written from right to left, they turn nothing around them.

    First Strong Isolate and Pop Directional Isolate (UAX 9) have no looks of their own.
    """
    if not isinstance(value, str) or value.isascii() or not _RIGHT_TO_LEFT.search(value):
        return value
    value = _TURNS.sub("", value)
    if not _closes_what_it_opens(value):  # else they are ours, of a sentence within this one
        value = _ISOLATES.sub("", value)
    return f"\u2068{value}\u2069"


def _closes_what_it_opens(value: str) -> bool:
    """Whether each isolate ends after it began, and none is left open: what closes first would end the one around."""
    depth = 0
    for sign in _ISOLATES.findall(value):
        depth += -1 if sign == _CLOSES else 1
        if depth < 0:
            return False
    return depth == 0


def mark(text: str) -> str:
    """Marks a text that is translated later, where it is shown (data made before the language is known)."""
    return text


class Catalogue(QTranslator):
    """A translator over a JSON dictionary: English text to translated text."""

    def __init__(self, words: dict[str, str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._words = words

    def isEmpty(self) -> bool:
        return not self._words

    def translate(self, context: str, source: str, disambiguation: str | None = None, n: int = -1) -> str:
        found = self._words.get(source) if context == CONTEXT else None
        return found if found is not None else None  # type: ignore[return-value]  # None: let Qt ask further


def words(language: str) -> dict[str, str]:
    """The catalogue of a language, from all files of its folder; English needs none."""
    loaded: dict[str, str] = {}
    if language != "en":
        for part in sorted(resource(f"i18n/{language}").glob("*.json")):
            loaded |= json.loads(part.read_text("utf-8"))
    return loaded


def chosen(setting: str) -> str:
    """The language in force: the setting's, or the system's if we have it, else English."""
    wanted = QLocale.system().name()[:2] if setting == "system" else setting
    return wanted if wanted in LANGUAGES else "en"


def install(app: QCoreApplication, setting: str) -> str:
    """Translate the application, Qt's own words included. Before the first window; returns the language."""
    language = chosen(setting)
    QLocale.setDefault(QLocale.system() if setting == "system" else QLocale(language))
    if language != "en":
        app.installTranslator(Catalogue(words(language), app))
        own = QTranslator(app)
        if own.load(f"qtbase_{language}", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
            app.installTranslator(own)
    return language
