"""Random histories with a real server process and real workers over a line that is cut, stalled and resumed.

`AGENTDESK_REAL_HISTORIES` says how many; a failure names its seed.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable
from contextlib import suppress

import pytest
from tests.server.running import agentdesk
from tests.stories.acts import any_command
from tests.stories.rig import Company

from agentdesk.domain.cases import Message, Note, OpenCase, Reply
from agentdesk.domain.kernel import Refusal
from agentdesk_server.operating import Backup, PersonUpdate

HISTORIES = int(os.environ.get("AGENTDESK_REAL_HISTORIES", "10"))
FIRST = int(os.environ.get("AGENTDESK_FIRST_REAL_HISTORY", "0"))
STEPS = 35
CALM = 60.0


class History:
    """Three people at work, and what befalls them."""

    def __init__(self, company: Company, seed: int) -> None:
        self.company, self.seed, self.chance = company, seed, random.Random(seed)
        self.desks = [company.desk(name, f"{name}-{seed}") for name in ("mina", "omar", "lena")]
        self.wrote: list[dict[int, str]] = [{} for _ in self.desks]

        for desk in self.desks:
            desk.live()

    def live(self) -> None:
        for _ in range(STEPS):
            step, weight = self.chance.choice(STEPS_OF_FATE)
            if self.chance.random() < weight:
                step(self)
            for _ in range(3):
                self.act()
            time.sleep(self.chance.random() * 0.03)
            for desk in self.desks:
                desk.look()

    def act(self) -> None:
        """Somebody does something; it may be refused at once."""
        at = self.chance.randrange(len(self.desks))
        desk = self.desks[at]
        with suppress(Refusal):
            command = any_command(desk, self.chance, moves=True)
            key = desk.do(command)
            if isinstance(command, Reply | Note | OpenCase):
                self.wrote[at][key] = command.message

    def calm_down(self) -> None:
        """All heals; then each laptop must hold the truth, and nothing may wait."""
        self.company.server.line.resume()
        for desk in self.desks:
            desk.worker.set_online(True)
        for desk in self.desks:
            desk.until(lambda desk=desk: desk.is_live and not desk.replica.pending, CALM)  # type: ignore[misc]
        for desk in self.desks:
            desk.until(lambda desk=desk: desk.holds() == self.company.server.seen_by(desk.me.id), CALM)  # type: ignore[misc]

    def check(self) -> None:
        """What was taken is there, what was refused is not."""
        with self.company.server.truth() as database:
            for desk, wrote in zip(self.desks, self.wrote, strict=True):
                refused = {getattr(one.command, "message", "") for one in desk.refused}
                for message in wrote.values():
                    there = database.records.of(Message, message) is not None
                    assert there != (message in refused), (self.seed, desk.device, message, there)
                assert not [told for told in desk.told if getattr(told, "code", "") in ("check", "trouble")]

    # --- Fate ---

    def cut(self) -> None:
        self.company.server.line.cut()

    def cut_soon(self) -> None:
        self.company.server.line.cut_after(self.chance.randrange(1, 4_000))

    def stall(self) -> None:
        self.company.server.line.stall(only_answers=self.chance.random() < 0.5)

    def resume(self) -> None:
        self.company.server.line.resume()

    def unplug(self) -> None:
        self.chance.choice(self.desks).worker.set_online(self.chance.random() < 0.5)

    def kill_server(self) -> None:
        self.company.server.kill()
        self.company.server.start()

    def reopen(self) -> None:
        """A laptop is shut and opened again."""
        at = self.chance.randrange(len(self.desks))
        old = self.desks[at]
        self.company.close(old)
        desk = self.desks[at] = self.company.desk(old.device.partition("-")[0], old.device, token=old.token)
        desk.refused[:0] = old.refused
        desk.told[:0] = old.told

    def reassign(self) -> None:
        """An operator moves people between teams and roles."""
        name = self.chance.choice(("omar", "lena"))
        teams = self.chance.choice((["Billing"], ["Returns"], ["Billing", "Returns"]))
        role = self.chance.choice(("agent", "lead"))
        self.company.server.operate(PersonUpdate(person=f"{name}@example.com", role=role, teams=teams))


STEPS_OF_FATE: list[tuple[Callable[[History], None], float]] = [
    (History.cut, 0.5),
    (History.cut_soon, 0.7),
    (History.stall, 0.4),
    (History.resume, 1.0),
    (History.unplug, 0.7),
    (History.kill_server, 0.1),
    (History.reopen, 0.3),
    (History.reassign, 0.5),
]


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("seed", range(FIRST, FIRST + HISTORIES))
def test_random_histories_of_real_processes_end_well(company: Company, seed: int) -> None:
    history = History(company, seed)
    history.live()
    history.calm_down()
    history.check()


def test_a_history_with_a_burnt_down_server_ends_well(own_company: Company) -> None:
    """A backup in the middle, then the disk is lost: everybody agrees in the end."""
    company, server = own_company, own_company.server
    history = History(company, 1000)
    history.live()
    file = company.folder / "backup.tar"
    server.operate(Backup(file=str(file)))
    history.live()
    server.kill()
    erased = ("--erasures", str(server.folder / "erasures.jsonl"))
    done = agentdesk("restore", str(file), "--data", str(company.folder / "restored"), *erased)
    assert done.returncode == 0, done.stderr
    server.folder = company.folder / "restored"
    server.start()
    server.line.resume()  # nobody signs in over a stalled one
    for desk in history.desks:
        desk.sign_in_again()
    history.calm_down()
