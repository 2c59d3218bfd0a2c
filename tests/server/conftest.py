"""A small company on a real server, one for each test file."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.server.running import Company, Desk, Visitor, company


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    """A server on a thread, with a team, an agent and a site."""
    with company(tmp_path_factory.mktemp("data") / "server") as found:
        yield found


@pytest.fixture
def visitor(shop: Company) -> Visitor:
    """Somebody who has just opened a page."""
    return shop.visitor(lang="de", page={"url": "https://shop.example/x", "title": "X"})


@pytest.fixture
def desk(shop: Company) -> Iterator[Desk]:
    """The agent, connected."""
    desk = Desk(shop.url, shop.sign_in())
    yield desk
    desk.close()
