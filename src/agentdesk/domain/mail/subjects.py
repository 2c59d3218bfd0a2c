"""Subjects without what programs put before them, and the one that an answer has."""

from __future__ import annotations

import re

_COUNT = r"(?:\s*[\[(]\d{1,3}[\])])?\s*[:：]\s*"
_ANSWERED = r"(?:re|aw|antw|antwort|sv|vs|odp|ynt|回复|回覆|答复)"
_ANSWER = re.compile(rf"{_ANSWERED}{_COUNT}", re.IGNORECASE)
_BEFORE = re.compile(
    rf"(?:\[[^\[\]]{{1,40}}\]\s*)?(?:{_ANSWERED}|r|ref|rif|res|fw|fwd|wg|tr|rv|enc|vb|doorst|pd){_COUNT}", re.IGNORECASE
)
LONGEST = 500


def base_subject(subject: str) -> str:
    """What a subject says without the marks of answers and forwarded mails (after RFC 5256, 2.1), to be compared."""
    return _without(_BEFORE, subject).casefold()


def reply_subject(subject: str) -> str:
    """The subject of an answer: with one "Re:", whatever stood before."""
    return f"Re: {_without(_ANSWER, subject)}".strip()[:LONGEST]


def _without(marks: re.Pattern[str], subject: str) -> str:
    text, at = " ".join(subject[: 2 * LONGEST].split()), 0
    while found := marks.match(text, at):
        at = found.end()
    return text[at:]
