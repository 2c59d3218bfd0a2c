"""The field one writes in: Markdown as it will be read; it grows, takes pictures and files, completes names."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QMimeData, QSize, QStringListModel, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDragMoveEvent,
    QFocusEvent,
    QGuiApplication,
    QImage,
    QKeyEvent,
    QPaintEvent,
    QTextCharFormat,
    QTextCursor,
)
from PySide6.QtWidgets import QAbstractItemView, QCompleter, QSizePolicy, QTextEdit, QWidget

from agentdesk.desk.attaching import brought_by
from agentdesk.desk.desk import Desk
from agentdesk.desk.pages.queue.composer_ghost import Ghost
from agentdesk.desk.pages.queue.composer_markdown import is_address, link, new_line
from agentdesk.desk.pages.queue.composer_mentions import begun, candidates, coded, write, write_name
from agentdesk.desk.pages.queue.composer_spelling import SpellingMarks
from agentdesk.desk.spelling import Speller
from agentdesk.desk.texts import tr
from agentdesk.desk.theme import metrics
from agentdesk.desk.widgets.fields import edged
from agentdesk.domain.people import Person
from agentdesk.text.rich.pasted import markdown_of

LINES = 3
_NEW_LINE = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_PLAIN = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier
_CHOOSING = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape, Qt.Key.Key_Tab, Qt.Key.Key_Backtab)


class Box(QTextEdit):
    """Tells `files_given` (paths), `picture_given`, `focused` and `left` (Escape)."""

    files_given = Signal(list)
    picture_given = Signal(QImage)
    focused = Signal(bool)
    left = Signal()
    macro_asked = Signal()
    """A slash at the start of a line."""
    article_asked = Signal()
    """Two brackets."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._most, self._people = desk, 400, list[Person]()
        self.names = False
        self.setProperty("kind", "bare")
        self.setAcceptRichText(False)
        self.setTabChangesFocus(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.document().setDocumentMargin(0)
        self.document().documentLayout().documentSizeChanged.connect(lambda _: self._fit())
        self.spelling = SpellingMarks(self, Speller(desk.drafts))
        self.ghost = Ghost(self, desk)
        self._completer = QCompleter(QStringListModel(self), self)
        self._completer.setWidget(self)
        edged(self._completer)
        self._completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self._completer.activated.connect(self._choose)
        self.textChanged.connect(self._offer)
        self._fit()

    # --- Text ---

    def text(self) -> str:
        """What is written, with `@[id]` for names."""
        return coded(self.document())

    def show_text(self, text: str, cursor: int = -1) -> None:
        """Put a text in place of what is there; tells nothing."""
        self.ghost.hide()
        blocked = self.blockSignals(True)
        self.clear()
        writer = self.textCursor()
        write(writer, text, self._desk.view)
        at = self.document().characterCount() - 1
        writer.setPosition(at if cursor < 0 else min(cursor, at))
        self.setTextCursor(writer)
        self.document().clearUndoRedoStacks()
        self.blockSignals(blocked)
        self._fit()

    # --- Height ---

    def grow_to(self, most: int) -> None:
        """The height it may take at most."""
        self._most = most
        self._fit()

    def _fit(self) -> None:
        least = metrics("body").lineSpacing() * LINES
        wanted = round(self.document().size().height()) + 2
        height = max(least, min(self._most, wanted))
        if self.minimumHeight() != height:
            self.setFixedHeight(height)

    def sizeHint(self) -> QSize:
        return QSize(200, self.minimumHeight())

    # --- Names ---

    def _offer(self) -> None:
        popup = self._popup()
        cursor = self.textCursor()
        part = begun(cursor.block().text()[: cursor.positionInBlock()]) if self.names and self.hasFocus() else None
        self._people = candidates(self._desk.view, part, self._desk.me.id) if part is not None else []
        if not self._people:
            popup.hide()
            return
        model = self._completer.model()
        assert isinstance(model, QStringListModel)
        model.setStringList([person.name for person in self._people])
        area = self.cursorRect()
        area.setWidth(popup.sizeHintForColumn(0) + 48)
        self._completer.complete(area)
        popup.setCurrentIndex(model.index(0))

    def _popup(self) -> QAbstractItemView:
        popup = self._completer.popup()
        assert popup is not None
        return popup

    def _choose(self, name: str) -> None:
        person = next((one for one in self._people if one.name == name), None)
        if person is None:
            return
        cursor = self.textCursor()
        part = begun(cursor.block().text()[: cursor.positionInBlock()]) or ""
        cursor.movePosition(QTextCursor.MoveOperation.Left, QTextCursor.MoveMode.KeepAnchor, len(part) + 1)
        cursor.beginEditBlock()
        write_name(cursor, person)
        cursor.insertText(" ")
        cursor.endEditBlock()
        self.setTextCursor(cursor)

    # --- Events ---

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._popup().isVisible() and event.key() in _CHOOSING:
            event.ignore()
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        elif self._links(event):
            link(self)
        elif event.key() in _NEW_LINE and not event.modifiers() & ~_PLAIN:
            shifted = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
            if shifted or not new_line(self):
                self.textCursor().insertText("\n", QTextCharFormat())
            self.ensureCursorVisible()
        elif event.text() == "/" and self.textCursor().atBlockStart():
            self.macro_asked.emit()
        elif event.text() == "[" and self._behind("["):
            self.textCursor().deletePreviousChar()
            self.article_asked.emit()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        self.ghost.paint()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._links(event):
            event.accept()  # over selected words this key makes a link; else it is the palette's, as everywhere
            return True  # and Tab would go to the next field otherwise:
        return (hasattr(self, "ghost") and self.ghost.press(event)) or super().event(event)

    def _links(self, event: QKeyEvent) -> bool:
        control = event.modifiers() == Qt.KeyboardModifier.ControlModifier
        return control and event.key() == Qt.Key.Key_K and self.textCursor().hasSelection()

    def _behind(self, sign: str) -> bool:
        """Whether the caret stands behind this sign, with nothing selected."""
        cursor = self.textCursor()
        return not cursor.hasSelection() and cursor.block().text()[: cursor.positionInBlock()].endswith(sign)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.FontChange) and hasattr(self, "spelling"):
            self.spelling.look_again()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = self.createStandardContextMenu(event.pos())
        self.spelling.add_to(menu, event.pos())
        words = QGuiApplication.clipboard().text()
        menu.addAction(tr("Paste as plain text"), lambda: self.paste_plain(words)).setEnabled(bool(words))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(event.globalPos())

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.focused.emit(True)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.ghost.hide()
        self.focused.emit(False)

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        return source.hasImage() or source.hasUrls() or source.hasText() or source.hasHtml()

    def insertFromMimeData(self, source: QMimeData) -> None:
        paths, picture = brought_by(source)
        if paths:
            self.files_given.emit(paths)
        elif picture is not None:
            self.picture_given.emit(picture)
        elif source.hasText() and is_address(source.text().strip()) and self.textCursor().hasSelection():
            link(self, source.text().strip())
        elif source.hasHtml() and (text := markdown_of(source.html())):
            self.textCursor().insertText(text, QTextCharFormat())
        elif source.hasText():
            self.paste_plain(source.text())

    def paste_plain(self, text: str) -> None:
        """Put in a text as it is."""
        self.textCursor().insertText(text, QTextCharFormat())
        self.ensureCursorVisible()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self.canInsertFromMimeData(event.mimeData()):
            event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()
        else:
            super().dragMoveEvent(event)
