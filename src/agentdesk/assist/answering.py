"""The answer to a question: at most three cards, or none; what else is like the case; and the record of it."""

from __future__ import annotations

import hashlib
import time

import msgspec

from .calibration import BESIDE, SHOWN_BY_WORDS, STRONG, Sure, sure
from .frames import Answer, Ask, Card, Near, Source
from .index import Index
from .mood import Mood
from .ranking import RULES, Found, Question, Ranked, candidate, question, rank
from .shelf import pieces
from .signals import notice, read_of
from .terms import codes, terms
from .touchy import touchy
from .wording import form_of, own, parts

MOST_CARDS, MOST_SIMILAR, MOST_ARTICLES, CONSIDERED = 3, 3, 3, 10
SIMILAR_FROM, ARTICLE_FROM = 0.5, 0.45
MOST_INSERTED = 1_500
"""Characters of an article: of a longer one the part that answers."""


def answer(index: Index, ask: Ask, learned: Mood | None, model: str) -> Answer:
    """What fits this case, if anything does."""
    began = time.perf_counter()
    asked = question(index, ask, read_of(ask))
    ranked = rank(index, ask, asked)
    level = 3 if asked.vector is not None else 2
    weighed = _weighed(index, ranked, level)
    sources = {one.found.id: index.shelf.source(one.found.id) for one in weighed[:CONSIDERED]}
    shown = _different([one for one in weighed[:CONSIDERED] if one.shown], sources)
    cards = tuple(_card(index, one, sources[one.found.id], asked, ask.language) for one in shown[:MOST_CARDS])
    return Answer(
        number=ask.number,
        case=ask.case,
        level=level,
        cards=cards,
        similar=_near(index, ranked.past, SIMILAR_FROM, MOST_SIMILAR),
        articles=_near(index, ranked.articles, ARTICLE_FROM, MOST_ARTICLES),
        signals=notice(index, ask, asked, ranked, learned),
        considered=tuple(
            candidate(index, one.found, sources[one.found.id].version, sources[one.found.id].at)
            for one in weighed[:CONSIDERED]
        ),
        threshold=least(weighed[0], sure(level)) if weighed else sure(level).shown,
        head=index.wise.head.version if index.wise is not None else 0,
        ranker=index.replies.ranker.version if index.replies is not None else 0,
        took=round((time.perf_counter() - began) * 1000, 2),
        input_sha256=hashlib.sha256(asked.text.encode()).hexdigest(),
        masked=asked.masked,
        model=model,
        rules=RULES,
        whole=index.whole,
    )


class Weighed(msgspec.Struct):
    """A source, how sure one may be of it, and whether that is enough."""

    found: Found
    chance: float
    shown: bool = False


def _weighed(index: Index, ranked: Ranked, level: int) -> list[Weighed]:
    by: Sure = sure(level)
    found = []
    for all_ in (ranked.macros, ranked.articles, ranked.past):
        some = [one for one in all_ if one.chance < 0]
        for at, one in enumerate(some):
            next_ = some[at + 1].score if at + 1 < len(some) else 0.0
            chance = by.chance(one, next_ if at == 0 else some[0].score, index.kept[one.id].kind)
            found.append(Weighed(one, min(chance, one.cap)))
    found += [Weighed(one, one.chance) for one in (*ranked.macros, *ranked.past) if one.chance >= 0]
    found.sort(key=lambda one: -one.chance)
    if found and found[0].chance >= least(found[0], by):  # what is less sure is shown beside it, never alone
        for weighed in found:
            weighed.shown = weighed.chance >= BESIDE
    return found


def least(weighed: Weighed, by: Sure) -> float:
    """From which chance on this is shown first: what was learned of it has a cut of its own."""
    return weighed.found.cut if weighed.found.chance >= 0 else by.shown


def _different(some: list[Weighed], sources: dict[int, Source]) -> list[Weighed]:
    """The same words once: a past answer that was a macro's is the macro's."""
    seen: set[str] = set()
    kept = []
    for one in some:
        said = " ".join(terms(sources[one.found.id].text))
        if said and said not in seen:
            kept.append(one)
            seen.add(said)
    return kept


def _card(index: Index, weighed: Weighed, source: Source, asked: Question, language: str) -> Card:
    kept, found = index.kept[weighed.found.id], weighed.found
    text, habit = _inserted(source, asked), index.habits.of(source.language or language)
    said = own(text, habit)
    form = form_of(text, source.language or language)
    common = [word for word in dict.fromkeys(terms(asked.text)) if len(word) > 3]
    inside = set(terms(f"{source.title} {source.text}"))
    why = "code" if found.code else "past" if found.past or kept.kind == "case" else ""
    return Card(
        source=kept.owner,
        kind=kept.kind,
        title=source.title,
        text=text if source.internal else said,
        bare=text if source.internal else parts(text).body,
        own=not source.internal and said != text,
        form=form if habit.form and form != habit.form else "",
        language=source.language,
        version=source.version,
        at=source.at,
        internal=source.internal,
        band="strong" if weighed.chance >= STRONG else "good" if weighed.chance >= SHOWN_BY_WORDS else "fair",
        why=why or ("meaning" if found.semantic else "words"),
        words=tuple(codes(asked.last) if found.code else [word for word in common if word in inside])[:4],
        past=found.past,
        touchy=touchy(f"{source.title} {source.text}"),
        score=round(weighed.chance, 4),
    )


def _inserted(source: Source, asked: Question) -> str:
    """What is put into the reply: of an article its text without the title above it, of a long one the part with most
    of the words that were asked for.
    """
    if source.kind in ("macro", "case") or len(source.text) <= MOST_INSERTED:
        head, _, rest = source.text.partition("\n")
        named = head.startswith("#") and head.strip("# ").casefold() == source.title.strip().casefold()
        return rest.strip() if named and rest.strip() else source.text
    wanted = set(terms(asked.text))
    parts = pieces(msgspec.structs.replace(source, title="", asked="", kind="article"))
    best = max(parts, key=lambda part: len(wanted & set(terms(part))), default="")
    return best.removeprefix(". ")[:MOST_INSERTED]


def _near(index: Index, found: list[Found], least: float, most: int) -> tuple[Near, ...]:
    """The nearest, each owner once."""
    near: dict[str, Near] = {}
    for one in found:
        if one.semantic >= least or (not one.semantic and one.lexical >= least) or one.code:
            source = index.shelf.source(one.id)
            near.setdefault(
                index.kept[one.id].owner, Near(index.kept[one.id].owner, source.title, source.at, one.score)
            )
        if len(near) == most:
            break
    return tuple(near.values())
