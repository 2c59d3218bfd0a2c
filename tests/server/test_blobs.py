"""Files: what is stored is what was named, and only those see it who may see a message with it."""

from __future__ import annotations

import hashlib
import os
import stat
from typing import Any

import pytest
import requests
from tests.server.running import PATIENCE, Company, Desk, Visitor, uuid7

from agentdesk_server import blobs
from agentdesk_server.limits import Buckets
from agentdesk_server.sweeping import WEEK, sweep, sweep_parts

DATA = b"0123456789" * 1000


def digest_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def put(shop: Company, token: str, data: Any, digest: str = "") -> requests.Response:
    digest = digest or digest_of(data)
    headers = {"Authorization": f"Bearer {token}"}
    return requests.put(f"{shop.url}/api/v1/blobs/{digest}", data, headers=headers, timeout=PATIENCE)


def get(shop: Company, token: str, data: bytes, **headers: str) -> requests.Response:
    headers = {"Authorization": f"Bearer {token}", **headers}
    return requests.get(f"{shop.url}/api/v1/blobs/{digest_of(data)}", headers=headers, timeout=PATIENCE)


def left_over(shop: Company) -> list[str]:
    """Parts of files that nobody finished."""
    return [str(path) for path in (shop.state.folder / "blobs").rglob("*.part")]


@pytest.fixture
def visitor(shop: Company) -> Visitor:
    return shop.visitor()


@pytest.fixture(scope="module")
def token(shop: Company) -> str:
    return shop.sign_in()


def test_nobody_learns_that_others_have_brought_the_same(shop: Company) -> None:
    data, first, second = b"the same bytes", shop.visitor().token, shop.visitor().token
    assert [put(shop, who, data).status_code for who in (first, second, second)] == [201, 201, 204]


def test_it_is_stored_once(shop: Company, token: str) -> None:
    """Under its digest, for the server alone to read."""
    assert [put(shop, token, DATA).status_code, put(shop, token, DATA).status_code] == [201, 204]
    path = blobs.path_of(shop.state.folder, digest_of(DATA))
    assert path.read_bytes() == DATA
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert get(shop, token, DATA).content == DATA


def test_it_comes_as_a_file_and_never_as_a_page(shop: Company, token: str) -> None:
    page = b"<script>alert(1)</script>"
    put(shop, token, page)
    headers = get(shop, token, page).headers
    assert headers["Content-Type"] == "application/octet-stream"
    assert headers["Content-Disposition"] == "attachment"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in headers["Content-Security-Policy"]
    assert "private" in headers["Cache-Control"]


RANGES = [
    ("bytes=0-3", 206, b"0123"),
    ("bytes=9998-", 206, b"89"),
    ("bytes=-2", 206, b"89"),
    ("bytes=9998-99999", 206, b"89"),
    ("bytes=5-2", 200, DATA),
    ("bytes=0-1,4-5", 200, DATA),
    ("lines=1-2", 200, DATA),
    ("bytes=-", 200, DATA),
]


@pytest.mark.parametrize(("asked", "status", "data"), RANGES)
def test_a_range_of_it(shop: Company, token: str, asked: str, status: int, data: bytes) -> None:
    put(shop, token, DATA)
    answer = get(shop, token, DATA, Range=asked)
    assert (answer.status_code, answer.content) == (status, data)
    assert ("Content-Range" in answer.headers) == (status == 206)


@pytest.mark.parametrize("asked", ["bytes=10000-", "bytes=-0", "bytes=99999-100000"])
def test_a_range_with_nothing_in_it(shop: Company, token: str, asked: str) -> None:
    put(shop, token, DATA)
    answer = get(shop, token, DATA, Range=asked)
    assert (answer.status_code, answer.headers["Content-Range"]) == (416, "bytes */10000")


def test_a_range_of_another_version_is_the_whole(shop: Company, token: str) -> None:
    put(shop, token, DATA)
    assert get(shop, token, DATA, **{"Range": "bytes=0-3", "If-Range": '"other"'}).status_code == 200
    assert get(shop, token, DATA, **{"Range": "bytes=0-3", "If-Range": f'"{digest_of(DATA)}"'}).status_code == 206


def test_nothing_at_all_is_a_file_too(shop: Company, token: str) -> None:
    assert put(shop, token, b"").status_code in (201, 204)
    assert get(shop, token, b"").content == b""


def test_other_bytes_are_refused(shop: Company, token: str) -> None:
    """And leave nothing behind."""
    digest = digest_of(b"what was promised")
    assert put(shop, token, b"what came", digest).status_code == 400
    assert not blobs.path_of(shop.state.folder, digest).exists()
    assert left_over(shop) == []


@pytest.mark.parametrize("digest", ["x" * 64, "A" * 64, "0" * 63, "..%2f..%2fmaster.key"])
def test_a_name_is_a_digest(shop: Company, token: str, digest: str) -> None:
    assert put(shop, token, b"x", digest).status_code == 404


