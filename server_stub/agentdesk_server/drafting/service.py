"""Asks the drafting service in a person's place: what they may see, masked; within budget, rate and breaker; judged."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from agentdesk.domain.cases import MESSAGES, Case, Customer
from agentdesk.domain.governed import Document, blocked
from agentdesk.domain.kernel import Actor, Command, Denied, Masked, Record, Refusal, masked
from agentdesk.domain.knowledge import ARTICLE, article_of
from agentdesk.domain.macros import Macro
from agentdesk.domain.suggestions.drafting import AskDraft, Cited, Draft, NoteService
from agentdesk.domain.suggestions.steering import ASSIST, AssistState, drafts_on
from agentdesk.text.markdown import public_part
from agentdesk_server.audit.room import Room
from agentdesk_server.authority.kept import Kept
from agentdesk_server.core import Core
from agentdesk_server.egress import Egress, EgressError
from agentdesk_server.egress.targets import target
from agentdesk_server.gate.seen import done, given
from agentdesk_server.hub.desks import Desk
from agentdesk_server.hub.hub import Answerer
from agentdesk_server.limits import Buckets
from agentdesk_server.metrics import Metrics
from agentdesk_server.privacy.schedule import view_on

from .breaker import Breaker
from .covering import Cover
from .judging import Unreadable, judged
from .prompt import Said, Snippet, body_of, digest
from .settings import SPENT, Endpoint, drafting_key, endpoint

PATH = "/chat/completions"
SECONDS, MOST = 8.0, 1 << 18
TURNS, LOOKED_AT = 6, 24
SPOKEN = {"customer": "customer", "reply": "agent"}
SYSTEM = Actor("drafting", "system", "AgentDesk", device="drafting")


def questions(core: Core, egress: Egress, room: Room, metrics: Metrics) -> dict[str, Answerer]:
    """What a hub passes on, by name."""
    drafter = Drafter(core, egress, room)
    metrics.watch("agentdesk_drafts", "Drafts that the service was asked for", lambda: drafter.asked)
    metrics.watch("agentdesk_drafts_failed", "Drafts that it did not answer as agreed", lambda: drafter.failed)
    metrics.watch("agentdesk_drafting_open", "1 while it rests after failures", lambda: int(drafter.breaker.is_open))
    return {"suggestion.draft": drafter.answer}


async def begin_anew(core: Core) -> None:
    """At the start nobody has failed yet: a rest that is still told is that of the server before, and is over."""
    held = core.reader.records.of(AssistState, ASSIST)
    if held is not None and held.service == "resting":
        await done(core.writer, given(SYSTEM, NoteService(state="on")))


class Drafter:
    """Answers desks. Its key opens only what the operator has sealed; it goes into no log and to no desk."""

    def __init__(self, core: Core, egress: Egress, room: Room) -> None:
        self._core, self._egress, self._room, self._key = core, egress, room, drafting_key(core.folder)
        self.breaker, self.asked, self.failed = Breaker(), 0, 0
        self._found: Endpoint | None = None
        self._people, self._teams = Buckets(5, 0.1), Buckets(20, 0.5)

    async def answer(self, desk: Desk, command: Command | None) -> Draft:
        """A draft. Raises `Refusal` with a sentence; `Denied` for whom this is not there."""
        if not isinstance(command, AskDraft):
            raise Denied("The server could not read this question.")
        await self._room.admit(Actor(desk.person, "nobody", desk.name, device=desk.device), command)
        case = self._core.reader.records.of(Case, command.case)
        if case is None:
            raise Refusal("This case is no longer there.", "missing")
        now = self._core.clock()
        if not drafts_on(view_on(self._core.reader), case.team, case.channel, now):
            raise Refusal("In this queue no drafts are asked for.", "rule")
        if (found := self._connected()) is None:
            raise Refusal("No drafting service is connected.", "off")
        sources = list(self._sources(desk, command.sources, now))
        if not sources:
            raise Refusal("There is no source for a draft. Look for an article or a macro first.", "sources")
        if self._people.take(desk.person) or self._teams.take(case.team):
            raise Refusal("That were many drafts in a short time. Try again in a minute.", "rate")
        return await self._through(found, desk, case, sources)

    async def _through(self, found: Endpoint, desk: Desk, case: Case, sources: list[tuple[Cited, str]]) -> Draft:
        """Within the breaker and the budget. The breaker is that of the service it began with: another one, or the same
        connected anew, has another.
        """
        breaker = self.breaker
        if not breaker.enter():
            raise Refusal("The drafting service has failed and rests for half a minute. Go on without it.", "resting")
        try:
            kept, now = Kept(self._core.database.conn), self._core.clock()
            if not await self._core.writer.call(lambda _: SPENT.spend(kept, now, 1, found.budget)):
                raise Refusal("The drafts of today are used up. They begin anew at midnight, UTC.", "budget")
            draft = await self._asked(found, desk, case, sources)
            breaker.passed()
        except (EgressError, Unreadable) as error:
            self.failed += 1
            breaker.failed()
            await self._note(found)
            raise _failed(error) from None
        finally:
            breaker.left()
        await self._note(found)
        if not draft.sentences:
            raise Refusal("The service found no answer in the sources.", "nothing")
        return draft

    async def _asked(self, found: Endpoint, desk: Desk, case: Case, sources: list[tuple[Cited, str]]) -> Draft:
        cover = Cover(self._names(desk, case))
        turns = list(self._turns(desk, case, cover))
        snippets = [Snippet(f"S{at}", one.title, text) for at, (one, text) in enumerate(sources, 1)]
        body, began = body_of(found, turns, snippets), self._core.clock()
        headers = {"content-type": "application/json", "accept": "application/json"}
        if found.key:
            headers["authorization"] = f"Bearer {found.key}"
        self.asked += 1
        reply = await self._egress.fetch(
            "POST", found.url + PATH, headers=headers, body=body, most=MOST, seconds=SECONDS
        )  # fmt: skip
        if reply.status != 200:
            raise Unreadable
        placeholders = {place.name for place in cover.places}
        spoken = " ".join(turn.text for turn in turns)
        sentences = judged(reply.body, {one.id: one.text for one in snippets}, placeholders, spoken)
        return Draft(sentences, tuple(one for one, _ in sources), tuple(cover.places), target(found.url).origin.host,
                     found.model, digest(body), max(0, self._core.clock() - began))  # fmt: skip

    # --- What it may be told ---

    def _names(self, desk: Desk, case: Case) -> list[str]:
        customer = self._core.reader.records.of(Customer, case.customer)
        told = [_plain(masked(customer, desk.view).name)] if customer is not None else []
        told.append(_plain(masked(case, desk.view).customer_name))
        return [name for name in dict.fromkeys(told) if name and "…" not in name]

    def _turns(self, desk: Desk, case: Case, cover: Cover) -> Iterator[Said]:
        """What was last said, as this person sees it, and masked besides."""
        newest = self._core.reader.records.page(MESSAGES(case=case.id), limit=LOOKED_AT)
        spoken = [one for one in newest if one.kind in SPOKEN][:TURNS]
        for one in reversed(spoken):
            yield Said(SPOKEN[one.kind], cover.text(one.id, _plain(masked(one, desk.view).text)))

    def _sources(self, desk: Desk, named: tuple[str, ...], now: int) -> Iterator[tuple[Cited, str]]:
        """Of those that were named what this person may see and a customer may read: macros, articles in force."""
        for name in dict.fromkeys(named):
            kind, _, id = name.partition(":")
            if kind == "macro" and (macro := self._core.reader.records.of(Macro, id)) and _holds(desk, macro):
                for wording in macro.texts[:1]:
                    yield Cited(name, macro.name, macro.version, macro.at), wording.text
            elif kind == "article" and (one := self._core.reader.records.of(Document, id)) and _holds(desk, one):
                shut = one.register != ARTICLE or blocked(one, "suggest", now) or article_of(one).audience == "agents"
                text = "" if shut else public_part(_plain(masked(one, desk.view).text))
                if text:
                    yield Cited(name, _plain(one.title), one.number, one.since), text

    def _connected(self) -> Endpoint | None:
        """The service. One that was connected since is not held to what its forerunner did."""
        found = endpoint(Kept(self._core.reader.conn), self._key)
        if found != self._found:
            self._found, self.breaker = found, Breaker()
        return found

    async def _note(self, asked: Endpoint) -> None:
        """All desks name how it stands. Raises `Refusal` if it was let go of, or replaced, while it was asked."""
        if self._connected() != asked:
            raise Refusal("The drafting service was changed meanwhile. Ask again.", "off")
        state: Literal["on", "resting"] = "resting" if self.breaker.is_open else "on"
        held = self._core.reader.records.of(AssistState, ASSIST)
        if held is None or held.service != state:
            await done(self._core.writer, given(SYSTEM, NoteService(state=state)))


def _holds(desk: Desk, record: Record) -> bool:
    return desk.holds(frozenset({record.scope}))


def _plain(text: str) -> str:
    return Masked.shown(text, lambda _: "…")


def _failed(error: Exception) -> Refusal:
    """Of what went wrong outside nothing is told but its kind."""
    if isinstance(error, EgressError) and error.code == "slow":
        return Refusal("The drafting service took too long. Go on without it.", "slow")
    if isinstance(error, EgressError) and error.code != "large":
        return Refusal("The drafting service cannot be reached. Go on without it.", "unreachable")
    return Refusal("The drafting service did not answer as agreed. Go on without it.", "garbled")
