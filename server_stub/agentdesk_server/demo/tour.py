"""The scripted tour: a desk without a screen goes through every page and leaves pictures. Also `agentdesk shots`."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from .children import ChildFailed, child
from .stage import Stage

WAIT_SECONDS = 30.0


async def tour(play: Stage, to: Path) -> list[Path]:
    """Pictures of every page in `to`; returns them. Raises `ChildFailed`."""
    before = _pictures(to)
    await _until_lively(play)
    arguments = ("--to", str(to), "--server", play.url, "--email", play.agent, "--password-stdin")
    screen = {"QT_QPA_PLATFORM": "offscreen"}
    async with child("agentdesk.desk.shots", *arguments, secret=play.password, env=screen) as painter:
        if await painter.wait():
            raise ChildFailed("The tour did not come to its end.")
    return sorted(path for path, made in _pictures(to).items() if before.get(path) != made)


def _pictures(folder: Path) -> dict[Path, int]:
    """The pictures that there are, and when each was made."""
    folder.mkdir(parents=True, exist_ok=True)
    return {path: path.stat().st_mtime_ns for path in folder.glob("*.png")}


async def _until_lively(play: Stage) -> None:
    try:
        async with asyncio.timeout(WAIT_SECONDS):
            await play.lively.wait()
    except TimeoutError:
        print("hardly any customer came; the pictures show what there is", file=sys.stderr)
