"""What is better read at its source before it is said: money back, the law, safety, who somebody is."""

from __future__ import annotations

import re

TOUCHY = {
    "refund": r"refund\w*|money back|reimburs\w+|compensat\w+|goodwill|chargeback|credit(?:ed)? to your|erstatt\w+"
    r"|rückerstatt\w+|gutschrift\w*|entschädig\w+|kulanz\w*|rembours\w+|reembols\w+|rimbors\w+|terugbetal\w+",
    "legal": r"lawyer\w*|attorney\w*|lawsuit\w*|legal(?:ly)?|liab\w+|warrant(?:y|ies)|statutory|gdpr|dsgvo|ombuds\w+"
    r"|anwalt\w*|anwält\w*|klage\w*|rechtlich\w*|haftung\w*|gewährleistung\w*|widerruf\w*|avocat\w*|abogad\w+",
    "safety": r"injur\w+|burn(?:ed|s|ing|t)?|fire|smoke|overheat\w*|poison\w*|suicid\w+|self[- ]harm\w*|emergency"
    r"|verletz\w+|brand|rauch|überhitz\w+|vergift\w+|notfall\w*|suizid\w*|selbstmord\w*|blessé\w*|incendi\w+",
    "identity": r"identity|passport\w*|proof of id\w*|verify (?:your|that it is) \w+|reset (?:your|the) password"
    r"|one-time|security code|ausweis\w*|identität\w*|personalausweis\w*|passwort\w* zurück\w*|sicherheitscode\w*",
}
"""Each with the words, in several languages, by which it is known."""
_PATTERNS = {name: re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE) for name, words in TOUCHY.items()}


def touchy(text: str) -> tuple[str, ...]:
    """What of it a text is about."""
    return tuple(name for name, pattern in _PATTERNS.items() if pattern.search(text))
