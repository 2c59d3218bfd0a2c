"""Sites: a public key once, and origins as browsers send them."""

from __future__ import annotations

import pytest
from tests.domain.world import World, company

from agentdesk.domain.kernel import Refusal
from agentdesk.domain.sites import SITE_BY_KEY, AddSite, Site, UpdateSite


@pytest.fixture
def world() -> World:
    return company()


def add(world: World, key: str = "other", **fields: object) -> None:
    told = {"site": "s2", "key": key, "name": "Other", "team": "t1", "origins": ("https://o.example",), **fields}
    world.do(AddSite(**told), world.actor("adm"))  # type: ignore[arg-type]


def test_a_key_names_one_site(world: World) -> None:
    with pytest.raises(Refusal, match="The key shop is already in use"):
        add(world, "shop")
    add(world)
    assert [site.id for site in world.page(SITE_BY_KEY(key="other"))] == ["s2"]
    with pytest.raises(Refusal, match="no such team"):
        add(world, "third", site="s3", team="t7")


@pytest.mark.parametrize(
    "origin",
    ["shop.example", "https://shop.example/", "https://shop.example/path", "javascript:x", "https://", "", "null",
     "https://SHOP.example", "https://a b", "https://x:123456", "ftp://x", "https://u@x", "https://x\n"],
)  # fmt: skip
def test_what_no_browser_sends_is_no_origin(world: World, origin: str) -> None:
    with pytest.raises(Refusal, match="is not an origin"):
        add(world, origins=(origin,))


@pytest.mark.parametrize("origin", ["https://shop.example", "http://localhost:8080", "http://127.0.0.1", "*"])
def test_what_browsers_send_is(world: World, origin: str) -> None:
    add(world, origins=(origin,))


def test_a_site_changes_but_its_key_stays(world: World) -> None:
    change = {"site": "s1", "name": "Shop 2", "team": "t2", "origins": ("*",), "greeting": " Hi\x00 ", "active": False}
    world.do(UpdateSite(**change), world.actor("adm"))  # type: ignore[arg-type]
    found = world.get(Site, "s1")
    assert found is not None
    assert (found.key, found.name, found.team, found.greeting, found.active) == ("shop", "Shop 2", "t2", "Hi", False)
    with pytest.raises(Refusal, match="no such site"):
        world.do(UpdateSite(site="s7", name="X", team="t1", origins=()), world.actor("adm"))
