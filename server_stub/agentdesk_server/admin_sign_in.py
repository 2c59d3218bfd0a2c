"""`agentdesk admin` for sign-in: who must have a second factor, the server's address, the provider."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from .gate.operating import (
    AnySettingRequest,
    OidcRemove,
    OidcSet,
    OidcShow,
    OriginSet,
    OriginShow,
    SecondFactorRequire,
    SecondFactorShow,
)


def add_sign_in_parsers(what: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The words on the command line."""
    second = what.add_parser("second-factor", help="require, show").add_subparsers(dest="do", required=True)
    require = second.add_parser("require", help="which roles must have a second factor; without any, nobody must")
    require.add_argument("role", metavar="ROLE", nargs="*")
    second.add_parser("show", help="which roles must have one")
    origin = what.add_parser("origin", help="set, show").add_subparsers(dest="do", required=True)
    where = origin.add_parser("set", help="under which address people reach this server; passkeys belong to it")
    where.add_argument("origin", metavar="URL", help="like https://desk.example.com")
    origin.add_parser("show", help="the address that was set")
    _provider(what.add_parser("oidc", help="set, show, remove").add_subparsers(dest="do", required=True))


def _provider(oidc: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    wanted = oidc.add_parser("set", help="let people sign in with the company's provider (OpenID Connect)")
    wanted.add_argument("--issuer", metavar="URL", required=True, help="like https://login.example.com")
    wanted.add_argument("--client-id", metavar="ID", required=True, help="as which the provider knows this server")
    wanted.add_argument("--client-secret-stdin", action="store_true", help="the secret is the first line of the input")
    wanted.add_argument("--name", default="", help="what people call the provider")
    wanted.add_argument(
        "--create-role", metavar="ROLE", default="", help="make an account with this role for whoever has none here"
    )
    oidc.add_parser("show", help="what is set, without the secret")
    oidc.add_parser("remove", help="no provider any more")


def sign_in_request(options: argparse.Namespace, secret: Callable[[], str]) -> AnySettingRequest:
    """What is asked for; `secret` reads one from the input, never from the arguments."""
    match options.what, options.do:
        case "second-factor", "require":
            return SecondFactorRequire(roles=options.role)
        case "second-factor", _:
            return SecondFactorShow()
        case "origin", "set":
            return OriginSet(origin=options.origin)
        case "origin", _:
            return OriginShow()
        case "oidc", "set":
            return OidcSet(
                issuer=options.issuer,
                client_id=options.client_id,
                secret=secret() if options.client_secret_stdin else "",
                name=options.name,
                role=options.create_role,
            )
        case "oidc", "remove":
            return OidcRemove()
        case _:
            return OidcShow()
