"""A loop that takes turns: when one is due, or when somebody wakes it; what failed comes again soon."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable

log = logging.getLogger(__name__)
SOON = 10.0


async def again(turn: Callable[[], Awaitable[float]], wake: asyncio.Event) -> None:
    """A turn whenever one is due or somebody wakes it; one that failed comes again soon."""
    while True:
        wake.clear()
        try:
            pause = await turn()
        except (asyncio.CancelledError, ConnectionError):
            raise
        except Exception:
            log.exception("a job failed")
            pause = SOON
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(wake.wait(), pause)
