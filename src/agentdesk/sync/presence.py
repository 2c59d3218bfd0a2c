"""Who is connected, who looks at what and who is writing: fleeting, kept only while it is fresh."""

from __future__ import annotations

import msgspec

from .news import Heard

FRESH_MS = 8_000
"""Looking and writing are said again every few seconds; what was not said for so long is over."""
CONNECTED_MS = 60_000


class Seen(msgspec.Struct, frozen=True):
    """Somebody, and what was last heard of it."""

    who: str
    name: str
    text: str
    until: int


class Presence:
    """What colleagues signal. Times are the desk's own clock, in ms; owned by one thread."""

    def __init__(self) -> None:
        self._seen: dict[tuple[str, str, str], Seen] = {}

    def hear(self, heard: Heard) -> bool:
        """Take in a signal; whether it changes who is seen where."""
        signal = heard.signal
        key = (signal.kind, signal.about, signal.who)
        before = self._seen.get(key)
        fresh = before is not None and before.until > heard.at
        if not signal.on:
            self._seen.pop(key, None)
            return fresh
        lasts = CONNECTED_MS if signal.kind == "connected" else FRESH_MS
        self._seen[key] = Seen(signal.who, signal.name, signal.text, heard.at + lasts)
        return not fresh or before is None or before.text != signal.text

    def viewing(self, about: str, now: int) -> list[Seen]:
        """Who looks at this."""
        return self._now("viewing", about, now)

    def typing(self, about: str, now: int) -> list[Seen]:
        """Who writes here."""
        return self._now("typing", about, now)

    def connected(self, now: int) -> list[Seen]:
        """Who is connected."""
        return self._now("connected", "", now)

    def drafts(self, about: str, now: int) -> list[Seen]:
        """What others are writing, where one may watch."""
        return self._now("draft", about, now)

    def expire(self, now: int) -> set[str]:
        """Forget what is over; returns what it was about."""
        over = [key for key, seen in self._seen.items() if seen.until <= now]
        for key in over:
            del self._seen[key]
        return {about for _, about, _ in over}

    def clear(self) -> None:
        """Offline, nobody is seen."""
        self._seen.clear()

    def _now(self, kind: str, about: str, now: int) -> list[Seen]:
        found = [s for (k, a, _), s in self._seen.items() if k == kind and a == about and s.until > now]
        return sorted(found, key=lambda seen: seen.who)
