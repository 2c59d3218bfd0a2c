"""Figures about suggestions through their door: of one's own teams, for whoever may, counted from the ledger."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest
import requests
from tests.server.audit.test_reply_proof import tell
from tests.server.running import PATIENCE, Company, Running
from tests.server.signing import Caller
from tests.server.test_backtesting import core_at

from agentdesk.domain.kernel import Actor
from agentdesk.domain.people import PEOPLE
from agentdesk.domain.queue import ALL
from agentdesk.domain.suggestions import FEWEST, ActOnSuggestion, Considered, Measures, Offer, Suggestion
from agentdesk_server import measuring
from agentdesk_server.state import Settings

WHERE = "/api/v1/suggestions/measures"
SEEN = Considered("macro:m", "macro", 1, 0, 0.7, 0.2, 0.1, 0.6)


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    """Five people were shown a suggestion each for one case, and one of them put it in."""
    running = Running(Settings(folder=tmp_path_factory.mktemp("server"), port=0))
    company = Company(running)
    company.hire("Lou Lead", "lou@example.com", "supervisor")
    with company.visitor().line() as line:
        line.message("Hello?")
    case = company.state.core.reader.records.page(ALL(), limit=1)[0]
    for n in range(FEWEST):
        who = Actor(company.hire(f"P {n}", f"p{n}@example.com"), "nobody", device="desk")
        offer = {"suggestion": f"sg{n}", "case": case.id, "turn": 1, "level": 3, "rules": 1, "threshold": 0.5,
                 "input_sha256": "ab", "candidates": (SEEN,), "shown": ("macro:m",), "latency_us": 9_000}  # fmt: skip
        tell(company, who, msgspec.convert(offer, Offer))
        if n == 0:
            tell(company, who, ActOnSuggestion(suggestion="sg0", case=case.id, source="macro:m", action="accepted",
                                                chars=10))  # fmt: skip
    yield company
    running.stop()


def test_it_is_counted_from_the_ledger(own: Company) -> None:
    lead = next(one for one in own.state.core.reader.records.page(PEOPLE(), limit=50) if one.role == "supervisor")
    core = core_at(own, own.state.clock() + measuring.WEEK)
    for by in ("team", "queue", "source", "level"):
        found = measuring.count(core, lead.id, by, 1)
        assert [(one.people, one.asked, one.shown, one.sent) for one in found.lines] == [(5, 5, 5, 0)], by
        assert found.whole is not None
        assert found.whole.half_us == 9_000
    assert measuring.count(core, "nobody", "team", 1).whole is None
    noted = own.state.core.reader.records.of(Suggestion, "sg0")
    assert noted is not None
    assert measuring.count(core_at(own, noted.at), lead.id, "team", 1).whole is None, "that week is not over"


def test_only_who_leads_may_ask(own: Company) -> None:
    headers = {"Authorization": f"Bearer {own.sign_in()}"}
    assert requests.get(own.url + WHERE, headers=headers, timeout=PATIENCE).status_code == 403
    assert requests.get(own.url + WHERE, timeout=PATIENCE).status_code == 401
    caller = Caller(own, "lou@example.com", "desk")
    caller.sign_in()
    assert msgspec.convert(caller.ask("GET", f"{WHERE}?weeks=13&by=source").json(), Measures).by == "source"
    for wrong in ("weeks=2", "weeks=x", "by=person", "by="):
        assert caller.ask("GET", f"{WHERE}?{wrong}").status_code == 400, wrong
