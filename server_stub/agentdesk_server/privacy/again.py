"""After a restore: whoever was erased since the backup was made is erased once more, before anybody is served."""

from __future__ import annotations

import logging

import msgspec

from agentdesk.domain.kernel import Actor, Command
from agentdesk.domain.privacy import ERASURE_OF, EraseAgain, EraseMore, Erasure
from agentdesk_server.core import CannotStart, Core
from agentdesk_server.erased import Damaged, Line, register_of
from agentdesk_server.gate.seen import Work, given

from .cleaning import Cleaning

log = logging.getLogger(__name__)
RESTORE = Actor("system", "system", "AgentDesk", device="restore")


async def erase_again(core: Core) -> int:
    """How many people the database still knew. Raises `CannotStart` with a sentence: it must not be served as it is."""
    try:
        lines = register_of(core.folder).read()
    except (Damaged, OSError) as error:
        raise CannotStart(f"The list of erasures cannot be read: {error}") from None
    records = core.reader.records
    missing = [line for line in lines if not records.page(ERASURE_OF(customer=line.customer), limit=1)]
    for line in missing:
        await _again(core, line)
    if missing:
        log.info("erased again after a restore: %d", len(missing))
        await Cleaning(core).due()
    return len(missing)


async def _again(core: Core, line: Line) -> None:
    """All of one person, however much that is. The key of what the log has sealed about them goes in any case."""
    try:
        repeat = msgspec.convert(
            {"erasure": line.erasure, "customer": line.customer, "reason": line.ground}, EraseAgain
        )
    except msgspec.ValidationError:
        raise CannotStart("The list of erasures has an entry that is none. Put back the list of the server.") from None
    await _give(core, repeat, lambda authority: authority.ledger.keys.destroy(line.customer))
    while (found := core.reader.records.of(Erasure, line.erasure)) is not None and not found.done:
        await _give(core, EraseMore(erasure=line.erasure))


async def _give(core: Core, command: Command, work: Work | None = None) -> None:
    ack = (await core.writer.submit(given(RESTORE, command, work))).ack
    if ack.status != "done":
        raise CannotStart(f"An erasure could not be repeated ({ack.code}). See the server's log.")
