"""What the context zone says: the customer, the case, its words and people, other cases, files."""

from __future__ import annotations

from PySide6.QtCore import QDateTime, QLocale
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QMenu, QVBoxLayout, QWidget

from agentdesk.desk.attaching import size_word
from agentdesk.desk.desk import Desk
from agentdesk.desk.hidden import class_word, words
from agentdesk.desk.names import case_number, person_name
from agentdesk.desk.pages.queue.context_parts import Facts, Flow, Line, Section, chips
from agentdesk.desk.pages.queue.conversation_files import fetch_file
from agentdesk.desk.pages.queue.customer_card import may_open, open_card
from agentdesk.desk.pages.queue.header import language_name
from agentdesk.desk.pages.queue.header_menus import fill_people, fill_priority
from agentdesk.desk.pages.queue.reveal import Target, open_reveal, targets_in
from agentdesk.desk.pages.queue.timeline_words import PRIORITY_WORDS
from agentdesk.desk.texts import tr
from agentdesk.desk.times import day_and_clock
from agentdesk.desk.widgets.badges import Avatar, Chip
from agentdesk.desk.widgets.buttons import Button
from agentdesk.desk.widgets.frames import Icon, empty, spread
from agentdesk.desk.widgets.labels import ElidedLabel, label
from agentdesk.domain.cases import (
    ATTACHMENTS,
    CUSTOMER_CASES,
    FOLLOWERS,
    PRIORITIES,
    Attachment,
    Case,
    Customer,
    Follow,
    FollowCase,
    Tag,
    UnfollowCase,
    Untag,
    same_person,
)
from agentdesk.domain.cases.attention import own_id
from agentdesk.domain.kernel import Masked
from agentdesk.domain.mail import MAILS
from agentdesk.domain.people import Team

MOST = 6
"""So many cases or files are listed; a number says how many more there are."""


def date_word(at: int) -> str:
    """A day with its year."""
    return QLocale().toString(QDateTime.fromMSecsSinceEpoch(at).date(), tr("d MMM yyyy"))


class CustomerSection(Section):
    """Who writes to us."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(tr("Customer"))
        self._desk = desk
        self._avatar, self._name, self._about = Avatar("", 28), ElidedLabel("", "strong"), ElidedLabel("", "small")
        self._mail, self._hidden = ElidedLabel("", "small"), Chip(parent=self)
        self._case, self.change, self._tier = "", Button(tr("Change…"), "link"), Chip(parent=self)
        self._reveal, self._targets = Button(tr("Reveal…"), "link"), list[Target]()
        row, column, mail = QHBoxLayout(), QVBoxLayout(), QHBoxLayout()
        column.setSpacing(1)
        column.addWidget(self._name)
        column.addWidget(self._about)
        row.setSpacing(10)
        row.addWidget(self._avatar)
        row.addLayout(column, 1)
        self.change.setAccessibleName(tr("Change what is known of the customer"))
        self.change.clicked.connect(lambda: open_card(self._desk, self._case, self.window()))
        mail.setSpacing(6)
        mail.addWidget(Icon("ph.envelope-simple", "muted", 13))
        mail.addWidget(self._mail)
        mail.addWidget(self._hidden)
        mail.addWidget(self._reveal)
        self._reveal.clicked.connect(lambda: open_reveal(self._desk, self._targets, self))
        mail.addStretch(1)
        self.box.addLayout(row)
        self.box.addLayout(mail)
        self.box.addWidget(spread(self._tier, self.change, None))

    def show_case(self, case: Case) -> None:
        """The customer of a case, as far as one may see."""
        found = self._desk.view.get(Customer, case.customer)
        customer = self._desk.revealed.over(found) if found is not None else None
        self._case, self._targets = case.id, targets_in(self._desk, case.id)
        self.change.setVisible(may_open(self._desk, case.id))
        if not self.fresh((customer, case.customer_name, case.customer_tier, len(self._targets))):
            return
        self._tier.show_chip(customer.tier if customer else case.customer_tier, "violet", "ph.medal")
        name = words(case.customer_name if customer is None or Masked.read(customer.name) else customer.name)
        self._name.setText(name or tr("Without a name"))
        self._avatar.show_person(name)
        since = date_word(customer.since) if customer else ""
        spoken = language_name(customer.language if customer else case.language)
        parts = {"language": spoken, "time": since}
        text = tr("{language} · since {time}", **parts) if spoken and since else spoken
        self._about.setText(text or (tr("since {time}", time=since) if since else ""))
        email = customer.email if customer else ""
        hidden = bool(Masked.read(email))
        self._mail.setText("" if hidden else email or tr("no e-mail address"))
        self._hidden.show_chip(class_word(Masked.read(email)) if hidden else "", "plain", "ph.lock-simple")
        still = customer is not None and any(map(Masked.read, (customer.name, customer.email)))
        self._reveal.setVisible(bool(self._targets) and still)


class CaseSection(Section):
    """The facts of the case; priority and assignee can be chosen."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(tr("Conversation"))
        self._desk, self._case = desk, ""
        self.priority, self.assignee = Button("", "pill"), Button("", "pill")
        self.followers, self.follow = label("", wrap=True), Button(tr("Follow"), "link")
        self._number, self._team, self._opened = label(selectable=True), label(), label()
        for chooser in (self.priority, self.assignee):
            chooser.setCheckable(False)
            chooser.setMenu(QMenu(chooser))
            chooser.setProperty("kind", "pill")
        self._facts = Facts()
        for name, value in (
            (tr("Number"), self._number), (tr("Team"), self._team), (tr("Assignee"), self.assignee),
            (tr("Priority"), self.priority), (tr("Opened"), self._opened), (tr("Followers"), self._people()),
        ):  # fmt: skip
            self._facts.add(name, value)
        self.box.addWidget(self._facts)
        self.priority.menu().aboutToShow.connect(self._fill_priority)
        people = self.assignee.menu()
        people.aboutToShow.connect(lambda: fill_people(people, desk, self._case))
        self.follow.clicked.connect(self._follow)

    def _people(self) -> QWidget:
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.followers, 1)
        row.addWidget(self.follow)
        return holder

    def show_case(self, case: Case) -> None:
        """The facts as they are now."""
        self._case = case.id
        view = self._desk.view
        team = view.get(Team, case.team)
        follows = view.page(FOLLOWERS(case=case.id), limit=50)
        if not self.fresh((case, team, [f.person for f in follows])):
            return
        self._number.setText(case_number(case.number))
        self._team.setText(team.name if team else case.team)
        self._opened.setText(day_and_clock(case.opened_at, self._desk.now()))
        priority = tr(PRIORITY_WORDS[PRIORITIES[case.priority]])
        self.priority.setText(priority)
        self.priority.setAccessibleName(tr("Priority: {value}", value=priority))
        name = person_name(view, case.assignee) if case.assignee else tr("nobody")
        self.assignee.setText(name.replace("&", "&&"))
        self.assignee.setAccessibleName(tr("Assignee: {value}", value=name))
        names = [person_name(view, follow.person) for follow in follows]
        self.followers.setText(", ".join(names) or tr("nobody"))
        mine = view.get(Follow, own_id(self._desk.me.id, case.id)) is not None
        self.follow.setText(tr("Unfollow") if mine else tr("Follow"))
        self.follow.setAccessibleName(self.follow.text())

    def _fill_priority(self) -> None:
        case = self._desk.view.get(Case, self._case)
        if case is not None:
            fill_priority(self.priority.menu(), self._desk, case)

    def _follow(self) -> None:
        follows = self._desk.view.get(Follow, own_id(self._desk.me.id, self._case)) is not None
        self._desk.do(UnfollowCase(case=self._case) if follows else FollowCase(case=self._case))


