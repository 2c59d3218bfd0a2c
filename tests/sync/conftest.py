"""A server that has something to say, and a desk that listens."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.sync.desk import HELD, Desk
from tests.sync.fake import Server
from tests.sync.samples import opened, person, team

from agentdesk.domain.kernel import Put


@pytest.fixture
def server() -> Server:
    server = Server()
    server.person("ann", *HELD)
    server.write(Put(team()), Put(person()))
    server.write(*opened("c1"))
    return server


@pytest.fixture
def desk(server: Server, tmp_path: Path) -> Desk:
    desk = Desk(tmp_path, server, "ann")
    desk.online()
    desk.look()
    return desk
