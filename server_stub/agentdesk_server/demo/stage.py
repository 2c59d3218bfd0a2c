"""The running sample company: its folder filled, its server up, its customers coming."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import socket
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from agentdesk_server.core import now
from agentdesk_server.replay.entrance import place_at

from .children import server
from .company import Company
from .customers import Pace, keep_arriving
from .script import Role
from .seed import seed

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that look like another
LIVELY = 4
"""So many words of customers make a queue that lives."""
AGENT, LEAD, ADMIN = "mina", "rosa", "priya"


@dataclass
class Stage:
    """What runs, and how to come in."""

    company: Company
    url: str
    home: Path
    """The server's data: what `agentdesk admin --data` wants."""
    password: str
    serving: Process
    customers: asyncio.Task[None]
    lively: asyncio.Event
    """Set once customers have said something."""

    @property
    def agent(self) -> str:
        """Who signs in by default."""
        return self.company.email(AGENT)


@contextlib.asynccontextmanager
async def stage(folder: Path, port: int, pace: Pace) -> AsyncIterator[Stage]:
    """Everything up; at the end everything down. Raises `ChildFailed`, `CannotSeed` or `CannotStart`."""
    home = home_in(folder)
    port = port or free_port()
    origins = tuple(f"http://{name}:{port}" for name in ("127.0.0.1", "localhost"))
    password = new_password()
    company = await seed(home, now(), origins, password)
    async with server(home, port, folder / "server.log") as (url, serving):
        lively = asyncio.Event()
        coming = keep_arriving(place_at(url, company.site.key), pace, _after(LIVELY, lively))
        customers = asyncio.create_task(coming)
        try:
            yield Stage(company, url, home, password, serving, customers, lively)
        finally:
            await _send_home(customers)


def home_in(folder: Path) -> Path:
    """Where the company is in the folder that was named: there itself, or where demos kept it before."""
    before = folder / "server"
    return before if before.is_dir() else folder


async def _send_home(customers: asyncio.Task[None]) -> None:
    """End them. A cancellation can get lost where a line is just being opened: it is said again until it is heard."""
    while not customers.done():
        customers.cancel()
        await asyncio.wait([customers], timeout=1)
    if not customers.cancelled():
        customers.result()


def _after(words: int, event: asyncio.Event) -> Callable[[Role], None]:
    """Sets the event when so many things have been said."""
    said = count(1)

    def told(_: Role) -> None:
        if next(said) >= words:
            event.set()

    return told


def new_password() -> str:
    """One that can be read out and typed: about 79 bits."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(4))


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
