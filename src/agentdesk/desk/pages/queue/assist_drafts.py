"""A draft of the connected service for the open case: asked for by a key press, filled in here, told to the ledger."""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec
from PySide6.QtCore import QObject, Signal

from agentdesk.assist.touchy import touchy
from agentdesk.desk.assist.sources import plain
from agentdesk.desk.desk import Desk
from agentdesk.desk.pages.queue.assist_state import Suggestions, distance, joined
from agentdesk.desk.texts import tr
from agentdesk.domain.cases import Case, Customer, Message, Reply
from agentdesk.domain.later import PlanReply
from agentdesk.domain.macros import MacroReply
from agentdesk.domain.suggestions import ActOnSuggestion, Considered, Offer
from agentdesk.domain.suggestions.drafting import DRAFT, MOST_SOURCES, Draft, Sentence
from agentdesk.domain.suggestions.steering import ASSIST, DRAFTED, AssistState, drafts_on
from agentdesk.sync.replica import Touched

SOURCES = ("macro", "article")
_PLACEHOLDER = re.compile(r"⟦([A-Z_]{1,40})_\d{1,4}⟧")


class Drafted(msgspec.Struct):
    """A draft on the screen. `text` of each sentence is filled in; `opened` are sources that were read."""

    draft: Draft
    case: str
    seq: int
    suggestion: str = ""
    opened: set[str] = msgspec.field(default_factory=set)
    inserted: str = ""

    @property
    def clean(self) -> tuple[Sentence, ...]:
        """What its sources support."""
        return tuple(one for one in self.draft.sentences if not one.wrong)

    @property
    def unread(self) -> str:
        """The source that must be read first, as it speaks of money, the law, safety or identity; none if empty."""
        if not touchy(" ".join(one.text for one in self.draft.sentences)):
            return ""
        return next((one.source for one in self.draft.sources if one.source not in self.opened), "")


