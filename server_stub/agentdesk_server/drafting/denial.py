"""What denies a sentence, in the languages whose words are known; of others nothing is taken to be said."""

from __future__ import annotations

import re
from functools import cache

from .numerals import ROWS, fold

WORDS = {
    "en": r"not?|never|none|cannot|cant|wont|dont|doesnt|isnt|without|neither|nor|nobody|nothing|nowhere|unable|non",
    "de": r"nicht|nichts|nie|niemals|niemand\w*|nirgend\w*|ohne|kein\w*|weder|keinesfalls|keineswegs",
    "fr": r"ne|non|pas|jamais|aucun\w*|rien|sans|personne|ni|nul(?:le)?|nu",
    "es": r"no|nunca|jamas|ningun\w*|nadie|nada|sin|ni|tampoco|nu",
    "it": r"non?|mai|nessun\w*|niente|nulla|senza|neppure|neanche|nemmeno|nu",
    "nl": r"niet|niets|geen|nooit|niemand|zonder|nergens|noch|evenmin",
    "pt": r"nao|nunca|jamais|nenhum\w*|ninguem|nada|sem|nem|tampouco|nu",
    "pl": r"nie|nigdy|zaden|zadn\w*|nikt|nikogo|nikomu|nic|niczego|bez|ani|brak",
    "sv": r"inte|ej|icke|aldrig|ingen|inget|inga|ingenting|utan|varken",
    "da": r"ikke|ej|aldrig|ingen|intet|ingenting|uden|hverken|ikkje|aldri|uten|verken",
    "ru": r"не|нет|ни|без|нельзя|никогда|никто|ничего|ничто|нигде|никак\w*|никога|никой|нищо|нема\w*|няма",
    "el": r"δεν?|μην?|οχι|χωρισ|ποτε|κανεισ|κανενασ|καμια|κανενα\w*|τιποτα|ουτε|διχωσ",
}
"""For each language, small and without accents."""
_OTHERS = {
    "pl": re.compile("[ěščřžýůúáíéďťň]"),
    "ru": re.compile(r"[іїєґўјљњћђџѓќѕ]|\b(?:е|са|ще|със|ви|вие|че|съм)\b"),
}
"""What tells a neighbour apart that is taken for one of these."""


def is_known(text: str, language: str) -> bool:
    """Whether the language's words that deny, and its words for numbers, are known. Where a word denies by its ending
    or its beginning, or words stand without gaps, no list of words tells.
    """
    strange = _OTHERS.get(language)
    return language in WORDS and language in ROWS and (strange is None or strange.search(text.lower()) is None)


def denies(text: str, language: str) -> bool:
    """Whether it says that something is not so."""
    return _words(language).search(fold(text).replace("’", "'")) is not None


@cache
def _words(language: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{WORDS[language]})\b|n't\b|\bn'")
