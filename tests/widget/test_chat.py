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
