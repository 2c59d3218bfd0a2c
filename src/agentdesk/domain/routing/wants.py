"""What a case wants of whoever takes it, and what somebody brings: the one test of whether they fit."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

import msgspec
from msgspec import Meta

from ..kernel import Name, clean
from ..people import Tier

Trust = Annotated[int, Meta(ge=0, le=3)]
"""How far a place or a device is trusted: 0 nothing said, 1 known, 2 looked after by us, 3 locked down."""


class Wants(msgspec.Struct, frozen=True):
    """All that must be met. What is empty or 0 asks for nothing. `team` is the one whose queue the case is in."""

    team: str
    skills: frozenset[str] = frozenset()
    language: Name = ""
    region: str = ""
    tier: Tier = 0
    place: Trust = 0
    device: Trust = 0


class Traits(msgspec.Struct, frozen=True):
    """What somebody brings. Skills and languages are folded (`folded`); no region stands for all of them."""

    teams: frozenset[str] = frozenset()
    skills: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    region: str = ""
    tier: int = 0
    place: int = 0
    device: int = 0


def fits(traits: Traits, wants: Wants) -> bool:
    """Whether somebody may be given such a case."""
    return (
        wants.team in traits.teams
        and wants.skills <= traits.skills
        and traits.tier >= wants.tier
        and traits.place >= wants.place
        and traits.device >= wants.device
        and (not wants.region or not traits.region or wants.region == traits.region)
        and (not wants.language or spoken(wants.language) in traits.languages)
    )


def both(one: Wants, other: Wants) -> Wants:
    """What meets this and that. The team, language and region of the first stand where it says them."""
    return Wants(
        one.team,
        one.skills | other.skills,
        one.language or other.language,
        one.region or other.region,
        max(one.tier, other.tier),
        max(one.place, other.place),
        max(one.device, other.device),
    )


def distinct(words: Iterable[str]) -> tuple[str, ...]:
    """Words as they are kept: each once, in the order in which they came."""
    return tuple(dict.fromkeys(filter(None, (" ".join(clean(word).split()) for word in words))))


def folded(words: Iterable[str]) -> frozenset[str]:
    """Words by which two hands mean the same."""
    return frozenset(" ".join(word.split()).casefold() for word in words) - {""}


def spoken(language: str) -> str:
    """A language as somebody speaks it: whoever speaks "de" also serves "de-AT" (primary subtag, RFC 5646)."""
    return language.strip().replace("_", "-").partition("-")[0].casefold()
