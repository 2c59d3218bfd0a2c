"""The demo's child processes: started in groups of their own, fed what they need, and ended whatever happens."""

from __future__ import annotations

import asyncio
import contextlib
import os
import subprocess
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

READY = "listening on "
START_SECONDS, END_SECONDS = 60.0, 15.0
_alive: set[Process] = set()


class ChildFailed(Exception):
    """A child did not do its work; the text says which, and what it said last."""


@contextlib.asynccontextmanager
async def child(
    *command: str, log: Path | None = None, secret: str = "", env: Mapping[str, str] | None = None
) -> AsyncIterator[Process]:
    """A process for as long as it is needed. `secret` is its input's first line: no argument, no environment has it."""
    errors = log.open("ab") if log else None
    try:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            *command,
            stdin=PIPE if secret else DEVNULL,
            stdout=PIPE if log else None,
            stderr=errors,
            env={**os.environ, **(env or {})},
            **_own_group(),
        )
    finally:
        if errors:
            errors.close()
    _alive.add(process)
    try:
        await _tell(process, secret)
        yield process
    finally:
        await _end(process)


def _own_group() -> dict[str, Any]:
    """Ctrl+C in the terminal reaches the demo alone, which then ends the others in order."""
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
    return {"start_new_session": True}


async def _tell(process: Process, secret: str) -> None:
    if process.stdin is not None:
        with contextlib.suppress(ConnectionError):
            process.stdin.write(secret.encode() + b"\n")
            await process.stdin.drain()
        process.stdin.close()


async def _end(process: Process) -> None:
    """Ask, wait, insist."""
    try:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.terminate()
            async with asyncio.timeout(END_SECONDS):
                await process.wait()
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
    finally:
        if process.returncode is not None:
            _alive.discard(process)


def kill_all() -> None:
    """The last resort, when somebody is too impatient for the orderly end."""
    for process in list(_alive):
        with contextlib.suppress(ProcessLookupError):
            process.kill()
    _alive.clear()


@contextlib.asynccontextmanager
async def server(folder: Path, port: int, log: Path) -> AsyncIterator[tuple[str, Process]]:
    """`agentdesk serve`, ready: its address and its process. Raises `ChildFailed`."""
    arguments = ("serve", "--data", str(folder), "--port", str(port))
    async with child("agentdesk.cli", *arguments, log=log) as process:
        yield await _ready(process, log), process


async def _ready(process: Process, log: Path) -> str:
    if process.stdout is None:
        raise ChildFailed("The server has no output.")
    try:
        async with asyncio.timeout(START_SECONDS):
            line = (await process.stdout.readline()).decode("utf-8", "replace")
    except TimeoutError:
        line = ""
    if not line.startswith(READY):
        raise ChildFailed(f"The server did not start. {last_words(log)}")
    return line.removeprefix(READY).strip()


def last_words(log: Path, lines: int = 12) -> str:
    """The end of what a child wrote, for the one who looks for the reason."""
    said = log.read_text(encoding="utf-8", errors="replace").splitlines() if log.exists() else []
    return "\n  ".join(["It said:", *said[-lines:]]) if said else "It said nothing."
