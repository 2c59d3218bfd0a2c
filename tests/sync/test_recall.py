"""Taking back what waits: it never leaves, its number stays taken, its text is a draft; too late is told at once."""

from __future__ import annotations

import threading

import pytest
from tests.sync.desk import Desk, agree
from tests.sync.samples import case, message

from agentdesk.domain.cases.attention import Read
from agentdesk.domain.cases.handling import Claim, Tag
from agentdesk.domain.cases.records import Case, Message
from agentdesk.domain.cases.writing import Reply
from agentdesk.domain.kernel import Put
from agentdesk.store import drafts, outbox
from agentdesk.sync.news import News
from agentdesk.sync.recall import Recall
from agentdesk.sync.replica import Touched

NOTHING = Read(case="c1", seq=0)
REPLY = Reply(case="c1", message="r1", text="My answer", seen=1)


def take_back(desk: Desk, key: int) -> bool:
    """As a person does it: decided at once, on the disk a moment later."""
    back = desk.engine.outgoing.recall.take_back(key, NOTHING)
    if back:
        desk.replica.withdraw(key)
        desk.engine.withdraw()
    return back


def back_online(desk: Desk) -> None:
    desk.later(60_000)
    desk.pump()
    desk.look()


def at_server(desk: Desk) -> set[str]:
    return {id for kind, id in desk.server.truth.records if kind == "message"}


def draft(desk: Desk) -> str:
    found = drafts.get(desk.precious_db, "c1", "reply")
    return found.text if found is not None else ""


def test_what_never_left_is_taken_back(desk: Desk) -> None:
    desk.cut()
    key = desk.do(REPLY)
    assert desk.replica.get(Message, "r1") is not None
    assert take_back(desk, key)
    assert desk.replica.get(Message, "r1") is None
    assert not desk.replica.pending
    assert not desk.replica.waits("case", "c1")
    assert draft(desk) == "My answer"
    desk.do(Tag(case="c1", tag="after"))
    back_online(desk)
    assert "r1" not in at_server(desk)
    assert len(desk.server.executed) == 2, "its number is not missing"
    assert not outbox.waiting(desk.precious_db)
    found = desk.replica.get(Case, "c1")
    assert found is not None
    assert found.tags == ("after",)
    agree(desk)


def test_whoever_listens_hears_of_it(desk: Desk) -> None:
    heard: list[Touched] = []
    desk.cut()
    key = desk.do(REPLY)
    desk.replica.listen(["message"], lambda touched: heard.extend(touched or ()))
    assert take_back(desk, key)
    assert [(one.id, one.old is not None, one.new) for one in heard] == [("r1", True, None)]


def test_later_wishes_are_decided_anew(desk: Desk) -> None:
    desk.cut()
    key = desk.do(Claim(case="c1"))
    desk.do(Tag(case="c1", tag="kept"))
    assert take_back(desk, key)
    found = desk.replica.get(Case, "c1")
    assert found is not None
    assert (found.assignee, found.tags) == ("", ("kept",))


def test_what_has_left_is_not_taken_back(desk: Desk) -> None:
    key = desk.do(REPLY)
    assert not take_back(desk, key)
    assert draft(desk) == ""
    desk.pump()
    desk.look()
    assert "r1" in at_server(desk)
    agree(desk)


def test_what_has_left_on_a_line_that_broke_is_not_taken_back(desk: Desk) -> None:
    key = desk.do(REPLY)
    desk.cut()
    assert not take_back(desk, key)
    back_online(desk)
    assert "r1" in at_server(desk)


def test_what_an_earlier_run_left_behind_may_have_left(desk: Desk) -> None:
    desk.cut()
    desk.do(REPLY)
    desk.kill()
    desk.start()
    assert not take_back(desk, desk.replica.pending[0].key)
    assert desk.replica.get(Message, "r1") is not None
    desk.online()
    assert "r1" in at_server(desk)


def test_a_kill_before_it_is_on_the_disk_leaves_the_reply(desk: Desk) -> None:
    """Then it is sent, and is no draft: never both."""
    desk.cut()
    key = desk.do(REPLY)
    assert desk.engine.outgoing.recall.take_back(key, NOTHING)
    desk.kill()
    desk.start()
    assert (len(desk.replica.pending), draft(desk)) == (1, "")
    desk.online()
    assert "r1" in at_server(desk)


