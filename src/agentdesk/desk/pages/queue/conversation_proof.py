"""A message's menu, and the proof for a reply as a file: from which suggestion it came, or that none was shown."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QMenu

from agentdesk.desk.actions import Context
from agentdesk.desk.choosing import save_file
from agentdesk.desk.texts import tr
from agentdesk.domain.cases import Message

if TYPE_CHECKING:
    from agentdesk.desk.pages.queue.conversation import ConversationPanel

SENT = ("accepted", "sent", "delivered", "read")
MENU = ("case.copy", "case.mail", "case.proof", "case.reveal")


def reply_of(panel: ConversationPanel) -> Message | None:
    """The reply on which one stands in the timeline; the newest one where one stands on something else."""
    items, index = panel.timeline.entries.items, panel.timeline.currentIndex()
    here = items[index.row()].message if index.isValid() and index.row() < len(items) else None
    replies = [one.message for one in items if one.message is not None and _is_sent(one.message)]
    if here is not None and _is_sent(here):
        return here
    return replies[-1] if replies else None


def _is_sent(message: Message) -> bool:
    return message.kind == "reply" and message.state in SENT


def can_prove(panel: ConversationPanel) -> bool:
    """Whether there is a reply, and this person may take its proof out."""
    return panel.case is not None and panel.composer.desk.me.may("assist.prove") and reply_of(panel) is not None


def ask_proof(panel: ConversationPanel) -> None:
    """Ask where to, then have the server make it."""
    message = reply_of(panel)
    if message is not None:
        save_file(panel, tr("Save the proof of what was suggested"), f"reply-{message.seq}-proof.jsonl",
                  lambda path: fetch_proof(panel, message.id, path), "jsonl")  # fmt: skip


def fetch_proof(panel: ConversationPanel, message: str, path: Path) -> None:
    """Save it, and say how it is checked."""
    desk = panel.composer.desk

    def saved(digest: str, why: str) -> None:
        if why:
            desk.say(tr("The proof was not saved. {why}", why=why))
            return
        command = f'agentdesk verify-audit "{path.name}"'
        desk.say(tr("Saved as {path}. Check it with: {command}", path=path.name, command=command))

    desk.save(f"/api/v1/suggestions/replies/{message}/proof", path, saved)


def offer_menu(panel: ConversationPanel) -> None:
    """A message has a menu, by the pointer and by its key."""
    panel.timeline.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
    panel.timeline.customContextMenuRequested.connect(partial(message_menu, panel))


def message_menu(panel: ConversationPanel, at: QPoint) -> QMenu | None:
    """What can be done with the message under the pointer, or on which one stands; None where nothing can."""
    timeline = panel.timeline
    index = timeline.indexAt(at)
    if index.isValid():
        timeline.setCurrentIndex(index)
    timeline.setFocus()
    menu = QMenu(timeline)
    for action in panel.actions():
        if action.id in MENU and action.when(Context()):
            menu.addAction(action.title).triggered.connect(lambda _=False, run=action.run: run(Context()))
    if menu.isEmpty():
        menu.deleteLater()
        return None
    menu.aboutToHide.connect(menu.deleteLater)
    menu.popup(timeline.viewport().mapToGlobal(at))
    return menu
