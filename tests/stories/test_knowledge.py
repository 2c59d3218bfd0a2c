"""Stories of what a team knows: from a question to an article that a customer finds; two who discuss without a line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.chromium import chromium
from tests.server.running import PASSWORD, Company, Running
from tests.stories.rig import Company as Distant
from tests.stories.rig import Desk

from agentdesk.domain.forum import POSTS, Accept, Answer, Ask, CastVote, HiddenPost, Moderate, Post, Topic, Vote
from agentdesk.domain.governed import (
    NEW_REMINDERS,
    Approve,
    Begin,
    Document,
    Publish,
    Renew,
    Submit,
)
from agentdesk.domain.kernel import Refusal
from agentdesk.domain.knowledge import Close, Flag, Gap
from agentdesk_server.core import now as real_now
from agentdesk_server.operating import PersonAdd
from agentdesk_server.state import Settings

ANSWER = "Ask the bank with the **ARN**: it finds the money on the same day."


class Clock:
    """The server's clock, which can be put forward between two of its lives."""

    ahead = 0

    def __call__(self) -> int:
        return real_now() + self.ahead


@contextmanager
def desks(shop: Company, folder: Path, *names: str) -> Iterator[list[Desk]]:
    """The laptops of these people, live."""
    made = [Desk(folder / name, shop.url, f"{name}@example.com", f"{name}-laptop") for name in names]
    try:
        yield [desk.live() for desk in made]
    finally:
        for desk in made:
            desk.close()


@contextmanager
def server(folder: Path, clock: Clock, *, new: bool) -> Iterator[Company]:
    running = Running(Settings(folder=folder, port=0), clock)
    try:
        yield Company(running, new=new)
    finally:
        running.stop()


@contextmanager
def customer() -> Iterator[Page]:
    """Somebody before a browser."""
    with chromium() as browser:
        yield browser.new_page(locale="en-GB")


@pytest.mark.browser
def test_a_question_becomes_an_article_that_expires_and_is_renewed(tmp_path: Path) -> None:
    """From a case to the forum, to an article, to a customer; out of date it goes, and is renewed."""
    clock = Clock()
    with customer() as page:
        with server(tmp_path / "server", clock, new=True) as shop:
            shop.hire("Lou Head", "lou@example.com", "supervisor")
            with shop.visitor().line() as chat, desks(shop, tmp_path / "first", "mina", "lou") as (mina, lou):
                chat.message("Where is my refund?")
                written(shop, mina, lou)
            page.goto(f"{shop.url}/help")
            page.get_by_role("searchbox").fill("refund")
            page.get_by_role("searchbox").press("Enter")
            page.get_by_role("link", name="Find a refund").click()
            expect(page.get_by_role("article")).to_contain_text("it finds the money on the same day")
            document = shop.state.reader.records.of(Document, "refund")
            assert document is not None
        clock.ahead = document.expires_at + 60_000 - real_now()
        with server(tmp_path / "server", clock, new=False) as shop:  # months later
            page.goto(f"{shop.url}/help/search?q=refund")
            expect(page.get_by_role("status")).to_contain_text("Nothing was found")
            assert page.goto(f"{shop.url}/help/articles/refund").status == 404  # type: ignore[union-attr]
            with desks(shop, tmp_path / "second", "mina") as (mina,):
                mina.until(lambda: {"review", "expired"} <= told(mina))
                found = mina.replica.get(Document, "refund")
                assert found is not None
                mina.do(Renew(document="refund", due=found.review_at))
                mina.answered()
            page.goto(f"{shop.url}/help/articles/refund")
            expect(page.get_by_role("heading", level=1)).to_have_text("Find a refund")


