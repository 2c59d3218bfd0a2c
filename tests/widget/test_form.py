"""What is asked before the first word: declared by the server, answered with the first message, never asked again."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect
from tests.widget.conftest import Customer
from tests.widget.fake import Fake

pytestmark = pytest.mark.browser


def field(id: str, title: str, **more: Any) -> dict[str, Any]:
    usual = {"type": "text", "options": [], "required": False, "when": "", "equals": ""}
    return {"id": id, "title": title, **usual, **more}


FORM = [
    field("f1", "Order number", required=True, type="number"),
    field("f2", "Product", type="choice", options=["Lamp", "Chair"]),
    field("f3", "Which bulb?", when="f2", equals="lamp", required=True),
    field("constructor", "Did it work before?", type="yesno"),
]


def test_what_is_needed_comes_first_and_goes_with_the_first_word(customer: Customer, fake: Fake) -> None:
    fake.knobs.form = FORM
    customer.open(csp="yes")
    page = customer.page
    customer.say("It is dark")
    expect(page.get_by_text("Please fill in: Order number")).to_be_visible()
    expect(page.get_by_label("Order number")).to_be_focused()
    expect(page.get_by_label("Order number")).to_have_attribute("aria-invalid", "true")
    assert fake.got("say") == []
    page.get_by_label("Order number").fill("4711")
    expect(page.get_by_label("Which bulb?")).to_be_hidden()
    page.get_by_label("Product").select_option("Lamp")
    page.get_by_label("Which bulb?").fill("The big one")
    page.reload()
    page.locator('.log[aria-busy="false"]').wait_for()
    expect(page.get_by_label("Which bulb?")).to_have_value("The big one")
    page.get_by_label("Did it work before?").select_option("yes")
    page.get_by_label("Order number").press("Enter")
    expect(customer.area).to_be_focused()
    fake.knobs.refuse = "Order number is a number."
    customer.area.press("Enter")
    expect(page.get_by_text("Order number is a number.")).to_be_visible()
    expect(page.get_by_label("Order number")).to_be_visible()
    page.reload()
    page.get_by_role("button", name="Edit").click()
    expect(page.get_by_label("Order number")).to_have_value("4711")
    expect(page.get_by_label("Which bulb?")).to_be_visible()
    page.get_by_label("Order number").fill("4712")
    fake.knobs.refuse = ""
    customer.area.press("Enter")
    fake.until(fake.said)
    wanted = {"f1": "4712", "f2": "Lamp", "f3": "The big one", "constructor": "yes"}
    assert fake.got("say")[-1]["fields"] == wanted
    expect(page.get_by_label("Order number")).to_be_hidden()
    customer.say("Hello?")
    fake.until(lambda: len(fake.said()) == 2)
    assert "fields" not in fake.got("say")[-1]


def test_what_the_server_misses_is_shown_and_the_message_kept(customer: Customer, fake: Fake) -> None:
    """What is asked may have been declared after this page was opened."""
    customer.open(lang="de")
    assert fake.got("hello")[-1]["forms"] is True
    fake.knobs.form, fake.knobs.missing = FORM, ["f1"]
    page = customer.page
    customer.say("It is dark")
    expect(page.get_by_text("Bitte ausfüllen: Order number")).to_be_visible()
    expect(page.get_by_label("Order number")).to_have_attribute("aria-invalid", "true")
    page.get_by_label("Order number").fill("4711")
    page.get_by_role("button", name="Bearbeiten").click()
    expect(customer.area).to_have_value("It is dark")
    page.reload()
    page.locator('.log[aria-busy="false"]').wait_for()
    expect(customer.area).to_have_value("It is dark")
    expect(page.get_by_label("Order number")).to_have_value("4711")
    customer.area.press("Enter")
    fake.until(fake.said)
    assert fake.got("say")[-1]["fields"] == {"f1": "4711"}
    expect(page.get_by_label("Order number")).to_be_hidden()


def test_an_answer_that_does_not_fit_is_shown_and_no_other_is_lost(customer: Customer, fake: Fake) -> None:
    """Neither by a reload, nor by taking the message back after the answer was mended."""
    fake.knobs.form, fake.knobs.missing, fake.knobs.unfit = FORM, ["f1"], "twelve"
    customer.open()
    page = customer.page
    number, product = page.get_by_label("Order number"), page.get_by_label("Product")
    number.fill("twelve")
    product.select_option("Chair")
    customer.say("It creaks")
    expect(page.get_by_text("Please check: Order number")).to_be_visible()
    expect(number).to_have_attribute("aria-invalid", "true")
    page.reload()
    page.locator('.log[aria-busy="false"]').wait_for()
    expect(number).to_have_value("twelve")
    expect(product).to_have_value("Chair")
    number.fill("12")
    page.get_by_role("button", name="Edit").click()
    expect(number).to_have_value("12")
    customer.area.press("Enter")
    fake.until(fake.said)
    assert fake.got("say")[-1]["fields"] == {"f1": "12", "f2": "Chair"}


@pytest.mark.parametrize("size", [(760, 640), (360, 420)])
def test_it_can_be_used_on_any_screen_from_right_to_left(customer: Customer, fake: Fake, size: tuple[int, int]) -> None:
    fake.knobs.form = [*FORM, *(field(f"x{n}", f"Question {n}") for n in range(12))]
    customer.page.set_viewport_size({"width": size[0], "height": size[1]})
    customer.open(lang="ar")
    for one in (FORM[0], FORM[1], fake.knobs.form[-1]):
        control = customer.page.get_by_label(one["title"])
        control.scroll_into_view_if_needed()
        box, panel = control.bounding_box(), customer.panel.bounding_box()
        assert box is not None
        assert panel is not None
        assert box["height"] >= 44
        assert panel["x"] <= box["x"]
        assert box["x"] + box["width"] <= panel["x"] + panel["width"]
    expect(customer.area).to_be_visible()
    customer.say("x")
    expect(customer.page.get_by_label("Order number")).to_be_focused()
