"""How much of a mail is read: every limit of the parser, as data, so that no mail costs more than it may."""

from __future__ import annotations

import msgspec
from msgspec.structs import replace


class Limits(msgspec.Struct, frozen=True):
    """What goes beyond is not read, said in a remark, and kept raw where it is a part. Sizes are bytes of what came in,
    except where it says characters.
    """

    mail: int = 96 * 1024 * 1024
    """A file of 50 MB, as it travels, and some more."""
    head: int = 1024 * 1024
    fields: int = 10_000
    part_head: int = 64 * 1024
    part_fields: int = 500
    report: int = 1024 * 1024
    """Of what a mail server writes about one that did not arrive."""
    parts: int = 1000
    depth: int = 30
    addresses: int = 20_000
    senders: int = 100
    references: int = 200
    id: int = 996
    """Characters of one message id: the longest line of RFC 5322, less its brackets."""
    subject: int = 1000
    """Characters."""
    name: int = 200
    """Characters of the name of a person or a file."""
    header_words: int = 10_000
    """Characters of a header that are searched for encoded-words."""
    text: int = 1_000_000
    """Characters of all texts together."""
    html: int = 2_000_000
    """Characters of all HTML together."""
    tags: int = 20_000
    """Tags of one piece of HTML; with more it is shown as text only."""
    nesting: int = 250
    """So deep may they lie in one another."""
    images: int = 1000
    remarks: int = 100
    recipients: int = 1000
    """Of one report of a mail server."""


DEFAULT = Limits()


def of_part(limits: Limits) -> Limits:
    """The same for the head of a part: there are many of them."""
    return replace(limits, head=limits.part_head, fields=limits.part_fields)
