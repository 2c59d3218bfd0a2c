"""Listens for one answer of a browser on this computer (RFC 8252, 7.3), ours by a word that we keep (RFC 7636)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import selectors
import socket
import time
from collections.abc import Callable
from urllib.parse import parse_qsl, urlsplit

HOST = "127.0.0.1"
PATIENCE = 600.0
TICK = 0.2
MOST_BYTES = 16 * 1024
MOST_AT_ONCE = 32
_HEADERS = (
    "Content-Type: text/html; charset=utf-8\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n"
    "Referrer-Policy: no-referrer\r\nConnection: close\r\nContent-Security-Policy: default-src 'none'; "
    "style-src 'sha256-{style}'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'\r\n"
)
_STYLE = (
    ":root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;display:grid;place-items:center;"
    "min-height:90vh;margin:16px;text-align:center}"
)
_PAGE = (
    '<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">'
    "<title>AgentDesk</title><style>{style}</style></head><body><main><h1>AgentDesk</h1><p>{text}</p></main></body></html>"
)


class Cancelled(Exception):
    """Nobody waits for the answer any more, or it took too long."""


class Loopback:
    """Listens from its making to its closing. `said` is what the browser shows in the end: language and a sentence."""

    def __init__(self, said: tuple[str, str]) -> None:
        self.state, self.verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(48)
        self._said = said
        self._ears = selectors.DefaultSelector()
        self._listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self._listener.bind((HOST, 0))
        self._listener.listen(8)
        self._listener.setblocking(False)
        self._ears.register(self._listener, selectors.EVENT_READ)
        self._heard: dict[socket.socket, bytes] = {}
        self.port: int = self._listener.getsockname()[1]

    @property
    def challenge(self) -> str:
        """S256 of the word."""
        digest = hashlib.sha256(self.verifier.encode()).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()

    def query(self) -> dict[str, str]:
        """What a server has to know of it."""
        return {"port": str(self.port), "state": self.state, "challenge": self.challenge}

    def wait(self, wanted: Callable[[], bool], patience: float = PATIENCE) -> dict[str, str]:
        """What the browser brought: `code`, `error` or `done`. Raises `Cancelled`. Closes the listener."""
        until = time.monotonic() + patience
        try:
            while wanted() and time.monotonic() < until:
                for key, _ in self._ears.select(TICK):
                    found = self._hear(key.fileobj)  # type: ignore[arg-type]
                    if found is not None:
                        return found
            raise Cancelled
        finally:
            self.close()

    def close(self) -> None:
        """Listen no longer."""
        for one in (self._listener, *self._heard):
            one.close()
        self._heard.clear()
        self._ears.close()

    def _hear(self, ready: socket.socket) -> dict[str, str] | None:
        if ready is self._listener:
            self._accept()
            return None
        try:
            data = ready.recv(4096)
        except OSError:
            data = b""
        self._heard[ready] += data
        if data and b"\r\n\r\n" not in self._heard[ready] and len(self._heard[ready]) < MOST_BYTES:
            return None
        found = self._read(self._heard[ready])
        self._answer(ready, found is not None)
        return found

    def _accept(self) -> None:
        try:
            line, _ = self._listener.accept()
        except OSError:
            return
        line.setblocking(False)
        if len(self._heard) >= MOST_AT_ONCE:  # browsers open lines on which they say nothing: the oldest goes
            self._drop(next(iter(self._heard)))
        self._heard[line] = b""
        self._ears.register(line, selectors.EVENT_READ)

    def _drop(self, line: socket.socket) -> None:
        self._ears.unregister(line)
        del self._heard[line]
        line.close()

    def _read(self, data: bytes) -> dict[str, str] | None:
        """The fields of the one request that is meant for us: right address, right name, right word."""
        lines = data.partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")
        parts = lines[0].split(" ")
        hosts = [line.partition(":")[2].strip() for line in lines[1:] if line.lower().startswith("host:")]
        if len(parts) != 3 or parts[0] != "GET" or hosts != [f"{HOST}:{self.port}"]:
            return None
        where = urlsplit(parts[1])
        fields = dict(parse_qsl(where.query, keep_blank_values=True))
        word = fields.pop("state", "")
        fits = hmac.compare_digest(word.encode("utf-8", "replace"), self.state.encode())
        return fields if where.path == "/" and fits else None

    def _answer(self, line: socket.socket, right: bool) -> None:
        language, text = self._said if right else ("en", "Not found.")
        body = _PAGE.format(language=language, style=_STYLE, text=text).encode()
        style = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
        head = f"HTTP/1.1 {'200 OK' if right else '404 Not Found'}\r\nContent-Length: {len(body)}\r\n"
        try:
            line.settimeout(2.0)
            line.sendall((head + _HEADERS.format(style=style) + "\r\n").encode() + body)
            line.shutdown(socket.SHUT_WR)
        except OSError:
            pass
        self._drop(line)
