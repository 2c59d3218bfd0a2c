"""What a desk leaves on the disk: planted canaries, a real desk, a real keyring, and every byte that is there after.

Closed in good order, killed at bad moments, crashed. The search is shown to find what is there.
"""

from __future__ import annotations

import json
import secrets
import shutil
import signal
import subprocess
import sys
import threading
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from tests.canaries.planted import Canaries, card, number, word
from tests.ring import Ring
from tests.server.running import PATIENCE, Visitor
from tests.stories.rig import ORIGIN, ROOT, Server, place

from agentdesk.desk.lastwords import FILE
from agentdesk.store.vault import VaultState
from agentdesk_server.gate.operating import SecondFactorRequire
from agentdesk_server.operating import PersonAdd, SiteAdd, TeamAdd

resource: Any = pytest.importorskip("resource")

ENOUGH = 50
MANY = 300
"""So many messages that a first catch-up takes a while."""
MOST, BIG = 9 << 20, 24 << 20
"""The largest files that a customer may send, and one that a colleague may."""


class Shop:
    """A company whose people, customers and words are all canaries."""

    def __init__(self, server: Server, known: Canaries) -> None:
        self.server, self.known = server, known
        server.start()
        server.operate(SecondFactorRequire(roles=[]))  # the story begins with a password alone
        self.password, self.email = known.plant("password", "Aa1-{}-zz"), known.plant("own mail", "{}@desk.example")
        team = server.operate(TeamAdd(name=known.name("team")))
        away = server.operate(TeamAdd(name=known.name("other team")))
        self._hire(known.name("own name"), self.email, team, self.password)
        self._hire(known.name("colleague"), known.plant("colleague's mail", "{}@desk.example"), away, word(20))
        self.key = server.operate(SiteAdd(name=known.plant("site"), team=team, origins=[ORIGIN]))
        self.away = server.operate(SiteAdd(name=known.plant("other site"), team=away, origins=[ORIGIN]))

    def _hire(self, name: str, email: str, team: str, password: str) -> None:
        hired = PersonAdd(name=name, email=email, role="supervisor", password=password, teams=[team])
        self.server.operate(hired)

    def customers_write(self) -> str:
        """All that a customer brings; returns the words by which the case is found."""
        known = self.known
        page = {"url": f"https://shop.example/{known.plant('page')}", "title": known.name("page title")}
        name, email = known.name("customer"), known.plant("customer's mail", "{}@mail.example")
        visitor = Visitor(self.server.direct, self.key, name=name, email=email, lang="de", page=page)
        first = known.plant("first message", "Hello, {} is late")
        known.know("card", card())
        known.know("telephone", number(9))
        said = f"Card {known.text['card']}, call +49 30 {known.text['telephone']}, {known.name('friend')} waits"
        data = known.plant("bytes of a file").encode() * (MOST // 12)
        self.name = known.plant("name of a file", "{}.txt")
        with visitor.line() as line:
            line.message(first)
            for n in range(MANY):
                line.message(f"{known.text['first message']} {n}")
            file = visitor.upload(data) | {"name": self.name, "type": "text/plain"}
            line.message(known.plant("message with a file"), attachments=[file])
            line.message(said)
        return first

    def others_write(self) -> None:
        """A case of another team, which is opened in an emergency."""
        visitor = Visitor(self.server.direct, self.away, name=self.known.name("other customer"))
        with visitor.line() as line:
            line.message(self.known.plant("message in another team"))


class Desk:
    """The desk's process; `home` is all that it may write to."""

    def __init__(self, home: Path, ring: Ring, server: str = "") -> None:
        self.home = home
        self.errors = home / "said"
        command = [sys.executable, "-m", "tests.canaries.desk", "--profile", "canary"]
        pipe = subprocess.PIPE
        with self.errors.open("ab") as errors:
            self._process = subprocess.Popen(
                [*command, *(("--server", server) if server else ())], stdin=pipe, stdout=pipe, stderr=errors,
                text=True, cwd=home, env=ring.env | {"PYTHONPATH": _path(), "QT_QPA_PLATFORM": "offscreen"},
                preexec_fn=_may_dump,
            )  # fmt: skip
        self._watch = threading.Timer(2 * PATIENCE, self._process.kill)
        self._watch.start()

    def say(self, *words: Any) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(words) + "\n")
        self._process.stdin.flush()

    def hear(self) -> Any:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, self.errors.read_text("utf-8", "replace")[-3_000:]
        return json.loads(line)

    def do(self, *words: Any) -> Any:
        """One step, done."""
        self.say(*words)
        return self.hear()

    def limits(self) -> tuple[str, str]:
        """What the system would write of this process's memory: how much by itself, and which parts for others."""
        proc = Path("/proc") / str(self._process.pid)
        core = next(line for line in (proc / "limits").read_text().splitlines() if line.startswith("Max core"))
        return core.split()[4], (proc / "coredump_filter").read_text().strip()

    def written_to(self) -> list[str]:
        """Files that it holds open for writing and that lie elsewhere than at home."""
        found = []
        for one in (Path("/proc") / str(self._process.pid) / "fd").iterdir():
            try:
                target = str(one.readlink())
                flags = int((one.parent.parent / "fdinfo" / one.name).read_text().split()[3], 8)
            except FileNotFoundError:  # closed since it was listed: not held open
                continue
            if flags & 3 and target.startswith("/") and not target.startswith(("/dev", "/memfd", str(self.home))):
                found.append(target)
        return found

    def end(self) -> None:
        """Whatever has become of it."""
        if self._process.poll() is None:
            self._process.kill()
        if self._process.stdin is not None and not self._process.stdin.closed:
            self.ended()

    def kill(self) -> None:
        self._process.kill()
        assert self.ended() == -signal.SIGKILL

    def ended(self) -> int:
        code = self._process.wait(PATIENCE)
        self._watch.cancel()
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            pipe.close()
        return code


