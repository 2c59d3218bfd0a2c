"""What the context zone says of the newest mail of a case: who to whom, what is odd, where else it may belong."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QVBoxLayout

from agentdesk.desk.desk import Desk
from agentdesk.desk.hidden import words
from agentdesk.desk.pages.queue.context_parts import Line, Section
from agentdesk.desk.pages.queue.mail_sheet import open_mail
from agentdesk.desk.pages.queue.mail_words import checks_words, related_cases, remarks, unread_parts
from agentdesk.desk.texts import tr
from agentdesk.desk.widgets.frames import Icon, empty, spread
from agentdesk.desk.widgets.labels import ElidedLabel, label
from agentdesk.domain.cases import Case
from agentdesk.domain.mail import MAILS_IN, Mail

LOOK_BACK = 50
MOST = 5


class MailSection(Section):
    """The newest mail that came in; hidden in cases without any."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(tr("E-mail"))
        self._desk = desk
        self._rows = QVBoxLayout()
        self._rows.setSpacing(4)
        self.box.addLayout(self._rows)

    def show_case(self, case: Case) -> None:
        """The mail as it is now, with the cases that any of the newest ones may belong to."""
        mails = self._desk.view.page(MAILS_IN(case=case.id), limit=LOOK_BACK)
        mail = self._desk.revealed.over(mails[0]) if mails else None
        related = [one for other in mails for one in related_cases(self._desk.view, other)]
        if self.fresh((mail, related)):
            empty(self._rows)
            if mail is not None:
                self._show(mail, list(dict.fromkeys(related)))
        self.setVisible(mail is not None)

    def _show(self, mail: Mail, related: list[tuple[str, str]]) -> None:
        self._rows.addWidget(ElidedLabel(words(mail.sender) or tr("no sender"), "small"))
        if told := checks_words(mail):
            self._rows.addWidget(label(told, "caption", wrap=True))
        grave = [text for text, is_grave in remarks(mail) if is_grave]
        for text in (*grave[:MOST], *unread_parts(mail)[:MOST]):
            self._rows.addWidget(spread(Icon("ph.warning", "warn", 13), label(text, "small", wrap=True)))
        if related:
            self._rows.addWidget(label(tr("Possibly related:"), "small"))
        for id, text in related[:MOST]:
            self._rows.addWidget(Line(text, text, partial(self._desk.open, "case", id)))
        self._rows.addWidget(Line(tr("Look at the e-mail"), tr("Look at the e-mail"), lambda: self._look(mail.id)))

    def _look(self, id: str) -> None:
        open_mail(self._desk, id, self)
