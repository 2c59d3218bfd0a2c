"""Start: the whole desk program on a large encrypted replica, against a bare PySide6 window with an empty table."""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil  # type: ignore[import-untyped]
from tests.bench.company import DEVICE, EMAIL, KEY, PERSON, SERVER, Sizes, kept, replica
from tests.bench.figures import Figure, at_most, run
from tests.bench.laptop import lend

from agentdesk.desk.glance import Identity, folder_of, shape
from agentdesk.store.precious import open_precious

PAINTED, USABLE, MEMORY = 2.0, 4.0, 3.0
ROUNDS = 9
PATIENCE = 60.0


def main() -> None:
    run(measure, __doc__)


def measure(quick: bool) -> list[Figure]:
    """Turn by turn, medians; the first of each only warms the disk."""
    sizes = Sizes(10_000) if quick else Sizes()
    with profile(sizes) as folder:
        desks, floors = [], []
        for _ in range(1 + (3 if quick else ROUNDS)):
            floors.append(started("bare", last="painted"))
            desks.append(started("desk", str(folder), last="usable"))
    floor, desk = medians(floors[1:]), medians(desks[1:])
    on = f"replica of {sizes.cases:,} conversations, {sizes.messages:,} messages"
    bare = "bare window painted"
    return [
        at_most("Start: window painted", PAINTED, 1000 * desk["painted"], 1000 * floor["painted"], "ms", bare),
        at_most(f"Start: queue usable, {on}", USABLE, 1000 * desk["usable"], 1000 * floor["painted"], "ms", bare),
        at_most("Start: memory", MEMORY, desk["mib"], floor["mib"], "MiB", "bare window"),
    ]


def medians(rounds: list[dict[str, float]]) -> dict[str, float]:
    return {name: statistics.median(one[name] for one in rounds) for name in rounds[0]}


@contextmanager
def profile(sizes: Sizes, *, server: str = SERVER, own: bool = False) -> Iterator[Path]:
    """A profile's folder as somebody leaves it in the evening. `own`: with a copy of the replica that may change."""
    made = replica(sizes) / "replica.db"
    with tempfile.TemporaryDirectory(prefix="agentdesk-bench-") as name:
        folder = Path(name)
        identity = Identity(server, EMAIL, PERSON, DEVICE)
        place = folder_of(folder, identity) / "replica.db"
        lend(place.parent, identity)
        open_precious(place.with_name("precious.db"), KEY).close()
        (shutil.copyfile if own else os.link)(made, place)
        known = {"server": server, "email": EMAIL, "person": PERSON, "device": DEVICE}
        account = {f"account.{name}": value for name, value in known.items()}
        (folder / "window.json").write_text(json.dumps(account | {"replica.shape": shape()}))
        yield folder


def started(*arguments: str, last: str) -> dict[str, float]:
    """Seconds from the start of a process to what it tells, and its memory in MiB."""
    command = [sys.executable, "-m", "tests.bench.program", *arguments]
    begun = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=installed())
    assert process.stdout is not None
    found: dict[str, float] = {}
    watchdog = threading.Timer(PATIENCE, process.kill)
    watchdog.start()
    try:
        for line in process.stdout:
            what, at = line.split()
            found[what] = float(at) - begun
            if "rested" in found and last in found:
                break
        assert last in found, f"{arguments[0]}: {found}"
        found["mib"] = psutil.Process(process.pid).memory_info().rss / 2**20
    finally:
        watchdog.cancel()
        process.kill()
        process.wait(10)
    return found


def installed() -> dict[str, str]:
    """The environment of an installed program: its modules are compiled once, not at each start."""
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return env | {"PYTHONPYCACHEPREFIX": str(kept() / "compiled")}


if __name__ == "__main__":
    main()
