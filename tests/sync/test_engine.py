"""Stories of one desk and a server: filling, living, losing the line, moving, erasing, another history."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from tests.sync.desk import HELD, Desk, agree, phase
from tests.sync.fake import Server
from tests.sync.samples import case, opened, share

from agentdesk.domain.cases.handling import Claim, Tag
from agentdesk.domain.cases.records import Case
from agentdesk.domain.cases.writing import Note
from agentdesk.domain.kernel import Put, Remove, Share
from agentdesk.domain.queue import OPEN, UNASSIGNED
from agentdesk.protocol.frames import CaughtUp, Delta
from agentdesk.store import drafts, outbox
from agentdesk.sync.news import Told
from agentdesk.sync.outgoing import Outgoing
from agentdesk.sync.phases import Phase


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


def test_what_waits_says_nothing_of_the_erased_any_more(desk: Desk) -> None:
    """Its number is used, its words and files are gone; another case, whose id begins alike, keeps what it has."""
    desk.cut()
    desk.do(Note(case="c1", message="n1", text="secret words"))
    desk.do(Note(case="c10", message="n2", text="other words"))
    outbox.replace(desk.precious_db, outbox.waiting(desk.precious_db)[0]._replace(needs=("aa",)))
    outgoing = Outgoing(desk.precious_db)
    assert outgoing.erase(["c1"]) == ("aa",)
    found = [(entry.name, b"words" in entry.args) for entry in outbox.waiting(desk.precious_db)]
    assert found == [("nothing", False), ("case.note", True)]
    assert [pending.command for pending in outgoing.pending()] == [Note(case="c10", message="n2", text="other words")]


def test_what_says_nothing_any_more_is_refused_and_its_number_used(desk: Desk) -> None:
    desk.cut()
    desk.do(Note(case="c1", message="n1", text="secret words"))
    desk.engine.outgoing.erase(["c1"])
    desk.do(Tag(case="c1", tag="a"))
    desk.online()
    desk.pump()
    desk.look()
    assert not desk.replica.pending
    assert desk.server.executed[0] == (desk.device, "nothing")
    assert desk.server.done[desk.device] == len(desk.server.executed) == 2
    agree(desk)


def test_a_purge_that_was_cut_short_is_done_at_the_next_start(desk: Desk) -> None:
    drafts.save(desk.precious_db, drafts.Draft("c1", "reply", "secret words", 0, 1))
    desk.engine.confirmed.book.note_erased(["c1"])
    desk.kill()
    desk.start()
    assert drafts.get(desk.precious_db, "c1", "reply") is None
    assert desk.engine.confirmed.book.unpurged == ()
    assert desk.tidied == 1


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
