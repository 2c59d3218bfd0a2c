"""What one is reminded of: how much, and the newest of it over the list."""

from __future__ import annotations

from agentdesk.desk.desk import Desk
from agentdesk.desk.pages.knowledge.words import REMINDERS, title_of
from agentdesk.desk.texts import tr
from agentdesk.desk.widgets.frames import Banner
from agentdesk.domain.governed import NEW_REMINDERS, Document

MOST = 100


def remind(desk: Desk, banner: Banner) -> int:
    """Show the newest reminder; returns how many there are."""
    found = desk.view.page(NEW_REMINDERS(me=desk.me.id), limit=MOST)
    document = desk.view.get(Document, found[0].document) if found else None
    if document is None:
        banner.clear()
    else:
        banner.show_state("accent", title_of(document), tr(REMINDERS.get(found[0].what, "")), icon="ph.bell")
    return len(found)
