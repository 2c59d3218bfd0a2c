"""What the server refused on this desk: told of until somebody has looked at it, kept while it has words of theirs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from agentdesk.domain.kernel.commands import command_spec
from agentdesk.sync.news import Refused

MOST = 50
"""Of what has words, and of what has none, so many of the latest: neither takes the other's room."""
_pack = msgspec.msgpack.Encoder().encode


class Refusals:
    """In memory; what has words is on the disk as well, and stays there until `forget` gave it back to be let go."""

    def __init__(self) -> None:
        self._found: list[Refused] = []

    def add(self, one: Refused) -> None:
        """One more, the latest."""
        self._found.append(one)
        alike = [other for other in self._found if bool(other.held) is bool(one.held)]
        if len(alike) > MOST:
            self._found.remove(alike[0])

    def begin(self, kept: Iterable[Refused]) -> None:
        """What was found on the disk comes before all that was refused since."""
        known = {one.held for one in self._found}
        self._found[:0] = [one for one in kept if one.held not in known]

    def of(self, record: str) -> tuple[Refused, ...]:
        """Those that name this record first, oldest first."""
        return tuple(one for one in self._found if about(one) == record)

    def held(self) -> list[Refused]:
        """Those with words of this person, oldest first."""
        return [one for one in self._found if one.held]

    def forget(self, key: int) -> list[Refused]:
        """It was looked at: these were it."""
        gone = [one for one in self._found if one.key == key]
        self._found = [one for one in self._found if one.key != key]
        return gone

    def purge(self, records: Sequence[str]) -> None:
        """Erasure: nothing stays that speaks of these records, neither what was typed nor what the server answered."""
        named = [_pack(id) for id in records]  # with its length in front: an id may begin another one
        self._found = [one for one in self._found if not _speaks_of(one, named)] if named else self._found


def about(refused: Refused) -> str:
    """The id of the record that a refused command names first."""
    spec = command_spec(refused.command)
    return str(getattr(refused.command, spec.refs[0][0])) if spec.refs else ""


def _speaks_of(one: Refused, named: Iterable[bytes]) -> bool:
    said = _pack((one.command, one.ack))
    return any(id in said for id in named)
