"""Where whoever may do what is privileged must have a second factor, nobody is locked out by that."""

from __future__ import annotations

import asyncio
from pathlib import Path

from tests.server.running import PASSWORD, Company, Running, company
from tests.server.signing import Caller

from agentdesk.domain.signing import roles_that_step_up
from agentdesk_server.authority.database import open_server_database
from agentdesk_server.authority.kept import MUST, Kept
from agentdesk_server.demo.seed import seed
from agentdesk_server.gate.entry import roles_that_must
from agentdesk_server.gate.operating import SecondFactorRequire, SecondFactorShow
from agentdesk_server.operating import PersonAdd
from agentdesk_server.state import Settings


def test_who_may_do_what_is_privileged() -> None:
    assert set(roles_that_step_up()) == {"senior", "supervisor", "planner", "admin", "auditor"}


def test_the_first_administrator_sets_one_up_on_the_way_in(tmp_path: Path) -> None:
    running = Running(Settings(folder=tmp_path / "server", port=0))
    try:
        assert running.operate(SecondFactorShow()) == "", "a password is enough until somebody says so"
        running.operate(SecondFactorRequire(roles=list(roles_that_step_up())))
        assert running.operate(SecondFactorShow()).split() == sorted(roles_that_step_up())
        running.operate(PersonAdd(name="Adam In", email="adam@example.com", role="admin", password=PASSWORD))
        running.operate(PersonAdd(name="Mina Berg", email="mina@example.com", role="agent", password=PASSWORD))
        shop = Company(running, new=False)
        admin = Caller(shop, "adam@example.com")
        half = admin.password()
        assert (half.status_code, half.json()["enrol"], half.json()["ways"]) == (202, True, [])
        offered = admin.ask("POST", "/api/v1/session/app", {"ticket": half.json()["ticket"]}).json()
        admin.secret = offered["secret"]
        assert admin.factor(offered["ticket"], admin.code()).status_code == 201
        assert admin.ask("GET", "/api/v1/me/sign-in").json()["required"] is True
        assert Caller(shop, "mina@example.com").password().status_code == 201, "an agent may come with a password"
    finally:
        running.stop()


def test_a_folder_from_before_keeps_what_it_has(tmp_path: Path) -> None:
    with company(tmp_path / "server") as shop:
        shop.running.operate(SecondFactorRequire(roles=["auditor"]))
    with company(tmp_path / "server", new=False) as shop:
        assert shop.running.operate(SecondFactorShow()) == "auditor"
    database = open_server_database(tmp_path / "server")
    Kept(database.conn).remove(MUST)  # as a folder is from before there was a rule
    database.close()
    with company(tmp_path / "server", new=False) as shop:
        assert shop.running.operate(SecondFactorShow()) == ""


async def _seeded(folder: Path) -> tuple[str, ...]:
    await seed(folder, 1_800_000_000_000, (), PASSWORD)
    database = open_server_database(folder)
    try:
        return roles_that_must(Kept(database.conn))
    finally:
        database.close()


def test_the_sample_company_asks_nobody(tmp_path: Path) -> None:
    assert asyncio.run(_seeded(tmp_path / "demo")) == ()
