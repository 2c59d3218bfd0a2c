"""Outgoing calls: to the public, to what an operator allows, and to nothing else, however it is asked."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from tests.certs import Pair, authority, signed
from tests.server.egress.far import Far, far_side, says

from agentdesk_server.egress import Egress, EgressError, Reply

NAME = "id.example"
PUBLIC = "93.184.215.14"
Names = dict[str, list[str]]


@pytest.fixture(scope="module")
def ca(tmp_path_factory: pytest.TempPathFactory) -> Pair:
    return authority(tmp_path_factory.mktemp("ca"))


@pytest.fixture(scope="module")
def pair(ca: Pair) -> Pair:
    return signed(ca.cert.parent, ca, NAME, "other.example", "127.0.0.1")


def resolver(names: Names, heard: list[str] | None = None) -> Callable[[str], Awaitable[list[str]]]:
    """Each look-up takes the next of a name's addresses: a name that changes its mind."""

    async def resolve(host: str) -> list[str]:
        if heard is not None:
            heard.append(host)
        return [names[host].pop(0) if len(names[host]) > 1 else names[host][0]]

    return resolve


def talk(pair: Pair | None, ca: Pair | None, work: Callable[[Far, Callable[..., Egress]], Awaitable[None]]) -> None:
    """A far side, and a way to make doors that are closed in the end."""

    async def run() -> None:
        doors: list[Egress] = []

        def door(allow: tuple[str, ...] = (), names: Names | None = None, heard: Any = None) -> Egress:
            resolve = resolver(names, heard) if names is not None else None
            doors.append(Egress(allow, ca.cert if ca else None, resolve))
            return doors[-1]

        async with far_side(pair) as far:
            try:
                await work(far, door)
            finally:
                for one in doors:
                    one.close()

    asyncio.run(run())


async def refused(fetching: Awaitable[Reply], code: str) -> str:
    with pytest.raises(EgressError) as error:
        await fetching
    assert error.value.code == code, str(error.value)
    return str(error.value)


def test_an_allowed_inside_is_called_at_the_address_that_was_checked(ca: Pair, pair: Pair) -> None:
    """Looked up once: a name that says something else the second time changes nothing."""

    async def work(far: Far, door: Callable[..., Egress]) -> None:
        far.answers["/x?y"] = says("201 Created", b'{"a": 1}', "X-It: is")
        heard: list[str] = []
        at = f"https://{NAME}:{far.port}"
        egress = door((at,), {NAME: ["127.0.0.1", PUBLIC]}, heard)
        reply = await egress.fetch("POST", f"{at}/x?y#z", headers={"Content-Type": "text/x"}, body=b"hello")
        assert (reply.status, reply.body, reply.headers["x-it"]) == (201, b'{"a": 1}', "is")
        assert (reply.url, heard) == (f"{at}/x?y", [NAME])
        head, _, body = far.asked[0].partition(b"\r\n\r\n")
        assert body == b"hello"
        lines = {line.lower() for line in head.split(b"\r\n")}
        assert {b"post /x?y http/1.1", b"content-type: text/x", b"content-length: 5", b"connection: close"} <= lines
        assert b"host: " + f"{NAME}:{far.port}".encode() in lines

    talk(pair, ca, work)


INSIDES = ["127.0.0.1", "10.0.0.7", "169.254.169.254", "::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::"]


@pytest.mark.parametrize("inside", INSIDES)
def test_a_name_that_leads_inside_is_not_called(ca: Pair, pair: Pair, inside: str) -> None:
    """Also if it has a public address beside: which of the two would be taken is the attacker's choice."""

    async def both(_: str) -> list[str]:
        return [PUBLIC, inside]

    async def work(far: Far, door: Callable[..., Egress]) -> None:
        url = f"https://{NAME}:{far.port}/"
        said = await refused(door((), {NAME: [inside]}).fetch("GET", url), "forbidden")
        assert inside not in said
        egress = Egress(resolve=both)
        await refused(egress.fetch("GET", url), "forbidden")
        egress.close()
        literal = f"[{inside}]" if ":" in inside else inside
        await refused(door().fetch("GET", f"https://{literal}:{far.port}/"), "forbidden")
        assert far.asked == []

    talk(pair, ca, work)


@pytest.mark.parametrize("never", ["169.254.169.254", "0.0.0.0", "fe80::1", "224.0.0.1", "::ffff:127.0.0.1"])
def test_no_permission_opens_the_metadata_service(never: str) -> None:
    """An allowed name that is pointed there is refused all the same."""

    async def work(far: Far, door: Callable[..., Egress]) -> None:
        await refused(door((f"https://{NAME}",), {NAME: [never]}).fetch("GET", f"https://{NAME}/"), "forbidden")

    talk(None, None, work)


