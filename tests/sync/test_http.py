"""HTTPS beside the stream: sessions and blobs, and sentences when it does not work."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

import pytest

from agentdesk.sync import http
from agentdesk.sync.http import Problem

DIGEST = "a" * 64


class Handler(BaseHTTPRequestHandler):
    """Answers as it was told to, and notes what it was asked."""

    answer: ClassVar[tuple[int, str, bytes]] = (200, "application/json", b"{}")
    asked: ClassVar[list[tuple[str, str, dict[str, str], bytes]]] = []

    def _any(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.asked.append((self.command, self.path, dict(self.headers), body))
        status, kind, answer = self.answer
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(answer)))
        if status == 302:
            self.send_header("Location", "/elsewhere")
        self.end_headers()
        self.wfile.write(answer)

    do_GET = do_PUT = do_POST = do_DELETE = _any  # noqa: N815

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def url() -> Iterator[str]:
    Handler.asked.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def answer(status: int, body: Any, kind: str = "application/json") -> None:
    Handler.answer = (status, kind, body if isinstance(body, bytes) else json.dumps(body).encode())


def test_signing_in(url: str) -> None:
    answer(201, {"token": "t", "expires_at": 5, "person": {"id": "ann", "name": "Ann"}, "more": 1})
    granted = http.sign_in(url + "/", "a@x.example", "secret", "device-1", "Laptop")
    assert (granted.token, granted.expires_at, granted.person["id"]) == ("t", 5, "ann")
    ((method, path, _, body),) = Handler.asked
    assert (method, path) == ("POST", "/api/v1/session")
    assert json.loads(body)["device"] == {"id": "device-1", "name": "Laptop"}


def test_a_problem_becomes_its_sentence(url: str) -> None:
    problem = {"type": "/problems/x", "title": "Not allowed", "detail": "Wrong e-mail or password.", "status": 401}
    answer(401, problem, "application/problem+json; charset=utf-8")
    with pytest.raises(Problem, match=r"^Wrong e-mail or password\.$") as caught:
        http.sign_in(url, "a@x.example", "secret", "d", "L")
    assert (caught.value.status, caught.value.code, caught.value.permanent) == (401, "/problems/x", False)


@pytest.mark.parametrize("body", [b"<html>", b"\xff\x00", b"[1]"])
def test_an_answer_that_is_none_is_a_sentence_too(url: str, body: bytes) -> None:
    answer(200, body)
    with pytest.raises(Problem, match="address"):
        http.sign_in(url, "a@x.example", "secret", "d", "L")
    answer(500, body, "application/problem+json")
    with pytest.raises(Problem, match="error 500"):
        http.sign_in(url, "a@x.example", "secret", "d", "L")


def test_nobody_there_is_a_sentence() -> None:
    with pytest.raises(Problem, match="cannot be reached") as caught:
        http.sign_in("http://127.0.0.1:9", "a@x.example", "secret", "d", "L")
    assert caught.value.status == 0
    assert not caught.value.permanent


def test_a_token_is_never_taken_elsewhere(url: str) -> None:
    answer(302, b"")
    with pytest.raises(Problem):
        http.sign_out(url, "t")
    assert [path for _, path, _, _ in Handler.asked] == ["/api/v1/session"]


def test_a_blob_goes_up_with_its_length(url: str) -> None:
    answer(201, {})
    http.upload(url, "t", DIGEST, 5, "text/plain", iter([b"he", b"llo"]))
    ((method, path, headers, body),) = Handler.asked
    assert (method, path, body) == ("PUT", f"/api/v1/blobs/{DIGEST}", b"hello")
    assert headers["Authorization"] == "Bearer t"
    assert headers["Content-Length"] == "5"
    assert headers["Content-Type"] == "text/plain"


def test_an_empty_blob_goes_up_too(url: str) -> None:
    answer(201, {})
    http.upload(url, "t", DIGEST, 0, "text/plain", iter([]))
    assert Handler.asked[0][3] == b""


def test_a_blob_comes_down_from_an_offset(url: str) -> None:
    answer(206, b"llo", "text/plain")
    assert b"".join(http.download(url, "t", DIGEST, 2)) == b"llo"
    assert Handler.asked[0][2]["Range"] == "bytes=2-"


@pytest.mark.parametrize(
    ("status", "permanent"), [(400, True), (413, True), (404, True), (401, False), (429, False), (503, False)]
)
def test_what_is_worth_another_try(url: str, status: int, permanent: bool) -> None:
    answer(status, b"")
    with pytest.raises(Problem) as caught:
        http.upload(url, "t", DIGEST, 1, "text/plain", iter([b"x"]))
    assert caught.value.permanent is permanent
