"""A small company on a real server, one for each test file."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.server.running import Company, company


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    """A server on a thread, with a team, an agent and a site."""
    with company(tmp_path_factory.mktemp("data") / "server") as found:
        yield found
