"""Groups: they are teams, or give a role where the operator has said so."""

from __future__ import annotations

from typing import Any

import pytest

from agentdesk.domain.people import Team
from agentdesk_server.asked import Cannot
from agentdesk_server.provisioning.operating import ScimGroup, ScimStatus


def test_entra_keeps_a_team(scim: Any) -> None:
    """Made empty, filled in heaps, both ways of removing, a new name, deleted."""
    people = [scim.user(f"team{n}@example.com")["id"] for n in range(30)]
    group = scim.group("Returns")
    team = group["id"]
    assert scim.patch(f"/Groups/{team}", {"op": "Add", "path": "members", "value": [{"value": id} for id in people]}).ok
    assert all(scim.person(id).teams == (team,) for id in people)
    assert len(scim.ask("GET", f"/Groups/{team}").json()["members"]) == 30
    assert "members" not in scim.ask("GET", f"/Groups/{team}", params={"excludedAttributes": "members"}).json()
    gone = {"op": "Remove", "path": f'members[value eq "{people[0]}"]'}
    listed = {"op": "Remove", "path": "members", "value": [{"value": people[1]}, {"value": people[2]}]}
    answer = scim.patch(f"/Groups/{team}", gone, listed, {"op": "Replace", "path": "displayName", "value": "Refunds"})
    assert (answer.status_code, answer.json()["displayName"], len(answer.json()["members"])) == (200, "Refunds", 27)
    assert [scim.person(id).teams for id in people[:4]] == [(), (), (), (team,)]
    assert scim.ask("GET", f"/Users/{people[3]}").json()["groups"][0]["display"] == "Refunds"
    answer = scim.patch(
        f"/Groups/{team}", {"op": "Replace", "value": {"displayName": "Refunds 2", "members": [{"value": people[0]}]}}
    )
    assert [one["value"] for one in answer.json()["members"]] == [people[0]]
    assert scim.ask("DELETE", f"/Groups/{team}").status_code == 204
    assert scim.ask("GET", f"/Groups/{team}").status_code == 404
    assert scim.person(people[0]).teams == ()
    kept = scim.shop.state.reader.records.of(Team, team)
    assert kept is not None
    assert kept.retired


def test_who_leaves_one_by_one_leaves_in_one_go(scim: Any) -> None:
    """Also between other operations, who is none, and who has left already."""
    people = [scim.user(f"row{n}@example.com")["id"] for n in range(5)]
    group = scim.group("Row", *people)["id"]
    out = [{"op": "Remove", "path": f'members[value eq "{id}"]'} for id in (people[0], "nobody", people[1], people[0])]
    back = {"op": "Add", "path": "members", "value": [{"value": people[0]}]}
    last = {"OP": "remove", "PATH": f'MEMBERS[ value EQ "{people[2]}" ]'}
    answer = scim.patch(f"/Groups/{group}", *out, back, last)
    assert answer.status_code == 200, answer.text
    assert {one["value"] for one in answer.json()["members"]} == {people[0], people[3], people[4]}
    assert [bool(scim.person(id).teams) for id in people] == [True, False, False, True, True]


def test_a_team_that_was_here_is_found(scim: Any) -> None:
    """And its people with it; a name is there once, and a team that customers come to is not deleted."""
    (team,) = scim.found("/Groups", 'displayName eq "billing"')
    assert [one["value"] for one in team["members"]] == [scim.shop.agent]
    answer = scim.ask("POST", "/Groups", {"displayName": "Billing"})
    assert (answer.status_code, answer.json()["scimType"]) == (409, "uniqueness")
    answer = scim.ask("DELETE", f"/Groups/{team['id']}")
    assert answer.status_code == 409
    assert "agentdesk admin site close" in answer.json()["detail"]
    assert scim.ask("GET", f"/Groups/{team['id']}").json() == team


def test_members_are_people_who_are_there(scim: Any) -> None:
    group = scim.group("Members")["id"]
    for wrong in ("nobody", group, "", "x" * 5000):
        answer = scim.patch(f"/Groups/{group}", {"op": "Add", "path": "members", "value": [{"value": wrong}]})
        assert (answer.status_code, answer.json()["scimType"]) == (400, "invalidValue"), wrong
    assert "members" not in scim.ask("GET", f"/Groups/{group}").json()


