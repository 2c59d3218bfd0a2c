"""How a field shows what is typed: Markdown's looks, red lines below unknown words, what was meant in the menu."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QPoint
from PySide6.QtGui import QSyntaxHighlighter, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QMenu, QTextEdit
from shiboken6 import isValid

from agentdesk.desk.pages.queue.composer_styles import styles
from agentdesk.desk.settings import Settings
from agentdesk.desk.spelling import SETTING, Speller, load
from agentdesk.desk.texts import tr
from agentdesk.desk.theme import color


class SpellingMarks(QSyntaxHighlighter):
    """Marks a field's words. `show_language` says in which language they are; empty: nothing is marked."""

    def __init__(self, field: QTextEdit, speller: Speller) -> None:
        super().__init__(field.document())
        self._field, self._speller, self._on, self._language = field, speller, True, ""

    def follow(self, settings: Settings) -> None:
        """As the person has chosen."""
        self._on = settings.flag(SETTING)
        settings.changed.connect(lambda key, value: self._switch(bool(value)) if key == SETTING else None)
        self._look()

    def _switch(self, on: bool) -> None:
        self._on = on
        self._look()

    def show_language(self, language: str) -> None:
        """What is written is in this language."""
        if language != self._language:
            self._language = language
            self._look()

    @property
    def _wanted(self) -> str:
        return self._language if self._on else ""

    def _look(self) -> None:
        wanted = self._wanted
        if wanted != self._speller.language:
            self._mark("")
            if wanted:
                load(wanted, lambda: self._mark(wanted) if isValid(self) and wanted == self._wanted else None)

    def _mark(self, language: str) -> None:
        if language != self._speller.language:
            self._speller.language = language
            self._again()

    def look_again(self) -> None:
        """The colours are others."""
        self._again()

    def _again(self) -> None:
        blocked = self._field.blockSignals(True)  # nothing was typed
        self.rehighlight()
        self._field.blockSignals(blocked)

    def highlightBlock(self, text: str) -> None:
        looks, state, unspelled = styles(text, self.previousBlockState())
        self.setCurrentBlockState(state)
        for start, length, look in looks:
            self._merge(start, length, look)
        wrong = QTextCharFormat()
        wrong.setUnderlineStyle(QTextCharFormat.UnderlineStyle.SpellCheckUnderline)
        wrong.setUnderlineColor(color("bad"))
        for start, length in self._speller.wrong(_counted(text)):
            if not any(begin < start + length and start < end for begin, end in unspelled):
                self._merge(start, length, wrong)

    def _merge(self, start: int, length: int, look: QTextCharFormat) -> None:
        """Add a look to those that are there, stretch by stretch."""
        end = start + length
        while start < end:
            there = self.format(start)
            stop = start + 1
            while stop < end and self.format(stop) == there:
                stop += 1
            merged = QTextCharFormat(there)
            merged.merge(look)
            self.setFormat(start, stop - start, merged)
            start = stop

    def add_to(self, menu: QMenu, at: QPoint) -> None:
        """Put what was meant at the top of a menu, if it was opened on a word that is not known."""
        cursor = self._field.cursorForPosition(at)
        here = cursor.positionInBlock()
        text = _counted(cursor.block().text())
        place = next(((s, n) for s, n in self._speller.wrong(text) if s <= here <= s + n), None)
        if place is None:
            return
        word = text[place[0] : place[0] + place[1]]
        cursor.setPosition(cursor.block().position() + place[0])
        cursor.setPosition(cursor.position() + place[1], QTextCursor.MoveMode.KeepAnchor)
        there = menu.actions()
        for one in self._speller.suggestions(word):
            menu.addAction(one, partial(cursor.insertText, one))
        menu.addAction(tr("Add “{word}” to my words", word=word), partial(self._learn, word))
        menu.addSeparator()
        menu.addActions(there)  # what is there already goes to the end

    def _learn(self, word: str) -> None:
        self._speller.learn(word)
        self._again()


def _counted(text: str) -> str:
    """The text as long as Qt counts it: signs outside the first plane are two, and no words here."""
    return text if text.isascii() else "".join(sign if ord(sign) < 0x10000 else "  " for sign in text)