class TagsSection(Section):
    """The words on a case: press the cross to take one off, write one to put it on."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(tr("Tags"))
        self._desk, self._case = desk, ""
        self._flow = Flow()
        self.field = QLineEdit()
        self.field.setPlaceholderText(tr("Add a tag"))
        self.field.setAccessibleName(tr("Add a tag"))
        self.field.setMaxLength(40)
        self.field.returnPressed.connect(self._add)
        self.box.addLayout(self._flow)
        self.box.addWidget(self.field)

    def show_case(self, case: Case) -> None:
        """The words as they are now."""
        if case.id != self._case:
            self.field.clear()
            self._case = case.id
        if self.fresh((case.id, case.tags)):
            chips(self._flow, tuple(map(words, case.tags)), lambda tag: self._desk.do(Untag(case=self._case, tag=tag)))

    def _add(self) -> None:
        tag = self.field.text().strip()
        if tag and self._desk.do(Tag(case=self._case, tag=tag)):
            self.field.clear()


class CasesSection(Section):
    """Other cases: of the same customer, or linked with this one."""

    def __init__(self, desk: Desk, title: str, linked: bool) -> None:
        super().__init__(title)
        self._desk, self._linked = desk, linked
        self._rows = QVBoxLayout()
        self._rows.setSpacing(4)
        self.box.addLayout(self._rows)

    def show_case(self, case: Case) -> None:
        """Those there are; hidden if there are none."""
        found = self._found(case)
        if self.fresh(found):
            empty(self._rows)
            for other in found[:MOST]:
                self._add(other)
            if len(found) > MOST:
                self._rows.addWidget(label(tr("and more"), "caption"))
        self.setVisible(bool(found))

    def _found(self, case: Case) -> list[Case]:
        view = self._desk.view
        if self._linked:
            return [other for id in case.linked[:20] if (other := view.get(Case, id)) is not None]
        people = same_person(view, case.customer)
        asked = (other for id in people for other in view.page(CUSTOMER_CASES(customer=id), limit=MOST + 2))
        return [other for other in asked if other.id != case.id and not other.merged_into]

    def _add(self, other: Case) -> None:
        state = {"open": tr("open"), "snoozed": tr("snoozed"), "solved": tr("solved")}.get(other.status, other.status)
        number, subject = case_number(other.number), words(other.subject)
        text = tr("{number} · {subject} · {state}", number=number, subject=subject, state=state)
        self._rows.addWidget(Line(text, text, lambda: self._desk.open("case", other.id)))


class FilesSection(Section):
    """What came or went with the messages."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(tr("Attachments"))
        self._desk = desk
        self._rows = QVBoxLayout()
        self._rows.setSpacing(4)
        self.box.addLayout(self._rows)

    def show_case(self, case: Case) -> None:
        """The files there are; hidden if there are none."""
        mails = self._desk.view.page(MAILS(case=case.id), limit=200)
        behind = {id for mail in mails for id in (mail.raw, mail.page)}
        found = self._desk.view.page(ATTACHMENTS(case=case.id), limit=500)
        files = [file for file in found if file.id not in behind]
        if self.fresh(files):
            empty(self._rows)
            for file in files[:12]:
                text = tr("{name}, {size}", name=words(file.name), size=size_word(file.size))
                press = tr("Save {name}", name=words(file.name))
                self._rows.addWidget(self._line(text, press, file))
            if len(files) > 12:
                self._rows.addWidget(label(tr("and more"), "caption"))
        self.setVisible(bool(files))

    def _line(self, text: str, name: str, file: Attachment) -> QWidget:
        return Line(text, name, lambda: fetch_file(self, self._desk, file.id))
