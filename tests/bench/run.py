"""Runs the benchmarks, each in a process of its own, and keeps one table: `run.py [--quick] [NAME…]`."""

from __future__ import annotations

import argparse
import datetime
import os
import subprocess
import sys
from pathlib import Path

import msgspec

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.bench.figures import MARK, Figure  # noqa: E402
from tests.bench.page import page  # noqa: E402

BENCHES = (
    "start",
    "gui",
    "conversation",
    "catchup",
    "commands",
    "fanout",
    "search",
    "knowledge",
    "audit",
    "pii",
    "assist",
    "replies",
    "worker",
    "clocks",
    "mails",
    "mailroom",
    "routing",
    "views",
)
TABLE = ROOT / "docs" / "benchmarks.md"
PATIENCE = 1_800


def main() -> int:
    """0 if all benchmarks ran and every figure was met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"which: {', '.join(BENCHES)} (all)")
    parser.add_argument("--quick", action="store_true", help="less of everything; its table is not kept")
    chosen = parser.parse_args()
    names = chosen.names or BENCHES
    if unknown := [name for name in names if name not in BENCHES]:
        parser.error(f"there is no benchmark {unknown[0]}; there are {', '.join(BENCHES)}")
    found: list[Figure] = []
    broken = [name for name in names if not _run(name, chosen.quick, found)]
    day = f"{datetime.datetime.now(datetime.UTC):%d %B %Y}".lstrip("0")
    print(f"\n{page(found, day, quick=chosen.quick)}")
    for name in broken:
        print(f"{name}: did not come to an end")
    if not chosen.quick:
        TABLE.parent.mkdir(exist_ok=True)
        TABLE.write_text(page(found, day, TABLE.read_text("utf-8") if TABLE.is_file() else ""), "utf-8")
    return int(bool(broken) or not all(figure.well for figure in found))


def _run(name: str, quick: bool, found: list[Figure]) -> bool:
    command = [sys.executable, "-m", f"tests.bench.{name}", "--raw", *(["--quick"] if quick else [])]
    env = os.environ | {"QT_QPA_PLATFORM": os.environ.get("QT_QPA_PLATFORM", "offscreen")}
    print(f"— {name}", file=sys.stderr, flush=True)
    try:
        done = subprocess.run(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True, timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        return False
    for line in done.stdout.splitlines():
        if line.startswith(MARK):
            found += msgspec.json.decode(line.removeprefix(MARK), type=list[Figure])
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
