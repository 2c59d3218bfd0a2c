"""What follows from a change, whatever command brought it: told by those who know, decided in the same moment."""

from __future__ import annotations

from collections.abc import Callable

from .view import Change, View

Following = Callable[[View, list[Change], int], list[Change]]
_FOLLOWINGS: list[Following] = []


def on_changing(following: Following) -> Following:
    """Declare how to complete the changes of any command: from the view, the changes and the moment (ms, UTC). Pure as
    a decision is, and it neither refuses nor forgets any of them.
    """
    _FOLLOWINGS.append(following)
    return following


def followed(view: View, changes: list[Change], now: int) -> list[Change]:
    """The changes of a command with all that follows from them."""
    for following in _FOLLOWINGS if changes else ():
        changes = following(view, changes, now)
    return changes
