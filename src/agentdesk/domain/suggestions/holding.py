"""Cases without suggestions on purpose: a declared share, so that what suggestions do can be seen beside them."""

from __future__ import annotations

from hashlib import sha256

HOLDOUT = "assist-holdout"
"""The policy that declares the share, in per cent."""
_PARTS = 10_000


def held_out(case: str, percent: int) -> bool:
    """Whether a case is one of so many in a hundred. Always the same for the same case, on every desk; a larger share
    holds the cases of a smaller one too.
    """
    place = int.from_bytes(sha256(b"holdout\0" + case.encode()).digest()[:8], "big") % _PARTS
    return place < percent * _PARTS // 100
