"""The audit log as commands fill it: whom a leaf concerns, what is sealed, and that a rollback leaves no trace."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from tests.server.ruling import MASTER, Ruling

from agentdesk.domain.cases import Claim, Note
from agentdesk.domain.people import SetAvailability
from agentdesk_server.audit import seal
from agentdesk_server.audit.keys import derive
from agentdesk_server.audit.leaf import arguments_digest, pseudonym
from agentdesk_server.authority.ledger import KeyTable


@pytest.fixture
def rule(tmp_path: Path) -> Iterator[Ruling]:
    made = Ruling(tmp_path).found()
    made.open_case()
    yield made
    made.database.close()


def subjects(rule: Ruling) -> list[str]:
    return [row[0] for row in rule.conn.execute("SELECT subject FROM leaf ORDER BY number")]


def test_a_leaf_concerns_the_customer_else_who_acted(rule: Ruling) -> None:
    rule.tell("ann", Note(case="c1", message="n1", text="For Lena"), 1)
    rule.tell("ann", SetAvailability(state="online"), 2)
    rule.tell("cat", Claim(case="c1"), 1)  # denied: what it says may speak of the customer all the same
    rule.tell("cat", Claim(case="none"), 2)
    assert subjects(rule)[-5:] == ["u1", "u1", "ann", "u1", "cat"]


def test_what_was_said_can_be_unsealed_with_the_subjects_key(rule: Ruling) -> None:
    note = Note(case="c1", message="n1", text="For Lena")
    rule.tell("ann", note, 1)
    sealed = rule.conn.execute("SELECT sealed FROM leaf ORDER BY number DESC").fetchone()[0]
    details = seal.open_details(rule.authority.ledger.keys, "u1", sealed)
    assert msgspec.msgpack.decode(details.arguments, type=Note) == note
    leaf = rule.leaves()[-1]
    assert leaf.arguments == arguments_digest(details.salt, details.arguments)


def test_people_and_devices_have_other_names_there(rule: Ruling) -> None:
    rule.tell("ann", Note(case="c1", message="n1", text="x"), 1)
    leaf = rule.leaves()[-1]
    key = derive(MASTER, "pseudonym")
    assert leaf.actor == pseudonym(key, "actor", "ann")
    assert leaf.device == pseudonym(key, "device", "laptop")


def test_a_key_is_never_deleted(rule: Ruling) -> None:
    table = KeyTable(rule.conn)
    assert "u1" in table
    assert len(table) == len(list(table))
    with pytest.raises(TypeError):
        del table["u1"]
    with pytest.raises(KeyError):
        table["nobody"]


def test_heads_are_signed_as_often_as_one_likes(rule: Ruling, tmp_path: Path) -> None:
    rule.authority.sign_head()
    rule.authority.sign_head()
    rule.open_case("c2")
    rule.authority.sign_head()
    assert rule.verify(tmp_path / "log").ok


def test_a_rollback_leaves_no_leaf(rule: Ruling) -> None:
    ledger = rule.authority.ledger
    root, size = ledger.tree.root, ledger.tree.size
    rule.conn.execute("BEGIN IMMEDIATE")
    rule.authority._one(rule.told("ann", Note(case="c1", message="n1", text="x"), 1))
    assert ledger.tree.size == size + 1
    rule.authority._roll_back()
    assert (ledger.tree.root, ledger.tree.size) == (root, size)
    assert len(rule.leaves()) == size
    rule.tell("ann", Note(case="c1", message="n1", text="x"), 1)
    assert rule.leaves()[-1].index == size
