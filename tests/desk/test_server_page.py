"""The page of the server: each line says how it stands and what to do; what was told stays while it cannot be asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from tests.desk.fake_desk import FakeDesk
from tests.desk.samples import shell_in

from agentdesk import __version__
from agentdesk.desk.pages import PAGES
from agentdesk.desk.pages.server import ServerPage
from agentdesk.desk.pages.server.lines import Here, Line, sections
from agentdesk.desk.pages.server.told import read
from agentdesk.desk.shell import Shell
from agentdesk.domain.kernel import ROLES, SCHEMA, may

DAY = 86_400_000
NOW = 1_800_000_000_000
OFFLINE = "This can only be asked while the desk is connected."


def posture(**changed: Any) -> dict[str, Any]:
    """A server without a fault."""
    told: dict[str, Any] = {
        "at": NOW,
        "transport": {"by": "server", "versions": ["TLSv1.2", "TLSv1.3"], "certificate_ends": NOW + 90 * DAY},
        "database_encrypted": True,
        "master_key_apart": True,
        "audit": {"entries": 90, "covered": 90, "at": NOW - 60_000, "signed": True, "shown": 80, "shown_at": NOW - DAY,
                  "witnesses": 7},
        "backup": {"at": NOW - 3_600_000, "rev": 4},
        "egress_allowed": [],
        "names": ["desk.example"],
        "advice": [],
        "sign_in": {"second_factor": ["admin", "auditor"], "privileged": ["admin", "auditor", "supervisor"],
                    "provider": True, "directory_since": NOW - 9 * DAY, "only_enrolled": True,
                    "unbound_sessions": False, "lease_days": 14},
        "program": {"version": __version__, "schema": SCHEMA, "oldest_schema": 1},
        "echo": False,
    }  # fmt: skip
    return {**told, **changed}


def lines(told: dict[str, Any], remembered: int = 80) -> dict[str, Line]:
    found = read(told)
    assert found is not None
    every = [line for section in sections(found, Here(__version__, remembered)) for line in section.lines]
    assert len({line.id for line in every}) == len(every)
    return {line.id: line for line in every}


def test_a_server_without_a_fault_needs_nothing() -> None:
    found = lines(posture())
    assert [line.id for line in found.values() if line.state in ("look", "act")] == []
    assert all(not line.advice for line in found.values() if line.state == "good")


WRONG: list[tuple[str, str, dict[str, Any]]] = [
    ("tls", "look", {"transport": {"by": "nobody", "versions": [], "certificate_ends": 0}}),
    ("certificate", "look", {"transport": {"by": "server", "certificate_ends": NOW + 20 * DAY}}),
    ("certificate", "act", {"transport": {"by": "server", "certificate_ends": NOW + 3 * DAY}}),
    ("certificate", "act", {"transport": {"by": "server", "certificate_ends": NOW - 1}}),
    ("names", "look", {"names": []}),
    ("database", "look", {"database_encrypted": False}),
    ("master", "look", {"master_key_apart": False}),
    ("backup", "act", {"backup": {"at": 0}}),
    ("backup", "look", {"backup": {"at": NOW - 3 * DAY}}),
    ("second-factor", "act", {"sign_in": {"second_factor": [], "privileged": ["admin", "auditor"]}}),
    ("second-factor", "look", {"sign_in": {"second_factor": ["admin"], "privileged": ["admin", "auditor"]}}),
    ("enrolled", "look", {"sign_in": {"only_enrolled": False}}),
    ("unbound", "look", {"sign_in": {"unbound_sessions": True}}),
    ("head", "look", {"audit": {"entries": 9, "covered": 0}}),
    ("head", "look", {"audit": {"entries": 9, "covered": 5, "at": NOW - 3 * DAY, "signed": True}}),
    ("head", "act", {"audit": {"entries": 9, "covered": 9, "at": NOW, "signed": False}}),
    ("witnessed", "look", {"audit": {"covered": 9, "at": NOW, "signed": True, "shown": 3}}),
    ("version", "look", {"program": {"version": "9.9", "schema": SCHEMA, "oldest_schema": 1}}),
    ("schema", "act", {"program": {"version": __version__, "schema": SCHEMA + 9, "oldest_schema": SCHEMA + 1}}),
    ("echo", "act", {"echo": True}),
]  # fmt: skip


@pytest.mark.parametrize(("id", "state", "changed"), WRONG)
def test_what_is_wrong_says_what_to_do(id: str, state: str, changed: dict[str, Any]) -> None:
    line = lines(posture(**changed))[id]
    assert line.state == state
    assert line.advice


def test_an_older_server_says_less() -> None:
    told = {name: value for name, value in posture().items() if name not in ("sign_in", "program", "echo")}
    found = lines(told, 0)
    assert found["sign-in"].state == found["version"].state == "look"
    assert "remembered" not in found
    assert read({"at": "yesterday"}) is None
    assert read("no") is None


class Asked(FakeDesk):
    """`told` is what the server answers; it can be held back."""

    def __init__(self) -> None:
        super().__init__()
        self.told: tuple[Any, str] = (posture(), "")
        self.paths: list[str] = []
        self.later: list[Callable[[], None]] | None = None

    def read(self, where: str, then: Callable[[Any, str], None]) -> None:
        self.paths.append(where)
        told = self.told
        if self.later is None:
            then(*told)
        else:
            self.later.append(lambda: then(*told))


@pytest.fixture
def desk() -> Iterator[Asked]:
    made = Asked()
    yield made
    made.close()


@pytest.fixture
def page(desk: Asked, tmp_path: Path, qtbot: QtBot) -> ServerPage:
    shell: Shell = shell_in(tmp_path)
    qtbot.addWidget(shell)
    made = ServerPage(desk, shell.settings, shell)
    shell.add_page(made)
    shell.show()
    return made


def look(page: ServerPage) -> None:
    page.shown()
    QApplication.processEvents()


def test_it_is_asked_when_it_is_looked_at(page: ServerPage, desk: Asked) -> None:
    desk.later = []
    page.shown()
    assert page._stack.currentWidget() is page._loading
    page.ask()
    assert desk.paths == ["/api/v1/posture"], "not twice at once"
    desk.later[0]()
    assert page._stack.currentWidget() is page._sheet
    assert page.verdict.property("tone") == "good"
    (tls,) = [one for one in page.lines if one.line.id == "tls"]
    assert tls.accessibleName() == "Encryption on the way: Good"
    assert page.when.text().startswith("As of")


def test_what_needs_somebody_is_counted(page: ServerPage, desk: Asked) -> None:
    desk.told = (posture(echo=True, names=[], backup={"at": 0}), "")
    look(page)
    assert page.verdict.property("tone") == "bad"
    assert page.verdict.accessibleName() == "Something needs you. Act on 2 now; look at 1 more."
    desk.told = (posture(names=[]), "")
    page.again.click()
    assert page.verdict.property("tone") == "warn"
    assert len([one for one in page.lines if one.line.state == "look"]) == 1


def test_offline_keeps_what_was_told(page: ServerPage, desk: Asked) -> None:
    desk.told = (None, OFFLINE)
    look(page)
    assert page._nothing.accessibleName() == "The server cannot be asked now."
    desk.told = (posture(), "")
    page.again.click()
    desk.told = (None, OFFLINE)
    page.again.click()
    assert page._stack.currentWidget() is page._sheet
    assert OFFLINE in page.banner.accessibleName()
    desk.told = ({"at": 1}, "")
    page.again.click()
    assert "cannot be read" in page.banner.accessibleName()
    desk.told = (posture(), "")
    page.again.click()
    assert page.banner.isHidden()


def test_it_is_for_those_who_may() -> None:
    (listed,) = (one for one in PAGES if one.id == "server")
    assert {role for role in ROLES if any(may(role, one) for one in listed.needs)} == {"auditor", "admin"}
