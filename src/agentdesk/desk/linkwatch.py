"""Says where the connection stands: in the status line, and in a banner while it is not as it should be."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QObject, QTimer

from agentdesk.desk.live import Live
from agentdesk.desk.statusline import Link, StatusLine
from agentdesk.desk.texts import mark, tr
from agentdesk.desk.times import clock
from agentdesk.domain.kernel.commands import COMMANDS
from agentdesk.sync.apart import Apart
from agentdesk.sync.news import Refused, Status
from agentdesk.sync.phases import JOINED, Phase

GRACE_MS = 3_000
"""A connection that comes back at once is not worth a banner."""
GREEN_MS = 30_000

_LINKS = {
    Phase.LIVE: Link.LIVE,
    Phase.CATCHING_UP: Link.CATCHING_UP,
    Phase.CONNECTING: Link.CONNECTING,
    Phase.DEGRADED: Link.CONNECTING,
    Phase.OFFLINE: Link.OFFLINE,
    Phase.REVOKED: Link.SIGNED_OUT,
    Phase.UPGRADE: Link.STOPPED,
}


_APART = {
    Apart.SERVER_OLD: (
        mark("The server is too old."),
        mark("Ask your administrator to update it. Your work is kept."),
    ),
    Apart.DESK_OLD: (mark("Too old."), mark("Update AgentDesk to work with this server.")),
    Apart.UNLIKE: (mark("Not compatible."), mark("AgentDesk or the server is too old. Ask your administrator.")),
    Apart.REPLACED: (mark("Open twice."), mark("Another desk has taken over. Close it, and start this one again.")),
}


class Teller(Protocol):
    """Where a state is told, such as a banner."""

    def show_state(self, tone: str, strong: str, text: str = "", end: str = "", icon: str = "") -> None: ...
    def clear(self) -> None: ...


class LinkWatch(QObject):
    """Follows one desk. `sign_in` is what can be done about a session that has ended."""

    def __init__(self, live: Live, line: StatusLine, banner: Teller, sign_in: Callable[[], None]) -> None:
        super().__init__(live)
        self._live, self._line, self._banner, self._sign_in = live, line, banner, sign_in
        self._since: int | None = None
        self._sent: dict[str, int] = {}
        self._held = 0
        self._told_offline = False
        self._asked_in = False
        self._grace = QTimer(self, singleShot=True, interval=GRACE_MS)
        self._grace.timeout.connect(self._show_banner)
        self._fade = QTimer(self, singleShot=True, interval=GREEN_MS)
        self._fade.timeout.connect(banner.clear)
        self._pulse = QTimer(self, interval=1000)
        self._pulse.timeout.connect(self._show_line)
        self._pulse.start()
        live.status_changed.connect(self._status)
        live.refused.connect(self._refused)
        self._status(live.status)

    def _status(self, status: Status) -> None:
        self._line.show_link(Link.STOPPED if status.apart else _LINKS[status.phase])
        self._show_line()
        if self._together():
            self._joined(status)
        elif self._since is None:
            self._since, self._held = self._live.now(), 0
            self._sent = {}
            self._grace.start()
        elif not self._grace.isActive():
            self._show_banner()
        if status.phase is Phase.REVOKED and not self._asked_in:
            self._asked_in = True
            self._sign_in()

    def _together(self) -> bool:
        """Whether we are connected, and not only until the next thing that one of the two cannot read."""
        return self._live.status.phase in JOINED and not self._live.status.apart

    def _joined(self, status: Status) -> None:
        self._asked_in = False
        self._grace.stop()
        if self._told_offline:
            self._banner.clear()
        if self._since is not None:
            self._sent = self._sent or self._live.waiting()
            if status.phase is Phase.LIVE and not self._live.status.waiting:
                self._since = None
                self._show_green()

    def _show_line(self) -> None:
        live = self._live
        waits = sum(count for name, count in live.waiting().items() if _on_purpose(name))
        self._line.show_outbox(waits, live.held_back)
        self._line.show_synced(live.synced_at)
        if self._since is not None and not self._together() and not self._grace.isActive():
            self._show_banner()

    def _show_banner(self) -> None:
        """Offline: since when, and what waits."""
        if self._since is None or self._together():
            return
        self._told_offline = True
        self._fade.stop()
        phase, waits = self._live.status.phase, told(self._live.waiting(), tr("{what} waiting"))
        apart = Apart.DESK_OLD if phase is Phase.UPGRADE else self._live.status.apart
        if phase is Phase.REVOKED:
            self._banner.show_state("bad", tr("Signed out."), tr("Sign in again to send and receive."), waits)
        elif apart:
            strong, text = _APART[apart]
            self._banner.show_state("bad", tr(strong), tr(text), waits)
        else:
            since = tr("Offline since {time}.", time=clock(self._since))
            text = tr("All you do is kept and sent later.")
            self._banner.show_state("warn", since, text, waits, "ph.cloud-slash")

    def _show_green(self) -> None:
        """Back: what was sent meanwhile, and what was held back."""
        replies, notes = self._sent.get("case.reply", 0), self._sent.get("case.note", 0)
        rest = sum(count for name, count in self._sent.items() if _on_purpose(name)) - replies - notes
        held, self._held = self._held, 0
        sent = told({"case.reply": max(0, replies - held), "case.note": notes, "": rest}, tr("{what} sent."))
        back = tr("{n} held back for you.", n=held) if held else ""
        self._sent = {}
        if not self._told_offline:  # a short break, or the first connection of the day: nothing to tell
            return
        self._told_offline = False
        now = self._live.now()
        words = " ".join(filter(None, (sent, back)))
        self._banner.show_state("good", tr("Back online."), words, clock(now), "ph.cloud-check")
        self._fade.start()

    def _refused(self, refused: Refused) -> None:
        if refused.draft:
            self._held += 1


def told(waiting: dict[str, int], template: str) -> str:
    """ "1 reply, 1 note waiting": what waits in words; empty if nothing does."""
    replies, notes = waiting.get("case.reply", 0), waiting.get("case.note", 0)
    rest = sum(count for name, count in waiting.items() if _on_purpose(name)) - replies - notes
    parts = [_count(replies, tr("1 reply"), tr("{n} replies", n=replies))]
    parts += [_count(notes, tr("1 note"), tr("{n} notes", n=notes))]
    parts += [_count(rest, tr("1 change"), tr("{n} changes", n=rest))]
    words = ", ".join(part for part in parts if part)
    return template.format(what=words) if words else ""


def _count(count: int, one: str, many: str) -> str:
    return one if count == 1 else many if count else ""


def _on_purpose(name: str) -> bool:
    """What a person did not do on purpose is not counted."""
    return name not in COMMANDS or not COMMANDS[name].quiet
