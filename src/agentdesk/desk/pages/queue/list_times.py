"""Until when to snooze: presets, and what a person types, in the zone of their system."""

from __future__ import annotations

import re

from PySide6.QtCore import QDate, QDateTime, QLocale, QTime

from agentdesk.desk.texts import tr
from agentdesk.desk.times import DAY, HOUR, MINUTE, clock

MORNING = QTime(9, 0)
_SPAN = re.compile(r"^\s*(\d{1,4})\s*(m|min|h|d|t|w)\w*\s*$", re.IGNORECASE)
_CLOCK = re.compile(r"(\d{1,2})[:.](\d{2})\s*(am|pm)?\s*$", re.IGNORECASE)
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_DOTS = re.compile(r"(?<!\d)(\d{1,2})\.\s?(\d{1,2})\.(\d{4})?")
_UNITS = {"m": MINUTE, "min": MINUTE, "h": HOUR, "d": DAY, "t": DAY, "w": 7 * DAY}


def presets(now: int) -> list[tuple[str, int]]:
    """(name, time) of what is asked for most."""
    found = [(tr("In one hour"), now + HOUR), (tr("In three hours"), now + 3 * HOUR)]
    found.append((tr("Tomorrow morning"), _morning(now, 1)))
    weekday = QDateTime.fromMSecsSinceEpoch(now).date().dayOfWeek()
    found.append((tr("Next Monday"), _morning(now, 8 - weekday)))
    found.append((tr("In one week"), _morning(now, 7)))
    found.append((tr("In one month"), QDateTime(
        QDateTime.fromMSecsSinceEpoch(now).date().addMonths(1), MORNING).toMSecsSinceEpoch()))  # fmt: skip
    return found


def _morning(now: int, days: int) -> int:
    date = QDateTime.fromMSecsSinceEpoch(now).date().addDays(days)
    return QDateTime(date, MORNING).toMSecsSinceEpoch()


def typed(text: str, now: int) -> int | None:
    """The time that a text means: "2h", "3 d", "14:30", "2026-12-01 9:00", "1.12. 9:00"; None if it means none."""
    span = _SPAN.match(text)
    if span:
        unit = span.group(2).lower()
        return now + int(span.group(1)) * _UNITS[unit]
    today = QDateTime.fromMSecsSinceEpoch(now).date()
    date, rest = QDate(today), text
    if iso := _ISO.search(text):
        date.setDate(int(iso[1]), int(iso[2]), int(iso[3]))
        rest = text[iso.end() :]
    elif dots := _DOTS.search(text):
        date.setDate(int(dots[3] or today.year()), int(dots[2]), int(dots[1]))
        if not dots[3] and date.isValid() and date < today:
            date = date.addYears(1)
        rest = text[dots.end() :]
    hour = _CLOCK.search(rest)
    if (date == today and not hour) or not date.isValid():
        return None
    time = _time(hour) if hour else MORNING
    if not time.isValid():
        return None
    found = QDateTime(date, time).toMSecsSinceEpoch()
    if date == today and not iso and found <= now:
        found = QDateTime(date.addDays(1), time).toMSecsSinceEpoch()
    return found if found > now else None


def _time(found: re.Match[str]) -> QTime:
    hour, half = int(found[1]), (found[3] or "").lower()
    if half and 1 <= hour <= 12:
        hour = hour % 12 + (12 if half == "pm" else 0)
    return QTime(hour, int(found[2]))


def written(at: int, now: int) -> str:
    """The time in full: "Mon 1 Dec, 09:00"."""
    moment = QDateTime.fromMSecsSinceEpoch(at)
    same_day = moment.date() == QDateTime.fromMSecsSinceEpoch(now).date()
    date = "" if same_day else QLocale().toString(moment.date(), tr("ddd d MMM"))
    return tr("{date}, {time}", date=date, time=clock(at)) if date else clock(at)
