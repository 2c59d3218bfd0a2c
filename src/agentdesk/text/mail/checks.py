"""What our own receiving server found out about the sender: its Authentication-Results (RFC 8601), and nobody else's.

Anybody can write such a header. It counts only with the authserv-id that is configured, and where one method stands
twice, the one on top counts: servers write theirs above what came in.
"""

from __future__ import annotations

import re

from .heads import Head
from .records import Checks, Receiver
from .remarks import Notes
from .words import text_of

_COMMENT = re.compile(r"\([^()]*+\)")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.){0,1000}+)"')
_RESULT = re.compile(r"\s*(spf|dkim|dmarc)\s*(?:/\s*\d+\s*)?=\s*([a-z]{1,20})")
_LONGEST, _MOST, _NESTED = 20_000, 50, 20


def read(head: Head, receiver: Receiver, notes: Notes) -> Checks:
    """The results for this mail; empty where the server says nothing, or is not configured."""
    found: dict[str, str] = {}
    if receiver.authserv_id:
        for value in head.all("authentication-results")[:_MOST]:
            found = _results(text_of(value[:_LONGEST]), receiver.authserv_id.lower()) | found
    checks = Checks(found.get("spf", ""), found.get("dkim", ""), found.get("dmarc", ""))
    if checks.dmarc == "fail" or (checks.dmarc in ("", "none") and "fail" in (checks.spf, checks.dkim)):
        notes.add("not-proved", " ".join(f"{name}={result}" for name, result in sorted(found.items())))
    return checks


def _results(value: str, authserv_id: str) -> dict[str, str]:
    first, *results = _without_comments(_QUOTED.sub(_unquoted, value)).lower().split(";")
    if first.split()[:1] != [authserv_id]:
        return {}
    found: dict[str, str] = {}
    for told in results:
        if result := _RESULT.match(told):
            method, how = result[1], result[2]
            if found.get(method) != "pass":  # of several signatures one that holds is enough
                found[method] = how if how == "pass" else found.get(method, how)
    return found


def _without_comments(text: str) -> str:
    """What stands in them may come from the sender. From one that is never closed on nothing is read."""
    for _ in range(_NESTED):
        text, removed = _COMMENT.subn(" ", text)
        if not removed:
            break
    return text.partition("(")[0]


def _unquoted(found: re.Match[str]) -> str:
    """A quoted word as it is read; what divides the results means nothing in it."""
    return found[1].replace(";", " ").replace("(", " ").replace(")", " ")
