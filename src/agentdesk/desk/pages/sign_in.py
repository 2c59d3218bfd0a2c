"""The sign-in page: server, e-mail, password; what is wrong stands beside its field."""

from __future__ import annotations

from urllib.parse import urlsplit

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from agentdesk.desk.front import CardPage
from agentdesk.desk.texts import tr
from agentdesk.desk.theme import scaled
from agentdesk.desk.widgets.buttons import Button
from agentdesk.desk.widgets.formfield import Field
from agentdesk.desk.widgets.frames import Icon, spread
from agentdesk.desk.widgets.labels import label

LOCAL = ("localhost", "127.0.0.1", "::1")


class SignInPage(CardPage):
    """`asked` tells server, e-mail and password, `browser` the server; `refuse` puts the answer beside the field it is
    about.

    `network` asks for the network settings: who sits behind a proxy needs them first.
    """

    asked = Signal(str, str, str)
    browser = Signal(str)
    network = Signal()

    def __init__(self, server: str = "", email: str = "", parent: QWidget | None = None) -> None:
        super().__init__(width=380, parent=parent)
        self.server = Field(tr("Server"), server)
        self.email = Field(tr("E-mail"), email)
        self.password = Field(tr("Password"), hidden=True)
        self.server.line.setPlaceholderText("https://desk.example.com")
        self.go = Button(tr("Sign in"), "primary")
        self.go.setMinimumHeight(scaled(34))
        self._network = Button(tr("Network settings"), "link")
        self._network.clicked.connect(self.network)
        self.by_browser = Button(tr("Sign in with your browser"), "link")
        self._word = label(role="bad", wrap=True)
        self._word.hide()
        self._kept = False
        self._lay_out()
        self.go.clicked.connect(self.submit)
        self.by_browser.clicked.connect(self.submit_browser)
        for field in (self.server, self.email, self.password):
            field.line.returnPressed.connect(self.submit)

    def _lay_out(self) -> None:
        note = tr("What you work with is kept on this laptop, encrypted. You can go on working without a network.")
        for part in (
            spread(Icon("ph.headset", "accent", 26), label("AgentDesk", "title"), None, spacing=10),
            label(tr("Sign in to your team's server."), "muted", wrap=True),
            *(self.server, self.email, self.password, self._word, self.go, self.by_browser, self._network),
            label(note, "caption", wrap=True),
        ):
            self.card.box.addWidget(part)

    def shown(self) -> None:
        """Put the focus where something is missing."""
        for field in (self.server, self.email, self.password):
            if not field.text():
                field.line.setFocus(Qt.FocusReason.OtherFocusReason)
                return

    def submit(self) -> None:
        """Ask, if the fields can be right."""
        wrong = False
        for field, sentence in (
            (self.server, server_problem(self.server.text())),
            (self.email, "" if "@" in self.email.text() else tr("This is not an e-mail address.")),
            (self.password, "" if self.password.line.text() else tr("Type your password.")),
        ):
            field.show_wrong(sentence)
            wrong = wrong or bool(sentence)
        if not wrong and self.go.isEnabled():
            self.busy(True)
            self.asked.emit(normal_server(self.server.text()), self.email.text(), self.password.line.text())

    def submit_browser(self) -> None:
        """Ask for the provider's page, if the address can be right."""
        sentence = server_problem(self.server.text())
        self.server.show_wrong(sentence)
        if not sentence and self.go.isEnabled():
            self.busy(True)
            self.browser.emit(normal_server(self.server.text()))

    def keep_person(self) -> None:
        """Only the password is asked for: the files of one person are open."""
        self._kept = True
        self._network.hide()
        for field in (self.server, self.email):
            field.setEnabled(False)

    def busy(self, busy: bool) -> None:
        """While the server is asked nothing can be changed."""
        own = (self.password, self.go, self.by_browser)
        for part in own if self._kept else (self.server, self.email, *own):
            part.setEnabled(not busy)
        self.go.setText(tr("Signing in…") if busy else tr("Sign in"))
        self._word.hide()

    def refuse(self, sentence: str, status: int) -> None:
        """Why it did not work, beside the field that it is about."""
        self.busy(False)
        field = {0: self.server, 404: self.server, 401: self.password, 403: self.password}.get(status)
        if field is None:
            self._word.setText(sentence)
            self._word.show()
            return
        field.stop(sentence)


def normal_server(text: str) -> str:
    """An address as it is used: with its scheme, without a slash at the end."""
    text = text.strip()
    if "://" in text or not text:
        return text if text.endswith("://") else text.rstrip("/")
    text = text.rstrip("/")
    host = urlsplit(f"//{text}").hostname or ""
    return f"http://{text}" if host in LOCAL else f"https://{text}"


def server_problem(text: str) -> str:
    """What is wrong with an address; empty if it can be tried."""
    try:
        parts = urlsplit(normal_server(text))
        host, _ = parts.hostname, parts.port
    except ValueError:
        return tr("This is not an address.")
    if not host or parts.scheme not in ("http", "https") or parts.username:
        return tr("This is not an address.")
    if parts.scheme == "http" and host not in LOCAL:
        return tr("Use https: without it anybody on the way could read your password.")
    return ""