def _path() -> str:
    return ":".join((str(ROOT / "src"), str(ROOT / "server_stub"), str(ROOT)))


def _may_dump() -> None:
    """As where an administrator lets everything dump its memory."""
    _, most = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (most, most))


@contextmanager
def started(home: Path, ring: Ring, server: str = "") -> Iterator[Desk]:
    desk = Desk(home, ring, server)
    try:
        yield desk
    finally:
        desk.end()


class Story:
    """One laptop from its first start on."""

    def __init__(self, stack: ExitStack, folder: Path) -> None:
        self.known, self.home = Canaries(), folder / "home"
        self.home.mkdir()
        self.chosen = folder / "chosen" / self.known.plant("folder of a dialog")
        self.chosen.mkdir(parents=True)
        self.server = Server(folder / "server")
        stack.callback(self.server.close)
        self.ring = stack.enter_context(Ring(self.home))
        self.shop = Shop(self.server, self.known)
        self.first = self.shop.customers_write()
        self.shop.others_write()

    def start(self, server: str = "") -> Any:
        return started(self.home, self.ring, server)

    def come(self, desk: Desk) -> None:
        """To where one can work."""
        desk.do("come", self.server.url, self.shop.email, self.shop.password)

    def clean(self) -> None:
        """Nothing is on the disk that must not be."""
        assert self.known.sightings(self.home) == []
        assert list(self.home.rglob("core*")) == []


@pytest.fixture(scope="module")
def story() -> Iterator[Story]:
    with ExitStack() as stack:
        folder = place()
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        yield Story(stack, folder)


