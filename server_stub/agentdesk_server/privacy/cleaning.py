"""After an erasure: files that nothing names are deleted, words leave the full-text index, the log is emptied."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from agentdesk.store.search import searchable_kinds
from agentdesk_server.authority import Authority
from agentdesk_server.blobs import path_of
from agentdesk_server.core import Core

PAUSE = 0.02
"""Seconds between two pieces, so that those who wait for the authority get their turn."""


Piece = Callable[[Authority], bool]


def _scrub(kind: str) -> Piece:
    return lambda authority: authority.erasing.scrub(kind)


class Cleaning:
    """Small pieces on the authority's thread. What is to be done is noted in the database, whatever ends suddenly."""

    def __init__(self, core: Core) -> None:
        self._core = core

    async def due(self) -> bool:
        """Clean what erasures have left; False if some of it must be tried again, for somebody still reads."""
        if not await self._call(lambda authority: authority.erasing.unclean):
            return True
        for piece in (self._files, *map(_scrub, searchable_kinds())):
            await self._piecewise(piece)
        return await self._call(lambda authority: authority.erasing.empty_log())

    async def _piecewise(self, piece: Piece) -> None:
        more = True
        while more:
            more = await self._call(piece)
            await asyncio.sleep(PAUSE)

    async def _call(self, work: Piece) -> bool:
        return bool(await self._core.writer.call(work))

    def _files(self, authority: Authority) -> bool:
        """Delete some files that nothing names any more; whether there were any."""
        doomed = authority.erasing.doomed()
        for digest in doomed:
            path_of(self._core.folder, digest).unlink(missing_ok=True)
            authority.erasing.gone(digest)
        return bool(doomed)
