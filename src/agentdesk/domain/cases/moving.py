"""Who may stop a case from being given to another team: told by those who know, asked by whoever gives it."""

from __future__ import annotations

from collections.abc import Callable

from ..kernel import INTERNAL_ROLES, Actor, View
from .records import Case

Bar = Callable[[View, Case, str, Actor], None]
_BARS: list[Bar] = []


def on_moving(bar: Bar) -> Bar:
    """Declare what refuses to let people give a case to another team."""
    _BARS.append(bar)
    return bar


def refuse_move(view: View, case: Case, team: str, who: Actor) -> None:
    """Refuses to give a case to another team where somebody has declared that it stays. The server's own jobs may."""
    if who.role not in INTERNAL_ROLES and team != case.team:
        for bar in _BARS:
            bar(view, case, team, who)
