"""What is worth a notification: words in my cases, mentions, time that runs out, replies that were not sent."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtGui import QGuiApplication

from agentdesk.desk.due import clock_name
from agentdesk.desk.hidden import words
from agentdesk.desk.live import Live
from agentdesk.desk.notify import Notifier
from agentdesk.desk.refusals import about
from agentdesk.desk.texts import mark, tr
from agentdesk.domain.cases import Case, Follow, Mention, Message
from agentdesk.domain.clocks import Alert
from agentdesk.domain.later import PlannedReply
from agentdesk.sync.news import Refused
from agentdesk.sync.phases import Phase
from agentdesk.sync.replica import Touched

ALERTS = {
    "holder": mark("Time runs short in a case of yours"),
    "peer": mark("A colleague's case is late: can you help?"),
    "lead": mark("A case of your team is late"),
}
FRESH_MS = 120_000
"""Older words are what was missed while away: they are in the list, not news."""


class Announcer:
    """Listens to one desk. `show(kind, id)` opens what was announced."""

    def __init__(self, live: Live, notifier: Notifier, show: Callable[[str, str], None]) -> None:
        self._live, self._notifier, self._show = live, notifier, show
        self._end = live.listen(("message", "mention", "alert", "planned"), self._touched)

    def close(self) -> None:
        """Listen no more."""
        self._end()

    def _touched(self, some: Sequence[Touched] | None) -> None:
        if some is None or self._live.status.phase is not Phase.LIVE or _watching():
            return
        for one in some:
            if isinstance(one.new, PlannedReply):
                self._planned(one.old, one.new)
            if one.old is not None or one.new is None:
                continue
            if isinstance(one.new, Mention) and not one.new.seen:
                self._mention(one.new)
            elif isinstance(one.new, Message) and one.new.kind == "customer":
                self._message(one.new)
            elif isinstance(one.new, Alert):
                self._alert(one.new)

    def _fresh(self, at: int) -> bool:
        return self._live.now() - at < FRESH_MS

    def _mention(self, mention: Mention) -> None:
        if self._fresh(mention.at):
            self._tell(tr("You were mentioned"), words(mention.text), mention.case)

    def _planned(self, old: object, planned: PlannedReply) -> None:
        """A reply of mine that was to go later asks."""
        asked = isinstance(old, PlannedReply) and old.state == "waiting" and planned.state == "asking"
        if asked and planned.author == self._live.me.id:
            self._tell(tr("A reply that was to go later was held back"), words(planned.text)[:200], planned.case)

    def _alert(self, alert: Alert) -> None:
        """A clock of mine, of a colleague's or of the team I lead. What waits in the digest interrupts nobody."""
        me, case = self._live.me, self._live.view.get(Case, alert.case)
        leads = alert.to == "lead" and me.may("team.lead") and alert.team in me.teams
        if case is not None and alert.to in ALERTS and (leads or alert.person == me.id) and self._fresh(alert.at):
            clock = tr("{clock}, {subject}", clock=clock_name(alert.metric), subject=words(case.subject))
            self._tell(tr(ALERTS[alert.to]), clock, case.id)

    def _message(self, message: Message) -> None:
        case = self._live.view.get(Case, message.case)
        me = self._live.me.id
        follows = self._live.view.get(Follow, f"{me}:{message.case}") is not None
        if case is not None and (case.assignee == me or follows) and self._fresh(message.at):
            said = f"{words(message.author_name)}: {words(message.text)[:200]}"
            self._tell(tr("New message in a case of yours"), said, case.id)

    def refused(self, refused: Refused, words: str) -> None:
        """A reply came back."""
        if not _watching():
            self._tell(tr("A reply was not sent"), words, about(refused))

    def _tell(self, title: str, text: str, case: str) -> None:
        self._notifier.show(title, text, lambda: self._show("case", case))


def _watching() -> bool:
    """Whether the person has the window in front."""
    return QGuiApplication.applicationState().name == "ApplicationActive"