def test_the_search_finds_what_is_there(tmp_path: Path) -> None:
    """In each form, whatever stands around it, in names of files as well."""
    known = Canaries()
    name, token, raw = known.name("name"), known.plant("token"), secrets.token_bytes(32)
    known.know("key", raw)
    ways = {"utf-8": name.encode(), "folded": name.casefold().encode(), "shouted": name.upper().encode()}
    ways |= {code: name.encode(code) for code in ("utf-16-le", "utf-16-be")}
    ways |= {"percent": quote(name).lower().encode(), "json": json.dumps(name).encode()}
    ways |= {f"base64 at {n}": b64encode(b"z" * n + name.encode() + b"and more") for n in range(4)}
    ways |= {"wide base64": b64encode(b"z" + name.encode("utf-16-le") + b"\0"), "hex": name.encode().hex().encode()}
    ways |= {"raw": raw, "raw in hex": raw.hex().upper().encode(), "raw in base64": urlsafe_b64encode(b"1" + raw)}
    place = tmp_path / "file"
    for way, data in ways.items():
        place.write_bytes(bytes(1000) + data + b"\xff" * 9)
        assert len(known.sightings(tmp_path)) == 1, way
    place.write_bytes(b"nothing")
    assert known.sightings(tmp_path) == []
    (tmp_path / f"{token}.txt").touch()
    assert len(known.sightings(tmp_path)) == 1


def test_mid_sync(story: Story) -> None:
    """The first sign-in, with what one types wrong; killed while the company comes in."""
    with story.start(story.server.url) as desk:
        wrong = story.known.plant("wrong password", "Bb2-{}-yy")
        desk.do("sign_in", story.server.url, story.shop.email, wrong, "fails")
        astray = story.known.plant("password in the wrong field", "{}@Cc3")
        desk.do("sign_in", story.server.url, astray, "not this one", "fails")
        desk.do("sign_in", story.server.url, story.shop.email, story.shop.password, "begins")
        replica = _await(lambda: next(story.home.rglob("replica.db-wal"), None))
        _await(lambda: replica.exists() and replica.stat().st_size > 100_000)
        desk.kill()
    story.clean()


def _await(found: Callable[[], Any]) -> Any:
    """Until there is something."""
    over = threading.Event()
    for _ in range(PATIENCE * 200):
        if result := found():
            return result
        over.wait(0.005)
    raise AssertionError("never came")


def test_a_day_of_work(story: Story) -> None:
    """All of it passes through the window, then the desk is closed in good order."""
    known = story.known
    with story.start() as desk:
        story.come(desk)
        told = desk.do("secrets")
        for what, value in told["text"].items():
            known.know(what, value)
        for what, value in told["raw"].items():
            known.know(what, bytes.fromhex(value))
        assert desk.limits() == ("0", "00000000")
        case = desk.do("open_case", 1)
        work(desk, story, case)
        assert desk.written_to() == []
        desk.do("close")
        assert desk.ended() == 0
    assert len(known) >= ENOUGH, sorted(known.text)
    assert any(path.stat().st_size > 1_000_000 for path in story.home.rglob("*.db"))
    assert list(story.home.rglob(FILE)) == []
    story.clean()
    (story.home / "planted").write_text(known.text["reason to reveal"])
    assert len(known.sightings(story.home)) == 1, "and the search would have seen it"
    (story.home / "planted").unlink()


def work(desk: Desk, story: Story, case: str) -> None:
    """What a person does in a day."""
    known, files = story.known, story.chosen
    desk.do("write", "reply", known.plant("draft thrown away", "Dear {}"), False)
    desk.do("discard")
    desk.do("write", "reply", known.plant("reply", "On its way, {}"), True)
    desk.do("write", "note", known.name("note"), True)
    (files / known.plant("name of an upload", "{}.txt")).write_text(known.plant("bytes of an upload"))
    desk.do("attach", str(files / f"{known.text['name of an upload']}.txt"))
    desk.do("paste_picture", known.plant("words in a picture"))
    desk.do("write", "reply", known.plant("draft of a reply"), False)
    desk.do("write", "note", known.plant("draft of a note"), False)
    desk.do("copy", known.plant("clipboard"))
    desk.do("tag", known.plant("half a tag"))
    desk.do("search", known.plant("search without a hit"))
    desk.do("search", known.text["customer"])
    desk.do("palette", known.plant("words in the palette"))
    desk.do("save_file", case, story.shop.name, str(files / known.plant("name of a download")))
    desk.do("reveal", known.plant("reason to reveal", "Refund for {}"), known.text["card"])
    desk.do("break_glass", "2", known.plant("reason to break the glass", "{} is on the phone"))
    desk.do("notify", known.plant("title of a notification"), known.plant("text of a notification"))
    desk.do("proxy_login", known.plant("name at the proxy"), known.plant("password at the proxy"))
    for n, code in enumerate(desk.do("recovery")):
        known.know(f"recovery code {n}" if n else "key of the authenticator app", code)


