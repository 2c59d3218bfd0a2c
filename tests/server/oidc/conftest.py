"""A company of its own, a provider, and a laptop."""

from __future__ import annotations

import secrets
from collections.abc import Iterator

import pytest
from tests.server.oidc.laptop import SECRET, Laptop
from tests.server.provider import Provider
from tests.server.running import Company, company

from agentdesk_server.gate.operating import OidcSet
from agentdesk_server.limits import Buckets


@pytest.fixture(scope="module")
def running_provider() -> Iterator[Provider]:
    provider = Provider()
    yield provider
    provider.stop()


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory, running_provider: Provider) -> Iterator[Company]:
    """A company whose server may call the provider."""
    folder = tmp_path_factory.mktemp("data") / "server"
    with company(folder, egress_allow=(running_provider.url,)) as found:
        yield found


@pytest.fixture
def provider(running_provider: Provider, shop: Company) -> Provider:
    """Set up as this server's, with everything right."""
    running_provider.reset()
    shop.state.oidc.starts = Buckets(1_000, 1)
    shop.running.operate(OidcSet(issuer=running_provider.url, client_id=f"desk-{secrets.token_hex(4)}", secret=SECRET))
    return running_provider


@pytest.fixture
def laptop(shop: Company) -> Iterator[Laptop]:
    made = Laptop(shop)
    yield made
    made.browser.close()
