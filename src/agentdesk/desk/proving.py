"""The prompt for a fresh proof, where an act is privileged: then what was refused is done again by itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QSize, Qt
from PySide6.QtWidgets import QDialog, QFrame, QVBoxLayout, QWidget
from shiboken6 import isValid

from agentdesk.desk.bridge import Bridge
from agentdesk.desk.browsing import Browsing, open_page, reason
from agentdesk.desk.overlay import Overlay
from agentdesk.desk.texts import tr
from agentdesk.desk.theme import scaled
from agentdesk.desk.widgets.buttons import Button
from agentdesk.desk.widgets.formfield import Field
from agentdesk.desk.widgets.frames import Icon, spread
from agentdesk.desk.widgets.labels import label

if TYPE_CHECKING:
    from agentdesk.sync.loopback import Loopback
    from agentdesk.sync.signing import Own, Ways

Again = Callable[[], object]


class ProofPanel(QFrame):
    """One field for the code, or for the password of somebody who has no second factor."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("cheatsheet")
        self.code, self.password = Field(tr("Code")), Field(tr("Password"), hidden=True)
        self.go, self.cancel = Button(tr("Confirm"), "primary"), Button(tr("Cancel"), "quiet")
        self.use_passkey = Button(tr("Use a passkey in your browser"), "link")
        self.words = label("", "muted", wrap=True)
        title = label(tr("Confirm that it is you"), "title")
        box = QVBoxLayout(self)
        box.setContentsMargins(24, 20, 24, 20)
        box.setSpacing(12)
        for part in (
            spread(Icon("ph.shield-check", "accent", 22), title, None, spacing=10),
            *(self.words, self.code, self.password, self.use_passkey),
            spread(self.go, self.cancel, None),
        ):
            box.addWidget(part)

    def sizeHint(self) -> QSize:
        return QSize(scaled(400), super().sizeHint().height())

    def show_ways(self, ways: Ways | None) -> None:
        """Ask for what this person has; nothing yet while that is not known."""
        factor = ways is not None and bool(ways.app or ways.passkeys)
        self.code.setVisible(factor)
        self.password.setVisible(ways is not None and not factor)
        self.use_passkey.setVisible(ways is not None and bool(ways.passkeys))
        self.go.setEnabled(ways is not None)
        if ways is None:
            self.words.setText(tr("Asking the server…"))
        else:
            self.say_what()
        for field in (self.code, self.password):
            field.line.clear()
            field.show_wrong("")

    def say_what(self) -> None:
        """What to type, in words."""
        self.words.setText(
            tr("This is privileged. Type a code of your authenticator app, or a recovery code.")
            if self.field is self.code
            else tr("This is privileged. Type your password.")
        )

    @property
    def field(self) -> Field:
        """What is asked for."""
        return self.password if self.code.isHidden() else self.code


class Proving(QObject):
    """Asks once, however much waits for it. `own` gives one's doors at the server, off Qt's thread."""

    def __init__(self, window: QWidget, bridge: Bridge, own: Callable[[], Own], parent: QObject) -> None:
        super().__init__(parent)
        self.panel = ProofPanel()
        self.overlay = Overlay(window, self.panel, top=0.2)
        self.open_url: Callable[[str], bool] = open_page
        self._bridge, self._own = bridge, own
        self._waiting: list[tuple[Again, Again]] = []
        self._aside: list[QDialog] = []
        self._errand: Browsing | None = None
        self.panel.go.clicked.connect(self._confirm)
        self.panel.use_passkey.clicked.connect(self._browse)
        self.panel.cancel.clicked.connect(self.overlay.close_panel)
        for field in (self.panel.code, self.panel.password):
            field.line.returnPressed.connect(self._confirm)
        self.overlay.closed.connect(self._closed)

    def need(self, again: Again, stopped: Again = lambda: None) -> None:
        """Ask for a proof; then do it again. If the person cancels, only `stopped` is called."""
        self._waiting.append((again, stopped))
        if self.overlay.isHidden():
            self._put_aside()
            self.panel.show_ways(None)
            self.overlay.open(self.panel.cancel)
            self._bridge.run(lambda: self._own().ways(), self._known)

    def _put_aside(self) -> None:
        """A dialog over the window would keep the panel out of reach: it waits, with all that was typed in it."""
        window = self.overlay.window()
        self._aside = [one for one in window.findChildren(QDialog) if one.isVisible() and one.isModal()]
        for dialog in self._aside:
            dialog.hide()

    def _known(self, ways: Ways | None, error: BaseException | None) -> None:
        if self.overlay.isHidden():
            return
        self.panel.show_ways(ways)
        if ways is None:
            self.panel.words.setText(tr(str(error)))
            return
        self.overlay.place()
        self.panel.field.line.setFocus(Qt.FocusReason.PopupFocusReason)

    def _confirm(self) -> None:
        field = self.panel.field
        typed = field.line.text()
        if not typed.strip():
            field.show_wrong(tr("Type it first."))
            return
        if self.panel.go.isEnabled():
            self.panel.go.setEnabled(False)
            fields = {"password": typed} if field is self.panel.password else {"code": typed.strip()}
            self._bridge.run(lambda: self._own().prove(**fields), self._proved)

    def _browse(self) -> None:
        if self._errand is not None:
            self._errand.cancel()
        self._errand = Browsing(self._bridge, self.open_url)
        self.panel.words.setText(tr("Go on in your browser."))

        def finish(fields: dict[str, str], loopback: Loopback) -> None:
            if wrong := reason(fields):
                raise ValueError(wrong)
            self._own().prove_by_code(fields["code"], loopback.verifier)

        self._errand.run(lambda loopback: self._own().proof_page(loopback), lambda: None, finish, self._proved)

    def _proved(self, _result: Any, error: BaseException | None) -> None:
        if self.overlay.isHidden():
            return
        self.panel.go.setEnabled(True)
        if error is not None:
            self.panel.say_what()
            self.panel.field.stop(tr(str(error)))
            return
        waiting, self._waiting = self._waiting, []
        self.overlay.close_panel()
        for again, _ in waiting:
            again()

    def _closed(self) -> None:
        aside, self._aside = self._aside, []
        for dialog in aside:
            if isValid(dialog):
                dialog.open()
        waiting, self._waiting = self._waiting, []
        for _, stopped in waiting:
            stopped()
        if self._errand is not None:
            self._errand.cancel()
            self._errand = None
