"""A draft of due times tried on old cases: portion by portion, none twice, none left out, only for those who plan."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest
import requests
from tests.server.running import PATIENCE, Company, Running
from tests.server.signing import Caller

from agentdesk.domain.clocks import BacktestPart, Draft, Outcome, Policy, Publish, Target, summed
from agentdesk.domain.kernel import Actor, Command
from agentdesk.domain.kernel.commands import command_spec
from agentdesk_server import backtesting
from agentdesk_server.authority import Submission
from agentdesk_server.state import Settings

CASES = 7


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    running = Running(Settings(folder=tmp_path_factory.mktemp("server"), port=0))
    company = Company(running)
    planner = Actor(company.hire("Pia Plan", "pia@example.com", "planner", ()), "nobody", device="desk")
    for _ in range(CASES):
        with company.visitor().line() as line:
            line.message("Hello?")
    for id, minutes in (("r1", 60), ("d1", 1)):
        targets = (Target(metric="first", minutes=(minutes,) * 4),)
        _tell(company, planner, Draft(regime=id, calendars=(), policies=(Policy(id="p", name="P", targets=targets),),
                                      previous="" if id == "r1" else "r1"))  # fmt: skip
        if id == "r1":
            _tell(company, planner, Publish(regime=id))
    yield company
    running.stop()


def _tell(company: Company, who: Actor, command: Command) -> None:
    told = Submission(who, command_spec(command).name, command, msgspec.msgpack.encode(command), fresh=True)
    outcome = company.running.do(company.state.writer.submit(told))
    assert outcome.ack.status == "done", outcome.ack


def test_portions_make_up_the_whole(own: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    later = own.state.clock() + 10 * 60_000
    core = core_at(own, later)
    whole = backtesting.portion(core, "d1", 30, 0, "")
    assert (whole.cases, whole.after, whole.held) == (CASES, "", 1)
    assert [(line.metric, line.count, line.warned, line.late, line.runs) for line in summed(whole.draft)] == [
        ("first", CASES, CASES, CASES, CASES)
    ]
    assert [(line.count, line.warned, line.late) for line in summed(whole.holds)] == [(CASES, 0, 0)]
    monkeypatch.setattr(backtesting, "PORTION", 0.0)  # one case a portion
    found: list[Outcome] = []
    after, until, rounds = "", 0, 0
    while True:
        part = backtesting.portion(core, "d1", 30, until, after)
        found, rounds = [*found, *part.draft], rounds + 1
        after, until = part.after, part.until
        if not after:
            break
    assert (rounds, found) == (CASES, whole.draft)
    nobody = backtesting.portion(core_at(own, later + 40 * backtesting.DAY), "d1", 30, 0, "")
    assert (nobody.cases, nobody.after, nobody.draft) == (0, "", [])


def core_at(company: Company, now: int) -> backtesting.Core:
    """The server's core with another time of day."""
    core = company.state.core
    return type(core)(**{**{name: getattr(core, name) for name in core.__dataclass_fields__}, "clock": lambda: now})


def test_only_who_plans_may_ask(own: Company) -> None:
    path = "/api/v1/clocks/drafts/d1/backtest"
    headers = {"Authorization": f"Bearer {own.sign_in()}"}
    assert requests.get(own.url + path, headers=headers, timeout=PATIENCE).status_code == 403
    assert requests.get(own.url + path, timeout=PATIENCE).status_code == 401
    caller = Caller(own, "pia@example.com", "desk")
    caller.sign_in()
    part = msgspec.convert(caller.ask("GET", f"{path}?days=3").json(), BacktestPart)
    assert part.cases == CASES
    assert caller.ask("GET", "/api/v1/clocks/drafts/none/backtest").status_code == 404
    for wrong in ("days=0", "days=x", "days=9999", "until=-1", "days=%C2%B2"):
        assert caller.ask("GET", f"{path}?{wrong}").status_code == 400, wrong