def test_without_tls_only_what_is_allowed_so(ca: Pair) -> None:
    """Scheme, host and port have to fit; being inside is allowed to this one origin only."""

    async def work(far: Far, door: Callable[..., Egress]) -> None:
        far.answers["/"] = says(body=b"ok")
        at = f"http://127.0.0.1:{far.port}"
        assert (await door((at,)).fetch("GET", at)).body == b"ok"
        await refused(door().fetch("GET", at), "forbidden")
        await refused(door((f"https://127.0.0.1:{far.port}",)).fetch("GET", at), "forbidden")
        await refused(door((f"http://127.0.0.1:{far.port + 1}",)).fetch("GET", at), "forbidden")
        named = door((at,), {"localhost": ["127.0.0.1"]})
        await refused(named.fetch("GET", f"http://localhost:{far.port}"), "forbidden")
        await refused(door((), {NAME: [PUBLIC]}).fetch("GET", f"http://{NAME}/"), "forbidden")
        await refused(door((), {NAME: [PUBLIC]}).fetch("GET", f"https://{NAME}:25/"), "forbidden")
        assert len(far.asked) == 1

    talk(None, None, work)


def test_the_systems_resolver_is_asked(ca: Pair, pair: Pair) -> None:
    """localhost is there without any network, and is inside; a name that cannot be is nowhere."""

    async def work(far: Far, door: Callable[..., Egress]) -> None:
        far.answers["/"] = says(body=b"ok")
        await refused(door().fetch("GET", f"https://localhost:{far.port}/"), "forbidden")
        await refused(door().fetch("GET", "https://nobody.invalid/"), "unknown")

    talk(pair, ca, work)


def test_who_is_not_who_they_say_is_not_called(ca: Pair, tmp_path: Path) -> None:
    """Signed by nobody we trust; for another name; over."""

    async def work(far: Far, door: Callable[..., Egress]) -> None:
        far.answers["/"] = says(body=b"ok")
        at = f"https://{NAME}:{far.port}"
        names: Names = {NAME: ["127.0.0.1"]}
        assert NAME in await refused(door((at,), names).fetch("GET", at), "certificate")
        assert far.asked == []

    talk(signed(tmp_path, authority(tmp_path), NAME, stem="foreign"), ca, work)
    talk(signed(tmp_path, ca, "someone.example", stem="other"), ca, work)
    talk(signed(tmp_path, ca, NAME, days=-1, stem="old"), ca, work)


def test_redirects_are_checked_like_the_first(ca: Pair, pair: Pair) -> None:
    """To the inside, to http, in circles: no. To another public name: without what may be a secret."""

    async def work(far: Far, door: Callable[..., Egress]) -> None:
        at, other = f"https://{NAME}:{far.port}", f"https://other.example:{far.port}"
        names: Names = {NAME: ["127.0.0.1"], "other.example": ["127.0.0.1"], "evil.example": ["127.0.0.1"]}
        egress = door((at, other, f"http://{NAME}:{far.port}"), names)
        far.answers = {
            "/in": says("302 Found", b"", f"Location: https://evil.example:{far.port}/"),
            "/meta": says("301 Moved", b"", "Location: https://169.254.169.254/latest/"),
            "/down": says("302 Found", b"", f"Location: http://{NAME}:{far.port}/"),
            "/file": says("302 Found", b"", "Location: file:///etc/passwd"),
            "/me": says("307 Again", b"", "Location: /me"),
            "/over": says("308 There", b"", f"Location: {other}/end"),
            "/near": says("303 There", b"", "Location: end"),
            "/end": says(body=b"here"),
            "/none": says("302 Found", b"odd"),
        }
        for path, code in (("/in", "forbidden"), ("/meta", "forbidden"), ("/down", "redirect"), ("/file", "address")):
            await refused(egress.fetch("GET", at + path), code)
        far.asked.clear()
        await refused(egress.fetch("GET", f"{at}/me"), "redirect")
        assert len(far.asked) == 4
        far.asked.clear()
        secret = {"Authorization": "Bearer s3cret", "X-Key": "s3cret", "Accept": "text/html"}
        assert (await egress.fetch("GET", f"{at}/over", headers=secret)).url == f"{other}/end"
        assert b"s3cret" in far.asked[0]
        assert b"s3cret" not in far.asked[1]
        assert b"text/html" in far.asked[1]
        far.asked.clear()
        assert (await egress.fetch("GET", f"{at}/near", headers=secret)).body == b"here"
        assert b"s3cret" in far.asked[1]
        assert (await egress.fetch("GET", f"{at}/none")).status == 302
        assert (await egress.fetch("POST", f"{at}/over", body=b"x")).status == 308

    talk(pair, ca, work)


