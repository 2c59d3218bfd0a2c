"""Every secret of the desk in a real GNOME keyring: kept, short enough, and in words when it is locked or goes away."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.ring import Ring

from agentdesk.store.vault import MOST_CHARS, VaultState

KEEP = """
from tests.store.secrets import keep_all
keep_all()
"""
READ = """
import json
from tests.store.secrets import read_all
print(json.dumps(read_all()))
"""
ITEMS = """
import json, secretstorage
items = secretstorage.get_default_collection(secretstorage.dbus_init()).get_all_items()
print(json.dumps({item.get_attributes()["service"]: len(item.get_secret()) for item in items}))
"""
TRY = """
import json
from tests.store.secrets import try_all
print(json.dumps(try_all()))
"""


@pytest.fixture
def ring(tmp_path: Path) -> Iterator[Ring]:
    with Ring(tmp_path) as made:
        made.env["PYTHONPATH"] = path()
        yield made


def path() -> str:
    root = Path(__file__).resolve().parents[2]
    return f"{root / 'src'}:{root / 'server_stub'}:{root}"


def test_all_of_them_are_kept_and_short(ring: Ring) -> None:
    ring.run(KEEP)
    told = json.loads(ring.run(READ))
    assert set(told) == {"key", "device", "token", "account", "pin", "proxy"}
    sizes = json.loads(ring.run(ITEMS))
    assert len(sizes) == len(told), "one item each"
    assert max(sizes.values()) == MOST_CHARS, "the longest that a server may give"
    assert all(size <= MOST_CHARS for size in sizes.values())


def test_locked_in_the_middle(ring: Ring) -> None:
    """Each question is answered by the one sentence that says what to do."""
    ring.run(KEEP)
    ring.lock()
    assert set(json.loads(ring.run(TRY)).values()) == {VaultState.LOCKED.value}


def test_killed_in_the_middle(ring: Ring) -> None:
    """Nothing is taken for missing that is only out of reach: no key is made anew, no account forgotten."""
    ring.run(KEEP)
    before = ring.run(READ)
    ring.kill()
    said = json.loads(ring.run(TRY))
    assert set(said.values()) <= {VaultState.LOCKED.value, VaultState.MISSING.value}, said
    ring.unlock()
    assert ring.run(READ) == before
