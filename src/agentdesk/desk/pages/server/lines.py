"""What the server says of itself as lines: what it is, how it stands, and what to do. Pure: no widget, no question."""

from __future__ import annotations

from typing import Literal, NamedTuple

from agentdesk.desk.names import number
from agentdesk.desk.pages.server.told import AuditHead, Posture, SignIn, Transport
from agentdesk.desk.texts import mark, tr
from agentdesk.desk.times import DAY, ago, day_and_clock
from agentdesk.domain.kernel.schema import SCHEMA

State = Literal["good", "look", "act", "told"]
STATES: dict[State, tuple[str, str, str]] = {
    "good": (mark("Good"), "good", "ph.check-circle"),
    "look": (mark("Look at it"), "warn", "ph.warning"),
    "act": (mark("Act now"), "bad", "ph.warning-circle"),
    "told": (mark("For information"), "plain", "ph.info"),
}
"""A state's word, tone and sign."""
SOON, VERY_SOON = 30, 14
"""Days that a certificate has left."""
OLD = 2
"""Days after which a backup, or a head, is old."""


class Line(NamedTuple):
    """One thing: its name, what is so, how it stands, and what to do (nothing, if nothing has to be done)."""

    id: str
    title: str
    value: str
    state: State
    advice: str = ""


class Section(NamedTuple):
    """Lines that belong together."""

    title: str
    lines: list[Line]


class Here(NamedTuple):
    """What this desk knows itself: its version, and how many entries the newest head covers that it remembers."""

    version: str
    remembered: int


def sections(told: Posture, here: Here) -> list[Section]:
    """All of it."""
    return [
        Section(tr("Connection"), [*_transport(told.transport, told.at), _names(told), _egress(told)]),
        Section(tr("Data"), [_database(told), _master(told), _backup(told)]),
        Section(tr("Sign-in"), _sign_in(told.sign_in, told.at)),
        Section(tr("Audit log"), _audit(told.audit, told.at, here)),
        Section(tr("Program"), _program(told, here)),
    ]


def _transport(told: Transport, now: int) -> list[Line]:
    title = tr("Encryption on the way")
    if told.by == "proxy":
        words = tr("A proxy before it speaks TLS.")
        return [Line("tls", title, words, "told", tr("Look after its certificate and versions of TLS there."))]
    if told.by != "server":
        words = tr("None: this server listens to its own machine only.")
        advice = tr("Before others use it, start it with --tls-cert and --tls-key, or behind a proxy.")
        return [Line("tls", title, words, "look", advice)]
    line = Line("tls", title, tr("{versions}, spoken by the server itself", versions=", ".join(told.versions)), "good")
    return [line, _certificate(told.certificate_ends, now)]


def _certificate(ends: int, now: int) -> Line:
    title, left = tr("Certificate"), (ends - now) // DAY
    state: State
    if ends <= now:
        value, state = tr("It has ended."), "act"
    else:
        value = tr("{n} days left, until {time}", n=number(left), time=day_and_clock(ends, now))
        state = "act" if left < VERY_SOON else "look" if left < SOON else "good"
    advice = tr("Put a new one in its place; it is taken without a restart.") if state != "good" else ""
    return Line("certificate", title, value, state, advice)


def _names(told: Posture) -> Line:
    title = tr("Host names")
    if told.names or told.transport.by == "nobody":
        return Line("names", title, ", ".join(told.names) or tr("this machine"), "good")
    return Line("names", title, tr("Any name is answered."), "look", tr("Start it with --name for each name it has."))


def _egress(told: Posture) -> Line:
    title = tr("Calls to the outside")
    if not told.egress_allowed:
        return Line("egress", title, tr("Through one door, to public addresses with TLS only"), "good")
    words = tr("Also allowed: {places}", places=", ".join(told.egress_allowed))
    return Line("egress", title, words, "told", tr("See that each of these is still needed."))


def _database(told: Posture) -> Line:
    title = tr("Database")
    if told.database_encrypted:
        return Line("database", title, tr("Encrypted"), "good")
    advice = tr("It is as safe as the disk. A new data folder is encrypted if AGENTDESK_DATABASE_KEY_FILE names a key.")
    return Line("database", title, tr("A plain file"), "look", advice)


def _master(told: Posture) -> Line:
    title = tr("Master key")
    if told.master_key_apart:
        return Line("master", title, tr("Kept apart from the data"), "good")
    advice = tr("Keep it elsewhere: AGENTDESK_MASTER_KEY_FILE names the place.")
    return Line("master", title, tr("It lies beside the data that it protects."), "look", advice)


def _backup(told: Posture) -> Line:
    title, at, now = tr("Backup"), told.backup.at, told.at
    advice = tr("Make one: agentdesk admin --data DIR backup FILE")
    if not at:
        return Line("backup", title, tr("There is none."), "act", advice)
    value = tr("{ago}, {time}", ago=ago(now - at), time=day_and_clock(at, now))
    old = now - at > OLD * DAY
    return Line("backup", title, value, "look" if old else "good", advice if old else "")


