"""`agentdesk admin mailbox`: the mailboxes that are read and written from. Secrets come through the input."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from .asked import Cannot
from .channels.email.operating import AnyMailboxRequest, MailboxAdd, MailboxList, MailboxRemove, MailboxSign


def add_mailbox_parsers(what: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The words on the command line."""
    mailbox = what.add_parser("mailbox", help="add, sign, remove, list").add_subparsers(dest="do", required=True)
    add = mailbox.add_parser("add", help="connect a mailbox, or set one anew")
    add.add_argument("address", metavar="ADDRESS")
    add.add_argument("--team", required=True, metavar="T", help="who works on its mails: a team's name or id")
    add.add_argument("--imap", metavar="HOST[:PORT]", default="", help="where it is read (port 993)")
    add.add_argument("--smtp", metavar="HOST[:PORT]", default="", help="where its mails are sent (port 465)")
    add.add_argument("--plain", action="store_true", help="without TLS; only for servers on this machine")
    add.add_argument("--user", metavar="NAME", default="", help="to sign in with, if it is not the address")
    add.add_argument("--name", metavar="NAME", default="", help="what recipients read as the sender's name")
    add.add_argument("--folder", metavar="F", default="INBOX")
    about = "first line of the input: the password, or with --token-url the refresh token (second: client secret)"
    add.add_argument("--secret-stdin", action="store_true", help=about)
    add.add_argument("--token-url", metavar="URL", default="", help="sign in by OAuth 2 (XOAUTH2) with its tokens")
    add.add_argument("--client-id", metavar="ID", default="")
    add.add_argument("--scope", metavar="S", default="")
    add.add_argument("--authserv-id", metavar="ID", default="", help="believe the results of this receiving server")
    add.add_argument("--alias", metavar="ADDRESS", action="append", default=[], help="another address that leads here")
    add.add_argument("--plus", action="store_true", help="NAME+WORD@ reaches NAME@: answers are found by it")
    add.add_argument("--from-now", action="store_true", help="leave what lies in it by now")
    add.add_argument("--no-copy", action="store_true", help="send no copy to the mailbox itself")
    add.add_argument("--answer", metavar="FILE", default="", help="answer first mails automatically with this text")
    sign = mailbox.add_parser("sign", help="set the signature; with an empty file none")
    sign.add_argument("address", metavar="ADDRESS")
    sign.add_argument("file", metavar="FILE", help="the text")
    sign.add_argument("--team", metavar="T", default="", help="only for replies of this team")
    sign.add_argument("--language", metavar="L", default="", help="only in this language, such as de")
    mailbox.add_parser("remove", help="neither read nor write it").add_argument("address", metavar="ADDRESS")
    mailbox.add_parser("list", help="all of them, how far each was read, and what is wrong")


def mailbox_request(options: argparse.Namespace, secret: Callable[[], str]) -> AnyMailboxRequest:
    """What was asked for."""
    match options.do:
        case "add":
            return MailboxAdd(
                address=options.address,
                team=options.team,
                imap=options.imap,
                smtp=options.smtp,
                plain=options.plain,
                user=options.user,
                name=options.name,
                folder=options.folder,
                secret=secret() if options.secret_stdin else "",
                token_url=options.token_url,
                client_id=options.client_id,
                client_secret=secret() if options.secret_stdin and options.token_url else "",
                scope=options.scope,
                authserv_id=options.authserv_id,
                aliases=options.alias,
                plus=options.plus,
                from_now=options.from_now,
                copy=not options.no_copy,
                answer=_text(options.answer) if options.answer else "",
            )
        case "sign":
            team, language = options.team, options.language
            return MailboxSign(address=options.address, text=_text(options.file), team=team, language=language)
        case "remove":
            return MailboxRemove(address=options.address)
        case _:
            return MailboxList()


def _text(file: str) -> str:
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeError) as error:
        raise Cannot(f"{file} cannot be read as text: {error}") from None
