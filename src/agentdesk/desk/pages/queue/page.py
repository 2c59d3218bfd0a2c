"""The queue page: list, conversation and context side by side, and what can be done with cases."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QWidget

from agentdesk.desk.actions import Action, ActionBook
from agentdesk.desk.desk import Desk
from agentdesk.desk.entries import Entry
from agentdesk.desk.pages.queue.assist_inserting import Inserting
from agentdesk.desk.pages.queue.context import ContextPanel
from agentdesk.desk.pages.queue.conversation import ConversationPanel
from agentdesk.desk.pages.queue.conversation_archive import ArchiveSource, fetch
from agentdesk.desk.pages.queue.conversation_proof import offer_menu
from agentdesk.desk.pages.queue.front import QueueFront
from agentdesk.desk.pages.queue.list_actions import CaseActions
from agentdesk.desk.settings import Settings
from agentdesk.desk.texts import mark, tr
from agentdesk.desk.widgets.frames import Banner
from agentdesk.domain.cases import Case
from agentdesk.domain.kernel import Command

TITLE, ICON, VIEW = mark("Queue"), "ph.tray", "queue.view"


class QueuePage(QObject):
    """A page for the shell."""

    badge = Signal(int)
    id, icon, place = "queue", ICON, "top"

    def __init__(self, desk: Desk, settings: Settings, window: QWidget, front: QueueFront | None = None) -> None:
        """`front` is what stands already."""
        super().__init__(window)
        self.title = tr(TITLE)
        self._desk, self._settings = desk, settings
        front = front or QueueFront(desk, settings)
        self.list, self.widget = front.list, front.widget
        self.conversation = ConversationPanel(desk, None)
        self.context = ContextPanel(desk, None)
        self.case_actions = CaseActions(desk, self.list, window, self.show_case)
        self.conversation.composer.box.spelling.follow(settings)
        self.conversation.composer.box.ghost.follow(settings)
        offer_menu(self.conversation)
        self.inserting = Inserting(desk, self.conversation, self.context)
        front.furnish(self.conversation, self.context)
        self.context.adapt(front.work, self.conversation.header.context)
        self.list.chosen.connect(self._show)
        self.list.counted.connect(self.badge)
        self.conversation.case_left.connect(self._left)
        self.conversation.next_asked.connect(lambda: self.list.list.step(1))
        if self.list.open_case:  # chosen while the rest was loaded
            self._show(self.list.open_case)
        elif kept := settings.recall("queue.case"):
            self.show_case(kept)

    @property
    def actions(self) -> tuple[Action, ...]:
        """What can be done here."""
        return (*self.case_actions.actions(), *self.conversation.actions(), *self.inserting.actions())

    def keep_views(self, book: ActionBook) -> None:
        """The views in the book follow those in the list: a person's teams come, go, and are renamed."""

        def renew() -> None:
            views = self.case_actions.views()
            gone = {action.id for action in book.all() if action.id.startswith(VIEW)}
            book.renew(gone, views)

        self.list.views_changed.connect(renew)

    def subject(self) -> str:
        """The case that is open, by its number."""
        case = self._desk.view.get(Case, self.list.open_case) if self.list.open_case else None
        return f"#{case.number}" if case is not None and case.number else ""

    def shown(self) -> None:
        """The list takes the focus."""
        self.list.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_case(self, case: str) -> None:
        """Open a case, wherever it is listed."""
        self.list.show_case(case)

    def _show(self, case: str) -> None:
        hit = self.list.hit_of(case)
        if hit is not None and case in self.list.finder.away:
            self._show_away(case)
            return
        self._settings.remember("queue.case", case)
        self.conversation.show_case(case)
        self.context.show_case(case)
        self._show_found(case)

    def _show_away(self, case: str) -> None:
        """Through the server, for this laptop does not hold it."""

        def fetched(source: ArchiveSource | None, why: str) -> None:
            if self.list.open_case != case:
                return  # another one was opened meanwhile
            if source is None:
                self._desk.say(why)
                return
            self.context.show_case(None)
            self.conversation.show_away(source)
            self._show_found(case)

        fetch(self._desk, case, fetched)

    def _show_found(self, case: str) -> None:
        """What a search has found in the case that was opened from its list."""
        hit = self.list.hit_of(case)
        if hit is not None and (terms := self.list.finder.sought.wanted):
            self.conversation.finding.show_terms(terms, hit.message.id if hit.message is not None else "")

    def _left(self) -> None:
        """Back to the list; or the open case cannot be seen any more."""
        if self.conversation.case is None:
            self._settings.remember("queue.case", "")
            self.list.mark_open("")
            self.context.show_case(None)
        self.list.list.setFocus(Qt.FocusReason.OtherFocusReason)

    # --- For the session ---

    @property
    def banner(self) -> Banner:
        """Where the state of the connection is told."""
        return self.conversation.banner

    def entries(self, text: str) -> list[Entry]:
        """Cases, for the palette."""
        return self.case_actions.entries(text)

    def refused(self, case: str, command: Command, data: dict[str, Any], sentence: str) -> None:
        """A reply came back from the server."""
        self.conversation.refused(case, command, data, sentence)

    def set_filling(self, filling: bool) -> None:
        """Whether the server is still sending what the list asks for."""
        self.list.set_filling(filling)

    def close(self) -> None:
        """The desk is about to go: ask it nothing more."""
        self.list.close_list()
        self.conversation.show_case(None)
        self.context.show_case(None)
