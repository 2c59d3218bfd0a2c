"""The server's own address, as the operator sets it."""

from __future__ import annotations

from urllib.parse import urlsplit

NAME = "origin"
OWN_NAMES = frozenset(("localhost", "127.0.0.1", "::1"))


def check_origin(origin: str) -> str:
    """The origin as it is kept. Raises `ValueError` with a sentence."""
    wrong = "The address is like https://desk.example.com, with nothing after it; http only for this machine."
    try:
        parts = urlsplit(origin.strip().rstrip("/"))
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        raise ValueError(wrong) from None
    plain = parts.scheme == "http" and host in OWN_NAMES
    if (
        not host
        or not (parts.scheme == "https" or plain)
        or parts.path
        or parts.query
        or parts.fragment
        or "@" in origin
    ):
        raise ValueError(wrong)
    named = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{named}" + (f":{port}" if port else "")
