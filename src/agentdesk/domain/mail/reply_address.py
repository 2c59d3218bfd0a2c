"""The address that answers to a case come back to: signed, so that nobody can make one up, and short enough for mail.

`help+c1.TOKEN.SIGNATURE@shop.example`: TOKEN is the case, SIGNATURE the first 80 bits of HMAC-SHA256 over it. In small
letters, since some servers change them; within the 64 signs that the part before the @ may have (RFC 5321, 4.5.3.1.1).
"""

from __future__ import annotations

import hmac
import re
from base64 import b32decode, b32encode
from collections.abc import Sequence

LONGEST_LOCAL = 64
_MARK = "c1"
_BYTES = 10
_LOCAL = re.compile(rf"(?ai)[^@]*\+{_MARK}\.([a-z2-7]{{1,44}})\.([a-z2-7]{{16}})")
_HEX = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def reply_address(mailbox: str, case: str, key: bytes) -> str:
    """The mailbox's address for one case. Where that would be too long for mail, the mailbox itself: answers are then
    found by their headers alone.
    """
    local, _, domain = mailbox.rpartition("@")
    token = _coded(_packed(case))
    signed = f"{local}+{_MARK}.{token}.{_signature(token, key)}"
    return f"{signed}@{domain}" if local and len(signed) <= LONGEST_LOCAL else mailbox


def case_of(address: str, keys: Sequence[bytes]) -> str:
    """The case that an address of ours names; empty if it is none, or none of these keys has signed it."""
    found = _LOCAL.fullmatch(address.rpartition("@")[0])
    if found is None:
        return ""
    token, told = found[1].lower(), found[2].lower()
    if not any(hmac.compare_digest(_signature(token, key), told) for key in keys):
        return ""
    try:
        return _unpacked(b32decode(token.upper() + "=" * (-len(token) % 8)))
    except ValueError:
        return ""


def _signature(token: str, key: bytes) -> str:
    return _coded(hmac.digest(key, f"agentdesk reply {_MARK} {token}".encode(), "sha256")[:_BYTES])


def _coded(data: bytes) -> str:
    return b32encode(data).decode().rstrip("=").lower()


def _packed(case: str) -> bytes:
    """An id in few bytes: most are UUIDs, 16 of them."""
    return b"u" + bytes.fromhex(case.replace("-", "")) if _HEX.fullmatch(case) else b"t" + case.encode()


def _unpacked(data: bytes) -> str:
    if data[:1] != b"u":
        return data[1:].decode()
    told = data[1:].hex()
    return "-".join((told[:8], told[8:12], told[12:16], told[16:20], told[20:]))
