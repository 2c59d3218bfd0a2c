"""People and groups as SCIM says them (RFC 7643): only what is used here, so that nothing else is ever kept."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field
from scim2_models import (
    URN,
    AuthenticationScheme,
    Bulk,
    CaseExact,
    ChangePassword,
    ComplexAttribute,
    ETag,
    Extension,
    Filter,
    GroupMembership,
    Mutability,
    Name,
    Patch,
    Reference,
    Required,
    Resource,
    ResourceType,
    ScimPolicy,
    ScimProvider,
    ServiceProviderConfig,
    Sort,
    Uniqueness,
)

from .roles import OPEN_ROLES

MOST_FOUND = 200
"""So many are answered to one question at most."""


class Email(ComplexAttribute):
    """An address; the primary one, else the one for work, else the first, is that of the account."""

    value: str | None = None
    type: str | None = Field(None, examples=["work", "home", "other"])
    primary: bool | None = None


class GivenRole(ComplexAttribute):
    """A role here; somebody has one, so of several it is the primary one, else the first."""

    value: str | None = Field(None, examples=list(OPEN_ROLES))
    primary: bool | None = None


class Region(Extension):
    """Where somebody works: it decides with the role what they see."""

    __schema__ = URN("urn:agentdesk:params:scim:schemas:extension:2.0:User")
    region: str | None = None


class User(Resource[Any]):
    """Somebody who works here."""

    __schema__ = URN("urn:ietf:params:scim:schemas:core:2.0:User")
    user_name: Annotated[str | None, Uniqueness.server, Required.true] = None
    name: Name | None = None
    display_name: str | None = None
    emails: list[Email] | None = None
    active: Annotated[bool | None, Required.true] = None
    roles: list[GivenRole] | None = None
    preferred_language: str | None = None
    locale: str | None = None
    groups: Annotated[list[GroupMembership] | None, Mutability.read_only] = None


class Member(ComplexAttribute):
    """Somebody in a group."""

    value: Annotated[str | None, Mutability.immutable, CaseExact.true] = None
    ref: Annotated[Reference[User] | None, Mutability.immutable] = Field(
        None, serialization_alias="$ref", validation_alias="$ref"
    )
    type: Annotated[str | None, Mutability.immutable] = Field(None, examples=["User"])


class Group(Resource[Any]):
    """A team, or those whom the operator lets have a role by being in it."""

    __schema__ = URN("urn:ietf:params:scim:schemas:core:2.0:Group")
    display_name: Annotated[str | None, Uniqueness.server, Required.true, CaseExact.false] = None
    members: list[Member] | None = None


Account = User[Region]  # type: ignore[type-arg]
USERS = ResourceType.from_resource(Account)
GROUPS = ResourceType.from_resource(Group)
POLICY = ScimPolicy(
    unknown=ScimPolicy.Unknown.ignore,
    remove_value_as_filter=ScimPolicy.RemoveValue.apply,
    unmatched_path_filter=ScimPolicy.UnmatchedPathFilter.create,
)
"""What Entra and Okta send beyond or beside the RFC is understood, and what nobody here uses is dropped."""
CONFIG = ServiceProviderConfig(
    patch=Patch(supported=True),
    bulk=Bulk(supported=False, max_operations=0, max_payload_size=0),
    filter=Filter(supported=True, max_results=MOST_FOUND),
    change_password=ChangePassword(supported=False),
    sort=Sort(supported=True),
    etag=ETag(supported=False),
    authentication_schemes=[
        AuthenticationScheme(
            type=AuthenticationScheme.Type.oauthbearertoken,
            name="Bearer token",
            description="The token that the server's operator has made for the directory.",
            primary=True,
        )
    ],
)
PROVIDER = ScimProvider([User, Region, Group], [USERS, GROUPS], CONFIG, POLICY)
