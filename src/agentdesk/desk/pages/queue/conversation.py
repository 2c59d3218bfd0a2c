"""The work zone: one conversation with its head, its timeline, the send guard and the composer."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from agentdesk.desk.actions import Action
from agentdesk.desk.desk import Desk
from agentdesk.desk.names import kept_words
from agentdesk.desk.pages.queue.composer import Composer
from agentdesk.desk.pages.queue.conversation_actions import actions_of
from agentdesk.desk.pages.queue.conversation_archive import ArchiveSource, archived_words
from agentdesk.desk.pages.queue.conversation_clock import Clock
from agentdesk.desk.pages.queue.conversation_frame import AT_WORK, IDLE, lay_out, turn_to
from agentdesk.desk.pages.queue.conversation_later import planned_items
from agentdesk.desk.pages.queue.conversation_presence import Others, announce, others_at
from agentdesk.desk.pages.queue.conversation_pressed import pressed
from agentdesk.desk.pages.queue.conversation_sending import Sending, reply_channel
from agentdesk.desk.pages.queue.find_bar import FindBar
from agentdesk.desk.pages.queue.guard import GuardCard
from agentdesk.desk.pages.queue.header import CaseHeader
from agentdesk.desk.pages.queue.reveal import Hidden
from agentdesk.desk.pages.queue.splitting import ask_split
from agentdesk.desk.pages.queue.timeline import Timeline
from agentdesk.desk.pages.queue.timeline_items import items_of
from agentdesk.desk.pages.queue.timeline_source import Source
from agentdesk.desk.pages.queue.translating import Translations
from agentdesk.desk.texts import tr
from agentdesk.desk.widgets.frames import Banner
from agentdesk.desk.widgets.states import EmptyState
from agentdesk.domain.cases import Case, ReadMark, Solve
from agentdesk.domain.cases.attention import own_id, unread
from agentdesk.domain.kernel import Command
from agentdesk.domain.mail import Mail
from agentdesk.sync.replica import Touched

KINDS = ("case", "message", "planned", "attachment", "conversation", "mail", "person", "team")
MOST_FOUND_IN = 2_000
"""So many older messages are brought in to find words in them."""
SHARE = 0.4
"""The composer's field takes at most this share of the panel's height."""


class ConversationPanel(QWidget):
    """Shows a case. `case_left`: the person goes back to the list; `next_asked`: on to the next case."""

    case_left = Signal()
    next_asked = Signal()
    context_asked = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._unread_after = desk, -1
        self._source: Source | None = None
        self.header, self.timeline, self.composer = CaseHeader(desk), Timeline(desk), Composer(desk)
        self.card, self.banner, self._others = GuardCard(desk), Banner(), Others("", False, "")
        self.translations = Translations(desk, lambda: self.timeline.show_items(self._items()), self)
        self.hidden = Hidden(desk, self.timeline, lambda: self.case or "", self)
        self.split = partial(ask_split, desk, self.timeline, lambda: self.case or "", self)
        self.sending = Sending(desk, self.composer, self.card, self.timeline.seen_seq)
        self.clock = Clock(desk, self._second, self)
        self._empty = EmptyState(
            "ph.chats", tr("No conversation is open"), tr("Choose one in the list, or press J for the first one.")
        )
        self.finding = FindBar(self.timeline.found, self._load_all, self.timeline)
        self._stack = lay_out(self, self._empty)
        self._connect()
        self.destroyed.connect(desk.listen(KINDS, self._heard))
        desk.revealed.changed.connect(self._revealed)
        desk.sight.changed.connect(lambda: self._close() if self.away else None)

    def _connect(self) -> None:
        self.header.solve_asked.connect(self.solve)
        self.header.context_asked.connect(self.context_asked)
        self.timeline.acted.connect(lambda action, target: pressed(self, self._desk, action, target))
        self.timeline.seen.connect(self._seen)
        self.timeline.top_reached.connect(self._load_older)
        self.composer.left.connect(self.case_left)
        self.sending.sent.connect(self._sent)

    # --- The case ---

    @property
    def case(self) -> str | None:
        """The case that is shown."""
        return self._source.case if self._source is not None else None

    def show_case(self, case_id: str | None) -> None:
        """Show a case, or that none is open."""
        case = self._desk.view.get(Case, case_id) if case_id else None
        if case is None:
            self._close()
            return
        if case.id == self.case and not self.away:
            return self.composer.show_kind(self.composer.kind)  # another page may have written in its draft
        source = Source(self._desk, case.id)
        mark = self._desk.view.get(ReadMark, own_id(self._desk.me.id, case.id))
        self._unread_after = mark.seq if mark is not None and unread(case, mark) else -1
        if mark is not None and self._unread_after >= 0:
            source.load_to(mark.seq)
        self._show(case, source, mark.seq if mark is not None else 0, kept_words(case.home))
        if self.isVisible():
            self.clock.start(case.id)

    def show_away(self, source: ArchiveSource) -> None:
        """Show a case that this laptop does not hold, as the server has it: to read."""
        self.clock.stop()
        self._unread_after = -1
        self._show(source.record, source, source.record.seq, archived_words())

    @property
    def away(self) -> bool:
        """Whether what is shown is not on this laptop."""
        return isinstance(self._source, ArchiveSource)

    def _show(self, case: Case, source: Source, seen: int, kept: str) -> None:
        self._source = source
        self.finding.end()
        self._others = others_at(self._desk, case.id)
        turn_to(self, self._stack, AT_WORK)
        self.header.show_case(case)
        self.composer.show_case(case.id, reply_channel(self._desk, case))
        self.composer.show_kept(kept)
        self.composer.box.spelling.show_language(case.language)
        self.sending.show_case(case.id)
        self.timeline.show_case(self._items(), seen)
        self._show_others()

    def _close(self) -> None:
        self._source = None
        self.finding.end()
        self.clock.stop()
        self.composer.show_case("", "chat")
        self.composer.show_kept("")
        self.timeline.show_case([], 0)
        self.card.hide()
        turn_to(self, self._stack, IDLE)

    def actions(self) -> tuple[Action, ...]:  # type: ignore[override]  # Qt's own holds none here
        """What can be done in a conversation."""
        return actions_of(self)

    def refused(self, case: str, command: Command, data: dict[str, Any], sentence: str) -> None:
        """A reply of this desk came back from the server."""
        self.sending.refused(case, command, data, sentence)

    def solve(self) -> None:
        """Settle the matter, as far as it was on the screen."""
        if self.case is not None:
            self._desk.do(Solve(case=self.case, seen=self.timeline.seen_seq()))

    @property
    def mails(self) -> dict[str, Mail]:
        """The mails of the case, the newest first."""
        return self._source.mails if self._source is not None else {}

    def write(self, kind: str) -> None:
        """Write a reply or a note."""
        if self.composer.isEnabled():
            self.composer.show_kind(kind)
            self.composer.focus()

    # --- What changes ---

    def _heard(self, touched: Sequence[Touched] | None) -> None:
        if self._source is None or not self._source.concerned(touched):
            return
        case = self._desk.view.get(Case, self._source.case)
        if case is None:
            self._close()
            self.case_left.emit()
            return
        self.header.show_case(case)
        self.sending.look(case.id)
        before = self._source.newest()
        if self._source.take(touched):
            self.composer.show_channel(reply_channel(self._desk, case))
            self.timeline.show_items(self._items())
            announce(self.timeline, self._desk, self.timeline.entries.items, before)

    def _revealed(self) -> None:
        """Something hidden is shown now, or no longer."""
        if (case := self._desk.view.get(Case, self.case or "")) is not None:
            self.header.show_case(case)
            self.timeline.show_items(self._items())

    def _items(self) -> list[Any]:
        source = self._source
        if source is None:
            return []
        said = items_of(*source.shown(), source.waiting(), self._unread_after, self._others.customer, source.mails)
        return said if self.away else [*self.translations.laid(said), *planned_items(self._desk, source.case)]

    def _load_older(self) -> None:
        if self._source is not None and self._source.older():
            self.timeline.show_items(self._items())

    def _load_all(self) -> None:
        """So much of the conversation as is looked through for words."""
        if self._source is not None and not self._source.whole and self._source.older(MOST_FOUND_IN):
            self.timeline.show_items(self._items())

    def _second(self) -> None:
        case = self._desk.view.get(Case, self.case) if self.case else None
        if case is None:
            return
        self.header.show_clock(case)
        self.sending.look(case.id)
        others = others_at(self._desk, case.id)
        if others != self._others:
            self._others = others
            self.timeline.show_items(self._items())
            self._show_others()

    def _seen(self, seq: int) -> None:
        if self.case is not None and not self.away:
            self.clock.start(self.case)
            self.clock.seen(seq)

    def _show_others(self) -> None:
        self.header.show_viewers(self._others.colleagues, self._others.writing)
        self.composer.show_viewers(self._others.colleagues if self._others.writing else "", True)

    def _sent(self, how: str) -> None:
        self.timeline.jump_to_newest()
        if how == "next":
            self.next_asked.emit()

    # --- Events ---

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.composer.grow_to(round(self.height() * SHARE) - 90)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self.case is not None and not self.away:
            self.clock.start(self.case)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.composer.writing.stop()
        self.clock.stop()
