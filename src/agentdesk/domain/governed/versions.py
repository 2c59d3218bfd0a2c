"""Versions that follow one another: their number, from when on they hold, and that nobody overwrites what is newer."""

from __future__ import annotations

from ..kernel import Refusal


def succeeding(number: int, since: int, now: int) -> tuple[int, int]:
    """Number and beginning (ms, UTC) of the version after the one with these; it never begins before that one."""
    return number + 1, max(now, since + 1) if number else now


def refuse_newer(made_from: str, newest: str, sentence: str) -> None:
    """Refuses what was made from a version that is not the newest any more."""
    if made_from != newest:
        raise Refusal(sentence, "newer")
