"""Every door: who may use it, what it says when something is wrong, what stands around it."""

from __future__ import annotations

import base64
import hashlib
import re
import socket
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from starlette.routing import Route, WebSocketRoute
from tests.server.running import PATIENCE, Company
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from agentdesk.domain.catalogue import COMMANDS, RECORDS
from agentdesk_server.app import DOORS, build
from agentdesk_server.doors import Door
from agentdesk_server.front import HEADERS
from agentdesk_server.problems import SCIM_ERROR, SCIM_MEDIA, speaks_scim
from agentdesk_server.provisioning.operating import ScimToken
from agentdesk_server.state import Settings

CLOSED = [door for door in DOORS if door.who not in ("anyone", "monitor")]
OPEN = {
    ("POST", "/api/v1/session"),
    ("POST", "/api/v1/session/app"),
    ("POST", "/api/v1/session/factor"),
    ("POST", "/api/v1/session/refresh"),
    ("POST", "/api/v1/device/wiped"),  # its key says which device it was
    ("POST", "/api/v1/session/passkey"),
    ("POST", "/api/v1/session/code"),
    ("POST", "/api/v1/session/code/person"),
    ("POST", "/api/v1/passkey/options"),
    ("POST", "/api/v1/passkey/answer"),
    ("GET", "/api/v1/oidc"),
    ("GET", "/api/v1/oidc/start"),
    ("GET", "/api/v1/oidc/callback"),
    ("GET", "/sign-in/passkey"),
    ("GET", "/sign-in/page.css"),
    ("GET", "/sign-in/passkey.js"),
    ("POST", "/api/v1/visitors"),
    ("GET", "/livez"),
    ("GET", "/readyz"),
    ("GET", "/api/v1/catalogue"),
    ("GET", "/api/v1/frames"),
    ("GET", "/asyncapi.yaml"),
    ("GET", "/openapi.json"),
    ("GET", "/widget.js"),
    ("GET", "/demo"),
    ("GET", "/help"),
    ("GET", "/help/search"),
    ("GET", "/help/articles/{id}"),
    ("GET", "/help/articles/{id}/pictures/{file}"),
    ("POST", "/help/articles/{id}/helpful"),
    ("GET", "/help/style.css"),
    ("GET", "/help/contact"),
    ("POST", "/help/contact"),
    ("GET", "/help/conversation"),
    ("POST", "/help/conversation"),
    ("GET", "/help/conversation/{id}"),
}
PROBLEM = "application/problem+json"


def ask(shop: Company, method: str, path: str, **more: Any) -> requests.Response:
    return requests.request(method, shop.url + path.replace("{digest}", "0" * 64), timeout=PATIENCE, **more)


def is_problem(answer: requests.Response, status: int) -> bool:
    """As RFC 9457 wants it; a directory as RFC 7644 does."""
    body = answer.json()
    if speaks_scim(urlsplit(answer.url).path):
        told = (answer.headers["Content-Type"], body["status"], body["schemas"])
        return told == (SCIM_MEDIA, str(status), [SCIM_ERROR]) and answer.status_code == status and bool(body["detail"])
    kept = answer.headers["Content-Type"] == PROBLEM and answer.status_code == body["status"] == status
    return bool(kept and body["title"] and body["type"])


def test_nothing_is_reachable_that_is_not_listed(tmp_path: Any) -> None:
    """Every route comes from the list of doors; the sockets are three, and one of them only on request."""
    app = build(Settings(tmp_path))._app
    found = {(method, route.path) for route in app.routes if isinstance(route, Route) for method in route.methods or ()}
    listed = {(door.method, door.path) for door in DOORS}
    assert {(m, p) for m, p in found if m not in ("HEAD", "OPTIONS")} == listed
    assert [route.path for route in app.routes if isinstance(route, WebSocketRoute)] == ["/visit"]
    assert len(app.routes) == len({door.path for door in DOORS}) + 1


def test_what_is_open_to_anyone_is_so_on_purpose() -> None:
    """A new door that needs no token has to be written down here."""
    assert {(door.method, door.path) for door in DOORS if door.who == "anyone"} == OPEN


