"""A desk and a server of different age: which of them is the older one, and until when that is told."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest
from tests.sync.desk import Desk, phase
from tests.sync.samples import case

from agentdesk.domain.kernel import SCHEMA, Put
from agentdesk.protocol import Close
from agentdesk.sync.apart import Apart
from agentdesk.sync.phases import Phase


def other_width(monkeypatch: pytest.MonkeyPatch, change: Callable[[list[object]], list[object]]) -> None:
    """From now on the server's records have fields that this desk does not know, or lack some that it does."""

    def encode(kind: str, records: list[msgspec.Struct], **_: object) -> bytes:
        return msgspec.msgpack.encode([change(list(msgspec.structs.astuple(one))) for one in records])

    monkeypatch.setattr("tests.sync.fake.encode_rows", encode)


@pytest.mark.parametrize(("change", "told"), [
    (lambda row: row[:-1], Apart.SERVER_OLD),
    (lambda row: [*row, ""], Apart.DESK_OLD),
    (lambda row: [7, *row[1:]], Apart.UNLIKE),
])  # fmt: skip
def test_records_of_another_age_say_who_is_older(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, change: Callable[[list[object]], list[object]], told: Apart
) -> None:
    other_width(monkeypatch, change)
    desk.server.write(Put(case(tags=("new",))))
    desk.pump()
    assert (phase(desk), status(desk)) == (Phase.OFFLINE, told)
    desk.later(60_000)
    assert (phase(desk), status(desk)) == (Phase.CONNECTING, told)
    monkeypatch.undo()
    desk.cut()
    assert status(desk) is told  # the reason is no other because the network failed as well
    desk.later(60_000)
    desk.pump()
    assert (phase(desk), status(desk)) == (Phase.LIVE, Apart.NOTHING)


@pytest.mark.parametrize(("schema", "told"), [
    (SCHEMA - 1, Apart.SERVER_OLD), (SCHEMA, Apart.UNLIKE), (SCHEMA + 1, Apart.DESK_OLD),
])  # fmt: skip
def test_a_server_that_cannot_read_us_has_named_its_age(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, schema: int, told: Apart
) -> None:
    monkeypatch.setattr("tests.sync.fake.SCHEMA", schema)
    desk.cut()
    desk.later(60_000)
    desk.pump(1)
    desk.client = None
    desk.engine.closed(Close.BAD_FRAME)
    assert (phase(desk), status(desk)) == (Phase.OFFLINE, told)


def test_whose_place_was_taken_is_told(desk: Desk) -> None:
    desk.client = None
    desk.engine.closed(Close.REPLACED)
    assert status(desk) is Apart.REPLACED


@pytest.mark.parametrize("code", [Close.DRAINING, Close.TOO_FAST, Close.TOO_BIG, Close.NOT_ALLOWED, 1006])
def test_all_else_is_no_matter_of_age(desk: Desk, code: int) -> None:
    desk.client = None
    desk.engine.closed(code)
    assert status(desk) is Apart.NOTHING


def status(desk: Desk) -> Apart:
    return desk.engine._status.apart
