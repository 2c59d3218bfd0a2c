"""What an operator can ask of the drafting service: connect it, let go of it, see what is spent."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated

from msgspec import Meta

from agentdesk.domain.kernel import Command
from agentdesk.domain.suggestions.drafting import NoteService
from agentdesk.domain.suggestions.steering import ASSIST, AssistState
from agentdesk_server.asked import Cannot, Request, Result, Text, listed, moment
from agentdesk_server.authority.kept import Kept
from agentdesk_server.core import Core
from agentdesk_server.egress import EgressError
from agentdesk_server.egress.targets import target

from .settings import SPENT, Endpoint, connect, drafting_key, endpoint

Submit = Callable[[Command], Awaitable[object]]


class DraftConnect(Request, frozen=True, tag="assist.connect"):
    """`url` is what `/chat/completions` is put after; `key` may be empty where the service wants none."""

    url: Annotated[str, Meta(min_length=1, max_length=1_000)]
    model: Text
    key: Annotated[str, Meta(max_length=1_000)] = ""
    budget: Annotated[int, Meta(ge=1, le=1_000_000)] = 500


class DraftDisconnect(Request, frozen=True, tag="assist.disconnect"):
    pass


class DraftShow(Request, frozen=True, tag="assist.service"):
    pass


AnyDraftRequest = DraftConnect | DraftDisconnect | DraftShow


async def operate_drafting(core: Core, asked: AnyDraftRequest, submit: Submit) -> Result:
    """`submit` gives a command in the operator's name. Raises `Cannot` with a sentence."""
    kept, key = Kept(core.database.conn), drafting_key(core.folder)
    match asked:
        case DraftConnect():
            found = _endpoint(asked, core.clock())
            await core.writer.call(lambda _: connect(kept, key, found))
            await submit(NoteService(state="on"))
        case DraftDisconnect():
            await core.writer.call(lambda _: connect(kept, key, None))
            await submit(NoteService(state=""))
    return _told(core, key)


def _endpoint(asked: DraftConnect, now: int) -> Endpoint:
    url, secret = asked.url.strip().rstrip("/"), asked.key.strip()
    try:
        target(url)
    except EgressError as error:
        raise Cannot(str(error)) from None
    if "?" in url or "#" in url:
        raise Cannot("Give the address without what follows ? or #, such as https://models.example/v1")
    if not secret.isascii() or (secret and not secret.isprintable()) or " " in secret:
        raise Cannot("A key is one word of letters, digits and signs, on the standard input.")
    return Endpoint(url, asked.model.strip(), secret, asked.budget, now)


def _told(core: Core, key: bytes) -> Result:
    kept = Kept(core.reader.conn)
    found, held = endpoint(kept, key), core.reader.records.of(AssistState, ASSIST)
    if found is None:
        return Result("No drafting service is connected.")
    rows = {"address": found.url, "model": found.model, "key": "kept" if found.key else "none",
            "state": held.service if held is not None else "-", "since": moment(found.since),
            "today": f"{SPENT.spent(kept, core.clock())} of {found.budget} drafts"}  # fmt: skip
    return listed([{"what": what, "value": value} for what, value in rows.items()])
