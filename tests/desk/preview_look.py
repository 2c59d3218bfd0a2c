"""Builds the shell around a sample page and leaves pictures of it: `python tests/desk/preview_look.py FOLDER`."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QPlainTextEdit, QSplitter, QVBoxLayout, QWidget

from agentdesk.desk.actions import Action, ActionBook
from agentdesk.desk.entries import Entry
from agentdesk.desk.icons import paint_icon
from agentdesk.desk.pages.settings import SettingsPage
from agentdesk.desk.settings import Settings
from agentdesk.desk.shell import Shell
from agentdesk.desk.statusline import Link
from agentdesk.desk.theme import Theme, color, font, scaled
from agentdesk.desk.widgets.badges import Avatar, Chip
from agentdesk.desk.widgets.buttons import Button, IconButton
from agentdesk.desk.widgets.fields import SearchField
from agentdesk.desk.widgets.frames import Banner, Bar, Card, Header, Pane, spread
from agentdesk.desk.widgets.labels import hairline, label
from agentdesk.desk.widgets.paint import chip_size, paint_avatar, paint_chip
from agentdesk.desk.widgets.states import EmptyState, SkeletonRows
from agentdesk.desk.widgets.tabs import Tabs

PEOPLE = (("Lena Sorensen", "Refund still not on my card after 9 days", ("Billing",), ("Angry", "bad")),
          ("Tomas Okafor", "Where do I change the delivery address?", ("Orders",), None),
          ("Priya Raman", "Call back about locked account", ("Access",), ("VIP", "violet")),
          ("ליאור כהן", "החשבונית לא הגיעה אליי עדיין", ("Plans",), ("urgent", "warn")),
          ("松田 浩", "プレミアムプランは二台の端末で使えますか", ("Plans",), None))  # fmt: skip


class Row(QWidget):
    """One list row, painted with the shared painters."""

    def __init__(
        self, name: str, subject: str, tags: tuple[str, ...], mood: tuple[str, str] | None, chosen: bool
    ) -> None:
        super().__init__()
        self._parts, self._chosen = (name, subject, tags, mood), chosen
        self.setFixedHeight(scaled(81))

    def paintEvent(self, _event: QPaintEvent) -> None:
        name, subject, tags, mood = self._parts
        painter = QPainter(self)
        if self._chosen:
            painter.fillRect(self.rect(), color("accent_soft"))
            painter.fillRect(QRect(0, 0, 3, self.height()), color("accent"))
        paint_avatar(painter, QRect(14, 12, scaled(30), scaled(30)), name, "surface" if self._chosen else "accent")
        painter.setPen(color("text"))
        painter.setFont(font("body", "strong"))
        painter.drawText(QRect(54, 10, 200, scaled(19)), Qt.AlignmentFlag.AlignVCenter, name)
        painter.setFont(font("small"))
        painter.drawText(QRect(54, scaled(30), 230, scaled(18)), Qt.AlignmentFlag.AlignVCenter, subject)
        painter.setFont(font("small", "strong", tabular=True))
        painter.setPen(color("bad"))
        painter.drawText(QRect(self.width() - 94, scaled(30), 80, scaled(18)), Qt.AlignmentFlag.AlignRight, "−4:12")
        paint_icon(painter, QRect(self.width() - 60, 13, scaled(12), scaled(12)), "ph.envelope-simple", "faint")
        left = 54
        for text, tone in (*((tag, "plain") for tag in tags), *((mood,) if mood else ())):
            size = chip_size(text)
            paint_chip(painter, QRect(left, scaled(52), size.width(), size.height()), text, tone)
            left += size.width() + 5
        painter.fillRect(QRect(0, self.height() - 1, self.width(), 1), color("line_soft"))


def _listing() -> Pane:
    pane = Pane()
    head = Header("My queue")
    head.show_count(9)
    head.add(IconButton("ph.funnel-simple", "Filter"), IconButton("ph.sort-ascending", "Sort"))
    pane.box.addWidget(head)
    strip = Bar("strip")
    strip.row.setContentsMargins(10, 0, 10, 0)
    tabs = Tabs([("mine", "Mine"), ("team", "Billing EU"), ("free", "Unassigned"), ("wait", "Waiting"), ("all", "All")])
    for tab, count in (("mine", 9), ("team", 41), ("free", 12), ("wait", 5)):
        tabs.show_count(tab, count)
    strip.row.addWidget(tabs, 1)
    pane.box.addWidget(strip)
    for at, person in enumerate(PEOPLE):
        pane.box.addWidget(Row(*person, chosen=at == 0))
    pane.box.addWidget(SkeletonRows("Loading"), 1)
    return pane


def _work() -> tuple[Pane, Banner]:
    pane = Pane()
    head = Header("Refund still not on my card after 9 days")
    head.add(Chip("Reply overdue 4:12", "bad", "ph.timer"), Button("Escalate", icon="ph.arrow-bend-up-right"))
    head.add(Button("Solve", "primary"))
    pane.box.addWidget(head)
    strip = Bar("strip")
    strip.row.addWidget(label("#48 213  ·  Billing EU  ·  Tier 1  ·  email → chat", "small"))
    strip.row.addStretch(1)
    strip.row.addWidget(Chip("Repeat contact, 2nd in 7 days", "warn"))
    strip.setFixedHeight(scaled(35))
    banner = Banner()
    pane.box.addWidget(strip)
    pane.box.addWidget(banner)
    pane.box.addWidget(
        EmptyState("ph.chats-circle", "No conversation open", "Choose one from the list.", "Open next", print), 1
    )
    pane.box.addWidget(hairline())
    foot = QVBoxLayout()
    foot.setContentsMargins(14, 8, 14, 8)
    foot.setSpacing(8)
    reply, note = Button("Reply · chat", "pill"), Button("Note", "pill")
    reply.setChecked(True)
    foot.addWidget(spread(reply, note, None, label("draft saved on this laptop", "small")))
    text = QPlainTextEdit("I'm sorry that you have had to ask twice, Lena.")
    text.setFixedHeight(76)
    foot.addWidget(text)
    tools = [IconButton(f"ph.{sign}", sign) for sign in ("paperclip", "lightning", "book-open", "text-aa")]
    foot.addWidget(spread(*tools, None, Button("Send", "primary", hint="Ctrl ↵")))
    pane.box.addLayout(foot)
    return pane, banner


def _aside() -> Pane:
    pane = Pane()
    head = Header("Assist")
    head.add(Chip("on this laptop", "good", "ph.laptop"), IconButton("ph.dots-three", "More"))
    pane.box.addWidget(head)
    cards = QVBoxLayout()
    cards.setContentsMargins(14, 12, 14, 12)
    cards.setSpacing(10)
    cards.addWidget(label("Suggested replies · you decide what is sent", "section"))
    for tone in ("accent", "", "note"):
        card = Card(tone)
        card.box.addWidget(
            label("I've looked at the refund: it left us on {date} with the reference {ARN}.", wrap=True)
        )
        card.box.addWidget(spread(Chip("Trace a card refund §2", icon="ph.book-open"), Chip("#46 870 solved"), None))
        cards.addWidget(card)
    cards.addWidget(hairline())
    cards.addWidget(
        spread(Avatar("Lena Sorensen", presence="good"), label("Lena Sorensen", "strong"), None, Chip("Plus"))
    )
    cards.addWidget(SearchField("Search answers", "/"))
    cards.addWidget(spread(Button("Edit reply", "primary"), Button("Send anyway"), Button("Discard", "danger"), None))
    cards.addStretch(1)
    pane.box.addLayout(cards)
    return pane


class SamplePage:
    """A page in the shape of the queue."""

    badge = None
    place = "top"

    def __init__(self, page_id: str, title: str, icon: str, actions: tuple[Action, ...] = ()) -> None:
        self.id, self.title, self.icon, self.actions = page_id, title, icon, actions
        self.banner: Banner | None = None
        self._widget: QWidget | None = None

    @property
    def widget(self) -> QWidget:
        if self._widget is None:
            work, self.banner = _work()
            split = QSplitter()
            split.setHandleWidth(1)
            for part in (_listing(), work, _aside()):
                split.addWidget(part)
            split.setSizes([348, 700, 348])
            self._widget = split
        return self._widget

    def subject(self) -> str:
        return "#48 213"

    def shown(self) -> None:
        self.widget.findChild(QPlainTextEdit).setFocus()


def sample_actions() -> tuple[Action, ...]:
    """The keys of a conversation."""
    made = (
        ("case.reply", "Reply", "ph.arrow-bend-up-left", "R"),
        ("case.note", "Add internal note", "ph.note-pencil", "N"),
        ("case.assign", "Assign to…", "ph.user-plus", "A"),
        ("case.solve", "Solve", "ph.check-circle", "E"),
        ("case.snooze", "Snooze until…", "ph.clock-clockwise", "S"),
        ("case.escalate", "Escalate to Payments", "ph.arrow-bend-up-right", "Shift+E"),
        ("case.send", "Send the reply", "ph.paper-plane-tilt", "Ctrl+Return"),
    )
    return tuple(
        Action(id, title, "This conversation", lambda _: None, icon, key, page="queue") for id, title, icon, key in made
    )


def build(app: QApplication, folder: Path) -> tuple[Shell, Settings]:
    """The shell with sample pages."""
    settings = Settings(folder)
    Theme(app, settings)
    shell = Shell(settings, ActionBook(settings), now=lambda: 1_731_400_002_000)
    for page in (SamplePage("queue", "Queue", "ph.tray", sample_actions()), SamplePage("know", "Knowledge", "ph.books"),
                 SamplePage("forum", "Forum", "ph.chats-circle")):  # fmt: skip
        shell.add_page(page)
    shell.add_page(SettingsPage(settings, shell.book, print))
    shell.add_provider(lambda _query: [Entry("Lena Sorensen", "Go to", print, "ph.user", hint="customer")])
    shell.rail.button("forum").show_count(3)
    shell.status.show_link(Link.LIVE)
    shell.status.show_synced(1_731_400_000_000)
    shell.status.show_shift("Shift 09:00–17:30 · on plan")
    shell.show_person("Mina Kaya", "Available", "good", "3 of 4")
    shell.open_page("queue")
    return shell, settings


def _grab(shell: Shell, app: QApplication, to: Path) -> None:
    app.processEvents()
    app.processEvents()
    shell.grab().save(str(to))


def _more(shell: Shell, app: QApplication, settings: Settings, out: Path) -> None:
    """States, sizes, scripts."""
    page = shell.page()
    assert isinstance(page, SamplePage)
    assert page.banner is not None
    page.banner.show_state(
        "warn", "Offline since 10:24.", "All you do is kept and sent later.", "1 reply waiting", "ph.cloud-slash"
    )
    shell.status.show_link(Link.OFFLINE)
    shell.status.show_outbox(2)
    shell.notices.refuse(
        "Priya took this conversation a moment ago, so your assignment was not made.", "Take over", print
    )
    shell.resize(1100, 680)
    _grab(shell, app, out / "small.png")
    settings.put("look.text_scale", 200)
    _grab(shell, app, out / "scale200.png")
    settings.put("look.text_scale", 100)
    settings.put("look.contrast", "high")
    _grab(shell, app, out / "contrast.png")
    settings.put("look.contrast", "normal")
    shell.open_page("settings")
    shell.resize(1440, 900)
    shell.notices.dismiss()
    _grab(shell, app, out / "settings.png")
    settings.put("look.theme", "dark")
    _grab(shell, app, out / "settings-dark.png")
    shell.open_page("queue")
    settings.put("look.theme", "light")
    shell.resize(1100, 680)
    app.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    shell.open_palette()
    _grab(shell, app, out / "rtl.png")


def main() -> None:
    """Leave the pictures."""
    out = Path(sys.argv[1] if len(sys.argv) > 1 else "shots")
    out.mkdir(parents=True, exist_ok=True)
    app = QApplication([])
    with tempfile.TemporaryDirectory() as folder:
        shell, settings = build(app, Path(folder))
        shell.show()
        for theme in ("light", "dark"):
            settings.put("look.theme", theme)
            _grab(shell, app, out / f"shell-{theme}.png")
            shell.open_palette()
            shell.palette_panel._line.setText("re")
            _grab(shell, app, out / f"palette-{theme}.png")
            shell.palette_panel.close()
        shell.open_sheet()
        _grab(shell, app, out / "sheet.png")
        assert shell._sheet is not None
        shell._sheet.overlay.close_panel()
        settings.put("look.theme", "light")
        _more(shell, app, settings, out)


if __name__ == "__main__":
    main()
