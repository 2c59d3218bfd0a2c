"""What an operator's requests have in common: a typed request, a result to print, and a sentence for why not."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from msgspec import Meta

Text = Annotated[str, Meta(min_length=1, max_length=200)]


class Request(msgspec.Struct, frozen=True, kw_only=True, tag_field="action", forbid_unknown_fields=True):
    """Something to be done."""


class Cannot(Exception):
    """Why it was not done; the text is a sentence for the operator."""


class Result(msgspec.Struct, frozen=True):
    """What came of a request: what to print, and rows for programs."""

    text: str = ""
    rows: list[dict[str, Any]] = []


def listed(rows: list[dict[str, Any]]) -> Result:
    """A line for each row, its values apart by tabs."""
    return Result("\n".join("\t".join(str(value) for value in row.values()) for row in rows), rows)
