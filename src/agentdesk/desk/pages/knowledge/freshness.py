"""What of the articles is no longer fresh: past its review, much used and old, translated from an older version."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from html import escape

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from agentdesk.desk.desk import Desk
from agentdesk.desk.names import person_name
from agentdesk.desk.pages.knowledge.words import day, language_word, late, title_of
from agentdesk.desk.texts import tr
from agentdesk.desk.widgets.facts import Sheet
from agentdesk.desk.widgets.frames import Header, Pane
from agentdesk.desk.widgets.labels import label
from agentdesk.desk.widgets.page_view import Passage
from agentdesk.domain.governed import DOCUMENTS, Document
from agentdesk.domain.governed.records import OVERDUE
from agentdesk.domain.governed.registers import DAY
from agentdesk.domain.governed.using import USES_SINCE
from agentdesk.domain.kernel import View
from agentdesk.domain.knowledge import ARTICLE

SHOWN, READ = 30, 5_000
BACK, OLD = 90 * DAY, 180 * DAY
HELPED = ("text", "link", "solved")
"""Uses by which somebody relied on an article."""


def overdue(view: View, now: int) -> list[Document]:
    """What should have been looked at by now, the longest ago first."""
    return [one for one in view.page(OVERDUE(register=ARTICLE, now=now), limit=SHOWN) if one.state == "published"]


def worn(view: View, now: int) -> list[tuple[Document, int]]:
    """What was relied on in 90 days and has not been written anew for 180, with how often: the most used, then the
    oldest first.
    """
    used = Counter(
        use.record for use in view.page(USES_SINCE(kind="document", since=now - BACK), limit=READ) if use.how in HELPED
    )
    found = ((view.get(Document, id), count) for id, count in used.items())
    old = [
        (one, count) for one, count in found
        if one is not None and one.state == "published" and one.register == ARTICLE and one.since < now - OLD
    ]  # fmt: skip
    return sorted(old, key=lambda pair: (-pair[1], pair[0].since))[:SHOWN]


def outdated(view: View) -> list[Document]:
    """Translations of an older version than the one that holds."""
    found = view.page(DOCUMENTS(register=ARTICLE), limit=READ)
    return [one for one in found if one.of and one.state == "published" and late(one, view)][:SHOWN]


class Freshness(Pane):
    """`fill` reads anew; `chosen` tells the article one wants to see."""

    chosen = Signal(str)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._desk = desk
        sheet = Sheet(tr("Freshness"))
        self.lists = [
            Passage(title)
            for title in (tr("Past its review"), tr("Much used, and old"), tr("Translations out of date"))
        ]
        for one in self.lists:
            sheet.add(label(one.accessibleName(), "section"), one)
            one.followed.connect(lambda address: self.chosen.emit(address.partition(":")[2]))
        sheet.box.addStretch(1)
        self.box.addWidget(Header(tr("Freshness")))
        self.box.addWidget(sheet, 1)

    def fill(self) -> None:
        """Read what there is now."""
        view, now = self._desk.view, self._desk.now()
        due, used, late_ones = self.lists
        due.show_html(_listed(
            (one, tr("since {day}, looked after by {name}", day=day(one.review_at), name=person_name(view, one.owner)))
            for one in overdue(view, now)
        ))  # fmt: skip
        used.show_html(_listed(
            (one, tr("used {n} times in 90 days, in force since {day}", n=count, day=day(one.since)))
            for one, count in worn(view, now)
        ))  # fmt: skip
        late_ones.show_html(_listed((one, language_word(one.language)) for one in outdated(view)))


def _listed(lines: Iterable[tuple[Document, str]]) -> str:
    made = [
        f'<p><a href="document:{escape(one.id)}">{escape(title_of(one))}</a><br>{escape(told)}</p>'
        for one, told in lines
    ]
    return "".join(made) or f"<p>{escape(tr('Nothing.'))}</p>"
