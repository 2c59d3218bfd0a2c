"""Until when to snooze, as people type it, in the zone of their system."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QDate, QDateTime, QTime

from agentdesk.desk.pages.queue.list_times import presets, typed, written
from agentdesk.desk.times import DAY, HOUR, MINUTE

TODAY = QDate(2027, 1, 15)  # a Friday
NOW = QDateTime(TODAY, QTime(12, 20)).toMSecsSinceEpoch()


def at(year: int, month: int, day: int, hour: int = 9, minute: int = 0) -> int:
    return QDateTime(QDate(year, month, day), QTime(hour, minute)).toMSecsSinceEpoch()


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("30m", NOW + 30 * MINUTE),
        ("2h", NOW + 2 * HOUR),
        ("3 days", NOW + 3 * DAY),
        ("1 w", NOW + 7 * DAY),
        ("14:30", at(2027, 1, 15, 14, 30)),
        ("9:00", at(2027, 1, 16)),
        ("2:15 pm", at(2027, 1, 15, 14, 15)),
        ("2027-02-01 8:30", at(2027, 2, 1, 8, 30)),
        ("2027-02-01", at(2027, 2, 1)),
        ("1.2. 10:00", at(2027, 2, 1, 10)),
        ("1.12.2027", at(2027, 12, 1)),
        ("3.1.", at(2028, 1, 3)),
    ],
)
def test_what_is_typed(text: str, wanted: int) -> None:
    assert typed(text, NOW) == wanted


@pytest.mark.parametrize("text", ["", "soon", "25:99", "2027-13-40", "2020-01-01 9:00", "99", "31.2. 9:00", "14:3x"])
def test_what_means_no_time(text: str) -> None:
    assert typed(text, NOW) is None


def test_presets_lie_ahead() -> None:
    found = presets(NOW)
    assert [time for _, time in found] == [
        NOW + HOUR,
        NOW + 3 * HOUR,
        at(2027, 1, 16),
        at(2027, 1, 18),
        at(2027, 1, 22),
        at(2027, 2, 15),
    ]


def test_a_time_in_words() -> None:
    assert "15" not in written(NOW + HOUR, NOW)
    assert "18" in written(at(2027, 1, 18), NOW)
