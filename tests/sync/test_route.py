"""The way to the server: authorities and proxies of one's own, nothing in the clear, and sentences that help."""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.certs import Pair, authority, signed
from tests.sync import nearby

from agentdesk.protocol import BINARY
from agentdesk.sync import http, route, way
from agentdesk.sync.link import LOST, Link
from agentdesk.sync.way import Route
from agentdesk.sync.worker.trouble import Trouble

HOST = "desk.example"
PROXIES = ["proxy.example:3128", "http://proxy.example:3128/", " 192.0.2.1:80 ", "[2001:db8::1]:1"]
NO_PROXIES = ["", "proxy", ":1", "a:b@c:1", "a b:1", "a:0", "a:99999", "socks5://a:1", "a:1/x", "a:1?b"]
LOGIN = ("mina", "p@ss:w/ö€ %41")


@pytest.fixture(autouse=True)
def own_way(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nothing of who runs the tests; nothing left for the next one."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    yield
    way.choose(Route())


@pytest.fixture(scope="module")
def ca(tmp_path_factory: pytest.TempPathFactory) -> Pair:
    return authority(tmp_path_factory.mktemp("ca"))


@pytest.fixture(scope="module")
def pair(ca: Pair) -> Pair:
    return signed(ca.cert.parent, ca, HOST, "127.0.0.1")


class Ear:
    """Notes what it hears, and hangs up after the first words."""

    def __init__(self) -> None:
        self.heard: list[bytes] = []
        self.code = 0

    def opened(self, link: Link) -> None:
        """Good."""

    def received(self, link: Link, messages: list[bytes]) -> None:
        self.heard += messages
        link.hang_up()

    def closed(self, link: Link, code: int) -> None:
        self.code = code


def dial(url: str) -> tuple[Ear, Link]:
    ear = Ear()
    link = Link(url, "token", ear)
    asyncio.run(link.run())
    return ear, link


def sign_in(url: str) -> str:
    return http.sign_in(url, "m@x.example", "secret", "d", "L").token


def test_a_company_signs_its_own(ca: Pair, pair: Pair) -> None:
    """Its authority counts beside the system's, for requests and for the socket alike."""
    way.choose(Route(authorities=str(ca.cert)))
    with nearby.https(pair) as port:
        assert sign_in(f"https://127.0.0.1:{port}") == "t"
    with nearby.wss(pair) as port:
        assert dial(f"wss://127.0.0.1:{port}/sync")[0].heard == [b"hello"]


@pytest.mark.parametrize("login", [None, LOGIN])
def test_through_a_proxy(ca: Pair, pair: Pair, login: tuple[str, str] | None) -> None:
    """It sees the server's name and nothing else; its login goes to it alone, whatever signs a password has."""
    wants = ":".join(login) if login else ""
    with nearby.proxy(wants) as at, nearby.https(pair) as port, nearby.wss(pair) as socket_port:
        way.choose(Route(at, str(ca.cert), lambda: login))
        assert sign_in(f"https://{HOST}:{port}") == "t"
        assert dial(f"wss://{HOST}:{socket_port}/sync")[0].heard == [b"hello"]
        assert nearby.Tunnel.asked == [(f"{HOST}:{port}", wants), (f"{HOST}:{socket_port}", wants)]


def test_the_environments_proxy_is_the_default(ca: Pair, pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    """Unless it makes an exception, or one chose to go directly."""
    with nearby.proxy("u:p") as at, nearby.https(pair) as port:
        monkeypatch.setenv("HTTPS_PROXY", f"http://u:p@{at}")
        way.choose(Route(authorities=str(ca.cert)))
        assert sign_in(f"https://{HOST}:{port}") == "t"
        assert sign_in(f"https://127.0.0.1:{port}") == "t"
        assert len(nearby.Tunnel.asked) == 1
        monkeypatch.setenv("NO_PROXY", HOST)
        assert route.proxy_for(f"https://{HOST}") is None
        monkeypatch.delenv("NO_PROXY")
        assert route.proxy_for(f"https://{HOST}") == f"http://u:p@{at}"
        way.choose(Route("direct"))
        assert route.proxy_for(f"https://{HOST}") is None


def test_no_login_of_this_computer_goes_along(
    ca: Pair, pair: Pair, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A .netrc would take the place of the token."""
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login a password b\n")
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    seen: list[str] = []

    class Nosy(nearby.Door):
        def do_DELETE(self) -> None:
            seen.append(self.headers["Authorization"])
            self.send_response(204)
            self.end_headers()

    monkeypatch.setattr(nearby, "Door", Nosy)
    way.choose(Route(authorities=str(ca.cert)))
    with nearby.https(pair) as port:
        http.sign_out(f"https://127.0.0.1:{port}", "t0ken")
    assert seen == ["Bearer t0ken"]


def told(url: str) -> set[str]:
    """What is said when a sign-in fails, and when the socket does."""
    with pytest.raises(http.Problem) as problem:
        sign_in(url)
    assert problem.value.status == 0
    ear, link = dial(url.replace("http", "ws", 1) + "/sync")
    assert (ear.code, ear.heard) == (LOST, [])
    return {str(problem.value), link.trouble}


def test_why_a_certificate_is_not_good(ca: Pair, tmp_path: Path) -> None:
    """Each with its own words, for requests and for the socket alike."""
    way.choose(Route(authorities=str(ca.cert)))
    for pair, sentence in (
        (signed(tmp_path, None, "127.0.0.1", stem="own"), way.ISSUER),
        (signed(tmp_path, authority(tmp_path, "Somebody"), "127.0.0.1", stem="foreign"), way.ISSUER),
        (signed(tmp_path, ca, "127.0.0.1", days=-1, stem="over"), way.EXPIRED),
        (signed(tmp_path, ca, "other.example", "127.0.0.2", stem="other"), way.NAME),
    ):
        with nearby.https(pair) as port:
            assert told(f"https://127.0.0.1:{port}") == {sentence}


def test_why_there_is_no_way(ca: Pair, pair: Pair, tmp_path: Path) -> None:
    """The proxy, the server behind it, the file of authorities, the address."""
    server = f"https://{HOST}:1"
    with nearby.proxy("a:b") as at:
        way.choose(Route(at, str(ca.cert), lambda: ("a", "wrong")))
        assert told(server) == {way.LOGIN}
    with nearby.proxy(refuses=403) as at:
        way.choose(Route(at, str(ca.cert)))
        assert told(server) == {way.PROXY}
    assert told(server) == {way.UNREACHABLE}  # the proxy is gone
    way.choose(Route("direct", str(tmp_path / "none.pem")))
    assert told(server) == {way.NO_AUTHORITIES}
    (tmp_path / "odd.pem").write_text("no certificates")
    way.choose(Route("direct", str(tmp_path / "odd.pem")))
    assert told(server) == {way.NO_AUTHORITIES}
    way.choose(Route("proxy.example"))
    assert told(server) == {way.NO_PROXY}
    way.choose(Route())
    assert told("https://127.0.0.1:1") == {way.UNREACHABLE}


def test_something_else_that_answers() -> None:
    with nearby.proxy() as at:  # it speaks HTTP, without TLS
        assert told(f"https://{at}") == {way.NO_TLS}


def test_nothing_is_said_in_the_clear() -> None:
    """A password or a token for a server elsewhere: before a single byte leaves."""
    with nearby.proxy() as at:
        way.choose(Route(at))
        assert told(f"http://{HOST}") == {way.PLAIN}
        assert told("http://192.0.2.1") == {way.PLAIN}
        assert told("http://localhost.evil.example") == {way.PLAIN}
        assert nearby.Tunnel.asked == []
    for near in ("http://127.0.0.1:1", "ws://localhost:1/sync", "ws://[::1]:1/sync", "https://x.example", "wss://x"):
        route.check(near)


@pytest.mark.parametrize("text", PROXIES)
def test_an_address_of_a_proxy(text: str) -> None:
    assert route.proxy_address(text) == text.strip().removeprefix("http://").rstrip("/")


@pytest.mark.parametrize("text", NO_PROXIES)
def test_what_is_no_address_of_a_proxy(text: str) -> None:
    with pytest.raises(route.NoWay):
        route.proxy_address(text)


def test_the_route_says_no_password(caplog: pytest.LogCaptureFixture) -> None:
    """Whoever prints it, or lets a library log all it does."""
    caplog.set_level(logging.DEBUG)
    secret = Route("127.0.0.1:1", login=lambda: ("mina", "s3cret"))
    assert "s3cret" not in repr(secret)
    way.choose(secret)
    assert told(f"https://{HOST}") == {way.UNREACHABLE}
    assert "s3cret" not in caplog.text


def test_a_socks_proxy_is_told() -> None:
    """It is not there, rather than passed by."""
    with pytest.MonkeyPatch.context() as here:
        here.setenv("ALL_PROXY", "socks5://127.0.0.1:1")
        assert told(f"https://{HOST}") == {way.NO_PROXY}


def test_the_context_asks_for_everything() -> None:
    context = route.trust()
    assert (context.check_hostname, context.verify_mode) == (True, ssl.CERT_REQUIRED)
    assert context.minimum_version is ssl.TLSVersion.TLSv1_2
    assert BINARY == "agentdesk.v1"


def test_a_person_hears_it_once() -> None:
    """However often it is tried; again when it has changed, and after a connection. Being offline is no news."""
    told: list[str] = []
    trouble = Trouble()
    for sentence in (way.EXPIRED, way.EXPIRED, way.UNREACHABLE, way.EXPIRED, "", way.EXPIRED, way.LOGIN, way.LOGIN):
        trouble.heard(sentence, lambda one: told.append(one.sentence))
    assert told == [way.EXPIRED, way.EXPIRED, way.EXPIRED, way.LOGIN]
