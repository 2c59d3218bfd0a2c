"""Every door and every question as everybody who might come, over the network, against the table written by hand."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from tests.rights.house import NEVER, House, Listening, house
from tests.rights.table import ROLES, sections
from tests.server.running import PATIENCE
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from agentdesk_server.app import DOORS
from agentdesk_server.limits import Buckets

TABLE = sections()
HTTP = {name: row for name, row in TABLE["door"].items() if " " in name}
SOCKETS = {"/sync": "agentdesk.v1+json", "/visit": "agentdesk.visit.v1"}
ASKED_OF_HUB = {"search", "case", "reveal", "device.code"}
UNKNOWN = "The server does not know this question."
OF_THE_ROLE = "may not do this."
OFF_HERE = "In this queue no drafts are asked for."


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with house(tmp_path_factory.mktemp("rights") / "server") as made:
        yield made


@pytest.fixture(scope="module")
def desks(here: House) -> Iterator[dict[str, Listening]]:
    here.state.hub.rations._left = Buckets(1_000_000, 1)
    here.state.hub.revealed._asked = Buckets(1_000_000, 1)
    made = {role: Listening(here.url, here.tokens[role], f"laptop-{role}") for role in ROLES}
    yield made
    for desk in made.values():
        desk.close()


def test_every_door_is_in_the_table(here: House) -> None:
    assert sorted(HTTP) == sorted(f"{door.method} {door.path}" for door in DOORS)
    assert sorted(TABLE["door"].keys() - HTTP.keys()) == sorted(SOCKETS)


def test_every_question_is_in_the_table(here: House) -> None:
    named = {name for name in TABLE["question"] if not name.startswith("pull ")} - {"viewing", "typing"}
    assert named == ASKED_OF_HUB | set(here.state.hub.answerers)


# -- HTTP


@pytest.mark.parametrize("name", HTTP)
def test_a_door_opens_for_whom_the_table_says(here: House, name: str) -> None:
    found = {who: " ".join(_cells(here, name, who, cell)) for who, cell in HTTP[name].items()}
    assert found == HTTP[name]


def _cells(here: House, name: str, who: str, cell: str) -> Iterator[str]:
    if name == "GET /api/v1/blobs/{digest}" and " " in cell:
        for place, word in zip(("own", "other", "guest"), cell.split(), strict=True):
            yield "-" if word == "-" else _file(here, who, place)
        return
    yield _word(here, name, who)


def _word(here: House, name: str, who: str) -> str:
    token = here.tokens[who]
    if name == "DELETE /api/v1/session" and who in ROLES:  # of another laptop: this one is still needed
        token = here.shop.sign_in(f"{who}@rights.example", "spare")
    elif who in ROLES:
        here.fresh(who, False)
    answer = _knock(here, name, token)
    if _code(answer) == "step_up":
        here.fresh(who, True)
        assert _code(_knock(here, name, token)) not in ("step_up", "not-signed-in"), name
        return "fresh"
    if _code(answer) == "not-signed-in" or (answer.status_code == 401 and name.split()[1].startswith("/scim/")):
        return "out"
    if _code(answer) == "denied":
        return "no" if here.denials()[-1:] else "denied, and not written down"
    nowhere = requests.get(f"{here.url}/api/v1/nothing", timeout=PATIENCE)
    return "none" if answer.status_code == 404 and answer.content == nowhere.content else "yes"


def _knock(here: House, name: str, token: str) -> requests.Response:
    """What is asked for is nonsense where it can be: only who may come in hears so."""
    method, path = name.split()
    data = b"some bytes" if path.startswith("/api/v1/blobs") else b"{}"
    path = path.replace("{digest}", hashlib.sha256(data).hexdigest()).replace("{id}", "x").replace("{file}", "x")
    path = path.replace("{span}", "all")
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    body = data if method in ("POST", "PUT") else None
    return requests.request(
        method, f"{here.url}{path}", data=body, headers=headers, timeout=PATIENCE, allow_redirects=False
    )


def _code(answer: requests.Response) -> str:
    if answer.headers.get("Content-Type") != "application/problem+json":
        return ""
    return str(answer.json()["type"]).rpartition(":")[2]


def _file(here: House, who: str, place: str) -> str:
    if who == "visitor":
        digest = here.write_as_visitor() if place == "own" else hashlib.sha256(here.files["other"]).hexdigest()
    else:
        digest = hashlib.sha256(here.files[place]).hexdigest()
    missing = hashlib.sha256(here.files[NEVER]).hexdigest()
    answer, never = (_fetch(here, who, one) for one in (digest, missing))
    if answer.status_code == 200:
        return "yes"
    same = (answer.status_code, answer.content) == (never.status_code, never.content)
    same = same and _steady(answer) == _steady(never)
    return "none" if same else f"unlike what is missing: {answer.status_code}"


def _fetch(here: House, who: str, digest: str) -> requests.Response:
    headers = {"Authorization": f"Bearer {here.tokens[who]}"}
    return requests.get(f"{here.url}/api/v1/blobs/{digest}", headers=headers, timeout=PATIENCE)


def _steady(answer: requests.Response) -> dict[str, str]:
    return {name: value for name, value in answer.headers.items() if name.lower() != "date"}


# -- WebSockets


@pytest.mark.parametrize("path", SOCKETS)
def test_a_socket_stays_open_for_whom_the_table_says(here: House, path: str) -> None:
    assert {who: _dialled(here, path, who) for who in TABLE["door"][path]} == TABLE["door"][path]


def _dialled(here: House, path: str, who: str) -> str:
    names: list[Any] = [SOCKETS[path]]
    headers = {"Authorization": f"Bearer {here.tokens[who]}"} if here.tokens[who] else {}
    if path == "/visit" and here.tokens[who]:
        names.append(f"token.{here.tokens[who]}")
    where = f"{here.url.replace('http', 'ws')}{path}?site={here.shop.key}"
    hello = {"t": "hello", "last": 0} if path == "/visit" else [{"t": "hello", "device": f"laptop-{who}", "schema": 1}]
    try:
        with connect(where, subprotocols=names, additional_headers=headers, compression=None) as socket:
            socket.send(json.dumps(hello))
            return "yes" if "welcome" in str(socket.recv(timeout=PATIENCE)) else "?"
    except (ConnectionClosed, InvalidStatus):
        return "out"


# -- questions, signals, pulls


@pytest.mark.parametrize("name", TABLE["question"])
def test_a_question_is_answered_as_the_table_says(here: House, desks: dict[str, Listening], name: str) -> None:
    found = {}
    for role in ROLES:
        words = TABLE["question"][name][role].split()
        there = zip(("own", "other", "guest"), words, strict=True)
        found[role] = " ".join("-" if word == "-" else _asked(here, desks, name, role, place) for place, word in there)
    assert found == TABLE["question"][name]


def _asked(here: House, desks: dict[str, Listening], name: str, role: str, place: str) -> str:
    desk = desks[role]
    if name in ("viewing", "typing"):
        return _signalled(here, desk, name, role, place)
    if name.startswith("pull "):
        return _pulled(here, desk, name.removeprefix("pull "), role, place)
    here.fresh(role, False)
    told, never = (desk.ask(name, **_args(here, name, one)) for one in (place, NEVER))
    privileged = told.get("code") == never.get("code") == "step_up"
    if privileged:
        here.fresh(role, True)
        told, never = (desk.ask(name, **_args(here, name, one)) for one in (place, NEVER))
    sentence = told.get("sentence", "")
    if sentence == UNKNOWN or OF_THE_ROLE in sentence or "guest" in sentence:
        return "no"
    if json.dumps(told).replace(place, "") == json.dumps(never).replace(NEVER, "") and not name.startswith("audit."):
        return "none"
    if name == "suggestion.draft" and sentence == OFF_HERE:
        return "rule"
    if not told.get("result") or sentence:
        return f"? {told}"
    return "fresh" if privileged else "yes"


def _args(here: House, name: str, place: str) -> dict[str, Any]:
    return {
        "search": {"text": f"secret word {place}"},
        "case": {"case": place},
        "device.code": {"device": here.invite(place)},
        "reveal": {
            "kind": "customer", "record": f"{place}-u", "field": "email", "purpose": "reach", "reason": "To help her.",
        },
        "audit.search": {"outcome": "denied"},
        "audit.unseal": {"entry": 1, "reason": "A customer asks who read this."},
        "audit.heads": {"before": 0},
        "audit.prove": {"entry": 0},
        "subject.find": {"words": f"{place}-u"},
        "subject.prove": {"erasure": f"{place}-e"},
        "consent.look": {"customer": f"{place}-u"},
        "mail.pictures": {"mail": here.mailed(place)},
        "suggestion.draft": {"case": place},
        "translate.text": {"case": place, "target": "de", "text": "Hi"},
        "audit.compare": {"first": here.signed, "second": here.signed},
    }[name]  # fmt: skip


def _signalled(here: House, desk: Listening, kind: str, role: str, place: str) -> str:
    """Whether the server takes it, and passes it on to nobody who does not see the case."""
    desk.all_after()  # what others did before
    heard: list[Any] = []
    here.state.hub.presence.listeners.append(heard.append)
    try:
        told = desk.all_after({"t": "signal", "kind": kind, "about": place, "on": True})
        never = desk.all_after({"t": "signal", "kind": kind, "about": NEVER, "on": True})
        desk.all_after({"t": "signal", "kind": kind, "about": place, "on": False})
    finally:
        here.state.hub.presence.listeners.remove(heard.append)
    if any(one.about == place and one.who == here.people[role] for one in heard):
        return "yes"
    return "none" if told == never == [] else f"? {told}"


def _pulled(here: House, desk: Listening, what: str, role: str, place: str) -> str:
    team, someone = here.teams[place], here.people["host" if place == "other" else role]
    scope = {
        "open cases": f"team:{team}:open", "solved cases": f"team:{team}:past", "lead": f"lead:{team}",
        "oversight": "oversight", "it": "it", "privacy": "privacy", "planning": "planning", "user": f"user:{someone}",
    }[what]  # fmt: skip
    heard = desk.all_after({"t": "pull", "scope": scope, "from": 0})
    there = here.state.hub.desks[here.people[role], f"laptop-{role}"]
    if scope in there.live or scope in there.filling:
        return "yes"
    return "none" if not _speaks_of(heard, scope) else f"? {heard}"


def _speaks_of(heard: list[dict[str, Any]], scope: str) -> bool:
    return any(frame.get("scope") == scope or scope in frame.get("scopes", ()) for frame in heard)


def test_what_is_denied_without_a_command_is_written_down_too(here: House, desks: dict[str, Listening]) -> None:
    before = len(here.denials())
    assert _knock(here, "GET /api/v1/posture", here.tokens["agent"]).status_code == 404
    assert desks["planner"].ask("search", text="secret")["sentence"] == UNKNOWN
    desks["planner"].do("case.claim", case="own")
    assert here.denials()[before:] == ["posture.see", "history.search", "case.claim"]
