"""How the server is protected, for those who answer for it: what is encrypted how, what is signed, what is saved."""

from __future__ import annotations

import os
from typing import Literal

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from agentdesk import __version__
from agentdesk.domain.audit.handover import chain_to
from agentdesk.domain.audit.published import HEADS, KEPT
from agentdesk.domain.devices import SEEN_SINCE
from agentdesk.domain.kernel import SCHEMA
from agentdesk.domain.kernel.rights import may
from agentdesk.domain.kernel.schema import OLDEST_SCHEMA
from agentdesk.domain.people import Person
from agentdesk.domain.policies import policy, switched_on
from agentdesk.domain.signing import roles_that_step_up
from agentdesk.store.signature import is_signed as is_signed_bytes

from .audit import head as audit_head
from .authority.kept import Kept
from .authority.signer import handovers
from .backup import Saved, newest_backup
from .certificate import SUITES, VERSIONS
from .core import MASTER_ENV
from .denials import denial
from .doors import Answer, Door, json, server_of
from .gate.entry import roles_that_must
from .gate.oidc.config import NAME as OIDC
from .problems import Problem
from .provisioning.settings import token_row
from .state import Server

DAY = 86_400_000
PERMISSION = "posture.see"
CERTIFICATE_DAYS, BACKUP_DAYS, HEAD_DAYS = 14, 2, 2

PLAIN_DATABASE = (
    "The database is a plain file, as safe as the disk that it lies on. A new data folder is encrypted if "
    "AGENTDESK_DATABASE_KEY_FILE names a key."
)
KEY_BESIDE = "The master key lies beside the data that it protects. Keep it elsewhere: AGENTDESK_MASTER_KEY_FILE."
CERTIFICATE_ENDS = "The certificate ends soon. Put a new one in its place; it is taken without a restart."
NO_BACKUP = "There is no backup of this data. Make one: agentdesk admin --data DIR backup FILE."
OLD_BACKUP = "The newest backup is more than two days old. Make another: agentdesk admin --data DIR backup FILE."
OLD_HEAD = (
    "The audit log's newest signed head is more than two days old. Sign one and keep it elsewhere: agentdesk admin "
    "--data DIR audit head."
)
ANY_NAME = "Any host name is answered. Say by which ones people reach this server: --name."
ECHO = "/echo is open to anybody. It is for conformance tests only: start without --echo."


class Transport(msgspec.Struct, frozen=True):
    """Who speaks TLS: this server, a proxy before it, or nobody, for it listens to its own machine only."""

    by: Literal["server", "proxy", "nobody"]
    versions: tuple[str, ...]
    suites: tuple[str, ...]
    certificate_ends: int
    """UTC ms; 0 if there is no certificate here."""


class AuditHead(msgspec.Struct, frozen=True):
    """The log's size, and the newest signed head: what it covers, when it was signed (UTC ms), whether it is ours.

    `shown` and `shown_at` are the newest head that all laptops are shown, `witnesses` how many have been here since.
    """

    entries: int
    covered: int
    at: int
    signed: bool
    shown: int = 0
    shown_at: int = 0
    witnesses: int = 0


class SignIn(msgspec.Struct, frozen=True):
    """Who comes in how: the roles that must have a second factor, and those that may do what is privileged."""

    second_factor: tuple[str, ...]
    privileged: tuple[str, ...]
    provider: bool
    """Whether people may sign in through the company's own provider."""
    directory_since: int
    """Since when a directory keeps the accounts (UTC ms); 0 if none does."""
    only_enrolled: bool
    unbound_sessions: bool
    lease_days: int


class Program(msgspec.Struct, frozen=True):
    """What runs here: its version, and the numbers of the schemas that it speaks."""

    version: str
    schema: int
    oldest_schema: int


