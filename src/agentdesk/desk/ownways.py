"""One's own ways of signing in: password, authenticator app, passkeys, recovery codes; a panel over the window."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QSize
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from agentdesk.desk.bridge import Bridge
from agentdesk.desk.browsing import Browsing, open_page
from agentdesk.desk.overlay import Overlay
from agentdesk.desk.proving import Proving
from agentdesk.desk.texts import tr
from agentdesk.desk.theme import scaled
from agentdesk.desk.widgets.buttons import Button, IconButton
from agentdesk.desk.widgets.formfield import Field
from agentdesk.desk.widgets.frames import empty, restyle, spread
from agentdesk.desk.widgets.labels import hairline, label
from agentdesk.desk.widgets.qrcode import QrCode

if TYPE_CHECKING:
    from agentdesk.sync.loopback import Loopback
    from agentdesk.sync.signing import Offered, Own, Ways

Work = Callable[["Own"], Any]
Told = Callable[[Any], None]


class WaysPanel(QFrame):
    """The parts; what they do is joined to them by `OwnWays`."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("cheatsheet")
        self.close_it = IconButton("ph.x", tr("Close"), key="Esc")
        self.old, self.new = Field(tr("Password now"), hidden=True), Field(tr("New password"), hidden=True)
        self.change = Button(tr("Change password"))
        self.app = label("", "muted", wrap=True)
        self.set_up, self.remove_app = Button(tr("Set up")), Button(tr("Remove"))
        self.picture = QrCode(tr("QR code of the key for the app"))
        self.secret, self.code = label("", "strong", wrap=True, selectable=True), Field(tr("Code"))
        self.confirm = Button(tr("Confirm"), "primary")
        self.keys, self.key_name = QVBoxLayout(), Field(tr("Name of the passkey"))
        self.add_key = Button(tr("Add a passkey in your browser"))
        self.recovery, self.new_codes = label("", "muted", wrap=True), Button(tr("Make new codes"))
        self.codes = label("", "strong", wrap=True, selectable=True)
        self.codes.setAccessibleName(tr("Recovery codes"))
        self.word = label("", "bad", wrap=True)
        self.set_up.setAccessibleName(tr("Set up an authenticator app"))
        self.remove_app.setAccessibleName(tr("Remove the authenticator app"))
        self._lay_out()

    def _lay_out(self) -> None:
        head = spread(label(tr("Password and second factor"), "title"), None, self.close_it)
        sheet, area, outer = QWidget(), QScrollArea(), QVBoxLayout(self)
        outer.setContentsMargins(20, 12, 12, 16)
        box = QVBoxLayout(sheet)
        box.setSpacing(10)
        box.setContentsMargins(0, 8, 12, 0)
        for part in (
            *(label(tr("Password"), "section"), self.old, self.new, spread(self.change, None), hairline("soft")),
            *(label(tr("Authenticator app"), "section"), self.app, spread(self.picture, None), self.secret, self.code),
            *(spread(self.set_up, self.confirm, self.remove_app, None), hairline("soft")),
            label(tr("Passkeys"), "section"),
        ):
            box.addWidget(part)
        box.addLayout(self.keys)
        for part in (
            *(self.key_name, spread(self.add_key, None), hairline("soft")),
            *(label(tr("Recovery codes"), "section"), self.recovery, spread(self.new_codes, None)),
        ):
            box.addWidget(part)
        box.addStretch(1)
        sheet.setProperty("ground", "clear")
        area.setWidgetResizable(True)
        area.setAccessibleName(tr("Password and second factor"))
        area.setWidget(sheet)
        outer.addWidget(head)
        outer.addWidget(self.word)
        outer.addWidget(self.codes)
        outer.addWidget(area, 1)

    def sizeHint(self) -> QSize:
        return QSize(scaled(520), scaled(620))

    def show_ways(self, ways: Ways | None) -> None:
        """What there is."""
        for part in (self.picture, self.secret, self.code, self.confirm):
            part.hide()
        self.set_up.setVisible(ways is not None and not ways.app)
        self.remove_app.setVisible(ways is not None and bool(ways.app))
        self.app.setText("" if ways is None else tr("It is set up.") if ways.app else tr("There is none yet."))
        left = "" if ways is None else tr("{n} left. Each stands in once for your second factor.", n=ways.recovery_left)
        self.recovery.setText(left)
        self.new_codes.setEnabled(ways is not None and bool(ways.app or ways.passkeys))

    def show_codes(self, codes: tuple[str, ...]) -> None:
        """New recovery codes: above all else, for they are seen this once."""
        self.codes.setText("\n".join(codes))
        self.codes.setVisible(bool(codes))

    def show_offer(self, offered: Offered) -> None:
        """The key for the app, which confirms with a code."""
        self.secret.setText(offered.secret)
        self.secret.setAccessibleName(tr("Key for the app"))
        self.picture.show_text(offered.uri)
        self.app.setText(
            tr("Scan this with your authenticator app, or type the key there; then type the code that it shows.")
        )
        self.set_up.hide()
        for part in (self.secret, self.code, self.confirm):
            part.show()
        self.code.line.setFocus()


