"""Where the demo keeps its company, and where it keeps away from."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from agentdesk.domain.people import AddTeam
from agentdesk_server.core import open_core
from agentdesk_server.demo.seed import SYSTEM, CannotSeed, Moment, Seeder, seed
from agentdesk_server.demo.stage import home_in

NOW = 1_800_000_000_000


def test_a_company_of_an_earlier_demo_is_found_and_one_of_ones_own_left_alone(tmp_path: Path) -> None:
    assert home_in(tmp_path) == tmp_path
    (tmp_path / "server").mkdir()
    assert home_in(tmp_path) == tmp_path / "server"

    async def found() -> None:
        async with open_core(tmp_path / "mine", lambda: NOW) as core:
            await Seeder(core, Moment(NOW)).give(NOW, SYSTEM, AddTeam(team="ours", name="Ours"))

    asyncio.run(found())
    with pytest.raises(CannotSeed, match="a company of its own"):
        asyncio.run(seed(tmp_path / "mine", NOW, ("http://127.0.0.1:1",), "four-words-for-tests"))


def test_a_server_that_cannot_start_is_told(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        command = [sys.executable, "-m", "agentdesk.cli", "demo", "--no-desk", "--port", port, "--data", str(tmp_path)]
        ended = subprocess.run(command, capture_output=True, text=True, timeout=100, check=False)
    assert ended.returncode == 1
    assert "is not free" in ended.stderr
