"""Keys reach actions: one shortcut per key in use, looked up in the book when it is pressed."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QKeyCombination, QObject, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QComboBox, QLineEdit, QPlainTextEdit, QTextEdit, QWidget

from agentdesk.desk.actions import ActionBook, Context

MODIFIERS = (Qt.Key.Key_Control, Qt.Key.Key_Shift, Qt.Key.Key_Alt, Qt.Key.Key_Meta, Qt.Key.Key_AltGr)


def pressed(event: QKeyEvent) -> str:
    """The key of an event in portable writing; Shift is left out where it only chose the sign ("?")."""
    modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    sign = event.text()
    if sign.isprintable() and len(sign.strip()) == 1 and not sign.isalpha():
        modifiers &= ~Qt.KeyboardModifier.ShiftModifier
    found = QKeySequence(QKeyCombination(modifiers, Qt.Key(event.key())))
    return found.toString(QKeySequence.SequenceFormat.PortableText)


def typing_in(widget: QWidget | None) -> bool:
    """Whether keys pressed now would write text."""
    if isinstance(widget, QLineEdit | QPlainTextEdit | QTextEdit):
        return not widget.isReadOnly()
    return isinstance(widget, QAbstractSpinBox) or (isinstance(widget, QComboBox) and widget.isEditable())


class Keyboard(QObject):
    """Keeps the window's shortcuts in step with the book. `context` says where the person is."""

    def __init__(self, window: QWidget, book: ActionBook, context: Callable[[], Context]) -> None:
        super().__init__(window)
        self._window, self._book, self._context = window, book, context
        self._shortcuts: dict[str, QShortcut] = {}
        book.changed.connect(self.rebuild)
        self.rebuild()

    def rebuild(self) -> None:
        """Make the shortcuts that are missing, drop those no longer used."""
        wanted = set(self._book.keys().values())
        for key in set(self._shortcuts) - wanted:
            self._shortcuts.pop(key).deleteLater()
        for key in sorted(wanted - set(self._shortcuts)):
            shortcut = QShortcut(QKeySequence(key, QKeySequence.SequenceFormat.PortableText), self._window)
            shortcut.setContext(Qt.ShortcutContext.WindowShortcut)
            shortcut.activated.connect(lambda key=key: self.press(key))
            self._shortcuts[key] = shortcut

    def press(self, key: str) -> bool:
        """Do what the key does here and now; whether it did anything."""
        context = self._context()
        action = self._book.at_key(key, context)
        if action is None:
            return False
        action.run(context)
        return True

    @staticmethod
    def typing() -> bool:
        """Whether a text field has the focus."""
        return typing_in(QApplication.focusWidget())
