"""What is suggested for the open case: asked once for each of its messages, and what comes of it."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Literal, TypeVar

import msgspec
from PySide6.QtCore import QObject, QTimer, Signal

from agentdesk.assist.frames import Answer, Card
from agentdesk.desk.assist.asking import allowed, sources_in
from agentdesk.desk.assist.feeding import KINDS, owners_of
from agentdesk.desk.desk import Desk
from agentdesk.domain.cases import Case, Reply
from agentdesk.domain.later import PlanReply
from agentdesk.domain.macros import MacroReply
from agentdesk.domain.policies import policy
from agentdesk.domain.suggestions import HOLDOUT, ActOnSuggestion, Considered, NoteSent, Offer, Reason, held_out, limit
from agentdesk.domain.suggestions.steering import ASSIST, BY_WORDS, AssistState, Limit, drill_level
from agentdesk.sync.replica import Touched

T = TypeVar("T")
What = Literal["opened", "accepted", "dismissed", "undone"]
KEPT = 30
SOON_MS = 120
"""After a case was opened: who only walks past it asks nothing."""


class Offered(msgspec.Struct):
    """An answer on the screen, and what became of it. `inserted` is what was put into the reply."""

    answer: Answer
    seq: int
    suggestion: str = ""
    gone: set[str] = msgspec.field(default_factory=set)
    opened: set[str] = msgspec.field(default_factory=set)
    accepted: str = ""
    inserted: str = ""
    held: tuple[str, ...] = ()
    """Sources of cards that are held back here on purpose."""
    why: str = ""
    """The word for what kept it from a higher level."""

    @property
    def cards(self) -> list[Card]:
        """What is still offered."""
        return [card for card in self.answer.cards if card.source not in self.gone]


class Suggestions(QObject):
    """One per context zone. `changed`: there is something else to show."""

    changed = Signal()

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._kept: OrderedDict[str, Offered] = OrderedDict()
        self._earlier: OrderedDict[str, str] = OrderedDict()
        """Case → what stands in the ledger of an answer that nobody touched and that is looked for again."""
        self._case: Case | None = None
        self._asked = ("", -1)
        self._soon = QTimer(self, singleShot=True, interval=SOON_MS)
        self._soon.timeout.connect(self._ask)
        desk.assist.answered.connect(self._answered)
        desk.assist.changed.connect(self._stands)
        desk.sight.changed.connect(self._forget)
        self.destroyed.connect(desk.listen(KINDS, self._touched))
        self.destroyed.connect(desk.listen(("assist_state",), lambda _: self._stands()))

    @property
    def now(self) -> Offered | None:
        """What is offered for the open case, if it was looked for since its newest message."""
        case = self._case
        found = self._kept.get(case.id) if case is not None else None
        return found if found is not None and case is not None and found.seq == case.seq else None

    @property
    def waiting(self) -> bool:
        """Whether an answer is to come."""
        case = self._case
        return case is not None and self.now is None and self._desk.assist.serves and self._wanted(case)

    def show_case(self, case: Case | None) -> None:
        """Another case, or the same as it is now."""
        self._case = case
        if case is not None and self._wanted(case) and self.now is None and self._asked != (case.id, case.seq):
            self._soon.start()

    def card(self, place: int) -> Card | None:
        """The suggestion at this place, from 0."""
        cards = self.now.cards if self.now is not None else []
        return cards[place] if place < len(cards) else None

    @staticmethod
    def _wanted(case: Case) -> bool:
        """Whether anybody waits for an answer."""
        return case.status == "open" and case.in_seq > case.out_seq and not case.home

    def _ask(self) -> None:
        case = self._case
        if case is None or not self._wanted(case):
            return  # it was answered meanwhile
        self._asked = (case.id, case.seq)
        level, assist = self._limit(case).level, self._desk.assist
        if level < BY_WORDS:
            drill = drill_level(self._desk.view.get(AssistState, ASSIST), self._desk.now())
            self._keep_none(case, level, "drill" if drill < BY_WORDS else "rule")
        elif not assist.ask(case):
            self._asked = ("", -1)
            if assist.because != "starting":
                self._keep_none(case, assist.level, assist.because)

    def _keep_none(self, case: Case, level: int, why: str) -> None:
        """Nobody is asked: that stands in the ledger too."""
        self._keep(case, Offered(Answer(number=0, case=case.id, level=level), case.seq, why=why))

    def _answered(self, answer: Answer) -> None:
        case = self._case
        if case is None or answer.case != case.id or self._asked != (case.id, case.seq):
            return
        self._keep(case, self._offered(case, answer))

    def _limit(self, case: Case) -> Limit:
        """How far one may go in its queue now, and how sure one must be."""
        return limit(self._desk.view, case.team, case.channel, self._desk.now())

    def _keep(self, case: Case, offered: Offered) -> None:
        _put(self._kept, case.id, offered)
        self._record(case, offered)
        self.changed.emit()

    def _offered(self, case: Case, answer: Answer) -> Offered:
        """As it is shown: what the queue finds sure enough; nothing in a case that is held out, to be seen beside."""
        least = self._limit(case).least
        sure = tuple(card for card in answer.cards if card.score >= least)
        answer = msgspec.structs.replace(answer, cards=sure, threshold=max(least, answer.threshold))
        if not answer.cards or not held_out(case.id, self.share):
            return Offered(answer, case.seq, why=self._desk.assist.because)
        quiet = msgspec.structs.replace(answer, cards=(), similar=(), articles=())
        return Offered(quiet, case.seq, held=_sources(answer), why=self._desk.assist.because)

    @property
    def share(self) -> int:
        """In how many cases of a hundred suggestions are held back."""
        return int(policy(self._desk.view.get, HOLDOUT))

    def _stands(self) -> None:
        if self._desk.assist.whole:
            self._drop_early()
        self._drop(self._may_again)
        if not self._desk.assist.serves:
            self._asked = ("", -1)
        self.show_case(self._case)
        self.changed.emit()

    def _drop_early(self) -> None:
        """All is told now: what was looked for before, and nobody has touched, is looked for again."""
        self._drop(lambda one: not (one.answer.whole or one.opened or one.gone or one.accepted))

    def _drop(self, early: Callable[[Offered], bool]) -> None:
        for id in [id for id, one in self._kept.items() if early(one)]:
            _put(self._earlier, id, self._kept.pop(id).suggestion)
            self._asked = ("", -1)

    def _may_again(self, offered: Offered) -> bool:
        """Whether nobody was asked, by rule or as nobody was there, and now somebody may be."""
        case = self._desk.view.get(Case, offered.answer.case) if offered.answer.level < BY_WORDS else None
        return case is not None and self._desk.assist.serves and self._limit(case).level >= BY_WORDS

    def _forget(self) -> None:
        """Somebody may see other things than before: nothing of it is kept."""
        self._kept.clear()
        self._asked = ("", -1)
        self.show_case(self._case)
        self.changed.emit()

    def _touched(self, touched: Sequence[Touched] | None) -> None:
        """Answers hold copies of texts: what went, or is another by now, leaves them too."""
        if touched is None:
            self._forget()
            return
        owners = {owner for one in touched for owner in owners_of(one)}
        stale = [one for one in self._kept.values() if not owners.isdisjoint(sources_in(one.answer))]
        for offered in stale:
            offered.answer = allowed(self._desk.view, offered.answer, self._desk.now())
        if stale:
            self.changed.emit()

    # --- What becomes of it ---

    def opened(self, card: Card) -> None:
        """Its source was looked at."""
        if (offered := self.now) is not None:
            offered.opened.add(card.source)
            self._act(offered, card, "opened")
            self.changed.emit()

    def dismiss(self, card: Card, reason: Reason) -> None:
        """Not this one."""
        if (offered := self.now) is not None:
            offered.gone.add(card.source)
            self._act(offered, card, "dismissed", reason)
            self.changed.emit()

    def accepted(self, card: Card, text: str) -> None:
        """It was put into the reply, as this text."""
        if (offered := self.now) is not None:
            offered.accepted, offered.inserted = card.source, text
            self._act(offered, card, "accepted", chars=len(text))

    def undone(self, card: Card) -> None:
        """It was taken out again at once: that is no yes."""
        if (one := self.now) is not None and one.accepted == card.source:
            one.accepted = one.inserted = ""
            self._act(one, card, "undone")

    def sent(self, command: Reply | MacroReply | PlanReply) -> None:
        """A reply is on its way, or planned: join it to what was suggested before. Only the first one is joined, but if
        that comes back the next one is.
        """
        offered = self._kept.get(command.case)
        suggestion = offered.suggestion if offered is not None else self._earlier.get(command.case, "")
        if suggestion:
            edits = distance(offered.inserted, command.text) if offered is not None and offered.accepted else 0
            self._desk.attempt(joined(suggestion, command, edits))

    def _record(self, case: Case, offered: Offered) -> None:
        """A line for the ledger: what was shown, or that nothing was."""
        answer, id = offered.answer, self._desk.new_id()
        weighed = tuple(Considered(*msgspec.structs.astuple(one)) for one in answer.considered)
        offer = Offer(
            suggestion=id, case=case.id, turn=case.seq, level=answer.level, model=answer.model, rules=answer.rules,
            threshold=answer.threshold, input_sha256=answer.input_sha256, masked=answer.masked,
            language=answer.signals.language, latency_us=round(answer.took * 1000), candidates=weighed,
            shown=_sources(answer), held=offered.held, head=answer.head, why=offered.why,
            ranker=answer.ranker,
        )  # fmt: skip
        offered.suggestion = "" if self._desk.attempt(offer) else id

    def _act(self, offered: Offered, card: Card, action: What, reason: Reason = "", chars: int = 0) -> None:
        if offered.suggestion and self._case is not None:
            self._desk.attempt(
                ActOnSuggestion(suggestion=offered.suggestion, case=self._case.id, source=card.source,
                                action=action, reason=reason, chars=chars)
            )  # fmt: skip


def _put(kept: OrderedDict[str, T], case: str, value: T) -> None:
    """As the newest; the oldest go."""
    kept[case] = value
    kept.move_to_end(case)
    while len(kept) > KEPT:
        kept.popitem(last=False)


def joined(suggestion: str, command: Reply | MacroReply | PlanReply, edits: int) -> NoteSent:
    """What joins a suggestion to a reply; `edits` signs of what was put in are others in it."""
    message = command.planned if isinstance(command, PlanReply) else command.message
    digest = hashlib.sha256(command.text.encode()).hexdigest()
    return NoteSent(suggestion=suggestion, case=command.case, message=message, edits=edits, final_sha256=digest)


def _sources(answer: Answer) -> tuple[str, ...]:
    return tuple(dict.fromkeys(card.source for card in answer.cards))


MOST_COMPARED = 100_000_000
"""Pairs of signs; of longer texts that differ throughout all counts as changed: nobody waits for the exact number."""


def distance(one: str, other: str) -> int:
    """How many signs must be put in, taken out or changed to make one text of the other (Levenshtein, 1966).

    A column of the table is two numbers, a bit for each sign of `one`: where the cell is one more than that above it,
    and where it is one less (Myers, 1999, in the form of Hyyrö, 2003). So whole letters take milliseconds.
    """
    if not one or len(one) * len(other) > MOST_COMPARED:
        return max(len(one), len(other))
    places: dict[str, int] = {}
    for at, sign in enumerate(one):
        places[sign] = places.get(sign, 0) | 1 << at
    all_, last = (1 << len(one)) - 1, 1 << (len(one) - 1)
    more, less, found = all_, 0, len(one)
    for sign in other:
        same = places.get(sign, 0)
        level = (((same & more) + more) ^ more) | same
        up, down = less | (all_ & ~(level | more)), more & level
        found += bool(up & last) - bool(down & last)
        up, down, same = up << 1 & all_ | 1, down << 1 & all_, same | less
        more, less = down | (all_ & ~(same | up)), up & same
    return found
