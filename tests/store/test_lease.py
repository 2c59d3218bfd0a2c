"""The lease: what opens the data, for how long, and how files come under a new key; also when killed midway."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from agentdesk.store import lease as leases
from agentdesk.store.crypt import WrongKey, open_database
from agentdesk.store.devicekey import DeviceKey, new_seed
from agentdesk.store.lease import SET_BACK, Lapsed, Lease
from agentdesk.store.staging import Staging

NOW, DAY = 1_800_000_000_000, 24 * 3_600_000
KEY, LOCAL = DeviceKey(bytes(range(32))), bytes(32)
OLD, NEW = "aa" * 32, "bb" * 32


def test_it_is_kept_for_this_device_alone(tmp_path: Path) -> None:
    lease = Lease(OLD, NOW + DAY, 3, "", NOW)
    leases.keep(tmp_path, KEY, "server person", lease)
    assert leases.read(tmp_path, KEY, "server person") == lease
    assert leases.read(tmp_path, KEY, "server another") is None
    assert leases.read(tmp_path, DeviceKey(new_seed()), "server person") is None
    assert OLD.encode() not in (tmp_path / "lease").read_bytes()
    assert bytes.fromhex(OLD) not in (tmp_path / "lease").read_bytes()
    if os.name == "posix":
        assert (tmp_path / "lease").stat().st_mode & 0o077 == 0
    leases.drop(tmp_path)
    assert leases.read(tmp_path, KEY, "server person") is None
    assert list(tmp_path.iterdir()) == []


def test_damage_is_no_lease(tmp_path: Path) -> None:
    for garbage in (b"", b"x", bytes(200)):
        (tmp_path / "lease").write_bytes(garbage)
        assert leases.read(tmp_path, KEY, "s p") is None


@pytest.mark.parametrize("off", [-SET_BACK, 0, DAY - 1])
def test_it_holds(off: int) -> None:
    lease = Lease(OLD, NOW + DAY, latest=NOW)
    assert leases.check(lease, NOW + off) is lease


@pytest.mark.parametrize(
    ("lease", "now", "words"),
    [
        (None, NOW, "in touch with the server"),
        (Lease(OLD, NOW), NOW, "in touch with the server"),
        (Lease(OLD, NOW + DAY, latest=NOW), NOW - SET_BACK - 1, "was set back"),
    ],
)
def test_it_ends_in_words(lease: Lease | None, now: int, words: str) -> None:
    with pytest.raises(Lapsed, match=words):
        leases.check(lease, now)


def test_both_halves_are_needed() -> None:
    keys = {leases.data_key(local, half) for local in (LOCAL, bytes([1]) * 32) for half in (OLD, NEW)}
    assert len(keys) == 4
    assert all(len(key) == 32 for key in keys)


def test_the_way_back_is_kept_until_the_files_have_moved() -> None:
    """However often the halves change before this laptop is opened again."""
    first = leases.renewed(None, OLD, NOW, 0, NOW)
    again = leases.renewed(first, OLD, NOW + DAY, 0, NOW)
    assert (first.before, again.before, again.until) == ("", "", NOW + DAY)
    second = leases.renewed(again, NEW, NOW, 1, NOW)
    third = leases.renewed(second, "cc" * 32, NOW, 2, NOW)
    assert (second.before, third.before) == (OLD, OLD)


def laptop(folder: Path, key: bytes) -> tuple[tuple[Path, ...], Path]:
    """Two databases and a staged file under a key."""
    files = folder / "precious.db", folder / "replica.db"
    for path in files:
        db = open_database(path, key, durable=True)
        db.execute("CREATE TABLE said (text TEXT)")
        db.executemany("INSERT INTO said VALUES (?)", [(f"canary-{n}" * 50,) for n in range(500)])
        db.close()
    Staging(folder / "staging", key).stage(b"canary bytes", "a.txt")
    return files, folder / "staging"


def opens(path: Path, key: bytes) -> bool:
    try:
        db = open_database(path, key, durable=True)
    except WrongKey:
        return False
    assert db.execute("SELECT count(*) FROM said").fetchone() == (500,)
    db.close()
    return True


def test_files_come_under_the_new_key(tmp_path: Path) -> None:
    """And the old one opens nothing any more, neither what was there nor what comes."""
    old, new = leases.data_key(LOCAL, OLD), leases.data_key(LOCAL, NEW)
    files, staging = laptop(tmp_path, old)
    lease = Lease(NEW, NOW, 1, OLD)
    for _ in range(2):
        leases.move(files, staging, new, leases.older_keys(LOCAL, lease))
        assert [opens(path, new) for path in files] == [True, True]
        assert [opens(path, old) for path in files] == [False, False]
        (staged,) = Staging(staging, new).waiting()
        assert b"".join(Staging(staging, new).read(staged.digest)) == b"canary bytes"
        assert Staging(staging, old).waiting() == []
    everything = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert b"canary" not in everything


def test_files_from_before_there_were_leases(tmp_path: Path) -> None:
    files, staging = laptop(tmp_path, LOCAL)
    new = leases.data_key(LOCAL, NEW)
    leases.move(files, staging, new, leases.older_keys(LOCAL, Lease(NEW, NOW)))
    assert all(opens(path, new) for path in files)


def test_files_of_another_key_are_left_alone(tmp_path: Path) -> None:
    files, staging = laptop(tmp_path, bytes([9]) * 32)
    before = [path.read_bytes() for path in files]
    leases.move(files, staging, leases.data_key(LOCAL, NEW), [LOCAL])
    assert [path.read_bytes() for path in files] == before


@pytest.mark.skipif(sys.platform == "win32", reason="kills like a power cut are POSIX's")
@pytest.mark.parametrize("at", [1, 3, 5])
def test_killed_on_the_way(tmp_path: Path, at: int) -> None:
    """Whatever was done by then, the next start finds each file under one of the keys, whole, and goes on."""
    old, new = leases.data_key(LOCAL, OLD), leases.data_key(LOCAL, NEW)
    files, staging = laptop(tmp_path, old)
    code = f"""
import os, signal
from pathlib import Path
from agentdesk.store import lease, crypt
steps = iter(range(100))
def counted(real):
    def call(*args, **more):
        if next(steps) == {at}:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*args, **more)
    return call
lease.open_database = counted(lease.open_database)
real = lease._rekey
def rekey(db, key):
    real(db, key) if next(steps) != {at} else (
        db.execute(f'PRAGMA rekey = "x\\'{{key.hex()}}\\'" '), os.kill(os.getpid(), signal.SIGKILL))
lease._rekey = rekey
folder = Path({str(tmp_path)!r})
files = folder / "precious.db", folder / "replica.db"
lease.move(files, folder / "staging", bytes.fromhex({new.hex()!r}), [bytes.fromhex({old.hex()!r})])
"""
    done = subprocess.run([sys.executable, "-c", code], check=False, timeout=60)
    assert done.returncode == -signal.SIGKILL
    leases.move(files, staging, new, [old])
    assert all(opens(path, new) for path in files)
    (staged,) = Staging(staging, new).waiting()
    assert b"".join(Staging(staging, new).read(staged.digest)) == b"canary bytes"
