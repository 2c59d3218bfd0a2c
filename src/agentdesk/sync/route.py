"""The way from this computer to its server: what it trusts, through which proxy, and what went wrong, in words."""

from __future__ import annotations

import re
import ssl
import urllib.request
from collections.abc import Iterator
from functools import lru_cache
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import quote, urlsplit

from .way import (
    CERTIFICATE,
    DIRECT,
    EXPIRED,
    ISSUER,
    LOGIN,
    NAME,
    NO_AUTHORITIES,
    NO_PROXY,
    NO_TLS,
    PLAIN,
    PROXY,
    SYSTEM,
    TOO_EARLY,
    UNREACHABLE,
    chosen,
)

# X.509 verification codes of OpenSSL.
_VERIFY = {9: TOO_EARLY, 10: EXPIRED, **dict.fromkeys((2, 18, 19, 20, 21, 27), ISSUER), 62: NAME, 64: NAME}
_TUNNEL = re.compile(r"(?:Tunnel connection failed: |proxy rejected connection: HTTP )(\d{3})")


class NoWay(Exception):
    """Nothing was sent; the text is a sentence for people."""


def is_local(host: str) -> bool:
    """Whether a host is this computer itself."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def check(url: str) -> None:
    """Refuses to say anything in the clear, but to this computer itself. Raises `NoWay`."""
    parts = urlsplit(url)
    if parts.scheme not in ("https", "wss") and not is_local(parts.hostname or ""):
        raise NoWay(PLAIN)


def trust(authorities: str = "") -> ssl.SSLContext:
    """What a server has to show. `authorities` comes beside those of the route. Raises `NoWay`."""
    try:
        files = [Path(path) for path in (chosen().authorities, authorities) if path]
        return _context(tuple((file, file.stat().st_mtime_ns) for file in files))
    except (OSError, ssl.SSLError):
        raise NoWay(NO_AUTHORITIES) from None


@lru_cache(maxsize=4)
def _context(files: tuple[tuple[Path, int], ...]) -> ssl.SSLContext:
    """Kept, for the system's authorities take a while to read; a file that was written since is read again."""
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    for path, _ in files:
        context.load_verify_locations(path)
    return context


def may_wait(url: str) -> bool:
    """Whether `proxy_for` may ask the keyring."""
    return chosen().proxy not in (SYSTEM, DIRECT) and not is_local(urlsplit(url).hostname or "")


def proxy_for(url: str) -> str | None:
    """The proxy's address with its login, or None to go there directly. Raises `NoWay`; may wait for the keyring."""
    host, route = urlsplit(url).hostname or "", chosen()
    if is_local(host) or route.proxy == DIRECT:
        return None
    if route.proxy == SYSTEM:
        return _system_proxy(host)
    found = route.login()
    who = f"{quote(found[0], safe='')}:{quote(found[1], safe='')}@" if found else ""
    return f"http://{who}{proxy_address(route.proxy)}"


def proxy_address(text: str) -> str:
    """host:port as it was typed, put in order. Raises `NoWay`."""
    bare = text.strip().removeprefix("http://").rstrip("/")
    try:
        parts = urlsplit(f"//{bare}")
        host, port = parts.hostname, parts.port
    except ValueError:
        raise NoWay(NO_PROXY) from None
    whole = parts.netloc == bare and "@" not in bare and not re.search(r"[\s\\]", bare)
    if not host or not port or not whole:
        raise NoWay(NO_PROXY)
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _system_proxy(host: str) -> str | None:
    """As the environment or the system's settings say."""
    if urllib.request.proxy_bypass(host):
        return None
    proxies = urllib.request.getproxies()
    found = proxies.get("https") or proxies.get("all")
    if not found:
        return None
    found = found if "://" in found else f"http://{found}"
    if urlsplit(found).scheme not in ("http", "https"):
        raise NoWay(NO_PROXY)
    return found


def trouble(error: BaseException) -> str:
    """Why the server was not reached, and what to do about it."""
    if isinstance(error, NoWay):
        return str(error)
    for one in _chain(error):
        if isinstance(one, ssl.SSLCertVerificationError):
            return _VERIFY.get(one.verify_code, CERTIFICATE)
        if isinstance(one, ssl.SSLError):
            return NO_TLS
        refused = _TUNNEL.search(str(one))
        if refused:
            return LOGIN if refused.group(1) == "407" else PROXY
    return UNREACHABLE


def _chain(error: BaseException) -> Iterator[BaseException]:
    """An error and those that led to it, the innermost first: libraries wrap them in many ways."""
    seen: list[BaseException] = []
    waiting: list[object] = [error]
    while waiting and len(seen) < 20:
        one = waiting.pop()
        if isinstance(one, BaseException) and one not in seen:
            seen.append(one)
            waiting += [one.__cause__, one.__context__, getattr(one, "reason", None), *one.args]
    return reversed(seen)