@pytest.mark.parametrize("moment", ["typing and searching", "downloading", "staging"])
def test_killed(story: Story, moment: str) -> None:
    known = story.known
    with story.start() as desk:
        story.come(desk)
        case = desk.do("open_case", 1)
        if moment == "downloading":
            desk.say("save_file", case, story.shop.name, str(story.chosen / "again"), False)
            desk.hear()
        elif moment == "staging":
            big = story.chosen / known.plant("name of a large file")
            big.write_bytes(known.plant("bytes of a large file").encode() * (BIG // 12))
            desk.say("attach", str(big))
            _await(lambda: next(story.home.rglob("*.part"), None))
        else:
            desk.say("busy", known.plant(f"{moment}"))
            for _ in range(40):
                desk.hear()
        desk.kill()
    story.clean()


def test_what_breaks_is_told_without_words(story: Story) -> None:
    """In a slot, in the sync thread, in a task, on other threads, in what is let go: kinds and places, no message."""
    with story.start() as desk:
        story.come(desk)
        told = desk.do("fail", story.known.plant("message of an exception", "cannot read {}"))
        assert "builtins.ValueError" in told
        assert story.known.text["message of an exception"] not in told
        said = desk.errors.read_text("utf-8")
        assert said.count("builtins.ValueError") >= 4, said
        desk.do("close")
        assert desk.ended() == 0
    story.clean()


def test_the_keyring_goes_away(story: Story) -> None:
    """In the middle of work, which goes on; at the next start a page says what to do, and nothing is lost."""
    sentences = {VaultState.LOCKED.value, VaultState.MISSING.value}
    with story.start() as desk:
        story.come(desk)
        case = desk.do("open_case", 1)
        story.ring.kill()
        assert desk.do("renew") in sentences
        desk.do("write", "note", story.known.plant("note without a keyring"), True)
        desk.do("write", "reply", story.known.plant("draft without a keyring"), False)
        desk.do("close")
        assert desk.ended() == 0
    with story.start() as desk:
        assert sentences & set(desk.do("key_page"))
        story.ring.unlock()
        desk.do("try_again")
        assert desk.do("open_case", 1) == case
        assert desk.do("draft") == story.known.text["draft without a keyring"]
        desk.kill()
    story.clean()


@pytest.mark.parametrize(("how", "signal_", "words"), [
    ("segv", signal.SIGSEGV, "Segmentation fault"), ("abort", signal.SIGABRT, "Aborted"),
])  # fmt: skip
def test_crashed(story: Story, how: str, signal_: signal.Signals, words: str) -> None:
    """No image of its memory is left; places in the program are, and are told at the next start."""
    with story.start() as desk:
        story.come(desk)
        desk.do("open_case", 1)
        desk.do("write", "reply", story.known.plant(f"draft before {how}"), False)
        desk.say("crash", how)
        assert desk.ended() == -signal_
    (left,) = story.home.rglob(FILE)
    assert words in left.read_text()
    story.clean()
    with story.start() as desk:
        told = desk.do("last_words")
        assert words in told
        assert "tests/" not in told
        assert "steps.py" in told
        assert str(story.home) not in told
        assert str(ROOT) not in told
        desk.kill()
    assert not left.exists() or not left.stat().st_size
    story.clean()
