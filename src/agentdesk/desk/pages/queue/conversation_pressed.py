"""What a click on something in the timeline does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentdesk.desk.desk import Desk
from agentdesk.desk.pages.queue.conversation_files import fetch_file
from agentdesk.desk.pages.queue.mail_sheet import open_mail
from agentdesk.domain.mail import RetryMail

if TYPE_CHECKING:
    from agentdesk.desk.pages.queue.conversation import ConversationPanel


def pressed(panel: ConversationPanel, desk: Desk, action: str, target: str) -> None:
    """Do it; `target` is the entry or the file, empty for the one on which one stands."""
    if action == "file":
        fetch_file(panel, desk, target)
    elif action == "reveal":
        panel.hidden.reveal(target)
    elif action == "translate":
        translate(panel, target)
    elif action == "more":
        panel.timeline.show_whole(target)
    elif action == "mail":
        open_mail(desk, target or _mail(panel), panel)
    elif action.startswith("later_"):
        panel.sending.later.pressed(action, target)
    elif action == "retry":
        desk.do(RetryMail(mail=target))
    else:
        panel.sending.take_back(action, target)


def translate(panel: ConversationPanel, target: str = "") -> None:
    """Have a message translated: this one, else the one on which one stands, else the customer's newest."""
    index, items = panel.timeline.currentIndex(), panel.timeline.entries.items
    key = target or (items[index.row()].key if index.isValid() and panel.timeline.hasFocus() else "")
    said = [one.message for one in items if one.message is not None and one.message.kind == "customer"]
    written = [one for one in said if one.text]
    found = next((one for one in written if one.id == key), written[-1] if written and not target else None)
    if found is not None and not panel.away:
        panel.translations.ask(found)


def _mail(panel: ConversationPanel) -> str:
    """The mail on which one stands in the timeline, else the newest one."""
    index = panel.timeline.currentIndex()
    key = panel.timeline.entries.items[index.row()].key if index.isValid() else ""
    return key if key in panel.mails else next(iter(panel.mails), "")
