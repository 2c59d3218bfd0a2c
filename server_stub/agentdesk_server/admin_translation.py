"""`agentdesk admin translation`: the service that texts are translated by. Its key comes through the input."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from .translation.settings import (
    USUAL_A_DAY,
    AnyTranslationRequest,
    TranslationOff,
    TranslationSet,
    TranslationShow,
)


def add_translation_parsers(what: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The words on the command line."""
    about = what.add_parser("translation", help="set, off, show").add_subparsers(dest="do", required=True)
    told = "have texts translated by a service that speaks as LibreTranslate does; personal data is left out"
    one = about.add_parser("set", help=told)
    one.add_argument("url", metavar="URL", help="such as https://translate.example.com; one in the own network must be"
                     " allowed to the server by --egress-allow as well")  # fmt: skip
    one.add_argument("--languages", metavar="L,L", required=True, help="into which, as the service names them: en,de")
    one.add_argument("--a-day", metavar="N", type=int, default=USUAL_A_DAY, help="so many characters at most")
    one.add_argument("--key-stdin", action="store_true", help="first line of the input: the key that it asks for")
    about.add_parser("off", help="translate nothing any more")
    about.add_parser("show", help="what holds now")


def translation_request(options: argparse.Namespace, secret: Callable[[], str]) -> AnyTranslationRequest:
    """What was asked for."""
    match options.do:
        case "set":
            languages = [one.strip() for one in options.languages.split(",") if one.strip()]
            key = secret() if options.key_stdin else ""
            return TranslationSet(url=options.url, languages=languages, key=key, a_day=options.a_day)
        case "off":
            return TranslationOff()
        case _:
            return TranslationShow()
