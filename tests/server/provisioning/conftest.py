"""A company with a directory: an operator's token, and a client that speaks as the directory does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from tests.server.running import PATIENCE, Company, company

from agentdesk.domain.people import Person
from agentdesk_server.provisioning.operating import ScimToken

PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
USER = "urn:ietf:params:scim:schemas:core:2.0:User"
GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"


class Scim:
    """The directory."""

    def __init__(self, shop: Company) -> None:
        self.shop, self.url = shop, f"{shop.url}/scim/v2"
        self.token = shop.running.operate(ScimToken())

    def ask(self, method: str, path: str, body: Any = None, **more: Any) -> requests.Response:
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/scim+json"}
        return requests.request(
            method, self.url + path, json=body, headers={**headers, **more.pop("headers", {})}, timeout=PATIENCE, **more
        )

    def user(self, user_name: str, /, **more: Any) -> dict[str, Any]:
        """Somebody new."""
        answer = self.ask("POST", "/Users", {"schemas": [USER], "userName": user_name, "active": True, **more})
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def group(self, name: str, *members: str) -> dict[str, Any]:
        people = [{"value": id} for id in members]
        answer = self.ask("POST", "/Groups", {"schemas": [GROUP], "displayName": name, "members": people})
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def patch(self, path: str, *operations: dict[str, Any]) -> requests.Response:
        return self.ask("PATCH", path, {"schemas": [PATCH], "Operations": operations})

    def found(self, path: str, filter: str) -> list[dict[str, Any]]:
        answer = self.ask("GET", path, params={"filter": filter})
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json().get("Resources", [])
        return found

    def person(self, id: str) -> Person:
        person = self.shop.state.reader.records.of(Person, id)
        assert person is not None
        return person


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    """With an administrator, so that none who comes and goes is the last one."""
    folder: Path = tmp_path_factory.mktemp("data") / "server"
    with company(folder) as found:
        found.hire("Ada King", "ada@example.com", "admin", ())
        yield found


@pytest.fixture(scope="module")
def scim(shop: Company) -> Scim:
    return Scim(shop)