def test_too_large_is_refused_whatever_is_declared(
    shop: Company, visitor: Visitor, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a length and without one; a person may bring more than a visitor."""
    monkeypatch.setattr(blobs, "MOST_VISITOR", 5_000)
    monkeypatch.setattr(blobs, "MOST_PERSON", 50_000)
    assert put(shop, visitor.token, DATA).status_code == 413
    pieces = (DATA[i : i + 100] for i in range(0, len(DATA), 100))
    assert put(shop, visitor.token, pieces, digest_of(DATA)).status_code == 413
    assert put(shop, token, DATA).status_code in (201, 204)
    assert put(shop, token, DATA * 6).status_code == 413
    assert left_over(shop) == []


def test_a_visitor_cannot_fill_the_disk(shop: Company, visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blobs, "_quota", Buckets(15_000, 1))
    assert put(shop, visitor.token, DATA).status_code in (201, 204)
    refused = put(shop, visitor.token, DATA + b"x")
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 1000


def test_who_brought_it_may_see_it_and_nobody_else(shop: Company, visitor: Visitor, token: str) -> None:
    """Even if they name the same bytes: that they exist is not told."""
    mine = b"only mine"
    visitor.upload(mine)
    other = shop.visitor()
    assert get(shop, visitor.token, mine).status_code == 200
    assert get(shop, other.token, mine).status_code == 404
    assert get(shop, token, mine).status_code == 404
    assert get(shop, token, b"never was").json()["type"] == get(shop, token, mine).json()["type"]


def test_the_rights_are_those_of_the_record(shop: Company, visitor: Visitor, token: str) -> None:
    """The team sees what the customer sent; another team does not, until the case is shared with one of them."""
    shop.hire("Ola Nord", "ola@example.com", teams=())
    stranger = shop.sign_in("ola@example.com", device="ola")
    sent = b"a receipt"
    with visitor.line() as line:
        line.message("see here", attachments=[visitor.upload(sent)])
    assert [get(shop, who, sent).status_code for who in (token, stranger)] == [200, 404]
    (case,) = shop.state.reader.conn.execute(
        'SELECT "case" FROM attachment WHERE digest=?', (digest_of(sent),)
    ).fetchone()
    (ola,) = shop.state.reader.conn.execute("SELECT id FROM person WHERE email='ola@example.com'").fetchone()
    desk = Desk(shop.url, shop.sign_in(device="desk"), "desk")
    assert desk.do("case.note", case=case, message=uuid7(), text=f"look @[{ola}]")["status"] == "done"
    desk.close()
    assert get(shop, stranger, sent).status_code == 200


def test_naming_a_digest_opens_nothing(shop: Company, visitor: Visitor, token: str) -> None:
    """An agent who has heard of some bytes does not get them by putting them into a note."""
    secret = b"what another visitor has chosen and not sent"
    visitor.upload(secret)
    with shop.visitor().line() as line:
        line.message("help")
    case = shop.state.reader.conn.execute("SELECT id FROM 'case' ORDER BY number DESC").fetchone()[0]
    desk = Desk(shop.url, shop.sign_in(device="desk"), "desk")
    file = {"id": uuid7(), "digest": digest_of(secret), "name": "x", "size": 1, "type": "text/plain"}
    assert desk.do("case.note", case=case, message=uuid7(), text="mine", files=[file])["code"] == "file_missing"
    desk.close()
    assert get(shop, token, secret).status_code == 404


def test_a_visitor_sees_answers_and_no_notes(shop: Company, visitor: Visitor) -> None:
    """A file of a reply, once it is sent; never one of a note."""
    token = shop.sign_in(device="desk")
    desk = Desk(shop.url, token, "desk")
    with visitor.line() as line:
        line.message("help")
        (case,) = shop.state.reader.conn.execute(
            'SELECT "case" FROM conversation WHERE visitor=?', (visitor.id,)
        ).fetchone()
        files = {}
        for name, more in {"note": {}, "reply": {"seen": 9}, "held": {"seen": 9, "hold": 600}}.items():
            data = name.encode() + b" file"
            put(shop, token, data)
            file = {"id": uuid7(), "digest": digest_of(data), "name": name, "size": len(data), "type": "text/plain"}
            kind = "case.note" if name == "note" else "case.reply"
            assert desk.do(kind, case=case, message=uuid7(), text=name, files=[file], **more)["status"] == "done"
            files[name] = get(shop, visitor.token, data).status_code
        assert line.until_text("reply")["attachments"][0]["name"] == "reply"
    desk.close()
    assert files == {"note": 404, "reply": 200, "held": 404}


def test_what_nobody_names_is_swept(shop: Company, visitor: Visitor) -> None:
    """After a week, and not while it is being brought again; what a message names stays."""
    named, unnamed, again = b"named", b"unnamed", b"brought again"
    with visitor.line() as line:
        line.message("see", attachments=[visitor.upload(named)])
    paths = {data: blobs.path_of(shop.state.folder, digest_of(data)) for data in (named, unnamed, again)}
    for data in (unnamed, again):
        visitor.upload(data)
    for data in (named, unnamed):
        os.utime(paths[data], (0, 0))
    part = paths[named].parent / ".abc.part"
    part.write_bytes(b"half")
    core = shop.state.core

    def swept(now: int) -> list[bool]:
        shop.running.do(core.writer.call(lambda _: sweep(core.database, core.folder, now)))
        return [path.exists() for path in paths.values()]

    assert swept(core.clock()) == [True, True, True]
    assert swept(core.clock() + WEEK + 1000) == [True, False, True]
    assert get(shop, visitor.token, named).status_code == 200
    assert get(shop, visitor.token, unnamed).status_code == 404
    sweep_parts(core.folder)
    assert not part.exists()
