"""A server of somebody else, as tests need one: it answers in a thread of its own for as long as a test lasts."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TypeVar

S = TypeVar("S", bound=ThreadingHTTPServer)


class Quiet(BaseHTTPRequestHandler):
    """Answers, and writes nothing about it."""

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def tell(self, body: bytes, status: int = 200, **headers: str) -> None:
        """The whole answer; `Set_Cookie` is the header Set-Cookie."""
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def served(server: S) -> Iterator[S]:
    """Answers until this ends, then is gone with its thread."""
    thread = threading.Thread(target=server.serve_forever, name="served", daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
