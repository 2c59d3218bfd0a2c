"""A calendar as a card of fields: zone, hours of the week, holidays from a file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QDate, QLocale
from PySide6.QtWidgets import QWidget

from agentdesk.desk.choosing import open_file
from agentdesk.desk.texts import mark, tr
from agentdesk.desk.typed import Unclear
from agentdesk.desk.weekly import windows_of, windows_written
from agentdesk.desk.widgets.buttons import Button
from agentdesk.desk.widgets.formfield import Field
from agentdesk.desk.widgets.frames import Card, spread
from agentdesk.desk.widgets.labels import label
from agentdesk.desk.widgets.sure import Sure
from agentdesk.desk.widgets.verdict import Verdict
from agentdesk.domain.clocks import Calendar, Holiday, holidays_in
from agentdesk.domain.clocks.ical import LONGEST
from agentdesk.domain.kernel import Refusal

YEARS = 15
"""So far ahead yearly holidays are worked out when a file is read."""
TOLD = 5
REASONS = (
    mark("it has no day"),
    mark("it is too long, or ends before it begins"),
    mark("it is no whole day"),
    mark("there is no such day"),
    mark("its repetition is not understood: only every year is"),
)


class CalendarForm(Card):
    """`read` gives the calendar as it is typed; None, and a sentence below the field, if something is unclear."""

    def __init__(
        self, calendar: Calendar, year: int, gone: Callable[[Any], None], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent=parent)
        self.id, self._year, self.holidays = calendar.id, year, calendar.holidays
        self.name, self.zone = Field(tr("Name"), calendar.name), Field(tr("Time zone"), calendar.zone)
        self.name.hold_to(Calendar, "name")
        self.hours = Field(tr("Working hours"), windows_written(calendar.windows))
        self.days, self.verdict = label("", "muted", wrap=True), Verdict()
        self.fetch = Button(tr("Add holidays from a file…"), icon="ph.calendar-blank")
        self.clear, self.remove = Sure(tr("Remove all holidays")), Sure(tr("Remove this calendar"))
        self.clear.about(calendar.name)
        self.remove.about(calendar.name)
        self.fetch.clicked.connect(self._choose)
        self.clear.confirmed.connect(lambda: self._show_holidays(()))
        self.remove.confirmed.connect(lambda: gone(self))
        self.box.addWidget(spread(label(tr("Calendar"), "section"), None, self.remove))
        for part in (self.name, self.zone, self.hours, self.days, spread(self.fetch, self.clear, None), self.verdict):
            self.box.addWidget(part)
        self._show_holidays(calendar.holidays)

    def read(self) -> Calendar | None:
        """The calendar; None if its hours are unclear."""
        try:
            windows = windows_of(self.hours.text())
        except Unclear as unclear:
            self.hours.show_wrong(str(unclear))
            return None
        self.hours.show_wrong("")
        return Calendar(self.id, self.name.text(), self.zone.text(), windows, self.holidays)

    def _choose(self) -> None:
        open_file(self, tr("Add holidays from a file"), tr("Calendars (*.ics)"), self.take)

    def take(self, path: Path) -> None:
        """Add the holidays of a calendar file to those that are there."""
        try:
            with path.open("rb") as file:
                text = file.read(LONGEST * 4).decode("utf-8", "replace")
            found = holidays_in(text, self._year - 1, self._year + YEARS)
        except OSError:
            self.verdict.show_state("bad", tr("{name} cannot be read.", name=path.name))
            return
        except Refusal as refusal:
            self.verdict.show_state("bad", tr(refusal.sentence, **refusal.data))
            return
        before = {holiday.day for holiday in self.holidays}
        new = tuple(one for one in found.holidays if one.day not in before)
        self._show_holidays(tuple(sorted((*self.holidays, *new), key=lambda one: one.day)))
        left = [tr("{name}: {why}", name=name or "?", why=tr(why)) for name, why in found.left_out[:TOLD]]
        words = tr("{n} entries were left out.", n=len(found.left_out)) if left else ""
        self.verdict.show_state(
            "warn" if left else "good", tr("{n} days added", n=len(new)), "\n".join((words, *left)).strip()
        )

    def _show_holidays(self, holidays: tuple[Holiday, ...]) -> None:
        self.holidays = holidays
        self.clear.setVisible(bool(holidays))
        names = [f"{_day(one.day)} {one.name}".strip() for one in holidays if one.day // 10_000 >= self._year][:TOLD]
        count = tr("Holidays ({n})", n=len(holidays)) if holidays else tr("No holidays")
        self.days.setText(tr("{count}: {names} …", count=count, names=", ".join(names)) if names else count)


def _day(number: int) -> str:
    day = QDate(number // 10_000, number // 100 % 100, number % 100)
    return QLocale().toString(day, QLocale.FormatType.ShortFormat)
