"""One laptop: what it says of itself, what is wrong with it, and what can be done."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QWidget

from agentdesk.desk.desk import Desk
from agentdesk.desk.names import person_name
from agentdesk.desk.pages.devices.words import doubts, facts, name_of, state_of
from agentdesk.desk.texts import tr
from agentdesk.desk.widgets.badges import Chip
from agentdesk.desk.widgets.buttons import Button
from agentdesk.desk.widgets.facts import Facts, Sheet
from agentdesk.desk.widgets.frames import Card, spread
from agentdesk.desk.widgets.labels import label
from agentdesk.desk.widgets.sure import Sure
from agentdesk.desk.widgets.verdict import Verdict
from agentdesk.domain.devices import Device, RevokeDevice, WipeDevice, compliant


class DevicePanel(Sheet):
    """`show_device` shows another one; what was told of the last one, such as its code, goes."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(tr("Laptop"), parent)
        self._desk = desk
        self._device: Device | None = None
        self.title, self.chip = label(role="title", wrap=True), Chip(parent=self)
        self.facts, self.verdict = Facts(), Verdict()
        self.again = Button(tr("New code"), icon="ph.key")
        self.code = label("", "strong", wrap=True, selectable=True)
        self.code.setAccessibleName(tr("Code for the new laptop"))
        self.revoke, self.wipe = Sure(tr("Shut it out"), icon="ph.prohibit"), Sure(tr("Wipe it"), icon="ph.eraser")
        self._acts = Card()
        self._lay_out()
        self.again.clicked.connect(self.ask_code)
        self.revoke.confirmed.connect(lambda: self._do(RevokeDevice))
        self.wipe.confirmed.connect(lambda: self._do(WipeDevice))

    def _lay_out(self) -> None:
        self._about_revoke = label(
            tr("Shutting it out ends its sessions at once, for good; it wipes itself when it next speaks to us."),
            "muted", wrap=True,
        )  # fmt: skip
        self._about_wipe = label(
            tr("Wiping destroys what it holds. Its person may sign in there again and begin anew."), "muted", wrap=True
        )
        for part in (
            *(spread(self.again, None), self.code),
            *(self._about_revoke, spread(self.revoke, None)),
            *(self._about_wipe, spread(self.wipe, None)),
        ):
            self._acts.box.addWidget(part)
        self.add(self.title, spread(self.chip, None), self.verdict, self.facts, self._acts)
        self.box.addStretch(1)
        self.code.hide()

    def show_device(self, device: Device) -> None:
        """Show this one, as it is now."""
        if self._device is None or self._device.id != device.id:
            self.code.hide()
            for button in (self.revoke, self.wipe):
                button.disarm()
        self._device = device
        name, (word, tone) = name_of(device), state_of(device)
        self.title.setText(name)
        self.chip.show_chip(word, tone)
        self.facts.show_facts(facts(device, person_name(self._desk.view, device.person), self._desk.now()))
        self._judge(device)
        me, asked = self._desk.me, device.status == "invited"
        may_revoke = device.status in ("invited", "active") and me.may("device.revoke")
        may_wipe = device.status == "active" and not device.wipe and me.may("device.wipe")
        self.again.setVisible(asked and me.may("device.invite"))
        self.again.setAccessibleName(tr("New code for {name}", name=name))
        acts = ((self.revoke, self._about_revoke, may_revoke), (self.wipe, self._about_wipe, may_wipe))
        for button, about, may in acts:
            button.setVisible(may)
            about.setVisible(may)
            if not button.armed:
                button.about(name)
        self._acts.setVisible(may_revoke or may_wipe or not self.code.isHidden())

    def _judge(self, device: Device) -> None:
        wrong = doubts(device)
        if device.wipe:
            told = tr("It destroys what it holds as soon as it speaks to the server.")
            self.verdict.show_state("warn", tr("It is to be wiped."), told)
        elif wrong:
            self.verdict.show_state("warn", tr("Not compliant"), "\n".join(wrong))
        elif device.status == "active" and compliant(device):
            told = tr("Its disk is encrypted and its screen locks itself.")
            self.verdict.show_state("good", tr("Compliant"), told)
        else:
            self.verdict.clear()

    def _do(self, command: type[RevokeDevice] | type[WipeDevice]) -> None:
        if self._device is not None:
            self._desk.do(command(device=self._device.id))

    # --- The code ---

    def ask_code(self) -> None:
        """Have the server make a code; the last one is worth nothing then."""
        device = self._device
        if device is None:
            return
        self._say(tr("Asking the server…"))
        self._desk.ask("device.code", {"device": device.id}, lambda result, why: self._told(device.id, result, why))

    def _told(self, device: str, result: Any, sentence: str) -> None:
        """The code is shown once: whoever leaves the laptop asks for another one."""
        if self._device is None or self._device.id != device:
            return
        code = result.get("code") if isinstance(result, dict) else None
        self._say(tr("Code for the new laptop, shown only now: {code}", code=code) if code else sentence)

    def _say(self, words: str) -> None:
        self.code.setText(words)
        self.code.show()
        self._acts.show()
