"""Pictures of a mail are loaded by the server, when asked for, and tell their hosts nothing of who asked."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from http.server import ThreadingHTTPServer

import pytest
from tests.mail.post.office import free_ports
from tests.served import Quiet, served
from tests.server.running import Company, Desk, company

from agentdesk.domain.mail import Mail
from agentdesk.text.pictures import picture_type
from agentdesk_server.channels.email import pictures
from agentdesk_server.channels.email.importing import MailImport

PNG, GIF = b"\x89PNG\r\n\x1a\n" + b"." * 20, b"GIF89a" + b"." * 20
PATHS = ("/a.png", "/page", "/gone", "/large", "/b.gif", "/moved")


class Host(ThreadingHTTPServer):
    """Has pictures, and things that are none; keeps what it was asked with."""

    def __init__(self, port: int) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.asked: list[tuple[str, dict[str, str]]] = []


class Handler(Quiet):
    def do_GET(self) -> None:
        assert isinstance(self.server, Host)
        self.server.asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
        large = PNG + bytes(pictures.MOST)
        found = {"/a.png": PNG, "/page": b"<svg onload='x'>", "/large": large, "/b.gif": GIF}.get(self.path, b"")
        status = {"/gone": 404, "/moved": 302}.get(self.path, 200)
        self.tell(found, status, Set_Cookie="seen=1", Location="http://127.0.0.2/inside.png")


@pytest.fixture(scope="module")
def host() -> Iterator[Host]:
    with served(Host(*free_ports(1))) as server:
        yield server


@pytest.fixture(scope="module")
def shop(host: Host, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    folder = tmp_path_factory.mktemp("pictures")
    origin = f"http://127.0.0.1:{host.server_address[1]}"
    wanted = (*(origin + path for path in PATHS), "https://127.0.0.2/inside.png", "http://[::1]/x.png")
    page = "".join(f'<p>Look<img src="{one}">' for one in wanted)
    head = "From: jo@o.example\nMessage-ID: <one@o.example>\nMIME-Version: 1.0\nContent-Type: text/html\n\n"
    (folder / "mail.eml").write_text(head + page)
    with company(folder / "server", egress_allow=(origin,)) as made:
        made.running.operate(MailImport(paths=[str(folder / "mail.eml")], team="Billing"))
        yield made


def loaded(shop: Company, desk: Desk) -> list[bytes]:
    """All that can be had, by asking until there is no more."""
    (mail,) = shop.running.do(mails(shop))
    found, start = list[bytes](), 0
    while True:
        desk.say({"t": "ask", "id": 1, "question": "mail.pictures", "args": {"mail": mail.id, "start": start}})
        answer = desk.until("answer")
        assert not answer.get("sentence"), answer
        found += [base64.b64decode(one) for one in answer["result"]["pictures"]]
        start = answer["result"]["next"]
        if not start:
            assert len(found) == mail.images
            return found


async def mails(shop: Company) -> list[Mail]:
    ids = [id for (id,) in shop.state.reader.conn.execute("SELECT id FROM mail")]
    return [one for one in shop.state.reader.records.get_many("mail", ids).values() if isinstance(one, Mail)]


def test_what_is_a_picture_comes_and_its_host_learns_nothing(shop: Company, host: Host) -> None:
    desk = Desk(shop.url, shop.sign_in())
    desk.until("caught_up")
    assert host.asked == [], "nothing is loaded before somebody asks"
    assert loaded(shop, desk) == [PNG, b"", b"", b"", GIF, b"", b"", b""]
    assert loaded(shop, desk)[0] == PNG
    desk.close()
    assert {path for path, _ in host.asked} == set(PATHS), "and nothing inside the network"
    told = {name for _, headers in host.asked for name in headers}
    assert told == {"host", "connection", "accept", "accept-encoding", "user-agent"}, "not even the cookie it has set"
    assert {headers["user-agent"] for _, headers in host.asked} == {"Mozilla/5.0"}


@pytest.mark.parametrize(
    ("address", "ways"),
    [
        ("http://x.example/a", ("https://x.example/a", "http://x.example/a")),
        ("HTTPS://x.example/a", ("HTTPS://x.example/a",)),
        (" //x.example/a", ("https://x.example/a",)),
        ("", ()), ("file:///etc/passwd", ()), ("x.example", ()), ("data:image/png;base64,", ()),
    ],
)  # fmt: skip
def test_the_way_is_encrypted_where_there_is_one(address: str, ways: tuple[str, ...]) -> None:
    assert pictures._ways(address) == ways


def test_types_are_told_by_how_the_bytes_begin() -> None:
    webp, jpeg = b"RIFF\x00\x00\x00\x00WEBPVP8 ", b"\xff\xd8\xff\xe0"
    told = [picture_type(data) for data in (PNG, GIF, webp, jpeg, b"<svg/>", b"", b"RIFF1234WAVE")]
    assert told == ["image/png", "image/gif", "image/webp", "image/jpeg", "", "", ""]
