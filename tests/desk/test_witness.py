"""A laptop remembers the audit log in its keyring, and raises the alarm; only what a person does makes it forget."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from tests.desk.access import keyless, nameless
from tests.desk.audit_desk import KEY, AuditDesk
from tests.desk.fake_desk import at_once

from agentdesk.desk.pins import Pins
from agentdesk.desk.trusting import TrustDialog
from agentdesk.desk.witness import Witness
from agentdesk.domain.audit.breaks import AcceptLog, AuditBreak, FollowLog
from agentdesk.domain.audit.proofs import prove_consistency
from agentdesk.domain.audit.published import AuditHead, Pin
from agentdesk.store.vault import MOST_CHARS, SessionVault, VaultError, VaultState

SERVER = "https://desk.example.com"
REASON = "The backup of Monday was restored."


@pytest.fixture
def desk() -> Iterator[AuditDesk]:
    made = AuditDesk(40)
    yield made
    made.close()


@pytest.fixture
def vault(desk: AuditDesk) -> SessionVault:
    kept = SessionVault()
    desk.pins = Pins(kept, SERVER, at_once)
    return kept


def publish(desk: AuditDesk, size: int, before: int = 0) -> None:
    one = desk.head(size)
    path = tuple(step.hex() for step in prove_consistency(desk.node, before, size)) if before else ()
    key = KEY.hex()
    desk.put(AuditHead(f"head-{size}", "org", 1, size, one["data"].hex(), one["signature"].hex(), key, before, path))


def restored(desk: AuditDesk) -> None:
    """What a restored backup looks like: the end is missing."""
    desk._write([("audit_head", "head-25", None)])


def test_it_remembers_and_notices(desk: AuditDesk, vault: SessionVault, qapp: QApplication) -> None:
    alarms = list[str]()
    one = Witness(desk, alarms.append)
    assert one.remembered() is None
    publish(desk, 10)
    publish(desk, 25, 10)
    pin = one.remembered()
    assert pin is not None
    assert (pin.size, desk.pins.key, alarms) == (25, KEY, [])
    assert len(vault.pin(SERVER)) <= MOST_CHARS
    again = Pins(vault, SERVER + "/", at_once)
    again.load()
    assert again.pin == pin
    other = Pins(vault, "https://other.example.com", at_once)
    other.load()
    assert (other.known, other.pin) == (True, None)
    publish(desk, 39, 10)  # as if 25 had never been
    assert len(alarms) == 1
    assert "tampered" in alarms[0]
    assert (one.remembered(), one.doubt) == (pin, "rewritten"), "what was true stays remembered"
    one.look()
    assert len(alarms) == 1


def test_a_spoiled_memory_is_none(desk: AuditDesk, vault: SessionVault, qapp: QApplication) -> None:
    vault.keep_pin(SERVER, "{")
    one = Witness(desk, lambda _: None)
    assert one.remembered() is None


def test_nothing_is_judged_before_the_keyring_has_answered(qapp: QApplication, desk: AuditDesk) -> None:
    """What a laptop does not know yet it must not take for the beginning."""
    waiting: list[tuple[Callable[[], Any], Callable[..., None]]] = []
    vault = SessionVault()
    vault.keep_pin(SERVER, msgspec.json.encode(Pin(KEY.hex(), 30, "00" * 32)).decode())
    desk.pins = Pins(vault, SERVER, lambda work, then: waiting.append((work, then)))
    alarms = list[str]()
    one = Witness(desk, alarms.append)
    publish(desk, 10)
    ((work, then),) = waiting
    assert (alarms, one.remembered()) == ([], None)
    then(None, VaultError(VaultState.LOCKED))
    publish(desk, 11, 10)
    _, (work, then) = waiting
    then(work(), None)
    assert len(alarms) == 1
    assert one.doubt == "shrunk"


def test_of_two_heads_the_newer_is_kept(qapp: QApplication, desk: AuditDesk) -> None:
    """However slow the keyring is; and what it would not take is tried again."""
    waiting: list[tuple[Callable[[], Any], Callable[..., None]]] = []
    vault = SessionVault()
    pins = Pins(vault, SERVER, lambda work, then: waiting.append((work, then)))
    for size in (1, 2, 3):
        pins.keep(Pin(KEY.hex(), size, ""))
    work, then = waiting.pop()
    assert waiting == []
    then(None, VaultError(VaultState.LOCKED))
    assert waiting == []
    pins.keep(Pin(KEY.hex(), 4, ""))
    work, then = waiting.pop()
    then(work(), None)
    assert waiting == []
    assert msgspec.json.decode(vault.pin(SERVER), type=Pin).size == 4


# --- After a restored backup ---


@pytest.fixture
def doubting(desk: AuditDesk, vault: SessionVault, qapp: QApplication) -> Iterator[Witness]:
    """A laptop that remembers 25 entries, at a server that has 10."""
    one = Witness(desk, lambda _: None)
    publish(desk, 10)
    publish(desk, 25, 10)
    restored(desk)
    assert one.doubt == "shrunk"
    yield one
    one.deleteLater()


def opened(witness: Witness, desk: AuditDesk, qtbot: QtBot) -> TrustDialog:
    dialog = TrustDialog(witness, desk.view, desk.now())
    qtbot.addWidget(dialog)
    dialog.show()
    assert nameless(dialog) == []
    assert keyless(dialog) == []
    return dialog


def test_who_answers_for_the_log_vouches_with_a_reason(doubting: Witness, desk: AuditDesk, qtbot: QtBot) -> None:
    dialog = opened(doubting, desk, qtbot)
    dialog.reason.setText("why?")
    dialog.trust.click()
    assert "few words" in dialog.wrong.text()
    assert doubting.doubt == "shrunk", "and nothing is forgotten"
    dialog.reason.setText(REASON)
    dialog.trust.click()
    assert not dialog.isVisible()
    pin = doubting.remembered()
    assert pin is not None
    assert (pin.size, doubting.doubt) == (10, "")
    (told,) = (one for one in desk.done if isinstance(one, AcceptLog))
    assert (told.before_size, told.size, told.reason) == (25, 10, REASON)
    publish(desk, 12, 10)
    pin = doubting.remembered()
    assert pin is not None
    assert (pin.size, doubting.doubt, len(pin.breaks)) == (12, "", 1)


def test_nothing_is_forgotten_before_the_server_has_written_it_down(
    doubting: Witness, desk: AuditDesk, qtbot: QtBot
) -> None:
    """It asks for a fresh proof of who one is first, and may say no."""
    desk.online = False
    before = doubting.remembered()
    assert doubting.accept(REASON) == ""
    assert (doubting.remembered(), doubting.doubt) == (before, "shrunk")
    desk.connect()
    after = doubting.remembered()
    assert after is not None
    assert (after.size, doubting.doubt) == (10, "")


def test_others_follow_who_vouches(doubting: Witness, desk: AuditDesk, qtbot: QtBot) -> None:
    desk._me = msgspec.structs.replace(desk._me, role="agent")
    alone = opened(doubting, desk, qtbot)
    assert not alone.trust.isVisible()
    assert not alone.reason.isVisible()
    now = doubting.now()
    assert now is not None
    desk.put(AuditBreak("b1", "org", 1, "rosa", desk.time, 30, "00", "00", now.size, now.root, now.key))
    dialog = opened(doubting, desk, qtbot)
    texts = " ".join(one.text() for one in dialog.findChildren(type(dialog.wrong)))
    assert "Rosa Stein vouches" in texts
    assert not dialog.reason.isVisible()
    dialog.trust.click()
    assert isinstance(desk.done[-1], FollowLog)
    assert doubting.doubt == ""
    pin = doubting.remembered()
    assert pin is not None
    assert (pin.size, pin.breaks) == (10, ("b1",))


def test_the_same_past_is_not_offered_twice(doubting: Witness, desk: AuditDesk, qtbot: QtBot) -> None:
    """Else an old word of somebody's would excuse every cut that comes after it."""
    desk._me = msgspec.structs.replace(desk._me, role="agent")
    now = doubting.now()
    assert now is not None
    desk.put(AuditBreak("b1", "org", 1, "rosa", desk.time, 30, "00", "00", now.size, now.root, now.key))
    one = doubting.vouched()
    assert one is not None
    assert doubting.follow(one) == ""
    publish(desk, 20, 10)
    assert doubting.doubt == ""
    desk._write([("audit_head", "head-20", None)])
    assert doubting.doubt == "shrunk"
    assert doubting.vouched() is None


def test_who_vouches_for_another_log_helps_nobody(doubting: Witness, desk: AuditDesk, qapp: QApplication) -> None:
    desk.put(AuditBreak("b1", "org", 1, "rosa", desk.time, 30, "00", "00", 10, "00" * 32, KEY.hex()))
    assert doubting.vouched() is None
