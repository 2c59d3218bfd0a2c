"""Whatever happens to the line, each message arrives exactly once and in order."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import BrowserContext, expect
from tests.widget.conftest import Customer
from tests.widget.fake import Fake

pytestmark = pytest.mark.browser
LOST = "No connection"


@pytest.mark.parametrize("moment", ["cut_before", "cut_after"])
def test_a_line_cut_in_mid_send_doubles_and_loses_nothing(customer: Customer, fake: Fake, moment: str) -> None:
    customer.open()
    setattr(fake.knobs, moment, 2)
    customer.say("exactly once")
    expect(customer.rows.first).not_to_contain_text("Sending")
    assert fake.said() == ["exactly once"]
    assert customer.texts() == ["exactly once"]
    ids = {frame["id"] for frame in fake.got("say")}
    assert len(ids) == 1
    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", ids.pop())


def test_a_message_without_ack_is_sent_again_by_the_next_page(customer: Customer, fake: Fake) -> None:
    customer.open()
    fake.knobs.hold = True
    customer.say("stored, never acknowledged")
    fake.until(fake.said)
    fake.knobs.hold = False
    customer.page.reload()
    expect(customer.rows.first).not_to_contain_text("Sending")
    assert fake.said() == customer.texts() == ["stored, never acknowledged"]


def test_what_is_written_without_a_line_waits_over_a_reload(customer: Customer, fake: Fake) -> None:
    customer.open()
    customer.say("first")
    fake.until(fake.said)
    fake.knobs.down = True
    fake.cut()
    expect(customer.page.get_by_text(LOST)).to_be_visible()
    texts = [f"offline {number}" for number in range(20)]
    for text in texts:
        customer.say(text)
    expect(customer.rows.last).to_contain_text("Sending")
    customer.page.reload()
    expect(customer.rows).to_have_count(20)  # the history is not here yet, what waits is
    assert customer.texts() == texts
    fake.knobs.down = False
    fake.until(lambda: len(fake.said()) >= 21)
    expect(customer.page.get_by_text("Sending")).to_have_count(0)
    assert fake.said() == customer.texts() == ["first", *texts]
    expect(customer.page.get_by_text(LOST)).to_have_count(0)


def test_one_tab_sends_what_a_closed_one_left(customer: Customer, context: BrowserContext, fake: Fake) -> None:
    customer.open()
    fake.knobs.down = True
    fake.cut()
    other = Customer(context.new_page(), fake).visit()
    other.launcher.click()
    other.say("left behind")
    other.page.close()
    fake.knobs.down = False
    expect(customer.page.get_by_text("left behind")).to_be_visible()
    fake.until(fake.said)
    assert fake.said() == ["left behind"]


def test_it_resumes_after_the_last_message(customer: Customer, fake: Fake) -> None:
    customer.open()
    fake.answer("one")
    fake.answer("two")
    expect(customer.rows).to_have_count(2)
    fake.cut()
    fake.until(lambda: len(fake.got("hello")) == 2)
    assert [frame["last"] for frame in fake.got("hello")] == [0, 2]
    fake.answer("three")
    expect(customer.rows).to_have_count(3)
    assert len(fake.requests) == 1


def test_a_token_that_is_no_longer_valid_gives_a_fresh_visitor(customer: Customer, fake: Fake) -> None:
    customer.open()
    customer.say("the old me")
    fake.until(fake.said)
    expect(customer.rows.first).not_to_contain_text("Sending")
    fake.visitors.clear()
    customer.page.reload()
    expect(customer.rows).to_have_count(0)
    customer.say("the new me")
    fake.until(fake.said)
    assert fake.said() == customer.texts() == ["the new me"]


def test_4401_on_a_living_page_renews_and_sends_what_waits(customer: Customer, fake: Fake) -> None:
    customer.open()
    fake.knobs.close_say = 4401
    customer.say("keep me")
    expect(customer.rows.first).not_to_contain_text("Sending")
    assert fake.said() == ["keep me"]
    assert len(fake.requests) == 2
    assert fake.requests[1]["visitor"] == fake.only().id


def test_a_frame_that_the_server_cannot_read_is_not_sent_for_ever(customer: Customer, fake: Fake) -> None:
    customer.open()
    fake.knobs.close_say = 4400
    customer.say("poison")
    expect(customer.rows.first).to_contain_text("Not sent.")
    fake.until(lambda: len(fake.got("hello")) == 2)
    customer.say("well")
    fake.until(fake.said)
    assert fake.said() == ["well"]


def test_a_dead_line_is_noticed(customer: Customer, fake: Fake) -> None:
    customer.page.clock.install()
    customer.open()
    fake.knobs.mute = True
    customer.page.clock.fast_forward(20_000)
    fake.until(lambda: fake.got("ping"))
    customer.page.clock.fast_forward(20_000)
    customer.page.clock.fast_forward(1_000)
    fake.until(lambda: len(fake.got("hello")) == 2)


def test_draining_comes_back_at_a_random_moment(customer: Customer, fake: Fake) -> None:
    """After 27 s here, by a clock that stands still from before the line is cut: no time passes but what is told."""
    page = customer.page
    page.clock.install()
    page.add_init_script(
        "window.drawn = window.dialled = 0; Math.random = () => { drawn++; return 0.9; };"
        "WebSocket = class extends WebSocket { constructor(...all) { super(...all); dialled++; } };"
    )
    customer.open()
    page.clock.pause_at(page.evaluate("Date.now()") / 1_000 + 60)
    drawn = page.evaluate("drawn")
    fake.cut(4503)
    fake.until(lambda: page.evaluate("drawn") > drawn, 30)  # the page has heard it, and its wait has begun
    page.clock.fast_forward(26_000)
    customer.say("waits")
    assert (page.evaluate("dialled"), fake.said()) == (1, [])
    page.clock.fast_forward(2_000)
    assert page.evaluate("dialled") == 2
    fake.until(fake.said, 30)


def test_too_many_visitors_wait_as_told(customer: Customer, fake: Fake) -> None:
    fake.knobs.too_many = 1
    customer.open()
    customer.say("after all")
    fake.until(fake.said)
    assert len(fake.requests) == 2


def test_a_page_that_may_not_says_so_and_stays_quiet(customer: Customer, fake: Fake) -> None:
    fake.knobs.forbid = True
    customer.visit()
    customer.launcher.click()
    expect(customer.page.get_by_text("The chat is not available on this page.")).to_be_visible()
    expect(customer.area).to_be_disabled()
    assert len(fake.requests) == 1


def test_it_works_where_storage_is_forbidden(customer: Customer, fake: Fake) -> None:
    customer.page.add_init_script(
        "for (const area of ['localStorage', 'sessionStorage'])"
        " Object.defineProperty(window, area, { get() { throw new DOMException('no', 'SecurityError'); } });"
    )
    customer.open()
    fake.knobs.cut_after = 1
    customer.say("in memory")
    expect(customer.rows.first).not_to_contain_text("Sending")
    assert fake.said() == ["in memory"]


def test_a_refusal_is_shown_and_the_text_comes_back(customer: Customer, fake: Fake) -> None:
    customer.open()
    fake.knobs.refuse = "This conversation is locked."
    customer.say("let me in")
    expect(customer.rows.first).to_contain_text("This conversation is locked.")
    customer.page.reload()  # it is not forgotten, nor sent again
    expect(customer.rows.first).to_contain_text("This conversation is locked.")
    assert len(fake.got("say")) == 1
    fake.knobs.refuse = ""
    customer.page.get_by_role("button", name="Edit").click()
    expect(customer.rows).to_have_count(0)
    expect(customer.area).to_have_value("let me in")
    expect(customer.area).to_be_focused()
    customer.area.press("Enter")
    fake.until(fake.said)
    assert fake.said() == ["let me in"]


def test_too_long_is_said_before_it_is_sent(customer: Customer, fake: Fake) -> None:
    fake.knobs.max_text = 10
    customer.open()
    customer.say("🙂" * 11)
    expect(customer.page.get_by_text("Too long: 11 of 10 characters.")).to_be_visible()
    expect(customer.area).to_have_value("🙂" * 11)
    customer.say("🙂" * 10)
    fake.until(fake.said)
    assert fake.said() == ["🙂" * 10]
