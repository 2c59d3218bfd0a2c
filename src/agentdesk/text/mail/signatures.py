"""Which signature stands below a mail: that of its team in its language, or the nearest that there is."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec


class Signature(msgspec.Struct, frozen=True):
    """One text; an empty team is for all, an empty language for any."""

    text: str
    team: str = ""
    language: str = ""


def signature_for(signatures: Sequence[Signature], team: str, language: str) -> str:
    """The text, "" if none: of this team before that of all, in this language ("de-AT", then "de") before any."""
    language = language.replace("_", "-").lower()
    spoken = tuple(dict.fromkeys((language, language.partition("-")[0], "")))
    known = {(one.team, one.language.replace("_", "-").lower()): one.text for one in signatures}
    return next((known[key] for key in ((who, how) for who in (team, "") for how in spoken) if key in known), "")
