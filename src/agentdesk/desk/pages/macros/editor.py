"""The editor of a macro: its texts by language, what it does, for whom; with what a customer would read."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from agentdesk.desk.actions import cap
from agentdesk.desk.acts import ActsForm
from agentdesk.desk.audience import audiences
from agentdesk.desk.desk import Desk
from agentdesk.desk.texts import tr
from agentdesk.desk.theme import scaled
from agentdesk.desk.widgets.buttons import Button, IconButton
from agentdesk.desk.widgets.facts import Sheet
from agentdesk.desk.widgets.formfield import Field
from agentdesk.desk.widgets.frames import Card, spread
from agentdesk.desk.widgets.labels import hairline, label
from agentdesk.desk.widgets.sure import Sure
from agentdesk.domain.macros import (
    KNOWN,
    AddMacro,
    ChangeMacro,
    Macro,
    RemoveMacro,
    Wording,
    filled,
    unfilled,
)


class WordingForm(Card):
    """The text in one language, and how it reads."""

    def __init__(self, wording: Wording, agent: str, gone: Callable[[WordingForm], None]) -> None:
        super().__init__()
        self._agent = agent
        self.language, self.text = QLineEdit(wording.language), QPlainTextEdit(wording.text)
        self.language.setAccessibleName(tr("Language"))
        self.language.setPlaceholderText(tr("en, de, …; none for all others"))
        self.language.setMaxLength(20)
        self.text.setAccessibleName(tr("Text"))
        self.text.setTabChangesFocus(True)
        self.text.setFixedHeight(scaled(120))
        self.remove, self._reads = IconButton("ph.x", tr("Remove this text")), label("", "caption", wrap=True)
        self.remove.clicked.connect(lambda: gone(self))
        self.box.addWidget(spread(label(tr("Language"), "small"), self.language, None, self.remove))
        self.box.addWidget(self.text)
        self.box.addWidget(self._reads)
        self.text.textChanged.connect(self._show)
        self._show()

    def _show(self) -> None:
        """How it reads for a customer of the name of Lena, and what its user has to fill in."""
        example = {"customer.name": "Lena", "agent.name": self._agent, "case.number": "123",
                   "case.subject": tr("Subject"), "greeting": tr("Hello Lena,")}  # fmt: skip
        text = filled(self.text.toPlainText(), example)
        own = ", ".join(unfilled(text))
        self._reads.setText(
            tr("Reads: {words}", words=" ".join(text.split())[:300]) if not own
            else tr("To be filled in before it is sent: {names}", names=own)
        )  # fmt: skip

    def read(self) -> Wording:
        """What is typed."""
        return Wording(self.language.text().strip(), self.text.toPlainText())


class MacroEditor(QDialog):
    """Saves by itself; `kept` tells whether it has."""

    def __init__(self, desk: Desk, macro: Macro | None, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk, self._macro = desk, macro
        self.setWindowTitle(tr("New macro") if macro is None else tr("Edit macro"))
        self.setMinimumSize(scaled(520), scaled(420))
        self.resize(scaled(660), scaled(640))
        self.name = Field(tr("Name"), macro.name if macro is not None else "")
        self.name.hold_to(AddMacro, "name")
        self.wordings: list[WordingForm] = []
        self._texts, self.more = QVBoxLayout(), Button(tr("Add a language"), "quiet", "ph.plus")
        self.acts = ActsForm(macro.acts if macro is not None else (), desk.view)
        self._mine = macro is not None and (macro.owner == desk.me.id or desk.me.may("macro.share"))
        now = (macro.audience, macro.team) if macro is not None and self._mine else ("me", "")
        self.audience, self.wrong = audiences(desk, "macro.share", now), label("", "bad", wrap=True)
        self.save, self.copy = Button(tr("Save"), "primary", hint=cap("Ctrl+Return")), Button(tr("Save as a copy"))
        self.remove = Sure(tr("Remove"))
        for wording in macro.texts if macro is not None else (Wording("", ""),):
            self._add(wording)
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        box = QVBoxLayout(self)
        box.setContentsMargins(4, 4, 4, 12)
        sheet = Sheet(self.windowTitle())
        names = ", ".join(f"{{{{{name}}}}}" for name in KNOWN)
        known = tr("Filled in by itself: {names}. Whatever else stands so is asked for.", names=names)
        sheet.add(self.name, label(known, "caption", wrap=True))
        sheet.box.addLayout(self._texts)
        sheet.add(spread(self.more, None), hairline(), self.acts, hairline())
        sheet.add(label(tr("For whom"), "small"), spread(self.audience, None))
        sheet.box.addStretch(1)
        box.addWidget(sheet, 1)
        foot = QVBoxLayout()
        foot.setContentsMargins(16, 4, 16, 0)
        foot.addWidget(self.wrong)
        self.wrong.hide()
        cancel = Button(tr("Cancel"))
        cancel.clicked.connect(self.reject)
        foot.addWidget(spread(self.remove, None, cancel, self.copy, self.save))
        box.addLayout(foot)
        self.copy.setVisible(self._macro is not None)
        self.remove.setVisible(self._mine)
        self.save.setVisible(self._macro is None or self._mine)

    def _connect(self) -> None:
        self.more.clicked.connect(lambda: self._add(Wording("", "")).language.setFocus())
        self.save.clicked.connect(lambda: self.keep(as_copy=False))
        self.copy.clicked.connect(lambda: self.keep(as_copy=True))
        self.remove.confirmed.connect(self._remove)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self).activated.connect(lambda: self.keep(as_copy=self.save.isHidden()))
        self.name.line.setFocus(Qt.FocusReason.OtherFocusReason)

    def _add(self, wording: Wording) -> WordingForm:
        form = WordingForm(wording, self._desk.me.name, self._without)
        self.wordings.append(form)
        self._texts.addWidget(form)
        return form

    def _without(self, form: WordingForm) -> None:
        self.wordings.remove(form)
        self._texts.removeWidget(form)
        form.hide()
        form.deleteLater()

    def keep(self, as_copy: bool) -> bool:
        """Save what is typed; whether it was."""
        acts = self.acts.read()
        if acts is None:
            return self._say(tr("Something is unclear: look for the red fields."))
        texts = tuple(one.read() for one in self.wordings)
        if any(len(one.text) > 20_000 for one in texts):
            return self._say(tr("A text is at most {n} characters long.", n=20_000))
        audience, team = self.audience.currentData()
        name = self.name.text()
        wish: AddMacro | ChangeMacro
        if self._macro is None or as_copy:
            wish = AddMacro(macro=self._desk.new_id(), name=name, texts=texts, acts=acts, audience=audience, team=team)
        else:
            wish = ChangeMacro(
                macro=self._macro.id, version=self._macro.version, name=name, texts=texts, acts=acts,
                audience=audience, team=team,
            )  # fmt: skip
        if wrong := self._desk.attempt(wish):
            return self._say(wrong)
        self.accept()
        return True

    def _remove(self) -> None:
        assert self._macro is not None
        if wrong := self._desk.attempt(RemoveMacro(macro=self._macro.id)):
            self._say(wrong)
            return
        self.accept()

    def _say(self, sentence: str) -> bool:
        self.wrong.setText(sentence)
        self.wrong.show()
        return False
