"""`agentdesk admin`: teams, people, sites, devices, backups, the audit log; whether the server runs or not."""

from __future__ import annotations

import argparse
import asyncio
import getpass
import http.client
import json
import ssl
import sys
import time
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from agentdesk.domain.kernel.rights import ROLES

from . import operating as op
from .admin_assist import add_assist_parsers, assist_request
from .admin_devices import add_device_parsers, device_request
from .admin_mailbox import add_mailbox_parsers, mailbox_request
from .admin_models import add_model_parsers, model_request
from .admin_privacy import add_privacy_parsers, privacy_request
from .admin_regions import add_region_parsers, region_request
from .admin_scim import add_scim_parsers, scim_request
from .admin_sign_in import add_sign_in_parsers, sign_in_request
from .admin_translation import add_translation_parsers, translation_request
from .asked import checked, told_plainly
from .authority.database import FILE
from .core import CannotStart, Locked, open_core
from .gate.operating import PersonReset, PersonResetFactors
from .gate.passwords import Passwords

PROG = "agentdesk admin"
PATIENCE = 15.0
ROLE_WORDS = ", ".join(ROLES)


def main(argv: list[str]) -> int:
    """0 done, 1 refused with a sentence, 2 for arguments that make no sense."""
    options = _parser().parse_args(argv)
    folder = Path(options.data)
    begins = not (folder / FILE).exists()
    try:
        result = run(folder, _request(options))
    except (op.Cannot, CannotStart) as error:
        print(f"{PROG}: {error}", file=sys.stderr)
        return 1
    if begins:
        print(f"{PROG}: There was no company in {folder}. A new one begins there.", file=sys.stderr)
    if result.text:
        print(result.text, flush=True)
    return 0


class Address(msgspec.Struct, frozen=True):
    """Where a running server said that it is: `server.json`."""

    url: str
    certificate: str = ""
    name: str = ""


class NotYet(Exception):
    """Somebody works on the folder who cannot be reached: starting, ending, or another `agentdesk admin`."""


def run(folder: Path, asked: op.AnyRequest) -> op.Result:
    """Directly if nobody else works on the folder, else through the server that does. Raises `Cannot`."""
    asked = checked(asked, op.AnyRequest)
    patience = time.monotonic() + PATIENCE
    while True:
        try:
            return asyncio.run(_directly(folder, asked))
        except Locked:
            try:
                return _through_server(folder, asked)
            except NotYet as error:
                if time.monotonic() > patience:
                    raise op.Cannot(f"Somebody works on this folder who does not answer: {error}") from None
                time.sleep(0.1)


async def _directly(folder: Path, asked: op.AnyRequest) -> op.Result:
    async with open_core(folder) as core:
        with told_plainly():
            return await op.Operator(core, Passwords().hash).do(asked)


def _through_server(folder: Path, asked: op.AnyRequest) -> op.Result:
    try:
        about = msgspec.json.decode((folder / "server.json").read_bytes(), type=Address)
        token = (folder / "admin.token").read_text()
    except (OSError, ValueError, msgspec.DecodeError) as error:
        raise NotYet(error) from None
    try:
        status, body = _post(about, token, msgspec.json.encode(asked))
    except ConnectionRefusedError as error:  # an address that somebody left behind who was killed
        raise NotYet(error) from None
    except (OSError, http.client.HTTPException) as error:
        raise op.Cannot(f"The server that works on this folder does not answer: {error}") from None
    if status == 200:
        return msgspec.json.decode(body, type=op.Result)
    if status == 401:  # the token of one who was killed
        raise NotYet("it does not know our token")
    try:
        said = json.loads(body).get("detail", "")
    except ValueError:
        said = ""
    raise op.Cannot(said or f"The server answered {status}.")


