"""Keys are replaced while the log goes on: what was sealed stays readable, and whoever trusts the log follows."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest
import requests
from tests.server.ruling import SYSTEM, Ruling
from tests.server.running import PATIENCE, Process, agentdesk, company

from agentdesk.domain.audit.published import HEADS, AuditHead, Pin, witness
from agentdesk.domain.kernel import Actor
from agentdesk.domain.people import AddPerson
from agentdesk.domain.privacy import Erase
from agentdesk.domain.signing import EVERY_KEY, RotateKeys
from agentdesk.store.signature import is_signed
from agentdesk_server.audit.command import run
from agentdesk_server.audit.keys import KeyLostError, Keys
from agentdesk_server.audit.lines import HeadLine, KeyLine, decode, encode, first_key, head_line
from agentdesk_server.audit.seal import open_details, seal, unseal
from agentdesk_server.audit.verify import verify_file
from agentdesk_server.authority import Authority
from agentdesk_server.authority.signer import handovers
from agentdesk_server.gate.orders import KeysRotate
from agentdesk_server.operating import AuditExport, TeamAdd

MASTER = bytes(range(32))


@pytest.fixture
def rule(tmp_path: Path) -> Iterator[Ruling]:
    made = Ruling(tmp_path).found()
    made.tell(SYSTEM, AddPerson(person="adm", name="Adm", email="adm@x.example", role="admin"))
    yield made
    made.database.close()


def rotate(rule: Ruling, keys: tuple[str, ...] = EVERY_KEY) -> str:
    told = rule.told(SYSTEM, RotateKeys(keys=keys))  # type: ignore[arg-type]
    (outcome,) = rule.authority.commit([msgspec.structs.replace(told, work=lambda authority: authority.rotate(keys))])
    return outcome.ack.status


def arguments(rule: Ruling, number: int) -> object:
    return rule.authority.ledger.unseal(number)["arguments"]


# --- Seals


def test_a_new_key_opens_the_new_and_the_old_one_the_old() -> None:
    table: dict[str, bytes] = {}
    keys = Keys(MASTER, table)
    before = seal(keys, "cora", b"before")
    keys.rotate()
    after, other = seal(keys, "cora", b"after"), seal(keys, "dan", b"new here")
    again = Keys(MASTER, dict(table))
    assert [unseal(again, "cora", before), unseal(again, "cora", after)] == [b"before", b"after"]
    assert unseal(again, "dan", other) == b"new here"
    old = {name: value for name, value in table.items() if not name.endswith("\0" + "1")}
    with pytest.raises(KeyLostError):
        unseal(Keys(MASTER, old), "cora", after)  # the old key cannot open what is new
    for changed in (b"\x02" + bytes(4) + before[1:], b"\x02" + bytes((0, 0, 0, 2)) + after[5:], b"\x01" + after[5:]):
        with pytest.raises((ValueError, KeyLostError)):
            unseal(again, "cora", changed)


@pytest.mark.parametrize("times", [0, 1, 3])
def test_erasing_takes_the_keys_of_all_generations(times: int) -> None:
    table: dict[str, bytes] = {}
    keys = Keys(MASTER, table)
    sealed = [seal(keys, "cora", b"one")]
    for _ in range(times):
        keys.rotate()
        sealed.append(seal(keys, "cora", b"another"))
    dan = seal(keys, "dan", b"stays")
    keys.destroy("cora")
    keys.rotate()
    sealed.append(seal(keys, "cora", b"too late"))
    for one in (keys, Keys(MASTER, dict(table))):
        for shut in sealed:
            with pytest.raises(KeyLostError):
                unseal(one, "cora", shut)
        assert unseal(one, "dan", dan) == b"stays"


def test_the_log_stays_readable_and_an_erased_customer_does_not(rule: Ruling) -> None:
    rule.open_case("c1", text="Before.")
    assert rotate(rule) == "done"
    rule.open_case("c2", text="After.")
    rows = rule.conn.execute("SELECT number, sealed FROM leaf WHERE subject='u1' ORDER BY number").fetchall()
    assert [row[1][0] for row in rows] == [1, 2]
    assert ["Before." in str(arguments(rule, rows[0][0])), "After." in str(arguments(rule, rows[1][0]))] == [True, True]
    rule.reopen()
    assert "After." in str(arguments(rule, rows[1][0]))
    told = rule.told(Actor("adm", "nobody"), Erase(erasure="e1", customer="u1"))
    rule.authority.commit([msgspec.structs.replace(told, fresh=True)])
    assert [arguments(rule, number) for number, _ in rows] == [None, None]
    for _, sealed in rows:
        with pytest.raises(KeyLostError):
            open_details(rule.authority.ledger.keys, "u1", sealed)


# --- Heads


def test_the_new_key_is_signed_by_the_old_one(rule: Ruling) -> None:
    old = rule.authority.ledger.public_key
    size = rule.authority.ledger.tree.size
    rotate(rule)
    new = rule.authority.ledger.public_key
    assert new != old
    (passed,) = handovers(rule.conn)
    assert first_key(new, (passed,)) == old
    assert is_signed(old, passed.data, passed.by_old)
    assert is_signed(new, passed.data, passed.by_new)
    rows = rule.conn.execute("SELECT size, data, signature FROM signed_head ORDER BY size").fetchall()
    assert rows[-1][0] == size, "the old key's last word covers all that was there"
    rule.reopen()
    assert rule.authority.ledger.public_key == new


def test_a_rotation_that_is_rolled_back_never_was(
    rule: Ruling, monkeypatch: pytest.MonkeyPatch, expect_log: Callable[[str], None]
) -> None:
    """Whatever fails after the keys were replaced: the authority goes on with those that the disk has."""
    ledger = rule.authority.ledger
    public, generation = ledger.public_key, ledger.keys.generation

    def broken(*_: object) -> None:
        raise OSError("the disk is full")

    expect_log("could not be committed: keys.rotate")
    with monkeypatch.context() as patch:
        patch.setattr(rule.authority, "_flush", broken)
        with pytest.raises(OSError, match="full"):
            rotate(rule)
    assert (ledger.public_key, ledger.keys.generation) == (public, generation)
    assert handovers(rule.conn) == ()
    rule.open_case()
    assert rule.verify(rule.folder / "log").ok


@pytest.fixture
def exported(tmp_path: Path) -> Iterator[tuple[Path, list[bytes], list[Pin | None]]]:
    """A log whose keys were replaced twice, its keys in order, and what a laptop remembered at each stage."""
    target, publics, pins = tmp_path / "log", list[bytes](), list[Pin | None]()
    with company(tmp_path / "server") as shop:
        pin: Pin | None = None
        for turn in range(3):
            if turn:
                shop.running.operate(KeysRotate(keys=EVERY_KEY))
            shop.running.operate(TeamAdd(name=f"Team {turn}"))
            shop.running.do(shop.state.audit.publish())
            pin, doubt = witness(pin, shop.state.reader.records.page(HEADS(), limit=99), is_signed)
            assert doubt == "", "the laptop follows without anybody's help"
            pins.append(pin)
            publics.append(shop.state.writer.authority.ledger.public_key)
        shop.running.operate(AuditExport(file=str(target)))
        yield target, publics, pins


Exported = tuple[Path, list[bytes], list[Pin | None]]


def test_a_verifier_follows_from_whatever_key_it_knows(exported: Exported, capsys: pytest.CaptureFixture[str]) -> None:
    target, publics, pins = exported
    assert len(set(publics)) == 3
    assert [pin and bytes.fromhex(pin.key) for pin in pins] == publics
    for public in publics:
        assert run([str(target), "--key", public.hex()]) == 0, capsys.readouterr().out
    assert run([str(target), "--key", "00" * 32]) == 1
    verdict = verify_file(target)
    assert (verdict.ok, verdict.key) == (True, publics[-1])


def test_what_was_remembered_moves_on_to_the_new_key(exported: Exported, tmp_path: Path) -> None:
    target, publics, _ = exported
    kept = tmp_path / "kept"
    lines = target.read_bytes().splitlines(keepends=True)
    heads = [line.signed for line in map(decode, lines) if isinstance(line, HeadLine)]
    first = tmp_path / "head"
    first.write_bytes(head_line(heads[0]))
    assert run([str(target), "--remember", str(kept), "--key", publics[0].hex(), "--head", str(first)]) == 0
    assert json.loads(kept.read_bytes().splitlines()[0])["key"], "it is a file with evidence"
    assert verify_file(kept).key == publics[-1]
    assert run([str(target), "--remember", str(kept)]) == 0


def test_a_handover_that_is_missing_moved_or_forged_is_found(exported: Exported, tmp_path: Path) -> None:
    target, publics, _ = exported
    lines = target.read_bytes().splitlines(keepends=True)
    places = [at for at, line in enumerate(lines) if isinstance(decode(line), KeyLine)]
    assert len(places) == 2
    first = decode(lines[places[0]])
    assert isinstance(first, KeyLine)
    forged = encode(KeyLine(first.handover, first.new, first.old))
    for spoilt in (
        [line for at, line in enumerate(lines) if at != places[0]],
        [line for at, line in enumerate(lines) if at not in places],
        [*lines[: places[0]], forged, *lines[places[0] + 1 :]],
        [lines[0], lines[places[1]], *lines[1:]],
    ):
        (tmp_path / "spoilt").write_bytes(b"".join(spoilt))
        verdict = verify_file(tmp_path / "spoilt", publics[-1])
        assert not verdict.ok
        assert any("passed the log on" in one or "was not signed" in one for one in verdict.problems)


def test_a_replaced_key_proves_nothing_any_more_by_itself(exported: Exported, tmp_path: Path) -> None:
    """Should it leak: a log that was cut back to its time is not taken by who knows a later key."""
    target, publics, _ = exported
    lines = target.read_bytes().splitlines(keepends=True)
    until = next(at for at, line in enumerate(lines) if isinstance(decode(line), KeyLine))
    (tmp_path / "cut").write_bytes(b"".join(lines[: until + 1]))
    found = verify_file(tmp_path / "cut", publics[1]).problems
    assert any("from before the one you trust" in problem for problem in found), found


# --- The real program


def _rotate_for_ever(url: str, token: str, done: threading.Semaphore) -> None:
    headers = {"Authorization": f"Bearer {token}"}
    with contextlib.suppress(requests.ConnectionError):
        while True:
            asked = {"action": "keys.rotate"}
            answer = requests.post(f"{url}/api/v1/admin/commands", json=asked, headers=headers, timeout=PATIENCE)
            assert answer.status_code == 200, answer.text
            done.release()


def test_killed_in_the_middle_all_keys_are_old_or_all_new(tmp_path: Path) -> None:
    """A server is killed while keys are replaced over and over: it comes back, and its log verifies from the first."""
    folder = tmp_path / "server"
    assert agentdesk("admin", "--data", str(folder), "team", "add", "Billing").returncode == 0
    first = agentdesk("admin", "--data", str(folder), "audit", "export", str(tmp_path / "log")).stdout.split()[-1]
    for turn in range(4):
        serving, done_so_far = Process(folder), threading.Semaphore(0)
        token = (folder / "admin.token").read_text()
        asking = threading.Thread(target=_rotate_for_ever, args=(serving.url, token, done_so_far))
        asking.start()
        for _ in range(3 + turn):
            assert done_so_far.acquire(timeout=PATIENCE)
        serving.kill()  # the next one is under way
        asking.join(PATIENCE)
    done = agentdesk("admin", "--data", str(folder), "keys", "rotate", "heads")
    assert done.returncode == 0, done.stderr
    assert agentdesk("admin", "--data", str(folder), "audit", "export", str(tmp_path / "log")).returncode == 0
    verified = agentdesk("verify-audit", str(tmp_path / "log"), "--key", first)
    assert verified.returncode == 0, verified.stdout


def test_it_is_the_whole_authority_that_rotates(rule: Ruling) -> None:
    """All three kinds are replaced in one transaction with their entry in the log."""
    before = rule.conn.execute("SELECT coalesce(max(generation), 0) FROM lease_key").fetchone()[0]
    assert isinstance(rule.authority, Authority)
    rotate(rule)
    assert rule.conn.execute("SELECT generation FROM lease_key").fetchone()[0] == before + 1
    last = rule.leaves()[-1]
    assert (last.command, last.touched) == ("keys.rotate", tuple(("setting", f"keys-{one}") for one in EVERY_KEY))
    assert rotate(rule, ("seals",)) == "done"
    assert rule.conn.execute("SELECT generation FROM lease_key").fetchone()[0] == before + 1
    assert len(handovers(rule.conn)) == 1
    assert AuditHead.__struct_fields__[-1] == "chain"