def test_a_kill_after_it_leaves_the_draft(desk: Desk) -> None:
    desk.cut()
    assert take_back(desk, desk.do(REPLY))
    desk.kill()
    desk.start()
    assert draft(desk) == "My answer"
    desk.online()
    desk.look()
    assert "r1" not in at_server(desk)
    assert len(desk.server.executed) == 1
    agree(desk)


def test_a_line_that_opens_first_finds_it_taken_back(desk: Desk) -> None:
    """Nobody has told the worker yet; it asks before anything leaves."""
    desk.cut()
    key = desk.do(REPLY)
    assert desk.engine.outgoing.recall.take_back(key, NOTHING)
    back_online(desk)
    assert "r1" not in at_server(desk)
    assert draft(desk) == "My answer"
    assert len(desk.server.executed) == 1


def test_taken_back_in_the_middle_of_sending(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.cut()
    desk.do(Tag(case="c1", tag="first"))
    key = desk.do(REPLY)
    desk.do(Tag(case="c1", tag="last"))
    recall = desk.engine.outgoing.recall
    ask = recall.may_go

    def may_go(asked: int) -> bool:
        if asked == key:
            recall.take_back(key, NOTHING)
        return ask(asked)

    monkeypatch.setattr(recall, "may_go", may_go)
    back_online(desk)
    assert len(desk.server.executed) == 1
    desk.engine.withdraw()
    desk.pump()
    assert len(desk.server.executed) == 3
    assert "r1" not in at_server(desk)


def test_a_full_disk_holds_it_back_until_it_can_be_written(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError("no space left")

    desk.cut()
    key = desk.do(REPLY)
    assert desk.engine.outgoing.recall.take_back(key, NOTHING)
    with monkeypatch.context() as patch:
        patch.setattr(outbox, "replace", full)
        for what in (desk.engine.withdraw, lambda: back_online(desk)):
            with pytest.raises(OSError, match="no space"):
                what()
    assert not desk.server.executed
    desk.engine.tick()
    desk.pump()
    assert "r1" not in at_server(desk)
    assert draft(desk) == "My answer"


def test_news_that_still_speak_of_it_bring_nothing_back(desk: Desk) -> None:
    """All that waits was announced anew, and then it was taken back, and only then the news were read."""
    desk.cut()
    key = desk.do(REPLY)
    desk.engine.news.append(News(applied=desk.replica.reader.applied, pending=desk.engine.outgoing.pending()))
    assert take_back(desk, key)
    desk.look()
    assert not desk.engine.news
    assert not desk.replica.pending
    assert desk.replica.get(Message, "r1") is None


def test_it_stays_taken_back_in_another_epoch(desk: Desk) -> None:
    desk.cut()
    assert take_back(desk, desk.do(REPLY))
    desk.server.epoch = "epoch-2"
    back_online(desk)
    assert "r1" not in at_server(desk)
    assert not desk.replica.pending
    agree(desk)


def test_what_is_being_written_stays_and_the_other_is_beside_it(desk: Desk) -> None:
    desk.cut()
    key = desk.do(REPLY)
    drafts.save(desk.precious_db, drafts.Draft("c1", "reply", "Something newer", 0, desk.clock + 1))
    assert take_back(desk, key)
    assert draft(desk) == "Something newer"
    assert [one.text for one in drafts.history(desk.precious_db, "c1", "reply")] == ["My answer"]


def test_blobs_are_not_waited_for_any_more(desk: Desk) -> None:
    desk.cut()
    key = desk.replica.submit(REPLY, needs=["a" * 64])
    assert take_back(desk, key)
    back_online(desk)
    assert desk.uploads == []
    assert len(desk.server.executed) == 1


def test_the_customer_may_have_written_meanwhile(desk: Desk) -> None:
    desk.cut()
    key = desk.do(REPLY)
    desk.server.write(Put(message("m2", seq=2, text="Wait!")), Put(case(seq=2, in_seq=2)))
    assert take_back(desk, key)
    back_online(desk)
    assert not [one for news in desk.engine.news for one in news.refused]
    assert "r1" not in at_server(desk)
    agree(desk)


def test_two_threads_never_both_win() -> None:
    recall = Recall(sent=0)
    start = threading.Barrier(2)
    gone: list[int] = []

    def send() -> None:
        start.wait()
        gone.extend(key for key in range(1, 2001) if recall.may_go(key))

    sending = threading.Thread(target=send)
    sending.start()
    start.wait()
    back = [key for key in range(2000, 0, -1) if recall.take_back(key, NOTHING)]
    sending.join()
    assert sorted(gone + back) == list(range(1, 2001))
    assert set(recall.todo()) == set(back)
