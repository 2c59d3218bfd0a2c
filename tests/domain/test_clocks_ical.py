"""Holidays from calendar files: what is a whole day is taken, the rest is told, and nothing hostile breaks it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentdesk.domain.clocks import Holiday, holidays_in
from agentdesk.domain.clocks.ical import NO_DAY, NO_SUCH_DAY, NOT_WHOLE, TOO_LONG, UNCLEAR, WHY
from agentdesk.domain.kernel import Refusal


def calendar(*events: str) -> str:
    body = "".join(f"BEGIN:VEVENT\r\n{event}\r\nEND:VEVENT\r\n" for event in events)
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{body}END:VCALENDAR\r\n"


def days(*events: str, first: int = 2026, last: int = 2028) -> list[int]:
    found = holidays_in(calendar(*events), first, last)
    assert found.left_out == ()
    return [holiday.day for holiday in found.holidays]


def test_a_single_day_with_its_name() -> None:
    text = calendar(
        "SUMMARY:New Year\\, the fir\r\n st\\; day\r\nDTSTART;VALUE=DATE:20260101\r\nDTEND;VALUE=DATE:20260102"
    )
    assert holidays_in(text, 2026, 2026).holidays == (Holiday(20260101, "New Year, the first; day"),)


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ("DTSTART;VALUE=DATE:20261224\r\nDTEND;VALUE=DATE:20261227", [20261224, 20261225, 20261226]),
        ("DTSTART;VALUE=DATE:20261230\r\nDURATION:P3D", [20261230, 20261231, 20270101]),
        ("DTSTART:20260501", [20260501]),
        ("DTSTART;TZID=Europe/Berlin:20260501T000000\r\nDTEND;TZID=Europe/Berlin:20260502T000000", [20260501]),
        ('DTSTART;X-ODD="a:b;c";VALUE=DATE:20260501', [20260501]),
        ("DTSTART;VALUE=DATE:20200101\r\nRRULE:FREQ=YEARLY", [20260101, 20270101, 20280101]),
        ("DTSTART;VALUE=DATE:20250101\r\nRRULE:FREQ=YEARLY;INTERVAL=2", [20270101]),
        ("DTSTART;VALUE=DATE:20250101\r\nRRULE:FREQ=YEARLY;COUNT=2", [20260101]),
        ("DTSTART;VALUE=DATE:20200101\r\nRRULE:FREQ=YEARLY;UNTIL=20270101", [20260101, 20270101]),
        ("DTSTART;VALUE=DATE:20200229\r\nRRULE:FREQ=YEARLY", [20280229]),
        ("DTSTART;VALUE=DATE:20251127\r\nRRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=4TH", [20261126, 20271125, 20281123]),
        ("DTSTART;VALUE=DATE:20250526\r\nRRULE:FREQ=YEARLY;BYMONTH=5;BYDAY=-1MO", [20260525, 20270531, 20280529]),
        ("DTSTART;VALUE=DATE:20260131\r\nRRULE:FREQ=YEARLY;BYMONTH=1,2;BYMONTHDAY=-1;COUNT=4",
         [20260131, 20260228, 20270131, 20270228]),
        ("DTSTART;VALUE=DATE:20260101\r\nRRULE:FREQ=YEARLY\r\nEXDATE;VALUE=DATE:20270101", [20260101, 20280101]),
        ("DTSTART;VALUE=DATE:20260101\r\nRDATE;VALUE=DATE:20260301,20260302", [20260101, 20260301, 20260302]),
        ("DTSTART;VALUE=DATE:20260101\r\nSTATUS:CANCELLED", []),
        ("DTSTART;VALUE=DATE:20260101\r\nBEGIN:VALARM\r\nTRIGGER:-PT15M\r\nDTSTART:19990101\r\nEND:VALARM", [20260101]),
        ("DTSTART;VALUE=DATE:00010101\r\nRRULE:FREQ=YEARLY;INTERVAL=5", [20260101]),
    ],
)  # fmt: skip
def test_days_and_what_repeats(event: str, expected: list[int]) -> None:
    assert days(event) == expected


def test_one_time_of_what_repeats_is_moved() -> None:
    yearly = "UID:a\r\nDTSTART;VALUE=DATE:20260503\r\nRRULE:FREQ=YEARLY"
    moved = "UID:a\r\nRECURRENCE-ID;VALUE=DATE:20270503\r\nDTSTART;VALUE=DATE:20270504"
    assert days(yearly, moved) == [20260503, 20270504, 20280503]


@pytest.mark.parametrize(
    ("event", "why"),
    [
        ("SUMMARY:x", NO_DAY),
        ("SUMMARY:x\r\nDTSTART:20260101T093000Z", NOT_WHOLE),
        ("SUMMARY:x\r\nDTSTART;VALUE=PERIOD:20260101", NOT_WHOLE),
        ("SUMMARY:x\r\nDTSTART:20260230", NO_SUCH_DAY),
        ("SUMMARY:x\r\nDTSTART:20260105\r\nDTEND:20260101", TOO_LONG),
        ("SUMMARY:x\r\nDTSTART:20260105\r\nDTEND:20270105", TOO_LONG),
        ("SUMMARY:x\r\nDTSTART:20260105\r\nDURATION:PT2H", NOT_WHOLE),
        ("SUMMARY:x\r\nDTSTART:20260105\r\nRRULE:FREQ=WEEKLY", UNCLEAR),
        ("SUMMARY:x\r\nDTSTART:20260105\r\nRRULE:FREQ=YEARLY;BYSETPOS=1", UNCLEAR),
        ("SUMMARY:x\r\nDTSTART:20260105\r\nRRULE:FREQ=YEARLY;INTERVAL=0", UNCLEAR),
        ("SUMMARY:x\r\nDTSTART:20260105\r\nRRULE:FREQ=YEARLY;COUNT=" + "9" * 5000, UNCLEAR),
        ("SUMMARY:x\r\nDTSTART:20260105\r\nRRULE:FREQ=YEARLY;BYMONTHDAY=٣", UNCLEAR),
    ],
)
def test_what_cannot_be_taken_is_told(event: str, why: str) -> None:
    found = holidays_in(calendar(event, "DTSTART:20260601"), 2026, 2026)
    assert [holiday.day for holiday in found.holidays] == [20260601]
    assert found.left_out == (("x" if "SUMMARY" in event else "", why),)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "This is no calendar file. It must be in the iCalendar form (.ics)."),
        ("\x89PNG" + "\0" * 500, "This is no calendar file. It must be in the iCalendar form (.ics)."),
        (
            "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:2026",
            "This calendar file ends in the middle of an entry. Export it again.",
        ),
        ("BEGIN:VCALENDAR\n" + " " * 1_000_001, "This calendar file is too large. Export only the holidays."),
        (calendar(*["DTSTART:20260101"] * 1001), "This calendar file is too large. Export only the holidays."),
        (
            calendar(*[f"DTSTART:20{year:02}0101\r\nDURATION:P60D" for year in range(26, 99)]),
            "This calendar file has more than 2000 days off.",
        ),
    ],
)
def test_what_is_no_calendar(text: str, sentence: str) -> None:
    with pytest.raises(Refusal) as told:
        holidays_in(text, 2026, 2099)
    assert str(told.value) == sentence


PIECES = st.sampled_from([
    "BEGIN:VEVENT", "END:VEVENT", "BEGIN:VALARM", "END:VALARM", "DTSTART:20260101", "DTSTART;VALUE=DATE:20261301",
    "DTEND:20260103", "RRULE:FREQ=YEARLY", "RRULE:FREQ=YEARLY;BYDAY=+53SU,-1MO", "RRULE:", "EXDATE:,,", " ", "\t:",
    "DURATION:P9999D", "RECURRENCE-ID:20260101", "SUMMARY:\\", ";;;:::", "UID", "DTSTART:99991231", "\u2028",
])  # fmt: skip


@given(st.lists(PIECES | st.text(max_size=20), max_size=40))
def test_nothing_breaks_it(lines: list[str]) -> None:
    try:
        found = holidays_in("BEGIN:VCALENDAR\r\n" + "\r\n".join(lines), 2020, 2030)
    except Refusal:
        return
    assert all(20200101 <= holiday.day <= 20301231 for holiday in found.holidays)
    assert {why for _, why in found.left_out} <= set(WHY)
