"""Whatever is thrown at the directory's doors: an answer in SCIM's words, nothing broken, nothing changed."""

from __future__ import annotations

from typing import Any

import pytest
from tests.server.provisioning.conftest import PATCH, Scim

from agentdesk_server.limits import Buckets
from agentdesk_server.problems import SCIM_ERROR, SCIM_MEDIA

DEEP = 3_000


def refused(answer: Any, *statuses: int) -> dict[str, Any]:
    """An error as RFC 7644 wants it, with a sentence."""
    body: dict[str, Any] = answer.json()
    assert answer.status_code in statuses, answer.text[:300]
    assert (answer.headers["Content-Type"], body["schemas"]) == (SCIM_MEDIA, [SCIM_ERROR])
    assert body["status"] == str(answer.status_code)
    assert 0 < len(body["detail"]) < 4_000
    return body


FILTERS = [
    "(" * 500 + 'userName eq "a"' + ")" * 500,
    "not (" * 100 + 'userName eq "a"' + ")" * 100,
    " and ".join(['userName eq "a"'] * 200),
    'userName eq "' + "x" * 5_000 + '"',
    "userName eq",
    'password eq "x"',
    'userName gt true and "',
    'emails[type eq "work" and emails[type eq "home"]]',
    'x\x00 eq "y"',
    "'; DROP TABLE person; --",
]


@pytest.mark.parametrize("filter", FILTERS, ids=range(len(FILTERS)))
@pytest.mark.parametrize("way", ["query", "body", "patch"])
def test_bad_filters(scim: Scim, filter: str, way: str) -> None:
    """In a query, in a search and in the path of a PATCH."""
    if way == "query":
        answer = scim.ask("GET", "/Users", params={"filter": filter})
    elif way == "body":
        answer = scim.ask("POST", "/Users/.search", {"filter": filter})
    else:
        operation = {"op": "replace", "path": f"emails[{filter}].value", "value": "a@example.com"}
        answer = scim.patch(f"/Users/{scim.shop.agent}", operation)
    if way == "query" and filter.startswith("("):  # brackets alone make nothing deeper
        assert answer.status_code == 200
        return
    if answer.status_code != 200:
        refused(answer, 400)
    assert scim.person(scim.shop.agent).email == "mina@example.com"


BODIES = [
    b"",
    b"{",
    b"[]",
    b"null",
    b'"x"',
    b"\xff\xfe",
    b"[" * DEEP,
    b'{"a":' * DEEP,
    b'{"userName": {"a": 1}}',
    b'{"userName": ""}',
    b'{"userName": null}',
    b'{"userName": "x@example.com", "emails": "x"}',
    b'{"userName": "x@example.com", "active": "perhaps"}',
    b'{"userName": "x@example.com", "displayName": "' + b"x" * 300 + b'"}',
    b'{"userName": "x@example.com", "externalId": "' + b"x" * 300 + b'"}',
    b'{"userName": "x@example.com", "emails": ['
    + b'{"value": "a@example.com"},' * 30
    + b'{"value": "a@example.com"}]}',
    b'{"userName": "x@example.com", "displayName": "\\ud800"}',
]


@pytest.mark.parametrize("body", BODIES, ids=range(len(BODIES)))
@pytest.mark.parametrize("way", [("POST", "/Users"), ("PUT", "/Users/{}"), ("PATCH", "/Users/{}"), ("POST", "/Groups")])
def test_bad_bodies(scim: Scim, body: bytes, way: tuple[str, str]) -> None:
    before = scim.person(scim.shop.agent)
    method, path = way
    refused(scim.ask(method, path.format(scim.shop.agent), data=body), 400)
    assert scim.person(scim.shop.agent) == before


def test_too_much_of_it(scim: Scim, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bytes, operations, values and requests all have an end."""
    id = scim.shop.agent
    refused(scim.ask("POST", "/Users", data=b" " * ((1 << 20) + 1)), 413)
    one = {"op": "replace", "path": "displayName", "value": "X"}
    assert "1000 operations" in refused(scim.patch(f"/Users/{id}", *[one] * 1_001), 400)["detail"]
    assert "2000 characters" in refused(scim.ask("GET", "/Users", params={"filter": "x" * 2_001}), 400)["detail"]
    assert scim.ask("GET", "/Users", params={"count": 10**30, "startIndex": 10**30}).status_code in (200, 400)
    refused(scim.ask("GET", "/Users", params={"count": "many"}), 400)
    refused(scim.ask("POST", "/Users", data=b"<user/>", headers={"Content-Type": "text/xml"}), 415)
    monkeypatch.setattr(scim.shop.state.directory, "asked", Buckets(1, 0.001))
    assert scim.ask("GET", "/Schemas").status_code == 200
    answer = scim.ask("GET", "/Schemas")
    refused(answer, 429)
    assert int(answer.headers["Retry-After"]) > 0


def test_what_is_not_there(scim: Scim) -> None:
    """Ids that are none, or something else's."""
    team = scim.group("Elsewhere")["id"]
    for id in ("nobody", team, "..", "%2e%2e", "%00", "x" * 3_000, "a%2Fb", scim.shop.key):
        for method in ("GET", "PUT", "PATCH", "DELETE"):
            body = {"userName": "x@example.com", "schemas": [PATCH], "Operations": [{"op": "remove", "path": "name"}]}
            refused(scim.ask(method, f"/Users/{id}", body), 404, 405)
    for path in ("/", "/Me", "/Bulk", "/Nothing", "/Users/", "/Schemas/none", "/ResourceTypes/none"):
        refused(scim.ask("GET", path), 404)
    refused(scim.ask("DELETE", "/Users"), 405)


def test_what_is_odd_but_fits(scim: Scim) -> None:
    """Unknown attributes are dropped, control characters too; right-to-left names stay as they are."""
    name = "\u05de\u05d9\u05e0\u05d4 \u05d1\u05e8\u05d2"
    more = {"urn:x:y": {"a": [1, {"b": 2}]}, "nothing": "x", "id": "mine", "meta": {"location": "http://evil"}}
    made = scim.user("odd@example.com", displayName=f"{name}\x00\x1b", groups=[{"value": "x"}], **more)
    person = scim.person(made["id"])
    assert (person.name, made["displayName"]) == (name, name)
    assert made["id"] != "mine"
    assert made["meta"]["location"].startswith(scim.url)
    assert not {"groups", "nothing", "urn:x:y"} & set(made)
