"""Erasure at the server: nothing is left in any file, the tree verifies, devices confirm, holds block."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from tests.oracle.truth import everything, shown
from tests.server.ruling import CHANNEL, SYSTEM, Ruling

from agentdesk.domain.cases import Case, Customer, FollowCase, Link, Note, Read, Receive, Reply
from agentdesk.domain.kernel import Actor, Share
from agentdesk.domain.people import AddPerson
from agentdesk.domain.privacy import AskDevices, Confirm, Confirmation, Device, Erase, EraseMore, Erasure, SetHold
from agentdesk.protocol import row_hash
from agentdesk.store.search import searchable_kinds
from agentdesk_server.audit.keys import KeyLostError
from agentdesk_server.audit.seal import open_details
from agentdesk_server.authority.database import FILE

CANARY = "Kanarienvogel"


@pytest.fixture
def rule(tmp_path: Path) -> Iterator[Ruling]:
    made = Ruling(tmp_path).found()
    made.tell(SYSTEM, AddPerson(person="adm", name="Adm", email="adm@x.example", role="admin"))
    yield made
    made.database.close()


def admin(rule: Ruling) -> Actor:
    return Actor("adm", "nobody", device="desk", at=rule.time)


def erase(rule: Ruling, customer: str = "u1", erasure: str = "e1") -> str:
    told = rule.told(admin(rule), Erase(erasure=erasure, customer=customer))
    (outcome,) = rule.authority.commit([msgspec.structs.replace(told, fresh=True)])
    return outcome.ack.status + outcome.ack.code


def talk(rule: Ruling) -> None:
    """u1 has two cases full of the canary; u2's case is linked to one of them."""
    rule.open_case("c1", text=f"I am {CANARY}.")
    rule.open_case("c2", text=f"{CANARY} again.")
    rule.open_case("c3", customer="u2", text="Something else.")
    rule.tell("ann", Link(case="c1", to="c3"), 1)
    rule.tell("ann", Reply(case="c1", message="r0", text="Too late.", seen=0), 2)  # refused: the answer quotes them
    rule.tell("ann", Reply(case="c1", message="r1", text=f"Dear {CANARY}", seen=1), 3)
    rule.tell("bob", Note(case="c1", message="n1", text=f"@[ann] is this {CANARY}?"), 1)
    rule.tell("bob", FollowCase(case="c1"), 2)
    rule.tell("ann", Read(case="c1", seq=3), 4)
    rule.tell(CHANNEL, Receive(case="c1", conversation="c1-v", message="m9", text=f"Yes, {CANARY}"))


def clean(rule: Ruling) -> None:
    """What the server's clock does after an erasure."""
    for kind in searchable_kinds():
        while rule.authority.erasing.scrub(kind):
            pass
    assert rule.authority.erasing.empty_log()
    assert not rule.authority.erasing.unclean


def left(rule: Ruling) -> list[str]:
    """The files in which the canary still is."""
    found = [path for path in rule.folder.rglob("*") if path.is_file()]
    return [path.name for path in found if CANARY.lower() in path.read_bytes().decode("latin-1").lower()]


def test_nothing_is_left_of_a_customer(rule: Ruling, tmp_path: Path) -> None:
    talk(rule)
    assert left(rule)
    facts = rule.conn.execute("SELECT count(*) FROM fact").fetchone()[0]
    assert erase(rule) == "done"
    clean(rule)
    assert left(rule) == []
    held = {key for key in everything(rule.database.records) if "c1" in key[1] or "c2" in key[1] or key[1] == "u1"}
    assert held == set()
    other = rule.database.records.of(Case, "c3")
    assert other is not None
    assert other.linked == ()
    assert not [r for r in everything(rule.database.records).values() if isinstance(r, Share)]
    proof = rule.database.records.of(Erasure, "e1")
    assert proof is not None
    assert (proof.cases, proof.messages, proof.done > 0, proof.told) == (2, 5, True, 0)
    assert rule.conn.execute("SELECT count(*) FROM fact").fetchone()[0] == facts + 1, "measures stay"


