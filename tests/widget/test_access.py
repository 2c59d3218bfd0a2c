"""Everybody can use it: by keyboard, by screen reader, on a small screen, in five languages, in both directions."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from tests.widget.conftest import Customer
from tests.widget.fake import SITE, WIDGET, Fake

pytestmark = pytest.mark.browser
LANGS = ["en", "de", "fr", "es", "ar"]

CONTRASTS = (Path(__file__).parent / "contrasts.js").read_text(encoding="utf-8")


def full_scene(customer: Customer, fake: Fake, **options: str) -> None:
    """A chat with everything in it: both sides, a link, typing, a refusal, a waiting message, the address form."""
    fake.knobs.site |= {"online": False, "greeting": "Welcome"}
    customer.open(**options)
    customer.say("My refund is still not there after nine days.")
    fake.until(fake.said)
    fake.push({"t": "agent", "name": "Mina Kaya", "joined": True})
    fake.answer("It left us on 10 November: https://example.org/refunds/129", name="Mina Kaya")
    fake.push({"t": "typing", "on": True, "name": "Mina Kaya"})
    fake.knobs.refuse = "This is refused."
    customer.say("refused")
    expect(customer.page.get_by_text("This is refused.")).to_be_visible()
    fake.knobs.refuse, fake.knobs.down = "", True
    fake.cut()
    customer.say("waiting")
    expect(customer.page.locator(".strip")).not_to_be_empty()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("color", ["", "#ffcc00", "#7f7f7f", "#0b3d2e"])
def test_every_text_has_contrast(customer: Customer, fake: Fake, scheme: str, color: str) -> None:
    customer.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce")
    full_scene(customer, fake, **({"color": color} if color else {}))
    found = customer.page.evaluate(CONTRASTS)
    assert len(found) > 15
    assert [(text, round(ratio, 2)) for text, ratio in found if ratio < 4.5] == []


def test_roles_and_names(customer: Customer, fake: Fake) -> None:
    full_scene(customer, fake)
    log = customer.page.get_by_role("log", name="Messages")
    expect(log).to_have_attribute("aria-live", "polite")
    expect(customer.page.get_by_role("dialog", name="Mina Kaya")).to_be_visible()
    expect(customer.page.get_by_role("textbox", name="Write a message…")).to_be_focused()
    expect(log).to_contain_text("You: My refund is still not there")
    expect(log).to_contain_text("Mina Kaya: It left us on 10 November")
    controls = customer.page.locator(".panel :is(button, input:not([type=file]), textarea, a):visible").all()
    assert len(controls) >= 9
    for control in controls:
        expect(control).to_have_accessible_name(re.compile(r"\S"))


@pytest.mark.parametrize("size", [(760, 640), (320, 568)])
def test_targets_are_large_enough(customer: Customer, fake: Fake, size: tuple[int, int]) -> None:
    customer.page.set_viewport_size({"width": size[0], "height": size[1]})
    customer.visit()
    box = customer.launcher.bounding_box()
    assert box
    assert min(box["width"], box["height"]) >= 44
    full_scene(customer, fake)
    customer.page.locator("button[aria-label=Emoji]").click()
    boxes = customer.page.locator(".panel :is(button, input:not([type=file]), textarea):visible").evaluate_all(
        "nodes => nodes.map((node) => [node.outerHTML.slice(0, 60), node.offsetWidth, node.offsetHeight])"
    )
    assert [box for box in boxes if min(box[1:]) < 44] == []


def test_all_by_keyboard(customer: Customer, fake: Fake) -> None:
    customer.visit()
    press = customer.page.keyboard.press
    press("Tab")
    press("Tab")
    expect(customer.launcher).to_be_focused()
    press("Enter")
    expect(customer.area).to_be_focused()
    customer.settled()
    customer.page.keyboard.type("hello ")
    press("Tab")
    expect(customer.page.get_by_role("button", name="Attach a file")).to_be_focused()
    press("Tab")
    press("Enter")
    faces = customer.page.get_by_role("group", name="Emoji").get_by_role("button")
    expect(faces.first).to_be_focused()
    press("ArrowLeft")
    expect(faces.last).to_be_focused()
    press("Escape")  # closes the signs only
    expect(customer.page.locator("button[aria-label=Emoji]")).to_be_focused()
    press("Enter")
    press("ArrowRight")
    press("Enter")
    expect(customer.area).to_be_focused()
    expect(customer.area).to_have_value("hello 😀")
    press("Tab")
    press("Tab")
    press("Tab")
    expect(customer.page.get_by_role("button", name="Send")).to_be_focused()
    press("Enter")
    fake.until(fake.said)
    press("Escape")
    expect(customer.panel).to_be_hidden()
    expect(customer.launcher).to_be_focused()
    expect(customer.launcher).to_have_attribute("aria-expanded", "false")


def test_the_focus_can_always_be_seen(customer: Customer, fake: Fake) -> None:
    customer.open()
    for _ in range(8):
        customer.page.keyboard.press("Tab")
        style = customer.page.evaluate(
            """() => { const node = document.querySelector("agentdesk-chat")?.shadowRoot.activeElement;
            const style = node && getComputedStyle(node);
            return node && [node.className, style.outlineStyle, style.outlineWidth]; }"""
        )
        assert style is None or style[1:] == ["solid", "2px"], style


def test_a_small_screen_is_filled_and_keeps_the_focus(customer: Customer, fake: Fake) -> None:
    customer.page.set_viewport_size({"width": 320, "height": 568})
    full_scene(customer, fake)
    assert customer.panel.bounding_box() == {"x": 0, "y": 0, "width": 320, "height": 568}
    wide = """nodes => nodes.filter((node) => node.scrollWidth > node.clientWidth + 1 && !node.closest('.vh, h2, svg'))
      .map((node) => node.className)"""
    assert customer.page.locator(".panel, .panel *").evaluate_all(wide) == []
    expect(customer.panel).to_have_attribute("aria-modal", "true")
    for _ in range(20):
        customer.page.keyboard.press("Tab")
        assert customer.page.evaluate("document.activeElement.localName") == "agentdesk-chat"
    for _ in range(20):
        customer.page.keyboard.press("Shift+Tab")
        assert customer.page.evaluate("document.activeElement.localName") == "agentdesk-chat"


def test_right_to_left_is_mirrored(customer: Customer, fake: Fake, tmp_path: Path) -> None:
    customer.visit(lang="ar")
    box = customer.launcher.bounding_box()
    assert box
    assert box["x"] == 20
    customer.launcher.click()
    customer.settled()
    customer.say("لم يصل المبلغ بعد")
    fake.until(fake.said)
    fake.answer("It left us, see above.")
    expect(customer.rows).to_have_count(2)
    mine, theirs = (row.locator(".bubble").bounding_box() for row in customer.rows.all())
    send = customer.page.get_by_role("button", name="إرسال").bounding_box()
    clip = customer.page.get_by_role("button", name="إرفاق ملف").bounding_box()
    assert mine
    assert theirs
    assert send
    assert clip
    assert mine["x"] < theirs["x"] + theirs["width"] - mine["width"]
    assert send["x"] < clip["x"]
    directions = customer.rows.locator(".text").evaluate_all("nodes => nodes.map((n) => getComputedStyle(n).direction)")
    assert directions == ["rtl", "ltr"]
    (tmp_path / "rtl.png").write_bytes(customer.page.screenshot())  # to look at


@pytest.mark.parametrize(("position", "lang", "x"), [("left", "en", 20), ("right", "ar", 684), ("", "en", 684)])
def test_the_page_chooses_the_corner(customer: Customer, fake: Fake, position: str, lang: str, x: int) -> None:
    customer.visit(lang=lang, position=position)
    box = customer.launcher.bounding_box()
    assert box
    assert box["x"] == x


def test_the_page_chooses_the_language_else_the_browser(browser: Browser, customer: Customer, fake: Fake) -> None:
    expect(customer.visit(lang="fr", html="de").launcher).to_have_accessible_name("Ouvrir le chat")
    expect(customer.visit(html="de-AT").launcher).to_have_accessible_name("Chat öffnen")
    expect(customer.visit(html="sv").launcher).to_have_accessible_name("Open chat")
    with browser.new_context(locale="es-MX") as context:
        page = context.new_page()
        expect(Customer(page, fake).visit(html="").launcher).to_have_accessible_name("Abrir el chat")


def test_every_word_is_there_in_every_language(customer: Customer) -> None:
    source = WIDGET.read_text(encoding="utf-8")
    table = source[source.index("const WORDS = ") + 14 : source.index("};", source.index("const WORDS = ")) + 1]
    words: dict[str, list[str]] = customer.page.evaluate(f"({table})")
    assert len(words) >= 25
    for key, texts in words.items():
        assert len(texts) == len(LANGS), key
        assert all(texts), key
        holes = [sorted(re.findall(r"\{\d\}", text)) for text in texts]
        assert all(one == other for one, other in pairwise(holes)), key
        assert re.search(rf"\bt\([^()]*\"{key}\"", source), f"{key} is used nowhere"


def test_motion_and_darkness_follow_the_system(customer: Customer, fake: Fake) -> None:
    customer.page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    customer.open()
    fake.push({"t": "typing", "on": True, "name": "Mina"})
    expect(customer.page.locator(".dots")).to_be_visible()
    moving = "node => node.getAnimations({ subtree: true }).length"
    back = "node => getComputedStyle(node).backgroundColor"
    assert customer.panel.evaluate(moving) == 0
    assert customer.panel.evaluate(back) == "rgb(26, 29, 35)"
    customer.page.emulate_media(color_scheme="light", reduced_motion="no-preference")
    assert customer.panel.evaluate(moving) > 0
    assert customer.panel.evaluate(back) == "rgb(255, 255, 255)"


def test_old_messages_stay_in_place_when_new_ones_come(customer: Customer, fake: Fake) -> None:
    customer.open()
    for number in range(40):
        fake.answer(f"line {number}")
    expect(customer.rows).to_have_count(40)
    log = customer.page.get_by_role("log")
    newer = customer.page.get_by_role("button", name="New messages")
    expect(newer).to_be_hidden()
    log.evaluate("node => { node.scrollTop = 100 }")
    fake.answer("below")  # perhaps before the browser tells that somebody scrolled
    expect(newer).to_be_visible()
    assert log.evaluate("node => node.scrollTop") == 100
    newer.click()
    expect(customer.rows.last).to_be_in_viewport()
    expect(newer).to_be_hidden()


def test_pages_can_open_it(customer: Customer, fake: Fake) -> None:
    customer.visit()
    customer.page.evaluate("AgentDesk.open()")
    expect(customer.panel).to_be_visible()
    customer.page.evaluate("AgentDesk.close()")
    expect(customer.panel).to_be_hidden()
    fake.until(lambda: fake.requests)
    assert [request["site"] for request in fake.requests] == [SITE]


def test_a_new_page_keeps_the_chat_open_but_not_the_focus(customer: Customer) -> None:
    customer.open()
    customer.page.reload()
    expect(customer.panel).to_be_visible()
    assert customer.page.evaluate("document.activeElement.localName") == "body"
    customer.page.set_viewport_size({"width": 320, "height": 568})
    customer.page.reload()
    expect(customer.launcher).to_be_visible()
    expect(customer.panel).to_be_hidden()
