"""What a proxy before this server says of a request. To be asked only where the operator says that there is one."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Any


def forwarded(scope: Any, header: bytes) -> str:
    """The last entry of the last such header: the proxy's own. What stands before it anybody can write."""
    for name, value in reversed(scope["headers"]):
        if name == header:
            return str(value.decode("latin-1").rpartition(",")[2].strip())
    return ""


def bare_address(text: str) -> str:
    """The address in an entry, which some proxies give with a port; nothing if it is none."""
    bare = text[1:].partition("]")[0] if text.startswith("[") else text
    for one in (bare, bare.rpartition(":")[0]):
        try:
            return str(ip_address(one))
        except ValueError:
            continue
    return ""
