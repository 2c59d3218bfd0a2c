"""What can be done with the chosen cases, as data."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QWidget

from agentdesk.desk.actions import Action, Context
from agentdesk.desk.desk import Desk
from agentdesk.desk.entries import Entry
from agentdesk.desk.hidden import words
from agentdesk.desk.pages.queue import bulk
from agentdesk.desk.pages.queue import list_choices as choose
from agentdesk.desk.pages.queue.list import ListPanel
from agentdesk.desk.pages.queue.list_picker import Picker
from agentdesk.desk.pages.queue.saved_views import PREFIX
from agentdesk.desk.texts import mark, tr
from agentdesk.domain.cases import Case, Follow, Link, Merge
from agentdesk.domain.kernel import Masked

THIS, LIST, VIEWS = mark("This conversation"), mark("List"), mark("Views")
PAGE = "queue"
READING = ("follow", "unfollow")
"""What can be done with a case that another region keeps."""


class CaseActions:
    """Works on what is chosen in the list."""

    def __init__(self, desk: Desk, panel: ListPanel, window: QWidget, show: Callable[[str], None]) -> None:
        self._desk, self._list, self._window, self._show = desk, panel, window, show
        self._made: Picker | None = None

    @property
    def picker(self) -> Picker:
        """Made at first use."""
        if self._made is None:
            self._made = Picker(self._window)
        return self._made

    def actions(self) -> tuple[Action, ...]:
        """All of them."""
        return (*self._on_cases(), *self._joining(), *self._in_list(), *self.views())

    def _act(
        self, id: str, title: str, run: Callable[[], object], icon: str, key: str = "",
        when: Callable[[Case], bool] = lambda _case: True, words: str = "",
    ) -> Action:  # fmt: skip
        def can(_context: Context) -> bool:
            return any(when(case) and (not case.home or id in READING) for case in self._chosen())

        return Action(f"case.{id}", title, tr(THIS), lambda _: run(), icon, key, can, PAGE, words=words)

    def _on_cases(self) -> tuple[Action, ...]:
        me, do = self._desk.me.id, self._do
        return (
            self._act("claim", tr("Take"), lambda: do(bulk.claim(me)), "ph.hand-grabbing", "C",
                      lambda c: c.assignee != me and c.status != "solved", "claim"),
            self._act("release", tr("Put back into the queue"), lambda: do(bulk.release()), "ph.arrow-u-up-left", "",
                      lambda c: bool(c.assignee), "release unassign"),
            self._act("assign", tr("Assign to…"), self.assign, "ph.user-plus", "A"),
            self._act("solve", tr("Solve"), lambda: do(bulk.solve()), "ph.check-circle", "E",
                      lambda c: c.status != "solved", "close done"),
            self._act("reopen", tr("Reopen"), lambda: do(bulk.reopen()), "ph.arrow-counter-clockwise", "",
                      lambda c: c.status == "solved"),
            self._act("snooze", tr("Snooze until…"), self.snooze, "ph.clock", "S", lambda c: c.status != "solved"),
            self._act("wake", tr("Wake"), lambda: do(bulk.wake()), "ph.bell-ringing", "",
                      lambda c: c.status == "snoozed"),
            self._act("prioritise", tr("Priority…"), self.prioritise, "ph.flag", "P"),
            self._act("tag", tr("Add a tag…"), self.tag, "ph.tag", "T"),
            self._act("untag", tr("Take a tag off…"), self.untag, "ph.tag-simple", "Shift+T", lambda c: bool(c.tags)),
        )  # fmt: skip

    def _joining(self) -> tuple[Action, ...]:
        return (
            self._act("merge", tr("Merge into…"), self.merge, "ph.git-merge"),
            self._act("link", tr("Link to…"), self.link, "ph.link-simple"),
            self._act("follow", tr("Follow"), lambda: self._do(bulk.follow()), "ph.eye", "",
                      lambda c: not self._follows(c)),
            self._act("unfollow", tr("Follow no more"), lambda: self._do(bulk.unfollow()), "ph.eye-slash", "",
                      self._follows),
        )  # fmt: skip

    def _in_list(self) -> tuple[Action, ...]:
        rows = self._list.list

        def plain(id: str, title: str, run: Callable[[], object], icon: str, key: str, listed: bool = False) -> Action:
            return Action(f"queue.{id}", title, tr(LIST), lambda _: run(), icon, key, page=PAGE, listed=listed)

        return (
            plain("next", tr("Next case"), lambda: rows.step(1), "ph.arrow-down", "J"),
            plain("previous", tr("Previous case"), lambda: rows.step(-1), "ph.arrow-up", "K"),
            plain("search", tr("Search cases and messages"), lambda: self._list.show_search(True),
                  "ph.magnifying-glass", "/", True),
            plain("moved", tr("Show what moved"), self._list.model.release, "ph.arrows-down-up", ""),
            plain("sort", tr("Change the order"), self._list.turn_order, "ph.sort-ascending", "", True),
        )  # fmt: skip

    def views(self) -> tuple[Action, ...]:
        """Opening one of the views that there are now, by the names that they have now."""
        own = (
            Action("queue.view_new", tr("New view…"), tr(VIEWS), lambda _: self._list.edit_view(None), "ph.plus",
                   "Ctrl+Shift+V", page=PAGE, words="filter saved"),
            Action("queue.view_edit", tr("Edit this view…"), tr(VIEWS),
                   lambda _: self._list.edit_view(self._list.saved()), "ph.sliders-horizontal",
                   when=lambda _: self._list.saved() is not None, page=PAGE, words="filter saved"),
        )  # fmt: skip
        fixed = (id for id in self._list.view_ids() if not id.startswith(PREFIX))  # those one makes come and go
        return own + tuple(
            Action(
                f"queue.view.{id}", tr("View: {title}", title=self._list.view_title(id)), tr(VIEWS),
                self._opener(id), "ph.list", f"{at}" if at <= 9 else "", page=PAGE,
            )
            for at, id in enumerate(fixed, start=1)
        )  # fmt: skip

    def _opener(self, view: str) -> Callable[[Context], None]:
        return lambda _: self._list.show_view(view)

    # --- Doing ---

    def _chosen(self) -> list[Case]:
        found = (self._desk.view.get(Case, id) for id in self._list.selected())
        return [case for case in found if case is not None]

    def _do(self, deed: bulk.Deed) -> None:
        bulk.perform(self._desk, deed, self._list.selected())

    def _follows(self, case: Case) -> bool:
        return self._desk.view.get(Follow, f"{self._desk.me.id}:{case.id}") is not None

    def assign(self) -> None:
        """Choose a colleague or a team."""
        do = self._do
        self.picker.open(tr("Assign to…"), choose.people(self._desk, lambda who, team: do(bulk.assign(who, team))))

    def snooze(self) -> None:
        """Choose a time."""
        do = self._do
        self.picker.open(
            tr("Snooze until… (2h, 14:30, 1.12. 9:00)"), choose.times(self._desk, lambda at: do(bulk.snooze(at)))
        )

    def prioritise(self) -> None:
        """Choose a priority."""
        self.picker.open(tr("Priority…"), choose.priorities(lambda at: self._do(bulk.prioritise(at))))

    def tag(self) -> None:
        """Choose or make a word."""
        have = self._tags(all_of_them=True)
        self.picker.open(tr("Add a tag…"), choose.tags_to_add(self._desk, have, lambda word: self._do(bulk.tag(word))))

    def untag(self) -> None:
        """Choose a word to take off."""
        have = self._tags(all_of_them=False)
        self.picker.open(tr("Take a tag off…"), choose.tags_to_remove(have, lambda word: self._do(bulk.untag(word))))

    def _tags(self, all_of_them: bool) -> list[str]:
        cases = self._chosen()
        words = dict.fromkeys(word for case in cases for word in case.tags if not Masked.read(word))
        return [word for word in words if not all_of_them or all(word in case.tags for case in cases)]

    def merge(self) -> None:
        """Choose the case that takes all in."""
        cases = self._chosen()
        if cases:
            choices = choose.cases(self._desk, cases[0], lambda into: self._merge(cases, into), same_customer=True)
            self.picker.open(tr("Merge into…"), choices)

    def _merge(self, cases: list[Case], into: str) -> None:
        done = [self._desk.do(Merge(case=case.id, into=into)) for case in cases if case.id != into]
        if all(done):
            self._show(into)

    def link(self) -> None:
        """Choose the case to point to."""
        cases = self._chosen()
        if cases:
            choices = choose.cases(self._desk, cases[0], lambda to: self._link(cases, to), same_customer=False)
            self.picker.open(tr("Link to…"), choices)

    def _link(self, cases: list[Case], to: str) -> None:
        done = [self._desk.do(Link(case=case.id, to=to)) for case in cases if case.id != to]
        if all(done):
            self._desk.say(tr("Linked."))

    # --- For the palette ---

    def entries(self, text: str) -> list[Entry]:
        """Cases by number or words, and views that somebody has made."""
        if len(text.strip()) < 2:
            return []
        found = choose.found(self._desk, text)[:8]
        return [
            *self._view_entries(text),
            *(
                Entry(words(case.subject), tr("Go to"), partial(self._show, case.id), "ph.tray",
                      words(case.customer_name))
                for case in found
            ),
        ]  # fmt: skip

    def _view_entries(self, text: str) -> list[Entry]:
        views = [
            Entry(tr("View: {title}", title=self._list.view_title(id)), tr(VIEWS),
                  partial(self._list.show_view, id), "ph.list", words=self._list.view_title(id))
            for id in self._list.view_ids() if id.startswith(PREFIX)
        ]  # fmt: skip
        return choose.best(text, views)[:8]
