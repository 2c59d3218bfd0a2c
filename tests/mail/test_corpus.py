"""Every hostile and odd mail comes out as was said before there was a parser, and none is ever refused."""

from __future__ import annotations

import email
import email.policy
from collections import Counter

from tests.mail.corpus import all_cases

CHECKED = {
    *(
        "from",
        "from_name",
        "to",
        "cc",
        "subject",
        "date",
        "text",
        "html_safe",
        "message_id",
        "in_reply_to",
        "references",
    ),
    *("auto_submitted", "bounce", "attachments", "unreadable", "warns", "quiet", "why", "images", "within", "without"),
    *("visible", "starts", "answerable", "checks"),
}


def test_there_are_many_and_each_says_what_it_expects() -> None:
    """A name each, bytes that differ where they can, and only such expectations as somebody looks at."""
    cases = all_cases()
    assert len(cases) >= 500
    assert len({case.name for case in cases}) == len(cases)
    assert len({case.raw for case in cases}) > len(cases) * 0.9
    assert not {key for case in cases for key in case.expected} - CHECKED
    assert sum(bool(case.expected) for case in cases) > len(cases) * 0.9


def _library_reads(raw: bytes) -> None:
    """As a program would that trusts the library: every header, every body, every name."""
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    for part in mail.walk():
        for name in part:
            str(part[name])
        part.get_filename()
        if not part.is_multipart():
            part.get_content()


def test_the_library_alone_would_raise_on_many() -> None:
    """The traps are real: what a parser that leans on the library must guard against is among the mails."""
    raised = Counter()
    for case in all_cases():
        if len(case.raw) < 5000:
            try:
                _library_reads(case.raw)
            except Exception as error:
                raised[type(error).__name__] += 1
    assert {"LookupError", "KeyError", "AttributeError", "UnicodeError", "ValueError"} <= set(raised), raised
    assert raised.total() > 100
