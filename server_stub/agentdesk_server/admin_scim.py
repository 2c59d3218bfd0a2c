"""`agentdesk admin scim`: the token of the company's directory, and groups of its that give roles."""

from __future__ import annotations

import argparse

from .provisioning.operating import AnyScimRequest, ScimGroup, ScimRevoke, ScimStatus, ScimToken


def add_scim_parsers(what: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The words on the command line."""
    scim = what.add_parser("scim", help="token, revoke, status, group").add_subparsers(dest="do", required=True)
    scim.add_parser("token", help="make the directory's token and print it, this once; an older one is worth nothing")
    scim.add_parser("revoke", help="no directory any more")
    scim.add_parser("status", help="whether there is a token, and which groups give which roles")
    group = scim.add_parser("group", help="let a group of the directory give a role instead of being a team")
    group.add_argument("name", metavar="NAME", help="as the directory calls it")
    group.add_argument(
        "role", metavar="ROLE", nargs="?", default="", help="such as supervisor or admin; none to end it"
    )


def scim_request(options: argparse.Namespace) -> AnyScimRequest:
    """What is asked for."""
    match options.do:
        case "token":
            return ScimToken()
        case "revoke":
            return ScimRevoke()
        case "group":
            return ScimGroup(name=options.name, role=options.role)
        case _:
            return ScimStatus()
