"""The head of a conversation: subject, state, who has it, what can be done with it."""

from __future__ import annotations

from PySide6.QtCore import QLocale, Signal
from PySide6.QtWidgets import QMenu, QVBoxLayout, QWidget

from agentdesk.desk.desk import Desk
from agentdesk.desk.due import due_of
from agentdesk.desk.hidden import words
from agentdesk.desk.names import case_number, channel_words, kept_words, person_name
from agentdesk.desk.pages.queue.header_chips import ChipRow, Sign
from agentdesk.desk.pages.queue.header_due import DueChip
from agentdesk.desk.pages.queue.header_menus import fill_more, fill_people
from agentdesk.desk.texts import mark, tr
from agentdesk.desk.times import day_and_clock, short_age
from agentdesk.desk.widgets.badges import Chip
from agentdesk.desk.widgets.buttons import Button, IconButton
from agentdesk.desk.widgets.frames import Bar, Icon
from agentdesk.desk.widgets.labels import ElidedLabel, label
from agentdesk.domain.cases import Case, Claim
from agentdesk.domain.people import Team

LANGUAGES = {
    "ar": mark("Arabic"),
    "da": mark("Danish"),
    "de": mark("German"),
    "en": mark("English"),
    "es": mark("Spanish"),
    "fr": mark("French"),
    "he": mark("Hebrew"),
    "it": mark("Italian"),
    "ja": mark("Japanese"),
    "nl": mark("Dutch"),
    "pl": mark("Polish"),
    "pt": mark("Portuguese"),
    "ru": mark("Russian"),
    "sv": mark("Swedish"),
    "tr": mark("Turkish"),
    "uk": mark("Ukrainian"),
    "zh": mark("Chinese"),
}


class CaseHeader(QWidget):
    """Subject and buttons above, facts and passing states below. `solve_asked` leaves it to the conversation."""

    solve_asked = Signal()
    context_asked = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._case = desk, ""
        self.subject = ElidedLabel("", "title")
        self.status, self.signs, self.due = Chip(parent=self), ChipRow(6), DueChip(desk, self)
        self._others: tuple[Sign, ...] = ()
        self.target = Button(tr("Open"), "primary")
        self.claim, self.assign = Button(tr("Claim")), Button(tr("Assign"), icon="ph.user-plus")
        self.solve, self.more = Button(tr("Solve"), "primary"), IconButton("ph.dots-three", tr("More to do"))
        self.context = IconButton("ph.user-circle", tr("Customer and facts"))
        self.assign.setMenu(QMenu(self.assign))
        self.more.setMenu(QMenu(self.more))
        self.more.setPopupMode(self.more.ToolButtonPopupMode.InstantPopup)
        self._facts, self._channel = ElidedLabel("", "small"), label("", "small")
        self._channel_icon = Icon("ph.chat-circle", "muted", 13)
        self._language = label("", "small")
        self._lay_out()
        self._connect()
        self.context.hide()

    def _lay_out(self) -> None:
        head, strip = Bar("header"), Bar("strip")
        head.row.addWidget(self.subject)
        head.row.addStretch(1)
        for part in (self.due, self.status, self.target, self.claim, self.assign, self.solve, self.more, self.context):
            head.row.addWidget(part)
        strip.row.setContentsMargins(18, 0, 14, 0)
        for fact in (self._facts, self._channel_icon, self._channel, self._language):
            strip.row.addWidget(fact)
        strip.row.addWidget(self.signs, 1)
        strip.row.setSpacing(6)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(head)
        box.addWidget(strip)

    def _connect(self) -> None:
        self.claim.clicked.connect(lambda: self._desk.do(Claim(case=self._case)))
        self.solve.clicked.connect(self.solve_asked)
        self.target.clicked.connect(self._open_target)
        self.context.clicked.connect(self.context_asked)
        people, more = self.assign.menu(), self.more.menu()
        assert people is not None
        people.aboutToShow.connect(lambda: fill_people(people, self._desk, self._case))
        more.aboutToShow.connect(lambda: fill_more(more, self._desk, self._case))

    def show_case(self, case: Case) -> None:
        """The case as it is now."""
        self._case = case.id
        subject = words(self._desk.revealed.over(case).subject)
        self.subject.setText(subject)
        self.subject.setAccessibleName(tr("Subject: {words}", words=subject))
        text, tone, icon = _status(case, self._desk)
        self.status.show_chip(text, tone, icon)
        closed, mine = bool(case.merged_into), case.assignee == self._desk.me.id
        self.claim.setVisible(not case.assignee and not closed)
        self.assign.setVisible(bool(case.assignee) and not closed)
        self.assign.setText(tr("Yours") if mine else person_name(self._desk.view, case.assignee))
        self.assign.setAccessibleName(tr("Assigned to {name}. Assign", name=self.assign.text()))
        self.solve.setVisible(case.status != "solved" and not closed)
        self._show_kept(case)
        self._show_target(case)
        self._show_facts(case)
        self.show_clock(case)

    def _show_kept(self, case: Case) -> None:
        """What another region keeps: each button says why it does nothing."""
        why = kept_words(case.home)
        for button in (self.claim, self.assign, self.solve):
            button.setEnabled(not why)
            button.setToolTip(why)
            button.setAccessibleDescription(why)

    def _show_target(self, case: Case) -> None:
        into = self._desk.view.get(Case, case.merged_into) if case.merged_into else None
        self.target.setVisible(into is not None)
        if into is not None:
            self.target.setText(tr("Open {number}", number=case_number(into.number)))
            self.target.setAccessibleName(self.target.text())

    def _open_target(self) -> None:
        case = self._desk.view.get(Case, self._case)
        if case is not None and case.merged_into:
            self._desk.open("case", case.merged_into)

    def show_viewers(self, sentence: str, writing: bool) -> None:
        """Who else is here."""
        icon = "ph.pencil-simple" if writing else "ph.eye"
        self._others = (Sign(sentence, "warn" if writing else "accent", icon),) if sentence else ()
        case = self._desk.view.get(Case, self._case)
        if case is not None:
            self.show_clock(case)

    def show_clock(self, case: Case) -> None:
        """What depends on the time."""
        self.due.show_case(case)
        self.signs.show_signs((*self._others, *_passing(case, self._desk)))

    def _show_facts(self, case: Case) -> None:
        team = self._desk.view.get(Team, case.team)
        facts = tr("{number}  ·  {team}  ·", number=case_number(case.number), team=team.name if team else case.team)
        name, icon = channel_words(case.channel)
        self._facts.setText(facts)
        self._channel_icon.show_icon(icon, "muted")
        self._channel.setText(name)
        self._language.setText(tr("·  {language}", language=language_name(case.language)) if case.language else "")


