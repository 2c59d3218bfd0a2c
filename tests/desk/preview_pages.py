"""Leaves pictures of the pages for IT and privacy, fed by a real server: `python tests/desk/preview_pages.py DIR`."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication, QWidget
from tests.server.running import PASSWORD, Company, company

from agentdesk.desk import texts
from agentdesk.desk.app import Program, loop
from agentdesk.desk.settings import Settings
from agentdesk.desk.shots import Director
from agentdesk.desk.startup import session_only
from agentdesk.desk.theme import Theme
from agentdesk.domain.devices import Enrol, InviteDevice, Report, RevokeDevice, WipeDevice
from agentdesk.domain.kernel import Actor, Command
from agentdesk.domain.kernel.commands import command_spec
from agentdesk.domain.people import Person
from agentdesk.domain.privacy import Erase, RecordConsent, SetHold, SetRetention
from agentdesk.sync.phases import Phase
from agentdesk_server.authority import Submission
from agentdesk_server.operating import TeamAdd

ADMIN = "ada@example.com"
SYSTEM = Actor("system", "system")
NAMES = ("Lena Sorensen", "Tomas Okafor", "Priya Raman", "Jonas Beck", "Ana Castillo", "Hiro Matsuda", "Wendy Dlamini")
MANY = 5_000
SMALL, USUAL = QSize(1100, 680), QSize(1440, 900)
Script = Iterator[float | Callable[[], bool]]


class Staged:
    """A company with everything that the pages show."""

    def __init__(self, shop: Company) -> None:
        self.shop = shop
        shop.running.operate(TeamAdd(name="Orders"))
        self.people = [shop.hire(name, f"p{n}@example.com") for n, name in enumerate(NAMES)]
        self.admin = shop.hire("Ada Lind", ADMIN, "admin", ())
        self.customers = [self._customer(name) for name in NAMES]
        self._privacy()
        self._laptops()

    def give(self, who: Actor, command: Command) -> None:
        told = Submission(who, command_spec(command).name, command, msgspec.msgpack.encode(command), fresh=True)
        ack = self.shop.running.do(self.shop.state.writer.submit(told)).ack
        assert ack.status == "done", ack

    def _customer(self, name: str) -> str:
        visitor = self.shop.visitor()
        with visitor.line() as line:
            line.say({"t": "name", "name": name, "email": f"{name.split()[0].lower()}@example.net"})
            line.message("Hello, my refund is still not on my card.")
        row = self.shop.state.reader.conn.execute("SELECT customer FROM visitor WHERE id=?", (visitor.id,)).fetchone()
        return str(row[0])

    def _privacy(self) -> None:
        ada, lena = Actor(self.admin, "nobody", device="it"), self.customers[0]
        agent = Actor(self.people[0], "nobody", device="laptop")
        for purpose, given in (("recording", True), ("analytics", True), ("marketing", False)):
            wish = RecordConsent(customer=lena, purpose=purpose, given=given, wording="2026-03")  # type: ignore[arg-type]
            self.give(agent, wish)
        reason = "A court has asked for it, file 12 O 77/26."
        self.give(ada, SetHold(hold="h1", kind="customer", about=self.customers[1], reason=reason))
        self.give(ada, SetRetention(data_class="messages", days=365, basis="contract"))
        self.give(ada, SetRetention(data_class="attachments", days=90, basis="interest"))
        for n in (2, 3):
            self.give(ada, Erase(erasure=f"e{n}", customer=self.customers[n]))

    def _laptops(self) -> None:
        state, posts = self.shop.state, []
        systems = ("Debian GNU/Linux 13", "Windows 11 24H2", "macOS 15.2", "Ubuntu 24.04")
        for n in range(MANY):
            device, person = f"lap-{n:05}", self.people[n % len(self.people)]
            disk, lock = "no" if n % 41 == 3 else "yes", "unknown" if n % 57 == 5 else "yes"
            lease = state.clock() + 14 * 86_400_000
            wishes: list[Command] = [
                Enrol(device=device, person=person, key=f"{n:043}", desk=f"desk-{n}", name=f"Laptop {n:04}"),
                Report(device=device, version="desk 0.1.0", system=systems[n % 4], disk=disk, lock=lock,
                       lease_until=lease),  # type: ignore[arg-type]
            ]  # fmt: skip
            if n % 211 == 9:
                wishes.append(RevokeDevice(device=device))
            if n % 307 == 11:
                wishes.append(WipeDevice(device=device))
            posts += wishes
        posts.append(InviteDevice(device="lap-new", person=self.people[2], name="For Priya"))

        for wish in posts:
            self.give(SYSTEM, wish)


def tour(program: Program, settings: Settings, to: Path, name: str, staged: Staged) -> Script:
    """Signs in and goes through the pages."""
    program.start()
    yield 0.3
    page: Any = program.front.page
    for field, text in ((page.server, staged.shop.url), (page.email, ADMIN), (page.password, PASSWORD)):
        field.line.setText(text)
    page.submit()
    yield lambda: program.session is not None
    session: Any = program.session
    live = session.live
    yield lambda: live.status.phase is Phase.LIVE and not live.status.behind
    yield 1.0
    shell: Any = program.shell

    def take(what: str, widget: QWidget | None = None) -> None:
        (widget or shell).grab().save(str(to / f"{what}-{name}.png"))
        print(what, name, flush=True)

    def real(id: str) -> Any:
        shell.open_page(id)
        return session.hosting._hosts[id].real

    for size in (USUAL, SMALL):
        shell.resize(size)
        yield from _pages(real, lambda what: take(f"{what}-{shell.width()}"))
    privacy = real("privacy")
    sheet = privacy.people.sheet
    privacy.show_panel("people")
    export = privacy.people.sheet.export
    proving = session.proving
    staged.shop.state.gate.fresh.forget(staged.admin)
    export.fetch(privacy.people.sheet._subject.id, to / "lena.zip")
    yield lambda: not proving.overlay.isHidden()
    yield 0.8
    take("proof-asked")
    proving.panel.password.line.setText(PASSWORD)
    proving._confirm()
    yield lambda: export.saved_as is not None
    sheet.verticalScrollBar().setValue(200)
    yield 0.3
    take("export-saved")
    session.work_online(False)
    yield lambda: live.status.phase is Phase.OFFLINE
    real("server").ask()
    yield 0.5
    take("server-offline")
    shell.open_page("privacy")
    privacy.people.search()
    yield 0.5
    take("privacy-offline")


def _pages(real: Callable[[str], Any], take: Callable[[str], None]) -> Script:
    """Each page at work, in the size that the window has."""
    devices, server, privacy = real("devices"), real("server"), real("privacy")
    sheet = privacy.people.sheet
    real("devices")
    yield lambda: devices.table.things.rowCount() > 4_000
    devices.table.step(3)
    yield 0.4
    take("devices")
    real("server")
    yield lambda: bool(server.lines)
    yield 0.4
    take("server")
    real("privacy")
    privacy.show_panel("people")
    privacy.people.who.setText("Lena")
    privacy.people.search()
    yield lambda: bool(sheet.consents.lines)
    yield 0.4
    take("privacy-people")
    sheet.verticalScrollBar().setValue(sheet.verticalScrollBar().maximum())
    yield 0.3
    take("privacy-people-end")
    privacy.show_panel("holds")
    privacy.holds.table.step(1)
    yield 0.3
    take("privacy-holds")
    privacy.show_panel("schedule")
    privacy.schedule.due.ask()
    yield 1.0
    take("privacy-schedule")
    privacy.show_panel("erasures")
    privacy.erasures.table.step(1)
    privacy.erasures.sheet.proof.ask()
    yield 1.5
    take("privacy-erasures")


def main(folder: Path) -> None:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    folder.mkdir(parents=True, exist_ok=True)
    app = QApplication([])
    app.setQuitOnLastWindowClosed(False)
    with tempfile.TemporaryDirectory() as place, company(Path(place) / "server") as shop:
        staged = Staged(shop)
        assert shop.state.reader.records.of(Person, staged.admin)
        for theme, language in (("light", "en"), ("dark", "de")):
            texts.install(app, language)
            with tempfile.TemporaryDirectory() as own:
                settings = Settings(Path(own))
                settings.put("look.theme", theme)
                look = Theme(app, settings)
                program = Program(Path(own), settings, vault=session_only())
                director = Director(tour(program, settings, folder, f"{theme}-{language}", staged), app)  # noqa: F841
                loop(app)
                program.close()
                look.deleteLater()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
