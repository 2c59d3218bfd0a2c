"""The ring: recent transactions in order, each encoded once for all that see alike."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from tests.sync.samples import customer, team

from agentdesk.domain.kernel import MaskView, Record, spec_of
from agentdesk.protocol import BINARY, JSON, desk_codec, server_codec
from agentdesk.protocol.frames import Delta
from agentdesk_server.authority import Entry, Part
from agentdesk_server.hub import ring as ring_
from agentdesk_server.hub.ring import Ring, encode_puts

AGENT = MaskView("agent")


def entry(rev: int, *records: Record) -> Entry:
    part = Part({(spec_of(r).kind, r.id): r for r in records}, {("case", "c"): ("case", "c", "left", rev)}, rev - 1)
    return Entry(rev, 0, "ann", "laptop", {"org": part}, ())


def test_it_holds_what_is_newer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ring_, "KEPT", 3)
    ring = Ring(10)
    for rev in range(11, 17):
        ring.add(entry(rev))
    assert ring.start == 13
    assert [found.rev for found in ring.since(14)] == [15, 16]
    assert [found.rev for found in ring.since(13)] == [14, 15, 16]
    assert list(ring.since(16)) == []


def _delta(ring: Ring, one: Entry, subprotocol: str, view: MaskView = AGENT) -> bytes:
    codec: Any = server_codec(subprotocol)
    return ring.delta(one, "org", (subprotocol == BINARY, 1, view.name), view, codec)


def test_one_encoding_serves_all_that_see_alike() -> None:
    ring, one = Ring(0), entry(1, team())
    assert _delta(ring, one, BINARY) is _delta(ring, one, BINARY)
    assert _delta(ring, one, BINARY) != _delta(ring, one, JSON)
    kept = _delta(ring, one, BINARY)
    ring.clear_encoded()
    assert _delta(ring, one, BINARY) is not kept


@pytest.mark.parametrize("subprotocol", [BINARY, JSON])
def test_a_delta_says_from_where_to_where(subprotocol: str) -> None:
    codec = desk_codec(subprotocol)
    (found,) = codec.read(codec.join([_delta(Ring(0), entry(7, team()), subprotocol)]))
    assert isinstance(found, Delta)
    assert (found.scope, found.from_, found.to, found.more) == ("org", 6, 7, False)
    assert [tuple(gone) for gone in found.gone] == [("case", "c", "left", 7)]
    assert set(found.put) == {"team"}


def test_another_view_is_another_encoding_and_hides() -> None:
    hiding = MaskView("guest", hidden=frozenset(("name", "contact")))
    ring, one = Ring(0), entry(1, customer())
    seen, hidden = _delta(ring, one, BINARY), _delta(ring, one, BINARY, hiding)
    assert b"Customer u1" in seen
    assert b"Customer u1" not in hidden
    assert b"y.example" not in hidden
    assert b"masked:name" in hidden


def test_records_go_by_kind() -> None:
    found = encode_puts([team("a"), customer(), team("b")], (True, 1, AGENT.name), AGENT)
    assert {kind: len(msgspec.msgpack.decode(raw)) for kind, raw in found.items()} == {"team": 2, "customer": 1}
