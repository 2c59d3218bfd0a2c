"""Times as a person reads them. Everywhere else they are UTC milliseconds."""

from __future__ import annotations

from PySide6.QtCore import QDateTime, QLocale

from agentdesk.desk.texts import tr

SECOND, MINUTE, HOUR, DAY = 1_000, 60_000, 3_600_000, 86_400_000


def ago(elapsed: int) -> str:
    """How long ago, in words: "2 s ago", "7 min ago"."""
    if elapsed < MINUTE:
        return tr("{n} s ago", n=max(0, elapsed // SECOND))
    if elapsed < HOUR:
        return tr("{n} min ago", n=elapsed // MINUTE)
    if elapsed < DAY:
        return tr("{n} h ago", n=elapsed // HOUR)
    return tr("{n} d ago", n=elapsed // DAY)


def short_age(elapsed: int) -> str:
    """An age for a list row: "now", "4m", "2h", "3d"."""
    if elapsed < MINUTE:
        return tr("now")
    if elapsed < HOUR:
        return tr("{n}m", n=elapsed // MINUTE)
    if elapsed < DAY:
        return tr("{n}h", n=elapsed // HOUR)
    return tr("{n}d", n=elapsed // DAY)


def clock(at: int) -> str:
    """The time of day as the person's system writes it: "10:24"."""
    return QLocale().toString(QDateTime.fromMSecsSinceEpoch(at).time(), QLocale.FormatType.ShortFormat)


def day_and_clock(at: int, now: int) -> str:
    """The time of day, with the date when it is not today: "10:24", "12 Nov, 16:40"."""
    moment, today = QDateTime.fromMSecsSinceEpoch(at), QDateTime.fromMSecsSinceEpoch(now)
    if moment.date() == today.date():
        return clock(at)
    written = tr("d MMM") if moment.date().year() == today.date().year() else tr("d MMM yyyy")
    return tr("{date}, {time}", date=QLocale().toString(moment.date(), written), time=clock(at))
