"""The pages before a desk that may not be opened: shut out, out of touch for too long, or not enrolled yet."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from agentdesk.desk.front import CardPage
from agentdesk.desk.texts import tr
from agentdesk.desk.theme import scaled
from agentdesk.desk.widgets.buttons import Button
from agentdesk.desk.widgets.fields import show_wrong
from agentdesk.desk.widgets.frames import Icon, spread
from agentdesk.desk.widgets.labels import label


class LapsedPage(CardPage):
    """The lease has ended. `again` asks to try once more, `sign_in` to sign in anew."""

    again = Signal()
    sign_in = Signal()

    def __init__(self, sentence: str, parent: QWidget | None = None) -> None:
        super().__init__("warn", 460, parent)
        self.retry, self.enter = Button(tr("Try again"), "primary"), Button(tr("Sign in"))
        self.retry.clicked.connect(self.again)
        self.enter.clicked.connect(self.sign_in)
        for part in (
            spread(Icon("ph.lock-key", "warn", 24), None),
            label(tr("The server must be asked first"), "title", wrap=True),
            label(sentence, wrap=True, selectable=True),
            label(tr("Drafts and unsent replies are kept on this laptop, encrypted."), "muted", wrap=True),
            spread(self.retry, self.enter, None),
        ):
            self.card.box.addWidget(part)


class LostPage(CardPage):
    """There are files here and no key to them. `again` asks to look for it once more, `anew` to do without them."""

    again = Signal()
    anew = Signal()

    def __init__(self, sentence: str, parent: QWidget | None = None) -> None:
        super().__init__("warn", 460, parent)
        self.retry, self.begin = Button(tr("Try again"), "primary"), Button(tr("Begin anew"))
        self.retry.clicked.connect(self.again)
        self.begin.clicked.connect(self.anew)
        lost = tr("Drafts and replies on this laptop that were never sent are lost then: nobody can read them.")
        for part in (
            spread(Icon("ph.key", "warn", 24), None),
            label(tr("The key to this laptop's data is missing"), "title", wrap=True),
            label(sentence, wrap=True, selectable=True),
            label(lost, "muted", wrap=True),
            spread(self.retry, self.begin, None),
        ):
            self.card.box.addWidget(part)


class ShutOutPage(CardPage):
    """This device was shut out and has wiped itself. `sign_in` asks to begin anew."""

    sign_in = Signal()

    def __init__(self, sentence: str, parent: QWidget | None = None) -> None:
        super().__init__("bad", 460, parent)
        self.enter = Button(tr("Sign in"))
        self.enter.clicked.connect(self.sign_in)
        for part in (
            spread(Icon("ph.prohibit", "bad", 24), None),
            label(tr("This laptop was shut out"), "title", wrap=True),
            label(sentence, wrap=True, selectable=True),
            label(tr("If this was a mistake, ask your IT: they can let this laptop in again."), "muted", wrap=True),
            spread(self.enter, None),
        ):
            self.card.box.addWidget(part)


class EnrolPage(CardPage):
    """Asks for the code with which IT lets a new device in; `asked` tells it, `back` returns to the sign-in."""

    asked = Signal(str)
    back = Signal()

    def __init__(self, sentence: str, parent: QWidget | None = None) -> None:
        super().__init__(width=420, parent=parent)
        self.code, self._wrong = QLineEdit(), label(role="bad", wrap=True)
        self.code.setAccessibleName(tr("Enrolment code"))
        self.code.setPlaceholderText("XXXX-XXXX-XXXX-XXXX-XXXX")
        self.code.setMinimumHeight(scaled(32))
        self.code.textEdited.connect(lambda _: self._say(""))
        self._wrong.hide()
        self.go, self.other = Button(tr("Go on"), "primary"), Button(tr("Back"))
        self.go.clicked.connect(self.submit)
        self.other.clicked.connect(self.back)
        self.code.returnPressed.connect(self.submit)
        for part in (
            spread(Icon("ph.laptop", "accent", 24), None),
            label(tr("A new laptop"), "title", wrap=True),
            label(sentence, wrap=True, selectable=True),
            *(self.code, self._wrong),
            spread(self.go, self.other, None),
        ):
            self.card.box.addWidget(part)

    def submit(self) -> None:
        """Ask with the code, or with the one in the link that was pasted."""
        code = code_in(self.code.text())
        if not code:
            self._say(tr("Type or paste the code that your IT gave you."))
            return
        self.go.setEnabled(False)
        self.asked.emit(code)

    def _say(self, sentence: str) -> None:
        show_wrong(self.code, sentence)
        self._wrong.setText(sentence)
        self._wrong.setVisible(bool(sentence))


def code_in(text: str) -> str:
    """The code in what was typed: a code, or a link that begins with agentdesk://enrol."""
    return link_parts(text)[1] if "://" in text else text.strip()


def link_parts(link: str) -> tuple[str, str]:
    """Server and code of a link like agentdesk://enrol?server=https://desk.example&code=X, as far as they are there."""
    try:
        parts = urlsplit(link.strip())
        told = parse_qs(parts.query)
    except ValueError:
        return "", ""
    if parts.scheme != "agentdesk" or parts.netloc != "enrol":
        return "", ""
    return told.get("server", [""])[0], told.get("code", [""])[0].strip()
