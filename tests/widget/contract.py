"""The AsyncAPI document as a judge: is this frame one that the contract allows?"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft7Validator

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = ROOT / "resources" / "portal" / "asyncapi.yaml"

FROM_VISITOR = {"hello", "say", "typing", "read", "name", "ping"}
FROM_SERVER = {"welcome", "messages", "ack", "refused", "typing", "agent", "closed", "pong"}
_SCHEMA_OF = {("up", "typing"): "visitorTyping", ("down", "typing"): "agentTyping"}


@cache
def document() -> dict[str, Any]:
    """The whole document, parsed once."""
    loaded: dict[str, Any] = yaml.safe_load(DOCUMENT.read_text(encoding="utf-8"))
    return loaded


@cache
def judge(name: str) -> Draft7Validator:
    """A validator for one of the document's schemas."""
    return Draft7Validator({"$ref": f"#/components/schemas/{name}", "components": document()["components"]})


def faults(way: str, frame: dict[str, Any]) -> list[str]:
    """What is wrong with a frame that goes `up` (from the visitor) or `down`; nothing if it keeps the contract."""
    kind = frame.get("t", "")
    if kind not in (FROM_VISITOR if way == "up" else FROM_SERVER):
        return [f"{way}: no frame {kind!r}"]
    name = _SCHEMA_OF.get((way, kind), kind)
    extra = set(frame) - set(document()["components"]["schemas"][name]["properties"])
    return [f"{way} {kind}: {error.message}" for error in judge(name).iter_errors(frame)] + [
        f"{way} {kind}: undocumented field {field}" for field in sorted(extra)
    ]
