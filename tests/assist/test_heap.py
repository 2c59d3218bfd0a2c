"""What a worker has let go of is the system's again."""

from __future__ import annotations

import subprocess
import sys

import pytest

TRIED = """
import ctypes
from agentdesk.assist.heap import give_back
from agentdesk.assist.bars import shut

def held():
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("RssAnon")) / 1024

shut()
some = [bytes(4_000) for _ in range(20_000)]
last = bytes(4_000)  # what comes last is in use: without being asked nothing below it goes back
full = held()
del some
before = held()
give_back()
print(full - held() > 60, before - held() > 20)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems take it back by themselves")
def test_free_memory_goes_back_behind_the_bars_too() -> None:
    done = subprocess.run([sys.executable, "-c", TRIED], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "True"]
