"""A service of access tokens: an endpoint that renews them, and one where Dovecot asks whether they hold."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

REFRESH = "refresh-1"


class TokenServer:
    """Each renewal gives a new access token; `expire` makes all that were given worthless. If it `rotates`, it also
    gives a new refresh token, and the one before is worthless from then on.
    """

    def __init__(self, port: int, *, rotates: bool = False) -> None:
        self.valid: set[str] = set()
        self.given, self.refresh, self._rotates = 0, REFRESH, rotates
        self.url = f"http://127.0.0.1:{port}"
        self._server = ThreadingHTTPServer(("127.0.0.1", port), _handler(self))
        self._thread = threading.Thread(target=self._server.serve_forever, name="tokens", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def renew(self, refresh: str) -> dict[str, object] | None:
        if refresh != self.refresh:
            return None
        self.given += 1
        token = f"access-{self.given}"
        self.valid.add(token)
        granted: dict[str, object] = {"access_token": token, "token_type": "Bearer", "expires_in": 3600}
        if self._rotates:
            self.refresh = granted["refresh_token"] = f"refresh-{self.given + 1}"
        return granted

    def expire(self) -> None:
        self.valid.clear()


def _handler(server: TokenServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            token = dict(parse_qsl(urlsplit(self.path).query)).get("access_token", "")
            good = token in server.valid
            self._say(200 if good else 400, {"active": "true" if good else "false", "email": "support@desk.test"})

        def do_POST(self) -> None:
            form = dict(parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode()))
            granted = server.renew(form.get("refresh_token", ""))
            self._say(200 if granted else 400, granted or {"error": "invalid_grant"})

        def _say(self, status: int, what: dict[str, object]) -> None:
            body = json.dumps(what).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    return Handler
