"""What can be done in a conversation, as data for menu, palette, keys and help."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication

from agentdesk.desk.actions import Action, Context
from agentdesk.desk.handing import BACK, ICON
from agentdesk.desk.pages.queue.calling import ICON as CALL
from agentdesk.desk.pages.queue.calling import may_note, open_call
from agentdesk.desk.pages.queue.composer import NOTE, REPLY
from agentdesk.desk.pages.queue.composer_tools import LOOKS, PREVIEW_KEY
from agentdesk.desk.pages.queue.composer_translating import KEY
from agentdesk.desk.pages.queue.conversation_pressed import translate
from agentdesk.desk.pages.queue.conversation_proof import ask_proof, can_prove
from agentdesk.desk.pages.queue.customer_card import ICON as CARD
from agentdesk.desk.pages.queue.customer_card import may_open, open_card
from agentdesk.desk.pages.queue.escalating import open_escalate
from agentdesk.desk.pages.queue.returning import open_return
from agentdesk.desk.pages.queue.translating import ICON as TRANSLATE
from agentdesk.desk.pages.queue.translating import service
from agentdesk.desk.texts import tr

if TYPE_CHECKING:
    from agentdesk.desk.pages.queue.conversation import ConversationPanel

PAGE = "queue"
Made = tuple[str, str, Callable[[Context], object], str, str, Callable[[Context], bool]]


def actions_of(panel: ConversationPanel) -> tuple[Action, ...]:
    """Writing, sending and moving in the timeline; what is done with a case is the list's."""

    def is_open(_context: Context) -> bool:
        return panel.case is not None

    def can_write(context: Context) -> bool:
        return is_open(context) and panel.composer.isEnabled()

    def inside(_context: Context) -> bool:
        focus = QApplication.focusWidget()
        return panel.case is not None and focus is not None and panel.isAncestorOf(focus)

    def replies(context: Context) -> bool:
        return can_write(context) and panel.composer.kind == REPLY

    def on_timeline(_context: Context) -> bool:
        return panel.case is not None and panel.timeline.hasFocus()

    def hides(_context: Context) -> bool:
        return bool(panel.hidden.targets())

    def finds(_context: Context) -> bool:
        return panel.case is not None and not panel.finding.isHidden()

    group, send, desk = tr("Conversation"), panel.sending.send, panel.composer.desk
    made = (
        ("case.reply", tr("Reply"), lambda _: panel.write(REPLY), "ph.chat-circle", "R", can_write),
        ("case.note", tr("Write a note"), lambda _: panel.write(NOTE), "ph.note-pencil", "N", can_write),
        ("case.send", tr("Send"), lambda _: send(), "ph.paper-plane-tilt", "Ctrl+Return", can_write),
        ("case.send_solve", tr("Send and solve"), lambda _: send("solve"), "ph.check-circle", "Ctrl+Shift+Return",
         replies),
        ("case.send_next", tr("Send and next"), lambda _: send("next"), "ph.arrow-down", "", replies),
        ("case.send_later", tr("Send later…"), lambda _: panel.sending.later.choose(), "ph.clock-afternoon",
         "Ctrl+Shift+L", replies),
        ("case.attach", tr("Attach files"), lambda _: panel.composer.strip.choose(), "ph.paperclip", "Ctrl+Shift+A",
         can_write),
        ("case.macro", tr("Use a macro…"), lambda _: panel.sending.macros.choose(), "ph.lightning", "X", can_write),
        ("case.article", tr("Put in an article…"), lambda _: panel.sending.macros.choose_article(), "ph.article", "",
         can_write),
        ("case.newest", tr("Go to the newest message"), lambda _: panel.timeline.jump_to_newest(), "ph.arrow-down",
         "Ctrl+End", is_open),
        ("case.read_on", tr("Go to the messages"), lambda _: panel.timeline.setFocus(), "ph.chats", "M", is_open),
        ("case.find", tr("Find in this conversation"), lambda _: panel.finding.open(), "ph.magnifying-glass", "Ctrl+F",
         is_open),
        ("case.find_next", tr("Next hit"), lambda _: panel.finding.step(1), "ph.caret-down", "F3", finds),
        ("case.find_before", tr("Previous hit"), lambda _: panel.finding.step(-1), "ph.caret-up", "Shift+F3", finds),
        ("case.copy", tr("Copy the message"), lambda _: panel.timeline.copy(), "ph.copy", "", on_timeline),
        ("case.reveal", tr("Reveal what is hidden"), lambda _: panel.hidden.reveal(), "ph.eye", "", hides),
        ("case.mail", tr("Look at the e-mail"), lambda _: panel.timeline.acted.emit("mail", ""),
         "ph.envelope-simple", "Shift+M", lambda _: bool(panel.mails)),
        ("case.split", tr("Split off a part…"), lambda _: panel.split(), "ph.git-branch", "", can_write),
        ("case.escalate", tr("Hand on…"), lambda _: open_escalate(desk, panel.case or "", panel), ICON, "Shift+E",
         can_write),
        ("case.return", tr("Return…"), lambda _: open_return(desk, panel.case or "", panel), BACK, "Shift+R",
         can_write),
        ("case.leave", tr("Back to the list"), lambda _: panel.case_left.emit(), "ph.arrow-left", "Escape", inside),
    )  # fmt: skip
    made_ = (*made, *_about_customers(panel), *_writing(panel), *_knowing(panel))
    return tuple(Action(id, title, group, run, icon, key, when, PAGE) for id, title, run, icon, key, when in made_)


