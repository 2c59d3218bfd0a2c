"""Leaves pictures of conversations in every state: `python tests/desk/preview_conversation.py FOLDER [WORD]`."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QBuffer, QLocale, QSize
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication, QHBoxLayout, QWidget
from tests.desk.fake_desk import CHANNEL, MINUTE, NOW, FakeDesk

from agentdesk.desk.pages.queue.context import ContextPanel
from agentdesk.desk.pages.queue.conversation import ConversationPanel
from agentdesk.desk.settings import Settings
from agentdesk.desk.theme import Theme
from agentdesk.desk.widgets.frames import Pane
from agentdesk.domain.cases import Claim, Link, Note, Prioritise, Reply, Tag
from agentdesk.domain.cases.states import MarkMessage
from agentdesk.store.drafts import Draft
from agentdesk.sync.presence import Seen


def story(desk: FakeDesk) -> None:
    """A case over some days, with everything that can be in one."""
    desk.time = NOW - 9 * 24 * 60 * MINUTE
    desk.open_case(
        text='Hello, I returned the headphones on 3 November and your site says "refund issued". My card ending '
        "4417 shows nothing. Can you check?",
        subject="Refund still not on my card after 9 days",
    )
    desk.time += 25 * MINUTE
    desk.act(Claim(case="c1"), desk.colleague())
    text = "Hi Lena, the refund left us on 10 November. Banks need up to five working days to show it."
    desk.act(Reply(case="c1", message="r1", text=text, seen=9), desk.colleague())
    desk.act(MarkMessage(message="r1", state="read"), CHANNEL)
    desk.time = NOW - 20 * MINUTE
    picture = desk.stage(_picture(), "bank.png")
    desk.receive("It is day nine now and still nothing. I am getting tired of asking.")
    desk.receive("This is what my bank shows: https://bank.example.org/accounts/4417?from=3-11", files=(picture,))
    desk.time += 2 * MINUTE
    note = Note(case="c1", message="n1", text="Ask for the ARN so that her bank can trace it, @[mina]. You can offer "
                "the goodwill credit, up to €15.")  # fmt: skip
    desk.act(note, desk.colleague("rosa"))
    for tag in ("Billing", "Refund"):
        desk.do(Tag(case="c1", tag=tag))
    desk.do(Prioritise(case="c1", priority=2))
    desk.open_case("c2", text="The invoice has the wrong VAT number", subject="Invoice 20418")
    desk.do(Link(case="c1", to="c2"))
    desk.time = NOW


def _picture() -> bytes:
    image = QImage(QSize(640, 400), QImage.Format.Format_RGB32)
    image.fill(QColor("#dfe8ff"))
    painter = QPainter(image)
    painter.fillRect(40, 60, 560, 40, QColor("#86A6FF"))
    painter.fillRect(40, 130, 360, 30, QColor("#b8c8f8"))
    painter.end()
    kept = QBuffer()
    kept.open(QBuffer.OpenModeFlag.WriteOnly)
    image.save(kept, "PNG")
    return kept.data().data()


def mixed(desk: FakeDesk) -> None:
    """Messages in several scripts, and states of replies."""
    story(desk)
    desk.receive("مرحبا، لم يصل المبلغ إلى بطاقتي بعد. رقم الطلب هو 4417 ABC، هل يمكنكم التحقق من ذلك من فضلكم؟")
    desk.receive(
        "返金がまだ届いていません。カード番号の末尾は４４１７です。ご確認いただけますでしょうか。よろしくお願いいたします。"
    )
    desk.do(Reply(case="c1", message="r7", text="Thank you, we look into it 👋", seen=99, hold=10))
    desk.do(Reply(case="c1", message="r8", text="A second word that bounced.", seen=99))
    desk.act(MarkMessage(message="r8", state="failed", error="mailbox is full"), CHANNEL)


def offline(desk: FakeDesk) -> None:
    """Written without a network."""
    story(desk)
    desk.online = False
    desk.time -= MINUTE
    text = "I'm sorry that you have had to ask twice, Lena. I've looked at the refund: €129.00 left us on 10 November."
    desk.do(Reply(case="c1", message="r9", text=text, seen=99))
    desk.time += MINUTE


def draft(desk: FakeDesk) -> None:
    """A reply being written, the customer too."""
    story(desk)
    text = (
        "I'm sorry that you have had to ask twice, Lena. I've looked at the refund: €129.00 left us on 10 November with"
        " the reference ARN 7451…0932. If you give that number to your bank, they can trace it today."
    )
    desk.drafts.typed("c1", "reply", text, len(text))
    desk.writers = [Seen("visitor", "Lena", "", NOW + MINUTE), Seen("dario", "Dario Vitale", "", NOW + MINUTE)]


def guarded(desk: FakeDesk) -> None:
    """A reply that was stopped."""
    draft(desk)
    desk.writers = []
    old = desk.drafts.kept["c1", "reply"]
    desk.drafts.kept["c1", "reply"] = Draft(*old[:4], NOW - 30 * MINUTE)
    desk.receive("My bank found it, it came today. Please cancel the complaint.")


def long(desk: FakeDesk) -> None:
    """Four hundred messages."""
    desk.open_case()
    for number in range(200):
        desk.time = NOW - (200 - number) * MINUTE
        desk.receive(f"Question {number}: " + "why does it take so long " * (number % 9))
        desk.do(Reply(case="c1", message=f"x{number}", text=f"Answer {number} " + "soon " * (number % 30), seen=9999))
    desk.time = NOW


def window(desk: FakeDesk, width: int, height: int, context: bool = True) -> tuple[QWidget, ConversationPanel]:
    """Work and context zone side by side."""
    frame, panel = QWidget(), ConversationPanel(desk)
    row = QHBoxLayout(frame)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(0)
    work = Pane()
    work.box.addWidget(panel)
    row.addWidget(work, 1)
    if context:
        side = ContextPanel(desk)
        side.setFixedWidth(348)
        row.addWidget(side)
        side.show_case("c1")
    frame.resize(width, height)
    frame.show()
    panel.show_case("c1")
    return frame, panel


def _note(panel: ConversationPanel) -> None:
    panel.write("note")
    panel.composer.put_text("Please look, @[dario] — her bank needs the ARN.")


SHOTS: tuple[tuple[str, Callable[[FakeDesk], None], int, int, Callable[[ConversationPanel], None]], ...] = (
    ("draft", draft, 1036, 874, lambda p: p.composer.focus()),
    ("mixed", mixed, 1036, 1100, lambda p: None),
    ("offline", offline, 1036, 874, lambda p: None),
    ("guard", guarded, 1036, 874, lambda p: None),
    ("note", story, 1036, 874, _note),
    ("long", long, 1036, 874, lambda p: p.timeline.verticalScrollBar().setValue(2000)),
    ("narrow", draft, 690, 640, lambda p: None),
)


def main(kept: Path, folder: str, word: str = "") -> None:
    """Paint all pictures whose name has the word."""
    app = QApplication([])
    QLocale.setDefault(QLocale("en_GB"))
    out = Path(folder)
    out.mkdir(parents=True, exist_ok=True)
    settings = Settings(kept)
    Theme(app, settings)
    for look in ("light", "dark"):
        settings.put("look.theme", look)
        for name, tell, width, height, then in SHOTS:
            if word not in f"{name}-{look}":
                continue
            desk = FakeDesk()
            tell(desk)
            frame, panel = window(desk, width, height, width > 700)
            then(panel)
            for _ in range(30):
                app.processEvents()
            frame.grab().save(str(out / f"{name}-{look}.png"))
            frame.close()
            frame.deleteLater()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as kept:
        main(Path(kept), *sys.argv[1:])
