"""Stories of what a person wishes: shown at once, sent once, answered, refused, never lost."""

from __future__ import annotations

import pytest
from tests.sync.desk import Desk, agree
from tests.sync.samples import case, message, opened

from agentdesk.domain.cases.handling import Claim, Tag
from agentdesk.domain.cases.records import Case, Message
from agentdesk.domain.cases.writing import Note, Reply
from agentdesk.domain.kernel import Put, Refusal
from agentdesk.protocol.frames import Ack
from agentdesk.store import drafts, outbox
from agentdesk.sync.outgoing import held_back


def test_a_wish_is_shown_at_once_and_settles(desk: Desk) -> None:
    key = desk.do(Claim(case="c1"))
    found = desk.replica.get(Case, "c1")
    assert found is not None
    assert (found.assignee, found.rev) == ("ann", 0)
    assert desk.replica.waits("case", "c1")
    desk.pump()
    assert [key for one in desk.engine.news for key in one.settled] == [key]
    desk.look()
    found = desk.replica.get(Case, "c1")
    assert found is not None
    assert found.rev == desk.server.rev
    assert not desk.replica.waits("case", "c1")
    assert not desk.replica.pending
    agree(desk)


def test_a_refused_wish_vanishes_and_its_text_is_a_draft(desk: Desk) -> None:
    desk.cut()
    desk.do(Reply(case="c1", message="r1", text="My answer", seen=1))
    desk.server.write(Put(message("m2", seq=2, text="Wait!")), Put(case(seq=2, in_seq=2)))
    desk.later(60_000)
    desk.pump()
    refused = [one for news in desk.engine.news for one in news.refused]
    desk.look()
    assert [one.draft for one in refused] == ["My answer"]
    assert refused[0].ack.code == "newer"
    assert desk.replica.get(Message, "r1") is None
    draft = drafts.get(desk.precious_db, "c1", "reply")
    assert draft is not None
    assert draft.text == "My answer"
    (kept,) = held_back(desk.precious_db)
    assert (kept.command, kept.draft, kept.ack.code, kept.held) == (
        refused[0].command, "My answer", "newer", refused[0].held,
    )  # fmt: skip
    desk.engine.outgoing.let_go(kept.held)
    assert held_back(desk.precious_db) == []
    assert not outbox.waiting(desk.precious_db)
    agree(desk)


def test_what_the_desk_refuses_is_never_queued(desk: Desk) -> None:
    with pytest.raises(Refusal):
        desk.do(Note(case="c1", message="n1", text=" "))
    with pytest.raises(Refusal, match="long"):
        desk.do(Note(case="c1", message="n1", text="x" * 200_001))
    assert not outbox.waiting(desk.precious_db)
    assert not desk.replica.pending


def test_the_unknown_waits_without_effect(desk: Desk) -> None:
    desk.server.write(*opened("c9", "team:t2:open"))
    desk.cut()
    desk.do(Tag(case="c9", tag="hot"))
    assert len(desk.replica.pending) == 1
    assert desk.replica.get(Case, "c9") is None
    desk.later(60_000)
    desk.pump()
    desk.look()
    assert not desk.replica.pending


def test_a_kill_loses_no_wish(desk: Desk) -> None:
    desk.cut()
    desk.do(Tag(case="c1", tag="a"))
    desk.do(Tag(case="c1", tag="b"))
    desk.kill()
    desk.start()
    found = desk.replica.get(Case, "c1")
    assert found is not None
    assert found.tags == ("a", "b")
    desk.online()
    desk.look()
    assert [desk.server.truth.records["case", "c1"]] == [desk.replica.get(Case, "c1")]
    assert len(desk.server.executed) == 2
    agree(desk)


def test_a_lost_ack_is_asked_for_again(desk: Desk) -> None:
    desk.do(Tag(case="c1", tag="a"))
    desk.pump(0)  # the server has it, its answer is lost
    assert desk.server.executed
    desk.cut()
    desk.later(60_000)
    desk.pump()
    desk.look()
    assert len(desk.server.executed) == 1
    assert not desk.replica.pending
    agree(desk)


def test_more_wishes_than_the_server_takes_at_once(desk: Desk) -> None:
    desk.cut()
    for i in range(11):
        desk.do(Tag(case="c1", tag=f"t{i:02}"))
    desk.later(60_000)
    desk.pump()
    desk.look()
    assert len(desk.server.executed) == 11
    assert not desk.replica.pending


def test_another_epoch_gets_what_no_backup_covers(desk: Desk) -> None:
    backup = (dict(desk.server.truth.records), desk.server.rev, dict(desk.server.done), desk.server.shown)
    backup = (backup[0], backup[1], backup[2], {s: dict(k) for s, k in backup[3].items()})
    desk.do(Tag(case="c1", tag="a"))
    desk.pump()
    desk.look()
    desk.cut()
    desk.do(Tag(case="c1", tag="b"))
    server = desk.server
    server.truth.records, server.rev, server.done, server.shown = backup
    server.results, server.gone, server.epoch = {}, {}, "epoch-2"
    desk.later(60_000)
    desk.pump()
    assert any(news.pending is not None for news in desk.engine.news)
    desk.look()
    found = desk.replica.get(Case, "c1")
    assert found is not None
    assert found.tags == ("a", "b")
    assert not desk.replica.pending
    agree(desk)


def test_safe_lets_go_of_what_was_answered(desk: Desk) -> None:
    desk.do(Tag(case="c1", tag="a"))
    desk.pump()
    assert len(outbox.acked(desk.precious_db)) == 1
    desk.server.safe = desk.server.rev
    desk.server.write(Put(case(tags=("a", "x"))))
    desk.pump()
    assert not outbox.acked(desk.precious_db)


def test_blobs_go_first(desk: Desk) -> None:
    digest = "a" * 64
    pending = desk.replica.submit(Tag(case="c1", tag="a"), needs=[digest])
    desk.do(Tag(case="c1", tag="b"))
    desk.pump()
    assert desk.uploads == [digest]
    assert not desk.server.executed
    desk.engine.not_uploaded(digest)
    desk.later(1000)
    assert desk.uploads == [digest]
    desk.later(10_000)
    assert desk.uploads == [digest, digest]
    desk.engine.uploaded(digest)
    desk.pump()
    desk.look()
    assert len(desk.server.executed) == 2
    assert pending


def test_acks_wait_for_the_scopes_they_name(desk: Desk) -> None:
    assert desk.client is not None
    key = desk.do(Tag(case="c1", tag="a"))
    desk.up.clear()  # the answer is made by hand
    rev = desk.server.rev
    desk.server.tell(desk.client, Ack(n=1, status="done", rev=rev + 1, scopes=["team:t1:open", "team:elsewhere"]))
    desk.pump()
    desk.look()
    assert [one.key for one in desk.replica.pending] == [key]
    desk.server.commit([Put(case(tags=("a",)))])
    desk.server.tell(desk.client, desk.server.delta("team:t1:open", rev))
    desk.pump()
    desk.look()
    assert not desk.replica.pending