class Posture(msgspec.Struct, frozen=True):
    """All of it. `advice` says what could be better, each a sentence; nothing here is a secret or a path."""

    at: int
    transport: Transport
    database_encrypted: bool
    master_key_apart: bool
    audit: AuditHead
    backup: Saved
    egress_allowed: tuple[str, ...]
    names: tuple[str, ...]
    advice: tuple[str, ...]
    sign_in: SignIn
    program: Program
    echo: bool
    """Whether a door for conformance tests is open to anybody."""


async def posture(request: Request) -> Response:
    server, who = server_of(request), request.state.who
    person = server.reader.records.of(Person, who.person)
    if not isinstance(person, Person) or not person.active or not may(person.role, PERMISSION):
        await server.writer.submit(denial(who.person, who.device, PERMISSION))
        raise Problem(404)  # for whom it is not, it is not there
    return json(found(server))


def found(server: Server) -> Posture:
    """As it is now."""
    settings, now = server.settings, server.clock()
    transport, audit, backup = _transport(server), _audit(server), newest_backup(server.folder)
    encrypted, apart = server.core.key is not None, bool(os.environ.get(MASTER_ENV))
    wrong = {
        PLAIN_DATABASE: not encrypted,
        KEY_BESIDE: not apart,
        CERTIFICATE_ENDS: transport.by == "server" and transport.certificate_ends < now + CERTIFICATE_DAYS * DAY,
        NO_BACKUP: not backup.at,
        OLD_BACKUP: 0 < backup.at < now - BACKUP_DAYS * DAY,
        OLD_HEAD: audit.covered < audit.entries and audit.at < now - HEAD_DAYS * DAY,
        ANY_NAME: transport.by != "nobody" and not settings.names,
        ECHO: settings.echo,
    }
    advice = tuple(sentence for sentence, holds in wrong.items() if holds)
    return Posture(
        now,
        transport,
        encrypted,
        apart,
        audit,
        backup,
        settings.egress_allow,
        settings.names,
        advice,
        _sign_in(server),
        Program(__version__, SCHEMA, OLDEST_SCHEMA),
        settings.echo,
    )


def _transport(server: Server) -> Transport:
    if server.tls is not None:
        return Transport("server", VERSIONS, SUITES, server.tls.expires_at)
    return Transport("proxy" if server.settings.behind_proxy else "nobody", (), (), 0)


def _audit(server: Server) -> AuditHead:
    """Asked of the reader: the log goes on meanwhile."""
    conn, authority = server.reader.conn, server.writer.authority
    entries = conn.execute("SELECT count(*) FROM leaf").fetchone()[0]
    row = conn.execute("SELECT data, signature FROM signed_head ORDER BY size DESC, rowid DESC LIMIT 1").fetchone()
    if row is None:
        return AuditHead(entries, 0, 0, False)
    head = audit_head.decode(row[0])
    keys = chain_to(authority.ledger.public_key, handovers(conn), is_signed_bytes)
    signed = keys is not None and audit_head.is_signed(keys.key_for(head.size), audit_head.SignedHead(*row))
    records = server.reader.records
    shown = records.page(HEADS(), limit=2 * KEPT)
    if not shown:
        return AuditHead(entries, head.size, head.time, signed)
    at = audit_head.decode(bytes.fromhex(shown[-1].data)).time
    return AuditHead(
        entries, head.size, head.time, signed, shown[-1].size, at, records.count(SEEN_SINCE(status="active", at=at))
    )


def _sign_in(server: Server) -> SignIn:
    kept, get = Kept(server.reader.conn), server.reader.records.of
    directory = token_row(kept)
    return SignIn(
        roles_that_must(kept),
        tuple(sorted(roles_that_step_up())),
        kept.get(OIDC) is not None,
        directory.since if directory is not None else 0,
        switched_on(get, "only-enrolled"),
        switched_on(get, "unbound-sessions"),
        int(policy(get, "lease-days")),
    )


DOORS = (
    Door(
        "GET",
        "/api/v1/posture",
        "person",
        posture,
        "How this server is protected, for admins and auditors",
        {200: Answer("As it is now", Posture)},
        (401, 404),
    ),
)
