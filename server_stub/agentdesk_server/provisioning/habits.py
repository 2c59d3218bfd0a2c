"""How directories write a PATCH, and how the RFC does: paths as keys, and one operation for each member."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from scim2_models import InvalidFilterException, InvalidValueException

MOST_OPERATIONS, LONGEST = 1_000, 2_000
_MEMBER = re.compile(r'members\[\s*value\s+eq\s+"([^"\\]*)"\s*\]', re.IGNORECASE)


def as_the_rfc_writes(operations: Sequence[Any]) -> list[Any]:
    """The same operations, written so. Raises `InvalidValueException` or `InvalidFilterException` for too much."""
    told = [one for operation in operations for one in _split(operation)]
    if len(told) > MOST_OPERATIONS:
        raise InvalidValueException(detail=f"A PATCH may have {MOST_OPERATIONS} operations at most.")
    for operation in told:
        check_lengths(operation)
    return _joined(told)


def check_lengths(payload: Any) -> None:
    """What has to be parsed may be so long: a longer one takes long, and nobody writes it in good faith."""
    for key, value in payload.items() if isinstance(payload, dict) else ():
        if key.lower() in ("filter", "path", "sortby") and isinstance(value, str) and len(value) > LONGEST:
            raise InvalidFilterException(detail=f"A filter or path may have {LONGEST} characters at most.")


def _split(operation: Any) -> list[Any]:
    """An operation without a path whose value has paths with filters as keys, one by one: Entra writes them so."""
    if not isinstance(operation, dict):
        return [operation]
    fields = _lowered(operation)
    value = fields.get("value")
    if fields.get("path") or not isinstance(value, dict) or not any("[" in key for key in value):
        return [operation]
    plain = {key: one for key, one in value.items() if "[" not in key}
    rest = [{"op": fields.get("op"), "path": key, "value": one} for key, one in value.items() if "[" in key]
    return [{"op": fields.get("op"), "value": plain}, *rest] if plain else rest


def _joined(operations: Sequence[Any]) -> list[Any]:
    """Members that leave one by one leave together: each operation by itself would look at all the others again."""
    told: list[Any] = []
    leaving: list[dict[str, str]] = []
    for operation in operations:
        who = _leaves(operation)
        if who is None:
            leaving = []
            told.append(operation)
        elif leaving:
            leaving.append({"value": who})
        else:
            leaving = [{"value": who}]
            told.append({"op": "remove", "path": "members", "value": leaving})
    return told


def _leaves(operation: Any) -> str | None:
    """The one member whom an operation removes by a filter, if that is all it does."""
    fields = _lowered(operation) if isinstance(operation, dict) else {}
    if str(fields.get("op")).lower() != "remove" or not isinstance(fields.get("path"), str) or "value" in fields:
        return None
    found = _MEMBER.fullmatch(fields["path"].strip())
    return found[1] if found else None


def _lowered(operation: dict[str, Any]) -> dict[str, Any]:
    return {key.lower(): value for key, value in operation.items()}
