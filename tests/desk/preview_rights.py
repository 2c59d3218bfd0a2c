"""Leaves pictures of the page of rights: `python tests/desk/preview_rights.py FOLDER`."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import msgspec
from PySide6.QtWidgets import QApplication
from tests.desk.fake_desk import FakeDesk
from tests.desk.samples import shell_in

from agentdesk.desk import texts
from agentdesk.desk.pages.rights import RightsPage
from agentdesk.desk.theme import Theme
from agentdesk.domain.cases import BreakGlass, EndAccess, Invite
from agentdesk.domain.people import Person


def desk() -> FakeDesk:
    """A supervisor, a guest, a visit that is over."""
    made = FakeDesk()
    made._me = msgspec.structs.replace(made.me, role="supervisor")
    made.put(Person("zoe", "org", 0, "Zoé Lambert", "zoe@x.example", "senior", (), (), True, "eu", 2))
    for n in range(1, 3):
        made.open_case(f"c{n}")
    until = made.time + 4 * 3_600_000
    made.do(Invite(grant="g1", case="c1", person="zoe", until=until, reason="She knows the parcel service."))
    zoe = msgspec.structs.replace(made.me, id="zoe", name="Zoé Lambert", role="senior", scopes=frozenset())
    made.act(BreakGlass(grant="g2", number=2, reason="The customer is on the phone, nobody is there."), zoe)
    made.do(EndAccess(grant="g2"))
    return made


def main(folder: Path) -> None:
    app = QApplication([])
    assert isinstance(app, QApplication)
    for theme, language, size in (("light", "en", (1440, 900)), ("dark", "de", (1100, 680))):
        texts.install(app, language)
        with tempfile.TemporaryDirectory() as kept:
            shell = shell_in(Path(kept))
            look = Theme(app, shell.settings)
            shell.settings.put("look.theme", theme)
            page = RightsPage(desk(), shell.settings, shell)
            shell.add_page(page)
            shell.open_page("rights")
            page.person.person.setCurrentIndex(page.person.person.findData("zoe"))
            shell.resize(*size)
            shell.show()
            app.processEvents()
            shell.grab().save(str(folder / f"rights-{theme}-{language}-{size[0]}.png"))
            shell.close()
            look.deleteLater()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
