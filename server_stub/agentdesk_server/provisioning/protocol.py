"""SCIM as this server speaks it: one request in, one answer out, with the habits of the directories that there are."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

from scim2_models import (
    Context,
    PatchOp,
    Resource,
    ResourceType,
    ResponseParameters,
    SCIMException,
    SearchRequest,
)
from scim2_server.conditions import Conditions
from scim2_server.handler import ScimHandler
from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse
from scim2_server.service import ScimService

from agentdesk_server.authority import Database
from agentdesk_server.writer import Writer

from .exchange import Asked, Said
from .groups import Groups
from .habits import as_the_rfc_writes, check_lengths
from .hands import Hands
from .models import PROVIDER, USERS, User
from .storage import Storage
from .users import Users


class Service(ScimService):
    """What the RFC leaves open, decided: a PATCH is answered with the body, and `active` is as it was if unsaid."""

    def read_creation(self, resource_type: ResourceType, body: bytes, content_type: str | None) -> Resource[Any]:
        return super().read_creation(resource_type, self._with_active(resource_type, body, content_type), content_type)

    def read_replacement(self, resource_type: ResourceType, body: bytes, content_type: str | None) -> Resource[Any]:
        full = self._with_active(resource_type, body, content_type)
        found = super().read_replacement(resource_type, full, content_type)
        if full is not body:
            found.model_fields_set.discard("active")
        return found

    def apply_replacement(
        self, current: Resource[Any], replacement: Resource[Any], conditions: Conditions
    ) -> Resource[Any] | None:
        if isinstance(current, User) and isinstance(replacement, User) and "active" not in replacement.model_fields_set:
            replacement.active = current.active
        return super().apply_replacement(current, replacement, conditions)

    def _with_active(self, resource_type: ResourceType, body: bytes, content_type: str | None) -> bytes:
        """The body with what it does not say; the same object if it says it."""
        asked = self.decode_body(body, content_type)
        told = not isinstance(asked, dict) or any(key.lower() == "active" for key in asked)
        if told or resource_type.name != USERS.name:
            return body
        return json.dumps({**asked, "active": True}).encode()

    def read_search(self, resource_types: list[ResourceType], payload: Any) -> tuple[SearchRequest[Any], Any]:
        if isinstance(payload, dict):
            check_lengths(payload)
        return super().read_search(resource_types, payload)

    def read_patch(self, resource_type: ResourceType, body: bytes, content_type: str | None) -> PatchOp[Any]:
        asked = self.decode_body(body, content_type)
        name = next((key for key in asked if key.lower() == "operations"), "") if isinstance(asked, dict) else ""
        if name and isinstance(asked[name], list):
            body = json.dumps({**asked, name: as_the_rfc_writes(asked[name])}).encode()
        return super().read_patch(resource_type, body, content_type)

    def patch_response(
        self, base_url: str, resource: Resource[Any], response_parameters: ResponseParameters[Any]
    ) -> ScimResponse:
        published = self.publish(base_url, resource)
        return self.resource_response(published, Context.RESOURCE_REPLACEMENT_RESPONSE, response_parameters)


class Protocol:
    """Answers on a thread of its own, one request after another. `reader` is its own connection."""

    def __init__(
        self,
        writing: Database,
        reader: Database,
        writer: Writer,
        loop: asyncio.AbstractEventLoop,
        clock: Callable[[], int],
    ) -> None:
        self._ended: list[str] = []
        hands = Hands(writer, loop)
        users = Users(writing, hands, clock, self._ended.append)
        self._service = Service(PROVIDER)
        self._handler = ScimHandler(self._service, Storage(reader, users, Groups(writing, hands, clock, users)))

    def answer(self, asked: Asked) -> Said:
        """Raises whatever is our own failure."""
        self._ended.clear()
        request = ScimRequest(
            asked.method, asked.base, asked.path, asked.query, {"Content-Type": asked.media}, asked.body
        )
        try:
            found = self._handler.handle(request)
        except SCIMException as error:
            found = self._service.error_response(error)
        body = b"" if found.body is None else json.dumps(found.body).encode()
        return Said(found.status, found.headers, body, tuple(self._ended))
