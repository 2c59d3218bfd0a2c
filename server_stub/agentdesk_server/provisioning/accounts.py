"""Person and SCIM user: how one is shown as the other, and what of a user becomes what of a person."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from scim2_models import GroupMembership, InvalidValueException, Meta

from agentdesk.domain.kernel import clean
from agentdesk.domain.people import Person
from agentdesk_server.authority.directory import DirectoryRow

from .models import USERS, Account, Region, User
from .moments import moment
from .roles import OPEN_ROLES, said_role
from .settings import folded

SAID = ("user_name", "name", "display_name", "emails", "roles", "preferred_language", "locale")
"""What of a user is kept as the directory said it; the region joins them."""
LONGEST, MOST = 200, 20
NOWHERE = "directory.invalid"
"""Where somebody has an address of whom the directory tells none (RFC 2606: no mail ever gets there)."""
_LANGUAGE = re.compile(r"([A-Za-z]{2,3})(?:[-_][A-Za-z0-9]+)*")


class Wish(msgspec.Struct, frozen=True):
    """What the directory wants a person to be; `role` is none where it says nothing of it."""

    name: str
    email: str
    active: bool
    role: str
    language: str
    region: str


def said_of(user: User) -> dict[str, Any]:
    """The directory's own account of somebody, as it is kept. Raises `InvalidValueException` for what is too long."""
    found = user.model_dump(mode="json", by_alias=False, exclude_none=True, include={*SAID})
    said = {name: _cleaned(value) for name, value in found.items() if name in SAID and value not in (None, [], {})}
    region = user[Region]
    if region is not None and region.region:
        said["region"] = clean(region.region)
    _check_sizes(said)
    _check_sizes(user.external_id)
    return said


def _cleaned(value: Any) -> Any:
    """Texts as they may be stored, at any depth."""
    if isinstance(value, dict):
        return {name: _cleaned(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_cleaned(one) for one in value]
    return clean(value) if isinstance(value, str) else value


def _check_sizes(value: Any) -> None:
    if isinstance(value, str) and len(value) > LONGEST:
        raise InvalidValueException(detail=f"No value may have more than {LONGEST} characters.")
    if isinstance(value, list | dict) and len(value) > MOST:
        raise InvalidValueException(detail=f"No attribute may have more than {MOST} values.")
    parts: Iterable[Any] = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for part in parts:
        _check_sizes(part)


def wish_of(said: Mapping[str, Any], active: bool) -> Wish:
    """What follows from it for the person. Raises `InvalidValueException` with a sentence."""
    language = _LANGUAGE.fullmatch(said.get("preferred_language") or said.get("locale") or "")
    spoken = language[1].lower() if language else ""
    return Wish(_name(said), _email(said), active, _role(said), spoken, said.get("region", ""))


def _name(said: Mapping[str, Any]) -> str:
    name = said.get("name", {})
    whole = " ".join(part for part in (name.get("given_name"), name.get("family_name")) if part)
    texts = (said.get("display_name"), name.get("formatted"), whole, said["user_name"].partition("@")[0])
    return next((text.strip() for text in texts if text and text.strip()), said["user_name"])


def _email(said: Mapping[str, Any]) -> str:
    found = [one for one in said.get("emails", ()) if one.get("value")]
    found.sort(key=lambda one: (not one.get("primary"), one.get("type") != "work"))
    if found:
        return str(found[0]["value"]).strip().lower()
    name = said["user_name"].strip().lower()
    return name if "@" in name else f"{'-'.join(name.split())}@{NOWHERE}"


def _role(said: Mapping[str, Any]) -> str:
    unknown = [one["value"] for one in said.get("roles", ()) if one.get("value") and one["value"] not in OPEN_ROLES]
    if unknown:
        raise InvalidValueException(
            detail=f"{unknown[0]} is not a role that a directory gives to somebody: {', '.join(OPEN_ROLES)}."
            " The operator can let a group give it: agentdesk admin scim group NAME ROLE"
        )
    return said_role(said)


def languages_of(old: tuple[str, ...], before: str, wanted: str) -> tuple[str, ...]:
    """The languages of a person of whom the directory said `before`, and now says `wanted`."""
    if before == wanted:
        return old
    rest = tuple(one for one in old if one not in (before, wanted))
    return (wanted, *rest) if wanted else rest


def name_of(person: Person, row: DirectoryRow | None) -> str:
    """The user name: the directory's own, else the address."""
    return str(row.said["user_name"]) if row is not None and "user_name" in row.said else person.email


def user_of(person: Person, row: DirectoryRow | None, groups: Iterable[tuple[str, str]]) -> User:
    """The person as a user: what the directory said, and what is so wherever it is otherwise here."""
    said = dict(row.said) if row is not None and row.said else _as_it_is(person)
    if _name(said) != person.name:
        said["display_name"] = person.name
    if _email(said) != person.email:
        said["emails"] = [{"value": person.email, "type": "work", "primary": True}]
    region = said.pop("region", "")
    user = Account.model_validate({**said, "active": person.active})
    if person.region or region:
        user[Region] = Region(region=person.region or None)
    user.id, user.external_id = person.id, (row.external if row else "") or None
    user.groups = [
        GroupMembership.model_validate({"value": id, "display": name, "$ref": f"Groups/{id}"}) for id, name in groups
    ] or None
    user.meta = Meta(
        resource_type=USERS.name,
        created=moment(row.since if row else 0),
        last_modified=moment(row.changed if row else 0),
    )
    return user


def _as_it_is(person: Person) -> dict[str, Any]:
    """Somebody of whom the directory has said nothing yet."""
    emails = [{"value": person.email, "type": "work", "primary": True}]
    return {"user_name": person.email, "display_name": person.name, "emails": emails, "region": person.region}


def unique_name(said: Mapping[str, Any]) -> str:
    """The user name as user names are compared."""
    return folded(said["user_name"])
