"""Leaving a team: what else ends for a person with it, told by those who know."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from .view import Change, View

Ending = Callable[[View, str, frozenset[str]], Iterable[Change]]
_ENDINGS: list[Ending] = []


def on_losing_a_team(ending: Ending) -> Ending:
    """Declare what ends when a person (an id) loses teams (ids): a second audience that came with being in them."""
    _ENDINGS.append(ending)
    return ending


def lost_team(view: View, person: str, teams: frozenset[str]) -> Iterable[Change]:
    """All that ends for somebody who is in these teams no longer."""
    for ending in _ENDINGS if teams else ():
        yield from ending(view, person, teams)
