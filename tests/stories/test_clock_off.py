"""Story: the clock of a laptop is a day off, or is set back: one works all the same, or is told what to do."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot
from tests.desk.test_app import starting
from tests.stories.rig import Company
from tests.stories.test_window import PATIENCE, KeptVault, first_case, sign_in

from agentdesk.desk.pages.held import LapsedPage
from agentdesk.desk.texts import tr
from agentdesk.domain.cases import Case, Reply
from agentdesk.store.lease import SET_BACK_SENTENCE
from agentdesk.sync.phases import Phase

DAY = 86_400 * 10**9
REAL = time.time_ns


class Clock:
    """This computer's, in our hands; the server is another one."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.off = 0
        patch.setattr(time, "time_ns", lambda: REAL() + self.off)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


@pytest.mark.parametrize("days", [-1, 1])
def test_a_day_off(qtbot: QtBot, tmp_path: Path, own_company: Company, clock: Clock, days: int) -> None:
    """Sign in, answer, end, come again: the server says by its proofs what time it is, and what is shown is right."""
    clock.off = days * DAY
    customer = own_company.visitor(name="Ada Quist")
    with starting(tmp_path, KeptVault()) as start, customer.line() as chat:
        session = sign_in(qtbot, program := start(), own_company)
        chat.message("Is it noon yet?")
        case = first_case(qtbot, session, "Is it noon yet?")
        found = session.live.view.get(Case, case)
        assert found is not None
        assert session.live.do(Reply(case=case, message=session.live.new_id(), text="Almost.", seen=found.seq))
        chat.until_text("Almost.")
        assert abs(session.live.now() - REAL() // 10**6) < 60_000
        assert abs(found.opened_at - REAL() // 10**6) < 60_000
        program.close()
        again = start()
        qtbot.waitUntil(
            lambda: again.session is not None and again.session.live.status.phase is Phase.LIVE, timeout=PATIENCE
        )


def test_a_clock_that_was_set_back(qtbot: QtBot, tmp_path: Path, own_company: Company, clock: Clock) -> None:
    """Without the server nothing is opened: else any lease would last for ever. The page says what to do."""
    with starting(tmp_path, KeptVault()) as start:
        clock.off = DAY
        sign_in(qtbot, program := start(), own_company)
        program.close()
        clock.off = -DAY
        own_company.server.line.lead_to(0)
        held = start()
        qtbot.waitUntil(lambda: isinstance(held.front.page, LapsedPage), timeout=PATIENCE)
        page = held.front.page
        assert isinstance(page, LapsedPage)
        assert tr(SET_BACK_SENTENCE) in [one.text() for one in page.findChildren(QLabel)]
        own_company.server.line.lead_to(int(own_company.server.direct.rpartition(":")[2]))
        page.retry.click()
        qtbot.waitUntil(
            lambda: held.session is not None and held.session.live.status.phase is Phase.LIVE, timeout=PATIENCE
        )
