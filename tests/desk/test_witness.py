"""A laptop remembers the audit log, across restarts and for each server apart, and raises the alarm once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from tests.desk.audit_desk import KEY, AuditDesk

from agentdesk.desk.settings import Settings
from agentdesk.desk.witness import Witness, known_key
from agentdesk.domain.audit.proofs import prove_consistency
from agentdesk.domain.audit.published import AuditHead

SERVER = "https://desk.example.com"


@pytest.fixture
def desk() -> Iterator[AuditDesk]:
    made = AuditDesk(40)
    yield made
    made.close()


def publish(desk: AuditDesk, size: int, before: int = 0) -> None:
    one = desk.head(size)
    path = tuple(step.hex() for step in prove_consistency(desk.node, before, size)) if before else ()
    key = KEY.hex()
    desk.put(AuditHead(f"head-{size}", "org", 1, size, one["data"].hex(), one["signature"].hex(), key, before, path))


def test_it_remembers_and_notices(desk: AuditDesk, tmp_path: Path, qapp: QApplication) -> None:
    settings, alarms = Settings(tmp_path), list[str]()
    one = Witness(desk, settings, SERVER, alarms.append)
    settings.remember("account.server", SERVER)
    assert known_key(settings) is None
    publish(desk, 10)
    publish(desk, 25, 10)
    pin = one.pin()
    assert pin is not None
    assert (pin.size, known_key(settings), alarms) == (25, KEY, [])
    again = Witness(desk, settings, SERVER + "/", alarms.append)
    assert again.pin() == pin
    other = AuditDesk(1)
    assert Witness(other, settings, "https://other.example.com", alarms.append).pin() is None
    other.close()
    publish(desk, 39, 10)  # as if 25 had never been
    assert len(alarms) == 2
    assert "tampered" in alarms[0]
    assert one.pin() == pin, "what was true stays remembered"
    one.look()
    assert len(alarms) == 2


def test_a_spoiled_memory_is_none(desk: AuditDesk, tmp_path: Path, qapp: QApplication) -> None:
    settings = Settings(tmp_path)
    settings.remember(f"audit.pin {SERVER}", "{")
    assert Witness(desk, settings, SERVER, lambda _: None).pin() is None