class Drafts(QObject):
    """Beside the suggestions of a context zone. `changed`: there is something else to show."""

    changed = Signal()

    def __init__(self, desk: Desk, suggestions: Suggestions, parent: QObject) -> None:
        super().__init__(parent)
        self._desk, self._suggestions = desk, suggestions
        self._case: Case | None = None
        self._now: Drafted | None = None
        self._turn, self.waiting, self.why = 0, False, ""
        desk.sight.changed.connect(self._forget)
        self.destroyed.connect(desk.listen(("message", "customer"), self._touched))

    def show_case(self, case: Case | None) -> None:
        """Another case, or the same as it is now."""
        before, self._case = self._case, case
        if before is None or case is None or before.id != case.id:
            self._turn, self.waiting, self.why = self._turn + 1, False, ""

    @property
    def now(self) -> Drafted | None:
        """The draft for the open case, if nothing was said since."""
        one, case = self._now, self._case
        return one if one is not None and case is not None and (one.case, one.seq) == (case.id, case.seq) else None

    @property
    def offered(self) -> bool:
        """Whether one can be asked for now."""
        case, view = self._case, self._desk.view
        if case is None or case.status != "open" or case.in_seq <= case.out_seq or case.home or not self._sources():
            return False
        held = view.get(AssistState, ASSIST)
        return bool(held and held.service) and drafts_on(view, case.team, case.channel, self._desk.now())

    def ask(self) -> None:
        """Have one written. An answer for another case, or a later question, is not shown."""
        case = self._case
        if case is None or self.waiting or not self.offered:
            return
        self._turn += 1
        turn, self.waiting, self.why = self._turn, True, ""
        args = {"case": case.id, "sources": list(self._sources())}
        self._desk.ask("suggestion.draft", args,
                       lambda result, why: self._came(case, result, why) if turn == self._turn else None)  # fmt: skip
        self.changed.emit()

    def _sources(self) -> tuple[str, ...]:
        """What was found here for this case, and may be shown to a service: no words of other customers."""
        offered = self._suggestions.now
        if offered is None or offered.held:
            return ()
        answer = offered.answer
        found = [one.source for one in answer.cards if not one.internal] + [one.source for one in answer.considered]
        kept = [one for one in dict.fromkeys(found) if one.partition(":")[0] in SOURCES and one not in offered.gone]
        return tuple(kept[:MOST_SOURCES])

    def _came(self, case: Case, result: object, why: str) -> None:
        self.waiting, self.why = False, why
        try:
            draft = None if why else msgspec.convert(result, Draft)
        except msgspec.ValidationError:
            draft, self.why = None, tr("The server's answer cannot be read.")
        if draft is not None:
            told = tuple(msgspec.structs.replace(one, text=self._filled(draft, one.text)) for one in draft.sentences)
            self._now = Drafted(msgspec.structs.replace(draft, sentences=told), case.id, case.seq)
            self._record(self._now)
        self.changed.emit()

    def _filled(self, draft: Draft, text: str) -> str:
        """With values in place of placeholders; what may not be seen here stays open, and must be filled in."""
        values = {place.name: self._value(place.message, place.start, place.end) for place in draft.places}
        return _PLACEHOLDER.sub(lambda found: values.get(found[0]) or "{{" + found[1].lower() + "}}", text)

    def _value(self, message: str, start: int, end: int) -> str:
        case = self._case
        if not message:
            customer = self._desk.view.get(Customer, case.customer) if case is not None else None
            name = plain(customer.name) if customer is not None else ""
            return name if "…" not in name else ""
        one = self._desk.view.get(Message, message)
        value = plain(one.text)[start:end] if one is not None else ""
        return value if "…" not in value else ""

    # --- What becomes of it ---

    def opened(self, source: str) -> None:
        """A source was read."""
        if (one := self.now) is not None:
            one.opened.add(source)
            self.changed.emit()

    def dismiss(self) -> None:
        """Not this one."""
        if (one := self.now) is not None:
            self._act(one, "dismissed")
            self._now = None
            self.changed.emit()

    def accepted(self, text: str) -> None:
        """It was put into the reply, as this text."""
        if (one := self.now) is not None:
            one.inserted = text
            self._act(one, "accepted", len(text))

    def undone(self) -> None:
        """It was taken out again at once: that is no yes."""
        if (one := self.now) is not None and one.inserted:
            one.inserted = ""
            self._act(one, "undone")

    def sent(self, command: Reply | MacroReply | PlanReply) -> None:
        """A reply is on its way, or planned: join it to the draft before it."""
        one = self._now
        if one is None or one.case != command.case or not one.suggestion:
            return
        edits = distance(one.inserted, command.text) if one.inserted else 0
        self._desk.attempt(joined(one.suggestion, command, edits))

    def _record(self, one: Drafted) -> None:
        id, draft, now = self._desk.new_id(), one.draft, self._desk.now()
        weighed = (
            Considered(f"{DRAFT}:{id}", DRAFT, 0, now, 0, 0, 0, 0),
            *(
                Considered(at.source, at.source.partition(":")[0], at.version, at.at, 0, 0, 0, 0)
                for at in draft.sources
            ),
        )
        offer = Offer(
            suggestion=id, case=one.case, turn=one.seq, level=DRAFTED, rules=0, threshold=0, input_sha256=draft.prompt,
            candidates=weighed, shown=(f"{DRAFT}:{id}",), trigger="asked", latency_us=draft.took * 1_000,
            service=f"{draft.host} {draft.model}"[:200],
        )  # fmt: skip
        one.suggestion = "" if self._desk.attempt(offer) else id

    def _act(self, one: Drafted, action: str, chars: int = 0) -> None:
        if one.suggestion:
            told = {"suggestion": one.suggestion, "case": one.case, "source": f"{DRAFT}:{one.suggestion}",
                    "action": action, "chars": chars}  # fmt: skip
            self._desk.attempt(msgspec.convert(told, ActOnSuggestion))

    def _forget(self) -> None:
        """Somebody may see other things than before."""
        self._now, self.waiting, self._turn = None, False, self._turn + 1
        self.changed.emit()

    def _touched(self, touched: Sequence[Touched] | None) -> None:
        """It holds copies of what a customer said: what is erased leaves it too."""
        one = self._now
        if one is not None and (touched is None or any(at.new is None for at in touched)):
            self._forget()
