"""What lies between a desk and its server: a proxy that knows CONNECT, and a server with a certificate of its own."""

from __future__ import annotations

import base64
import select
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

from tests.certs import Pair
from websockets.sync.server import ServerConnection, serve
from websockets.typing import Subprotocol


class Tunnel(BaseHTTPRequestHandler):
    """CONNECT only; leads to this machine whatever the name, and notes who asked for what."""

    asked: ClassVar[list[tuple[str, str]]] = []
    wants: ClassVar[str] = ""
    refuses: ClassVar[int] = 0

    def do_CONNECT(self) -> None:
        """Answer, then carry bytes until one side ends."""
        given = self.headers.get("Proxy-Authorization", "")
        self.asked.append((self.path, base64.b64decode(given.removeprefix("Basic ")).decode()))
        if self.refuses or (self.wants and self.asked[-1][1] != self.wants):
            self.send_response(self.refuses or 407)
            self.send_header("Proxy-Authenticate", 'Basic realm="proxy"')
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        with socket.create_connection(("127.0.0.1", int(self.path.rpartition(":")[2])), timeout=30) as far:
            self.send_response(200)
            self.end_headers()
            with suppress(OSError):
                _carry(self.connection, far)
        self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


def _carry(one: socket.socket, other: socket.socket) -> None:
    ways = {one: other, other: one}
    while True:
        for ready in select.select(list(ways), [], [], 30)[0]:
            data = ready.recv(65536)
            if not data:
                return
            ways[ready].sendall(data)


class Door(BaseHTTPRequestHandler):
    """Grants a session to anybody."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        body = b'{"token": "t", "expires_at": 5, "person": {"id": "ann"}}'
        self.send_response(201)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


class _Quiet(ThreadingHTTPServer):
    """Clients that do not like the certificate hang up; that is no error here."""

    daemon_threads = True
    block_on_close = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing."""


@contextmanager
def _running(server: Any, stop: Callable[[], None]) -> Iterator[None]:
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield
    finally:
        stop()
        thread.join()


@contextmanager
def proxy(wants: str = "", refuses: int = 0) -> Iterator[str]:
    """host:port; `wants` is the login name:password."""
    Tunnel.asked.clear()
    Tunnel.wants, Tunnel.refuses = wants, refuses
    server = _Quiet(("127.0.0.1", 0), Tunnel)
    with _running(server, server.shutdown):
        yield f"127.0.0.1:{server.server_port}"
    server.server_close()


@contextmanager
def https(pair: Pair) -> Iterator[int]:
    """The port of a server that grants sessions."""
    server = _Quiet(("127.0.0.1", 0), Door)
    server.socket = _tls(pair).wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    with _running(server, server.shutdown):
        yield server.server_port
    server.server_close()


@contextmanager
def wss(pair: Pair) -> Iterator[int]:
    """The port of a server that says hello on a socket and waits for the other side to end it."""

    def talk(line: ServerConnection) -> None:
        line.send(b"hello")
        for _ in line:
            pass

    names = [Subprotocol("agentdesk.v1")]
    server = serve(talk, "127.0.0.1", 0, ssl=_tls(pair), subprotocols=names, compression=None)
    with _running(server, server.shutdown):
        yield server.socket.getsockname()[1]


def _tls(pair: Pair) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pair.cert, pair.key)
    return context
