"""The network settings: as part of the form, and as a card for who cannot sign in without them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from agentdesk.desk.front import CardPage
from agentdesk.desk.pages.settings.controls import control
from agentdesk.desk.pages.settings.row import Row
from agentdesk.desk.settings import NETWORK, Settings
from agentdesk.desk.texts import tr
from agentdesk.desk.theme import scaled
from agentdesk.desk.widgets.buttons import Button
from agentdesk.desk.widgets.labels import label

MOST = 256
KeepLogin = Callable[[str, str, Callable[[str], None]], None]
"""Keeps name and password, and tells what prevented it: an empty sentence if nothing did."""


def login_row(keep: KeepLogin) -> Row:
    """Name and password for the proxy: typed here, kept in the keyring, and never shown again."""
    name, password, save = QLineEdit(), QLineEdit(), Button(tr("Keep"))
    for line, title, short in (
        (name, tr("Name at the proxy"), tr("Name")),
        (password, tr("Password at the proxy"), tr("Password")),
    ):
        line.setAccessibleName(title)
        line.setPlaceholderText(short)
        line.setMaxLength(MOST)
        line.setMinimumWidth(scaled(150))
    password.setEchoMode(QLineEdit.EchoMode.Password)
    words = tr("Kept in the keyring of this computer. Keep two empty fields to remove it.")
    row = Row(tr("Login for your own proxy"), words, name, password, save)

    def told(sentence: str) -> None:
        save.setEnabled(True)
        row.show_refusal(sentence)
        if not sentence:
            password.clear()

    def ask() -> None:
        save.setEnabled(False)
        keep(name.text().strip(), password.text(), told)

    save.clicked.connect(ask)
    return row


class NetworkPage(CardPage):
    """The same settings before anybody is signed in; `back` asks for the page before."""

    back = Signal()

    def __init__(self, settings: Settings, keep: KeepLogin, parent: QWidget | None = None) -> None:
        super().__init__(width=680, parent=parent)
        self.card.box.addWidget(label(tr(NETWORK), "title"))
        for setting in settings.known.values():
            if setting.group == NETWORK:
                self.card.box.addWidget(Row(tr(setting.title), tr(setting.help), control(setting, settings)))
        self.login = login_row(keep)
        self.card.box.addWidget(self.login)
        self.go_back = Button(tr("Back"), "primary")
        self.go_back.clicked.connect(self.back)
        self.card.box.addWidget(self.go_back)

    def showEvent(self, event: QShowEvent) -> None:
        """Nothing is changed by a key that one presses without looking."""
        super().showEvent(event)
        self.go_back.setFocus()
