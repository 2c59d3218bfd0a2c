"""What names and dates mean in a search here: days as this system writes them, teams and channels one may see."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QDate, QDateTime, QLocale

from agentdesk.desk.desk import Desk
from agentdesk.desk.names import CHANNELS
from agentdesk.desk.texts import tr
from agentdesk.domain.people import TEAMS
from agentdesk.domain.seeking import Days, Reading

_FORMS = ("d MMM yyyy", "d MMMM yyyy", "d. MMM yyyy", "d. MMMM yyyy", "MMM d yyyy", "MMMM d, yyyy")
_SHORT = ("d MMM", "d MMMM", "d. MMM", "d. MMMM", "MMM d", "MMMM d")
MOST_TEAMS = 200


def reading_of(desk: Desk) -> Reading:
    """How a line is read on this laptop, now."""
    places = {team.name.casefold(): f"team:{team.id}" for team in desk.view.page(TEAMS(), limit=MOST_TEAMS)}
    for channel, (name, _) in CHANNELS.items():
        places |= {channel: f"channel:{channel}", tr(name).casefold(): f"channel:{channel}"}
    return Reading(days_of(desk.now()), places)


def days_of(now: int) -> Days:
    """The days as they are where this desk stands."""
    today = QDateTime.fromMSecsSinceEpoch(now).date()
    order = "".join(sign for sign in QLocale().dateFormat(QLocale.FormatType.ShortFormat) if sign in "dMy")
    order = "".join(dict.fromkeys(order.lower()))
    return Days(_plain(today), _starts, order, lambda text: _named(text, today))


def _plain(day: QDate) -> date:
    return date(day.year(), day.month(), day.day())


def _starts(day: date) -> int:
    return QDate(day.year, day.month, day.day).startOfDay().toMSecsSinceEpoch()


def _named(text: str, today: QDate) -> date | None:
    """A day of the week, the last one of that name; or a date with the name of its month."""
    locales = (QLocale(), QLocale(QLocale.Language.English), QLocale(QLocale.Language.German))
    for locale in locales:
        for day in range(1, 8):
            if text in {locale.dayName(day, form).casefold().rstrip(".") for form in _NAMES}:
                return _plain(today.addDays(-((today.dayOfWeek() - day) % 7)))
        for form in _FORMS:
            if (found := locale.toDate(text, form)).isValid():
                return _plain(found)
        for form in _SHORT:
            if (found := locale.toDate(f"{text} {today.year()}", f"{form} yyyy")).isValid():
                return _plain(found if found <= today else found.addYears(-1))
    return None


_NAMES = (QLocale.FormatType.LongFormat, QLocale.FormatType.ShortFormat)