@pytest.mark.parametrize("door", CLOSED, ids=lambda door: f"{door.method} {door.path}")
@pytest.mark.parametrize("token", [None, "", "x" * 43, "é"])
def test_closed_doors_stay_closed(shop: Company, door: Door, token: str | None) -> None:
    """Without a token, and with one that is none."""
    headers = {} if token is None else {"Authorization": f"Bearer {token}".encode("latin-1")}
    assert is_problem(ask(shop, door.method, door.path, headers=headers, data=b"{}"), 401)


def test_nobody_else_speaks_for_the_directory(shop: Company) -> None:
    """Neither a person, nor a visitor, nor the operator's own token; and its token opens nothing else."""
    tokens = (shop.sign_in(), shop.visitor().token, shop.state.admin_token)
    for token in tokens:
        for method, path in (("GET", "/scim/v2/Users"), ("POST", "/scim/v2/Users"), ("GET", "/scim/v2/Schemas")):
            answer = ask(shop, method, path, headers={"Authorization": f"Bearer {token}"}, json={})
            assert is_problem(answer, 401)
    directory = {"Authorization": f"Bearer {shop.running.operate(ScimToken())}"}
    assert ask(shop, "GET", "/scim/v2/Users", headers=directory).status_code == 200
    for door in CLOSED:
        if door.who != "directory":
            assert is_problem(ask(shop, door.method, door.path, headers=directory, data=b"{}"), 401)


def test_a_visitors_token_opens_no_persons_door(shop: Company) -> None:
    """And a person's token is not an operator's."""
    visitor = {"Authorization": f"Bearer {shop.visitor().token}"}
    person = {"Authorization": f"Bearer {shop.sign_in()}"}
    assert is_problem(ask(shop, "DELETE", "/api/v1/session", headers=visitor), 401)
    for headers in (visitor, person):
        assert is_problem(
            ask(shop, "POST", "/api/v1/admin/commands", headers=headers, json={"action": "team.list"}), 401
        )


def test_figures_are_for_this_machine_or_the_operator(shop: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    """They count what happened."""
    text = ask(shop, "GET", "/metrics").text
    assert re.search(r'agentdesk_http_requests_total\{method="POST",status="201"\} [1-9]', text)
    assert re.search(r"agentdesk_revision [1-9]", text)
    assert re.search(r"agentdesk_desks 0", text)
    monkeypatch.setattr("agentdesk_server.doors.is_loopback", lambda address: False)
    assert is_problem(ask(shop, "GET", "/metrics"), 401)
    headers = {"Authorization": f"Bearer {shop.state.admin_token}"}
    assert ask(shop, "GET", "/metrics", headers=headers).status_code == 200


def test_what_is_not_there_is_a_problem(shop: Company) -> None:
    """404 and 405, with the methods that there are."""
    for path in ("/", "/api", "/api/v1/session/", "/sync", "/visit", "/echo", "/../etc/passwd", "/%00", "/livez/x"):
        assert is_problem(ask(shop, "GET", path), 404), path
    answer = ask(shop, "PATCH", "/api/v1/session")
    assert is_problem(answer, 405)
    assert {method.strip() for method in answer.headers["Allow"].split(",")} == {"POST", "DELETE"}


BODIES = [
    (b"", 400, ""),
    (b"{", 400, ""),
    (b"\xff\xfe", 400, ""),
    (b"[" * 40_000, 422, ""),
    (b"[]", 422, ""),
    (b"{}", 422, "email"),
    (b'{"email": 1}', 422, "email"),
    (b'{"email": "a@b.c", "password": "x", "device": {"id": "!"}}', 422, "device.id"),
    (b'{"email": "a@b.c", "password": "x", "device": {}}', 422, "device.id"),
    (b'{"email": "' + b"x" * 70_000 + b'"}', 413, ""),
]


@pytest.mark.parametrize(("body", "status", "field"), BODIES)
def test_a_bad_body_is_told_with_its_field(shop: Company, body: bytes, status: int, field: str) -> None:
    answer = ask(shop, "POST", "/api/v1/session", data=body)
    assert is_problem(answer, status)
    assert [error["field"] for error in answer.json().get("errors", [])] == ([field] if status == 422 else [])


def test_our_own_failure_gives_nothing_away(shop: Company, monkeypatch: pytest.MonkeyPatch, expect_log: Any) -> None:
    """500, and the traceback stays in the log."""

    def breaks(*args: Any) -> Any:
        raise ValueError("secret detail")

    expect_log("ERROR uvicorn.error: Exception in ASGI application")
    monkeypatch.setattr(shop.state.gate, "prove", breaks)
    body = {"email": "a@b.c", "password": "x", "device": {"id": "d"}}
    answer = ask(shop, "POST", "/api/v1/session", json=body)
    assert is_problem(answer, 500)
    assert "secret" not in answer.text
    ask(shop, "GET", "/livez")  # the log line is written after the answer
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


ASKED_ANEW = {"/help", "/help/search", "/help/conversation"}
"""Pages that a browser may keep if it asks each time whether they still hold."""
PUBLIC = {"/help/style.css", "/widget.js", "/asyncapi.yaml", "/api/v1/catalogue", "/api/v1/frames"}
"""What says the same to everybody, and may be kept by whoever fetched it."""
EVERYWHERE = [
    *sorted({door.path for door in DOORS}),
    "/nowhere",
    "/",
    "/help/no/where/",
    "/sync",
    "/visit",
    "/%00",
    "/livez/",
]
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "ODD")


