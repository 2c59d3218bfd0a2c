"""Leaves pictures of a case of mails: `python tests/desk/preview_mail.py FOLDER`."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QApplication, QHBoxLayout, QWidget
from tests.desk.fake_desk import CHANNEL, MINUTE, FakeDesk

from agentdesk.desk.pages.queue.context import ContextPanel
from agentdesk.desk.pages.queue.conversation import ConversationPanel
from agentdesk.desk.pages.queue.mail_sheet import open_mail
from agentdesk.desk.settings import Settings
from agentdesk.desk.theme import Theme
from agentdesk.domain.cases import Reply
from agentdesk.domain.mail import MarkMail, TakeMail

QUOTED = """Good morning,

the lamp came today, but the shade is broken. Can you send me another one?

Kind regards
Lena Sommer

--\x20
Sommer Interiors, Lindenstr. 4, Berlin

On Mon, Nov 2, 2026 at 9:12 AM Help <help@shop.example> wrote:
> Your parcel is on its way.
> It should arrive on Thursday."""
PAGE = """<p>Good morning,</p><p>the lamp came today, but the <b>shade is broken</b>.</p>
<table border="1"><tr><td>Order</td><td>20418</td></tr></table><img src="remote:0"><p><a href="https://shop.example">shop</a></p>"""


def story(desk: FakeDesk) -> None:
    """A customer writes, we answer, the answer does not arrive; another mail may belong here."""
    page = desk.stage(PAGE.encode(), "mail.html")
    told: dict[str, Any] = {
        "team": "billing", "mailbox": "help@shop.example", "own": ("help@shop.example",),
        "sender": "lena@sommer.example", "senders": ("lena@sommer.example",),
        "sender_name": "Lena Sommer", "customer": "mu1",
        "to": ("help@shop.example",), "cc": ("office@sommer.example",), "subject": "The lamp came broken",
    }  # fmt: skip
    first = TakeMail(
        message="m1", case="c1", conversation="v1", text=QUOTED, message_id="1@sommer.example", page=page.id,
        files=(page,), images=3, checks=("spf=pass", "dkim=pass", "dmarc=pass"),
        remarks=("remote-images 3",), unreadable=("application/ms-tnef winmail",), **told,
    )  # fmt: skip
    desk.act(first, CHANNEL)
    desk.time += MINUTE
    desk.act(Reply(case="c1", message="r1", text="I am sorry. A new shade leaves today.", seen=9), desk.colleague())
    desk.act(MarkMail(mail="r1", state="trying", message_id="r1@shop.example"), CHANNEL)
    desk.act(MarkMail(mail="r1", state="failed", words="550 5.1.1 <lena@sommer.example>: no such user"), CHANNEL)
    desk.time += MINUTE
    forged: dict[str, Any] = {
        **told,
        "sender": "lena@sommer-shop.example",
        "senders": ("lena@sommer-shop.example",),
        "customer": "mu2",
    }
    second = TakeMail(
        message="m2", case="c2", conversation="v2", text="Please send it to my new address.",
        message_id="2@sommer.example", in_reply_to=("1@sommer.example",), checks=("dmarc=fail",),
        remarks=("not-proved dmarc=fail", "look-alike sommer-shop.example"), **forged,
    )  # fmt: skip
    desk.act(second, CHANNEL)
    desk.time += MINUTE


def main(kept: Path, folder: str) -> None:
    """Paint the case and the mail in both looks, and the case in the smallest window."""
    app = QApplication([])
    out = Path(folder)
    out.mkdir(parents=True, exist_ok=True)
    settings = Settings(kept)
    Theme(app, settings)
    for look in ("light", "dark"):
        settings.put("look.theme", look)
        for name, case, width, height in (
            ("case", "c1", 1036, 874),
            ("forged", "c2", 1036, 874),
            ("small", "c1", 690, 560),
        ):
            desk = FakeDesk()
            story(desk)
            frame, side = QWidget(), ContextPanel(desk)
            panel = ConversationPanel(desk)
            row = QHBoxLayout(frame)
            row.addWidget(panel, 1)
            row.addWidget(side)
            side.setVisible(width > 700)
            frame.resize(width, height)
            frame.show()
            panel.show_case(case)
            side.show_case(case)
            _settle(app)
            frame.grab().save(str(out / f"{name}-{look}.png"))
            sheet = open_mail(desk, "m1" if case == "c1" else "m2", panel)
            _settle(app)
            if sheet is not None and width > 700:
                sheet.grab().save(str(out / f"sheet-{name}-{look}.png"))
            frame.close()
            frame.deleteLater()


def _settle(app: QCoreApplication) -> None:
    for _ in range(30):
        app.processEvents()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as kept:
        main(Path(kept), *sys.argv[1:])
