"""Suggestions at the keyboard: put at the caret as text one edits, never sent; and what became of them once it is."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, QTimer

from agentdesk.assist.frames import Card, Finished
from agentdesk.desk.actions import Action, Context
from agentdesk.desk.desk import Desk
from agentdesk.desk.pages.queue.assist_ghosts import Ghosts
from agentdesk.desk.pages.queue.assist_state import distance
from agentdesk.desk.pages.queue.assist_undoing import Undoing
from agentdesk.desk.pages.queue.composer import NOTE, REPLY
from agentdesk.desk.pages.queue.context import ContextPanel
from agentdesk.desk.pages.queue.conversation import ConversationPanel
from agentdesk.desk.texts import tr
from agentdesk.domain.governed import UseAnswer
from agentdesk.domain.macros import Macro

PLACES = 3
TOLD_MS = 300
"""After a pause in typing it is told how much was changed."""
USED = {"article": "document", "post": "topic"}


class Inserting(QObject):
    """Stands between the cards and the composer."""

    def __init__(self, desk: Desk, panel: ConversationPanel, zone: ContextPanel) -> None:
        super().__init__(panel)
        self._desk, self._panel, self._zone = desk, panel, zone
        zone.body.inserted.connect(self._insert)
        zone.body.drafted.connect(self._put)
        panel.sending.replied.connect(zone.body.suggestions.sent)
        panel.sending.replied.connect(zone.body.drafts.sent)
        self.ghosts, self._undoing = Ghosts(desk, self), Undoing(desk, panel.composer, self)
        panel.sending.replied.connect(self.ghosts.sent)
        panel.composer.box.ghost.shown.connect(lambda found: self.ghosts.shown(panel.composer.case, found))
        panel.composer.box.ghost.taken.connect(self._finished)
        self._later = QTimer(self, singleShot=True, interval=TOLD_MS)
        self._later.timeout.connect(self._show_edits)
        panel.composer.box.textChanged.connect(self._later.start)
        panel.composer.shown.connect(self._show_edits)

    def actions(self) -> tuple[Action, ...]:
        """One key for each card, one that dismisses the first."""
        group = tr("Suggestions")

        def there(place: int, _context: Context) -> bool:
            return self._zone.body.suggestions.card(place) is not None

        uses = tuple(
            Action(f"assist.{place + 1}", tr("Insert suggestion {n}", n=place + 1), group, partial(self._use, place),
                   "ph.sparkle", f"Ctrl+{place + 1}", partial(there, place), "queue")
            for place in range(PLACES)
        )  # fmt: skip
        return (
            *uses,
            Action("assist.dismiss", tr("Dismiss the first suggestion"), group, self._dismiss, "ph.x", "Ctrl+0",
                   partial(there, 0), "queue"),
            Action("assist.draft", tr("Ask for a draft"), group, lambda _: self._zone.body.drafts.ask(), "ph.robot",
                   when=lambda _: self._zone.body.drafts.offered, page="queue"),
            Action("assist.source", tr("Read the source of the first suggestion"), group, self._read, "ph.book-open",
                   "Ctrl+9", partial(there, 0), "queue"),
        )  # fmt: skip

    def _use(self, place: int, _context: Context) -> None:
        if (card := self._zone.body.suggestions.card(place)) is not None:
            self._zone.body.assist.use(card)

    def _dismiss(self, _context: Context) -> None:
        if (card := self._zone.body.suggestions.card(0)) is not None:
            self._zone.body.suggestions.dismiss(card, "not_needed")

    def _read(self, _context: Context) -> None:
        if (card := self._zone.body.suggestions.card(0)) is not None:
            self._zone.body.assist.open_source(card)

    def _insert(self, card: Card, text: str, bare: str) -> None:
        """At the caret; nothing that is written goes away, and nothing is sent. What is begun is greeted already."""
        composer = self._panel.composer
        if not composer.isEnabled() or not composer.case:
            return
        if card.internal and composer.kind == REPLY:
            composer.show_kind(NOTE)
            self._desk.say(tr("This is for colleagues only, so it was put into a note."))
        macro = self._desk.view.get(Macro, card.source.partition(":")[2]) if card.kind == "macro" else None
        if macro is not None:
            self._panel.sending.macros.take(macro)
        elif card.kind in USED:
            self._desk.attempt(
                UseAnswer(use=self._desk.new_id(), kind=USED[card.kind], record=card.source.partition(":")[2],
                          case=composer.case, how="text")
            )  # fmt: skip
        text, before = bare if composer.text().strip() else text, composer.box.toPlainText()
        composer.box.insertPlainText(text)
        composer.focus()
        self._zone.body.suggestions.accepted(card, text)
        self._undoing.watch(before, lambda: self._zone.body.suggestions.undone(card))
        self._show_edits()

    def _put(self, text: str) -> None:
        """A draft at the caret of a reply, to be edited; nothing is sent."""
        composer = self._panel.composer
        if composer.isEnabled() and composer.case:
            composer.show_kind(REPLY)
            before = composer.box.toPlainText()
            composer.box.insertPlainText(text)
            composer.focus()
            self._zone.body.drafts.accepted(text)
            self._undoing.watch(before, self._zone.body.drafts.undone)

    def _finished(self, found: Finished, before: str) -> None:
        """A line was finished by a key."""
        self.ghosts.taken(found.rest)
        self._undoing.watch(before, lambda: self.ghosts.undone(found.rest))

    def _show_edits(self) -> None:
        """How much of what was put in is the agent's own by now."""
        offered, composer = self._zone.body.suggestions.now, self._panel.composer
        written = composer.text() if offered is not None and offered.accepted and composer.case else ""
        sources = [card.source for card in offered.answer.cards] if offered is not None else []
        if offered is None or not written or offered.answer.case != composer.case or offered.accepted not in sources:
            composer.show_origin("")
            return
        place = sources.index(offered.accepted) + 1
        share = min(100, round(100 * distance(offered.inserted, written) / max(1, len(offered.inserted))))
        composer.show_origin(tr("from suggestion {n}, edited {share} %", n=place, share=share))