def written(shop: Company, mina: Desk, lou: Desk) -> None:
    """Mina asks from the case, Lou answers, Mina accepts and writes it down, Lou looks at it and publishes it."""
    mina.until(mina.cases)
    case = mina.cases()[0].id
    mina.do(Ask(topic="t1", post="p1", space="Billing", title="Where is a refund?", text="She waits.", case=case))
    mina.do(Flag(gap="g1", words="Where a refund is", case=case))
    lou.until(lambda: lou.replica.get(Topic, "t1"))
    lou.do(Answer(topic="t1", post="p2", text=ANSWER))
    mina.until(lambda: mina.replica.get(Post, "p2"))
    mina.do(Accept(topic="t1", post="p2"))
    begin = Begin(document="refund", edition="e1", register="article", title="Find a refund", text=ANSWER, case=case,
                  details='{"audience": "both"}')  # fmt: skip
    mina.do(begin)
    mina.do(Submit(edition="e1"))
    with pytest.raises(Refusal):
        mina.do(Approve(edition="e1"))  # nobody approves their own words
    lou.until(lambda: lou.replica.get(Document, "refund"))
    lou.until(lambda: (found := lou.replica.get(Document, "refund")) is not None and found.work == "review")
    lou.do(Approve(edition="e1"))
    lou.do(Publish(edition="e1"))
    lou.do(Close(gap="g1", document="refund"))
    lou.answered()
    mina.until(lambda: (gap := mina.replica.get(Gap, "g1")) is not None and gap.state == "closed")


def told(desk: Desk) -> set[str]:
    """What somebody is reminded of."""
    return {one.what for one in desk.replica.page(NEW_REMINDERS(me=desk.me.id))}


def test_two_discuss_without_a_line_and_a_moderator_hides_meanwhile(company: Distant) -> None:
    """Both show the same thread in the end; a vote given twice counts once; what was hidden leaves the desk that comes
    back, with its words.
    """
    head = {"name": "Lou Head", "email": "lou@example.com", "role": "supervisor", "teams": ["Billing"]}
    company.server.operate(PersonAdd(**head, password=PASSWORD))  # type: ignore[arg-type]
    mina, omar, lou = (company.desk(name) for name in ("mina", "omar", "lou"))
    for desk in (mina, omar, lou):
        desk.live()
    mina.do(Ask(topic="q", post="q0", space="General", title="How long do refunds take?", text="Who knows?"))
    for desk in (omar, lou):
        desk.until(lambda desk=desk: desk.replica.get(Topic, "q"))
    omar.do(Answer(topic="q", post="bad", text="Ask Ida Lang, 4 Elm Road."))
    for desk in (mina, lou):
        desk.until(lambda desk=desk: desk.replica.get(Post, "bad"))
    mina.set_online(False)
    omar.set_online(False)
    mina.do(Answer(topic="q", post="m1", text="Nine days with me."))
    omar.do(Answer(topic="q", post="o1", text="Three days."))
    omar.do(CastVote(post="q0"))
    mina.do(CastVote(post="bad"))
    lou.do(CastVote(post="q0"))
    lou.do(Moderate(post="bad", act="hide", reason="A customer's address."))
    lou.answered()
    mina.set_online(True)
    omar.set_online(True)
    omar.do(CastVote(post="q0"))  # once more, as somebody would who saw nothing come of it
    for desk in (mina, omar):
        desk.answered()
    for desk in (mina, omar, lou):
        desk.until(lambda desk=desk: len(thread(desk)) == 4)
    assert thread(mina) == thread(omar) == thread(lou)
    assert {id: text for id, text, _ in thread(mina)}["bad"] == ""
    for desk in (mina, omar):
        assert "Elm Road" not in repr(desk.holds())
        assert desk.all_of(HiddenPost) == []
    assert sorted((one.post, one.by) for one in mina.all_of(Vote) if one.post == "q0") == sorted(
        (("q0", omar.me.id), ("q0", lou.me.id))
    )


def thread(desk: Desk) -> list[tuple[str, str, str]]:
    """What stands in the topic, as this desk shows it."""
    return [(one.id, one.text, one.state) for one in desk.replica.page(POSTS(topic="q"), limit=50)]
