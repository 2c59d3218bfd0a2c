"""The ASGI application: all doors, behind one front, around one core."""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import AsyncIterator, Callable
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import WebSocketRoute

from agentdesk.domain.people import Person

from . import admin_door, backtesting, blobs, health, measuring, posture, previewing
from .audit import doors as audit_doors
from .audit.questions import questions as audit_questions
from .audit.room import Room
from .authority import Database
from .authority.database import open_reader
from .certificate import Certificate
from .channels import webchat
from .channels.email.mailroom import Mailroom
from .channels.email.pictures import questions as mail_questions
from .channels.webchat import WebChat
from .core import CannotStart, Core, master_key, now, open_core, write_private
from .doors import Answer, Door, json, routes
from .drafting.service import begin_anew
from .drafting.service import questions as draft_questions
from .echo import echo
from .egress import Egress, EgressError
from .front import Front
from .gate import Gate, browser_doors, manage_doors, own_doors, second_doors
from .gate import doors as gate_doors
from .gate import pages as sign_in_pages
from .gate.entry import Entry
from .gate.errands import Errands
from .gate.leavers import shutting_out
from .gate.oidc import Oidc, client
from .gate.oidc import doors as oidc_doors
from .gate.oidc.claims import ProviderError
from .gate.oidc.identify import Identities
from .gate.sealing import sign_in_key
from .hub import Hub
from .hub.filling import Filler
from .hub.hub import Answerer
from .jobs import Jobs
from .metrics import Metrics
from .openapi import document
from .portal import help as help_centre
from .portal import pages
from .privacy import doors as privacy_doors
from .privacy.again import erase_again
from .privacy.questions import questions as privacy_questions
from .problems import handlers
from .provisioning import doors as directory_doors
from .provisioning.directory import DirectoryDesk
from .regions import Sending
from .regions import doors as region_doors
from .routing import Router
from .state import Server, Settings
from .sweeping import sweep_parts
from .translation.translator import questions as translation_questions

ADMIN_TOKEN = "admin.token"  # noqa: S105 the name of a file


async def openapi(request: Request) -> Response:
    return json(document(DOORS))


DOORS: tuple[Door, ...] = (
    *gate_doors.DOORS,
    *second_doors.DOORS,
    *own_doors.DOORS,
    *browser_doors.DOORS,
    *oidc_doors.DOORS,
    *manage_doors.DOORS,
    *sign_in_pages.DOORS,
    *webchat.DOORS,
    *blobs.DOORS,
    *health.DOORS,
    *posture.DOORS,
    *pages.DOORS,
    *help_centre.DOORS,
    *admin_door.DOORS,
    *audit_doors.DOORS,
    *directory_doors.DOORS,
    *privacy_doors.DOORS,
    *region_doors.DOORS,
    *backtesting.DOORS,
    *previewing.DOORS,
    *measuring.DOORS,
    Door("GET", "/openapi.json", "anyone", openapi, "This document", {200: Answer("OpenAPI 3.1", dict[str, Any])}),
)


def build(settings: Settings, clock: Callable[[], int] = now) -> Front:
    """The application. It answers while its `opened()` is entered, which opens the data folder and closes it again."""
    sockets = [WebSocketRoute("/visit", webchat.visit)]
    if settings.echo:
        sockets.append(WebSocketRoute("/echo", echo))
    app = Starlette(routes=[*routes(DOORS), *sockets], exception_handlers=handlers(help_centre.told))
    app.router.redirect_slashes = False
    return Front(app, settings, lambda: _opened(settings, clock))


@contextlib.asynccontextmanager
async def _opened(settings: Settings, clock: Callable[[], int]) -> AsyncIterator[Server]:
    async with open_core(settings.folder, clock) as core:
        await erase_again(core)
        await begin_anew(core)
        async with _running(settings, core) as server:
            yield server


