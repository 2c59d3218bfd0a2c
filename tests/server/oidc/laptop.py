"""A desk that listens at its loopback, with a browser beside it."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

import requests
from tests.server.provider import Provider
from tests.server.running import PATIENCE, Company

from agentdesk.store.ids import new_id
from agentdesk_server.gate.entry import challenge_of

SECRET = "the client's secret"


@dataclass
class Laptop:
    """A desk that listens at its loopback, and a browser."""

    shop: Company
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(48))
    state: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    device: str = field(default_factory=lambda: secrets.token_hex(8))
    browser: requests.Session = field(default_factory=requests.Session)

    def open(self, path: str, **query: str) -> requests.Response:
        url = path if "://" in path else f"{self.shop.url}{path}"
        return self.browser.get(url, params=query, timeout=PATIENCE, allow_redirects=False)

    def start(self, **other: str) -> requests.Response:
        query = {"port": "40123", "state": self.state, "challenge": challenge_of(self.verifier), **other}
        return self.open("/api/v1/oidc/start", **query)

    def come_back(self, provider: Provider, **other: str) -> requests.Response:
        """To the provider, and back with a code; the loopback's address."""
        leaving = self.start()
        assert leaving.status_code == 303, leaving.text
        sent = provider.visited(leaving.headers["Location"])
        return self.open("/api/v1/oidc/callback", **{"code": "c0de", "state": sent["state"], **other})

    def arrive(self, answer: requests.Response) -> dict[str, str]:
        """What comes to the loopback."""
        assert answer.status_code == 303, answer.text
        where = urlsplit(answer.headers["Location"])
        assert (where.scheme, where.netloc, where.path) == ("http", "127.0.0.1:40123", "/")
        found = {name: values[0] for name, values in parse_qs(where.query).items()}
        assert found.pop("state") == self.state
        return found

    def redeem(self, code: str, verifier: str = "", device: str = "") -> requests.Response:
        body = {
            "code": code,
            "verifier": verifier or self.verifier,
            "device": {"id": device or self.device, "name": "A laptop"},
        }
        return requests.post(f"{self.shop.url}/api/v1/session/code", json=body, timeout=PATIENCE)

    def sign_in(self, provider: Provider) -> requests.Response:
        return self.redeem(self.arrive(self.come_back(provider))["code"])


def hire(shop: Company) -> str:
    email = f"{new_id(time.time_ns() // 1_000_000)}@example.com"
    shop.hire("Some Body", email)
    return email


def subject(provider: Provider, email: str) -> None:
    """Somebody at the provider, with this address."""
    provider.email = email
    provider.claims["sub"] = f"subject of {email}"
