"""What a laptop holds, at a real server: leases that end, keys that change, being shut out, being let in."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot
from tests.desk.test_app import PATIENCE, KeptVault, Start, arrive, case_about, live, sign_in, starting
from tests.server.running import PASSWORD, Company, company

from agentdesk.desk import glance, holding, startup
from agentdesk.desk.glance import Identity
from agentdesk.desk.pages.held import EnrolPage, LapsedPage, LostPage, ShutOutPage, link_parts
from agentdesk.desk.pages.sign_in import SignInPage
from agentdesk.domain.cases import Note
from agentdesk.domain.devices import DEVICES_OF, Device
from agentdesk.store import lease as leases
from agentdesk.store.crypt import WrongKey, open_database
from agentdesk.store.vault import PINS
from agentdesk.sync.passport import Tokens
from agentdesk_server.gate.orders import DeviceInvite, DeviceShutOut, KeysRotate, PolicySet

CANARY = "canary-4711-of-a-customer"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    with company(tmp_path_factory.mktemp("data") / "server") as found:
        yield found


@pytest.fixture
def vault() -> KeptVault:
    return KeptVault()


@pytest.fixture
def start(qtbot: QtBot, tmp_path: Path, vault: KeptVault) -> Iterator[Start]:
    with starting(tmp_path, vault) as run:
        yield run


def device(shop: Company) -> Device:
    """The one that was seen last."""

    async def read() -> list[Device]:
        return list(shop.state.reader.records.page(DEVICES_OF(person=shop.agent), limit=1000))

    return max(shop.running.do(read()), key=lambda one: one.since)


def work_and_close(qtbot: QtBot, start: Start, shop: Company, text: str = CANARY) -> Identity:
    """Somebody has worked here, and has closed the window."""
    program = start()
    sign_in(program, shop)
    session = live(qtbot, program)
    arrive(shop, text)
    case = case_about(qtbot, session, text)
    session.live.do(Note(case=case.id, message=session.live.new_id(), text=f"{CANARY} noted"))
    session.live.drafts.typed(case.id, "reply", f"{CANARY} drafted", 3)
    qtbot.waitUntil(lambda: not session.live.status.waiting, timeout=PATIENCE)
    identity = session.live.identity
    program.close()
    return identity


def files(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def key_of(vault: KeptVault, folder: Path, identity: Identity) -> bytes:
    found = holding.key_to_look(vault, folder, identity)
    assert found is not None
    return found


def test_nothing_readable_stays_on_the_disk(qtbot: QtBot, tmp_path: Path, start: Start, shop: Company) -> None:
    work_and_close(qtbot, start, shop)
    everything = files(tmp_path)
    assert len(everything) > 100_000
    assert CANARY.encode() not in everything
    assert PASSWORD.encode() not in everything


def test_neither_half_opens_it_alone(
    qtbot: QtBot, tmp_path: Path, start: Start, shop: Company, vault: KeptVault
) -> None:
    identity = work_and_close(qtbot, start, shop)
    folder = glance.folder_of(tmp_path, identity)
    local, held = vault.find_key(identity.server, identity.person), holding.lease(vault, folder, identity)
    assert local is not None
    for wrong in (local, bytes.fromhex(held.half)):
        with pytest.raises(WrongKey):
            open_database(folder / "precious.db", wrong, durable=True, readonly=True)
    open_database(folder / "precious.db", leases.data_key(local, held.half), durable=True, readonly=True).close()


def lapse(vault: KeptVault, folder: Path, identity: Identity) -> None:
    """As if this laptop had been away for too long."""
    key, about = holding.device_key(vault, identity), holding.about(identity)
    held = leases.read(folder, key, about)
    assert held is not None
    leases.keep(folder, key, about, leases.Lease(held.half, 1, held.generation, held.before, held.latest))


def test_a_lapsed_lease_is_renewed_where_the_server_is(
    qtbot: QtBot, tmp_path: Path, start: Start, shop: Company, vault: KeptVault
) -> None:
    """And what was written before is there."""
    identity = work_and_close(qtbot, start, shop, f"{CANARY} on a lapsed laptop")
    lapse(vault, glance.folder_of(tmp_path, identity), identity)
    session = live(qtbot, start())
    case = case_about(qtbot, session, f"{CANARY} on a lapsed laptop")
    draft = session.live.drafts.get(case.id, "reply")
    assert draft is not None
    assert draft.text == f"{CANARY} drafted"


def test_a_lapsed_lease_without_the_server(
    qtbot: QtBot, tmp_path: Path, start: Start, shop: Company, vault: KeptVault, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is opened, a page says what to do, and nothing is lost."""
    identity = work_and_close(qtbot, start, shop)
    folder = glance.folder_of(tmp_path, identity)
    lapse(vault, folder, identity)

    def nobody(*_: object, **__: object) -> None:
        raise startup.Problem("The server cannot be reached.")

    with monkeypatch.context() as cut:
        cut.setattr(startup, "renew", nobody)
        program = start()
        qtbot.waitUntil(lambda: isinstance(program.front.page, LapsedPage), timeout=PATIENCE)
        assert program.session is None
        assert not (folder / "lease").exists(), "the half was given back"
    page = program.front.page
    assert isinstance(page, LapsedPage)
    page.retry.click()
    session = live(qtbot, program)
    assert case_about(qtbot, session, CANARY).preview == CANARY


