"""What a reader should know of a mail, as codes and as sentences."""

from __future__ import annotations

from .records import Remark

SENTENCES = {
    "bad-address": "The address “{}” cannot be one.",
    "bad-date": "The mail says no date that can be.",
    "bad-encoding": "A part is coded wrongly; what could be read of it is shown.",
    "bad-zone": "The time zone of the mail's date is unknown; UTC is assumed.",
    "dangerous-file": "The attachment “{}” could run a program when it is opened.",
    "encrypted": "A part is encrypted or sealed; it opens only in a program that has the key.",
    "large": "The mail is too large; only its beginning was read.",
    "large-html": "The mail's HTML is too large or too deep; it is shown as text.",
    "link-lies": "A link says {} and leads elsewhere.",
    "long-header": "The header {} is too long and was cut.",
    "long-text": "The text is too long and was cut; the whole is kept.",
    "look-alike": "The sender's domain {} looks like one of ours and is none.",
    "many-addresses": "The mail has too many addresses; the rest is left out.",
    "many-references": "The mail names too many earlier mails; the oldest and the newest are kept.",
    "mixed-scripts": "The sender's domain {} mixes letters of several scripts.",
    "name-is-address": "The sender's name says {}, but the mail does not come from there.",
    "no-boundary": "The parts of the mail are not divided as it says.",
    "no-from": "The mail does not say who wrote it.",
    "no-head": "This has no head as a mail has one; it is shown as text.",
    "not-proved": "The receiving server could not confirm the sender ({}).",
    "nul": "The mail held zero bytes; they were taken out.",
    "odd-head": "The head of the mail has a line that is no header.",
    "remote-images": "Pictures from the network are not loaded: {}.",
    "reply-elsewhere": "Answers would go to {}, not to where the mail came from.",
    "several-senders": "The mail names several senders; the first is shown.",
    "too-deep": "Parts lie too deep in one another; they are kept unread.",
    "too-many-parts": "The mail has too many parts; the rest is kept unread.",
    "turned": "Signs that turn the direction of writing were taken out of {}.",
    "twice": "The header {} stands there twice and differs; the first is shown.",
    "unclosed": "The mail seems to be cut off.",
    "unknown-charset": "The character set “{}” is unknown; the text is a guess.",
    "unknown-encoding": "The transfer encoding “{}” is unknown.",
    "winmail": "This is in Outlook's own format (winmail.dat) and cannot be read here; ask the sender for plain text.",
    "wrong-charset": "Some characters do not fit the character set that the mail names.",
}
"""English, for logs and the command line; a desk says them by their code."""


class Notes:
    """Collects remarks while a mail is read, each once and not too many."""

    def __init__(self, most: int) -> None:
        self._found: dict[Remark, None] = {}
        self._most = most

    def add(self, code: str, about: str = "") -> None:
        """Keep a remark; `about` comes from the mail: it is shortened, and shows what cannot be seen as such."""
        if len(self._found) < self._most:
            shown = "".join(sign if sign.isprintable() else "?" for sign in about[:200])
            self._found[Remark(code, shown)] = None

    def all(self) -> tuple[Remark, ...]:
        """In the order in which they were made."""
        return tuple(self._found)


def sentence(remark: Remark) -> str:
    """The remark in words."""
    return SENTENCES[remark.code].format(remark.about)