def test_the_log_verifies_and_its_seals_stay_shut(rule: Ruling, tmp_path: Path) -> None:
    talk(rule)
    rows = rule.conn.execute("SELECT sealed FROM leaf WHERE subject='u1'").fetchall()
    assert len(rows) >= 7, "what concerned the customer was sealed for the customer, also what was refused"
    open_details(rule.authority.ledger.keys, "u1", rows[0][0])
    erase(rule)
    for (sealed,) in rows:
        with pytest.raises(KeyLostError):
            open_details(rule.authority.ledger.keys, "u1", sealed)
    last = rule.conn.execute("SELECT subject, sealed FROM leaf ORDER BY number DESC LIMIT 1").fetchone()
    assert last[0] == "adm"
    assert b"request" in open_details(rule.authority.ledger.keys, "adm", last[1]).arguments
    assert rule.verify(tmp_path / "log.jsonl").ok
    rule.reopen()
    assert rule.verify(tmp_path / "again.jsonl").ok


def test_the_checks_of_all_scopes_hold(rule: Ruling) -> None:
    talk(rule)
    erase(rule)
    for scope, there in shown(everything(rule.database.records)).items():
        check = 0
        for key, record in there.items():
            check ^= row_hash(*key, record.rev)
        assert rule.authority.checks.of(scope) == (len(there), check), scope


def test_every_desk_is_told(rule: Ruling) -> None:
    """Whatever it holds today: somebody of another team may have a draft from before."""
    talk(rule)
    erase(rule)
    told = rule.conn.execute("SELECT kind, id, how FROM gone WHERE scope='org' AND how='erased'").fetchall()
    assert {("case", "c1"), ("case", "c2"), ("customer", "u1"), ("mention", "n1@ann")} <= {row[:2] for row in told}
    assert not [row for row in told if row[0] == "message"], "what goes with its case needs no word"


def test_a_long_history_goes_in_parts(rule: Ruling) -> None:
    for n in range(60):
        rule.open_case(f"c{n}")
    assert erase(rule) == "done"
    assert rule.database.records.of(Customer, "u1") is not None
    assert erase(rule, erasure="e2") == "refusederasing"
    for _ in range(2):
        rule.tell(SYSTEM, EraseMore(erasure="e1"))
    proof = rule.database.records.of(Erasure, "e1")
    assert proof is not None
    assert (proof.cases, proof.done > 0) == (60, True)
    assert rule.database.records.of(Customer, "u1") is None
    before = rule.authority.rev
    rule.tell(SYSTEM, EraseMore(erasure="e1"))
    assert rule.authority.rev == before


def test_what_was_erased_does_not_come_back(rule: Ruling) -> None:
    rule.open_case()
    erase(rule)
    answer = rule.open_case("c9").ack
    assert (answer.status, answer.code) == ("refused", "erased")
    assert rule.database.records.of(Customer, "u1") is None


@pytest.mark.parametrize("kind", ["customer", "case"])
def test_a_legal_hold_blocks(rule: Ruling, kind: str) -> None:
    rule.open_case()
    about = {"case": "c1", "customer": "u1"}[kind]
    wish = SetHold(hold="h1", kind=kind, about=about, reason="A court has asked.")  # type: ignore[arg-type]
    rule.authority.commit([msgspec.structs.replace(rule.told(admin(rule), wish), fresh=True)])
    assert erase(rule) == "refusedheld"
    assert rule.database.records.of(Case, "c1") is not None


def test_only_who_may_and_only_afresh(rule: Ruling) -> None:
    rule.open_case()
    assert rule.tell("lou", Erase(erasure="e1", customer="u1")).ack.status == "denied"
    assert rule.tell(admin(rule), Erase(erasure="e1", customer="u1")).ack.code == "step_up"
    assert rule.tell(admin(rule), Erase(erasure="e1", customer="u1")).ack.status == "refused"


def test_devices_confirm_once(rule: Ruling) -> None:
    rule.open_case()
    erase(rule)
    rule.tell(SYSTEM, Confirm(erasure="e1", person="bob", device="early"))
    devices = (Device("ann", "laptop"), Device("bob", "early"), Device("ann", "laptop"))
    rule.tell(SYSTEM, AskDevices(erasure="e1", devices=devices))
    for _ in range(2):
        rule.tell(SYSTEM, Confirm(erasure="e1", person="ann", device="laptop"))
    rule.tell(SYSTEM, AskDevices(erasure="e1", devices=(Device("cat", "late"),)))
    proof = rule.database.records.of(Erasure, "e1")
    assert proof is not None
    assert (proof.devices, proof.confirmed) == (2, 2)
    found = [r for r in everything(rule.database.records).values() if isinstance(r, Confirmation)]
    assert all(one.at for one in found)
    assert (rule.folder / FILE).exists()