def test_a_group_gives_a_role(scim: Any) -> None:
    """To whoever is in it, as long as they are; the operator says which group and which role."""
    one, two = (scim.user(f"boss{n}@example.com")["id"] for n in range(2))
    status = scim.shop.running.operate(ScimGroup(name="Desk Admins", role="admin"))
    assert "desk admins\tadmin" in status
    group = scim.group("Desk admins", one)["id"]
    assert scim.found("/Groups", 'displayName eq "Desk Admins"')[0]["id"] == group
    assert scim.person(one).role == "admin"
    assert scim.shop.state.reader.records.of(Team, group) is None
    scim.patch(f"/Groups/{group}", {"op": "Add", "path": "members", "value": [{"value": two}]})
    assert scim.person(two).role == "admin"
    assert scim.patch(f"/Users/{two}", {"op": "Replace", "path": "displayName", "value": "Boss Two"}).ok
    assert scim.person(two).role == "admin"
    assert [g["display"] for g in scim.ask("GET", f"/Users/{two}").json()["groups"]] == ["Desk admins"]
    scim.patch(f"/Groups/{group}", {"op": "Remove", "path": f'members[value eq "{two}"]'})
    assert scim.person(two).role == "agent"
    scim.shop.running.operate(ScimGroup(name="Desk Admins", role="auditor"))
    assert scim.person(one).role == "auditor"
    scim.patch(f"/Groups/{group}", {"op": "Replace", "path": "displayName", "value": "Others"})
    assert scim.person(one).role == "agent"
    scim.patch(f"/Groups/{group}", {"op": "Replace", "path": "displayName", "value": "Desk Admins"})
    assert scim.person(one).role == "auditor"
    assert scim.ask("DELETE", f"/Groups/{group}").status_code == 204
    assert scim.person(one).role == "agent"


def test_the_last_administrator_stays_in_their_group(scim: Any) -> None:
    """Neither by leaving it, nor with its name, nor with the group itself is the role lost; the others go."""
    scim.shop.running.operate(ScimGroup(name="Owners", role="admin"))
    (ada,) = scim.found("/Users", 'userName eq "ada@example.com"')
    other = scim.user("owner@example.com")["id"]
    group = scim.group("Owners", ada["id"], other)["id"]
    both = [{"value": ada["id"]}, {"value": other}]
    answer = scim.patch(f"/Groups/{group}", {"op": "Remove", "path": "members", "value": both})
    assert answer.status_code == 409
    assert "is the last administrator. Make somebody else one first." in answer.json()["detail"]
    found = scim.ask("GET", f"/Groups/{group}").json()
    (last,) = [one["value"] for one in found["members"]]
    assert scim.person(last).role == "admin"
    assert {scim.person(ada["id"]).role, scim.person(other).role} == {"admin", "agent"}
    answer = scim.patch(f"/Groups/{group}", {"op": "Replace", "path": "displayName", "value": "Nobody"})
    assert answer.status_code == 409
    assert scim.ask("DELETE", f"/Groups/{group}").status_code == 409
    assert scim.ask("GET", f"/Groups/{group}").json() == found
    assert scim.person(last).role == "admin"


def test_a_team_does_not_become_a_group_that_gives_a_role(scim: Any) -> None:
    scim.shop.running.operate(ScimGroup(name="Chiefs", role="supervisor"))
    team = scim.group("Chefs")["id"]
    answer = scim.patch(f"/Groups/{team}", {"op": "Replace", "path": "displayName", "value": "chiefs"})
    assert (answer.status_code, scim.shop.state.reader.records.of(Team, team).name) == (409, "Chefs")
    with pytest.raises(Cannot, match="is a team"):
        scim.shop.running.operate(ScimGroup(name="chefs", role="supervisor"))
    with pytest.raises(Cannot, match="king is not a role"):
        scim.shop.running.operate(ScimGroup(name="Kings", role="king"))
    scim.shop.running.operate(ScimGroup(name="Chiefs"))
    assert "chiefs" not in scim.shop.running.operate(ScimStatus())
