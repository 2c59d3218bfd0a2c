"""Dates: all the forms that programs have written them in, zones by name and number, and such as never were."""

from __future__ import annotations

from collections.abc import Iterator

from .making import WHEN, Case, mail

HOUR = 3_600_000
NOON = 1_333_368_000_000
"""2012-04-02 12:00:00 UTC."""

GOOD: list[tuple[str, int]] = [
    ("Mon, 02 Apr 2012 18:22:10 +0400", WHEN),
    ("Mon, 2 Apr 2012 18:22:10 +0400", WHEN),
    ("2 Apr 2012 18:22:10 +0400", WHEN),
    ("Mon,2 Apr 2012 18:22:10 +0400", WHEN),
    ("Mon 2 Apr 2012 18:22:10 +0400", WHEN),
    ("Mon, 2 Apr 2012 18:22:10 +0400 (MSK)", WHEN),
    ("Mon, 2 Apr 2012 18:22:10 +0400 (MSK (nested))", WHEN),
    ("(c) Mon, 2 Apr 2012 (d) 18:22:10 +0400", WHEN),
    ("mon, 2 apr 2012 18:22:10 +0400", WHEN),
    ("MON, 2 APR 2012 18:22:10 +0400", WHEN),
    ("Monday, 2 April 2012 18:22:10 +0400", WHEN),
    ("Mon, 2\r\n Apr 2012\r\n\t18:22:10 +0400", WHEN),
    ("  Mon,  2  Apr  2012  18:22:10  +0400  ", WHEN),
    ("Fri, 2 Apr 2012 18:22:10 +0400", WHEN),  # the day of the week is wrong: the date says more
    ("Mon, 2 Apr 2012 18:22:10 +04:00", WHEN),
    ("Mon, 2 Apr 2012 18:22:10 GMT+0400", WHEN),
    ("Mon, 2 Apr 2012 18:22:10 UTC+04:00", WHEN),
    ("Mon, 2-Apr-2012 18:22:10 +0400", WHEN),
    ("Mon, 2 Apr 12 18:22:10 +0400", WHEN),
    ("Mon, 2 Apr 112 18:22:10 +0400", WHEN),
    ("Mon, 02 Apr 2012 12:00 +0000", NOON),
    ("Mon, 02 Apr 2012 12:00:00 +0000", NOON),
    ("Mon, 02 Apr 2012 12:00:00.750 +0000", NOON),
    ("Mon, 02 Apr 2012 12.00.00 +0000", NOON),
    ("Mon, 02 Apr 2012 12:00:00 -0000", NOON),
    ("Mon, 02 Apr 2012 12:00:00 Z", NOON),
    ("Mon, 02 Apr 2012 12:00:00 UT", NOON),
    ("Mon, 02 Apr 2012 12:00:00 UTC", NOON),
    ("Mon, 02 Apr 2012 12:00:00 GMT", NOON),
    ("Mon, 02 Apr 2012 12:00:00 gmt", NOON),
    ("Mon, 02 Apr 2012 12:00:00 +0000 (UTC)", NOON),
    ("Mon, 02 Apr 2012 08:00:00 EDT", NOON),
    ("Mon, 02 Apr 2012 07:00:00 EST", NOON),
    ("Mon, 02 Apr 2012 07:00:00 CDT", NOON),
    ("Mon, 02 Apr 2012 06:00:00 CST", NOON),
    ("Mon, 02 Apr 2012 06:00:00 MDT", NOON),
    ("Mon, 02 Apr 2012 05:00:00 MST", NOON),
    ("Mon, 02 Apr 2012 05:00:00 PDT", NOON),
    ("Mon, 02 Apr 2012 04:00:00 PST", NOON),
    ("Mon, 02 Apr 2012 13:00:00 CET", NOON),
    ("Mon, 02 Apr 2012 14:00:00 CEST", NOON),
    ("Mon, 02 Apr 2012 16:00:00 MSD", NOON),
    ("Mon, 02 Apr 2012 21:00:00 JST", NOON),
    ("Mon, 02 Apr 2012 17:30:00 +0530", NOON),
    ("Mon, 02 Apr 2012 08:30:00 -0330", NOON),
    ("Tue, 03 Apr 2012 02:00:00 +1400", NOON),
    ("Mon, 02 Apr 2012 00:00:00 -1200", NOON),
    ("Mon, 02 Apr 2012 12:00:00 A", NOON),  # letters of the military mean nothing (RFC 5322, 4.3)
    ("Mon, 02 Apr 2012 12:00:60 +0000", NOON + 59_000),  # a leap second
    ("Mon Apr  2 12:00:00 2012", NOON),  # asctime
    ("Mon Apr 2 12:00:00 GMT 2012", NOON),
    ("Mon Apr 2 14:00:00 +0200 2012", NOON),
    ("Apr 2, 2012 12:00:00 +0000", NOON),
    ("2012-04-02 12:00:00", NOON),
    ("2012-04-02T12:00:00Z", NOON),
    ("2012-04-02T14:00:00+02:00", NOON),
    ("2012-04-02T12:00:00.123456Z", NOON),
    ("Mon, 29 Feb 2016 00:00:00 +0000", 1_456_704_000_000),
    ("Thu, 01 Jan 1970 00:00:01 +0000", 1000),
    ("Fri, 31 Dec 1999 23:59:59 +0000", 946_684_799_000),
    ("31 Dec 99 23:59:59 +0000", 946_684_799_000),
    ("Tue, 19 Jan 2038 03:14:08 +0000", 2_147_483_648_000),
]
NEVER = [
    *(
        "",
        " ",
        "x",
        "yesterday",
        "Mon",
        "2012",
        "12:00:00",
        "Mon, ",
        ",",
        "(",
        "()",
        "0",
        "-",
        "+0000",
        "T",
        "Z",
        ":::",
    ),
    "Mon, 30 Feb 2012 12:00:00 +0000",
    "Mon, 29 Feb 2015 12:00:00 +0000",
    "Mon, 32 Apr 2012 12:00:00 +0000",
    "Mon, 00 Apr 2012 12:00:00 +0000",
    "Mon, 02 Foo 2012 12:00:00 +0000",
    "Mon, 02 Apr 2012 25:00:00 +0000",
    "Mon, 02 Apr 2012 12:61:00 +0000",
    "Mon, 02 Apr 2012 12:00:99 +0000",
    "Mon, 02 Apr 0000 12:00:00 +0000",
    "Mon, 02 Apr 1066 12:00:00 +0000",
    "Mon, 02 Apr 99999 12:00:00 +0000",
    "Thu, 01 Jan 1970 00:00:00 +1400",
    "Mon, 02 Apr -2012 12:00:00 +0000",
    "Mon, 02 Apr 2012",
    "%a, %d %b %Y %H:%M:%S %z",
    "Mon, 99999999999999999999 Apr 2012 12:00:00 +0000",
    "Mon, 02 Apr 2012 99999999999999999999:00:00 +0000",
    "Mon, 0٢ Apr 2012 12:00:00 +0000x",
    "2012-13-02T12:00:00Z",
    "2012-04-02T12:00:00+99:99",
    "\u0662\u0662 Apr 2012 12:00:00 +0000",
]
ODD_ZONES = ["+9999", "-9999", "+99999999999", "XYZ", "+1", "--", "+0a00", "+0060", "Europe/Berlin", "+2500"]


