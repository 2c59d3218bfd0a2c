"""A policy as a card of fields: for whom, by which calendar, how long for what, who is told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtWidgets import QWidget

from agentdesk.desk.due import CLOCKS
from agentdesk.desk.pages.clocks.typed import four_times, minutes_of, times_written, written
from agentdesk.desk.texts import mark, tr
from agentdesk.desk.typed import Unclear, parts, read, whole
from agentdesk.desk.widgets.buttons import Tick
from agentdesk.desk.widgets.fields import choice
from agentdesk.desk.widgets.formfield import Field
from agentdesk.desk.widgets.frames import Card, spread
from agentdesk.desk.widgets.labels import label
from agentdesk.desk.widgets.sure import Sure
from agentdesk.domain.clocks import METRICS, Policy, Rung, Target
from agentdesk.domain.clocks.rules import Rank

RUNGS: dict[Rank, str] = {
    "peer": mark("A colleague hears of it, late by"),
    "digest": mark("It stands in the leads' digest, late by"),
    "lead": mark("The leads are told at once, late by"),
}
STANDS = (
    ("asleep", mark("Clocks of replies stand while a case sleeps"), ("first", "next"), "snoozed"),
    ("solution", mark("The clock of the solution stands while a case sleeps"), ("resolution",), "snoozed"),
    ("answered", mark("The clock of the solution stands while nobody waits for us"), ("resolution",), "answered"),
)


class PolicyForm(Card):
    """`read` gives the policy as it is typed; a field that is wrong says so, and None comes back."""

    def __init__(
        self,
        policy: Policy,
        calendars: Mapping[str, str],
        teams: Mapping[str, str],
        gone: Callable[[Any], None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent=parent)
        self._policy, self._teams = policy, teams
        self.name = Field(tr("Name"), policy.name)
        self.name.hold_to(Policy, "name")
        self.calendar = choice(tr("Calendar"))
        self.teams = Field(
            tr("Teams, one after another; none for all"), ", ".join(teams.get(t, t) for t in policy.teams)
        )
        self.channels = Field(tr("Channels, one after another; none for all"), ", ".join(policy.channels))
        self.tiers = Field(tr("Tiers of customers, one after another; none for all"), ", ".join(policy.tiers))
        targets = {one.metric: one for one in policy.targets}
        self.times = {m: Field(_named(m), times_written(targets[m].minutes) if m in targets else "") for m in METRICS}
        self.stands = {key: Tick(tr(words)) for key, words, _, _ in STANDS}
        for key, words, metrics, pause in STANDS:
            self.stands[key].setAccessibleName(tr(words))
            self.stands[key].setChecked(any(m in targets and pause in targets[m].pauses for m in metrics))
        self.warn = Field(tr("Warn whoever has it after so many hundredths of the time; 0 for never"), str(policy.warn))
        late = {rung.to: _delay(rung.after) for rung in policy.ladder}
        self.rungs = {rank: Field(tr(words), late.get(rank, "")) for rank, words in RUNGS.items()}
        self.budget = Field(tr("Nobody is interrupted more often in an hour than"), str(policy.budget))
        self.remove = Sure(tr("Remove this policy"))
        self.remove.about(policy.name)
        self.remove.confirmed.connect(lambda: gone(self))
        self.show_calendars(calendars)
        self._lay_out()

    def _lay_out(self) -> None:
        self.box.addWidget(spread(label(tr("Policy"), "section"), None, self.remove))
        self.box.addWidget(self.name)
        self.box.addWidget(label(tr("Calendar"), "small"))
        for part in (self.calendar, self.teams, self.channels, self.tiers, *self.times.values(), *self.stands.values()):
            self.box.addWidget(part)
        for part in (self.warn, *self.rungs.values(), self.budget):
            self.box.addWidget(part)

    def show_calendars(self, calendars: Mapping[str, str]) -> None:
        """The calendars (id to name) that there are now; the chosen one stays, as far as it is among them."""
        chosen = self.calendar.currentData() or self._policy.calendar
        self.calendar.clear()
        for id, name in calendars.items():
            self.calendar.addItem(name, id)
        self.calendar.setCurrentIndex(max(0, self.calendar.findData(chosen)))

    def read(self) -> Policy | None:
        """The policy; None if something is unclear."""
        teams = read(self.teams, self._team_ids)
        times = {
            metric: read(field, lambda text: four_times(text) if text else ()) for metric, field in self.times.items()
        }
        warn = read(self.warn, lambda text: whole(text, 0, 99))
        late = {rank: read(field, lambda text: () if text in ("", "-") else (minutes_of(text),))
                for rank, field in self.rungs.items()}  # fmt: skip
        budget = read(self.budget, lambda text: whole(text, 1, 1000))
        if teams is None or warn is None or budget is None or None in times.values() or None in late.values():
            return None
        targets = [Target(metric=m, minutes=t, pauses=self._pauses(m)) for m, t in times.items() if t]
        return Policy(
            id=self._policy.id,
            name=self.name.text(),
            calendar=str(self.calendar.currentData()),
            teams=teams,
            channels=parts(self.channels.text()),
            tiers=parts(self.tiers.text()),
            targets=tuple(targets),
            warn=warn,
            ladder=tuple(Rung(after=after[0], to=rank) for rank, after in late.items() if after),
            budget=budget,
        )

    def _pauses(self, metric: str) -> tuple[Any, ...]:
        named = (pause for key, _, metrics, pause in STANDS if metric in metrics and self.stands[key].isChecked())
        return tuple(dict.fromkeys(named))

    def _team_ids(self, text: str) -> tuple[str, ...]:
        ids = {name.casefold(): id for id, name in self._teams.items()}
        found = []
        for part in parts(text):
            if part.casefold() not in ids and part not in self._teams:
                raise Unclear(
                    tr("There is no team {name}. Teams are: {names}.", name=part, names=", ".join(self._teams.values()))
                )
            found.append(ids.get(part.casefold(), part))
        return tuple(dict.fromkeys(found))


def _named(metric: str) -> str:
    return tr("{clock}: low, normal, high, urgent", clock=tr(CLOCKS[metric]))


def _delay(minutes: int) -> str:
    return written(minutes) if minutes else "0"
