"""What a timeline says in words: events, states of replies, days, names behind mentions."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QDate, QDateTime, QLocale

from agentdesk.desk.due import clock_name
from agentdesk.desk.hidden import words
from agentdesk.desk.names import case_number, person_name
from agentdesk.desk.texts import mark, tr
from agentdesk.desk.times import day_and_clock
from agentdesk.domain.cases import Case, Message
from agentdesk.domain.cases.tiers import BETWEEN
from agentdesk.domain.cases.writing import MENTION
from agentdesk.domain.escalation import in_force
from agentdesk.domain.kernel import View
from agentdesk.domain.people import Person, Team

EVENT_ICONS = {
    "claimed": "ph.hand-grabbing",
    "assigned": "ph.user-plus",
    "released": "ph.arrow-u-up-left",
    "snoozed": "ph.moon",
    "woken": "ph.alarm",
    "solved": "ph.check-circle",
    "reopened": "ph.arrow-counter-clockwise",
    "prioritised": "ph.flag",
    "tiered": "ph.medal",
    "moved": "ph.arrows-left-right",
    "escalated": "ph.arrow-fat-line-up",
    "returned": "ph.arrow-bend-down-left",
    "ran_out": "ph.timer",
    "merged": "ph.git-merge",
    "split": "ph.git-branch",
    "split_off": "ph.git-branch",
    "invited": "ph.user-circle-plus",
    "glass_broken": "ph.warning",
    "bounced": "ph.warning",
    "delayed": "ph.hourglass",
    "auto_answered": "ph.envelope-simple",
    "ruled": "ph.robot",
}
PRIORITY_WORDS = {"low": mark("low"), "normal": mark("normal"), "high": mark("high"), "urgent": mark("urgent")}


class Word(NamedTuple):
    """What stands beside a reply: the words, their icon and ink, and what a click does ("" for nothing)."""

    text: str
    icon: str
    ink: str = "faint"
    action: str = ""
    action_text: str = ""


def event_sentence(view: View, message: Message, now: int) -> str:
    """What happened to the case, as one sentence."""
    name, detail = words(message.author_name) or person_name(view, message.author), message.detail
    ours = view.get(Person, message.author) is not None
    if message.event == "assigned":
        return tr("{name} assigned this to {target}", name=name, target=_target(view, detail))
    if message.event == "moved":
        return tr("{name} moved this to {team}", name=name, team=_target(view, detail.partition(">")[2]))
    if message.event in ("escalated", "returned"):
        say = mark("{name} handed this on to {target}")
        say = say if message.event == "escalated" else mark("{name} returned this to {target}")
        return tr(say, name=name, target=_node(view, detail))
    if message.event == "ran_out":
        return tr("{clock} ran out", clock=clock_name(detail))
    if message.event == "snoozed":
        until = day_and_clock(int(detail), now) if detail.isdigit() else detail
        return tr("{name} snoozed this until {time}", name=name, time=until)
    if message.event == "prioritised":
        return tr("{name} set the priority to {priority}", name=name, priority=tr(PRIORITY_WORDS.get(detail, detail)))
    if message.event == "tiered":
        tier = detail.partition(BETWEEN)[2]
        return tr("The customer's tier is now {tier}", tier=tier) if tier else tr("The customer has no tier any more")
    if message.event == "merged":
        old = view.get(Case, detail.partition(" ")[0])
        return tr("{name} merged {number} into this", name=name, number=case_number(old.number if old else 0))
    if message.event in ("split", "split_off"):
        other = view.get(Case, detail.partition(" ")[0])
        number = case_number(other.number if other else 0)
        if message.event == "split":
            return tr("{name} split this off from {number}", name=name, number=number)
        return tr("{name} split {number} off from this", name=name, number=number)
    if message.event == "invited":
        return tr("{name} let {guest} in as a guest", name=name, guest=person_name(view, detail))
    if message.event in ("bounced", "delayed"):
        say = mark("A mail did not arrive: {why}") if message.event == "bounced" else mark("A mail is late: {why}")
        return tr(say, why=words(detail))
    template = (_BY_US if ours else _BY_OTHERS).get(message.event, "{name}: {event}")
    return tr(template, name=name, event=message.event)


_BY_US = {
    "claimed": mark("{name} took this conversation"),
    "released": mark("{name} put this back into the queue"),
    "woken": mark("{name} ended the snooze"),
    "solved": mark("{name} solved this"),
    "reopened": mark("{name} reopened this"),
    "glass_broken": mark("{name} opened this in an emergency"),
}
_BY_OTHERS = {
    **_BY_US,
    "woken": mark("Awake again"),
    "reopened": mark("Open again: the customer wrote"),
    "auto_answered": mark("An automatic answer was sent"),
    "ruled": mark("The rule {name} acted"),
}


def _target(view: View, id: str) -> str:
    person = view.get(Person, id)
    team = None if person else view.get(Team, id)
    return person.name if person else team.name if team else id


def _node(view: View, detail: str) -> str:
    """The node at the end of a handoff ("t1>t2 first>second"); its team where the graph has it no more."""
    teams, _, nodes = detail.partition(" ")
    graph = in_force(view)
    node = graph.node(nodes.partition(">")[2]) if graph is not None else None
    return node.name if node is not None else _target(view, teams.partition(">")[2])


def state_word(message: Message, waiting: bool, mine: bool, now: int) -> Word | None:
    """How far a reply or a note has got."""
    if waiting:
        back = "take_back" if mine and message.kind == "reply" else ""
        return Word(tr("waiting on this laptop"), "ph.clock", "faint", back, tr("take back") if back else "")
    if message.kind != "reply":
        return None
    if message.state == "held":
        left = max(0, (message.hold_until - now + 999) // 1000)
        return Word(
            tr("held {n} s", n=left), "ph.hourglass", "warn", "unsend" if mine else "", tr("take back") if mine else ""
        )
    if message.state == "failed":
        why = words(message.error) or tr("the channel gave no reason")
        return Word(tr("not delivered: {why}", why=why), "ph.warning-circle", "bad")
    return _SENT.get(message.state, lambda: None)()


_SENT = {
    "accepted": lambda: Word(tr("sent"), "ph.check"),
    "sent": lambda: Word(tr("sent"), "ph.check"),
    "delivered": lambda: Word(tr("delivered"), "ph.checks"),
    "read": lambda: Word(tr("read"), "ph.checks", "accent"),
}


def day_word(at: int, now: int) -> str:
    """A day as people name it: today, yesterday, 12 November."""
    day, today = QDateTime.fromMSecsSinceEpoch(at).date(), QDateTime.fromMSecsSinceEpoch(now).date()
    if day == today:
        return tr("Today")
    if day == today.addDays(-1):
        return tr("Yesterday")
    return QLocale().toString(day, _date_form(day, today))


def _date_form(day: QDate, today: QDate) -> str:
    return tr("dddd, d MMMM") if day.year() == today.year() else tr("d MMMM yyyy")


def with_names(text: str, view: View) -> tuple[str, list[tuple[int, int]]]:
    """The text with names for mentions, and where they stand (start, length)."""
    parts: list[str] = []
    spans: list[tuple[int, int]] = []
    end = at = 0
    for found in MENTION.finditer(text):
        name = "@" + person_name(view, found[1])
        before = text[end : found.start()]
        parts += (before, name)
        spans.append((at + len(before), len(name)))
        at += len(before) + len(name)
        end = found.end()
    return "".join((*parts, text[end:])), spans
