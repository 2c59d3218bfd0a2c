"""Several statements as one: a transaction of their own, or a part of the one that is open."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def together(conn: Any) -> Iterator[None]:
    """All of it happens or nothing. Within an open transaction whoever opened it decides."""
    if conn.in_transaction:
        yield
        return
    conn.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        conn.execute("ROLLBACK")
        raise
    conn.execute("COMMIT")