def _about_customers(panel: ConversationPanel) -> tuple[Made, ...]:
    """Who writes, and what else was said with them."""
    desk = panel.composer.desk
    return (
        ("case.customer", tr("Change the customer's card…"), lambda _: open_card(desk, panel.case or "", panel),
         CARD, "Shift+C", lambda _: not panel.away and may_open(desk, panel.case)),
        ("case.call", tr("Note a call…"), lambda _: open_call(desk, panel.case, panel), CALL, "Shift+P",
         lambda _: not panel.away and may_note(desk, panel.case)),
        ("case.translate", tr("Translate the message, or no longer"), lambda _: translate(panel), TRANSLATE, "Shift+L",
         lambda _: panel.case is not None and not panel.away and service(desk) is not None),
        ("case.translate_reply", tr("Translate the reply"), lambda _: panel.composer.beside.begin(), TRANSLATE, KEY,
         lambda _: panel.composer.isEnabled() and panel.case is not None and service(desk) is not None),
    )  # fmt: skip


def _writing(panel: ConversationPanel) -> tuple[Made, ...]:
    """How what is written looks; each while one is writing."""
    composer = panel.composer

    def writes(_context: Context) -> bool:
        return composer.box.hasFocus()

    def sees(_context: Context) -> bool:
        return composer.isEnabled() and panel.case is not None

    looks = tuple(
        (f"write.{kind}", tr(title), lambda _, kind=kind: composer.tools.put(kind), icon, key, writes)
        for kind, title, icon, key in LOOKS
    )
    later = panel.sending.later

    def waits(_context: Context) -> bool:
        return panel.case is not None and not panel.away and bool(later.first())

    waiting = tuple(
        (f"case.{id}", title, lambda _, id=id: later.pressed(id, ""), "ph.clock-afternoon", "", waits)
        for id, title in (
            ("later_now", tr("Send the reply that waits")),
            ("later_move", tr("Another time for the reply that waits…")),
            ("later_cancel", tr("Take back the reply that waits")),
        )
    )
    preview: Made = ("write.preview", tr("Preview"), lambda _: composer.tools.toggle(), "ph.eye", PREVIEW_KEY, sees)
    return (*looks, *waiting, preview)


def _knowing(panel: ConversationPanel) -> tuple[Made, ...]:
    """What is written down, asked for and added to from a conversation."""

    def may(permission: str) -> Callable[[Context], bool]:
        return lambda _: panel.case is not None and panel.composer.desk.me.may(permission)

    def ask(kind: str) -> Callable[[Context], object]:
        return lambda _: panel.composer.desk.open(kind, panel.case or "")

    reads, writes = may("governed.read"), may("governed.write")
    return (
        ("case.help", tr("Find an article for this"), ask("help"), "ph.books", "H", reads),
        ("case.lesson", tr("Write an article from this"), ask("lesson"), "ph.article", "", writes),
        ("case.ask", tr("Ask colleagues about this"), ask("ask"), "ph.chats-circle", "", writes),
        ("case.gap", tr("Say that an article is missing"), ask("gap"), "ph.flag", "", writes),
        ("case.proof", tr("Save the proof of what was suggested…"), lambda _: ask_proof(panel), "ph.shield-check", "",
         lambda _: can_prove(panel)),
        ("case.hurts", tr("Say that a process hurts"), ask("hurts"), "ph.bandaids", "", writes),
    )  # fmt: skip
