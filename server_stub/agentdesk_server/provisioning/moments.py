"""Times as SCIM wants them."""

from __future__ import annotations

from datetime import UTC, datetime


def moment(ms: int) -> datetime | None:
    """UTC milliseconds as a time; none for 0."""
    return datetime.fromtimestamp(ms / 1000, UTC) if ms else None
