"""The OpenAPI document says what the doors do: nothing thrown at them gets an answer that it does not name."""

from __future__ import annotations

import json
import os
from typing import Any

import pytest
import requests
import schemathesis
import yaml
from hypothesis import HealthCheck, settings
from jsonschema import Draft202012Validator
from schemathesis.checks import load_all_checks, not_a_server_error
from tests.server.running import PATIENCE, Company

from agentdesk_server.app import DOORS
from agentdesk_server.limits import Buckets
from agentdesk_server.openapi import document
from agentdesk_server.provisioning.operating import ScimToken

load_all_checks()
from schemathesis.specs.openapi.checks import (  # noqa: E402 they are there once they were loaded
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
EXAMPLES = int(os.environ.get("AGENTDESK_EXAMPLES", "8"))
"""For each door and each of five callers."""
SCHEMA = schemathesis.openapi.from_dict(document(DOORS))


@pytest.fixture(params=["none", "person", "visitor", "operator", "directory"])
def caller(request: pytest.FixtureRequest, shop: Company) -> dict[str, str]:
    """Everybody who might ask."""
    token = {
        "none": lambda: "",
        "person": shop.sign_in,
        "visitor": lambda: shop.visitor().token,
        "operator": lambda: shop.state.admin_token,
        "directory": lambda: shop.running.operate(ScimToken()),
    }[request.param]()
    return {"Authorization": f"Bearer {token}"} if token else {}


@pytest.fixture(autouse=True)
def no_harm(monkeypatch: pytest.MonkeyPatch, shop: Company) -> None:
    """Whatever path is made up, nothing is written there; however many passwords are, the right one still goes."""

    async def full(*args: Any) -> None:
        raise OSError(28, "No space left on device", "/backup")

    for buckets in ("_by_address", "_by_account"):
        monkeypatch.setattr(shop.state.gate, buckets, Buckets(1_000_000, 1))
    monkeypatch.setattr(shop.state.directory, "asked", Buckets(1_000_000, 1))
    for work in ("back_up", "export_audit"):
        monkeypatch.setattr(f"agentdesk_server.operating.{work}", full)


@SCHEMA.parametrize()
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_answer_is_a_surprise(case: schemathesis.Case, shop: Company, caller: dict[str, str]) -> None:
    """No 5xx, and no status, type, header or body that the document does not have."""
    answer = case.call(base_url=shop.url, headers={**caller, **_sendable(case.headers)}, timeout=PATIENCE)
    case.validate_response(answer, checks=CHECKS)


def _sendable(headers: Any) -> dict[str, str]:
    return {k: v for k, v in dict(headers or {}).items() if k.lower() not in ("authorization", "host")}


def test_it_is_served_and_covers_every_door(shop: Company) -> None:
    served = requests.get(f"{shop.url}/openapi.json", timeout=PATIENCE).json()
    assert served == json.loads(json.dumps(document(DOORS)))
    assert served["openapi"] == "3.1.0"
    found = {(method.upper(), path) for path, methods in served["paths"].items() for method in methods}
    assert found == {(door.method, door.path) for door in DOORS}
    ids = [operation["operationId"] for methods in served["paths"].values() for operation in methods.values()]
    assert len(ids) == len(set(ids))


def test_its_schemas_are_schemas() -> None:
    for schema in document(DOORS)["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


def test_the_sockets_are_described(shop: Company) -> None:
    """All frames of `/sync`, each with the schema of its type, and the visitor's channel."""
    text = requests.get(f"{shop.url}/asyncapi.yaml", timeout=PATIENCE).text
    found = yaml.safe_load(text)
    assert found["asyncapi"].startswith("3.")
    frames = requests.get(f"{shop.url}/api/v1/frames", timeout=PATIENCE).json()["$defs"]
    named = {
        message["payload"]["$ref"].rpartition("/")[2]
        for name, message in found["components"]["messages"].items()
        if "api/v1/frames" in str(message["payload"])
    }
    tags = {name for name, schema in frames.items() if "t" in schema.get("properties", {})}
    assert named == tags
    sync = found["channels"]["sync"]
    used = {one["$ref"].rpartition("/")[2] for one in sync["messages"].values()}
    assert {found["components"]["messages"][name]["payload"]["$ref"].rpartition("/")[2] for name in used} == tags