def test_keys_change(qtbot: QtBot, tmp_path: Path, start: Start, shop: Company, vault: KeptVault) -> None:
    """The desk takes the new key up at its next start; the old one opens nothing then."""
    identity = work_and_close(qtbot, start, shop)
    folder = glance.folder_of(tmp_path, identity)
    old = key_of(vault, folder, identity)
    shop.running.operate(KeysRotate())
    shown = startup.passport(vault, folder, identity, Tokens("", 0, vault.token(identity.server) or ""))
    shown.renewed(at_once=True)
    session = live(qtbot, program := start())
    assert case_about(qtbot, session, CANARY).preview == CANARY
    program.close()
    new = key_of(vault, folder, identity)
    assert new != old
    for name in ("precious.db", "replica.db"):
        open_database(folder / name, new, durable=True, readonly=True).close()
        with pytest.raises(WrongKey):
            open_database(folder / name, old, durable=True, readonly=True)


def gone(tmp_path: Path, vault: KeptVault) -> bool:
    """Whether nothing of anybody is left."""
    kept = {service for service, _ in vault._kept} - {PINS}  # what the log was is remembered: it names nobody
    return not kept and not [path for path in tmp_path.rglob("*.db*") if path.is_file()]


def test_a_desk_that_is_shut_out_wipes_itself(
    qtbot: QtBot, tmp_path: Path, start: Start, shop: Company, vault: KeptVault
) -> None:
    """Files, keys, and what the settings remember; then it reports, and IT sees it."""
    program = start()
    sign_in(program, shop)
    live(qtbot, program)
    id = device(shop).id
    shop.running.operate(DeviceShutOut(device=id))
    qtbot.waitUntil(lambda: isinstance(program.front.page, ShutOutPage), timeout=PATIENCE)
    assert program.session is None
    assert gone(tmp_path, vault)
    assert b"mina@example.com" not in files(tmp_path)
    assert device(shop).status == "wiped"
    page = program.front.page
    assert isinstance(page, ShutOutPage)
    page.enter.click()
    assert isinstance(program.front.page, SignInPage)


def test_a_desk_that_was_away_wipes_itself_when_it_comes(
    qtbot: QtBot, tmp_path: Path, start: Start, shop: Company, vault: KeptVault
) -> None:
    work_and_close(qtbot, start, shop)
    shop.running.operate(DeviceShutOut(device=device(shop).id))
    program = start()
    qtbot.waitUntil(lambda: isinstance(program.front.page, ShutOutPage), timeout=PATIENCE)
    assert gone(tmp_path, vault)
    assert device(shop).status == "wiped"