@contextlib.asynccontextmanager
async def _running(settings: Settings, core: Core) -> AsyncIterator[Server]:
    """Compose the parts around the core, and take them apart in reverse."""
    tls = _certificate(settings, core.clock)
    egress = _egress(settings)
    sweep_parts(core.folder)
    filler = Filler(open_reader(core.folder, core.key), lambda: open_reader(core.folder, core.key))
    hub = Hub(core.writer.authority, filler)
    chat = WebChat(core, hub)
    metrics = Metrics()
    metrics.start_at(core.writer.authority.rev)
    _count_people(metrics, hub, chat, tls)
    gate = Gate(core.database, core.reader, core.writer, core.clock, master_key(core.folder))
    master = sign_in_key(core.folder)
    entry = Entry(core.database, core.reader, core.writer, master, core.clock)
    errands = Errands(entry, _working(core), core.clock)
    oidc = _oidc(core, entry, egress, master)
    room = Room(core, gate.fresh.fresh)
    hub.answerers.update(_answerers(core, egress, hub, room, metrics))
    regions = Sending(core, egress)
    metrics.watch("agentdesk_regions_failing", "Regions that could not be told", lambda: regions.failing)
    mail = Mailroom(core, egress, settings.egress_ca)
    metrics.watch("agentdesk_mailboxes_failing", "Mailboxes that cannot be read", lambda: mail.failing)
    directory = _directory(core, gate, hub)
    shelf = help_centre.Shelf(core.reader.records)
    server = Server(
        settings,
        core,
        hub,
        gate,
        entry,
        errands,
        oidc,
        directory,
        metrics,
        chat,
        egress,
        tls,
        secrets.token_urlsafe(32),
        room,
        regions,
        mail,
        shelf,
    )
    write_private(core.folder / ADMIN_TOKEN, server.admin_token.encode())
    jobs = Jobs(core, hub)
    router = Router(core, hub.presence.connected)
    hub.presence.comings.append(router.comings.heard)
    metrics.watch("agentdesk_waiting", "Cases that wait for somebody with room", lambda: router.waiting)
    heard = (hub.heard, metrics.committed, chat.heard, jobs.heard, regions.heard, router.heard, mail.heard, shelf.heard)
    core.writer.listeners.extend(heard)
    try:
        async with jobs, room, gate.refused, shutting_out(core, hub), regions, router, mail:
            yield server
    finally:
        await directory.close()
        chat.close()
        hub.flush()
        filler.close()
        egress.close()
        (core.folder / ADMIN_TOKEN).unlink(missing_ok=True)


def _answerers(core: Core, egress: Egress, hub: Hub, room: Room, metrics: Metrics) -> dict[str, Answerer]:
    """What parts beside the hub are asked."""
    found = audit_questions(room) | privacy_questions(core, room) | mail_questions(core, egress, hub, room)
    found |= translation_questions(core, egress, room)
    return found | draft_questions(core, egress, room, metrics)


def _count_people(metrics: Metrics, hub: Hub, chat: WebChat, tls: Certificate | None) -> None:
    if tls is not None:
        metrics.watch("agentdesk_certificate_ends", "When the certificate ends (s, UTC)", lambda: tls.expires_at / 1000)
    metrics.watch("agentdesk_desks", "Connected desks", lambda: len(hub.desks))
    metrics.watch("agentdesk_sent_bytes", "Bytes of changes sent to desks", lambda: hub.sent_bytes)
    metrics.watch("agentdesk_questions", "Questions of desks that were answered", lambda: hub.rations.answered)
    metrics.watch("agentdesk_questions_refused", "Questions beyond a person's ration", lambda: hub.rations.refused)
    metrics.watch("agentdesk_question_seconds", "Time taken by the answers", lambda: hub.rations.seconds)
    metrics.watch("agentdesk_answer_bytes", "Bytes of records in the answers", lambda: hub.rations.bytes)
    metrics.watch("agentdesk_visitors", "Connected visitors", lambda: chat.connected)


def _certificate(settings: Settings, clock: Callable[[], int]) -> Certificate | None:
    if settings.tls_cert is None or settings.tls_key is None:
        return None
    return Certificate(settings.tls_cert, settings.tls_key, clock)


def _egress(settings: Settings) -> Egress:
    try:
        return Egress(settings.egress_allow, settings.egress_ca)
    except EgressError as error:
        raise CannotStart(f"--egress-allow: {error}") from None
    except OSError as error:  # unreadable, or no certificates
        raise CannotStart(
            f"--egress-ca: {settings.egress_ca} has no certificates that can be read ({error})."
        ) from None


def _working(core: Core) -> Callable[[str], Person | None]:
    """Finds a person who works here."""

    def find(id: str) -> Person | None:
        person = core.reader.records.of(Person, id)
        return person if person is not None and person.active else None

    return find


def _directory(core: Core, gate: Gate, hub: Hub) -> DirectoryDesk:
    """The company's directory: whom it closes out is off at once."""

    async def ended(people: tuple[str, ...]) -> None:
        for person in people:
            gate.fresh.forget(person)
        await hub.sessions_ended()

    def reader() -> Database:
        return open_reader(core.folder, core.key)

    return DirectoryDesk(core.database, core.reader, reader, core.writer, core.clock, ended)


def _oidc(core: Core, entry: Entry, egress: Egress, master: bytes) -> Oidc:
    """Signing in through a provider, which is called like everybody outside."""

    async def fetch(method: str, url: str, **more: Any) -> Any:
        try:
            return await egress.fetch(method, url, **more)
        except EgressError as error:
            raise ProviderError(str(error)) from None

    identities = Identities(core.database, core.reader, core.writer, core.clock)
    return Oidc(entry, lambda: client(entry.read, master), fetch, identities.identify, core.clock)
