"""JSON Schemas of all records and commands, made from the types."""

from __future__ import annotations

from typing import Any

import msgspec

from .commands import COMMANDS
from .records import RECORDS

SCHEMA = 3
"""The catalogue's schema number. It rises when a record gains a field; the server also serves the two before it."""
OLDEST_SCHEMA = max(1, SCHEMA - 2)


def catalogue_schema() -> dict[str, dict[str, Any]]:
    """`{"records": {kind: schema}, "commands": {name: schema}}`, each schema standing on its own."""
    return {
        "records": {kind: _schema(spec.cls) for kind, spec in sorted(RECORDS.items())},
        "commands": {name: _schema(spec.cls) for name, spec in sorted(COMMANDS.items())},
    }


def _schema(cls: type) -> dict[str, Any]:
    (schema,), parts = msgspec.json.schema_components([cls], ref_template="#/$defs/{name}")
    body = parts.pop(cls.__name__) if "$ref" in schema else schema
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **body, **({"$defs": parts} if parts else {})}