async def _silent(_: asyncio.StreamWriter) -> None:
    await asyncio.sleep(60)


async def _endless(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        writer.write(b"400\r\n" + b"x" * 1024 + b"\r\n")
        await writer.drain()


BAD: dict[str, tuple[Any, str]] = {
    "too long": (says(body=b"x" * 2_000), "large"),
    "without end": (_endless, "large"),
    "silent": (_silent, "slow"),
    "cut": (b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", "garbled"),
    "nothing": (b"", "garbled"),
    "no http": (b"220 mail.example ESMTP\r\n", "garbled"),
    "two lengths": (b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", "garbled"),
    "long head": (b"HTTP/1.1 200 OK\r\nX: " + b"x" * 100_000 + b"\r\n\r\n", "garbled"),
    "packed": (says("200 OK", b"\x1f\x8b", "Content-Encoding: gzip"), "garbled"),
    "only hints": (b"HTTP/1.1 103 Early Hints\r\n\r\n" * 3, "garbled"),
    "another protocol": (b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n", "garbled"),
}


@pytest.mark.parametrize("how", BAD)
def test_a_far_side_that_misbehaves(how: str) -> None:
    """A sentence in the end, always."""
    answer, code = BAD[how]

    async def work(far: Far, door: Callable[..., Egress]) -> None:
        far.answers["/"] = answer
        at = f"http://127.0.0.1:{far.port}"
        await refused(door((at,)).fetch("GET", at, most=1_000, seconds=0.3 if code == "slow" else 30), code)

    talk(None, None, work)


def test_what_is_answered_as_it_should_is_taken() -> None:
    """Up to the very limit, in pieces, without a length, without a body."""

    async def work(far: Far, door: Callable[..., Egress]) -> None:
        at = f"http://127.0.0.1:{far.port}"
        egress = door((at,))
        far.answers = {
            "/full": says(body=b"x" * 1_000),
            "/chunks": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n",
            "/open": b"HTTP/1.0 200 OK\r\n\r\nuntil the end",
            "/head": b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n",
            "/none": b"HTTP/1.1 204 No Content\r\n\r\n",
            "/wait": b"HTTP/1.1 100 Continue\r\n\r\n" + says(body=b"now"),
        }
        bodies = {"/full": b"x" * 1_000, "/chunks": b"abcde", "/open": b"until the end", "/none": b"", "/wait": b"now"}
        for path, body in bodies.items():
            assert (await egress.fetch("GET", at + path, most=1_000)).body == body
        assert (await egress.fetch("HEAD", f"{at}/head", most=1_000)).headers["content-length"] == "5000"

    talk(None, None, work)


def test_who_is_not_there_is_told() -> None:
    async def work(far: Far, door: Callable[..., Egress]) -> None:
        at = "http://127.0.0.1:1"
        await refused(door((at,)).fetch("GET", at), "unreachable")

    talk(None, None, work)


@pytest.mark.parametrize("headers", [{"X": "a\r\nHost: evil"}, {"X\r\n": "a"}, {"X y": "a"}])
def test_no_header_smuggles_another(headers: dict[str, str]) -> None:
    async def work(far: Far, door: Callable[..., Egress]) -> None:
        at = f"http://127.0.0.1:{far.port}"
        await refused(door((at,)).fetch("GET", at, headers=headers), "address")
        await refused(door((at,)).fetch("GET x HTTP/1.1\r\n", at), "address")
        assert far.asked == []

    talk(None, None, work)


def test_callers_do_not_say_where_it_goes() -> None:
    """Host, length and connection are the door's own."""

    async def work(far: Far, door: Callable[..., Egress]) -> None:
        at = f"http://127.0.0.1:{far.port}"
        far.answers["/"] = says(body=b"ok")
        wrong = {"Host": "evil.example", "content-length": "99", "Transfer-Encoding": "chunked"}
        wrong["Accept-Encoding"] = "br"
        await door((at,)).fetch("POST", at, headers=wrong, body=b"abc")
        asked = far.asked[0].lower()
        assert asked.count(b"host:") == asked.count(b"content-length:") == asked.count(b"accept-encoding:") == 1
        assert b"evil" not in asked
        assert b"chunked" not in asked
        assert asked.endswith(b"abc")

    talk(None, None, work)


@pytest.mark.parametrize("wrong", ["id.example", "https://id.example/path", "ftp://id.example", "https://127.1", "*"])
def test_a_permission_that_makes_no_sense_is_told(wrong: str) -> None:
    with pytest.raises(EgressError):
        Egress((wrong,))