def language_name(code: str) -> str:
    """A language by its code, in the reader's words where the system knows them."""
    if not code:
        return ""
    short = code[:2].lower()
    if short in LANGUAGES:
        return tr(LANGUAGES[short])
    language = QLocale.codeToLanguage(short)
    known = language not in (QLocale.Language.AnyLanguage, QLocale.Language.C)
    return QLocale.languageToString(language) if known else code


def _status(case: Case, desk: Desk) -> tuple[str, str, str]:
    if case.merged_into:
        into = desk.view.get(Case, case.merged_into)
        return tr("Merged into {number}", number=case_number(into.number if into else 0)), "plain", "ph.git-merge"
    if case.status == "solved":
        return tr("Solved"), "good", "ph.check-circle"
    if case.status == "snoozed":
        until = day_and_clock(case.snoozed_until, desk.now())
        return tr("Snoozed until {time}", time=until), "violet", "ph.moon"
    return (tr("Open"), "accent", "") if case.assignee else (tr("Unassigned"), "warn", "")


def _passing(case: Case, desk: Desk) -> list[Sign]:
    """What is worth a sign just now: the customer's tier, waiting, priority, reopened."""
    out = []
    if case.home:
        out.append(Sign(tr("Kept in {region}", region=case.home), "violet", "ph.globe"))
    if case.customer_tier:
        out.append(Sign(case.customer_tier, "violet", "ph.medal"))
    if case.waiting_since and case.status == "open" and due_of(case, desk.now()) is None:
        age = short_age(max(0, desk.now() - case.waiting_since))
        out.append(Sign(tr("Waiting {age}", age=age), "plain", "ph.hourglass"))
    if case.priority != 1:
        words = {0: (tr("Low priority"), "plain"), 2: (tr("High priority"), "warn"), 3: (tr("Urgent"), "bad")}
        out.append(Sign(*words[case.priority], "ph.flag"))
    if case.reopened:
        text = tr("Reopened once") if case.reopened == 1 else tr("Reopened {n} times", n=case.reopened)
        out.append(Sign(text, "warn", "ph.arrow-counter-clockwise"))
    return out