def cases() -> Iterator[Case]:
    """All of this sort."""
    for number, (told, when) in enumerate(GOOD):
        yield Case(f"date-{number}", mail(headers={"Date": told}), {"date": when, "subject": "Hello", "quiet": True})
    for number, told in enumerate(NEVER):
        yield Case(f"never-{number}", mail(headers={"Date": told}), {"date": None, "warns": ["bad-date"]})
    for number, zone in enumerate(ODD_ZONES):
        raw = mail(headers={"Date": f"Mon, 02 Apr 2012 12:00:00 {zone}"})
        yield Case(f"zone-{number}", raw, {"date": NOON, "warns": ["bad-zone"]})
    yield Case("no-zone", mail(headers={"Date": "Mon, 02 Apr 2012 12:00:00"}), {"date": NOON})
    yield Case("no-date", mail(headers={"Date": None}), {"date": None, "warns": ["bad-date"]})
    raw = mail(headers={"Date": ["Mon, 02 Apr 2012 12:00:00 +0000", "Tue, 03 Apr 2012 12:00:00 +0000"]})
    yield Case("two-dates", raw, {"date": NOON, "warns": ["twice"]})
    for number, bomb in enumerate(("1 " * 50_000, "(" * 100_000, "Mon, " * 20_000, ":" * 100_000, "9" * 100_000)):
        yield Case(f"date-bomb-{number}", mail(headers={"Date": bomb}), {"date": None, "warns": ["bad-date"]})