def _post(about: Address, token: str, body: bytes) -> tuple[int, bytes]:
    where = urlsplit(about.url)
    connection = _connection(where.scheme, where.hostname or "", where.port or 0, about.certificate)
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    if about.name:
        headers["Host"] = about.name
    try:
        connection.request("POST", "/api/v1/admin/commands", body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def _connection(scheme: str, host: str, port: int, certificate: str) -> http.client.HTTPConnection:
    if scheme != "https":
        return http.client.HTTPConnection(host, port, timeout=600)
    # The server's own certificate is pinned; its name is the public one, not this machine's.
    context = ssl.create_default_context(cafile=certificate)
    context.check_hostname = False
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    return http.client.HTTPSConnection(host, port, timeout=600, context=context)


def _request(options: argparse.Namespace) -> op.AnyRequest:
    match options.what, getattr(options, "do", ""):
        case "team", "add":
            return op.TeamAdd(name=options.name, zone=options.zone)
        case "team", "retire":
            return op.TeamRetire(team=options.team)
        case "team", _:
            return op.TeamList()
        case "person", "add":
            return op.PersonAdd(
                name=options.name,
                email=options.email,
                role=options.role,
                teams=options.team,
                password=_secret(),
            )
        case "person", "update":
            return op.PersonUpdate(person=options.person, name=options.name, role=options.role, teams=options.team)
        case "person", "role":
            return op.PersonUpdate(person=options.person, role=options.role)
        case "person", "deactivate" | "close":
            return op.PersonDeactivate(person=options.person)
        case "person", "password":
            return op.PersonPassword(person=options.person, password=_secret())
        case "person", "reset-factors":
            return PersonResetFactors(person=options.person)
        case "person", "reset":
            return PersonReset(person=options.person)
        case "person", _:
            return op.PersonList()
        case _:
            return _other_request(options)


def _other_request(options: argparse.Namespace) -> op.AnyRequest:
    match options.what, getattr(options, "do", ""):
        case "site", "add":
            return op.SiteAdd(
                name=options.name,
                team=options.team,
                origins=options.origin,
                greeting=options.greeting,
                color=options.color,
            )
        case "site", "close":
            return op.SiteClose(site=options.site)
        case "site", _:
            return op.SiteList()
        case "device", "revoke":
            return op.DeviceRevoke(person=options.person, device=options.device)
        case "device", "list":
            return op.DeviceList()
        case (("subject" | "hold" | "retention"), _):
            return privacy_request(options)
        case (("device" | "policy" | "keys"), _):
            return device_request(options)
        case (("second-factor" | "origin" | "oidc"), _):
            return sign_in_request(options, partial(_secret, "Client secret"))
        case "scim", _:
            return scim_request(options)
        case "mailbox", _:
            return mailbox_request(options, partial(_secret, "Secret"))
        case "region", _:
            return region_request(options, partial(_secret, "Token"))
        case "assist", _:
            return assist_request(options, partial(_secret, "Key"))
        case "model", _:
            return model_request(options)
        case "translation", _:
            return translation_request(options, partial(_secret, "Key"))
        case "backup", _:
            return op.Backup(file=str(Path(options.file).absolute()))
        case "audit", "export":
            return op.AuditExport(file=str(Path(options.file).absolute()))
        case _:
            return op.AuditHead()


def _secret(what: str = "Password") -> str:
    """The first line of the standard input, for in the arguments others could see it; at a terminal it is asked for and
    not shown.
    """
    try:
        if sys.stdin.isatty():
            return getpass.getpass(f"{what}: ")
        return sys.stdin.readline().rstrip("\r\n")
    except EOFError:
        return ""
    except UnicodeDecodeError:
        raise op.Cannot("What stands on the input is no UTF-8 text. Write it in UTF-8.") from None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=PROG, description=__doc__)
    parser.add_argument("--data", metavar="DIR", required=True, help="the server's data folder")
    what = parser.add_subparsers(dest="what", required=True, metavar="WHAT")
    _team_parser(what.add_parser("team", help="add, list, retire").add_subparsers(dest="do", required=True))
    _person_parser(
        what.add_parser("person", help="add, update, role, list, close, password, reset, reset-factors").add_subparsers(
            dest="do", required=True
        )
    )
    _site_parser(what.add_parser("site", help="add, list, close").add_subparsers(dest="do", required=True))
    device = what.add_parser("device", help="list, known, invite, revoke, shut-out, wipe").add_subparsers(
        dest="do", required=True
    )
    device.add_parser("list", help="who is signed in where")
    revoke = device.add_parser("revoke", help="end sessions")
    revoke.add_argument("person", metavar="EMAIL|ID")
    revoke.add_argument("--device", metavar="ID", default="", help="only this one")
    add_sign_in_parsers(what)
    add_device_parsers(what, device)
    add_privacy_parsers(what)
    add_scim_parsers(what)
    add_region_parsers(what)
    add_mailbox_parsers(what)
    add_assist_parsers(what)
    add_model_parsers(what)
    add_translation_parsers(what)
    backup = what.add_parser("backup", help="write everything into one file")
    backup.add_argument("file", metavar="FILE")
    audit = what.add_parser("audit", help="export, head").add_subparsers(dest="do", required=True)
    audit.add_parser("export", help="write the log as one file for verify-audit").add_argument("file", metavar="FILE")
    audit.add_parser("head", help="print the log's head, signed now")
    return parser