def test_a_new_laptop_is_let_in_by_a_code(qtbot: QtBot, start: Start, shop: Company) -> None:
    shop.running.operate(PolicySet(name="only-enrolled", value="on"))
    try:
        program = start()
        sign_in(program, shop)
        qtbot.waitUntil(lambda: isinstance(program.front.page, EnrolPage), timeout=PATIENCE)
        page = program.front.page
        assert isinstance(page, EnrolPage)
        page.go.click()
        assert page._wrong.text()
        code = shop.running.operate(DeviceInvite(person="mina@example.com", name="New"))
        page.code.setText(f"agentdesk://enrol?server={shop.url}&code={code}")
        page.go.click()
        live(qtbot, program)
        assert device(shop).name == "New"
    finally:
        shop.running.operate(PolicySet(name="only-enrolled", value="off"))


def test_the_desk_tells_what_it_knows_of_itself(qtbot: QtBot, start: Start, shop: Company) -> None:
    program = start()
    sign_in(program, shop)
    live(qtbot, program)
    qtbot.waitUntil(lambda: bool(device(shop).version), timeout=PATIENCE)
    found = device(shop)
    assert found.system
    assert {found.disk, found.lock} <= {"yes", "no", "unknown"}
    assert found.lease_until > time.time() * 1000


@pytest.mark.parametrize(
    ("link", "parts"),
    [
        ("agentdesk://enrol?server=https://d.example&code=AB-CD", ("https://d.example", "AB-CD")),
        ("agentdesk://enrol", ("", "")),
        ("https://evil.example/enrol?code=X", ("", "")),
        ("agentdesk://[::1", ("", "")),
    ],
)
def test_links(link: str, parts: tuple[str, str]) -> None:
    assert link_parts(link) == parts


# --- The keyring lost what it held ---


def test_a_lost_keyring(qtbot: QtBot, tmp_path: Path, start: Start, shop: Company, vault: KeptVault) -> None:
    """No new key is made in silence: a page says what is missing, and what is lost if one begins anew."""
    identity = work_and_close(qtbot, start, shop, f"{CANARY} before the keyring was lost")
    folder = glance.folder_of(tmp_path, identity)
    before = (folder / "precious.db").read_bytes()
    kept, vault._kept = vault._kept, {}
    program = start()
    qtbot.waitUntil(lambda: isinstance(program.front.page, SignInPage), timeout=PATIENCE)
    sign_in(program, shop)
    qtbot.waitUntil(lambda: isinstance(program.front.page, LostPage), timeout=PATIENCE)
    assert vault.find_key(identity.server, identity.person) is None
    assert (folder / "precious.db").read_bytes() == before
    page = program.front.page
    assert isinstance(page, LostPage)
    page.begin.click()
    session = live(qtbot, program)
    case = case_about(qtbot, session, f"{CANARY} before the keyring was lost")
    assert session.live.drafts.get(case.id, "reply") is None
    assert kept


def test_a_keyring_that_is_found_again(
    qtbot: QtBot, tmp_path: Path, start: Start, shop: Company, vault: KeptVault
) -> None:
    """As when another one was unlocked by mistake: with the right one all is there."""
    work_and_close(qtbot, start, shop, f"{CANARY} with two keyrings")
    kept, vault._kept = vault._kept, {}
    program = start()
    qtbot.waitUntil(lambda: isinstance(program.front.page, SignInPage), timeout=PATIENCE)
    sign_in(program, shop)
    qtbot.waitUntil(lambda: isinstance(program.front.page, LostPage), timeout=PATIENCE)
    vault._kept = kept
    page = program.front.page
    assert isinstance(page, LostPage)
    page.retry.click()
    session = live(qtbot, program)
    case = case_about(qtbot, session, f"{CANARY} with two keyrings")
    draft = session.live.drafts.get(case.id, "reply")
    assert draft is not None
    assert draft.text == f"{CANARY} drafted"
