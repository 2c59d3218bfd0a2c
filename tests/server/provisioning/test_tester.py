"""The conformance suite of others, against the real server."""

from __future__ import annotations

from typing import Any

import requests
from scim2_client import BaseSyncSCIMClient
from scim2_tester import Status, check_server
from tests.server.running import PATIENCE

from agentdesk_server.limits import Buckets


class Client(BaseSyncSCIMClient):
    """Over the wire."""

    def __init__(self, url: str, token: str) -> None:
        super().__init__()
        self.url, self.token = url, token

    def request(self, method: str, url: str, **kwargs: Any) -> Any:
        where = url if url.startswith(self.url) else self.url + url
        headers = {**kwargs.pop("headers", {}), "Authorization": f"Bearer {self.token}"}
        return requests.request(method, where, headers=headers, timeout=PATIENCE, **kwargs)


def test_the_suite_finds_no_error(scim: Any, monkeypatch: Any) -> None:
    """Every check: discovery, creation, reading, filters, PUT, PATCH of each attribute, deletion."""
    monkeypatch.setattr(scim.shop.state.directory, "asked", Buckets(100_000, 1_000))
    results = check_server(Client(scim.url, scim.token))
    wrong = [f"{one.title}: {one.reason}" for one in results if one.status in (Status.ERROR, Status.CRITICAL)]
    assert not wrong, "\n".join(wrong)
    done = [one for one in results if one.status == Status.SUCCESS]
    assert len(done) > 50, [one.title for one in done]
