"""The second step of signing in: a code, a passkey, or setting up the app that one's role must have."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from agentdesk.desk.front import CardPage
from agentdesk.desk.texts import tr
from agentdesk.desk.theme import scaled
from agentdesk.desk.widgets.buttons import Button
from agentdesk.desk.widgets.formfield import Field
from agentdesk.desk.widgets.frames import Icon, spread
from agentdesk.desk.widgets.labels import label
from agentdesk.desk.widgets.qrcode import QrCode


class SecondStepPage(CardPage):
    """`given` tells the code, `passkey` that one is to be used, `cancelled` that nothing is to be done."""

    given = Signal(str)
    passkey = Signal()
    cancelled = Signal()

    def __init__(self, ways: tuple[str, ...], secret: str = "", uri: str = "", parent: QWidget | None = None) -> None:
        super().__init__(width=400, parent=parent)
        self.code = Field(tr("Code"))
        self.code.line.setMaxLength(100)
        self.code.line.setInputMethodHints(Qt.InputMethodHint.ImhNoPredictiveText)
        self.go = Button(tr("Continue"), "primary")
        self.go.setMinimumHeight(scaled(34))
        self.use_passkey = Button(tr("Use a passkey in your browser"), "link")
        self.back = Button(tr("Cancel"), "quiet")
        self._word = label(role="bad", wrap=True)
        self.picture = QrCode(tr("QR code of the key for the app"))
        self._lay_out(ways, secret)
        self._word.hide()
        self.use_passkey.setVisible("passkey" in ways)
        self.secret.setVisible(bool(secret))
        self.picture.show_text(uri)
        self.go.clicked.connect(self.submit)
        self.code.line.returnPressed.connect(self.submit)
        self.use_passkey.clicked.connect(self._passkey)
        self.back.clicked.connect(self.cancelled)

    def _lay_out(self, ways: tuple[str, ...], secret: str) -> None:
        title, sentence = tr("One more step"), tr("Type a code of your authenticator app, or a recovery code.")
        if secret:
            title = tr("Set up an authenticator app")
            sentence = tr(
                "Your role needs a second factor. Scan this with an authenticator app, or type the key there; then "
                "type the code that it shows."
            )
        elif "totp" not in ways:
            sentence = tr("Use your passkey, or type a recovery code.")
        self.secret = label(secret, "strong", wrap=True, selectable=True)
        self.secret.setAccessibleName(tr("Key for the app"))
        for part in (
            spread(Icon("ph.shield-check", "accent", 26), label(title, "title"), None, spacing=10),
            label(sentence, "muted", wrap=True),
            *(spread(None, self.picture, None), self.secret, self.code, self._word, self.go, self.use_passkey),
            spread(self.back, None),
        ):
            self.card.box.addWidget(part)

    def shown(self) -> None:
        """Put the focus where one types."""
        self.code.line.setFocus(Qt.FocusReason.OtherFocusReason)

    def submit(self) -> None:
        """Hand over the code, if there is one."""
        self.code.show_wrong("" if self.code.text() else tr("Type a code."))
        if self.code.text() and self.go.isEnabled():
            self.busy(True)
            self.given.emit(self.code.text())

    def _passkey(self) -> None:
        self.busy(True)
        self.passkey.emit()

    def busy(self, busy: bool) -> None:
        """While the server is asked nothing can be changed."""
        for part in (self.code, self.go, self.use_passkey):
            part.setEnabled(not busy)
        self._word.hide()

    def refuse(self, sentence: str, status: int) -> None:
        """Why it did not work: beside the field if it is about the code."""
        self.busy(False)
        if status == 401:
            self.code.stop(sentence)
            return
        self._word.setText(sentence)
        self._word.show()
