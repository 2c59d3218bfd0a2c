"""People as the directory makes, changes and closes them: Entra's and Okta's own words, and what must not happen."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests
from tests.server.running import PASSWORD, PATIENCE, Desk, close_code

from agentdesk.domain.people import EVERYBODY
from agentdesk_server.authority.directory import Directory, DirectoryRow
from agentdesk_server.authority.factors import Factors

EMAIL = 'emails[type eq "work"].value'
REGION = "urn:agentdesk:params:scim:schemas:extension:2.0:User"


def mails(address: str) -> list[dict[str, Any]]:
    return [{"value": address, "type": "work", "primary": True}]


def test_entra_makes_somebody(scim: Any) -> None:
    """It looks first, then posts what its standard mapping has; what is not used here is not kept."""
    assert scim.found("/Users", 'userName eq "lin@example.com"') == []
    made = scim.user(
        "lin@example.com",
        externalId="lin",
        displayName="Lin Zhao",
        name={"formatted": "Lin Zhao", "givenName": "Lin", "familyName": "Zhao"},
        emails=mails("Lin.Zhao@example.com"),
        title="Agent",
        phoneNumbers=[{"type": "work", "value": "+49 30 1234567"}],
        preferredLanguage="de-DE",
        **{"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {"department": "Support"}},
    )
    person = scim.person(made["id"])
    assert (person.name, person.email, person.role) == ("Lin Zhao", "lin.zhao@example.com", "agent")
    assert (person.languages, person.teams, person.active) == (("de",), (), True)
    assert (made["userName"], made["externalId"], made["meta"]["resourceType"]) == ("lin@example.com", "lin", "User")
    assert made["meta"]["location"] == f"{scim.url}/Users/{made['id']}"
    assert "phoneNumbers" not in made
    assert "title" not in made
    for filter in (
        'userName eq "LIN@example.com"',
        'externalId eq "lin"',
        'emails.value co "zhao"',
        f'id eq "{person.id}"',
    ):
        assert [one["id"] for one in scim.found("/Users", filter)] == [person.id], filter


def test_entra_changes_somebody(scim: Any) -> None:
    """Capitals, `"False"` as a text, no path, dotted and URN keys, an address of a kind there is none of yet."""
    id = scim.user("mo@example.com")["id"]
    answer = scim.patch(
        f"/Users/{id}",
        {"op": "Add", "path": EMAIL, "value": "mo@work.example.com"},
        {"op": "Replace", "path": "displayName", "value": "Mo Said"},
        {"op": "Replace", "value": {"name.givenName": "Mo", "name.familyName": "Said", f"{REGION}:region": "EU"}},
    )
    assert answer.status_code == 200
    assert answer.json()["emails"] == [{"value": "mo@work.example.com", "type": "work"}]
    person = scim.person(id)
    assert (person.name, person.email, person.region) == ("Mo Said", "mo@work.example.com", "EU")
    answer = scim.patch(f"/Users/{id}", {"op": "Replace", "value": {EMAIL: "mo2@work.example.com", "active": "False"}})
    assert (answer.status_code, answer.json()["active"]) == (200, False)
    person = scim.person(id)
    assert (person.email, person.active) == ("mo2@work.example.com", False)
    assert scim.patch(f"/Users/{id}", {"op": "replace", "path": "active", "value": "True"}).json()["active"] is True
    assert scim.patch(f"/Users/{id}", {"op": "Remove", "path": "displayName"}).status_code == 200
    assert scim.person(id).name == "Mo Said"


def test_a_change_that_changes_nothing_is_answered_all_the_same(scim: Any) -> None:
    """And makes no entry in the log."""
    id = scim.user("no@example.com", displayName="No Change")["id"]
    before = scim.shop.state.core.writer.authority.rev
    answer = scim.patch(f"/Users/{id}", {"op": "Replace", "path": "displayName", "value": "No Change"})
    assert (answer.status_code, answer.json()["displayName"]) == (200, "No Change")
    assert scim.shop.state.core.writer.authority.rev == before


def test_okta_replaces_the_whole_user(scim: Any) -> None:
    """PUT, and `active: false` to close an account; a password that it sends is neither used nor kept."""
    made = scim.user(
        "kim@example.com", name={"givenName": "Kim", "familyName": "Bo"}, password="x8#kQ!secret", locale="fr-FR"
    )
    assert "password" not in made
    assert scim.shop.state.gate._read.password(made["id"]) is None
    whole = {**made, "name": {"givenName": "Kimberly", "familyName": "Bo"}, "active": False}
    answer = scim.ask("PUT", f"/Users/{made['id']}", whole)
    assert (answer.status_code, answer.json()["active"]) == (200, False)
    person = scim.person(made["id"])
    assert (person.name, person.active, person.languages) == ("Kimberly Bo", False, ("fr",))
    del whole["active"]
    assert scim.ask("PUT", f"/Users/{made['id']}", whole).json()["active"] is False


def test_who_was_here_before_is_found_and_keeps_what_the_directory_does_not_say(scim: Any) -> None:
    """An account that an operator made: role, teams and languages stay theirs."""
    (mina,) = scim.found("/Users", 'userName eq "mina@example.com"')
    assert (mina["displayName"], mina["groups"][0]["display"]) == ("Mina Berg", "Billing")
    scim.patch(f"/Users/{mina['id']}", {"op": "Add", "path": "externalId", "value": "m-1"})
    person = scim.person(mina["id"])
    assert (person.role, len(person.teams), person.email) == ("agent", 1, "mina@example.com")
    answer = scim.ask("POST", "/Users", {"userName": "Mina@Example.com", "active": True})
    assert (answer.status_code, answer.json()["scimType"]) == (409, "uniqueness")
    answer = scim.ask("POST", "/Users", {"userName": "other", "emails": mails("mina@example.com")})
    assert (answer.status_code, answer.json()["scimType"]) == (409, "uniqueness")


@pytest.mark.parametrize("way", ["entra", "okta", "delete"])
def test_a_leaver_is_off_everywhere_at_once(scim: Any, way: str) -> None:
    """The live desk is closed, the token is worth nothing, the password opens nothing; no clock is waited for."""
    email = f"leaver-{way}@example.com"
    id = scim.shop.hire("Lea Ver", email)
    token = scim.shop.sign_in(email)
    desk = Desk(scim.url.removesuffix("/scim/v2"), token)
    desk.until("caught_up")
    if way == "entra":
        assert scim.patch(f"/Users/{id}", {"op": "Replace", "path": "active", "value": "False"}).status_code == 200
    elif way == "okta":
        user = scim.ask("GET", f"/Users/{id}").json()
        assert scim.ask("PUT", f"/Users/{id}", {**user, "active": False}).status_code == 200
    else:
        assert scim.ask("DELETE", f"/Users/{id}").status_code == 204
    assert close_code(desk.socket) is not None
    desk.close()
    kept = scim.shop.state.gate._read
    assert [one for one in kept.sessions() if one.person == id] == []
    body = {"email": email, "password": PASSWORD, "device": {"id": "laptop"}}
    assert requests.post(f"{scim.shop.url}/api/v1/session", json=body, timeout=PATIENCE).status_code == 401
    headers = {"Authorization": f"Bearer {token}"}
    assert requests.delete(f"{scim.shop.url}/api/v1/session", headers=headers, timeout=PATIENCE).status_code == 401
    assert scim.person(id).active is False


def test_who_comes_back_is_the_same_person_and_begins_anew(scim: Any) -> None:
    """What they did stays theirs; the password of then opens nothing."""
    id = scim.shop.hire("Bo Back", "back@example.com", "supervisor")
    assert scim.ask("DELETE", f"/Users/{id}").status_code == 204
    for method in ("GET", "DELETE"):
        assert scim.ask(method, f"/Users/{id}").status_code == 404
    assert scim.found("/Users", 'userName eq "back@example.com"') == []
    assert scim.found("/Users", 'displayName eq "Bo Back"') == []
    again = scim.user("back@example.com", displayName="Bo Back")
    assert again["id"] == id
    person = scim.person(id)
    assert (person.active, person.teams, person.role) == (True, (), "agent")
    assert scim.shop.state.gate._read.password(id) is None


def test_roles(scim: Any) -> None:
    """The directory gives the usual ones; the mighty ones only through a group that the operator has named."""
    id = scim.user("ro@example.com", roles=[{"value": "senior", "primary": True}])["id"]
    assert scim.person(id).role == "senior"
    scim.patch(f"/Users/{id}", {"op": "Replace", "path": 'roles[primary eq "True"].value', "value": "supervisor"})
    assert scim.person(id).role == "supervisor"
    for wrong in ("admin", "auditor", "king"):
        answer = scim.patch(f"/Users/{id}", {"op": "Replace", "path": "roles", "value": [{"value": wrong}]})
        assert (answer.status_code, answer.json()["scimType"]) == (400, "invalidValue")
        assert "agentdesk admin scim group" in answer.json()["detail"]
    assert scim.person(id).role == "supervisor"
    scim.patch(f"/Users/{id}", {"op": "Remove", "path": "roles"})
    assert scim.person(id).role == "agent"


def test_the_last_administrator_stays(scim: Any) -> None:
    (ada,) = scim.found("/Users", 'userName eq "ada@example.com"')
    for answer in (
        scim.ask("DELETE", f"/Users/{ada['id']}"),
        scim.patch(f"/Users/{ada['id']}", {"op": "Replace", "path": "active", "value": False}),
        scim.patch(f"/Users/{ada['id']}", {"op": "Add", "path": "roles", "value": [{"value": "agent"}]}),
    ):
        assert answer.status_code == 409
        assert answer.json()["detail"] == "Ada King is the last administrator. Make somebody else one first."
    assert (scim.person(ada["id"]).active, scim.person(ada["id"]).role) == (True, "admin")
    assert scim.ask("GET", f"/Users/{ada['id']}").json()["active"] is True


def test_lists(scim: Any) -> None:
    """Pages, order, and only what is asked for."""
    for number in range(3):
        scim.user(f"page{number}@example.com", displayName=f"Page {2 - number}")
    whole = scim.ask("GET", "/Users").json()
    assert 5 < whole["totalResults"] <= scim.shop.state.reader.records.count(EVERYBODY())
    page = scim.ask("GET", "/Users", params={"startIndex": 2, "count": 2}).json()
    assert (page["startIndex"], page["itemsPerPage"], page["totalResults"]) == (2, 2, whole["totalResults"])
    assert [one["id"] for one in page["Resources"]] == [one["id"] for one in whole["Resources"][1:3]]
    assert scim.ask("GET", "/Users", params={"count": 0}).json().get("Resources", []) == []
    query = {"filter": 'userName sw "page" and active eq true and not (userName co "page2")', "attributes": "userName"}
    found = scim.ask("GET", "/Users", params={**query, "sortBy": "displayName"}).json()["Resources"]
    assert [one["userName"] for one in found] == ["page1@example.com", "page0@example.com"]
    assert set(found[0]) == {"schemas", "id", "userName"}
    found = scim.ask("GET", f"/Users/{found[0]['id']}", params={"excludedAttributes": "emails,meta"}).json()
    assert {"emails", "meta"} & set(found) == set()


def test_a_server_that_was_killed_half_way_takes_it_again(scim: Any) -> None:
    """A row without its person is nothing, and what was not yet said is said again."""
    row = DirectoryRow("user", "lost", "half@example.com", "half", {"user_name": "half@example.com"}, 1, 1)
    kept = Directory(scim.shop.state.core.database.conn)
    scim.shop.running.do(scim.shop.state.writer.call(lambda _: kept.put(row)))
    assert scim.found("/Users", 'userName eq "half@example.com"') == []
    assert scim.ask("GET", "/Users/lost").status_code == 404
    made = scim.user("half@example.com", externalId="half")
    assert [one["id"] for one in scim.found("/Users", 'externalId eq "half"')] == [made["id"]]


def test_a_deletion_that_was_cut_off_is_done_when_it_is_asked_again(
    scim: Any, monkeypatch: pytest.MonkeyPatch, expect_log: Any
) -> None:
    """It counts only when everything is gone that its person signed in with."""
    expect_log("ERROR uvicorn.error: Exception in ASGI application")
    id = scim.shop.hire("Cut Off", "cut@example.com")

    def fails(*_: Any) -> None:
        raise OSError("the disk is gone")

    with monkeypatch.context() as patch:
        patch.setattr(Factors, "reset", fails)
        assert scim.ask("DELETE", f"/Users/{id}").status_code == 500
    assert scim.ask("DELETE", f"/Users/{id}").status_code == 204
    assert scim.ask("GET", f"/Users/{id}").status_code == 404
    assert scim.shop.state.gate._read.password(id) is None


def test_two_at_once_lose_nothing(scim: Any) -> None:
    """Changes of one person that come side by side are all there in the end."""
    id = scim.user("both@example.com")["id"]
    changes = [
        {"op": "Add", "path": "emails", "value": [{"value": f"b{n}@example.com", "type": f"t{n}"}]} for n in range(6)
    ]
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda one: scim.patch(f"/Users/{id}", one), changes))
    assert {answer.status_code for answer in answers} == {200}
    assert len(scim.ask("GET", f"/Users/{id}").json()["emails"]) == 6
