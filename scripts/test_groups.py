"""All tests, in groups side by side: many wait for browsers, servers and clocks, and leave a processor idle."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
AT_ONCE = int(os.environ.get("AGENTDESK_TESTS_AT_ONCE", "6"))

# The longest first, so that none is left to run alone at the end. What stands in none of them is in "rest".
GROUPS: dict[str, tuple[str, ...]] = {
    "oracle": ("tests/sync/test_oracle.py",),
    "oracle, faults": ("tests/sync/test_oracle_faults.py",),
    "stories": ("tests/stories",),
    "server a-f": ("tests/server/test_[a-f]*.py",),
    "desk a-l": ("tests/desk/test_[a-l]*.py",),
    "server p-z": ("tests/server/test_[p-z]*.py", "tests/server/[a-z]*/test_*.py"),
    "desk": ("tests/desk/test_*.py",),
    "server": ("tests/server/test_*.py",),
    "widget": ("tests/widget", "tests/canaries"),
    "rest": (),
    "domain": ("tests/domain", "tests/protocol", "tests/rights"),
    "store": ("tests/store", "tests/text", "tests/mail"),
    "sync": ("tests/sync/test_*.py",),
}
NEEDS_SCHEMATHESIS = "tests/server/test_openapi"


def chosen() -> dict[str, list[str]]:
    """The arguments of each group: its paths, less those that an earlier group has; `rest` leaves out all of them."""
    taken: set[Path] = set()
    arguments: dict[str, list[str]] = {}
    for name, patterns in GROUPS.items():
        paths = sorted({path for pattern in patterns for path in ROOT.glob(pattern)} - taken)
        if missing := [pattern for pattern in patterns if not any(ROOT.glob(pattern))]:
            sys.exit(f"no tests are named {missing}: mend the groups in scripts/test_groups.py")
        taken.update(paths)
        arguments[name] = [str(path.relative_to(ROOT)) for path in paths]
    arguments["rest"] = ["tests", *(f"--ignore={path.relative_to(ROOT)}" for path in sorted(taken))]
    return arguments


def run(name: str, arguments: list[str], running: list[subprocess.Popen[str]]) -> tuple[str, int, float, str]:
    """One group in a process of its own: its name, exit code, seconds and output."""
    start = time.monotonic()
    needed = any(one.startswith(NEEDS_SCHEMATHESIS) for one in arguments)
    unused = () if needed else ("-p", "no:schemathesis")  # loading it takes a second
    command = [sys.executable, "-m", "pytest", *unused, *arguments]
    print(f"running {name}", flush=True)
    process = subprocess.Popen(  # noqa: S603 this Python, and paths of this checkout
        command, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    running.append(process)
    output, _ = process.communicate()
    return name, process.returncode, time.monotonic() - start, output


def main() -> int:
    """0 only if every group passed. What passed is told in a line, what failed is shown at the end."""
    running: list[subprocess.Popen[str]] = []
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    failed: dict[str, str] = {}
    with ThreadPoolExecutor(AT_ONCE) as pool:
        todo = [pool.submit(run, name, arguments, running) for name, arguments in chosen().items()]
        try:
            for done in as_completed(todo):
                name, code, seconds, output = done.result()
                lines = output.strip().splitlines()
                print(f"{'passed' if code == 0 else 'FAILED'} {name} ({seconds:.0f} s): {lines[-1] if lines else ''}")
                if code:
                    failed[name] = output
                    print("\n".join(line for line in lines if line.startswith(("FAILED ", "ERROR "))))
                elif "NOT TESTED" in output:
                    print("\n".join(lines[-3:]))
                sys.stdout.flush()
        except BaseException:
            for one in todo:
                one.cancel()
            for process in running:
                process.terminate()
            raise
    for name, output in failed.items():
        print(f"\n--- {name}\n{output}")
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
