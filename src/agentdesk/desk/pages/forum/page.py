"""The page of the forum: topics to find, to read, to ask, and what is out of order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from agentdesk.desk.actions import Action
from agentdesk.desk.desk import Desk
from agentdesk.desk.hidden import words
from agentdesk.desk.models.table import Cell, Column
from agentdesk.desk.pages.forum.asker import Asker
from agentdesk.desk.pages.forum.thread import Thread, state_of, title_of
from agentdesk.desk.settings import Settings
from agentdesk.desk.shell import remember_splitter
from agentdesk.desk.texts import mark, tr
from agentdesk.desk.times import ago
from agentdesk.desk.widgets.beside import beside, stacked
from agentdesk.desk.widgets.buttons import Button
from agentdesk.desk.widgets.fields import SearchField
from agentdesk.desk.widgets.frames import Banner, Bar, Header, Pane
from agentdesk.desk.widgets.states import EmptyState
from agentdesk.desk.widgets.table import Table
from agentdesk.desk.widgets.tabs import Tabs
from agentdesk.domain.cases import Case
from agentdesk.domain.forum import (
    FLAGS,
    NOTICES,
    TOPICS,
    UNANSWERED,
    Post,
    Topic,
    Watch,
    own_id,
)
from agentdesk.sync.replica import Touched

TITLE, ICON = mark("Forum"), "ph.chats-circle"
WATCHES = ("topic", "post", "vote", "watch", "post_flag", "forum_notice", "person")
MOST = 1_000
TABS = (("all", mark("All")), ("open", mark("Unanswered")), ("mine", mark("Followed")), ("flagged", mark("Reported")))


class ForumPage(QObject):
    """A page for the shell."""

    badge = Signal(int)
    id, icon, place = "forum", ICON, "top"

    def __init__(self, desk: Desk, settings: Settings, window: QWidget) -> None:
        super().__init__(window)
        self.title, self._desk = tr(TITLE), desk
        self.header, self.find, self.banner = Header(self.title), SearchField(tr("Search answers"), "/"), Banner()
        self.new = Button(tr("Ask"), "primary", "ph.plus")
        self.tabs = Tabs([(id, tr(word)) for id, word in TABS if id != "flagged" or desk.me.may("governed.publish")])
        self.tabs.setAccessibleName(tr("Which topics"))
        self.table = Table(tr("Topics"), self._columns(), first=3, down=True)
        self.thread_, self.asker = Thread(desk), Asker(desk)
        blank = EmptyState(ICON, tr("No topic is chosen"), tr("Choose one, or ask your colleagues."))
        rows, bar, strip = Pane(edge="right"), Bar("strip"), Bar("strip")
        self.header.add(self.new)
        self.new.setVisible(desk.me.may("governed.write"))
        bar.row.addWidget(self.tabs)
        strip.row.addWidget(self.find)
        for part in (self.header, bar, strip, self.banner):
            rows.box.addWidget(part)
        rows.box.addWidget(self.table, 1)
        self._work = stacked(blank, self.thread_, self.asker)
        self.widget = beside(rows, self._work, (480, 900), (340, 480))
        remember_splitter(self.widget, settings, "forum")
        self.find.textChanged.connect(lambda _: self.fill())
        self.tabs.chosen.connect(lambda _: self.fill())
        self.table.chosen.connect(self._show)
        self.new.clicked.connect(lambda: self.ask())
        self.asker.asked.connect(self.open_topic)
        self.asker.same_chosen.connect(self.open_topic)
        self._forget = desk.listen(WATCHES, self._touched)
        self.fill()

    def _columns(self) -> list[Column]:
        now, view = self._desk.now, self._desk.view
        return [
            Column(tr("Topic"), lambda one: Cell(title_of(one, view), strong=self._unread(one)), lambda one: one.title),
            Column(tr("State"), lambda one: Cell(*state_of(one)), lambda one: state_of(one)[0], 96),
            Column(tr("Answers"), lambda one: Cell(str(one.posts - 1)), lambda one: one.posts, 74),
            Column(tr("Active"), lambda one: Cell(ago(now() - one.active_at)), lambda one: one.active_at, 96),
        ]

    def _unread(self, topic: Topic) -> bool:
        watch = self._desk.view.get(Watch, own_id(topic.id, self._desk.me.id))
        if topic.by == self._desk.me.id or (watch is not None and watch.mode == "mute"):
            return False
        return watch is None or watch.seen < topic.active_at

    @property
    def actions(self) -> tuple[Action, ...]:
        """What can be done here."""
        found: list[tuple[str, str, Callable[[], object], str, str]] = [
            ("find", tr("Search answers"), self.find.setFocus, "ph.magnifying-glass", "/"),
            ("next", tr("Next topic"), partial(self.table.step, 1), "ph.arrow-down", "J"),
            ("previous", tr("Previous topic"), partial(self.table.step, -1), "ph.arrow-up", "K"),
            ("ask", tr("Ask colleagues"), self.ask, "ph.plus", "N"),
            ("post", tr("Post the answer"), self.thread_.answer, "ph.paper-plane-tilt", "Ctrl+Return"),
        ]
        return tuple(_action(self.title, *one) for one in found)

    def subject(self) -> str:
        return ""

    def shown(self) -> None:
        self.fill()

    def close(self) -> None:
        """Listen no more."""
        self._forget()

    def show_record(self, kind: str, id: str) -> None:
        """A topic; or a question from a case."""
        if kind == "topic":
            self.open_topic(id)
        else:
            self.ask(self._desk.view.get(Case, id))

    def ask(self, case: Case | None = None) -> None:
        """Begin a question."""
        self.asker.begin(case)
        self._work.setCurrentWidget(self.asker)

    def open_topic(self, id: str) -> None:
        """Show a topic, listed or not."""
        topic = self._desk.view.get(Topic, id)
        if topic is not None:
            self.table.choose(id)
            self._show(topic)

    def fill(self) -> None:
        """List what the tab and the words say."""
        view, me, text = self._desk.view, self._desk.me, self.find.text().strip()
        topics: Sequence[Topic] = view.page(TOPICS(), limit=MOST)
        raised = next((one for one in topics if one.incident), None)
        if text:
            hits = [one.topic for one in self._desk.find(Post, text, 200)]
            hits += [one.id for one in self._desk.find(Topic, text, 200)]
            found = (view.get(Topic, id) for id in dict.fromkeys(hits))
            topics = [one for one in found if one is not None and one.state != "hidden"]
        elif self.tabs.current() == "open":
            topics = view.page(UNANSWERED(), limit=MOST)
        elif self.tabs.current() == "mine":
            watched = ((one, view.get(Watch, own_id(one.id, me.id))) for one in topics)
            topics = [one for one, watch in watched if watch is not None and watch.mode == "follow"]
        elif self.tabs.current() == "flagged":
            flags = view.page(FLAGS(), limit=MOST)
            found = (view.get(Topic, id) for id in dict.fromkeys(flag.topic for flag in flags))
            topics = [one for one in found if one is not None]
        self.table.things.show(topics)
        if raised is not None:
            self.banner.show_state("bad", tr("Incident"), words(raised.title))
        else:
            self.banner.clear()
        self.badge.emit(view.count(NOTICES(me=me.id)))

    def _show(self, topic: Topic | None) -> None:
        if topic is not None:
            self.thread_.show_topic(topic)
            self._work.setCurrentWidget(self.thread_)

    def _touched(self, some: Sequence[Touched] | None) -> None:
        self.fill()
        topic = self._desk.view.get(Topic, self.thread_.topic) if self.thread_.topic else None
        if topic is not None and self._work.currentWidget() is self.thread_:
            self.thread_.show_topic(topic)


def _action(group: str, id: str, title: str, run: Callable[[], object], icon: str, key: str) -> Action:
    return Action(f"forum.{id}", title, group, lambda _: run(), icon, key, page="forum")
