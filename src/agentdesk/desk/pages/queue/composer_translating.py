"""The reply in the customer's language: as text to edit, with one's own words kept beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QHBoxLayout, QTextEdit

from agentdesk.desk.actions import native
from agentdesk.desk.pages.queue.header import language_name
from agentdesk.desk.pages.queue.translating import ICON, QUESTION, answer_of, lost_words, service
from agentdesk.desk.texts import tr
from agentdesk.desk.theme import scaled
from agentdesk.desk.widgets.buttons import Button, IconButton
from agentdesk.desk.widgets.frames import Card, Icon
from agentdesk.desk.widgets.labels import label
from agentdesk.domain.cases import Case
from agentdesk.domain.translating import target_for

if TYPE_CHECKING:
    from agentdesk.desk.pages.queue.composer import Composer

REPLY = "reply"
KEY = "Ctrl+Shift+T"


class Beside(Card):
    """Belongs to a composer. While it waits it says so; what was typed meanwhile is never written over."""

    def __init__(self, composer: Composer) -> None:
        super().__init__("sunken")
        self._composer, self._asked = composer, ("", "")
        """The case and the text that the service was asked for."""
        self._waiting = ""
        self._own: dict[str, str] = {}
        """Case → the words that were translated."""
        self.button = IconButton(ICON, tr("Translate the reply"), key=native(KEY))
        self.title, self.words = label("", "small", wrap=True), QTextEdit()
        self.back, self.done = Button(tr("Put it back"), "link"), Button(tr("Close"), "link")
        self.words.setReadOnly(True)
        self.words.setProperty("kind", "bare")
        self.words.setTabChangesFocus(True)
        self.words.setAccessibleName(tr("Your own words"))
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(Icon(ICON, "muted", 14))
        row.addWidget(self.title, 1)
        row.addWidget(self.back)
        row.addWidget(self.done)
        self.box.addLayout(row)
        self.box.addWidget(self.words)
        self.button.clicked.connect(self.begin)
        self.back.clicked.connect(self._put_back)
        self.done.clicked.connect(self._close)
        self.hide()
        self.destroyed.connect(composer.desk.listen(("translation",), lambda _: self.show_button()))

    def show_button(self) -> None:
        """The button is there where something can be translated."""
        self.button.setVisible(self._composer.kind == REPLY and service(self._composer.desk) is not None)
        self._composer.fit()

    def begin(self) -> None:
        """Have what is written translated; why not is said beside the field."""
        composer = self._composer
        case, text = composer.desk.view.get(Case, composer.case), composer.text().strip()
        found = service(composer.desk)
        if case is None or composer.kind != REPLY or self._asked[0]:
            return
        target = target_for(found, case.language)
        if not text:
            composer.show_wrong(tr("There is nothing in this reply."))
        elif found is None:
            composer.show_wrong(tr("Nothing is translated here: your administrator has set no service."))
        elif not case.language:
            composer.show_wrong(tr("The language of this conversation is not known."))
        elif not target:
            composer.show_wrong(tr("The service does not translate into this language."))
        else:
            self._asked = (case.id, text)
            self._waiting = tr("Translating into {language}…", language=language_name(case.language))
            self.look()
            args = {"case": case.id, "text": text, "target": target}
            composer.desk.ask(QUESTION, args, lambda result, why: self._came(result, why, case.id, text))

    def _came(self, result: Any, why: str, case: str, text: str) -> None:
        if self._asked != (case, text):  # closed meanwhile
            return
        self._asked = ("", "")
        composer = self._composer
        found, wrong = answer_of(result, why)
        same = (composer.case, composer.kind, composer.text().strip()) == (case, REPLY, text)
        if same and not wrong:
            self._own[case] = text
            composer.put_text(found)
            composer.show_origin(lost_words(result))
        self.look()
        if composer.case == case and (wrong or not same):
            composer.show_wrong(wrong or tr("You have written on meanwhile. Translate it once more."))

    def look(self) -> None:
        """What belongs to the case that is shown: that it waits, or its own words while their translation is there."""
        composer = self._composer
        self.show_button()
        if composer.kind != REPLY:
            self.hide()
            return
        if not composer.text().strip():
            self._own.pop(composer.case, None)
        own, waits = self._own.get(composer.case, ""), bool(composer.case) and self._asked[0] == composer.case
        self.title.setText(self._waiting if waits else tr("Your own words. Read the translation before you send it."))
        self.words.setPlainText("" if waits else own)
        self._fit()
        for part in (self.words, self.back):
            part.setVisible(bool(own) and not waits)
        self.setVisible(waits or bool(own))

    def _fit(self) -> None:
        """As high as one's own words are, up to some lines."""
        document = self.words.document()
        document.setTextWidth(max(scaled(160), self._composer.width() - scaled(70)))
        self.words.setFixedHeight(min(scaled(84), round(document.size().height()) + 4))

    def _put_back(self) -> None:
        own = self._own.pop(self._composer.case, "")
        if own:
            self._composer.put_text(own)
        self.look()
        self._composer.focus()

    def _close(self) -> None:
        """Not wait any longer, or see one's own words no more: the earlier drafts have them."""
        self._asked = ("", "")
        self._own.pop(self._composer.case, None)
        self.look()
        self._composer.focus()
