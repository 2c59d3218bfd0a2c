"""Catch-up on the sample company: whatever the size of its pages, they add up to exactly what the scope shows."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from functools import reduce
from operator import xor

import pytest

from agentdesk.domain.kernel import spec_of
from agentdesk.protocol import row_hash
from agentdesk_server.authority import Database
from agentdesk_server.authority.database import open_reader
from agentdesk_server.core import now
from agentdesk_server.demo.seed import seed
from agentdesk_server.hub.catchup import read_page


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    folder = tmp_path_factory.mktemp("catchup")
    asyncio.run(seed(folder, now(), ("http://127.0.0.1:1",), "not-a-secret-at-all"))
    reader = open_reader(folder)
    yield reader
    reader.close()


def scopes(database: Database) -> list[str]:
    return [scope for (scope,) in database.conn.execute("SELECT scope FROM scope_check WHERE count > 0")]


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 50, 333, 2000])
def test_pages_of_any_size_add_up(database: Database, limit: int) -> None:
    """A record that changed again after the page it belongs to must not fall between two pages."""
    assert len(scopes(database)) > 8
    for scope in scopes(database):
        have: dict[tuple[str, str], int] = {}
        after, last = 0, False
        while not last:
            page = read_page(database, scope, after, limit)
            have |= {(spec_of(record).kind, record.id): record.rev for record in page.records}
            for kind, id, _, rev in page.gone:
                if have.get((kind, id), rev + 1) <= rev:
                    del have[kind, id]
            after, last = page.to, page.last
        assert len(have) == page.count, scope
        assert reduce(xor, (row_hash(*key, rev) for key, rev in have.items()), 0) == page.check, scope
