"""What a drafting service answered, read as hostile: taken apart strictly, each sentence held against what it cites."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping
from typing import Annotated, NamedTuple

import msgspec
from msgspec import Meta

from agentdesk.assist.languages import language_of
from agentdesk.assist.terms import terms
from agentdesk.domain.kernel.values import clean, upright
from agentdesk.domain.suggestions.drafting import Sentence

from .denial import denies, is_known
from .links import foreign
from .numerals import numerals

MOST_ANSWER = 16_384
STEM, CONTENT, SUPPORTED = 6, 4, 0.6
"""Words of four letters and more count, by their first six; so large a share of them the sources must have."""
_PLACEHOLDER = re.compile(r"⟦[^⟦⟧]{0,60}⟧|[⟦⟧]")
_NUMBER = re.compile(r"\d(?:[\d.,:/-]*\d)?")
_GROUPED = re.compile(r"\d{1,3}(?:[.,]\d{3})+")
_END = re.compile(r"[.!?\n]+\s*")


class Unreadable(ValueError):
    """The answer is not of the form that was asked for."""


class _Told(msgspec.Struct, frozen=True):
    text: Annotated[str, Meta(min_length=1, max_length=800)]
    sources: Annotated[tuple[Annotated[str, Meta(max_length=8)], ...], Meta(max_length=8)] = ()


class _Answer(msgspec.Struct, frozen=True):
    sentences: Annotated[tuple[_Told, ...], Meta(max_length=12)]


class _Message(msgspec.Struct, frozen=True):
    content: Annotated[str, Meta(max_length=MOST_ANSWER)]


class _Choice(msgspec.Struct, frozen=True):
    message: _Message


class _Body(msgspec.Struct, frozen=True):
    choices: Annotated[tuple[_Choice, ...], Meta(min_length=1, max_length=8)]


class _Held(NamedTuple):
    """What sentences are held against. `language` is that of the whole, for a sentence too short to tell."""

    snippets: Mapping[str, str]
    placeholders: Collection[str]
    language: str


def judged(
    body: bytes, snippets: Mapping[str, str], placeholders: Collection[str], spoken: str = ""
) -> tuple[Sentence, ...]:  # fmt: skip
    """The sentences, each with what is wrong with it. `snippets` are the sources by S1, S2, …; `spoken` is what it
    answers, which tells the language where all of it is too short for that. Raises `Unreadable`.
    """
    try:
        content = msgspec.json.decode(body, type=_Body).choices[0].message.content
        found = msgspec.json.decode(_bare(content), type=_Answer)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        raise Unreadable from None
    texts = (" ".join(one.text for one in found.sentences), " ".join(snippets.values()), spoken)
    held = _Held(snippets, placeholders, next(filter(None, map(language_of, texts)), ""))
    told = [_judge(part, one.sources, held) for one in found.sentences for part in _split(one.text)]
    return tuple(one for one in told if one.text)


def _bare(content: str) -> str:
    """Without the fence that many models put around JSON."""
    content = content.strip()
    if content.startswith("```"):
        content = content.partition("\n")[2].rpartition("```")[0]
    return content


def _split(text: str) -> list[str]:
    """What is given as one sentence may be several: each is held against the sources by itself."""
    text = upright(clean(text))
    return [part.strip() for part in re.split(r"(?<=[.!?])\s+(?=[^\W\d_])|\n+", text) if part.strip()]


def _judge(text: str, named: Collection[str], held: _Held) -> Sentence:
    cited = tuple(dict.fromkeys(one for one in named if one in held.snippets))
    support = unicodedata.normalize("NFKC", "\n".join(held.snippets[one] for one in cited))
    bare = unicodedata.normalize("NFKC", _PLACEHOLDER.sub(" ", text))
    wrong = []
    if not cited:
        wrong.append("source")
    if not set(_PLACEHOLDER.findall(text)) <= set(held.placeholders):
        wrong.append("placeholder")
    told = language_of(bare) or held.language
    if not _counts(bare, support, told, language_of(support) or held.language):
        wrong.append("number")
    if foreign(unicodedata.normalize("NFKC", _PLACEHOLDER.sub("x", text)), support):
        wrong.append("link")
    if cited and not _is_said(bare, support):
        wrong.append("words")
    elif cited and not is_known(bare, told):
        wrong.append("language")
    elif cited and _turned(bare, support, told):
        wrong.append("negation")
    return Sentence(text, cited, tuple(wrong))


def _figures(text: str) -> set[str]:
    """All numbers in figures, as they are written."""
    return {"".join(str(unicodedata.digit(sign, sign)) for sign in one) for one in _NUMBER.findall(text)}


def _counts(text: str, support: str, told: str, language: str) -> bool:
    """Whether all its numbers are the sources', be they in figures or in words."""
    figures, words = _figures(support), numerals(support, language)
    plain = {re.sub("[.,]", "", one) for one in figures if _GROUPED.fullmatch(one)}
    return _figures(text) <= figures | words and numerals(text, told) <= figures | plain | words


def _stems(text: str) -> list[str]:
    return [word[:STEM] for word in terms(text) if len(word) >= CONTENT]


def _is_said(text: str, support: str) -> bool:
    """Whether most of its words are the sources' words. What says nothing is not supported either."""
    wanted, there = _stems(text), set(_stems(support))
    return bool(wanted) and sum(word in there for word in wanted) >= SUPPORTED * len(wanted)


def _turned(text: str, support: str, language: str) -> bool:
    """Whether it denies what the nearest sentence of the sources says, or the other way round."""
    wanted = set(_stems(text))
    nearest = max(_END.split(support), key=lambda one: len(wanted & set(_stems(one))), default="")
    return denies(text, language) != denies(nearest, language)