@pytest.mark.parametrize("path", EVERYWHERE)
def test_every_answer_wears_its_headers(shop: Company, path: str) -> None:
    """Whatever is asked and whoever asks: also refusals, and what is not there."""
    for who in ({}, {"Authorization": f"Bearer {shop.sign_in()}"}, {"Host": "evil.example"}):
        for method in METHODS:
            answer = ask(shop, method, path, headers=who, data=b"{}" if method in ("POST", "PUT") else None)
            at = f"{method} {path} {answer.status_code}"
            assert {name for name in HEADERS if name in answer.headers} == set(HEADERS), at
            assert answer.headers["X-Content-Type-Options"] == "nosniff", at
            policy = answer.headers["Content-Security-Policy"]
            assert "default-src 'none'" in policy, at
            assert "unsafe" not in policy, at
            kept = answer.headers["Cache-Control"]
            public = path in PUBLIC and answer.status_code == 200 and "public" in kept
            asked_anew = path in ASKED_ANEW and answer.status_code == 200 and kept == "private, no-cache"
            assert kept == "no-store" or public or asked_anew, at
            assert "server" not in answer.headers, at
            assert "Strict-Transport-Security" not in answer.headers, at  # this one speaks in the clear


def test_no_page_may_frame_or_be_framed(shop: Company) -> None:
    """The sample page lets in its own style by digest; the digest fits what is sent."""
    answer = ask(shop, "GET", "/demo")
    policy = dict(part.strip().partition(" ")[::2] for part in answer.headers["Content-Security-Policy"].split(";"))
    (style,) = re.findall(r"<style>(.*?)</style>", answer.text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert policy["style-src"] == f"'sha256-{digest}'"
    assert policy["frame-ancestors"] == policy["base-uri"] == policy["form-action"] == "'none'"
    assert " style=" not in answer.text
    assert not re.search(r"<script(?! src=)|\son\w+=", answer.text)


@pytest.mark.parametrize("origin", ["https://evil.example", "https://shop.example", "null", "", "http://127.0.0.1"])
def test_no_browser_opens_a_desks_line(shop: Company, origin: str) -> None:
    """A page has no business there, whoever is signed in on that machine: the handshake itself is refused."""
    headers = {"Authorization": f"Bearer {shop.sign_in()}"}
    names: Any = ["agentdesk.v1+json"]
    with pytest.raises(InvalidStatus) as error:
        connect(
            f"{shop.url.replace('http', 'ws')}/sync",
            subprotocols=names,
            additional_headers={**headers, "Origin": origin},
            open_timeout=PATIENCE,
        )
    assert error.value.response.status_code == 403


@pytest.mark.parametrize("path", ["/sync", "/visit?site={key}"])
def test_no_socket_opens_under_a_foreign_name(shop: Company, path: str) -> None:
    """A page elsewhere that points its own name at this machine."""
    where = urlsplit(shop.url)
    names: Any = ["agentdesk.v1+json", "agentdesk.visit.v1"]
    with pytest.raises(InvalidStatus) as error:
        connect(
            f"ws://evil.example:{where.port}{path.format(key=shop.key)}",
            sock=socket.create_connection((where.hostname, where.port or 0), timeout=PATIENCE),
            subprotocols=names,
            open_timeout=PATIENCE,
        )
    assert error.value.response.status_code == 403


def raw(shop: Company, *headers: str) -> str:
    """The status line of an answer to a request with exactly these headers."""
    where = urlsplit(shop.url)
    with socket.create_connection((where.hostname, where.port or 0), timeout=PATIENCE) as line:
        line.sendall(("\r\n".join(["GET /livez HTTP/1.1", *headers, "Connection: close", "", ""])).encode())
        return line.makefile().readline()


NAMES = [
    *[("localhost:1", "200"), ("[::1]:80", "200"), ("LOCALHOST", "200"), ("evil.example", "400"), ("", "400")],
    *[("[::1", "400"), ("localhost:x", "400"), ("[::1]:99999", "400"), ("me@localhost", "400")],
]


@pytest.mark.parametrize(("name", "status"), NAMES)
def test_only_its_own_name_is_answered(shop: Company, name: str, status: str) -> None:
    """A page that points its own name at this machine gets nothing."""
    assert f" {status} " in raw(shop, f"Host: {name}")


def test_two_names_are_no_name(shop: Company, expect_log: Any) -> None:
    expect_log("WARNING uvicorn.error: Invalid HTTP request")
    assert " 400 " in raw(shop, "Host: localhost", "Host: evil.example")


def test_the_catalogue_has_all_records_and_commands(shop: Company) -> None:
    found = ask(shop, "GET", "/api/v1/catalogue").json()
    assert set(found) == {"records", "commands"}
    assert set(found["records"]) == set(RECORDS)
    assert set(found["commands"]) == set(COMMANDS)
    assert found["commands"]["case.reply"]["required"] == ["case", "message", "text", "seen"]


def test_it_is_alive_and_ready(shop: Company) -> None:
    assert ask(shop, "GET", "/livez").json()["status"] == "alive"
    ready = ask(shop, "GET", "/readyz").json()
    assert ready == {"status": "ready", "rev": shop.state.writer.authority.rev}


def test_the_widget_comes_to_any_page_and_is_kept(shop: Company) -> None:
    first = ask(shop, "GET", "/widget.js")
    assert first.headers["Content-Type"].startswith("text/javascript")
    assert first.headers["Access-Control-Allow-Origin"] == "*"
    assert first.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    again = ask(shop, "GET", "/widget.js", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert ask(shop, "HEAD", "/widget.js").headers["Content-Length"] == str(len(first.content))


def test_the_sample_page_names_a_site(shop: Company) -> None:
    """One that exists; nothing that was asked for is repeated."""
    assert shop.key in ask(shop, "GET", "/demo").text
    assert "<script>alert" not in ask(shop, "GET", "/demo?site=<script>alert(1)</script>").text


def test_a_browser_that_asks_first_is_answered(shop: Company) -> None:
    """For the pages of a site, and no others."""
    path = "/api/v1/blobs/{digest}"
    wish = {"Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": "authorization"}
    good = ask(shop, "OPTIONS", path, headers={"Origin": "https://shop.example", **wish})
    assert good.status_code == 204
    assert good.headers["Access-Control-Allow-Origin"] == "https://shop.example"
    assert "PUT" in good.headers["Access-Control-Allow-Methods"]
    assert "authorization" in good.headers["Access-Control-Allow-Headers"]
    bad = ask(shop, "OPTIONS", path, headers={"Origin": "https://evil.example", **wish})
    assert "Access-Control-Allow-Origin" not in bad.headers
