"""What the desk says of a mail: what was found out about its sender, what is odd about it, what could not be read."""

from __future__ import annotations

from agentdesk.desk.hidden import words
from agentdesk.desk.names import case_number
from agentdesk.desk.texts import mark, tr
from agentdesk.domain.cases import Case
from agentdesk.domain.kernel import View
from agentdesk.domain.mail import Mail

GRAVE = (
    "not-proved",
    "look-alike",
    "mixed-scripts",
    "name-is-address",
    "link-lies",
    "dangerous-file",
    "reply-elsewhere",
)
"""Remarks of which a reader is warned beside the message itself."""
REMARKS = {
    "bad-address": mark("The address “{about}” cannot be one."),
    "bad-date": mark("The mail says no date that can be."),
    "bad-encoding": mark("A part is coded wrongly; what could be read of it is shown."),
    "bad-zone": mark("The time zone of the mail's date is unknown; UTC is assumed."),
    "dangerous-file": mark("The attachment “{about}” could run a program when it is opened."),
    "encrypted": mark("A part is encrypted or sealed; it opens only in a program that has the key."),
    "large": mark("The mail is too large; only its beginning was read."),
    "large-html": mark("The mail's HTML is too large or too deep; it is shown as text."),
    "link-lies": mark("A link says {about} and leads elsewhere."),
    "long-header": mark("The header {about} is too long and was cut."),
    "long-text": mark("The text is too long and was cut; the whole is kept."),
    "look-alike": mark("The sender's domain {about} looks like one of ours and is none."),
    "many-addresses": mark("The mail has too many addresses; the rest is left out."),
    "many-references": mark("The mail names too many earlier mails; the oldest and the newest are kept."),
    "mixed-scripts": mark("The sender's domain {about} mixes letters of several scripts."),
    "name-is-address": mark("The sender's name says {about}, but the mail does not come from there."),
    "no-boundary": mark("The parts of the mail are not divided as it says."),
    "no-from": mark("The mail does not say who wrote it."),
    "no-head": mark("This has no head as a mail has one; it is shown as text."),
    "not-proved": mark("The receiving server could not confirm the sender ({about})."),
    "nul": mark("The mail held zero bytes; they were taken out."),
    "odd-head": mark("The head of the mail has a line that is no header."),
    "remote-images": mark("Pictures from the network are not loaded: {about}."),
    "reply-elsewhere": mark("Answers would go to {about}, not to where the mail came from."),
    "several-senders": mark("The mail names several senders; the first is shown."),
    "too-deep": mark("Parts lie too deep in one another; they are kept unread."),
    "too-many-parts": mark("The mail has too many parts; the rest is kept unread."),
    "turned": mark("Signs that turn the direction of writing were taken out of {about}."),
    "twice": mark("The header {about} stands there twice and differs; the first is shown."),
    "unclosed": mark("The mail seems to be cut off."),
    "unknown-charset": mark("The character set “{about}” is unknown; the text is a guess."),
    "unknown-encoding": mark("The transfer encoding “{about}” is unknown."),
    "winmail": mark("This is in Outlook's own format (winmail.dat); ask the sender for plain text."),
    "wrong-charset": mark("Some characters do not fit the character set that the mail names."),
}
WHY = {
    "stranger": mark("its sender takes no part in it"),
    "forged": mark("its sender is not proved"),
    "elsewhere": mark("it names this one too"),
    "subject": mark("same sender, same subject"),
}
CHECKS = {"spf": "SPF", "dkim": "DKIM", "dmarc": "DMARC"}
RESULTS = {
    "pass": mark("passed"),
    "fail": mark("failed"),
    "softfail": mark("probably failed"),
    "none": mark("none"),
    "neutral": mark("neutral"),
    "temperror": mark("could not be checked"),
    "permerror": mark("could not be checked"),
}


def remark_words(told: str) -> str:
    """A remark of the parser in the reader's language."""
    code, _, about = told.partition(" ")
    return tr(REMARKS[code], about=words(about)) if code in REMARKS else words(told)


def remarks(mail: Mail) -> list[tuple[str, bool]]:
    """All that is odd about a mail, each with whether it is grave; the grave ones first."""
    found = [(remark_words(one), one.partition(" ")[0] in GRAVE) for one in mail.remarks]
    return sorted(found, key=lambda one: not one[1])


def is_grave(mail: Mail) -> bool:
    """Whether a reader should be warned of it."""
    return any(one.partition(" ")[0] in GRAVE for one in mail.remarks)


def unread_parts(mail: Mail) -> list[str]:
    """What could not be read: what it is, and why."""
    parts = [one.partition(" ") for one in mail.unreadable]
    return [tr("{type}: {why}", type=type, why=remark_words(why)) for type, _, why in parts]


def checks_words(mail: Mail) -> str:
    """What our receiving server found out about the sender, on one line; empty if it says nothing."""
    found = [one.partition("=") for one in mail.checks]
    return " · ".join(f"{CHECKS.get(name, name)} {tr(RESULTS.get(how, how))}" for name, _, how in found)


def related_cases(view: View, mail: Mail) -> list[tuple[str, str]]:
    """The cases that a mail may belong to, as far as they can be seen here: id, and number, subject and why."""
    out = []
    for one in mail.related:
        id, _, why = one.partition(" ")
        case = view.get(Case, id)
        if case is not None:
            text = tr("{number} · {subject}", number=case_number(case.number), subject=words(case.subject))
            out.append((id, tr("{case}: {why}", case=text, why=tr(WHY.get(why, why)))))
    return out


def people_words(addresses: tuple[str, ...]) -> str:
    """Some addresses on one line; many are counted."""
    shown = ", ".join(map(words, addresses[:8]))
    more = len(addresses) - 8
    return tr("{names} and {n} more", names=shown, n=more) if more > 0 else shown