class OwnWays(QObject):
    """Opens over `window`. What needs a fresh proof asks for one and goes on by itself."""

    def __init__(
        self, window: QWidget, bridge: Bridge, own: Callable[[], Own], proving: Proving, parent: QObject
    ) -> None:
        super().__init__(parent)
        self.panel = panel = WaysPanel()
        self.overlay = Overlay(window, panel, top=0.06)
        self.open_url: Callable[[str], bool] = open_page
        self._bridge, self._own, self._proving = bridge, own, proving
        self._errand: Browsing | None = None
        self._ticket = ""
        panel.close_it.clicked.connect(self.overlay.close_panel)
        panel.change.clicked.connect(self._change_password)
        panel.set_up.clicked.connect(lambda: self._do(lambda own: own.offer_app(), self._offered))
        panel.confirm.clicked.connect(self._confirm)
        panel.code.line.returnPressed.connect(self._confirm)
        panel.remove_app.clicked.connect(lambda: self._do(lambda own: own.remove_app(), self._renew))
        panel.add_key.clicked.connect(self._add_key)
        panel.new_codes.clicked.connect(lambda: self._do(lambda own: own.new_recovery(), self._show_codes))
        self.overlay.closed.connect(self._closed)

    def open(self) -> None:
        """Show what there is."""
        self._say("")
        self.panel.show_codes(())
        self.panel.show_ways(None)
        self.overlay.open(self.panel.close_it)
        self._renew()

    def _do(self, work: Work, then: Told) -> None:
        """At the server, off Qt's thread; again after a fresh proof if it needs one."""
        self._say("")

        def done(result: Any, error: BaseException | None) -> None:
            if getattr(error, "code", "").endswith(":step_up"):
                self._proving.need(partial(self._do, work, then))
            elif error is not None:
                self._say(tr(str(error)))
            elif not self.overlay.isHidden():
                then(result)

        self._bridge.run(lambda: work(self._own()), done)

    def _say(self, sentence: str, role: str = "bad") -> None:
        restyle(self.panel.word, role=role)
        self.panel.word.setText(sentence)
        self.panel.word.setVisible(bool(sentence))

    def _renew(self, _result: Any = None) -> None:
        self._do(lambda own: own.ways(), self._show)

    def _show(self, ways: Ways) -> None:
        self.panel.show_ways(ways)
        empty(self.panel.keys)
        for key in ways.passkeys:
            remove = Button(tr("Remove"))
            remove.setAccessibleName(tr("Remove the passkey {name}", name=key.name))
            remove.clicked.connect(partial(self._do, partial(_remove_key, key.id), self._renew))
            self.panel.keys.addWidget(spread(label(key.name, wrap=True), None, remove))

    def _change_password(self) -> None:
        old, new = (field.line.text() for field in (self.panel.old, self.panel.new))
        self.panel.old.show_wrong("" if old else tr("Type your password."))
        self.panel.new.show_wrong("" if new else tr("Type a new password."))
        if old and new:
            self._do(lambda own: own.change_password(old, new), self._changed)

    def _changed(self, _result: Any) -> None:
        for field in (self.panel.old, self.panel.new):
            field.line.clear()
        self._say(tr("Your password is changed. You are signed out at your other devices."), "good")

    def _offered(self, offered: Offered) -> None:
        self._ticket = offered.ticket
        self.panel.show_offer(offered)

    def _confirm(self) -> None:
        code = self.panel.code.text()
        self.panel.code.show_wrong("" if code else tr("Type a code."))
        if code:
            self._do(lambda own: own.confirm_app(self._ticket, code), self._confirmed)

    def _confirmed(self, codes: tuple[str, ...]) -> None:
        self.panel.code.line.clear()
        if codes:
            self._show_codes(codes)
        else:
            self._renew()

    def _show_codes(self, codes: tuple[str, ...]) -> None:
        self.panel.show_codes(codes)
        self._say(tr("Write these codes down now: they are not shown again."), "warn")
        self._bridge.run(lambda: self._own().ways(), lambda ways, _error: self._show(ways) if ways else None)

    def _add_key(self) -> None:
        name = self.panel.key_name.text()
        self.panel.key_name.show_wrong("" if name else tr("Give it a name, such as the device it is on."))
        if not name:
            return
        if self._errand is not None:
            self._errand.cancel()
        self._errand = Browsing(self._bridge, self.open_url)

        def begin(loopback: Loopback) -> str:
            return self._own().key_page(name, loopback)

        def done(_result: Any, error: BaseException | None) -> None:
            if getattr(error, "code", "").endswith(":step_up"):
                self._proving.need(self._add_key)
            elif error is not None:
                self._say(tr(str(error)))
            else:
                self.panel.key_name.line.clear()
                self._renew()

        opened = partial(self._say, tr("Go on in your browser."), "muted")
        self._errand.run(begin, opened, lambda fields, _loopback: fields, done)

    def _closed(self) -> None:
        self.panel.show_codes(())
        self.panel.secret.setText("")
        self.panel.picture.show_text("")
        if self._errand is not None:
            self._errand.cancel()
            self._errand = None


def _remove_key(id: str, own: Own) -> None:
    own.remove_key(id)
