"""Cards of the plan: a channel, a rule, a row of the table. `read` gives what is typed, None if it is unclear."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from agentdesk.desk.texts import tr
from agentdesk.desk.typed import parts, read, whole
from agentdesk.desk.widgets.buttons import Tick
from agentdesk.desk.widgets.formfield import Field
from agentdesk.desk.widgets.frames import Card, spread
from agentdesk.desk.widgets.labels import label
from agentdesk.desk.widgets.sure import Sure
from agentdesk.domain.routing import Lane, Row, Rule

from .typed import ids

Gone = Callable[[Any], None]


def _named(names: Mapping[str, str], found: tuple[str, ...]) -> str:
    return ", ".join(names.get(one, one) for one in found)


class _Form(Card):
    """A card with a title and a button that takes it away."""

    def __init__(self, title: str, name: str, gone: Gone) -> None:
        super().__init__()
        self.remove = Sure(tr("Remove"))
        self.remove.about(name or title)
        self.remove.confirmed.connect(lambda: gone(self))
        self.box.addWidget(spread(label(title, "section"), None, self.remove))


class LaneForm(_Form):
    """One channel."""

    def __init__(self, lane: Lane, gone: Gone) -> None:
        super().__init__(tr("Channel"), lane.channel, gone)
        self.channel = Field(tr("Name of the channel, such as chat or email"), lane.channel)
        self.units = Field(tr("How much of a person one case takes"), str(lane.units))
        self.most = Field(tr("At most so many at a time; 0 for as many as fit"), str(lane.most))
        self.ring = Field(tr("Rings for so many seconds"), str(lane.ring))
        self.back = Tick(tr("Cases go back to the queue if whoever has them is gone"))
        self.back.setAccessibleName(self.back.text())
        self.back.setChecked(lane.back)
        self.box.addWidget(self.channel)
        self.box.addWidget(spread(self.units, self.most, self.ring))
        self.box.addWidget(self.back)

    def read(self) -> Lane | None:
        units = read(self.units, lambda text: whole(text, 1, 100))
        most = read(self.most, lambda text: whole(text, 0, 100))
        ring = read(self.ring, lambda text: whole(text, 5, 3600))
        if units is None or most is None or ring is None:
            return None
        return Lane(channel=self.channel.text(), units=units, most=most, ring=ring, back=self.back.isChecked())


class RuleForm(_Form):
    """What some cases want."""

    def __init__(self, rule: Rule, teams: Mapping[str, str], gone: Gone) -> None:
        super().__init__(tr("Rule"), rule.name, gone)
        self._rule, self._teams = rule, teams
        self.name = Field(tr("Name"), rule.name)
        self.name.hold_to(Rule, "name")
        self.teams = Field(tr("Teams, one after another; none for all"), _named(teams, rule.teams))
        self.channels = Field(tr("Channels, one after another; none for all"), ", ".join(rule.channels))
        self.languages = Field(tr("Languages of the case; none for all"), ", ".join(rule.languages))
        self.tags = Field(tr("Any of these tags; none for all"), ", ".join(rule.tags))
        self.tiers = Field(tr("Any of these tiers of customers; none for all"), ", ".join(rule.tiers))
        self.domains = Field(tr("Domains of the customer's address; none for all"), ", ".join(rule.domains))
        self.priority = Field(tr("Priority at least: 0 low, 1 normal, 2 high, 3 urgent"), str(rule.priority))
        self.skills = Field(tr("Skills, all of them"), ", ".join(rule.skills))
        self.tier = Field(tr("Tier at least"), str(rule.tier))
        self.place = Field(tr("Trust of the place at least, 0 to 3"), str(rule.place))
        self.device = Field(tr("Trust of the device at least, 0 to 3"), str(rule.device))
        self.language, self.region = Tick(tr("Speaks the case's language")), Tick(tr("Serves the region"))
        for box, on in ((self.language, rule.language), (self.region, rule.region)):
            box.setAccessibleName(box.text())
            box.setChecked(on)
        which = (
            self.name,
            spread(self.teams, self.channels),
            spread(self.languages, self.tags),
            spread(self.tiers, self.domains),
        )
        wants = (self.skills, spread(self.tier, self.place, self.device), spread(self.language, self.region, None))
        for part in (*which, self.priority, label(tr("Whoever takes these cases"), "small"), *wants):
            self.box.addWidget(part)

    def read(self) -> Rule | None:
        teams = read(self.teams, lambda text: ids(text, self._teams))
        levels = (
            read(self.priority, lambda text: whole(text, 0, 3)),
            read(self.tier, lambda text: whole(text, 0, 9)),
            read(self.place, lambda text: whole(text, 0, 3)),
            read(self.device, lambda text: whole(text, 0, 3)),
        )
        priority, tier, place, device = levels
        if teams is None or priority is None or tier is None or place is None or device is None:
            return None
        return Rule(
            id=self._rule.id, name=self.name.text(), teams=teams, channels=parts(self.channels.text()),
            languages=parts(self.languages.text()), tags=parts(self.tags.text()), domains=parts(self.domains.text()),
            tiers=parts(self.tiers.text()), priority=priority, skills=parts(self.skills.text()),
            language=self.language.isChecked(), region=self.region.isChecked(), tier=tier, place=place, device=device,
        )  # fmt: skip


class RowForm(_Form):
    """Where some cases go by the table."""

    def __init__(self, row: Row | None, teams: Mapping[str, str], people: Mapping[str, str], gone: Gone) -> None:
        super().__init__(tr("Row of the table"), teams.get(row.team, "") if row is not None else "", gone)
        self._teams, self._people = teams, people
        self.team = Field(tr("Cases of the team"), teams.get(row.team, row.team) if row is not None else "")
        self.channel = Field(tr("By the channel; none for all"), row.channel if row is not None else "")
        self.to = Field(tr("Go to the team"), teams.get(row.to, row.to) if row is not None else "")
        self.person = Field(
            tr("And there to; none for its queue"), people.get(row.person, row.person) if row is not None else ""
        )
        self.box.addWidget(spread(self.team, self.channel))
        self.box.addWidget(spread(self.to, self.person))

    def read(self) -> Row | None:
        team, to = (read(field, lambda text: ids(text, self._teams)) for field in (self.team, self.to))
        person = read(self.person, lambda text: ids(text, self._people))
        for field, found in ((self.team, team), (self.to, to)):
            if found is not None and len(found) != 1:
                field.show_wrong(tr("Name one team."))
                return None
        if not team or not to or person is None:
            return None
        return Row(team=team[0], channel=self.channel.text(), to=to[0], person=person[0] if person else "")
