"""A mail as a whole: its envelope, what is odd about it, its page as it was laid out, and the original to save."""

from __future__ import annotations

import msgspec
from PySide6.QtWidgets import QDialog, QSizePolicy, QVBoxLayout, QWidget

from agentdesk.desk.desk import Desk
from agentdesk.desk.hidden import words
from agentdesk.desk.pages.queue.conversation_files import fetch_file
from agentdesk.desk.pages.queue.mail_pictures import Loading
from agentdesk.desk.pages.queue.mail_sight import MailSight
from agentdesk.desk.pages.queue.mail_words import checks_words, people_words, remarks, unread_parts
from agentdesk.desk.texts import tr
from agentdesk.desk.theme import scaled
from agentdesk.desk.times import day_and_clock
from agentdesk.desk.widgets.buttons import Button
from agentdesk.desk.widgets.facts import Facts
from agentdesk.desk.widgets.frames import Icon, spread
from agentdesk.desk.widgets.labels import label
from agentdesk.domain.cases import Attachment
from agentdesk.domain.mail import Mail


class MailSheet(QDialog):
    """One mail. It stays beside the conversation until it is closed."""

    def __init__(self, desk: Desk, mail: Mail, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._mail, self._over = desk, mail, False
        self.setWindowTitle(tr("E-mail"))
        self.setMinimumSize(scaled(420), scaled(320))
        self.resize(scaled(720), scaled(640))
        self.page, self.state = MailSight(), label("", "muted", wrap=True)
        self.load = Button(tr("Load the pictures"), "", "ph.image")
        told = tr("The server fetches them. Whoever sent the mail may learn that it was read, not by whom.")
        self.load.setToolTip(told)
        self.load.setAccessibleDescription(told)
        self.load.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.load.hide()
        self.again = Button(tr("Try again"), "", "ph.arrows-clockwise")
        self.again.clicked.connect(self._load)
        self.again.hide()
        self.original = Button(tr("Save the original…"), "", "ph.download-simple")
        close = Button(tr("Close"), "primary")
        self.original.clicked.connect(lambda: fetch_file(self, desk, mail.raw))
        self.original.setVisible(bool(mail.raw))
        close.clicked.connect(self.accept)
        box = QVBoxLayout(self)
        box.setContentsMargins(20, 18, 20, 16)
        box.setSpacing(10)
        title = label(words(mail.subject) or tr("(no subject)"), "title", wrap=True, selectable=True)
        box.addWidget(title)
        facts = Facts(word=36)
        facts.show_facts(self._facts())
        box.addWidget(facts)
        told_below = tuple(one for one in mail.remarks if not one.startswith("remote-images "))
        for text, grave in remarks(msgspec.structs.replace(mail, remarks=told_below)):
            role = "warn" if grave else "muted"
            box.addWidget(spread(Icon("ph.warning" if grave else "ph.info", role, 14), label(text, "small", wrap=True)))
        for text in unread_parts(mail):
            told = tr("Could not be read and is kept as it came: {what}", what=text)
            box.addWidget(spread(Icon("ph.warning", "warn", 14), label(told, "small", wrap=True)))
        box.addWidget(spread(self.load, self.again, self.state))
        box.addWidget(self.page, 1)
        box.addWidget(spread(self.original, None, close))
        close.setFocus()
        self._load()

    def _facts(self) -> list[tuple[str, str]]:
        mail, now = self._mail, self._desk.now()
        sender = words(mail.sender)
        if mail.sender_name:
            sender = tr("{name}, {address}", name=words(mail.sender_name), address=sender)
        found = [
            (tr("From"), sender),
            (tr("To"), people_words(mail.to)),
            (tr("Copy to"), people_words(mail.cc)),
            (tr("Written"), day_and_clock(mail.date, now) if mail.date else ""),
            (tr("Arrived") if mail.way == "in" else tr("Sent"), day_and_clock(mail.at, now)),
            (tr("Sender checked"), checks_words(mail)),
            (tr("Mailbox"), mail.mailbox),
            (tr("The server says"), words(mail.words)),
        ]
        return [(name, value) for name, value in found if value]

    def _load(self) -> None:
        """Fetch the page; where there is none, the text in the conversation is all."""
        file = self._desk.view.get(Attachment, self._mail.page) if self._mail.page else None
        self.page.setVisible(file is not None)
        if file is None:
            self.state.setText(tr("This mail is plain text: all of it stands in the conversation."))
            return
        self.state.setText(tr("Loading…"))
        self.again.hide()
        self._desk.fetch(self._desk.revealed.over(file).digest, self._came)

    def _came(self, data: bytes | None, why: str) -> None:
        if self._over:
            return
        if data is None:
            self.page.hide()
            self.again.show()
            self.state.setText(why)
            return
        html, n = data.decode("utf-8", "replace"), self._mail.images
        self.page.show_page(html)
        self.state.setText(tr("{n} pictures from the network are not loaded.", n=n) if n else "")
        self.state.setVisible(bool(n))
        if n and self._desk.me.may("case.reply"):
            self.load.show()
            loading = Loading(self._desk, self._mail, self.page, html)
            self.load.clicked.connect(lambda: self._load_pictures(loading))

    def _load_pictures(self, loading: Loading) -> None:
        self.load.setEnabled(False)
        self.state.setText(tr("Loading…"))
        loading.go_on(self._loaded, lambda: self._over)

    def _loaded(self, missing: int, why: str) -> None:
        """All that can be had is there, or `why` not; what is missing can be asked for again."""
        self.load.setEnabled(bool(why or missing))
        self.load.setVisible(bool(why or missing))
        told = tr("{n} pictures could not be loaded.", n=missing) if missing else tr("The pictures are loaded.")
        self.state.setText(why or told)

    def done(self, result: int) -> None:
        """It is closed; a page that still comes finds nobody."""
        self._over = True
        super().done(result)


def open_mail(desk: Desk, id: str, parent: QWidget) -> MailSheet | None:
    """Show a mail as a whole, if there is one of this id."""
    mail = desk.view.get(Mail, id)
    if mail is None:
        return None
    sheet = MailSheet(desk, desk.revealed.over(mail), parent)
    sheet.finished.connect(sheet.deleteLater)
    sheet.open()
    return sheet
