"""What an operator brings in from elsewhere: mails, and what is known of customers."""

from __future__ import annotations

from collections.abc import Callable

from .asked import Result
from .channels.email.importing import MailImport, import_mails
from .core import Core
from .customers import CustomerImport, import_customers
from .gate.seen import Give

AnyImport = MailImport | CustomerImport


async def bring_in(core: Core, asked: AnyImport, give: Give, team: Callable[[str], str]) -> Result:
    """`give` gives a command in the operator's name, `team` finds a team's id. Raises `Cannot` with a sentence."""
    if isinstance(asked, CustomerImport):
        return await import_customers(core, asked, give)
    return await import_mails(core, asked, team(asked.team))
