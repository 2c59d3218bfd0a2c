"""A server is restored from a backup: what an administrator and an agent see, and how their laptops trust it again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot
from tests.desk.test_app import KeptVault, live, starting
from tests.server.running import PASSWORD, Company, Running

from agentdesk.desk.app import Program
from agentdesk.desk.pages.sign_in import SignInPage
from agentdesk.desk.session import Session
from agentdesk.desk.trusting import TrustDialog
from agentdesk.domain.audit import AuditBreak
from agentdesk.domain.audit.breaks import BREAKS
from agentdesk.sync.phases import Phase
from agentdesk_server.audit import room
from agentdesk_server.audit.leaf import decode
from agentdesk_server.backup import restore
from agentdesk_server.operating import Backup, TeamAdd
from agentdesk_server.state import Settings

PATIENCE = 30_000
REASON = "The disk was lost, and the backup of Monday restored."


class Laptop:
    """One person's, with its program."""

    def __init__(self, stack: ExitStack, folder: Path, qtbot: QtBot, shop: Company, email: str) -> None:
        self.qtbot, self.email = qtbot, email
        self.program: Program = stack.enter_context(starting(folder, KeptVault()))()
        page = self.program.front.page
        assert isinstance(page, SignInPage)
        for field, text in ((page.server, shop.url), (page.email, email), (page.password, PASSWORD)):
            field.line.setText(text)
        page.submit()
        self.session: Session = live(qtbot, self.program)

    def remembers(self, size: int) -> None:
        self.qtbot.waitUntil(lambda: self.session.live.pins.size == size, timeout=PATIENCE)

    def sign_in_again(self) -> None:
        """A backup revives no session."""
        session = self.session
        self.qtbot.waitUntil(lambda: session.live.status.phase is Phase.REVOKED, timeout=PATIENCE)
        shell = self.program.shell
        assert shell is not None
        notice = shell.notices.current()
        assert notice is not None
        assert notice.run is not None
        notice.run()
        page = self.program.front.page
        assert isinstance(page, SignInPage)
        page.password.line.setText(PASSWORD)
        page.submit()
        self.qtbot.waitUntil(lambda: session.live.status.phase is Phase.LIVE, timeout=PATIENCE)

    def look(self) -> TrustDialog:
        """What stands behind the notice."""
        shell = self.program.shell
        assert shell is not None
        self.qtbot.waitUntil(lambda: bool(self.session.witness.doubt), timeout=PATIENCE)
        notice = shell.notices.current()
        assert notice is not None
        assert "is not what this laptop remembers" in notice.text
        assert notice.run is not None
        notice.run()
        (dialog,) = [one for one in shell.findChildren(TrustDialog) if one.isVisible()]
        return dialog


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as opened:
        yield opened


def published(shop: Company) -> int:
    """The size of the log that everybody is shown from now on."""
    shop.running.operate(TeamAdd(name=f"Team {shop.state.core.writer.authority.rev}"))
    shop.running.do(shop.state.audit.publish())
    newest = shop.state.reader.conn.execute("SELECT max(size) FROM audit_head").fetchone()
    return int(newest[0])


def test_a_restored_log_is_trusted_by_an_informed_act(
    qtbot: QtBot, tmp_path: Path, stack: ExitStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "DAY", 0)
    first = Running(Settings(folder=tmp_path / "server", port=0))
    ends = stack.enter_context(ExitStack())
    ends.callback(first.stop)
    shop = Company(first)
    shop.hire("Adam In", "adam@example.com", "admin", ())
    adam, mina = (
        Laptop(stack, tmp_path / name, qtbot, shop, f"{name}@example.com") for name in ("adam", "mina")
    )  # fmt: skip
    before = published(shop)
    for one in (adam, mina):
        one.remembers(before)
    first.operate(Backup(file=str(tmp_path / "backup.tar")))
    after = published(shop)
    for one in (adam, mina):
        one.remembers(after)
    ends.close()
    restore(tmp_path / "backup.tar", tmp_path / "restored", None)
    second = Running(Settings(folder=tmp_path / "restored", port=int(shop.url.rpartition(":")[2])))
    stack.callback(second.stop)
    shop.running = second
    for one in (adam, mina):
        one.sign_in_again()

    alone = mina.look()
    assert not alone.trust.isVisible(), "nobody vouches yet"
    alone.reject()
    dialog = adam.look()
    shop.state.gate.fresh.forget(adam.session.live.me.id)
    dialog.reason.setText(REASON)
    dialog.trust.click()
    proving = adam.session.proving
    panel = proving.panel
    qtbot.waitUntil(lambda: not proving.overlay.isHidden() and panel.go.isEnabled(), timeout=PATIENCE)
    assert adam.session.live.pins.size == after, "nothing is forgotten before the server has written it down"
    panel.password.line.setText(PASSWORD)
    panel.go.click()
    adam.remembers(before)
    assert adam.session.witness.doubt == ""

    qtbot.waitUntil(lambda: bool(mina.session.live.view.page(BREAKS(), limit=1)), timeout=PATIENCE)
    assert mina.session.live.pins.size == after, "what others do moves no pin here"
    mina.session.show_doubt()
    shell = mina.program.shell
    assert shell is not None
    (follows,) = [one for one in shell.findChildren(TrustDialog) if one.isVisible()]
    follows.trust.click()
    mina.remembers(before)
    assert mina.session.witness.doubt == ""
    now = published(shop)
    for one in (adam, mina):
        one.remembers(now)
        assert one.session.witness.doubt == ""
    written_down(shop, mina, (after, before))


def written_down(shop: Company, mina: Laptop, sizes: tuple[int, int]) -> None:
    """What everybody can see of it, and what the log says."""
    (made,) = mina.session.live.view.page(BREAKS(), limit=9)
    assert isinstance(made, AuditBreak)
    assert (made.before_size, made.size) == sizes
    rows = shop.state.reader.conn.execute("SELECT data FROM leaf ORDER BY number")
    leaves = [(leaf.command, leaf.outcome) for leaf in (decode(data) for (data,) in rows)]
    assert ("audit.accept", "done") in leaves
    assert ("audit.follow", "done") in leaves