def _team_parser(team: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    add = team.add_parser("add", help="make a team; prints its id")
    add.add_argument("name", metavar="NAME")
    add.add_argument("--zone", metavar="ZONE", default="UTC", help="IANA time zone")
    team.add_parser("list", help="all teams that take cases")
    team.add_parser("retire", help="no new cases for a team").add_argument("team", metavar="T")


def _person_parser(person: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    add = person.add_parser("add", help="make an account; prints its id")
    add.add_argument("--name", required=True)
    add.add_argument("--email", required=True)
    add.add_argument("--role", required=True, help=ROLE_WORDS)
    add.add_argument("--team", action="append", default=[], metavar="T", help="a team's name or id; may be repeated")
    add.add_argument("--password-stdin", action="store_true", required=True, help="the first line of the input")
    update = person.add_parser("update", help="change name, role or teams")
    update.add_argument("person", metavar="EMAIL|ID")
    update.add_argument("--name", default="")
    update.add_argument("--role", default="", help=ROLE_WORDS)
    update.add_argument("--team", action="append", metavar="T", help="all teams from now on; may be repeated")
    person.add_parser("list", help="all people")
    role = person.add_parser("role", help="change somebody's role")
    role.add_argument("person", metavar="EMAIL|ID")
    role.add_argument("role", metavar="ROLE", help="such as agent, supervisor or admin")
    close = person.add_parser("close", aliases=["deactivate"], help="close an account; ends all sessions")
    close.add_argument("person", metavar="EMAIL|ID")
    reset = person.add_parser("reset-factors", help="remove second factors that were lost, and the tie to the provider")
    reset.add_argument("person", metavar="EMAIL|ID")
    helped = person.add_parser("reset", help="the same for a colleague at a desk; prints a code that they need once")
    helped.add_argument("person", metavar="EMAIL|ID")
    password = person.add_parser("password", help="set a password; ends all sessions")
    password.add_argument("person", metavar="EMAIL|ID")
    password.add_argument("--password-stdin", action="store_true", required=True, help="the first line of the input")


def _site_parser(site: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    add = site.add_parser("add", help="let a web site show the chat; prints its public key")
    add.add_argument("--name", required=True)
    add.add_argument("--team", required=True, metavar="T", help="a team's name or id")
    add.add_argument("--origin", action="append", required=True, metavar="O", help="like https://shop.example")
    add.add_argument("--greeting", default="")
    add.add_argument("--color", default="#2F5FDE")
    site.add_parser("list", help="all sites")
    site.add_parser("close", help="take no more visitors from a site").add_argument("site", metavar="KEY|ID|NAME")
