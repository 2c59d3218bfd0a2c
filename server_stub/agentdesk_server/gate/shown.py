"""What a request shows to be let in: token, proof, and the door at which it stands."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import msgspec

_HTTP = {"ws": "http", "wss": "https"}
_PORTS = {"http": "80", "https": "443"}


class Shown(msgspec.Struct, frozen=True):
    """Taken from the request itself, never from its body. `schemes` are those by which the door can be reached."""

    token: str = ""
    bound: bool = False
    """Whether the token came as `DPoP` and not as `Bearer`."""
    proofs: tuple[str, ...] = ()
    method: str = "GET"
    host: str = ""
    path: str = "/"
    schemes: frozenset[str] = frozenset()

    def is_at(self, url: str) -> bool:
        """Whether an address names the door at which this request stands; query and fragment do not matter."""
        try:
            parts = urlsplit(url)
            _ = parts.port
        except ValueError:
            return False
        if parts.scheme not in self.schemes or (parts.path or "/") != self.path:
            return False
        return _authority(parts.netloc, parts.scheme) == _authority(self.host, parts.scheme)


def shown_by(scope: Any, behind_proxy: bool) -> Shown:
    """What an ASGI request shows. A proxy before us speaks TLS, or its operator chose that it does not."""
    headers: dict[bytes, list[str]] = {}
    for name, value in scope.get("headers") or ():
        headers.setdefault(name, []).append(value.decode("latin-1").strip())
    kind, _, token = (headers.get(b"authorization") or [""])[0].partition(" ")
    own = _HTTP.get(scope.get("scheme", ""), scope.get("scheme", "http"))
    raw = (scope.get("raw_path") or scope["path"].encode()).partition(b"?")[0].decode("latin-1")
    known = kind.lower() in ("bearer", "dpop") and len(headers.get(b"authorization", [])) == 1
    return Shown(
        token=token.strip() if known else "",
        bound=kind.lower() == "dpop",
        proofs=tuple(headers.get(b"dpop", ())),
        method=scope.get("method", "GET"),
        host=(headers.get(b"host") or [""])[0],
        path=raw or "/",
        schemes=frozenset(("http", "https")) if behind_proxy else frozenset((own,)),
    )


def _authority(host: str, scheme: str) -> str:
    """Host and port, the port that goes without saying left out."""
    host = host.lower()
    return host.removesuffix(":" + _PORTS[scheme]) if scheme in _PORTS else host
