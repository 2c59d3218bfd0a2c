"""What an operator can ask about mailboxes: connect, change, list and disconnect them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from agentdesk.domain.signing import ConnectMailbox, DisconnectMailbox
from agentdesk.text.mail import Signature
from agentdesk_server.asked import Cannot, Request, Result, Text, listed
from agentdesk_server.authority.kept import Kept
from agentdesk_server.authority.mailing import MailLedger
from agentdesk_server.core import Core
from agentdesk_server.egress import EgressError
from agentdesk_server.egress.targets import target
from agentdesk_server.gate.seen import Give

from .mailboxes import Mailbox, Malformed, OAuth, check, mailbox_key, mailboxes, put_mailbox, way

Short = Annotated[str, Meta(max_length=300)]
Secret = Annotated[str, Meta(max_length=20_000)]
Long = Annotated[str, Meta(max_length=20_000)]


class MailboxAdd(Request, frozen=True, tag="mailbox.add"):
    address: Text
    team: Text
    imap: Short = ""
    smtp: Short = ""
    plain: bool = False
    user: Short = ""
    name: Short = ""
    folder: Short = "INBOX"
    secret: Secret = ""
    token_url: Annotated[str, Meta(max_length=2000)] = ""
    client_id: Short = ""
    client_secret: Secret = ""
    scope: Annotated[str, Meta(max_length=2000)] = ""
    authserv_id: Short = ""
    aliases: list[str] = []
    plus: bool = False
    from_now: bool = False
    copy: bool = True
    answer: Long = ""


class MailboxSign(Request, frozen=True, tag="mailbox.sign"):
    """A signature, for one team or all, in one language or any; an empty one takes it away."""

    address: Text
    text: Long
    team: Short = ""
    language: Short = ""


class MailboxRemove(Request, frozen=True, tag="mailbox.remove"):
    address: Text


class MailboxList(Request, frozen=True, tag="mailbox.list"):
    pass


AnyMailboxRequest = MailboxAdd | MailboxSign | MailboxRemove | MailboxList


async def operate_mailboxes(core: Core, asked: AnyMailboxRequest, give: Give, team: Callable[[str], str]) -> Result:
    """`give` gives a command in the operator's name, `team` finds a team's id. Raises `Cannot` with a sentence."""
    key = mailbox_key(core.folder)
    match asked:
        case MailboxAdd():
            was = mailboxes(Kept(core.reader.conn), key).get(asked.address.strip().lower())
            signatures = was.signatures if was is not None else ()
            await _put(core, key, _box(asked, team(asked.team), signatures), give)
        case MailboxSign():
            await _put(core, key, _signed(core, key, asked, team), give)
        case MailboxRemove():
            address = _found(core, key, asked.address).address
            kept, ledger = Kept(core.database.conn), MailLedger(core.database.conn)

            def remove(_: object) -> None:
                put_mailbox(kept, key, address, None)
                ledger.forget(address)

            await give(DisconnectMailbox(mailbox=address), remove)
        case MailboxList():
            pass
    return _list(core, key)


async def _put(core: Core, key: bytes, box: Mailbox, give: Give) -> None:
    kept = Kept(core.database.conn)
    connect = ConnectMailbox(mailbox=box.address, team=box.team)
    await give(connect, lambda _: put_mailbox(kept, key, box.address, box))


def _box(asked: MailboxAdd, team: str, signatures: tuple[Signature, ...]) -> Mailbox:
    oauth = None
    if asked.token_url:
        oauth = OAuth(asked.token_url, asked.client_id, asked.secret, asked.client_secret, asked.scope)
    address = asked.address.strip().lower()
    try:
        box = Mailbox(
            address=address,
            team=team,
            user=asked.user or address,
            name=asked.name,
            imap=way(asked.imap, 993, asked.plain) if asked.imap else None,
            smtp=way(asked.smtp, 465, asked.plain) if asked.smtp else None,
            folder=asked.folder,
            password="" if oauth else asked.secret,
            oauth=oauth,
            authserv_id=asked.authserv_id,
            aliases=tuple(alias.strip().lower() for alias in asked.aliases),
            plus=asked.plus,
            from_now=asked.from_now,
            copy=asked.copy,
            answer=asked.answer,
            signatures=signatures,
        )
        check(box)
        if oauth is not None:
            target(oauth.token_url)
    except (Malformed, EgressError) as error:
        raise Cannot(str(error)) from None
    return box


def _signed(core: Core, key: bytes, asked: MailboxSign, team: Callable[[str], str]) -> Mailbox:
    box, whose = _found(core, key, asked.address), team(asked.team) if asked.team else ""
    others = [one for one in box.signatures if (one.team, one.language) != (whose, asked.language)]
    own = [Signature(asked.text, whose, asked.language)] if asked.text.strip() else []
    return msgspec.structs.replace(box, signatures=(*others, *own))


def _found(core: Core, key: bytes, address: str) -> Mailbox:
    found = mailboxes(Kept(core.reader.conn), key).get(address.strip().lower())
    if found is None:
        raise Cannot(f"There is no mailbox {address}.")
    return found


def _list(core: Core, key: bytes) -> Result:
    """Without a secret. How far each was read, and what is wrong with it at the moment."""
    ledger = MailLedger(core.reader.conn)
    rows: list[dict[str, Any]] = [
        {
            "address": box.address,
            "team": box.team,
            "imap": f"{box.imap.host}:{box.imap.port}" if box.imap else "-",
            "smtp": f"{box.smtp.host}:{box.smtp.port}" if box.smtp else "-",
            "read": ledger.place(box.address)[1],
            "trouble": ledger.trouble(box.address) or "none",
        }
        for box in mailboxes(Kept(core.reader.conn), key).values()
    ]
    return listed(rows)
