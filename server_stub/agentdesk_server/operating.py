"""What an operator can ask for, on the command line or through the admin door: one typed request each."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from agentdesk.domain.audit import ExportAudit
from agentdesk.domain.kernel import Command, Refusal
from agentdesk.domain.people import (
    OPERATOR,
    PEOPLE,
    PERSON_BY_EMAIL,
    TEAMS,
    AddPerson,
    AddTeam,
    Person,
    Team,
    UpdatePerson,
    UpdateTeam,
)
from agentdesk.domain.signing import ChangePassword, MakeBackup, RevokeSessions
from agentdesk.domain.sites import SITES, AddSite, Site, UpdateSite
from agentdesk.store.ids import new_id

from .asked import Cannot, Request, Result, Text, checked, listed, moment, zone_in_words
from .authority.credentials import Credentials
from .backup import back_up, export_audit, newest_head
from .channels.email.operating import AnyMailboxRequest, operate_mailboxes
from .core import Core
from .gate.operating import AnySettingRequest, AnySignInRequest, PersonReset, PersonResetFactors, operate, reset_factors
from .gate.orders import AnyDeviceRequest, carry_out
from .gate.passwords import WeakPassword, check_password
from .gate.seen import Give, Work, done, given, nothing
from .imports import AnyImport, bring_in
from .privacy.orders import AnyPrivacyRequest, keep_private
from .provisioning.operating import AnyScimRequest, operate_scim
from .regions.operating import AnyRegionRequest, operate_regions
from .steering import AnyAssistRequest, steer
from .translation.settings import AnyTranslationRequest, operate_translation

__all__ = ["AnyRequest", "Cannot", "Operator", "Request", "Result"]
MOST = 10_000


class TeamAdd(Request, frozen=True, tag="team.add"):
    name: Text
    zone: Text = "UTC"


class TeamList(Request, frozen=True, tag="team.list"):
    pass


class TeamRetire(Request, frozen=True, tag="team.retire"):
    team: Text


class PersonAdd(Request, frozen=True, tag="person.add"):
    name: Text
    email: Text
    role: Text
    password: Annotated[str, Meta(max_length=1000)]
    teams: list[str] = []


class PersonUpdate(Request, frozen=True, tag="person.update"):
    person: Text
    name: Annotated[str, Meta(max_length=200)] = ""
    role: Annotated[str, Meta(max_length=200)] = ""
    teams: list[str] | None = None


class PersonList(Request, frozen=True, tag="person.list"):
    pass


class PersonDeactivate(Request, frozen=True, tag="person.deactivate"):
    person: Text


class PersonPassword(Request, frozen=True, tag="person.password"):
    person: Text
    password: Annotated[str, Meta(max_length=1000)]


class SiteAdd(Request, frozen=True, tag="site.add"):
    name: Text
    team: Text
    origins: list[str]
    greeting: Annotated[str, Meta(max_length=500)] = ""
    color: str = "#2F5FDE"


class SiteList(Request, frozen=True, tag="site.list"):
    pass


class SiteClose(Request, frozen=True, tag="site.close"):
    site: Text


class DeviceList(Request, frozen=True, tag="device.list"):
    pass


class DeviceRevoke(Request, frozen=True, tag="device.revoke"):
    person: Text
    device: Annotated[str, Meta(max_length=200)] = ""


class Backup(Request, frozen=True, tag="backup"):
    file: Text


class AuditExport(Request, frozen=True, tag="audit.export"):
    file: Text


class AuditHead(Request, frozen=True, tag="audit.head"):
    pass


AnyRequest = (
    TeamAdd
    | TeamList
    | TeamRetire
    | PersonAdd
    | PersonUpdate
    | PersonList
    | PersonDeactivate
    | PersonPassword
    | SiteAdd
    | SiteList
    | SiteClose
    | DeviceList
    | DeviceRevoke
    | AnyDeviceRequest
    | AnyPrivacyRequest
    | Backup
    | AuditExport
    | AuditHead
    | AnySignInRequest
    | AnyScimRequest
    | AnyRegionRequest
    | AnyAssistRequest
    | AnyImport
    | AnyMailboxRequest
    | AnyTranslationRequest
)


class Operator:
    """Does what is asked, through the same commit path as everybody."""

    def __init__(self, core: Core, hash: Callable[[str], Awaitable[str]]) -> None:
        self._core, self._hash = core, hash
        self._records, self._kept = core.reader.records, Credentials(core.database.conn)

    async def do(self, asked: AnyRequest) -> Result:
        """Raises `Cannot` with a sentence."""
        match asked:
            case TeamAdd():
                return await self._add_team(asked)
            case TeamList():
                return listed([{"id": t.id, "name": t.name, "zone": t.zone} for t in self._teams()])
            case TeamRetire():
                return await self._retire(self._team(asked.team))
            case PersonAdd():
                return await self._add_person(asked)
            case PersonList():
                return self._people()
            case PersonUpdate():
                teams = None if asked.teams is None else tuple(self._team(team) for team in asked.teams)
                return await self._change(self._person(asked.person), asked.name, asked.role, teams)
            case PersonDeactivate():
                return await self._deactivate(self._person(asked.person))
            case PersonPassword():
                person = self._person(asked.person)
                await self._set_password(person, await self._hashed(asked.password, person.name, person.email))
                return Result(person.id)
            case SiteAdd():
                return await self._add_site(asked)
            case SiteList():
                return _sites(self._records.page(SITES(), limit=MOST), self._teams())
            case SiteClose():
                return await self._close_site(self._site(asked.site))
            case _:
                return await self._other(asked)

    async def _other(self, asked: AnyRequest) -> Result:
        match asked:
            case DeviceList():
                some = await self._core.writer.call(lambda _: self._kept.sessions())
                return listed([{**msgspec.to_builtins(one), "expires": moment(one.expires)} for one in some])
            case DeviceRevoke():
                id = self._person(asked.person).id
                revoke = RevokeSessions(person=id, device=asked.device)
                ended = await self._submit(revoke, lambda _: self._kept.end_sessions(id, asked.device))
                return Result(f"{ended} ended")
            case PersonResetFactors() | PersonReset():
                return await reset_factors(self._core, asked, self._person(asked.person), self._submit)
            case _ if isinstance(asked, AnyPrivacyRequest):
                return await keep_private(self._core, asked, self._submit)
            case _ if isinstance(asked, AnyDeviceRequest):
                return await carry_out(self._core, asked, self._submit, self._person)
            case Backup() | AuditExport():
                return await _written(self._core, asked, self._submit)
            case _ if isinstance(asked, AnySettingRequest):
                return await operate(self._core, asked, self._submit)
            case _ if isinstance(asked, AnyScimRequest):
                return await operate_scim(self._core, asked, self._submit)
            case _ if isinstance(asked, AnyImport):
                return await bring_in(self._core, asked, self._submit, self._team)
            case _ if isinstance(asked, AnyMailboxRequest):
                return await operate_mailboxes(self._core, asked, self._submit, self._team)
            case _ if isinstance(asked, AnyRegionRequest):
                return await operate_regions(self._core, asked, self._submit, self._team)
            case _ if isinstance(asked, AnyTranslationRequest):
                return await operate_translation(self._core, asked, self._submit)
            case _ if isinstance(asked, AnyAssistRequest):
                return await steer(self._core, asked, self._submit, self._team)
            case _:
                return Result(await newest_head(self._core))

    async def _submit(self, command: Command, work: Work | None = None) -> Any:
        try:
            return await done(self._core.writer, given(OPERATOR, checked(command, type(command)), work))
        except Refusal as refusal:
            raise Cannot(str(refusal)) from None

    def _teams(self) -> list[Team]:
        return self._records.page(TEAMS(), limit=MOST)

    def _team(self, named: str) -> str:
        """The id of the team with this id or name."""
        found = [team.id for team in self._teams() if named == team.id or named.casefold() == team.name.casefold()]
        if len(found) != 1:
            raise Cannot(f"There is no team {named}." if not found else f"More than one team is called {named}.")
        return found[0]

    async def _retire(self, id: str) -> Result:
        """No new cases for a team; nobody writes to it through a site any more, so that no customer is stranded."""
        team = next(team for team in self._teams() if team.id == id)
        for site in self._records.page(SITES(), limit=MOST):
            if site.active and site.team == id:
                raise Cannot(f"{site.name} still brings customers to {team.name}. First: site close {site.key}")
        await self._submit(UpdateTeam(team=id, name=team.name, zone=team.zone, hours=team.hours, retired=True))
        return Result(id)

    def _site(self, named: str) -> Site:
        """The site with this key, id or name."""
        sites = self._records.page(SITES(), limit=MOST)
        exact = [site for site in sites if named in (site.key, site.id)]
        found = exact or [site for site in sites if named.casefold() == site.name.casefold()]
        if len(found) != 1:
            raise Cannot(f"There is no site {named}." if not found else f"More than one site is called {named}.")
        return found[0]

    async def _close_site(self, old: Site) -> Result:
        fields = {name: getattr(old, name) for name in ("name", "team", "origins", "greeting", "color")}
        await self._submit(UpdateSite(site=old.id, active=False, **fields))
        return Result(old.key)

    def _person(self, named: str) -> Person:
        """The person with this id or e-mail."""
        by_email = self._records.page(PERSON_BY_EMAIL(email=named.lower()), limit=1)
        person = self._records.of(Person, named) or (by_email[0] if by_email else None)
        if person is None:
            raise Cannot(f"There is nobody {named}.")
        return person

    async def _add_team(self, asked: TeamAdd) -> Result:
        if any(team.name.casefold() == asked.name.strip().casefold() for team in self._teams()):
            raise Cannot(f"There is a team {asked.name} already.")
        zone_in_words(asked.zone)
        id = new_id(self._core.clock())
        await self._submit(AddTeam(team=id, name=asked.name, zone=asked.zone))
        return Result(id)

    async def _hashed(self, password: str, *names: str) -> str:
        try:
            check_password(password, *names)
        except WeakPassword as error:
            raise Cannot(str(error)) from None
        return await self._hash(password)

    async def _add_person(self, asked: PersonAdd) -> Result:
        teams = tuple(self._team(team) for team in asked.teams)
        hashed = await self._hashed(asked.password, asked.name, asked.email)
        id = new_id(self._core.clock())
        await self._submit(AddPerson(person=id, name=asked.name, email=asked.email, role=asked.role, teams=teams))
        await self._set_password(self._person(id), hashed)
        return Result(id)

    async def _set_password(self, person: Person, hashed: str) -> None:
        change, now = ChangePassword(person=person.id), self._core.clock()
        await self._submit(change, lambda _: self._kept.set_password(person.id, hashed, now))

    def _people(self) -> Result:
        names = {team.id: team.name for team in self._teams()}
        people = self._records.page(PEOPLE(), limit=MOST)
        told = [{"id": p.id, "name": p.name, "email": p.email, "role": p.role} for p in people]
        teams = (", ".join(names.get(team, team) for team in p.teams) for p in people)
        return listed([{**one, "teams": some} for one, some in zip(told, teams, strict=True)])

    async def _change(
        self, old: Person, name: str = "", role: str = "", teams: tuple[str, ...] | None = None, active: bool = True
    ) -> Result:
        await self._submit(
            UpdatePerson(
                person=old.id,
                name=name or old.name,
                role=role or old.role,
                teams=old.teams if teams is None else teams,
                languages=old.languages,
                active=active and old.active,
            )
        )
        return Result(old.id)

    async def _deactivate(self, person: Person) -> Result:
        await self._change(person, active=False)
        revoke = RevokeSessions(person=person.id)
        await self._submit(revoke, lambda _: self._kept.end_sessions(person.id))
        return Result(person.id)

    async def _add_site(self, asked: SiteAdd) -> Result:
        key = f"pk_{secrets.token_hex(12)}"
        await self._submit(
            AddSite(
                site=new_id(self._core.clock()),
                key=key,
                name=asked.name,
                team=self._team(asked.team),
                origins=tuple(origin.rstrip("/").lower() for origin in asked.origins),
                greeting=asked.greeting,
                color=asked.color,
            )
        )
        return Result(key)


def _sites(sites: list[Site], teams: list[Team]) -> Result:
    names = {team.id: team.name for team in teams}
    rows = [
        {
            "key": site.key,
            "name": site.name,
            "team": names.get(site.team, site.team),
            "origins": " ".join(site.origins),
            "state": "open" if site.active else "closed",
        }
        for site in sites
    ]
    return listed(rows)


def _whole(file: str) -> Path:
    """A server's idea of the current folder is not its operator's."""
    path = Path(file)
    if not path.is_absolute() or "\0" in file:
        raise Cannot("Give the whole path of the file.")
    if not path.parent.is_dir():
        raise Cannot(f"{path.parent}: No such folder")
    if path.is_dir():
        raise Cannot(f"{path} is a folder. Name a file in it.")
    return path


async def _file_work(work: Awaitable[Any], target: Path) -> Any:
    try:
        return await asyncio.shield(asyncio.ensure_future(work))
    except OSError as error:
        why = f"{target} cannot be written: {error.strerror or error}."
        raise Cannot(f"{why} Name another place, or make room there.") from None


async def _written(core: Core, asked: Backup | AuditExport, give: Give) -> Result:
    """All of it, or the log, as one file. That it is written stands in it."""
    target = _whole(asked.file)
    if isinstance(asked, AuditExport):
        await give(ExportAudit())
        return Result(await _file_work(export_audit(core, target), target))
    await give(MakeBackup(), nothing)
    rev = await _file_work(back_up(core, target), target)
    return Result(f"{asked.file} covers everything up to revision {rev}")
