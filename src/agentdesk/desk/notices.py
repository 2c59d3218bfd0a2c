"""The notice line: a sentence over the page, with one thing to do about it; it never blocks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QEnterEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from agentdesk.desk.texts import tr
from agentdesk.desk.theme import px, scaled
from agentdesk.desk.widgets.buttons import Button, IconButton
from agentdesk.desk.widgets.frames import Icon, restyle
from agentdesk.desk.widgets.labels import label

_ICONS = {"info": "ph.info", "good": "ph.check-circle", "warn": "ph.warning", "bad": "ph.hand-palm"}
_WAITING = 20


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence; tone info, good, warn or bad; what one can do about it; how long it stays (0: until closed)."""

    text: str
    tone: str = "info"
    action: str = ""
    run: Callable[[], object] | None = None
    lasts: int = 8000
    personal: bool = False
    """Whether it may name a customer or quote their words: it goes when other eyes look."""


class Notices(QFrame):
    """Shows the newest notice. A refusal stays until it is closed and comes back after newer ones."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setObjectName("notice")
        self._shown: Notice | None = None
        self._waiting: list[Notice] = []
        self._icon, self._text = Icon("ph.info", "accent", 16), label(wrap=True)
        self._action, self._close = Button("", "quiet"), IconButton("ph.x", tr("Close notice"), size=12)
        self._window, self._row = window, QHBoxLayout(self)
        row = self._row
        row.setContentsMargins(14, 6, 8, 6)
        row.setSpacing(10)
        row.addWidget(self._icon)
        row.addWidget(self._text, 1)
        row.addWidget(self._action)
        self._action.setAccessibleName(tr("No action"))
        row.addWidget(self._close)
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self.dismiss)
        self._action.clicked.connect(self._act)
        self._close.clicked.connect(self.dismiss)
        window.installEventFilter(self)
        self.hide()

    def tell(
        self, text: str, tone: str = "info", action: str = "", run: Callable[[], object] | None = None, *,
        personal: bool = False,
    ) -> None:  # fmt: skip
        """Say something that may go by itself, such as what was done, with Undo."""
        self.show_notice(Notice(text, tone, action, run, personal=personal))

    def refuse(
        self, sentence: str, action: str = "", run: Callable[[], object] | None = None, *, personal: bool = False
    ) -> None:  # fmt: skip
        """Say why something was not done; it stays until it is closed."""
        self.show_notice(Notice(sentence, "bad", action, run, lasts=0, personal=personal))

    def show_notice(self, notice: Notice) -> None:
        """Show a notice now; what was refused before waits behind it."""
        if self._shown is not None and not self._shown.lasts and self._shown.text != notice.text:
            self._waiting = [*self._waiting[-_WAITING:], self._shown]
        self._present(notice)

    def current(self) -> Notice | None:
        """What is shown now."""
        return self._shown

    def _present(self, notice: Notice) -> None:
        self._shown = notice
        restyle(self, tone=notice.tone)
        self._icon.show_icon(_ICONS[notice.tone], "accent" if notice.tone == "info" else notice.tone)
        self._text.setText(notice.text)
        self._action.setText(notice.action)
        self._action.setAccessibleName(notice.action or tr("No action"))
        self._action.setVisible(bool(notice.action))
        self.setAccessibleName(notice.text)
        self._timer.stop()
        if notice.lasts:
            self._timer.start(notice.lasts)
        self.show()
        self.place()
        self.raise_()
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, notice.text))

    def dismiss(self) -> None:
        """Close what is shown; a refusal that waited comes back."""
        self._timer.stop()
        self._shown = None
        if self._waiting:
            self._present(self._waiting.pop())
        else:
            self.hide()

    def forget_personal(self) -> None:
        """What names customers was for eyes that see other things now."""
        self._waiting = [notice for notice in self._waiting if not notice.personal]
        if self._shown is not None and self._shown.personal:
            self._text.clear()
            self.setAccessibleName("")
            self.dismiss()

    def _act(self) -> None:
        run = self._shown.run if self._shown else None
        self.dismiss()
        if run is not None:
            run()

    def place(self) -> None:
        """Below the header, in the middle of the window; as wide as its sentence needs."""
        window = self._window
        most = min(window.width() - px("rail") - 48, scaled(720))
        frame = scaled(16) + 14 + 8 + 30 + scaled(12) + 12
        frame += self._action.sizeHint().width() + 10 if not self._action.isHidden() else 0
        words = self._text.fontMetrics().horizontalAdvance(self._text.text()) + 12
        width = max(min(words + frame, most), min(most, scaled(260)))
        height = max(self._row.heightForWidth(width), self.minimumSizeHint().height(), scaled(40))
        left = px("rail") + (window.width() - px("rail") - width) // 2
        self.setGeometry(left, px("header") + 10, width, height)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self.place()
        return super().eventFilter(watched, event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and not self.isHidden():
            QTimer.singleShot(0, self, self.place)  # after the parts have taken their new sizes

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self._timer.stop()  # whoever points at it is still reading

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        if self._shown is not None and self._shown.lasts:
            self._timer.start(self._shown.lasts)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        else:
            super().keyPressEvent(event)
