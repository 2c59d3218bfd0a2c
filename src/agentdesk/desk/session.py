"""One signed-in person at the window: joins the desk with shell, pages, status line and notifications."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication

from agentdesk.desk.actions import GENERAL, Action, Context
from agentdesk.desk.assist.beginning import Beginning
from agentdesk.desk.awaywatch import AwayWatch
from agentdesk.desk.bridge import Bridge
from agentdesk.desk.first import First
from agentdesk.desk.heldback import held_action, show_held
from agentdesk.desk.hosting import Hosting
from agentdesk.desk.linkwatch import LinkWatch
from agentdesk.desk.news import Announcer
from agentdesk.desk.notify import Notifier
from agentdesk.desk.ownways import OwnWays
from agentdesk.desk.pages.opening import LatePage
from agentdesk.desk.pages.queue.conversation_sending import Answer
from agentdesk.desk.pages.queue.page import QueuePage
from agentdesk.desk.proving import Proving
from agentdesk.desk.ringing import Ringing
from agentdesk.desk.settings import Settings
from agentdesk.desk.shell import YOU, Shell
from agentdesk.desk.texts import mark, tr
from agentdesk.desk.trusting import TrustDialog
from agentdesk.desk.verbs import sentence
from agentdesk.desk.witness import Witness
from agentdesk.domain.kernel.commands import command_spec
from agentdesk.domain.people import Availability, SetAvailability, State
from agentdesk.domain.routing import AcceptOffer, Leave, Return, steering
from agentdesk.domain.routing.absences import Why
from agentdesk.sync.http import Problem
from agentdesk.sync.news import Refused, Status, Told
from agentdesk.sync.phases import Phase
from agentdesk.sync.signing import Own

STATES: tuple[tuple[State, str, str, str], ...] = (
    ("online", mark("Available"), "good", "ph.check-circle"),
    ("away", mark("Away"), "warn", "ph.clock"),
    ("break", mark("On a break"), "warn", "ph.coffee"),
    ("offline", mark("Not available"), "faint", "ph.moon"),
)


class Session(QObject):
    """`sign_in` asks the person for the password again; `sign_out` ends the session for good."""

    def __init__(
        self, first: First, bridge: Bridge, shell: Shell, place: LatePage, settings: Settings,
        sign_in: Callable[[], None], sign_out: Callable[[], None], folder: Path | None = None,
    ) -> None:  # fmt: skip
        super().__init__(shell)
        self._shell, self._settings, self._sign_out = shell, settings, sign_out
        self.live = first.live
        self.live.setParent(self)
        self.queue = QueuePage(self.live, settings, shell, first.front)
        self.show_held = partial(show_held, self.live, partial(self._show, "case"), shell)
        self.notifier = Notifier(settings, self._told_here, self)
        self.announcer = Announcer(self.live, self.notifier, self._show)
        self.proving = Proving(shell, bridge, self._own, self)
        self.live.prove = self.proving.need
        self.ways = OwnWays(shell, bridge, self._own, self.proving, self)
        self._working_online, self._by_hand = True, False
        self.ringing = Ringing(self.live, shell, lambda: self.live.online, self.notifier.show)
        self.away = AwayWatch(self._sits_here, self)
        self.beginning = Beginning(self.live, bridge, settings, shell.status, folder)
        shell.book.add((*self.ringing.keys, *self.beginning.actions()))
        shell.book.add((*self.queue.actions, *self._you(), *self._general()))
        self.queue.keep_views(shell.book)
        shell.add_provider(self.queue.entries)
        place.become(self.queue)
        self.hosting = Hosting(self.live, settings, shell)
        self.witness = Witness(self.live, self._doubt, self)
        self.watch = LinkWatch(self.live, shell.status, self.queue.banner, sign_in)
        self._connect()
        self._show_me()
        self._tell_by_hand()

    def _connect(self) -> None:
        live = self.live
        live.status_changed.connect(self._status)
        live.status_changed.connect(lambda _: self.witness.look_again())
        live.status_changed.connect(lambda _: self.ringing.look())
        live.refused.connect(self._refused)
        live.told.connect(self._told)
        live.opened.connect(self._show)
        self._shell.status.outbox_asked.connect(self.show_held)
        live.listen(("availability", "person"), lambda _: self._show_me())
        live.listen(("steering",), lambda _: self._tell_by_hand())
        self.queue.badge.connect(self.notifier.badge)
        live.sight.changed.connect(self._other_eyes)

    # --- Oneself ---

    def _own(self) -> Own:
        """One's own doors at the server. Raises `Problem` where nobody is signed in."""
        shown = self.live.passport
        if shown is None:
            raise Problem("You are signed out. Sign in again first.", 401)
        return Own(self.live.identity.server, shown)

    def _you(self) -> tuple[Action, ...]:
        you = tr(YOU)
        states = tuple(
            Action(f"you.{state}", tr(title), you, partial(self._declare, state), icon, words="availability status")
            for state, title, _, icon in STATES
        )
        return (
            *states,
            Action("you.offline_work", tr("Work offline"), you, lambda _: self.work_online(False), "ph.cloud-slash",
                   when=lambda _: self._working_online),
            Action("you.online_work", tr("Go online"), you, lambda _: self.work_online(True), "ph.cloud-check",
                   when=lambda _: not self._working_online),
            Action("you.ways", tr("Password and second factor"), you, lambda _: self.ways.open(), "ph.shield-check",
                   words="sign in passkey authenticator recovery"),
            Action("you.sign_out", tr("Sign out"), you, lambda _: self._leave(), "ph.sign-out"),
        )  # fmt: skip

    def _general(self) -> tuple[Action, ...]:
        return (
            Action("notify.test", tr("Show a test notification"), tr(GENERAL), lambda _: self.notifier.test(),
                   "ph.bell"),
            held_action(self.live, self.show_held),
            Action("audit.doubt", tr("The audit log does not match"), tr(GENERAL), lambda _: self.show_doubt(),
                   "ph.shield-warning", when=lambda _: bool(self.witness.doubt), words="backup restored trust"),
        )  # fmt: skip

    def _doubt(self, words: str) -> None:
        self._shell.notices.refuse(words, tr("Look…"), self.show_doubt)

    def show_doubt(self) -> None:
        """What this laptop remembers of the audit log, what the server shows, and what can be done about it."""
        dialog = TrustDialog(self.witness, self.live.view, self.live.now(), self._shell)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _declare(self, state: State, _context: Context) -> None:
        self.live.do(SetAvailability(state=state))

    def _tell_by_hand(self) -> None:
        """Nothing rings while cases go by the table: whoever works here is told why, and when it is over."""
        held = steering(self.live.view)
        by_hand = held is not None and held[1].by_hand
        if held is not None and by_hand and not self._by_hand:
            self._shell.notices.refuse(tr("Cases go by the table: {why}", why=held[1].reason))
        elif self._by_hand and not by_hand:
            self._shell.notices.tell(tr("Cases are offered again."), "good")
        self._by_hand = by_hand

    def _sits_here(self, why: Why, away: bool) -> None:
        """The system says that nobody sits here, or somebody does again: where cases are offered, that counts."""
        mine = self.live.view.get(Availability, self.live.me.id)
        if mine is None or mine.state == "offline" or steering(self.live.view) is None:
            return
        wish: type[Leave | Return] = Leave if away else Return
        self.live.do(wish(person=self.live.me.id, why=why))

    def work_online(self, online: bool) -> None:
        """Connect, or pull the plug."""
        self._working_online = online
        self.live.set_online(online)

    def _show_me(self) -> None:
        mine = self.live.view.get(Availability, self.live.me.id)
        state = mine.state if mine is not None else "offline"
        title, token = next((title, token) for name, title, token, _ in STATES if name == state)
        self._shell.show_person(self.live.me.name, tr(title), token)

    def _leave(self) -> None:
        waits = self.live.status.waiting
        if waits:
            words = tr("{n} waiting to be sent. It is kept, and sent when you sign in here again.", n=waits)
            self._shell.notices.refuse(words, tr("Sign out"), self._sign_out)
        else:
            self._sign_out()

    # --- What happens ---

    def _status(self, status: Status) -> None:
        filling = status.phase in (Phase.CONNECTING, Phase.CATCHING_UP) or status.behind != frozenset()
        filling = filling and "org" not in self.live.replica.reader.filled
        self.queue.set_filling(filling or (status.phase is Phase.CATCHING_UP and bool(status.behind)))

    def _refused(self, refused: Refused) -> None:
        """The server's no. A reply is stopped where it was written; all else is said."""
        ack = refused.ack
        words = sentence(ack.sentence, ack.data)
        if ack.code == "step_up":
            self.proving.need(lambda: self.live.do(refused.command))
            return
        if isinstance(refused.command, Answer):
            self.queue.refused(refused.command.case, refused.command, ack.data, words)
            self.announcer.refused(refused, words)
        elif not command_spec(refused.command).quiet:
            if isinstance(refused.command, AcceptOffer):
                self.ringing.refused(refused.command.offer)
            case = str(getattr(refused.command, "case", ""))
            open_it = self.show_held if refused.held else partial(self._show, "case", case) if case else None
            self._shell.notices.refuse(words, tr("Show") if open_it else "", open_it, personal=True)

    def _other_eyes(self) -> None:
        """Nothing over the pages, nor in the system's list of notifications, stays of what was seen before."""
        self._shell.close_overlays()
        self._shell.notices.forget_personal()
        self.notifier.withdraw()

    def _told(self, told: Told) -> None:
        if told.code == "draft_kept":
            self._shell.notices.tell(tr("An earlier text was kept among the drafts of the case."), "info")
        elif told.code == "trouble":
            self._shell.notices.refuse(tr("Something could not be written to this laptop: {why}", why=told.sentence))
        elif told.code == "network":
            self._shell.notices.refuse(tr(told.sentence))
        elif told.code == "revoked":
            self._shell.notices.refuse(tr(told.sentence) if told.sentence else tr("This device was signed out."))

    def _told_here(self, title: str, text: str) -> None:
        self._shell.notices.tell(": ".join(filter(None, (title, text))), personal=True)

    def _show(self, kind: str, id: str) -> None:
        if kind == "case":
            self._shell.open_page("queue")
            self.queue.show_case(id)
            if QGuiApplication.applicationState().name != "ApplicationActive":
                self._shell.raise_()
                self._shell.activateWindow()
        else:
            self.hosting.show(kind, id)

    def say_goodbye(self) -> None:
        """The window is closing: what waits is kept, and that is said once."""
        waits = self.live.status.waiting
        if waits:
            self.notifier.show(tr("{n} waiting to be sent: it is kept and goes at the next start.", n=waits), "")

    def close(self) -> None:
        """Put everything away."""
        self.announcer.close()
        self.ringing.close_down()
        self.notifier.withdraw()
        self.notifier.close()
        self.hosting.close()
        self.queue.close()
        self.live.close()
