"""A customer and an agent talk: messages, history, typing, unread marks."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, expect
from tests.widget.conftest import Customer
from tests.widget.fake import Fake

pytestmark = pytest.mark.browser


def test_says_and_hears(customer: Customer, fake: Fake) -> None:
    customer.open()
    customer.say("My refund is still not there.")
    expect(customer.rows).to_have_count(1)
    expect(customer.rows.first).not_to_contain_text("Sending")
    fake.answer("I am sorry. It left us on 10 November.")
    expect(customer.rows).to_have_count(2)
    assert customer.texts() == ["My refund is still not there.", "I am sorry. It left us on 10 November."]
    assert fake.said() == ["My refund is still not there."]
    expect(customer.area).to_have_value("")


def test_history_outlives_a_reload(customer: Customer, fake: Fake) -> None:
    customer.open()
    customer.say("One")
    fake.until(fake.said)
    fake.answer("Two")
    expect(customer.rows).to_have_count(2)
    customer.page.reload()
    expect(customer.rows).to_have_count(2)  # the panel was open, so it is again
    assert customer.texts() == ["One", "Two"]
    assert len(fake.visitors) == 1


def test_enter_sends_and_shift_enter_breaks_the_line(customer: Customer, fake: Fake) -> None:
    customer.open()
    customer.area.press_sequentially("one")
    customer.area.press("Shift+Enter")
    customer.area.press_sequentially("two")
    assert fake.said() == []
    customer.area.press("Enter")
    fake.until(fake.said)
    assert fake.said() == ["one\ntwo"]
    assert customer.texts() == ["one\ntwo"]


def test_nothing_is_no_message(customer: Customer, fake: Fake) -> None:
    customer.open()
    customer.say("  \n ")
    customer.say("something")
    fake.until(fake.said)
    assert fake.said() == ["something"]


def test_a_draft_outlives_a_reload(customer: Customer) -> None:
    customer.open()
    customer.area.fill("half a sen")
    customer.page.reload()
    expect(customer.area).to_have_value("half a sen")


def test_long_history_comes_in_pages_and_in_order(customer: Customer, fake: Fake) -> None:
    customer.open()
    customer.say("hello")
    fake.until(fake.said)
    for number in range(120):
        fake.answer(f"line {number}")
    fake.knobs.page = 7
    customer.page.reload()
    expect(customer.rows).to_have_count(121)
    assert customer.texts() == ["hello", *(f"line {number}" for number in range(120))]
    expect(customer.rows.last).to_be_in_viewport()


def test_repeated_items_are_shown_once(customer: Customer, fake: Fake) -> None:
    customer.open()
    first, second = fake.answer("first"), fake.answer("second")
    fake.push(
        {"t": "messages", "items": [first, second], "more": False}, {"t": "messages", "items": [first], "more": False}
    )
    fake.answer("third")
    expect(customer.rows).to_have_count(3)
    assert customer.texts() == ["first", "second", "third"]


def test_typing_is_shown_and_ends_with_the_message(customer: Customer, fake: Fake) -> None:
    customer.open()
    dots, said = customer.page.locator(".dots"), customer.page.get_by_text("Mina is typing…")
    fake.push({"t": "typing", "on": True, "name": "Mina"})
    expect(dots).to_be_visible()
    expect(said).to_have_count(1)
    fake.push({"t": "typing", "on": False, "name": "Mina"})
    expect(dots).to_be_hidden()
    fake.push({"t": "typing", "on": True, "name": "Mina"})
    expect(dots).to_be_visible()
    fake.answer("Here it is")
    expect(dots).to_be_hidden()


def test_own_typing_is_told_seldom_and_ended(customer: Customer, fake: Fake) -> None:
    customer.open()
    customer.area.press_sequentially("a rather long text")
    customer.area.press("Enter")
    fake.until(fake.said)
    assert [frame["on"] for frame in fake.got("typing")] == [True, False]


def test_unread_messages_are_counted_and_marked_read(customer: Customer, fake: Fake) -> None:
    customer.open()
    customer.say("hello")
    fake.until(fake.said)
    customer.page.keyboard.press("Escape")
    fake.answer("one")
    fake.answer("two")
    expect(customer.page.locator(".badge")).to_have_text("2")
    expect(customer.launcher).to_have_accessible_name("Open chat. Unread: 2")
    customer.page.reload()  # connects by itself: this visitor has spoken before
    expect(customer.page.locator(".badge")).to_have_text("2")
    customer.launcher.click()
    fake.until(lambda: fake.got("read"))
    assert fake.got("read") == [{"t": "read", "seq": 3}]
    customer.page.keyboard.press("Escape")
    expect(customer.page.locator(".badge")).to_be_hidden()


def test_agents_come_and_go_and_solve(customer: Customer, fake: Fake) -> None:
    customer.open()
    expect(customer.panel).to_have_accessible_name("Sample Shop")
    fake.push({"t": "agent", "name": "Mina Kaya", "joined": True})
    expect(customer.panel).to_have_accessible_name("Mina Kaya")
    expect(customer.page.locator(".face")).to_have_text("MK")
    fake.push({"t": "agent", "name": "Mina Kaya", "joined": False}, {"t": "closed", "reason": "solved"})
    expect(customer.rows).to_have_count(3)
    assert customer.texts() == ["Mina Kaya joined", "Mina Kaya left", "This is solved. Write to open it again."]
    customer.say("One more thing")
    fake.until(fake.said)
    assert customer.texts()[-1] == "One more thing"


def test_greeting_and_head(customer: Customer, fake: Fake) -> None:
    fake.knobs.site |= {"greeting": "Welcome! How can we help?", "team": "Returns"}
    customer.open()
    expect(customer.page.get_by_text("Welcome! How can we help?")).to_be_visible()
    expect(customer.page.locator(".sub")).to_have_text("Returns · Online")


def test_two_tabs_are_one_visitor(customer: Customer, context: BrowserContext, fake: Fake) -> None:
    customer.open()
    other = Customer(context.new_page(), fake).open()
    customer.say("from the first")
    other.say("from the second")
    for one in (customer, other):
        expect(one.rows).to_have_count(2)
        assert sorted(one.texts()) == ["from the first", "from the second"]
    assert len(fake.visitors) == 1
    assert len(fake.said()) == 2


def test_two_tabs_that_begin_at_once_are_one_visitor(customer: Customer, context: BrowserContext, fake: Fake) -> None:
    fake.knobs.slow = 0.3
    with context.expect_page() as opened:  # of one family: between strangers the browser is slow to pass storage on
        customer.page.evaluate("() => void window.open('about:blank')")
    other = Customer(opened.value, fake).visit()
    customer.visit()
    for one in (customer, other):
        one.page.evaluate("AgentDesk.open()")
    for one in (customer, other):
        one.settled()
    assert len(fake.visitors) == 1


def test_nobody_there_asks_for_an_address(customer: Customer, fake: Fake) -> None:
    fake.knobs.site["online"] = False
    customer.open()
    expect(customer.page.locator(".sub")).to_have_text("Billing · Away")
    expect(customer.page.get_by_text("it becomes a case")).to_be_visible()
    customer.page.get_by_label("Name").fill("Lena")
    customer.page.get_by_label("E-mail").fill("not an address")
    customer.page.get_by_role("button", name="Save").click()
    expect(customer.page.get_by_label("E-mail")).to_have_attribute("aria-invalid", "true")
    assert fake.got("name") == []
    customer.page.get_by_label("E-mail").fill("lena@example.org")
    customer.page.get_by_role("button", name="Save").click()
    expect(customer.page.get_by_text("We answer to lena@example.org.")).to_be_visible()
    expect(customer.page.get_by_label("E-mail")).to_be_hidden()
    fake.until(lambda: fake.got("name"))
    assert fake.got("name") == [{"t": "name", "name": "Lena", "email": "lena@example.org"}]
    customer.say("Please write to me")  # and a message without an address would have gone as well
    fake.until(fake.said)


def test_the_sample_shop_has_the_chat(customer: Customer, fake: Fake) -> None:
    customer.page.set_viewport_size({"width": 1100, "height": 760})
    customer.page.goto(f"{fake.origin}/demo")
    customer.launcher.click()
    customer.settled()
    customer.say("When does my refund come?")
    fake.until(fake.said)
    expect(customer.rows.first).not_to_contain_text("Sending")
