"""Ed25519 signatures: whether the holder of a key has signed something."""

from __future__ import annotations


def is_signed(public: bytes, data: bytes, signature: bytes) -> bool:
    """Whether this signature of exactly these bytes was made with the key behind `public` (32 raw bytes, RFC 8032)."""
    from cryptography.exceptions import InvalidSignature  # late: a desk that checks nothing need not load it
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, data)
    except (InvalidSignature, ValueError):
        return False
    return True
