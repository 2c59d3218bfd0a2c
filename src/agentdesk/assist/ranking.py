"""Ranking: of all that may be suggested, what fits a case best; what agents did in like cases counts most.

Macros by meaning, by words, and by how often they answered cases like this one; articles and answers of the forum by
meaning (0.7) and rare words (0.3), exact codes first; past answers by how like their case is.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import msgspec
import numpy as np

from .embedder import Floats
from .frames import LOOKED_BACK, Ask, Candidate, Turn
from .heads import Wise
from .index import Index
from .languages import language_by_script
from .odds import bag
from .replies import Replies
from .situations import LONGEST
from .slots import bare
from .terms import codes
from .vectors import Flags

RULES = 4
"""The version of these rules, for the record of what was suggested."""
SEMANTIC, LEXICAL = 0.7, 0.3
TURNS = 2
"""So many of the customer's last turns are read together."""
MOST_READ = 2_000
"""Characters."""
WIDE, PAST = 30, 30
SHARP = 12.0
"""How much more a nearer past case counts: by e to the power of this times its cosine."""
CODE_BONUS = 0.5
VOTES = 0.3


class Found(msgspec.Struct):
    """A source that may fit, and what speaks for it. `score` is what it is ranked by."""

    id: int
    semantic: float = 0.0
    lexical: float = 0.0
    votes: float = 0.0
    past: int = 0
    code: bool = False
    score: float = 0.0
    chance: float = -1.0
    """How sure one may be of it by what was learned; below 0 where nothing was learned of it."""
    cut: float = 0.0
    """From which `chance` on it is shown first."""
    cap: float = 1.0
    """One is never surer of it than this."""


class Question(msgspec.Struct, frozen=True):
    """A case as it is looked up: without personal data."""

    text: str
    last: str
    masked: tuple[str, ...]
    vector: Floats | None = None
    situation: Floats | None = None
    """All that was said lately, as replies are looked for."""


class Ranked(msgspec.Struct):
    """The best of each kind."""

    macros: list[Found]
    articles: list[Found]
    past: list[Found]


def question(index: Index, ask: Ask, beside: Sequence[str] = ()) -> Question:
    """What is asked: the customer's last turns, the subject before the first. `beside` is what else will be looked at
    for this question: all is read together.
    """
    said = [turn.text for turn in ask.turns if turn.who == "customer"][-TURNS:]
    first = ask.subject if sum(turn.who == "customer" for turn in ask.turns) <= TURNS else ""
    if first and said and said[0].strip().lower().startswith(first.strip().rstrip("…").lower()):
        first = ""
    text, masked = bare("\n".join(filter(None, (first, *said)))[-MOST_READ:], ask.names)
    turns = [Turn(turn.who, bare(turn.text, ask.names)[0]) for turn in ask.turns[-LOOKED_BACK:]]
    vector, situation = None, None
    if not language_by_script(
        text
    ):  # of others the model knows the signs one by one: all texts in them are alike to it
        vector, situation = index.meanings_of(shortened(first, said, ask.names) if text.strip() else "", turns, beside)
    return Question(text, ask.turns[-1].text if ask.turns else "", masked, vector, situation)


def shortened(first: str, said: Sequence[str], names: Sequence[str]) -> str:
    """What of a question is read for its meaning: how the last turn begins, with what was said before as far as there
    is room. A long mail says early what it is about, and reading more would keep somebody waiting.
    """
    parts, room = list[str](), LONGEST
    for part in filter(None, (*reversed(said), first)):
        if room > 0:
            parts.insert(0, bare(part, names)[0][:room])
            room -= len(parts[0])
    return "\n".join(parts)


def rank(index: Index, ask: Ask, asked: Question) -> Ranked:
    """What fits, by kind, the best first."""
    open_ = index.kept.open_to(ask.language, frozenset(map(str.lower, ask.facts)), ask.now)
    scanned = index.vectors.scan(asked.vector) if asked.vector is not None else None
    words, exact = _lexical(index, asked)

    def near(flags: Flags, most: int) -> dict[int, Found]:
        found = index.vectors.best(scanned, flags, most) if scanned is not None else []
        made = {id: Found(id, semantic=max(0.0, cosine)) for id, cosine in found}
        for id, weight in words.items():
            if flags[id]:
                made.setdefault(id, Found(id)).lexical = weight
        for id in exact:
            if flags[id]:
                made.setdefault(id, Found(id)).code = True
        return made

    past = near(open_ & index.kept.of_kind("case"), PAST)
    past = {id: one for id, one in past.items() if index.kept[id].owner != f"case:{ask.case}"}
    macros = near(open_ & index.kept.of_kind("macro"), WIDE)
    _vote(index, macros, past, open_, scanned is not None)
    articles = near(open_ & index.kept.of_kind("article", "post"), WIDE)
    macros_, articles_, past_ = (_ordered(some.values(), scanned is not None) for some in (macros, articles, past))
    if index.wise is not None and asked.vector is not None:
        macros_ = _by_what_was_learned(index, index.wise, asked, macros_, past_, open_)
    if index.replies is not None and asked.situation is not None:
        kin = open_ & index.kept.of_kind("case")
        kin[[id for id in index.kept.of(f"case:{ask.case}") if id < len(kin)]] = False
        past_ += _by_replies(index, index.replies, asked.situation, [*macros_, *past_], kin)
    return Ranked(macros_, articles_, past_)


