"""The page of the forum: topics to find, to read, to ask, and what is out of order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QObject, QSignalBlocker, Signal
from PySide6.QtWidgets import QComboBox, QWidget

from agentdesk.desk.actions import Action
from agentdesk.desk.desk import Desk
from agentdesk.desk.hidden import words
from agentdesk.desk.pages.forum.asker import Asker
from agentdesk.desk.pages.forum.rows import TopicList
from agentdesk.desk.pages.forum.thread import Thread
from agentdesk.desk.pages.forum.today import Today, followed
from agentdesk.desk.settings import Settings
from agentdesk.desk.shell import remember_splitter
from agentdesk.desk.texts import mark, tr
from agentdesk.desk.theme import scaled
from agentdesk.desk.widgets.beside import beside, stacked
from agentdesk.desk.widgets.buttons import Button
from agentdesk.desk.widgets.fields import SearchField, choice
from agentdesk.desk.widgets.frames import Banner, Bar, Header, Pane
from agentdesk.desk.widgets.states import EmptyState
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
WATCHES = ("topic", "post", "vote", "watch", "post_flag", "forum_notice", "post_edit", "person", "use", "library_file")
MOST, RECENT = 1_000, 200
TABS = (("all", mark("All")), ("open", mark("Unanswered")), ("mine", mark("Followed")), ("flagged", mark("Reported")))


class ForumPage(QObject):
    """A page for the shell."""

    badge = Signal(int)
    id, icon, place = "forum", ICON, "top"

    def __init__(self, desk: Desk, settings: Settings, window: QWidget) -> None:
        super().__init__(window)
        self.title, self._desk = tr(TITLE), desk
        self.header, self.find, self.banner = Header(self.title), SearchField(tr("Search answers"), "/"), Banner()
        self.new, self.see, self._raised = Button(tr("Ask"), "primary", "ph.plus"), Button(tr("Show"), "link"), ""
        self.banner.row.addWidget(self.see)
        self.tabs = Tabs([(id, tr(word)) for id, word in TABS if id != "flagged" or desk.me.may("governed.publish")])
        self.tabs.setAccessibleName(tr("Which topics"))
        self.table, self.space = TopicList(desk.view, self._unread), choice(tr("Space"))
        self.thread_, self.asker, self.today = Thread(desk), Asker(desk), Today(desk)
        self._nothing = EmptyState(ICON, tr("No topics here"), tr("Ask your colleagues, or look under another tab."))
        self._lists = stacked(self.table, self._nothing)
        rows, bar, strip = Pane(edge="right"), Bar("strip"), Bar("strip")
        self.header.add(self.new)
        self.new.setVisible(desk.me.may("governed.write"))
        bar.row.addWidget(self.tabs)
        strip.row.addWidget(self.find, 1)
        strip.row.addWidget(self.space)
        for part in (self.header, bar, strip, self.banner):
            rows.box.addWidget(part)
        rows.box.addWidget(self._lists, 1)
        self._work = stacked(self.today, self.thread_, self.asker)
        self.widget = beside(rows, self._work, (380, 1000), (300, 480))
        remember_splitter(self.widget, settings, "forum")
        self.space.addItem(tr("All spaces"), "")
        self.space.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.space.setMaximumWidth(scaled(150))
        self.find.textChanged.connect(lambda _: self.fill())
        self.tabs.chosen.connect(lambda _: self.fill())
        self.table.chosen.connect(self._show)
        self.today.chosen.connect(self.open_topic)
        self.see.clicked.connect(lambda: self.open_topic(self._raised))
        self.space.currentIndexChanged.connect(lambda _: self.fill())
        self.new.clicked.connect(lambda: self.ask())
        self.asker.asked.connect(self.open_topic)
        self.asker.same_chosen.connect(self.open_topic)
        self._forget = desk.listen(WATCHES, self._touched)
        self.fill()

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
            ("today", tr("Digest of the day"), self.show_today, "ph.newspaper", "D"),
            ("post", tr("Post the answer"), self.thread_.answer, "ph.paper-plane-tilt", "Ctrl+Return"),
        ]
        return tuple(_action(self.title, *one) for one in found)

    def subject(self) -> str:
        return ""

    def shown(self) -> None:
        """What happened while nobody looked."""
        self.fill()
        topic = self._desk.view.get(Topic, self.thread_.topic) if self.thread_.topic else None
        if topic is not None and self._work.currentWidget() is self.thread_:
            self.thread_.show_topic(topic)
        elif self._work.currentWidget() is self.today:
            self.today.fill()

    def close(self) -> None:
        """Listen no more."""
        self._forget()
        self.thread_.illustrated.stop()

    def show_record(self, kind: str, id: str) -> None:
        """A topic; or a question from a case."""
        if kind == "topic":
            self.open_topic(id)
        else:
            self.ask(self._desk.view.get(Case, id))

    def show_today(self) -> None:
        """Show what happened since yesterday."""
        self.today.fill()
        self._work.setCurrentWidget(self.today)

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
        view, text = self._desk.view, self.find.text().strip()
        topics = all_topics = list(view.page(TOPICS(), limit=MOST))
        raised = next((one for one in topics if one.incident), None)
        if text:
            hits = [one.topic for one in self._desk.find(Post, text, 200)]
            hits += [one.id for one in self._desk.find(Topic, text, 200)]
            found = (view.get(Topic, id) for id in dict.fromkeys(hits))
            topics = [one for one in found if one is not None and one.state != "hidden"]
        elif self.tabs.current() == "open":
            topics = list(view.page(UNANSWERED(), limit=MOST))
        elif self.tabs.current() == "mine":
            topics = followed(self._desk, topics)
        elif self.tabs.current() == "flagged":
            flags = view.page(FLAGS(), limit=MOST)
            found = (view.get(Topic, id) for id in dict.fromkeys(flag.topic for flag in flags))
            topics = [one for one in found if one is not None]
        self._show_counts(all_topics)
        wanted = str(self.space.currentData() or "")
        self.table.show_topics([one for one in topics if not wanted or one.space == wanted])
        self._lists.setCurrentWidget(self.table if self.table.things.rowCount() else self._nothing)
        self._raised = raised.id if raised is not None else ""
        if raised is not None:
            self.banner.show_state("bad", tr("Incident"), words(raised.title))
        else:
            self.banner.clear()
        self._tell_notices()

    def _show_counts(self, topics: Sequence[Topic]) -> None:
        """How many are new and unsolved, and which spaces there are."""
        self.header.show_count(sum(map(self._unread, topics[:RECENT])) or None)
        self.tabs.show_count("open", self._desk.view.count(UNANSWERED()))
        spaces = sorted({one.space for one in topics}, key=str.casefold)
        if [self.space.itemData(at) for at in range(1, self.space.count())] == spaces:
            return
        chosen = self.space.currentData()
        with QSignalBlocker(self.space):
            self.space.clear()
            self.space.addItem(tr("All spaces"), "")
            for space in spaces:
                self.space.addItem(space, space)
            self.space.setCurrentIndex(max(0, self.space.findData(chosen)))

    def _show(self, topic: Topic | None) -> None:
        if topic is not None:
            self.thread_.show_topic(topic)
            self._work.setCurrentWidget(self.thread_)

    def _touched(self, some: Sequence[Touched] | None) -> None:
        """Something has changed: a topic that is behind another page is neither read anew nor counts as read."""
        if self.widget.isVisible():
            self.shown()
        else:
            self._tell_notices()

    def _tell_notices(self) -> None:
        self.badge.emit(self._desk.view.count(NOTICES(me=self._desk.me.id)))


def _action(group: str, id: str, title: str, run: Callable[[], object], icon: str, key: str) -> Action:
    return Action(f"forum.{id}", title, group, lambda _: run(), icon, key, page="forum")
