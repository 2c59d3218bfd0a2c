"""Mailboxes as an operator sets them: what is secret is sealed, what an endpoint renews survives a restart."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.mail.post.office import free_ports
from tests.mail.post.tokens import REFRESH, TokenServer

from agentdesk_server.authority.kept import Kept
from agentdesk_server.channels.email.mailboxes import Mailbox, mailbox_key, mailboxes
from agentdesk_server.channels.email.operating import MailboxAdd, MailboxRemove, MailboxSign
from agentdesk_server.channels.email.tokens import NoToken, Tokens
from agentdesk_server.core import Core, open_core
from agentdesk_server.egress import Egress
from agentdesk_server.operating import AnyRequest, Operator, TeamAdd

ADDRESS = "help@x.example"


class Hub:
    """A server that has just started, as far as mailboxes need one."""

    def __init__(self, core: Core, egress: Egress) -> None:
        self.core, self.key = core, mailbox_key(core.folder)
        self.tokens = Tokens(core, egress, self.key)

    async def operate(self, *asked: AnyRequest) -> None:
        async def never(_: str) -> str:
            return ""

        for one in asked:
            await Operator(self.core, never).do(one)

    @property
    def box(self) -> Mailbox:
        return mailboxes(Kept(self.core.reader.conn), self.key)[ADDRESS]

    async def secret(self, *, fresh: bool = False) -> str:
        return await self.tokens.secret(self.box, fresh=fresh)


Work = Callable[[Hub], Coroutine[Any, Any, None]]


@pytest.fixture
def endpoint() -> Iterator[TokenServer]:
    server = TokenServer(*free_ports(1), rotates=True)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def started(tmp_path: Path, endpoint: TokenServer) -> Callable[[Work], None]:
    """Starts a server over the same folder each time, and does something with it."""

    def start(work: Work) -> None:
        async def run() -> None:
            egress = Egress((endpoint.url,))
            try:
                async with open_core(tmp_path / "server") as core:
                    await work(Hub(core, egress))
            finally:
                egress.close()

        asyncio.run(run())

    return start


def add(endpoint: TokenServer, **more: Any) -> MailboxAdd:
    told = {"secret": REFRESH, "token_url": f"{endpoint.url}/token", "client_id": "desk", **more}
    return MailboxAdd(address=ADDRESS, team="Support", imap="127.0.0.1:10143", plain=True, **told)


def test_a_refresh_token_that_was_replaced_survives_a_restart_sealed(
    started: Callable[[Work], None], endpoint: TokenServer, tmp_path: Path
) -> None:
    async def first(hub: Hub) -> None:
        await hub.operate(TeamAdd(name="Support"), add(endpoint))
        assert [await hub.secret(), await hub.secret()] == ["access-1", "access-1"]
        assert await hub.secret(fresh=True) == "access-2"

    async def later(hub: Hub) -> None:
        assert await hub.secret() == "access-3"
        await hub.operate(MailboxSign(address=ADDRESS, text="Yours"))
        assert await hub.secret(fresh=True) == "access-4"

    started(first)
    started(later)
    kept = b"".join(file.read_bytes() for file in (tmp_path / "server").iterdir() if file.is_file())
    assert b"refresh-" not in kept


def test_a_mailbox_that_is_set_anew_uses_what_was_set(started: Callable[[Work], None], endpoint: TokenServer) -> None:
    async def work(hub: Hub) -> None:
        await hub.operate(TeamAdd(name="Support"), add(endpoint))
        await hub.secret()
        endpoint.refresh = "granted anew"
        with pytest.raises(NoToken, match="400"):
            await hub.secret(fresh=True)
        await hub.operate(add(endpoint, secret="granted anew"))
        assert await hub.secret() == "access-2"
        await hub.operate(MailboxRemove(address=ADDRESS))
        rows = hub.core.reader.conn.execute("SELECT name FROM operator_setting").fetchall()
        assert not [name for (name,) in rows if "token" in name]

    started(work)


def test_two_who_need_a_token_at_once_use_the_refresh_token_once(
    started: Callable[[Work], None], endpoint: TokenServer
) -> None:
    async def work(hub: Hub) -> None:
        await hub.operate(TeamAdd(name="Support"), add(endpoint))
        assert await asyncio.gather(hub.secret(), hub.secret()) == ["access-1", "access-1"]
        assert await asyncio.gather(hub.secret(fresh=True), hub.secret(fresh=True)) == ["access-2", "access-2"]

    started(work)


def test_setting_a_mailbox_anew_keeps_its_signatures(started: Callable[[Work], None], endpoint: TokenServer) -> None:
    async def work(hub: Hub) -> None:
        sign = MailboxSign(address=ADDRESS, text="Yours")
        await hub.operate(TeamAdd(name="Support"), add(endpoint), sign, add(endpoint, name="Shop"))
        assert (hub.box.name, [one.text for one in hub.box.signatures]) == ("Shop", ["Yours"])

    started(work)
