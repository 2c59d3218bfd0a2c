"""In which language a text is, by its script and its commonest words; nothing where that is not clear."""

from __future__ import annotations

import re
from collections import Counter

COMMON = {
    "en": "the and is to of you my for it have not with this was but are your can be on in that me do please what how",
    "de": "der die das und ist nicht ich ein eine zu mit auf für es sie den von habe mein bitte wie dem noch aber war",
    "fr": "le la les et est je ne pas une un pour vous que dans mon avec sur ai du des mais bonjour ma merci ce cette",
    "es": "el la los que y es no un una por para con mi se lo en de pero hola gracias está ha como muy le del al",
    "it": "il la che di e non un una per con mi è ho sono del ma grazie ciao come questo della ha lo si gli nel",
    "nl": "de het een en is niet ik van mijn dat op te met voor maar er aan heb zijn bij dank naar nog wat je om",
    "pt": "o a os que e não um uma para com meu minha é do da em mas por está olá obrigado foi eu no na se",
    "pl": "nie jest i w na się z do że to mam ale proszę jak o mój moje dzień dobry czy po za od już",
    "sv": "och det att är inte jag en ett på som för med har min till av men hej kan om så var de ni tack",
    "da": "og det at er ikke jeg en et på som for med har min til af men hej kan om så var de tak",
    "tr": "bir ve bu için ne de da ben çok ile var değil merhaba lütfen nasıl benim ama daha gibi olarak",
}
"""The commonest words of letters and mails in each."""
SCRIPTS = (
    ("ja", r"[\u3040-\u30ff]"), ("ko", r"[\uac00-\ud7af]"), ("zh", r"[\u4e00-\u9fff]"), ("ar", r"[\u0600-\u06ff]"),
    ("he", r"[\u0590-\u05ff]"), ("ru", r"[\u0400-\u04ff]"), ("el", r"[\u0370-\u03ff]"), ("th", r"[\u0e00-\u0e7f]"),
    ("hi", r"[\u0900-\u097f]"),
)  # fmt: skip
"""Of one who writes in these signs the language is taken to be the first that fits."""
FEWEST, LEAD = 2, 1.25
"""So many common words, and so many times those of the next language, make it clear."""
_WORD = re.compile(r"[^\W\d_]+")
_SETS = {language: frozenset(words.split()) for language, words in COMMON.items()}
COMMON_WORDS = frozenset().union(*_SETS.values())
"""Words that say nothing of what a text is about."""
_SCRIPTS = tuple((language, re.compile(signs)) for language, signs in SCRIPTS)


def language_by_script(text: str) -> str:
    """The language of a text in other than Latin letters; nothing for one in these."""
    letters = sum(sign.isalpha() for sign in text)
    if letters:
        for language, signs in _SCRIPTS:
            if len(signs.findall(text)) * 5 >= letters:
                return language
    return ""


def language_of(text: str) -> str:
    """The language (ISO 639-1), or nothing."""
    if found := language_by_script(text):
        return found
    words = Counter(_WORD.findall(text.lower()))
    scores = {language: sum(words[word] for word in common) for language, common in _SETS.items()}
    (best, most), (_, next_) = sorted(scores.items(), key=lambda one: -one[1])[:2]
    return best if most >= FEWEST and most >= LEAD * next_ else ""
