"""Attachments: up before the message that names them, down on a click, never run."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, expect
from tests.widget.conftest import Customer
from tests.widget.fake import Fake

pytestmark = pytest.mark.browser

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360f8cf500f0003830180"
    "5ac9a3b50000000049454e44ae426082"
)

MADE_BLOBS = """window.made = []; const make = URL.createObjectURL;
URL.createObjectURL = (blob) => { window.made.push(blob.type); return make.call(URL, blob); };"""


def bill(name: str = "bill.pdf", kind: str = "application/pdf", data: bytes = b"%PDF a bill") -> FilePayload:
    """A file to attach."""
    return {"name": name, "mimeType": kind, "buffer": data}


def attach(customer: Customer, *files: FilePayload) -> None:
    """Choose files as the dialog would."""
    customer.page.locator("input[type=file]").set_input_files(list(files))


def test_a_file_goes_up_and_is_named(customer: Customer, fake: Fake) -> None:
    customer.open()
    attach(customer, bill())
    expect(customer.page.locator(".chips li:not(.wait)")).to_have_count(1)
    customer.say("my bill")
    fake.until(fake.said)
    digest = hashlib.sha256(b"%PDF a bill").hexdigest()
    assert fake.blobs == {digest: b"%PDF a bill"}
    wanted = {"digest": digest, "name": "bill.pdf", "size": 11, "type": "application/pdf"}
    assert fake.only().messages[0]["attachments"] == [wanted]
    expect(customer.page.locator(".chips")).to_be_hidden()
    expect(customer.rows.first.get_by_role("button")).to_contain_text("bill.pdf")


def test_a_file_alone_is_a_message(customer: Customer, fake: Fake) -> None:
    customer.open()
    attach(customer, bill(), bill("b.txt", "text/plain", b"b"))
    expect(customer.page.locator(".chips li:not(.wait)")).to_have_count(2)
    customer.page.get_by_role("button", name="Remove bill.pdf").click()
    customer.page.get_by_role("button", name="Send").click()
    fake.until(lambda: fake.said() == [""])
    assert [file["name"] for file in fake.only().messages[0]["attachments"]] == ["b.txt"]


def test_a_file_comes_down_as_a_download(customer: Customer, fake: Fake, tmp_path: Path) -> None:
    page = b"<script>opener.hit=1</script>"
    digest = hashlib.sha256(page).hexdigest()
    customer.page.add_init_script(MADE_BLOBS)
    customer.open()
    fake.blobs[digest] = page
    fake.answer("", attachments=[{"digest": digest, "name": "evil.html", "size": len(page), "type": "text/html"}])
    with customer.page.expect_download() as waiting:
        customer.rows.first.get_by_role("button").click()
    waiting.value.save_as(tmp_path / "got")
    assert (tmp_path / "got").read_bytes() == page
    assert waiting.value.suggested_filename == "evil.html"
    assert len(customer.page.context.pages) == 1
    assert customer.page.evaluate("window.hit") is None
    assert customer.page.evaluate("window.made") == ["application/octet-stream"]  # opened by hand it is no page either


def test_pictures_are_shown_but_no_drawing_that_can_run(customer: Customer, fake: Fake) -> None:
    customer.page.add_init_script(MADE_BLOBS)
    customer.open()
    drawing = b"<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><rect width='9' height='9'/></svg>"
    pictures = [(PNG, "image/png", "a.png"), (drawing, "image/svg+xml", "b.svg"), (PNG + b"\0", "image/png", "c.png")]
    for data, kind, name in pictures:
        digest = hashlib.sha256(data).hexdigest()
        fake.blobs[digest] = data
        fake.answer(name, attachments=[{"digest": digest, "name": name, "size": len(data), "type": kind}])
    expect(customer.rows.nth(0).locator("img")).to_be_visible()
    expect(customer.rows.nth(2).locator("img")).to_be_visible()
    width = "async img => { await img.decode(); return img.naturalWidth }"
    assert customer.rows.nth(0).locator("img").evaluate(width) == 1
    assert customer.rows.nth(1).locator("img").count() == 0
    assert customer.page.evaluate("window.made") == ["image/png", "image/png"]


def test_a_missing_file_says_so(customer: Customer, fake: Fake) -> None:
    customer.open()
    fake.answer("", attachments=[{"digest": "0" * 64, "name": "gone.pdf", "size": 3, "type": "application/pdf"}])
    customer.rows.first.get_by_role("button").click()
    expect(customer.page.get_by_text("gone.pdf could not be loaded.")).to_be_visible()


def test_too_large_is_said_before_a_byte_goes_up(customer: Customer, fake: Fake) -> None:
    fake.knobs.max_file = 1000
    customer.open()
    attach(customer, bill(data=b"x" * 1001))
    expect(customer.page.get_by_text("bill.pdf is larger than 1 kB.")).to_be_visible()
    assert customer.page.locator(".chips li").count() == 0
    assert fake.blobs == {}


def test_the_servers_reason_is_shown(customer: Customer, fake: Fake) -> None:
    customer.open()
    fake.knobs.max_file = 1  # since the welcome
    attach(customer, bill())
    expect(customer.page.get_by_text("Files may have 1 kB at most.")).to_be_visible()
    expect(customer.page.locator(".chips")).to_be_hidden()


def test_a_file_waits_for_the_line_and_then_goes_up(customer: Customer, fake: Fake) -> None:
    customer.open()
    fake.knobs.down = True
    fake.cut()
    expect(customer.page.get_by_text("No connection")).to_be_visible()
    attach(customer, bill())
    expect(customer.page.get_by_role("button", name="Send")).to_be_disabled()
    fake.knobs.down = False
    expect(customer.page.get_by_role("button", name="Send")).to_be_enabled()
    customer.say("here")
    fake.until(fake.said)
    assert len(fake.only().messages[0]["attachments"]) == 1


def test_a_waiting_file_holds_the_message_back_through_every_failed_try(customer: Customer, fake: Fake) -> None:
    customer.open()
    fake.knobs.down = True
    fake.cut()
    attach(customer, bill())
    expect(customer.page.locator(".chips li.wait")).to_have_count(1)
    tries = fake.refused
    fake.until(lambda: fake.refused > tries + 2)  # of the line, and of a new session when the line gives no reason
    customer.page.wait_for_timeout(100)
    expect(customer.page.get_by_role("button", name="Send")).to_be_disabled()


def test_a_pasted_picture_is_attached(customer: Customer, fake: Fake) -> None:
    customer.open()
    customer.area.evaluate(
        """(node) => { const data = new DataTransfer();
        data.items.add(new File(["abc"], "shot.png", { type: "image/png" }));
        node.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true })); }"""
    )
    expect(customer.page.locator(".chips li:not(.wait)")).to_contain_text("shot.png")
    assert list(fake.blobs.values()) == [b"abc"]
