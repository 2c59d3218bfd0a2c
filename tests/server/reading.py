"""The audit log of a server under test, in plain words."""

from __future__ import annotations

from typing import Any

from tests.server.running import Company

from agentdesk_server.audit import leaf


def leaves(shop: Company, since: int = 0) -> list[leaf.Leaf]:
    """All entries from a number on."""
    query = "SELECT data FROM leaf WHERE number>=? ORDER BY number"
    return [leaf.decode(data) for (data,) in shop.state.reader.conn.execute(query, (since,))]


def told(shop: Company, since: int = 0) -> list[tuple[str, str, tuple[str, ...]]]:
    """(command, outcome, what it says it touched) of each."""
    return [(one.command, one.outcome, tuple(id for _, id in one.touched)) for one in leaves(shop, since)]


def size(shop: Company) -> int:
    """How many entries there are."""
    return int(shop.state.reader.conn.execute("SELECT count(*) FROM leaf").fetchone()[0])


def by(shop: Company, person: str, since: int = 0) -> list[str]:
    """The commands of which somebody is the actor."""
    pseudonym = shop.state.writer.authority.ledger.pseudonym("actor", person)
    return [one.command for one in leaves(shop, since) if one.actor == pseudonym]


def unsealed(shop: Company, number: int) -> dict[str, Any]:
    """What is sealed beside an entry."""

    async def open_() -> dict[str, Any]:
        found: dict[str, Any] = await shop.state.writer.call(lambda authority: authority.ledger.unseal(number))
        return found

    return shop.running.do(open_())
