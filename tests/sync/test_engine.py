"""Stories of one desk and a server: filling, living, losing the line, moving, erasing, another history."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from tests.sync.desk import Desk
from tests.sync.fake import Server
from tests.sync.samples import case, message, opened, person, share, team

from agentdesk.domain.cases.handling import Claim, Tag
from agentdesk.domain.cases.records import Case, Message
from agentdesk.domain.cases.writing import Note, Reply
from agentdesk.domain.kernel import Put, Refusal, Remove, Share
from agentdesk.domain.queue import OPEN, UNASSIGNED
from agentdesk.protocol.frames import Ack, CaughtUp, Delta
from agentdesk.store import drafts, outbox
from agentdesk.sync.news import Told
from agentdesk.sync.phases import Phase

HELD = ("org", "user:ann", "team:t1:open")


@pytest.fixture
def server() -> Server:
    server = Server()
    server.person("ann", *HELD)
    server.write(Put(team()), Put(person()))
    server.write(*opened("c1"))
    return server


@pytest.fixture
def desk(server: Server, tmp_path: Path) -> Desk:
    desk = Desk(tmp_path, server, "ann")
    desk.online()
    desk.look()
    return desk


def phase(desk: Desk) -> Phase:
    return desk.engine.session.phase


def agree(desk: Desk) -> None:
    """The desk has what it would be shown fresh, and its running checks are those of its rows."""
    assert desk.rows() == desk.server.visible("ann")
    for scope, held in desk.engine.confirmed.book.scopes.items():
        assert (held.count, held.xor) == desk.engine.confirmed.shelf.counted(scope), scope


def test_a_desk_fills_and_is_live(desk: Desk) -> None:
    assert phase(desk) is Phase.LIVE
    agree(desk)
    assert desk.replica.get(Case, "c1") is not None


def test_a_scope_of_many_pages_fills(server: Server, tmp_path: Path) -> None:
    server.write(*[change for i in range(20) for change in opened(f"x{i:02}", by=f"u{i}")])
    for i in range(10):
        server.write(*opened(f"y{i}", by="u1"))
    desk = Desk(tmp_path, server, "ann")
    desk.online()
    assert phase(desk) is Phase.LIVE
    agree(desk)


def test_a_change_arrives(desk: Desk) -> None:
    desk.server.write(Put(case(tags=("new",))))
    desk.pump()
    desk.look()
    found = desk.replica.get(Case, "c1")
    assert found is not None
    assert found.tags == ("new",)
    agree(desk)


def test_what_leaves_takes_its_children_along(desk: Desk) -> None:
    desk.server.write(Put(case(scope="team:t2:open")))
    desk.pump()
    agree(desk)
    assert not [key for key in desk.rows() if key[0] in ("case", "message", "conversation", "customer")]


def test_there_and_back_again_while_away(desk: Desk) -> None:
    desk.cut()
    desk.server.write(Put(case(scope="team:t2:open")))
    desk.server.write(Put(case(scope="team:t1:open", tags=("back",))))
    desk.later(60_000)
    desk.pump()
    agree(desk)


def test_a_share_keeps_what_left(desk: Desk) -> None:
    desk.server.write(Put(share()))
    desk.pump()
    agree(desk)
    desk.server.write(Put(case(scope="team:t2:open")))
    desk.pump()
    agree(desk)
    assert ("message", "c1-m") in desk.rows()
    desk.server.write(Remove(Share, share().id))
    desk.pump()
    agree(desk)
    assert ("message", "c1-m") not in desk.rows()


def test_gaining_and_losing_scopes(desk: Desk) -> None:
    desk.server.write(*opened("c2", "team:t2:open", by="u2"), Put(share("c2")))
    desk.pump()
    agree(desk)
    desk.server.person("ann", *HELD, "team:t2:open")
    desk.pump()
    agree(desk)
    desk.server.person("ann", "org", "user:ann")
    desk.pump()
    agree(desk)
    assert ("case", "c2") in desk.rows()
    assert ("case", "c1") not in desk.rows()
    desk.server.person("ann", *HELD, "team:t2:open")
    desk.pump()
    agree(desk)


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
    assert not outbox.waiting(desk.precious_db)
    agree(desk)


def test_what_the_desk_refuses_is_never_queued(desk: Desk) -> None:
    with pytest.raises(Refusal):
        desk.do(Note(case="c1", message="n1", text=" "))
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


def test_a_false_check_fetches_the_scope_again(desk: Desk) -> None:
    records = desk.engine.confirmed.shelf.records
    records.erase("case", ["c1"])  # as a fault would
    assert desk.client is not None
    right = desk.server.caught_up("team:t1:open")
    desk.server.tell(desk.client, msgspec.structs.replace(right, count=right.count + 1))
    desk.pump(1)
    assert phase(desk) is Phase.DEGRADED
    desk.pump()
    assert phase(desk) is Phase.LIVE
    assert any(isinstance(one, Told) and one.code == "check" for one in desk.engine.told)
    agree(desk)


def test_a_gap_is_pulled_and_old_news_is_dropped(desk: Desk) -> None:
    assert desk.client is not None
    first = desk.server.delta("team:t1:open", 0)
    desk.server.commit([Put(case(tags=("one",)))])  # nobody is told
    desk.server.commit([Put(case(tags=("two",)))])
    late = desk.server.delta("team:t1:open", desk.server.rev - 1)
    desk.server.tell(desk.client, msgspec.structs.replace(late))
    desk.server.tell(desk.client, first)
    desk.pump()
    desk.look()
    found = desk.replica.get(Case, "c1")
    assert found is not None
    assert found.tags == ("two",)
    agree(desk)


def test_erasure_is_confirmed_and_leaves_nothing(desk: Desk) -> None:
    drafts.save(desk.precious_db, drafts.Draft("c1", "reply", "secret words", 0, 1))
    desk.do(Note(case="c1", message="n1", text="about c1"))
    desk.pump()
    desk.server.write(Remove(Case, "c1"), how="erased")
    desk.pump()
    assert "c1" in desk.server.erased_by
    assert desk.tidied == 1
    assert drafts.get(desk.precious_db, "c1", "reply") is None
    assert not outbox.acked(desk.precious_db)
    agree(desk)


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


def test_counts_are_kept(desk: Desk) -> None:
    asked, free = OPEN(), UNASSIGNED()
    assert (desk.replica.count(asked), desk.replica.count(free)) == (1, 1)
    desk.do(Claim(case="c1"))
    assert (desk.replica.count(asked), desk.replica.count(free)) == (1, 0)
    desk.pump()
    desk.look()
    assert (desk.replica.count(asked), desk.replica.count(free)) == (1, 0)
    desk.server.write(*opened("c2", by="u2"))
    desk.pump()
    desk.look()
    assert (desk.replica.count(asked), desk.replica.count(free)) == (2, 1)
    desk.server.write(Remove(Case, "c2"))
    desk.pump()
    desk.look()
    assert (desk.replica.count(asked), desk.replica.count(free)) == (1, 0)


def test_who_listens_hears_old_and_new(desk: Desk) -> None:
    heard: list[tuple[str, tuple[str, ...] | None, tuple[str, ...] | None]] = []

    def listen(touched: object) -> None:
        assert isinstance(touched, list)
        heard.extend((t.id, t.old and t.old.tags, t.new and t.new.tags) for t in touched)

    end = desk.replica.listen(["case"], listen)
    desk.do(Tag(case="c1", tag="a"))
    assert heard == [("c1", (), ("a",))]
    heard.clear()
    desk.pump()
    desk.look()
    assert heard == [("c1", ("a",), ("a",))]  # confirmed: another revision
    heard.clear()
    end()
    desk.do(Tag(case="c1", tag="b"))
    assert heard == []


def test_too_much_at_once_is_asked_anew(desk: Desk) -> None:
    asked = OPEN()
    assert desk.replica.count(asked) == 1
    heard: list[object] = []
    desk.replica.listen(["case", "message"], heard.append)
    desk.server.write(*[change for i in range(600) for change in opened(f"x{i:03}", by=f"u{i}")])
    desk.pump()
    desk.look()
    assert heard == [None]
    assert desk.replica.count(asked) == 601


def test_what_is_no_row_ends_the_connection_and_changes_nothing(desk: Desk) -> None:
    assert desk.client is not None
    before = desk.rows()
    bad = Delta(scope="org", from_=0, to=99, put={"team": msgspec.Raw(msgspec.msgpack.encode([["t9", 1]]))})
    desk.server.tell(desk.client, Delta(scope="org", from_=0, to=98), bad)
    desk.pump()
    assert phase(desk) is Phase.OFFLINE
    assert desk.rows() == before
    assert desk.engine.confirmed.cursors["org"] == desk.server.rev


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


def test_an_empty_scope_is_complete_at_once(desk: Desk) -> None:
    assert desk.client is not None
    desk.server.tell(desk.client, CaughtUp(scope="user:ann", rev=desk.server.rev + 5, count=0, check=0))
    desk.pump()
    assert desk.engine.confirmed.cursors["user:ann"] == desk.server.rev + 5


def test_what_could_not_be_stored_is_not_announced(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk: the news is taken back, the connection is made anew, and then it is all there."""

    def full(*_: object) -> None:
        raise OSError("no space left")

    desk.look()
    desk.server.write(Put(case(tags=("new",))))
    with monkeypatch.context() as patch:
        announce = desk.engine._announce
        patch.setattr(desk.engine, "_announce", lambda outcome: (announce(outcome), full()))
        with pytest.raises(OSError, match="no space"):
            desk.pump()
    assert not desk.engine.news
    desk.cut()
    desk.later(60_000)
    desk.pump()
    desk.look()
    agree(desk)