def _sign_in(told: SignIn | None, now: int) -> list[Line]:
    if told is None:
        advice = tr("This server is older than this desk. Update it.")
        return [Line("sign-in", tr("Sign-in"), tr("The server does not say."), "look", advice)]
    bare = sorted(set(told.privileged) - set(told.second_factor))
    # What is privileged takes a fresh proof; where no factor is asked for, a password alone is one.
    weak: State = "act" if "admin" in bare else "look" if "auditor" in bare else "good"
    roles = ", ".join(told.second_factor)
    whom = tr("Must have one: {roles}", roles=roles) if roles else tr("Nobody must.")
    ask = tr("Ask for one: agentdesk admin second-factor require admin auditor") if weak != "good" else ""
    provider = tr("People may sign in through it.") if told.provider else tr("There is none; passwords are used.")
    since = tr("A directory keeps the accounts since {time}.", time=day_and_clock(told.directory_since, now))
    directory = since if told.directory_since else tr("None is connected; accounts are made by hand.")
    enrolled = tr("Only those that were invited") if told.only_enrolled else tr("Any, with a password")
    invite = "" if told.only_enrolled else tr("Let in invited ones only: agentdesk admin policy set only-enrolled on")
    unbound = tr("Allowed: for integrations and scripts") if told.unbound_sessions else tr("Not allowed")
    bind = tr("If nothing uses them: agentdesk admin policy set unbound-sessions off") if told.unbound_sessions else ""
    return [
        Line("second-factor", tr("Second factor"), whom, weak, ask),
        Line("provider", tr("Own provider"), provider, "told"),
        Line("directory", tr("Directory (SCIM)"), directory, "told"),
        Line("enrolled", tr("Laptops"), enrolled, "good" if told.only_enrolled else "look", invite),
        Line("unbound", tr("Sessions without a device's key"), unbound, "look" if bind else "good", bind),
        Line("lease", tr("Without the server a laptop opens for"), tr("{n} d", n=told.lease_days), "told"),
    ]


def _audit(told: AuditHead, now: int, here: Here) -> list[Line]:
    lines = [_signed(told, now)]
    if told.shown:
        words = tr(
            "A head of {n} entries, {ago}; {count} laptops have been here since and remember it.",
            n=number(told.shown), ago=ago(now - told.shown_at), count=number(told.witnesses),
        )  # fmt: skip
        few = tr("A log is the safer, the more laptops remember it. Keep a head elsewhere as well.")
        lines.append(Line("witnessed", tr("Witnessed"), words, "good" if told.witnesses else "look",
                          "" if told.witnesses else few))  # fmt: skip
    else:
        words = tr("No head was shown to the laptops yet.")
        lines.append(Line("witnessed", tr("Witnessed"), words, "told", tr("The server shows one every day by itself.")))
    if here.remembered:
        words = tr("A head of {n} entries", n=number(here.remembered))
        lines.append(Line("remembered", tr("This laptop remembers"), words, "good"))
    return lines


def _signed(told: AuditHead, now: int) -> Line:
    title = tr("Newest signed head")
    sign = tr("Sign one and keep it elsewhere: agentdesk admin --data DIR audit head")
    if not told.covered:
        return Line("head", title, tr("No head was signed yet."), "look", sign)
    value = tr("It covers {n} of {all} entries, {ago}.", n=number(told.covered), all=number(told.entries),
               ago=ago(now - told.at))  # fmt: skip
    if not told.signed:
        broken = tr("The signature is not this server's. Check the log now: agentdesk verify-audit")
        return Line("head", title, value, "act", broken)
    old = told.covered < told.entries and now - told.at > OLD * DAY
    return Line("head", title, value, "look" if old else "good", sign if old else "")


def _program(told: Posture, here: Here) -> list[Line]:
    if told.program is None:
        return [Line("version", tr("Version"), tr("The server does not say."), "look", tr("Update the server."))]
    same = told.program.version == here.version
    words = tr("Server {server}, this desk {desk}", server=told.program.version, desk=here.version)
    advice = "" if same else tr("Bring both to the same version when you can.")
    found = [Line("version", tr("Version"), words, "good" if same else "look", advice)]
    fits = told.program.oldest_schema <= SCHEMA <= told.program.schema
    schema = tr("It speaks {oldest} to {newest}, this desk {own}.", oldest=told.program.oldest_schema,
                newest=told.program.schema, own=SCHEMA)  # fmt: skip
    update = "" if fits else tr("Update the server.")
    found.append(Line("schema", tr("Schema"), schema, "good" if fits else "act", update))
    if told.echo:
        found.append(Line("echo", tr("Door for conformance tests"), tr("Open to anybody"), "act",
                          tr("Start it without --echo.")))  # fmt: skip
    return found
