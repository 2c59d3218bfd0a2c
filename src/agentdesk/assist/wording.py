"""How an agent begins and ends a reply and addresses people: learned from replies of their own, put around suggestions.

What is said in between is the source's and stays as it is, sign for sign.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

import msgspec

from .columns import base

FEWEST, SHARE = 3, 0.5
"""So many own replies in a language, and so large a share of them with the same words, make a habit."""
NEWEST = 200
LONGEST = 60
"""Characters of a greeting; a line of a sign-off has no more either."""
SIGNED_LINES = 4
_GREETS = (
    r"\{\{greeting\}\}|hi|hello|hey|dear|greetings|good (?:morning|afternoon|evening|day)|hallo"
    r"|guten (?:tag|morgen|abend)|liebe[rs]?"
    r"|sehr geehrte[rs]?|moin|servus|grüezi|grüß gott|bonjour|bonsoir|salut|cher|chère|hola|buen[oa]s (?:días|tardes)"
    r"|estimad[oa]|ciao|salve|buongiorno|buonasera|gentile|olá|bom dia|prezad[oa]|beste|geachte|goedemorgen|hej"
)
_TO = r"\{\{[^{}\n]{1,40}\}\}|\b(?:dr|prof|mr|mrs|ms|hr|fr)\.|[^\n,!.:?;{}\d]"
"""Whom a greeting names: signs, titles with their full stop, and slots. No digits: they would be facts."""
_GREETING = re.compile(
    rf"\A\s*((?:{_GREETS})(?!\w)(?:{_TO}){{0,{LONGEST}}}?(?:[,!:]|(?=\n)))[^\S\n]*\n?\s*", re.IGNORECASE
)
_OPENS = re.compile(rf"\s*(?:{_GREETS})(?!\w)", re.IGNORECASE)
_NOBODY = re.compile(
    r"there|again|all|everyone|everybody|team|folks|both|sir|madam|or|and|mr|mrs|ms|miss|dr|prof|customer|herr|frau|hr|fr"
    r"|damen|und|herren|oder|zusammen|alle|nochmals?|wieder|kundin|kunde|madame|monsieur|mesdames|messieurs|et|à|tous"
    r"|toutes|señor(?:a|es)?|sra?|y|todos|todas|a|signor[ae]?|e|tutti|senhora?|heer|mevrouw|meneer|allemaal|alla|igen"
)
"""What may stand in a greeting and is nobody's name."""
_SLOT = re.compile(r"\{\{[^{}\n]{1,40}\}\}")
_ENDS = (
    r"(?:(?:with )?(?:kind|kindest|best|warm|warmest|many) )?(?:regards|wishes|thanks)|(?:yours )?(?:sincerely|truly"
    r"|faithfully)|cheers|thank you|take care|all the best|best|mit (?:freundlichen|besten|herzlichen|lieben) grüßen"
    r"|(?:viele|freundliche|beste|herzliche|liebe|schöne) grüße|mfg|lg|vg|bien (?:à vous|cordialement)|cordialement"
    r"|(?:un )?(?:cordial(?:es)? )?saludos?|atentamente|(?:cordiali |distinti )?saluti"
    r"|(?:com os melhores )?cumprimentos"
    r"|(?:met )?(?:vriendelijke |hartelijke )?groet(?:en)?|(?:med )?vänliga hälsningar"
)
_CLOSING = re.compile(rf"(?:{_ENDS})\b[^\n.?]{{0,24}}\.?\Z", re.IGNORECASE)
_FORMS = {
    "de": (
        r"(?<![.!?:]\s)(?<=\s)(?:Sie|Ihnen|Ihre?[mnrs]?)\b",
        r"(?i)\b(?:du|dich|dir|deine?[mnrs]?|euch|eure?[mnrs]?)\b",
    ),
    "fr": (r"(?i)\b(?:vous|votre|vos)\b", r"(?i)\b(?:tu|toi|ton|tes)\b|\bt'"),
    "es": (r"(?i)\b(?:usted(?:es)?)\b", r"(?i)\b(?:tú|ti|contigo|tus?)\b"),
}
_FORM = {name: (re.compile(formal), re.compile(near)) for name, (formal, near) in _FORMS.items()}
"""By language the words of the formal and of the near address; languages with one form are not here."""


class Parts(msgspec.Struct, frozen=True):
    """A reply: how it begins, what it says, how it ends."""

    greeting: str
    body: str
    closing: str


class Wording(msgspec.Struct, frozen=True):
    """One person's habit in one language; None where there is none, "" where they write nothing of the kind."""

    greeting: str | None = None
    closing: str | None = None
    form: str = ""
    """formal or near, where the language has both."""


def parts(text: str) -> Parts:
    """A reply in its parts; what is not clearly a greeting or a sign-off is what it says."""
    found = _GREETING.match(text)
    greeting, rest = (found[1].strip(), text[found.end() :]) if found else ("", text)
    lines = rest.rstrip().split("\n")
    for at in range(max(1, len(lines) - SIGNED_LINES), len(lines)):
        if _CLOSING.match(lines[at].strip()) and all(map(_signs, lines[at:])):
            body = "\n".join(lines[:at]).rstrip()
            return Parts(greeting, body, "\n".join(lines[at:]).strip()) if body else Parts(greeting, rest, "")
    return Parts(greeting, rest.rstrip(), "") if rest.strip() else Parts("", text, "")


def _signs(line: str) -> bool:
    """Whether it may stand in a sign-off. What has a number or an address is a fact."""
    return len(line) <= LONGEST and not any(sign.isdigit() or sign in "@/" for sign in line)


def form_of(text: str, language: str) -> str:
    """formal, near, or nothing where a text does not say or its language has one form only."""
    if (patterns := _FORM.get(base(language))) is None:
        return ""
    formal, near = (len(pattern.findall(text)) for pattern in patterns)
    return "" if formal == near else "formal" if formal > near else "near"


def learned(replies: Iterable[str], language: str) -> Wording:
    """The habit in these replies of one person in one language, the newest first. How somebody was greeted whose name
    is not known as such tells nothing: it is never said to the next one.
    """
    some = [parts(text) for _, text in zip(range(NEWEST), replies, strict=False)]
    forms = (form_of(one.body, language) for one in some)
    return Wording(
        _usual([one.greeting for one in some if not _names_somebody(one.greeting)]),
        _usual([one.closing if "{{" not in one.closing else "" for one in some]),
        _usual([form for form in forms if form]) or "",
    )


def _names_somebody(greeting: str) -> bool:
    """Whether there is more in a greeting than slots and words that anybody is greeted with."""
    rest = _SLOT.sub(" ", _OPENS.sub("", greeting, count=1))
    return not all(map(_NOBODY.fullmatch, re.findall(r"[^\W\d_]+", rest.lower())))


def _usual(said: list[str]) -> str | None:
    """What is said in most of them."""
    if len(said) < FEWEST:
        return None
    best, times = Counter(said).most_common(1)[0]
    return best if times >= SHARE * len(said) else None


def own(text: str, habit: Wording) -> str:
    """A suggestion as this person would write it: its words, their greeting and their sign-off."""
    found = parts(text)
    greeting = found.greeting if habit.greeting is None else habit.greeting
    closing = found.closing if habit.closing is None else habit.closing
    return "\n\n".join(filter(None, (greeting, found.body, closing)))
