"""One mail handed to an SMTP server. It blocks: for a thread. What is known of the mail afterwards is certain."""

from __future__ import annotations

import contextlib
import re
import smtplib
import ssl
from collections.abc import Callable

import msgspec

from agentdesk.text.mail import Composed

from .mailboxes import Mailbox

SECONDS = 30.0
DATA_SECONDS = 240.0
_DOT = re.compile(rb"(?m)^\.")


class Handed(msgspec.Struct, frozen=True):
    """What became of it. `taken` are recipients that the server has promised to deliver to, `refused` those that it
    will never take, in its words. `later` is why it is tried again, `doubt` that nobody knows whether it was taken.
    """

    taken: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    later: str = ""
    doubt: bool = False


class _NoError(Exception):
    """A word of the server that is no answer to go on with."""

    def __init__(self, code: int, words: bytes) -> None:
        super().__init__(code, words)
        self.lasting, self.words = code >= 500, said(code, words)


def hand_over(
    box: Mailbox, secret: str, mail: Composed, to: tuple[str, ...], tls: ssl.SSLContext, begin: Callable[[], None]
) -> Handed:
    """`begin` is called when the server wants the content, before the first byte of it goes: from then on, if the line
    breaks, the mail is in doubt. A copy for the mailbox itself may be among the recipients; it may be refused.
    """
    line: smtplib.SMTP | None = None
    try:
        line = _open(box, tls)
        _sign_in(line, box, secret)
        return _say(line, mail, to, begin)
    except _NoError as error:
        return Handed(refused=(error.words,)) if error.lasting else Handed(later=error.words)
    except smtplib.SMTPResponseException as error:  # signing in: the operator can mend that
        return Handed(later=said(error.smtp_code, error.smtp_error))
    except (OSError, smtplib.SMTPException, ValueError) as error:
        return Handed(later=" ".join(str(error).split())[:300] or type(error).__name__)
    finally:
        if line is not None:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                line.quit()
            line.close()


def said(code: int, words: bytes | str) -> str:
    """A server's answer on one line."""
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return f"{code} {' '.join(text.split())}"[:400]


def _open(box: Mailbox, tls: ssl.SSLContext) -> smtplib.SMTP:
    way, name = box.smtp, box.address.rpartition("@")[2]
    assert way is not None
    if way.tls == "implicit":
        line: smtplib.SMTP = smtplib.SMTP_SSL(way.host, way.port, name, timeout=SECONDS, context=tls)
    else:
        line = smtplib.SMTP(way.host, way.port, name, timeout=SECONDS)
    line.ehlo_or_helo_if_needed()
    if way.tls == "starttls":
        line.starttls(context=tls)
        line.ehlo()
    return line


def _sign_in(line: smtplib.SMTP, box: Mailbox, secret: str) -> None:
    if not secret or not line.has_extn("auth"):
        return
    if box.oauth is None:
        line.login(box.user, secret)
        return

    def answer(challenge: bytes | None = None) -> str:
        return f"user={box.user}\x01auth=Bearer {secret}\x01\x01" if challenge is None else ""

    line.auth("XOAUTH2", answer)


def _say(line: smtplib.SMTP, mail: Composed, to: tuple[str, ...], begin: Callable[[], None]) -> Handed:
    if mail.international and not line.has_extn("smtputf8"):
        return Handed(refused=("The server takes no addresses with letters beyond a to z.",))
    _must(line.mail(mail.envelope_from, ["SMTPUTF8", "BODY=8BITMIME"] if mail.international else ()))
    answers = {one: line.rcpt(one) for one in to}
    taken = tuple(one for one, (code, _) in answers.items() if code < 300)
    ours = tuple(one for one in taken if one in mail.envelope_to)
    refused = tuple(
        f"{one}: {said(*answer)}" for one, answer in answers.items() if answer[0] >= 500 and one in mail.envelope_to
    )
    waits = next(
        (said(*answer) for one, answer in answers.items() if 400 <= answer[0] < 500 and one in mail.envelope_to), ""
    )
    if not ours:
        return Handed(refused=refused, later="" if refused and not waits else waits or "The server takes nobody.")
    _must(line.docmd("DATA"), 354)
    begin()
    if line.sock is not None:
        line.sock.settimeout(DATA_SECONDS)
    try:
        line.send(_DOT.sub(b"..", mail.raw) + (b".\r\n" if mail.raw.endswith(b"\r\n") else b"\r\n.\r\n"))
        code, words = line.getreply()
    except (OSError, smtplib.SMTPException):
        return Handed(doubt=True)
    _must((code, words))
    return Handed(taken=ours, refused=refused, later=waits)


def _must(answer: tuple[int, bytes], wanted: int = 0) -> None:
    code, words = answer
    if code >= 400 or (wanted and code != wanted):
        raise _NoError(code, words)
