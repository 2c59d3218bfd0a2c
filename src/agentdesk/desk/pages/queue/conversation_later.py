"""Sending later: when a reply is to go, and what is done with those that wait."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QObject, Signal

from agentdesk.desk.desk import Desk
from agentdesk.desk.entries import Entry
from agentdesk.desk.hidden import words
from agentdesk.desk.pages.queue.composer import Composer
from agentdesk.desk.pages.queue.composer_back import give_back
from agentdesk.desk.pages.queue.conversation_files import MOST_FILES, bring, files_of, to_send_again
from agentdesk.desk.pages.queue.list_choices import best
from agentdesk.desk.pages.queue.list_times import presets, typed, written
from agentdesk.desk.pages.queue.timeline_items import Item
from agentdesk.desk.texts import tr
from agentdesk.desk.times import DAY
from agentdesk.domain.cases import ATTACHMENTS, Attachment, File, Message
from agentdesk.domain.kernel import Masked
from agentdesk.domain.later import MOST, PLANNED, CancelReply, MoveReply, PlannedReply, PlanReply, SendNow

FRESH = 6 * DAY
"""So long (ms) the server surely has what somebody brought for a reply."""


def planned_in(desk: Desk, case: str) -> list[PlannedReply]:
    """The replies that wait in a case, what asks first."""
    found = desk.view.page(PLANNED(case=case), limit=MOST)
    return sorted(found, key=lambda one: (one.state != "asking", one.due))


def planned_items(desk: Desk, case: str) -> list[Item]:
    """They as entries of the timeline, as what will be said."""
    found = sorted(planned_in(desk, case), key=lambda one: one.due)
    files: dict[str, list[Attachment]] = {}
    if any(one.files for one in found):
        for file in desk.view.page(ATTACHMENTS(case=case), limit=MOST_FILES):
            files.setdefault(file.message, []).append(file)
    return [_item(desk, one, tuple(files.get(one.id, ()))) for one in found]


def _item(desk: Desk, planned: PlannedReply, files: tuple[Attachment, ...]) -> Item:
    message = Message(
        id=planned.id, scope=planned.scope, rev=planned.rev, case=planned.case, conversation="", seq=0, kind="reply",
        author=planned.author, author_name=planned.author_name, text=planned.text, at=planned.due,
        written_at=planned.at, state="asking" if planned.state == "asking" else "planned", error=planned.why,
        detail=planned.newer, files=planned.files,
    )  # fmt: skip
    waiting = desk.waits("planned", planned.id)
    return Item(planned.id, "message", planned.due, message, files=files, waiting=waiting)


class Later(QObject):
    """Belongs to a composer. `ready` says whether what is written may go, `seen` what was on the screen."""

    planned = Signal(object)
    """The `PlanReply` that waits for its moment now."""

    def __init__(
        self, desk: Desk, composer: Composer, ready: Callable[[], str | None], seen: Callable[[], int]
    ) -> None:
        super().__init__(composer)
        self._desk, self._composer, self._ready, self._seen = desk, composer, ready, seen
        self._quiet = True
        composer.send_later.clicked.connect(self.choose)

    # --- When ---

    def choose(self) -> None:
        """Ask when what is written is to go."""
        text = self._ready()
        if text is not None:
            self._quiet = True
            self._ask(lambda due: self._plan(text, due))

    def _ask(self, run: Callable[[int], object]) -> None:
        self._composer.chooser.open(tr("Send later"), lambda text: self._choices(text, run))

    def _choices(self, text: str, run: Callable[[int], object]) -> list[Entry]:
        now = self._desk.now()
        group = tr("Send later") if self._quiet else tr("Send later, whatever comes")
        own = typed(text, now) if text.strip() else None
        times = [(written(own, now), own)] if own is not None else []
        found = [Entry(name, group, partial(run, at), "ph.clock", written(at, now)) for name, at in presets(now)]
        typed_in = [Entry(name, group, partial(run, at), "ph.clock") for name, at in times]
        title = tr("Send it even if somebody writes before") if self._quiet else tr("Hold it back if somebody writes")
        return [*typed_in, *best(text, found), Entry(title, tr("If an answer comes first"), lambda: self._turn(run),
                                                     "ph.hand-palm")]  # fmt: skip

    def _turn(self, run: Callable[[int], object]) -> None:
        self._quiet = not self._quiet
        self._ask(run)

    def _plan(self, text: str, due: int) -> bool:
        composer = self._composer
        files = composer.strip.files()
        plan = PlanReply(
            case=composer.case, planned=self._desk.new_id(), text=text, due=due, seen=self._seen(), quiet=self._quiet,
            files=files,
        )  # fmt: skip
        if sentence := self._desk.attempt(plan, [file.digest for file in files]):
            composer.show_wrong(sentence)
            return False
        self.planned.emit(plan)
        composer.sent()
        self._desk.say(tr("It goes {time}.", time=written(due, self._desk.now())))
        return True

    # --- What waits ---

    def first(self) -> str:
        """The reply that waits in the case that is shown: the one that asks, else the next one; "" for none."""
        found = planned_in(self._desk, self._composer.case) if self._composer.case else []
        return found[0].id if found else ""

    def pressed(self, action: str, id: str) -> None:
        """Do what was pressed on a reply that waits: send_now, move, or cancel."""
        planned = self._desk.view.get(PlannedReply, id or self.first())
        if planned is None:
            return
        if action == "later_now":
            self._desk.do(SendNow(planned=planned.id, seen=self._seen()))
        elif action == "later_move":
            self._quiet = planned.quiet
            self._ask(lambda due: self._move(planned.id, due))
        else:
            self._take_back(planned)

    def _take_back(self, planned: PlannedReply) -> None:
        """The reply with its files is a draft again. The server takes files from those alone who brought them, and
        keeps for a week what nothing names: a colleague's, and older ones, are brought here before they have no name.
        """
        files = files_of(self._desk, planned.case, planned.id) if planned.files else []
        if Masked.spans(planned.text) or any(Masked.read(file.digest) for file in files):
            self._desk.say(tr("Part of this reply is hidden here: it cannot be taken back as a draft."))
        elif planned.author == self._desk.me.id and self._desk.now() - planned.at < FRESH:
            self._cancel(planned, to_send_again(self._desk, files))
        else:
            bring(self._desk, files, lambda got, why: self._cancel(planned, got, why))

    def _cancel(self, planned: PlannedReply, files: Sequence[File], why: str = "") -> None:
        if why:
            self._desk.say(tr("It was not taken back, for its files could not be fetched: {why}", why=why))
        elif self._desk.do(CancelReply(planned=planned.id)):
            give_back(self._composer, planned.case, words(planned.text), files)

    def _move(self, id: str, due: int) -> bool:
        return self._desk.do(MoveReply(planned=id, due=due, seen=self._seen(), quiet=self._quiet))
