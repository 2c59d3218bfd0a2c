"""What is noticed in a conversation, with the words that say so. Nothing is decided by it: an agent sees it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .frames import Ask, Signals
from .index import Index
from .languages import language_of
from .mood import Mood, mood
from .ranking import Question, Ranked
from .situations import LONGEST
from .slots import bare
from .terms import terms

DAY = 24 * 3_600_000
REPEAT_DAYS = 30
SAME_MATTER, SAME_WORDS = 0.55, 0.35
"""From which cosine, or share of words, on two cases are about the same."""
MOST_EARLIER = 4
TOPIC_FROM = 0.45
HINTS = {
    "supervisor": r"(?:speak|talk) (?:to|with) (?:a |your |the )?(?:manager|supervisor|someone else|superior)"
    r"|(?:your|a) (?:manager|supervisor)|vorgesetzte\w*|ihren chef|leiter(?:in)? sprechen",
    "legal": r"(?:my|a) (?:lawyer|solicitor|attorney)|legal action|sue you|small claims|ombudsman|trading standards"
    r"|rechtsanwalt|anwalt einschalten|verbraucherzentrale|klagen werde",
    "leaving": r"cancel (?:my|the|our) (?:account|contract|subscription|membership)|close my account"
    r"|switch(?:ing)? to (?:a |an |another|your competitor)|take my business|(?:konto|vertrag|abo) kündigen|kündige",
    "repeat": r"(?:second|third|fourth|fifth|\d+(?:st|nd|rd|th)) time|again and again|still (?:nothing|waiting|not|no)"
    r"|already (?:asked|written|called|told)|zum (?:zweiten|dritten|vierten) mal|immer noch (?:nicht|kein\w*|nichts)",
    "fraud": r"chargeback|fraud\w*|scam\w*|stolen card|did(?:n't| not) make this|betrug\w*|betrüg\w*|nicht autorisiert",
    "safety": r"injur\w+|caught fire|on fire|smoke|electric shock|hurt (?:my|him|her)|verletzt|gebrannt|stromschlag",
}
"""Reasons for which somebody else may be needed, and how customers put them."""
_HINTS = {name: re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE) for name, words in HINTS.items()}


def notice(index: Index, ask: Ask, asked: Question, ranked: Ranked, learned: Mood | None) -> Signals:
    """All of it for one case."""
    said = [turn.text for turn in ask.turns if turn.who == "customer"]
    last = said[-1] if said else ""
    feeling, because = mood(learned, last, index.meaning(_heard(last, ask.names)) if last.strip() else None)
    topic, topic_of = _topic(index, ranked)
    return Signals(
        language=language_of("\n".join(said)[-2_000:]),
        topic=topic,
        topic_of=topic_of,
        mood=feeling,
        mood_words=because,
        hints=hints(last),
        repeats=_repeats(index, ask, asked),
    )


def read_of(ask: Ask) -> list[str]:
    """What of a case is read for what is noticed in it."""
    last = next((turn.text for turn in reversed(ask.turns) if turn.who == "customer"), "")
    earlier = [bare(about, ask.names)[0] for _, _, about in _recent(ask)]
    return [text for text in (_heard(last, ask.names), *earlier) if text.strip()]


def _heard(last: str, names: Sequence[str]) -> str:
    """What is read of the last turn: as it is read where situations are compared, so that it is read once."""
    return bare(last, names)[0][:LONGEST]


def hints(text: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Reasons why this may need somebody else, each with the words that say so."""
    found = (
        (name, tuple(dict.fromkeys(hit[0] for hit in pattern.finditer(text)))[:3]) for name, pattern in _HINTS.items()
    )
    return tuple((name, words) for name, words in found if words)


def _topic(index: Index, ranked: Ranked) -> tuple[str, str]:
    """What it is about: the name and the owner of the article or macro that is nearest, if any is near."""
    best = max((*ranked.macros[:1], *ranked.articles[:1]), key=lambda one: one.semantic, default=None)
    if best is None or best.semantic < TOPIC_FROM:
        return "", ""
    return index.shelf.source(best.id).title, index.kept[best.id].owner


def _repeats(index: Index, ask: Ask, asked: Question) -> tuple[str, ...]:
    """Earlier cases of this customer, not long ago, about the same."""
    return tuple(id for id, _, about in _recent(ask) if _same(index, ask.names, asked, about))


def _recent(ask: Ask) -> list[tuple[str, int, str]]:
    return [one for one in ask.earlier if ask.now - one[1] <= REPEAT_DAYS * DAY][:MOST_EARLIER]


def _same(index: Index, names: Sequence[str], asked: Question, about: str) -> bool:
    text, _ = bare(about, names)
    vector = index.meaning(text) if asked.vector is not None else None
    if vector is not None and asked.vector is not None:
        return float(vector @ asked.vector) >= SAME_MATTER
    left, right = set(terms(text)), set(terms(asked.text))
    return bool(left) and len(left & right) / len(left | right) >= SAME_WORDS
