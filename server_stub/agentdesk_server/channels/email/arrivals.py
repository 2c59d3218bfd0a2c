"""From a mail that was read to what decides where it goes."""

from __future__ import annotations

from agentdesk.domain.mail import Arrival
from agentdesk.text.mail import Mail


def arrival(mail: Mail) -> Arrival:
    """What the domain needs to place a mail. Our signed address may stand only in what the servers wrote."""
    named = tuple(one.address for one in (*mail.to, *mail.cc) if one.address)
    return Arrival(
        senders=tuple(one.address for one in mail.senders),
        recipients=tuple(dict.fromkeys((*mail.delivered_to, *named))),
        in_reply_to=mail.in_reply_to,
        references=mail.references,
        subject=mail.subject,
        forged=mail.checks.dmarc == "fail",
    )
