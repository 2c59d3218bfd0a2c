"""The menu of earlier drafts: what was written here before and let go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentdesk.desk.pages.queue.timeline_words import with_names
from agentdesk.desk.texts import tr
from agentdesk.desk.times import day_and_clock
from agentdesk.domain.kernel.values import first_line

if TYPE_CHECKING:
    from agentdesk.desk.pages.queue.composer import Composer


def fill_history(composer: Composer) -> None:
    """List the earlier drafts of this case and kind; choosing one puts it in place of what is there."""
    menu, desk = composer.history.menu(), composer.desk
    menu.clear()
    found = desk.drafts.history(composer.case, composer.kind)
    if not found:
        menu.addAction(tr("No earlier drafts")).setEnabled(False)
    for draft in found:
        when = day_and_clock(draft.at, desk.now())
        words = first_line(with_names(draft.text, desk.view)[0], 60)
        entry = menu.addAction(tr("{time} · {words}", time=when, words=words).replace("&", "&&"))
        entry.triggered.connect(lambda _=False, text=draft.text: composer.put_text(text))
