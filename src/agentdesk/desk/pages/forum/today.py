"""The digest of the day: what is new in one's spaces, what nobody has solved, what was solved."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from agentdesk.desk.desk import Desk
from agentdesk.desk.names import person_name
from agentdesk.desk.pages.forum.words import title_of
from agentdesk.desk.texts import isolated, tr
from agentdesk.desk.times import DAY, ago
from agentdesk.desk.widgets.frames import Header, Pane
from agentdesk.desk.widgets.page_view import PageView
from agentdesk.domain.forum import TOPICS, UNANSWERED, Topic, Watch, own_id

MOST, EACH = 500, 12


class Today(Pane):
    """`fill` reads anew; `chosen` tells the id of a topic that somebody wants to see."""

    chosen = Signal(str)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._desk = desk
        self.page = PageView(tr("Digest of the day"))
        self.box.addWidget(Header(tr("Digest of the day")))
        self.box.addWidget(self.page, 1)
        self.page.followed.connect(lambda address: self.chosen.emit(address.partition(":")[2]))

    def fill(self) -> None:
        """Read what there is of the last day."""
        view, since = self._desk.view, self._desk.now() - DAY
        topics = view.page(TOPICS(), limit=MOST)
        newest = [one for one in topics if one.active_at > since]
        mine = {one.space for one in followed(self._desk, topics)}  # none stands for all
        new = [one for one in newest if not one.accepted and (not mine or one.space in mine)]
        open_ = view.page(UNANSWERED(), limit=EACH)
        solved = [one for one in newest if one.accepted]
        where = tr("New in {spaces}", spaces=", ".join(sorted(mine))) if mine else tr("New in all spaces")
        self.page.show_html(
            "".join(
                (self._section(where, new), self._section(tr("Unanswered"), open_),
                 self._section(tr("Solved since yesterday"), solved))
            )
        )  # fmt: skip

    def _section(self, title: str, topics: Sequence[Topic]) -> str:
        lines = "".join(map(self._line, topics[:EACH])) or f"<li>{escape(tr('Nothing.'))}</li>"
        return f"<h3>{escape(title)}</h3><ul>{lines}</ul>"

    def _line(self, topic: Topic) -> str:
        view, age = self._desk.view, ago(self._desk.now() - topic.active_at)
        about = tr("{name}, {space}, {age}", name=person_name(view, topic.by), space=topic.space, age=age)
        title = escape(isolated(title_of(topic, view)))
        return f'<li><a href="act:{escape(topic.id)}">{title}</a> · {escape(about)}</li>'


def followed(desk: Desk, topics: Iterable[Topic]) -> list[Topic]:
    """Those of these topics that one follows."""
    watched = ((one, desk.view.get(Watch, own_id(one.id, desk.me.id))) for one in topics)
    return [one for one, watch in watched if watch is not None and watch.mode == "follow"]