def _by_what_was_learned(
    index: Index, wise: Wise, asked: Question, macros: list[Found], past: list[Found], open_: Flags
) -> list[Found]:
    """The macros anew: those that the head knows by how sure they are, then the others. A past answer by a macro is no
    surer than the macro.
    """
    texts = {index.kept[id].macro: id for id in _macros(index, open_)}
    made = {index.kept[one.id].macro: one for one in macros}
    near = [(index.kept[one.id].macro, one.semantic) for one in (*macros, *past) if one.semantic > 0 and not one.past]
    assert asked.vector is not None
    chances = wise.weigh(asked.vector, bag(asked.text), near, set(texts))
    for macro, chance in chances.items():
        found = made.setdefault(macro, Found(texts[macro]))
        found.chance, found.cut = chance, wise.head.cut
    for one in past:
        one.cap = chances.get(index.kept[one.id].macro, 1.0)
    return sorted(made.values(), key=lambda one: (-one.chance, -one.score, one.id))


def _by_replies(index: Index, replies: Replies, situation: Floats, some: list[Found], kin: Flags) -> list[Found]:
    """How sure one may be of past answers in somebody's own words, and of macros that nothing was learned of: it is set
    in those of `some`; returned are answers that are not among them, of past cases (`kin`) that went like this one.
    """
    near = replies.near(situation, kin)
    here = {one.id for one in some}
    more = [Found(int(id)) for id in near[0][:PAST] if int(id) not in here]
    alike: dict[bytes, list[Found]] = {}
    for one in (*some, *more):
        if (row := _answer(index, replies, one)) is not None:
            alike.setdefault(row.tobytes(), []).append(one)  # the same answer is weighed once
    if alike:
        scores, nearest = replies.score(situation, near, np.stack([np.frombuffer(row, np.float32) for row in alike]))
        for all_, chance in zip(alike.values(), replies.sure(scores, nearest), strict=True):
            for one in all_:
                one.chance, one.cut = chance, replies.ranker.cut
    return more


def _answer(index: Index, replies: Replies, one: Found) -> Floats | None:
    """The vector of what would be replied, if that is for the ranker of replies to weigh."""
    if one.chance >= 0 or one.code:
        return None
    if index.kept[one.id].kind == "macro":
        return index.vectors.of(one.id)
    return replies.answer(one.id) if replies.knows(one.id) else None


def _lexical(index: Index, asked: Question) -> tuple[dict[int, float], list[int]]:
    """Sources by rare words, with the share of what was asked that they have; those with a code of the last turn."""
    found = index.shelf.by_words(asked.text, WIDE * 2)
    exact = [id for code in codes(asked.last) for id in index.shelf.by_phrase(code, WIDE)]
    return {id: share for id, share in found if id in index.kept}, [id for id in exact if id in index.kept]


def _vote(index: Index, macros: dict[int, Found], past: dict[int, Found], open_: Flags, by_meaning: bool) -> None:
    """Each like case votes for the macro that answered it, more loudly the more alike it is."""
    by_macro = {index.kept[id].owner.partition(":")[2]: id for id in _macros(index, open_)}
    near = {one.id: one.semantic if by_meaning else one.lexical for one in past.values()}
    loud = {id: math.exp(SHARP * (like - 1)) for id, like in near.items() if like > 0}
    total = sum(loud.values())
    for id, weight in loud.items():
        macro = by_macro.get(index.kept[id].macro) if index.kept[id].macro else None
        if macro is not None:
            found = macros.setdefault(macro, Found(macro))
            found.votes += weight / total
            found.past += 1
            found.semantic = max(found.semantic, past[id].semantic)
            found.lexical = max(found.lexical, past[id].lexical if not by_meaning else 0.0)


def _macros(index: Index, open_: Flags) -> Iterable[int]:
    return map(int, np.flatnonzero(open_ & index.kept.of_kind("macro")))


def _ordered(found: Iterable[Found], by_meaning: bool) -> list[Found]:
    """The best first; the score is fixed here."""
    some = list(found)
    for one in some:
        one.score = SEMANTIC * one.semantic + LEXICAL * one.lexical if by_meaning else one.lexical
        one.score += VOTES * one.votes * (one.semantic if by_meaning else one.lexical) + CODE_BONUS * one.code
    return sorted(some, key=lambda one: (-one.score, one.id))


def candidate(index: Index, found: Found, version: int, at: int) -> Candidate:
    """For the record: numbers, and which source."""
    kept = index.kept[found.id]
    numbers = (round(value, 4) for value in (found.semantic, found.lexical, found.votes, found.score))
    return Candidate(kept.owner, kept.kind, version, at, *numbers)


def last_from(turns: Iterable[Turn], who: str) -> str:
    """The last thing that somebody said."""
    return next((turn.text for turn in reversed(list(turns)) if turn.who == who), "")
