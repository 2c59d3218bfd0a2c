"""Each laptop remembers the newest head of the audit log, and says so if what it is shown later contradicts it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from agentdesk.desk.desk import Desk
from agentdesk.desk.texts import mark, tr
from agentdesk.domain.audit.breaks import BREAKS, AcceptLog, AuditBreak, FollowLog, past, vouched
from agentdesk.domain.audit.evidence import Doubt
from agentdesk.domain.audit.published import HEADS, KEPT, AuditHead, Pin, witness
from agentdesk.store.signature import is_signed

ALARM = mark(
    "The server's audit log is not what this laptop remembers of it. If no backup was restored, it was tampered with: "
    "tell your administrator."
)
WATCHED = ("audit_head", "audit_break")


class Witness(QObject):
    """`alarm` gets a sentence, once for each contradiction. Only what a person does here makes it forget anything."""

    def __init__(self, desk: Desk, alarm: Callable[[str], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk, self._pins, self._alarm = desk, desk.pins, alarm
        self._seen: list[AuditHead] = []
        self._asked, self._blind = "", True
        self.doubt: Doubt = ""
        desk.listen(WATCHED, lambda _: self.look())
        self._pins.came.connect(self.look)
        self.look()

    def look_again(self) -> None:
        """If anything is left to judge, or an answer to wait for: as often as one likes, for it costs nothing else."""
        if self._blind or self._asked:
            self.look()

    def look(self) -> None:
        """Judge what is shown now."""
        self._blind = True
        if not self._pins.known:
            self._pins.load()
            return
        if not self._desk.view.knows(AuditHead, "head-0"):
            return  # they are still coming: what is not here yet is not missing
        self._blind = False
        self._take_accepted()
        shown = self._shown()
        if shown != self._seen:
            self._seen = shown
            self._judge(shown)

    def _shown(self) -> list[AuditHead]:
        return list(self._desk.view.page(HEADS(), limit=2 * KEPT))

    def _judge(self, shown: list[AuditHead]) -> None:
        pin = self._pins.pin
        found, self.doubt = witness(pin, shown, is_signed)
        if self.doubt:
            self._alarm(tr(ALARM))
        elif found is not None and found != pin:
            self._pins.keep(found)

    # --- When people know of it ---

    def remembered(self) -> Pin | None:
        """What this laptop remembers."""
        return self._pins.pin

    def now(self) -> Pin | None:
        """What the server shows at its end, if it holds by itself."""
        shown = self._shown()
        if not shown:
            return None
        newest = shown[-1]
        found, doubt = witness(None, [newest], is_signed)
        return None if doubt else found

    def vouched(self) -> AuditBreak | None:
        """A break for which somebody vouches and behind which all is well; none if there is no such."""
        pin = self._pins.pin
        one = vouched(pin, self._desk.view.page(BREAKS(), limit=100)) if pin is not None else None
        return one if one is not None and not witness(one.after, self._shown(), is_signed)[1] else None

    def may_accept(self) -> bool:
        """Whether this person may vouch themselves."""
        return self._desk.me.may("audit.accept")

    def accept(self, reason: str) -> str:
        """Vouch for what is shown now: it is remembered once the server has written that down. Returns why not."""
        pin, now = self._pins.pin, self.now()
        if pin is None or now is None:
            return tr("The server shows nothing that could be trusted.")
        id = self._desk.new_id()
        told = AcceptLog(
            id=id, before_size=pin.size, before_root=pin.root, before_key=pin.key,
            size=now.size, root=now.root, key=now.key, reason=reason,
        )  # fmt: skip
        why = self._desk.attempt(told)
        if not why:
            self._asked = id
            self.look()
        return why

    def _take_accepted(self) -> None:
        """The server has written down that we vouch: it asked for a fresh proof of who we are."""
        if self._asked and not self._desk.waits("audit_break", self._asked):
            one = self._desk.view.get(AuditBreak, self._asked)
            if one is not None:
                self._asked = ""
                self._go_on(one)

    def follow(self, one: AuditBreak) -> str:
        """Trust the log from this break on. Returns why not."""
        why = self._desk.attempt(FollowLog(id=one.id))
        if not why:
            self._go_on(one)
        return why

    def _go_on(self, one: AuditBreak) -> None:
        if self._pins.pin is not None:
            self._pins.keep(past(self._pins.pin, one))
            self._judge(self._shown())


def short(root: str) -> str:
    """The beginning of a fingerprint, as it is read out over the telephone."""
    return " ".join(root[at : at + 4] for at in range(0, 16, 4))
