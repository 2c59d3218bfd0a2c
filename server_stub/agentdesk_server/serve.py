"""`agentdesk serve`: binds the port, runs the application, says when it is ready, and drains before it ends."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import gc
import json
import logging
import signal
import socket
import sys
from pathlib import Path

import uvicorn

from .app import build
from .certificate import Certificate
from .core import CannotStart, write_private
from .front import Front
from .gate.breached import breached_list
from .limits import is_loopback, port_number
from .lines import LineProtocol
from .state import Server as State
from .state import Settings

ADDRESS = "server.json"
MESSAGE = 1 << 20
ECHO_MESSAGE = 16 << 20
DRAIN_SECONDS = 5
GARBAGE = (20_000, 20, 50)
"""After so many new objects the youngest are looked through for circles, after so many times the older ones."""


class Server(uvicorn.Server):
    """uvicorn's server, which tells its address when it is ready and lets everybody know before it goes."""

    def __init__(self, config: uvicorn.Config, state: State, listener: socket.socket) -> None:
        super().__init__(config)
        self._state, self._settings, self._listener = state, state.settings, listener

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        port = self._listener.getsockname()[1]
        _leave_address(self._settings, port)
        # What stands by now stays. Looking through all of it for garbage again and again took a seventh of its time.
        gc.freeze()
        gc.set_threshold(*GARBAGE)
        scheme = "https" if self._settings.tls_cert else "http"
        print(f"listening on {scheme}://{_bracketed(self._settings.host)}:{port}", flush=True)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        await asyncio.gather(self._state.hub.drain(), self._state.webchat.drain())
        await super().shutdown(sockets)
        (self._settings.folder / ADDRESS).unlink(missing_ok=True)


def main(argv: list[str]) -> int:
    """0 after an orderly end, 1 with a sentence if it cannot start."""
    options = _parser().parse_args(argv)
    settings = Settings(
        folder=Path(options.data).absolute(),
        host=options.host,
        port=options.port,
        behind_proxy=options.behind_proxy,
        tls_cert=options.tls_cert,
        tls_key=options.tls_key,
        echo=options.echo,
        names=tuple(options.name),
        egress_allow=tuple(options.egress_allow),
        egress_ca=options.egress_ca,
    )
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("uvicorn").setLevel(logging.WARNING)
    try:
        return serve(settings)
    except (CannotStart, OSError) as error:
        print(f"agentdesk serve: {error}", file=sys.stderr)
        return 1


def serve(settings: Settings) -> int:
    """Run until a signal says otherwise. Raises `CannotStart`."""
    check(settings)
    if settings.echo:
        print("WARNING: --echo is on: /echo says back whatever anybody sends. Not for production.", file=sys.stderr)
    for number in (signal.SIGINT, signal.SIGTERM):
        # uvicorn raises the signal again when it has ended; by then there is nothing left to do.
        signal.signal(number, lambda *_: None)
    with listen(settings) as listener:
        asyncio.run(_run(settings, listener))
    return 0


async def _run(settings: Settings, listener: socket.socket) -> None:
    """The core is opened here and not by uvicorn, so that what prevents it comes out as it is."""
    front = build(settings)
    async with front.opened() as state, state.tls.watched() if state.tls else contextlib.nullcontext():
        await Server(config(settings, front, state.tls), state, listener).serve([listener])


def check(settings: Settings) -> None:
    """Refuses to listen to the world in the clear, or with a list of leaked passwords that is none."""
    breached_list()
    if bool(settings.tls_cert) != bool(settings.tls_key):
        raise CannotStart("--tls-cert and --tls-key go together.")
    if is_loopback(settings.host) or settings.tls_cert or settings.behind_proxy:
        return
    raise CannotStart(
        f"{settings.host} is not this machine alone. Give --tls-cert and --tls-key, or --behind-proxy if a proxy"
        " before this server speaks TLS."
    )


def listen(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    # asyncio turns off Nagle's delay only where the protocol is named; without that each answer takes 40 ms longer.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if sys.platform != "win32":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((settings.host, settings.port))
        listener.listen(2048)
    except OSError as error:
        listener.close()
        where = f"{settings.host}:{settings.port}"
        if isinstance(error, socket.gaierror):
            raise CannotStart(f"{settings.host} is no address of this machine. Give --host one that is.") from None
        raise CannotStart(f"{where} is not free: {error.strerror}. Give another one to --port or --host.") from None
    return listener


def config(settings: Settings, front: Front, tls: Certificate | None = None) -> uvicorn.Config:
    return uvicorn.Config(
        front,
        ws=LineProtocol,
        ws_per_message_deflate=False,
        ws_max_size=ECHO_MESSAGE if settings.echo else MESSAGE,
        ws_ping_interval=None,
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=False,
        lifespan="off",
        backlog=2048,
        timeout_graceful_shutdown=DRAIN_SECONDS,
        ssl_context_factory=(lambda _config, _default: tls.listener) if tls else None,
    )


def _leave_address(settings: Settings, port: int) -> None:
    """For `agentdesk admin`: where to find this server, and by which name it wants to be called."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)  # noqa: S104 told apart, not bound
    about = {
        "url": f"{'https' if settings.tls_cert else 'http'}://{_bracketed(host)}:{port}",
        "certificate": str(settings.tls_cert.absolute()) if settings.tls_cert else "",
        "name": settings.names[0] if settings.names else "",
    }
    write_private(settings.folder / ADDRESS, json.dumps(about).encode())


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="agentdesk serve", description="Run the server.")
    parser.add_argument("--data", metavar="DIR", required=True, help="the data folder; made on first use")
    parser.add_argument("--host", metavar="H", default="127.0.0.1", help="address to listen on (127.0.0.1)")
    parser.add_argument("--port", metavar="N", type=port_number, default=18080, help="port (18080; 0 = any free one)")
    parser.add_argument("--behind-proxy", action="store_true", help="a proxy before this server speaks TLS")
    parser.add_argument("--tls-cert", metavar="F", type=Path, help="certificate chain (PEM)")
    parser.add_argument("--tls-key", metavar="F", type=Path, help="its private key (PEM)")
    parser.add_argument("--name", metavar="N", action="append", default=[], help="a host name people reach it by")
    parser.add_argument(
        "--egress-allow", metavar="ORIGIN", action="append", default=[], help="an inside address that it may call"
    )
    parser.add_argument("--egress-ca", metavar="F", type=Path, help="authorities (PEM) to trust in outgoing calls")
    parser.add_argument("--echo", action="store_true", help="add /echo for WebSocket conformance suites")
    return parser
