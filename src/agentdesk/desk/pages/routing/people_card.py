"""A colleague's skills, trust and room, set by those who lead."""

from __future__ import annotations

from agentdesk.desk.desk import Desk
from agentdesk.desk.texts import tr
from agentdesk.desk.typed import parts, read, whole
from agentdesk.desk.widgets.buttons import Button
from agentdesk.desk.widgets.fields import choice
from agentdesk.desk.widgets.formfield import Field
from agentdesk.desk.widgets.frames import Card, spread
from agentdesk.desk.widgets.labels import label
from agentdesk.domain.kernel import may
from agentdesk.domain.people import PEOPLE
from agentdesk.domain.routing import Profile, SetProfile

MOST = 2_000


class PeopleCard(Card):
    """One at a time: chosen, changed, kept."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._listed: list[tuple[str, str]] = []
        self.person = choice(tr("Colleague"))
        self.skills = Field(tr("Skills, one after another"))
        self.units = Field(tr("Can take so much at a time; 0 for what is usual"))
        self.place = Field(tr("Trust of the place, 0 to 3"))
        self.device = Field(tr("Trust of the device, 0 to 3"))
        self.keep = Button(tr("Keep"), icon="ph.check")
        self.told = label("", "muted", wrap=True)
        self.box.addWidget(spread(label(tr("What colleagues bring"), "section"), None))
        for part in (self.person, self.skills, spread(self.units, self.place, self.device)):
            self.box.addWidget(part)
        self.box.addWidget(spread(self.keep, self.told, None))
        self.person.activated.connect(lambda _: self._show())
        self.keep.clicked.connect(self._keep)
        self._show()
        self.refill()

    def refill(self) -> None:
        """Those who answer customers, and of whom this person may say it. What is typed of somebody stays."""
        desk, chosen = self._desk, self.person.currentData()
        all_, mine = desk.me.may("person.manage"), set(desk.me.teams)
        people = desk.view.page(PEOPLE(), limit=MOST)
        here = [one for one in people if may(one.role, "case.reply") and (all_ or mine & set(one.teams))]
        listed = [(one.name, one.id) for one in here]
        if listed == self._listed:
            return
        self._listed = listed
        self.person.clear()
        for name, id in listed:
            self.person.addItem(name, id)
        self.person.setCurrentIndex(max(0, self.person.findData(chosen)))
        if self.person.currentData() != chosen:
            self._show()

    def _show(self) -> None:
        found = self._desk.view.get(Profile, str(self.person.currentData() or "-"))
        profile = found or Profile("", "", 0, "")
        self.skills.line.setText(", ".join(profile.skills))
        for field, number in ((self.units, profile.units), (self.place, profile.place), (self.device, profile.device)):
            field.line.setText(str(number))
        self.told.setText("")
        self.keep.setEnabled(self.person.count() > 0)

    def _keep(self) -> None:
        units = read(self.units, lambda text: whole(text, 0, 100))
        place, device = (read(field, lambda text: whole(text, 0, 3)) for field in (self.place, self.device))
        if units is None or place is None or device is None:
            return
        wish = SetProfile(
            person=str(self.person.currentData()), skills=parts(self.skills.text()), units=units, place=place,
            device=device,
        )  # fmt: skip
        self.told.setText(self._desk.attempt(wish) or tr("Kept."))
