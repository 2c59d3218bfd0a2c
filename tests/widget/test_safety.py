"""Hostile text stays text, links are tame, and the page's own rules (CSP, shortcuts, styles) are kept."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from tests.widget.conftest import Customer
from tests.widget.fake import SITE, Fake

pytestmark = pytest.mark.browser

HOSTILE = [
    "<script>window.hit=1</script>",
    "<img src=x onerror='window.hit=1'>",
    "<svg/onload=window.hit=1>",
    "</div></template><iframe srcdoc='<script>parent.hit=1</script>'>",
    "javascript:window.hit=1",
    "[x](javascript:window.hit=1)",
    "data:text/html,<script>window.hit=1</script>",
    "&lt;b&gt;&#x41;\u0000\u202etxet\u202c",
    "{{constructor.constructor('window.hit=1')()}}",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_markup_from_anyone_is_shown_as_text(customer: Customer, fake: Fake, text: str) -> None:
    fake.knobs.site |= {"name": text, "team": text, "greeting": text}
    customer.open()
    fake.answer(text, name=text)
    fake.answer(text, sender="system", name="")
    fake.push({"t": "typing", "on": True, "name": text}, {"t": "agent", "name": text, "joined": True})
    customer.say(text)
    expect(customer.rows).to_have_count(4)
    raw = customer.page.locator(".log .row[data-id] .text").all_text_contents()
    assert [raw[0], raw[1]] == [text, text]
    made = "script, img, iframe, svg:not(.icon svg):not(.newer svg):not(.launcher svg), a[href], template, b"
    assert customer.page.locator(".panel").locator(made).count() == 0
    assert customer.page.evaluate("window.hit") is None


@pytest.mark.parametrize(
    ("text", "hrefs"),
    [
        ("see https://example.org/a?b=1&c=2#d.", ["https://example.org/a?b=1&c=2#d"]),
        ("(http://example.org/x) and HTTPS://EXAMPLE.ORG!", ["http://example.org/x", "https://example.org/"]),
        ("https://bank.example@evil.example/", []),
        ("https://evil.example/\u202egpj.exe", ["https://evil.example/"]),
        ("ftp://example.org file:///etc/passwd mailto:a@b.c javascript:https://x", ["https://x/"]),
        ("https://", []),
        ('https://example.org/"onmouseover="alert(1)', ["https://example.org/"]),
    ],
)
def test_only_plain_web_addresses_become_links(customer: Customer, fake: Fake, text: str, hrefs: list[str]) -> None:
    customer.open()
    fake.answer(text)
    expect(customer.rows).to_have_count(1)
    links = customer.rows.locator("a").all()
    assert [link.evaluate("a => a.href") for link in links] == hrefs
    for link in links:
        assert link.get_attribute("rel") == "noopener noreferrer nofollow"
        assert link.get_attribute("target") == "_blank"
    assert customer.rows.locator(".text").text_content() == text


def test_it_runs_under_a_strict_policy(customer: Customer, fake: Fake) -> None:
    complaints: list[str] = []
    customer.page.on("console", lambda line: complaints.append(line.text) if "Security Policy" in line.text else None)
    customer.open(csp="1", color="#116644")
    customer.say("https://example.org under trusted types")
    fake.until(fake.said)
    assert customer.panel.evaluate("node => getComputedStyle(node).position") == "fixed"
    header = customer.page.locator("header").evaluate("node => getComputedStyle(node).backgroundColor")
    assert header == "rgb(17, 102, 68)"
    assert complaints == []


def test_the_token_is_in_no_address(customer: Customer, fake: Fake) -> None:
    seen: list[str] = []
    customer.page.on("request", lambda request: seen.append(request.url))
    customer.page.on("websocket", lambda line: seen.append(line.url))
    customer.open()
    customer.page.reload()
    customer.settled()
    token = fake.only().token
    assert len(seen) > 4
    assert not any(token in url for url in [*seen, *fake.urls, customer.page.url])
    assert any(url.endswith(f"/visit?site={SITE}") for url in fake.urls)


def test_it_tells_the_page_without_its_query(customer: Customer, fake: Fake) -> None:
    customer.open(lang="de", secret="reset-token")
    assert fake.requests[0]["page"] == {"url": f"{fake.origin}/page", "title": "Shop"}
    assert fake.requests[0]["lang"] == "de"


def test_nothing_is_asked_of_the_server_until_somebody_wants_to_talk(customer: Customer, fake: Fake) -> None:
    customer.visit()
    customer.page.reload()
    customer.launcher.wait_for()
    assert not fake.requests
    assert not fake.urls


def test_the_pages_rules_do_not_reach_in(customer: Customer, fake: Fake) -> None:
    customer.page.add_init_script(
        """addEventListener("DOMContentLoaded", () => {
          const style = document.createElement("style");
          style.textContent = "* { font-size: 40px !important; color: lime !important }"
            + "div, section, button { display: none }";
          document.head.append(style);
          addEventListener("keydown", (event) => { window.shortcuts = (window.shortcuts || "") + event.key; });
        })"""
    )
    customer.open()
    customer.area.press_sequentially("jk")
    assert customer.area.evaluate("node => [getComputedStyle(node).fontSize, getComputedStyle(node).color]") == [
        "14px",
        "rgb(26, 30, 38)",
    ]
    assert customer.page.evaluate("window.shortcuts") is None


def test_a_second_script_changes_nothing(customer: Customer, fake: Fake) -> None:
    customer.open()
    customer.page.add_script_tag(url="/widget.js")
    assert customer.page.locator("agentdesk-chat").count() == 1


@pytest.mark.parametrize(
    "frame", ['{"t":"constructor"}', '{"t":"__proto__"}', "[]", "null", "nonsense", '{"t":"later"}']
)
def test_an_unknown_frame_is_ignored(customer: Customer, fake: Fake, frame: str) -> None:
    customer.open()
    fake.push_raw(frame)
    fake.answer("still here")
    expect(customer.rows).to_have_count(1)
    assert len(fake.got("hello")) == 1


def test_looks_become_nodes_and_nothing_else(customer: Customer, fake: Fake) -> None:
    lines = [
        {"k": "text", "r": [["<b>", "b", ""], ["x", "z<", "javascript:alert(1)"], ["y", "", "https://a.example/"]]},
        {"k": "item", "d": 1, "m": "•", "r": [["one", "", ""]]},
        {"k": "item", "d": 2, "m": "7.", "r": [["deep", "ic", ""]]},
        {"k": "text", "q": 1, "r": [["said", "", ""]]},
        {"k": "code", "r": [["<i>", "c", ""]]},
        {"k": "code", "r": [["2", "c", ""]]},
        {"k": "rule"},
    ]
    customer.open()
    said = {"seq": 1, "id": "m-1", "from": "agent", "name": "Mina", "text": "words", "at": 1_760_000_000_000}
    fake.push({"t": "messages", "items": [{**said, "attachments": [], "rich": lines}], "more": False})
    text = customer.rows.locator(".text")
    expect(text).to_have_count(1)
    assert text.evaluate("node => node.innerHTML") == (
        '<div dir="auto"><strong>&lt;b&gt;</strong>x<a href="https://a.example/" target="_blank" '
        'rel="noopener noreferrer nofollow">y</a></div><ul><li dir="auto">one<ol><li dir="auto" value="7"><code><em>'
        'deep</em></code></li></ol></li></ul><blockquote><div dir="auto">said</div></blockquote>'
        '<pre dir="ltr"><code>&lt;i&gt;\n2</code></pre><hr>'
    )
