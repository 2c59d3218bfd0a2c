"""Recent transactions, each encoded once for all desks that see alike."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

import msgspec

from agentdesk.domain.kernel import MaskView, Record, masked, spec_of
from agentdesk.protocol import Codec, encode_rows
from agentdesk.protocol.frames import Delta
from agentdesk_server.authority import Entry

KEPT = 4096
"""Transactions held in memory: what a scope that has just been read from the disk may still lack."""

Encoding = tuple[bool, int, str]


class Ring:
    """The newest entries and their encoded deltas."""

    def __init__(self, head: int) -> None:
        self.start = head
        """Everything above this revision is here."""
        self._entries: deque[Entry] = deque()
        self._encoded: dict[tuple[int, str, Encoding], bytes] = {}

    def add(self, entry: Entry) -> None:
        self._entries.append(entry)
        while len(self._entries) > KEPT:
            self.start = self._entries.popleft().rev

    def clear_encoded(self) -> None:
        """What was encoded for a tick is rarely asked for again."""
        self._encoded.clear()

    def since(self, rev: int) -> Iterable[Entry]:
        """The entries above a revision; the caller has made sure that `rev >= start`."""
        newer: list[Entry] = []
        for entry in reversed(self._entries):
            if entry.rev <= rev:
                break
            newer.append(entry)
        return reversed(newer)

    def delta(self, entry: Entry, scope: str, encoding: Encoding, view: MaskView, codec: Codec[object]) -> bytes:
        """One scope's delta of one entry, as a frame."""
        key = (entry.rev, scope, encoding)
        found = self._encoded.get(key)
        if found is None:
            part = entry.parts[scope]
            put = encode_puts(part.put.values(), encoding, view)
            gone = list(part.gone.values())
            found = codec.frame(Delta(scope=scope, from_=part.previous, to=entry.rev, put=put, gone=gone))
            self._encoded[key] = found
        return found


def encode_puts(records: Iterable[Record], encoding: Encoding, view: MaskView) -> dict[str, msgspec.Raw]:
    """Records by kind, masked for the view, as raw rows."""
    by_kind: dict[str, list[Record]] = {}
    for record in records:
        by_kind.setdefault(spec_of(record).kind, []).append(masked(record, view))
    binary, schema, _ = encoding
    return {kind: msgspec.Raw(encode_rows(kind, some, binary=binary, schema=schema)) for kind, some in by_kind.items()}
