"""The outbox at work: numbers, keys, answers, drafts that come back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.sync.desk import KEY

from agentdesk.domain.cases.attention import Read
from agentdesk.domain.cases.handling import Tag
from agentdesk.domain.cases.writing import Reply
from agentdesk.domain.kernel import Command
from agentdesk.protocol.frames import Ack, Welcome, Who
from agentdesk.store import drafts, outbox
from agentdesk.store.crypt import Connection
from agentdesk.store.precious import open_precious
from agentdesk.sync.news import Pending
from agentdesk.sync.outgoing import Outgoing, frame_of, held_back


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Connection]:
    db = open_precious(tmp_path / "precious.db", KEY)
    yield db
    db.close()


def welcome(epoch: str = "e1", done: int = 0) -> Welcome:
    who = Who(id="ann", name="Ann", role="agent")
    return Welcome(epoch=epoch, now=0, view="v", schema=1, head=1, min_rev=0, safe=0, who=who, scopes=[], done=done)


def tag(name: str) -> Command:
    return Tag(case="c1", tag=name)


def add(out: Outgoing, *commands: Command, first: int = 1, needs: tuple[str, ...] = ()) -> None:
    out.add([(Pending(first + i, command, 50), needs) for i, command in enumerate(commands)])


def numbers(out: Outgoing) -> dict[int, Any]:
    return {pending.key: pending.command.tag for pending in out.pending() if isinstance(pending.command, Tag)}


def test_numbers_go_on_after_a_restart(db: Connection) -> None:
    out = Outgoing(db)
    add(out, tag("a"), tag("b"))
    out.settle([Ack(n=1, status="done", rev=3), Ack(n=2, status="done", rev=4)], 60)
    again = Outgoing(db)
    assert (again.last, again.answered, len(again)) == (2, 2, 0)
    add(again, tag("c"), first=9)
    assert (again.last, again.answered, len(again)) == (3, 2, 1)


def test_a_command_travels_as_it_was_written(db: Connection) -> None:
    out = Outgoing(db)
    add(out, tag("a"))
    entry = Outgoing(db).entry(1)
    assert entry is not None
    frame = frame_of(entry)
    assert (frame.n, frame.name, frame.at) == (1, "case.tag", 50)
    assert Outgoing(db).pending() == (Pending(1, tag("a"), 50),)


def test_answers_settle_by_key(db: Connection) -> None:
    out = Outgoing(db)
    add(out, tag("a"), tag("b"), first=7)
    acks = [Ack(n=1, status="done", rev=3), Ack(n=2, status="denied", sentence="No."), Ack(n=99, status="done")]
    keys, refused = out.settled(acks)
    assert keys == (7, 8)
    assert [(one.key, one.ack.sentence) for one in refused] == [(8, "No.")]
    out.settle(acks, 60)
    assert [one.entry.n for one in outbox.acked(db)] == [1]
    assert outbox.waiting(db) == []


def test_what_changed_nothing_is_not_kept(db: Connection) -> None:
    out = Outgoing(db)
    add(out, tag("a"))
    out.settle([Ack(n=1, status="done")], 60)
    assert outbox.acked(db) == []


def test_a_refused_text_is_a_draft_again(db: Connection) -> None:
    out = Outgoing(db)
    add(out, Reply(case="c1", message="m", text="My answer", seen=1))
    assert out.settle([Ack(n=1, status="refused")], 60) == []
    draft = drafts.get(db, "c1", "reply")
    assert draft is not None
    assert (draft.text, draft.at) == ("My answer", 50)


def test_a_newer_draft_stays_and_the_refused_text_is_beside_it(db: Connection) -> None:
    out = Outgoing(db)
    add(out, Reply(case="c1", message="m", text="My answer", seen=1))
    drafts.save(db, drafts.Draft("c1", "reply", "A second one", 0, 70))
    beside = out.settle([Ack(n=1, status="refused")], 80)
    assert [draft.text for draft in beside] == ["My answer"]
    draft = drafts.get(db, "c1", "reply")
    assert draft is not None
    assert draft.text == "A second one"


def test_what_was_typed_is_held_until_it_is_let_go_or_erased(db: Connection) -> None:
    out = Outgoing(db)
    add(out, tag("hot"), Reply(case="c2", message="m", text="My answer", seen=1), Read(case="c2", seq=4))
    acks = [Ack(n=n, status="refused", sentence="No.") for n in (1, 2, 3)]
    assert [bool(one.held) for one in out.settled(acks)[1]] == [True, True, False]
    out.settle(acks, 60)
    again = Outgoing(db)
    assert [one.ack.sentence for one in held_back(db)] == ["No.", "No."]
    again.erase(["c2"])
    (left,) = held_back(db)
    assert left.command == tag("hot")
    again.let_go(left.held)
    assert held_back(db) == []


def test_a_granted_text_is_no_draft(db: Connection) -> None:
    out = Outgoing(db)
    add(out, Reply(case="c1", message="m", text="My answer", seen=1))
    out.settle([Ack(n=1, status="done", rev=4)], 60)
    assert drafts.get(db, "c1", "reply") is None


def test_needs_are_met_one_by_one(db: Connection) -> None:
    out = Outgoing(db)
    add(out, tag("a"), needs=("d1", "d2"))
    out.supplied("d1")
    entry = out.entry(1)
    assert entry is not None
    assert entry.needs == ("d2",)
    out.supplied("d2")
    assert out.entry(1) == Outgoing(db).entry(1)
    assert outbox.waiting(db)[0].needs == ()


def test_a_new_epoch_renumbers_all_that_no_backup_covers(db: Connection) -> None:
    out = Outgoing(db)
    assert not out.reconcile(welcome())
    add(out, tag("a"), tag("b"), tag("c"))
    out.settle([Ack(n=1, status="done", rev=3), Ack(n=2, status="done", rev=4)], 60)
    out.safe(3, 60)
    assert out.reconcile(welcome("e2", done=10))
    assert (out.answered, out.last) == (10, 12)
    assert numbers(out) == {-1: "b", 3: "c"}
    assert list(numbers(out)) == [-1, 3]
    assert not out.reconcile(welcome("e2", done=10))


def test_a_kill_after_renumbering_renumbers_once(db: Connection) -> None:
    out = Outgoing(db)
    out.reconcile(welcome())
    add(out, tag("a"))
    out.reconcile(welcome("e2", done=4))
    again = Outgoing(db)
    assert not again.reconcile(welcome("e2", done=4))
    assert (again.answered, again.last) == (4, 5)


@pytest.mark.parametrize("done", [0, 1, 2, 3])
def test_the_same_epoch_keeps_its_numbers(db: Connection, done: int) -> None:
    """Whether the server has those whose answers were lost or not."""
    out = Outgoing(db)
    out.reconcile(welcome())
    add(out, tag("a"), tag("b"), tag("c"))
    assert not out.reconcile(welcome(done=done))
    assert (out.answered, out.last) == (0, 3)


def test_a_server_that_counts_otherwise_is_followed(db: Connection) -> None:
    out = Outgoing(db)
    out.reconcile(welcome())
    add(out, tag("a"))
    assert out.reconcile(welcome(done=8))
    assert (out.answered, out.last) == (8, 9)
    out.settle([Ack(n=9, status="done", rev=3)], 60)
    assert out.reconcile(welcome(done=2))
    assert (out.answered, out.last) == (2, 3)


def test_an_outbox_that_was_lost_goes_on_from_the_servers_count(db: Connection) -> None:
    out = Outgoing(db)
    assert out.reconcile(welcome(done=8))
    add(out, tag("a"))
    assert out.entry(9) is not None


def test_what_this_program_cannot_read_is_still_handed_in(db: Connection) -> None:
    outbox.add(db, 1, "case.levitate", b"\x80", 50)
    out = Outgoing(db)
    assert out.pending() == ()
    assert out.entry(1) is not None
    assert out.settled([Ack(n=1, status="refused")]) == ((1,), ())
    out.settle([Ack(n=1, status="refused")], 60)
    assert len(out) == 0


def test_erasing_forgets_answered_commands_and_drafts(db: Connection) -> None:
    out = Outgoing(db)
    add(out, tag("a"), tag("b"))
    out.settle([Ack(n=1, status="done", rev=3)], 60)
    drafts.save(db, drafts.Draft("c1", "reply", "words", 0, 1))
    out.erase(["c1"])
    assert outbox.acked(db) == []
    assert drafts.get(db, "c1", "reply") is None
    assert len(out) == 1
