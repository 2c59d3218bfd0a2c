"""The doors of SCIM 2.0, for the company's directory alone."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from agentdesk_server.doors import Answer, Door, read_bytes, server_of
from agentdesk_server.gate.origin import origin_of
from agentdesk_server.problems import SCIM_MEDIA, SCIM_PREFIX, Problem, too_many

from .exchange import Asked

BODY = 1 << 20
ID = r"^[A-Za-z0-9][A-Za-z0-9._:@-]{0,119}$"
ANY = r"^[\s\S]{0,2000}$"
PAGED = dict.fromkeys(("filter", "sortBy", "sortOrder", "startIndex", "count"), ANY)
SHOWN = dict.fromkeys(("attributes", "excludedAttributes"), ANY)


async def serve(request: Request) -> Response:
    directory = server_of(request).directory
    wait = directory.asked.take("directory") or (1.0 if directory.full else 0.0)
    if wait:
        raise too_many(wait)
    for name, value in request.query_params.multi_items():
        if len(value) > 2000:
            raise Problem(400, "query", f"{name[:50]} may have 2000 characters at most.")
    asked = Asked(
        "GET" if request.method == "HEAD" else request.method,
        origin_of(request) + SCIM_PREFIX,
        request.url.path.removeprefix(SCIM_PREFIX),
        dict(request.query_params),
        request.headers.get("content-type", ""),
        await read_bytes(request, BODY),
    )
    said = await directory.answer(asked)
    headers = {name: value for name, value in said.headers.items() if said.body or name != "Content-Type"}
    return Response(said.body, said.status, {**headers, "Cache-Control": "no-store"})


def _door(method: str, path: str, name: str, summary: str, *problems: int, asks: dict[str, str] | None = None) -> Door:
    """What all have in common."""
    sends, search = method in ("POST", "PUT", "PATCH"), name.startswith("search")
    status = 204 if method == "DELETE" else 201 if method == "POST" and not search else 200
    return Door(
        method,
        SCIM_PREFIX + path,
        "directory",
        serve,
        summary,
        {status: Answer("Done") if method == "DELETE" else Answer("As it is now", dict[str, Any], SCIM_MEDIA)},
        (401, 409, *((413, 415) if sends else ()), 429, *problems),
        dict[str, Any] if sends else None,
        parameters={"id": ID} if "{id}" in path else {},
        asks=asks or {},
        name=f"scim_{name}",
    )


DOORS = (
    _door("GET", "/ServiceProviderConfig", "config", "What of SCIM this server can do", 403),
    _door("GET", "/ResourceTypes", "resource_types", "The kinds of resources", 403),
    _door("GET", "/ResourceTypes/{id}", "resource_type", "One kind of resource", 403, 404),
    _door("GET", "/Schemas", "schemas", "What resources are made of", 403),
    _door("GET", "/Schemas/{id}", "schema", "What one kind of resource is made of", 403, 404),
    _door("GET", "/Users", "list_users", "People, those who match a filter", asks=PAGED | SHOWN),
    _door("POST", "/Users", "add_user", "A new account"),
    _door("GET", "/Users/{id}", "get_user", "One person", 404, asks=SHOWN),
    _door("PUT", "/Users/{id}", "replace_user", "The whole of a person anew", 404, asks=SHOWN),
    _door("PATCH", "/Users/{id}", "change_user", "Some of a person anew", 404, asks=SHOWN),
    _door("DELETE", "/Users/{id}", "remove_user", "Close an account; its past stays", 404),
    _door("POST", "/Users/.search", "search_users", "People, as the body asks"),
    _door("GET", "/Groups", "list_groups", "Groups, those which match a filter", asks=PAGED | SHOWN),
    _door("POST", "/Groups", "add_group", "A new team"),
    _door("GET", "/Groups/{id}", "get_group", "One group", 404, asks=SHOWN),
    _door("PUT", "/Groups/{id}", "replace_group", "The whole of a group anew", 404, asks=SHOWN),
    _door("PATCH", "/Groups/{id}", "change_group", "Some of a group anew", 404, asks=SHOWN),
    _door("DELETE", "/Groups/{id}", "remove_group", "Retire a team; its past stays", 404),
    _door("POST", "/Groups/.search", "search_groups", "Groups, as the body asks"),
    _door("POST", "/.search", "search_all", "People and groups, as the body asks"),
)
