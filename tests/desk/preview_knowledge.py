"""Leaves pictures of the page of knowledge: `python tests/desk/preview_knowledge.py FOLDER`."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path

import msgspec
from PySide6.QtGui import QColor, QImage, QPainter
from tests.desk.fake_desk import FakeDesk
from tests.desk.previewing import USUAL, Shown, windows

from agentdesk.desk.pages.knowledge import KnowledgePage
from agentdesk.desk.pictures import encoded
from agentdesk.domain.governed import Approve, Begin, Document, Draft, Publish, Submit, Use
from agentdesk.domain.governed.registers import DAY
from agentdesk.domain.kernel import Actor
from agentdesk.domain.knowledge import Flag, Miss

TEXT = """Every card refund carries an acquirer reference number (**ARN**, 23 digits). The customer's bank can find the
money with it on the same day.

## 1 Find the number

Open the order, then *Payments*, then the refund line. Copy `ARN`.

| Bank | Days |
|------|-----:|
| most | 3 |
| some | 10 |

![The payments of an order, with the reference behind the refund](attached:shot)

## 2 Tell the customer

The refund of {amount} left us on {date} with the reference {ARN}.

> [!agents]
> Never read out more than the last four digits of a card.
"""
TITLES = (
    "Trace a card refund with an ARN",
    "When a refund is late: what to offer",
    "Bank transfer refunds outside the EU",
    "Partial refunds and vouchers",
    "Chargeback opened by the bank",
    "أين طردي؟",
)


def picture() -> bytes:
    """Something like a part of a screen."""
    image = QImage(900, 260, QImage.Format.Format_RGB32)
    image.fill(QColor("#f4f6f8"))
    painter = QPainter(image)
    for row, word in enumerate(("Order 4711", "Paid 12.03.", "Refund ARN 7445 2098")):
        painter.fillRect(20, 20 + row * 78, 860, 66, QColor("white"))
        painter.drawText(40, 60 + row * 78, word)
    painter.end()
    made = encoded(image)
    assert made is not None
    return made[0]


def desk() -> FakeDesk:
    """Articles in each state."""
    made = FakeDesk()
    made._me = msgspec.structs.replace(made.me, role="supervisor", scopes=made.me.scopes | {"library"})
    rosa = Actor("rosa", "supervisor", "Rosa Stein", ("billing",), made.me.scopes)
    shot = msgspec.structs.replace(made.stage(picture(), "payments.png"), id="shot")
    for n, title in enumerate(TITLES, 1):
        details = '{"category": "Billing", "audience": "both", "tags": ["refund"], "regions": ["EU", "UK"]}'
        wish = Begin(
            document=f"a{n}", edition=f"e{n}", register="article", title=title, text=TEXT, details=details,
            files=(shot,) if n == 1 else (),
        )  # fmt: skip
        made.act(wish, rosa)
        if n != 4:
            made.act(Submit(edition=f"e{n}"), rosa)
        if n not in (4, 6):
            made.do(Approve(edition=f"e{n}"))
            made.do(Publish(edition=f"e{n}"))
    for id, days in (("a2", 4), ("a5", -20)):
        found = made.view.get(Document, id)
        at = made.time + days * DAY
        made.put(msgspec.structs.replace(found, review_at=at, expires_at=at + 14 * DAY, expired=days < 0))
    wish2 = Draft(
        document="a1", edition="e1b", title=TITLES[0], text=TEXT.replace("23", "24"), details="{}", previous="e1"
    )
    made.act(wish2, rosa)
    old = made.view.get(Document, "a3")
    made.put(msgspec.structs.replace(old, since=made.time - 300 * DAY))
    made.open_case("c1")
    for n, how in enumerate(("text", "link", "read")):
        made.put(Use(f"u{n}", "library", 1, "document", "a3", "c1", how, "rosa", made.time - DAY, back=n == 0))
    made.put(Miss("m1", "library", 1, "gift card", "wrote", "help", made.time - DAY))
    made.put(Miss("m2", "library", 1, "chargeback form", "unread", "rosa", made.time - DAY))
    made.do(Flag(gap="g1", words="What do we say about vouchers that ran out?"))
    return made


def _grab(window: Shown, folder: Path, name: str) -> None:
    window.grab(folder / f"knowledge-{name}-{window.look.theme}.png")


def main(folder: Path) -> None:
    for window in windows(*USUAL):
        shell, made = window.shell, desk()
        page = KnowledgePage(made, shell.settings, shell)
        shell.add_page(page)
        shell.open_page("knowledge")
        grab = partial(_grab, window, folder)
        page.show_record("document", "a1")
        grab("read")
        page.reader.tabs.choose("history")
        page.reader._show_text()
        grab("history")
        page.reader.timing.ask(lambda since, until: "")
        page.reader.tabs.choose("held")
        page.reader._show_text()
        grab("timing")
        page.reader.timing.hide()
        page.show_document("a5")
        grab("expired")
        page.edit(made.view.get(Document, "a1"))
        page.editor.pictures.take_picture(QImage.fromData(picture()))
        grab("edit")
        page._ask_gap()
        grab("gaps")
        page.shelf.show_tab("fresh")
        grab("fresh")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
