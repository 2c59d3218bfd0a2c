"""A service that speaks the OpenAI form, for tests: keeps what it was asked, and answers as it was told to."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import ThreadingHTTPServer
from typing import Any

from tests.served import Quiet, served


class ModelService(ThreadingHTTPServer):
    """`mode`: good, slow, error, garbage, large, cut (the plug is pulled). `sentences` are what it writes."""

    def __init__(self, port: int) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.daemon_threads = True
        self.mode, self.go_on = "good", threading.Event()
        self.reached = threading.Semaphore(0)
        self.sentences: list[dict[str, Any]] = []
        self.asked: list[dict[str, Any]] = []
        self.keys: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    @property
    def told(self) -> Any:
        """What the last question held as data."""
        return json.loads(self.asked[-1]["messages"][1]["content"])


class _Handler(Quiet):
    def do_POST(self) -> None:
        host = self.server
        assert isinstance(host, ModelService)
        host.asked.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
        host.keys.append(self.headers.get("authorization", ""))
        host.reached.release()
        if host.mode == "slow":
            host.go_on.wait(30)
        content = json.dumps({"sentences": host.sentences})
        body = json.dumps({"choices": [{"message": {"role": "assistant", "content": content}}]}).encode()
        body = b"<html>What?" if host.mode == "garbage" else body
        body = b"x" * 10_000_000 if host.mode == "large" else body
        self.send_response(500 if host.mode == "error" else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        with suppress(ConnectionError):  # nobody reads all of what is too large
            self.wfile.write(body[: len(body) // 2] if host.mode == "cut" else body)


@contextmanager
def serving(port: int) -> Iterator[ModelService]:
    """One, for as long as this lasts."""
    with served(ModelService(port)) as host:
        try:
            yield host
        finally:
            host.go_on.set()
