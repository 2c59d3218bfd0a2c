"""The check of a scope: how many records it shows, and the xor of a hash of each one's kind, id and revision."""

from __future__ import annotations

from hashlib import blake2b


def row_hash(kind: str, id: str, rev: int) -> int:
    """64 bits (BLAKE2b) that stand for one record at one revision."""
    return int.from_bytes(blake2b(f"{kind}\0{id}\0{rev}".encode(), digest_size=8).digest(), "big")
