"""Doors for those who run and study the server: its health, its figures, the documents of its interfaces."""

from __future__ import annotations

import asyncio
from functools import cache
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from agentdesk.domain.catalogue import catalogue_schema
from agentdesk.protocol.frames import FromDesk, FromServer

from . import metrics
from .doors import Answer, Door, json, server_of
from .problems import Problem
from .resources import resource

CACHED = {"Cache-Control": "public, max-age=300"}
ANSWERS_WITHIN = 5.0


class State(msgspec.Struct, frozen=True):
    """How the server is."""

    status: str
    rev: int = 0


class CatalogueAnswer(msgspec.Struct, frozen=True):
    """JSON Schemas of all records and commands."""

    records: dict[str, dict[str, Any]]
    commands: dict[str, dict[str, Any]]


async def alive(request: Request) -> Response:
    return json(State("alive"))


async def ready(request: Request) -> Response:
    """Whether commands would be answered: the authority's thread is asked."""
    server = server_of(request)
    try:
        rev = await asyncio.wait_for(server.writer.call(lambda authority: authority.rev), ANSWERS_WITHIN)
    except (ConnectionError, TimeoutError):
        raise Problem(503, "not-ready", "The server is starting or stopping.", headers={"Retry-After": "2"}) from None
    if server.hub.draining:
        raise Problem(503, "not-ready", "The server is stopping.", headers={"Retry-After": "5"})
    return json(State("ready", rev))


async def figures(request: Request) -> Response:
    return Response(server_of(request).metrics.text(), headers={"Content-Type": metrics.CONTENT_TYPE})


async def catalogue(request: Request) -> Response:
    return Response(_catalogue(), 200, CACHED, "application/json")


async def frames(request: Request) -> Response:
    return Response(frames_document(), 200, CACHED, "application/json")


async def asyncapi(request: Request) -> Response:
    return Response(resource("portal/asyncapi.yaml").read_bytes(), 200, CACHED, "application/yaml")


@cache
def _catalogue() -> bytes:
    return msgspec.json.encode(catalogue_schema())


@cache
def frames_document() -> bytes:
    """JSON Schemas of the frames of `/sync`, from the types that read and write them."""
    _, parts = msgspec.json.schema_components([FromDesk, FromServer], ref_template="#/$defs/{name}")
    return msgspec.json.encode({"$schema": "https://json-schema.org/draft/2020-12/schema", "$defs": parts})


DOORS = (
    Door("GET", "/livez", "anyone", alive, "Whether the process answers", {200: Answer("It does", State)}),
    Door("GET", "/readyz", "anyone", ready, "Whether commands are taken", {200: Answer("They are", State)}, (503,)),
    Door(
        "GET",
        "/metrics",
        "monitor",
        figures,
        "Figures for Prometheus",
        {200: Answer("In its text format", media=metrics.MEDIA_TYPE)},
        (401,),
    ),
    Door(
        "GET",
        "/api/v1/catalogue",
        "anyone",
        catalogue,
        "JSON Schemas of all records and commands",
        {200: Answer("The catalogue", CatalogueAnswer)},
    ),
    Door(
        "GET",
        "/api/v1/frames",
        "anyone",
        frames,
        "JSON Schemas of the frames of /sync",
        {200: Answer("The schemas", dict[str, Any])},
    ),
    Door(
        "GET",
        "/asyncapi.yaml",
        "anyone",
        asyncapi,
        "What is said on the WebSockets",
        {200: Answer("AsyncAPI 3", media="application/yaml")},
    ),
)
