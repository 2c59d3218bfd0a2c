"""Facts of one case taken out of an answer, so that it can serve another: each leaves a slot that must be filled in.

A slot is written like a variable of a macro. What still holds one cannot be sent, so no amount, date or number of one
customer reaches another by mistake.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from agentdesk.text.personal import find

from .terms import CODE

NAMES = {"name": "customer.name"}
"""What a desk can fill in by itself, by the class of personal data that stood there; of others stands the class."""
_MONTH = r"(?:jan|feb|m[aä]r|apr|ma[iy]|jun|jul|aug|sep|o[ck]t|nov|de[cz])[a-z]*\.?"
_FACTS = (
    (
        "amount",
        r"(?:[€$£¥]|\b(?:EUR|USD|GBP|CHF)\b)\s?\d[\d.,' ]*\d|(?:[€$£¥]|\b(?:EUR|USD|GBP|CHF))\s?\d"
        r"|\b\d[\d.,']*\s?(?:[€$£¥%]|(?:EUR|USD|GBP|CHF|euros?|dollars?)\b)",
    ),
    (
        "date",
        rf"\b\d{{4}}-\d{{2}}-\d{{2}}\b|\b\d{{1,2}}[./]\d{{1,2}}[./](?:\d{{4}}|\d{{2}})?|\b\d{{1,2}}(?:\.|st|nd|rd|th)?"
        rf" (?:of )?{_MONTH}(?: \d{{4}})?\b|\b{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?(?:,? \d{{4}})?\b",
    ),
    ("time", r"\b\d{1,2}:\d{2}(?: ?[ap]\.?m\.?)?|\b\d{1,2} ?[ap]\.?m\b\.?"),
    ("number", rf"#\d+|\b\d[\d -]{{2,}}\d\b|\b\d{{4,}}\b|{CODE.pattern}"),
)
_FACT = re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in _FACTS), re.IGNORECASE)
_SLOT = re.compile(r"\{\{[^{}\n]{1,60}\}\}")


def bare(text: str, names: Sequence[str] = ()) -> tuple[str, tuple[str, ...]]:
    """A text without the personal data in it, as its meaning is looked for; and the classes of what was there."""
    covered, classes = _covered(text, names)
    return _SLOT.sub("…", covered) if classes else text, classes


def _covered(text: str, names: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """A text with a slot in place of all personal data in it, and the classes of what was there."""
    parts, at, classes = list[str](), 0, dict[str, None]()
    for span in find(text, [(name, "name") for name in names]):
        parts += (text[at : span.start], "{{", NAMES.get(span.data_class, span.data_class), "}}")
        classes[span.data_class] = None
        at = span.end
    return "".join((*parts, text[at:])), tuple(classes)


def slotted(text: str, names: Sequence[str] = ()) -> str:
    """A text with slots for personal data, and for amounts, dates, times and numbers."""
    covered, _ = _covered(text, names)
    parts, at = list[str](), 0
    for slot in _SLOT.finditer(covered):
        parts += (_without_facts(covered[at : slot.start()]), slot[0])
        at = slot.end()
    return "".join((*parts, _without_facts(covered[at:])))


def _without_facts(text: str) -> str:
    return _FACT.sub(lambda found: "{{" + str(found.lastgroup) + "}}", text)
