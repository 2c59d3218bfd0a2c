"""The composer: reply or note, its draft, its files, and the ways to send it."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QMenu, QWidget

from agentdesk.desk.actions import cap
from agentdesk.desk.attaching import FileStrip
from agentdesk.desk.desk import Desk
from agentdesk.desk.names import channel_words
from agentdesk.desk.pages.queue.calling import ICON, open_call
from agentdesk.desk.pages.queue.composer_box import Box
from agentdesk.desk.pages.queue.composer_chooser import Chooser
from agentdesk.desk.pages.queue.composer_frame import GAP, lay_out, room_left
from agentdesk.desk.pages.queue.composer_history import fill_history
from agentdesk.desk.pages.queue.composer_live import Writing
from agentdesk.desk.pages.queue.composer_tools import Tools
from agentdesk.desk.pages.queue.composer_translating import Beside
from agentdesk.desk.texts import tr
from agentdesk.desk.theme import scaled
from agentdesk.desk.widgets.badges import Chip
from agentdesk.desk.widgets.buttons import Button, IconButton
from agentdesk.desk.widgets.frames import Card, Icon
from agentdesk.desk.widgets.labels import ElidedLabel, label
from agentdesk.desk.widgets.tabs import Tabs
from agentdesk.domain.cases import File

SAVED_MS = 500
REPLY, NOTE = "reply", "note"


class Composer(QWidget):
    """Shows the draft of a case, by kind. `send_asked` tells how: "", "solve" or "next"; `shown`: another draft."""

    send_asked, left, shown = Signal(str), Signal(), Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk, self.case, self._channel, self._kept = desk, "", "chat", ""
        self.files: dict[tuple[str, str], tuple[File, ...]] = {}
        self.writing = Writing(desk, self)
        self.box, self.strip = Box(desk), FileStrip(desk)
        self.tabs = Tabs([(REPLY, tr("Reply")), (NOTE, tr("Note"))], "pill", all_shown=True)
        self.card, self.wrong, self.origin = Card(), ElidedLabel("", "bad"), ElidedLabel("", "small")
        self.viewers = Chip(parent=self)
        self.saved_icon, self.saved = Icon("ph.check", "faint", 12), label(tr("draft saved on this laptop"), "small")
        self._later = QTimer(self, singleShot=True, interval=SAVED_MS)
        self.tools, self.chooser, self.beside = Tools(self), Chooser(self), Beside(self)
        self._make_buttons()
        lay_out(self)
        self._connect()
        self.show_kind(REPLY)

    def _make_buttons(self) -> None:
        self.attach = IconButton("ph.paperclip", tr("Attach files"))
        self.call = IconButton(ICON, tr("Note a call"), key=cap("Shift+P"))
        self.history = IconButton("ph.clock-counter-clockwise", tr("Earlier drafts"))
        self.history.setMenu(QMenu(self.history))
        self.history.setPopupMode(self.history.ToolButtonPopupMode.InstantPopup)
        self.send_next = Button(tr("Send and next"), "quiet")
        self.send_solve = Button(tr("Send and solve"), "quiet")
        self.send_later = IconButton("ph.clock-afternoon", tr("Send later…"), key=cap("Ctrl+Shift+L"))
        self.send = Button(tr("Send"), "primary", hint=cap("Ctrl+Return"))

    def _connect(self) -> None:
        self.tabs.chosen.connect(self.show_kind)
        self.box.textChanged.connect(self._typed)
        self.box.files_given.connect(self.strip.take)
        self.box.picture_given.connect(self.strip.take_picture)
        self.box.focused.connect(self._focused)
        self.box.left.connect(self.left)
        self.strip.changed.connect(self._keep_files)
        self.strip.wrong.connect(self.show_wrong)
        self.attach.clicked.connect(self.strip.choose)
        self.call.clicked.connect(lambda: open_call(self.desk, self.case, self.window()))
        self.history.menu().aboutToShow.connect(lambda: fill_history(self))
        self._later.timeout.connect(self._show_saved)
        for button, how in ((self.send, ""), (self.send_solve, "solve"), (self.send_next, "next")):
            button.clicked.connect(lambda _=False, how=how: self.send_asked.emit(how))

    # --- What is written ---

    @property
    def kind(self) -> str:
        """What is being written: reply or note."""
        return self.tabs.current()

    def show_case(self, case: str, channel: str) -> None:
        """The draft of another case."""
        self.writing.stop()
        self.case = case
        self.show_channel(channel)
        self._load()

    def show_channel(self, channel: str) -> None:
        """Where a reply goes."""
        self._channel = channel
        name, _icon = channel_words(channel)
        self.tabs.rename(REPLY, tr("Reply · {channel}", channel=name))

    def show_kind(self, kind: str) -> None:
        """Write a reply or a note."""
        self.tabs.choose(kind)
        self.writing.stop()
        note = kind == NOTE
        self.box.names, self.box.ghost.wanted = note, not note
        hint = tr("Write a note. Only your team sees it; @ names a colleague.") if note else tr("Write a reply")
        self.box.setPlaceholderText(self._kept or hint)
        self.box.setAccessibleName(tr("Note") if note else tr("Reply"))
        self.send.setText(tr("Add note") if note else tr("Send"))
        self.send.setAccessibleName(self.send.text())
        self.fit()
        self._show_tone()
        self._load()

    def show_kept(self, why: str) -> None:
        """Nothing can be written here, and why; nothing keeps one from writing if it is empty."""
        self._kept = why
        self.setEnabled(not why)
        self.show_kind(self.kind)

    def text(self) -> str:
        """What is written."""
        return self.box.text()

    def put_text(self, text: str) -> None:
        """Write this in place of what is there; what was there is in the history."""
        self.tools.end()
        self.box.show_text(text)
        self._typed()

    def sent(self) -> None:
        """What was written is on its way: begin anew."""
        self.writing.stop()
        self.desk.drafts.discard(self.case, self.kind)
        self.box.show_text("")
        self.tools.end()
        self.strip.clear()
        self.beside.look()
        self._show_saved()

    def focus(self) -> None:
        """Take the keyboard."""
        self.tools.end()
        self.box.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_wrong(self, sentence: str) -> None:
        """Say beside the field why this cannot be sent; an empty sentence takes it away."""
        self.wrong.setText(sentence)
        self._share_line()
        self.box.setAccessibleDescription(sentence or self._kept)
        self._show_tone()

    def show_origin(self, words: str) -> None:
        """Where what is written comes from."""
        self.origin.setText(words)
        self._share_line()

    def _share_line(self) -> None:
        """Where it comes from stands there while nothing is wrong."""
        told = bool(self.origin.text()) and not self.wrong.text()
        self.origin.setVisible(told)
        self.wrong.setVisible(not told)
        self.fit()

    def show_viewers(self, sentence: str, writing: bool) -> None:
        """Who else is at this case."""
        icon = "ph.pencil-simple" if writing else "ph.eye"
        self.viewers.show_chip(sentence, "warn" if writing else "accent", icon)

    def grow_to(self, most: int) -> None:
        """The height the field may take."""
        self.box.grow_to(most)

    # --- Drafts and files ---

    def _load(self) -> None:
        draft = self.desk.drafts.get(self.case, self.kind) if self.case else None
        self.tools.end()
        self.box.show_text(draft.text if draft else "", draft.cursor if draft else -1)
        self.strip.show_files(self.files.get((self.case, self.kind), ()))
        self.show_wrong("")
        self.beside.look()
        self._show_saved()
        self.shown.emit()

    def _typed(self) -> None:
        if not self.case:
            return
        text = self.text()
        self.desk.drafts.typed(self.case, self.kind, text, self.box.textCursor().position())
        if self.kind == REPLY and text.strip() and self.box.hasFocus():
            self.writing.typed(self.case)
        self.show_wrong("")
        self.saved_icon.hide()
        self.saved.hide()
        self._later.start()

    def _show_saved(self) -> None:
        kept = bool(self.case) and self.desk.drafts.get(self.case, self.kind) is not None
        self.saved_icon.setVisible(kept)
        self.saved.setVisible(kept and self.width() >= scaled(520))

    def _keep_files(self) -> None:
        self.files[self.case, self.kind] = self.strip.files()

    # --- Look ---

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()

    def fit(self) -> None:
        """In a narrow window the rarer ways to send are left to their keys: all or nothing of a button is seen."""
        reply, left = self.kind == REPLY, room_left(self)
        self.send_later.setVisible(reply)
        for button in (self.send_solve, self.send_next):
            left -= button.sizeHint().width() + GAP
            button.setVisible(reply and left >= 0)
        self._show_saved()

    def _focused(self, has: bool) -> None:
        if not has:
            self.writing.stop()
        self._show_tone()

    def _show_tone(self) -> None:
        wrong, note, focus = bool(self.wrong.text()), self.kind == NOTE, self.box.hasFocus()
        self.card.show_tone("bad" if wrong else "note" if note else "accent" if focus else "")
