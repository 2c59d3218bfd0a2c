"""The page for IT: every laptop with its state and what it says of itself; invite, shut out, wipe."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QComboBox, QScrollArea, QVBoxLayout, QWidget

from agentdesk.desk.actions import Action
from agentdesk.desk.desk import Desk
from agentdesk.desk.settings import Settings
from agentdesk.desk.texts import mark, tr
from agentdesk.desk.times import day_and_clock
from agentdesk.desk.widgets.badges import Chip
from agentdesk.desk.widgets.buttons import Button
from agentdesk.desk.widgets.fields import choice
from agentdesk.desk.widgets.frames import Card, Header, Pane, empty, spread
from agentdesk.desk.widgets.labels import label
from agentdesk.desk.widgets.states import EmptyState
from agentdesk.domain.devices import DEVICES, Device, InviteDevice, RevokeDevice, WipeDevice, compliant
from agentdesk.domain.people import PEOPLE, Person

TITLE, ICON = mark("Devices"), "ph.laptop"
WATCHES = ("computer", "person")
SHOWN = 500
STATES = {
    "invited": mark("Invited"),
    "active": mark("Active"),
    "revoked": mark("Shut out"),
    "wiped": mark("Wiped"),
}
TONES = {"invited": "accent", "active": "good", "revoked": "bad"}
KNOWN = {"yes": mark("yes"), "no": mark("no"), "unknown": mark("unknown")}


class DevicesPage(QObject):
    """A page for the shell."""

    badge = None
    id, icon, place = "devices", ICON, "top"
    actions: tuple[Action, ...] = ()

    def __init__(self, desk: Desk, settings: Settings, window: QWidget) -> None:
        super().__init__(window)
        self.title = tr(TITLE)
        self._desk = desk
        self.who, self.invite = choice(tr("Person")), Button(tr("Invite a laptop"), "primary", "ph.plus")
        self.code = label("", "strong", wrap=True, selectable=True)
        self.code.hide()
        self.invite.clicked.connect(self._invite)
        self.invite.setVisible(desk.me.may("device.invite"))
        self.who.setVisible(desk.me.may("device.invite"))
        self._rows = QVBoxLayout()
        self._rows.setSpacing(10)
        self.widget = self._lay_out()
        self._forget = desk.listen(WATCHES, lambda _: self._fill())
        self._fill()

    def _lay_out(self) -> QWidget:
        pane, column = Pane(), QWidget()
        pane.box.addWidget(Header(tr(TITLE)))
        box = QVBoxLayout(column)
        box.setContentsMargins(20, 16, 20, 16)
        box.setSpacing(12)
        box.addWidget(spread(self.who, self.invite, None))
        box.addWidget(self.code)
        box.addLayout(self._rows)
        box.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(column)
        pane.box.addWidget(scroll, 1)
        return pane

    def subject(self) -> str:
        return ""

    def shown(self) -> None:
        self._fill()

    def close(self) -> None:
        """Listen no more."""
        self._forget()

    # --- Inviting ---

    def _invite(self) -> None:
        device = self._desk.new_id()
        if self._desk.do(InviteDevice(device=device, person=str(self.who.currentData()))):
            self._ask_code(device)

    def _ask_code(self, device: str) -> None:
        self._desk.ask("device.code", {"device": device}, self._told)

    def _told(self, result: Any, sentence: str) -> None:
        """The code is shown once: whoever leaves the page asks for another one."""
        words = tr("Code for the new laptop, shown only now: {code}", code=result["code"]) if result else sentence
        self.code.setText(words)
        self.code.show()

    # --- The list ---

    def _fill(self) -> None:
        _fill_people(self.who, list(self._desk.view.page(PEOPLE(), limit=SHOWN)))
        empty(self._rows)
        found = self._desk.view.page(DEVICES(), limit=SHOWN)
        if not found:
            self._rows.addWidget(EmptyState(ICON, tr("No laptop yet"), tr("Invite one, or wait for a first sign-in.")))
        for device in found:
            self._rows.addWidget(self._row(device))

    def _row(self, device: Device) -> QWidget:
        now, card = self._desk.now(), Card()
        person = self._desk.view.get(Person, device.person)
        name = device.name or tr("Laptop")
        whose = person.name if person is not None else device.person
        tone = "warn" if device.wipe else TONES.get(device.status, "plain")
        state = tr("To be wiped") if device.wipe else tr(STATES.get(device.status, device.status))
        card.box.addWidget(spread(label(name, "strong"), label(whose, "muted"), None, Chip(state, tone)))
        told = (
            tr("Disk encrypted: {word}", word=tr(KNOWN.get(device.disk, device.disk))),
            tr("Screen lock: {word}", word=tr(KNOWN.get(device.lock, device.lock))),
            device.system or tr("System unknown"),
            device.version or tr("Version unknown"),
        )
        card.box.addWidget(label(" · ".join(told), "muted", wrap=True))
        times = [
            tr("Last seen {time}", time=day_and_clock(device.seen, now)) if device.seen else tr("Never seen"),
            *([tr("opens until {time}", time=day_and_clock(device.lease_until, now))] if device.lease_until else []),
            tr("Compliant") if compliant(device) else tr("Not compliant"),
        ]
        card.box.addWidget(label(" · ".join(times), "muted", wrap=True))
        card.box.addWidget(spread(*self._buttons(device, name), None))
        return card

    def _buttons(self, device: Device, name: str) -> list[QWidget]:
        made: list[QWidget] = []
        me = self._desk.me
        if device.status == "invited" and me.may("device.invite"):
            again = Button(tr("New code"))
            again.setAccessibleName(tr("New code for {name}", name=name))
            again.clicked.connect(lambda: self._ask_code(device.id))
            made.append(again)
        if device.status in ("invited", "active") and me.may("device.revoke"):
            made.append(self._sure(tr("Shut it out"), name, RevokeDevice(device=device.id)))
        if device.status == "active" and not device.wipe and me.may("device.wipe"):
            made.append(self._sure(tr("Wipe it"), name, WipeDevice(device=device.id)))
        return made

    def _sure(self, word: str, name: str, command: RevokeDevice | WipeDevice) -> Button:
        """A button that asks once more before it acts."""
        button = Button(word, "danger")
        button.setAccessibleName(tr("{word}: {name}", word=word, name=name))
        asked: list[bool] = []

        def press() -> None:
            if asked:
                self._desk.do(command)
                return
            asked.append(True)
            button.setText(tr("Press again to go through with it"))

        button.clicked.connect(press)
        return button


def _fill_people(box: QComboBox, people: list[Person]) -> None:
    chosen = box.currentData()
    box.clear()
    for person in people:
        box.addItem(person.name, person.id)
    box.setCurrentIndex(max(0, box.findData(chosen)))
