"""An OpenID provider that does as a test says: right, wrong, or hostile."""

from __future__ import annotations

import base64
import hmac
import json
import threading
import time
import warnings
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from joserfc import jws
from joserfc.errors import SecurityWarning
from joserfc.jwk import ECKey, OKPKey, RSAKey


class Provider:
    """`claims` are laid over what is right, `header` too; None takes one out. `asked` has all that came in."""

    def __init__(self) -> None:
        self.keys: dict[str, Any] = {
            "RS256": RSAKey.generate_key(2048, {"kid": "rsa", "use": "sig"}),
            "ES256": ECKey.generate_key("P-256", {"kid": "ec"}),
            "EdDSA": OKPKey.generate_key("Ed25519", {"kid": "ed"}),
        }
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.answer(self, b"")

            def do_POST(self) -> None:
                outer.answer(self, self.rfile.read(int(self.headers["Content-Length"])))

            def log_message(self, *args: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), name="provider")
        self._thread.start()
        self.reset()

    def reset(self) -> None:
        self.claims: dict[str, Any] = {}
        self.header: dict[str, Any] = {}
        self.about: dict[str, Any] = {}
        self.alg = "RS256"
        self.signer: Any = None
        self.listed = list(self.keys.values())
        self.asked: list[tuple[str, dict[str, str], dict[str, str]]] = []
        self.token_answer: tuple[int, Any] | None = None
        self.nonce = self.client_id = self.challenge = ""
        self.email = "mina@example.com"

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def visited(self, where: str) -> dict[str, str]:
        """A browser has come here: what it was sent with."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(where).query).items()}
        self.nonce, self.client_id, self.challenge = query["nonce"], query["client_id"], query["code_challenge"]
        return query

    def answer(self, request: BaseHTTPRequestHandler, body: bytes) -> None:
        path = urlsplit(request.path).path
        fields = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        self.asked.append((path, fields, {name.lower(): value for name, value in request.headers.items()}))
        status, found = {
            "/.well-known/openid-configuration": lambda: (200, self._about()),
            "/keys": lambda: (200, {"keys": [key.as_dict(private=False) for key in self.listed]}),
            "/token": lambda: self.token_answer or (200, {"id_token": self.token(), "access_token": "at"}),
        }.get(path, lambda: (404, {}))()
        data = found if isinstance(found, bytes) else json.dumps(found).encode()
        request.send_response(status)
        request.send_header("Content-Length", str(len(data)))
        request.end_headers()
        request.wfile.write(data)

    def _about(self) -> dict[str, Any]:
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/keys",
            "response_types_supported": ["code"],
            **self.about,
        }

    def token(self) -> str:
        """An ID token as it is wanted now."""
        now = int(time.time())
        claims = {
            "iss": self.url,
            "sub": "subject-1",
            "aud": self.client_id,
            "iat": now,
            "exp": now + 300,
            "nonce": self.nonce,
            "email": self.email,
            "email_verified": True,
            "name": "Mina Berg",
        }
        claims = {name: value for name, value in {**claims, **self.claims}.items() if value is not None}
        key = self.signer or self.keys.get(self.alg)
        kid = {} if key is None else {"kid": key.kid}
        header = {name: value for name, value in {"alg": self.alg, **kid, **self.header}.items() if value is not None}
        said = f"{_part(header)}.{_part(claims)}"
        if self.alg == "none":
            return f"{said}."
        if self.alg == "HS256":  # its public key taken for a shared secret: an old trick
            secret = self.keys["RS256"].as_pem(private=False)
            return f"{said}.{_text(hmac.digest(secret, said.encode(), 'sha256'))}"
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SecurityWarning)
            return jws.serialize_compact(header, json.dumps(claims), key, algorithms=[header["alg"]])


def _part(value: dict[str, Any]) -> str:
    return _text(json.dumps(value).encode())


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
