"""The pages of sign-in that open in the system's browser: why something did not work, and the one for passkeys."""

from __future__ import annotations

import json
from functools import cache
from html import escape

from starlette.requests import Request
from starlette.responses import Response

from agentdesk_server.doors import Answer, Door
from agentdesk_server.resources import resource

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
PASSKEY_WORDS = {
    "use": "Use your passkey",
    "add": "Add a passkey",
    "use-help": "AgentDesk asks for your passkey or security key.",
    "add-help": "Your device or your security key makes a passkey for AgentDesk.",
    "busy": "Waiting for your passkey…",
    "done": "Done. You can close this window and go back to AgentDesk.",
    "cancelled": "Nothing was done. Try again, or go back to AgentDesk.",
    "known": "This passkey is set up already.",
    "gone": "This page is not good any more. Begin again in AgentDesk.",
    "none": "This browser cannot use passkeys. Open this page in another one, or use a code in AgentDesk.",
}


def language_of(request: Request) -> str:
    """German for whoever prefers it to English."""
    for part in request.headers.get("accept-language", "").lower().split(","):
        tag = part.partition(";")[0].strip().partition("-")[0]
        if tag in ("de", "en"):
            return tag
    return "en"


@cache
def _german() -> dict[str, str]:
    words: dict[str, str] = json.loads(resource("sign_in/de.json").read_text(encoding="utf-8"))
    return words


def said(language: str, sentence: str) -> str:
    """A sentence in this language; as it is where nobody has translated it."""
    return _german().get(sentence, sentence) if language == "de" else sentence


def page(request: Request, title: str, sentence: str, status: int = 200) -> Response:
    """A page that says one thing."""
    return _filled(request, title, f'<p role="alert">{escape(said(language_of(request), sentence))}</p>', status)


def _filled(request: Request, title: str, body: str, status: int, script: str = "") -> Response:
    language = language_of(request)
    text = resource("sign_in/page.html").read_text(encoding="utf-8")
    for place, value in (
        ("LANGUAGE", language),
        ("TITLE", escape(said(language, title))),
        ("SCRIPT", script),
        ("BODY", body),
    ):
        text = text.replace(f"<!--{place}-->", value)
    headers = {"Content-Security-Policy": POLICY, "Cache-Control": "no-store"}
    return Response(text, status, headers, "text/html")


async def passkey(request: Request) -> Response:
    """What to do comes in the part of the address that is not sent; the script asks for it."""
    language = language_of(request)
    words = escape(json.dumps({name: said(language, text) for name, text in PASSKEY_WORDS.items()}))
    body = (
        f'<p id="help"></p><button id="go" type="button" disabled></button>'
        f'<p id="state" role="status" aria-live="polite" data-words="{words}"></p>'
    )
    return _filled(request, "Passkey", body, 200, '<script src="/sign-in/passkey.js" defer></script>')


async def style(request: Request) -> Response:
    """What the pages look like."""
    return Response(resource("sign_in/page.css").read_bytes(), 200, None, "text/css")


async def script(request: Request) -> Response:
    """What the page for passkeys does."""
    return Response(resource("sign_in/passkey.js").read_bytes(), 200, None, "text/javascript")


_STYLE, _SCRIPT = (Answer("The file", media=media) for media in ("text/css", "text/javascript"))
DOORS = (
    Door("GET", "/sign-in/passkey", "anyone", passkey, "The page for passkeys", {200: Answer("It", media="text/html")}),
    Door("GET", "/sign-in/page.css", "anyone", style, "Its style", {200: _STYLE}),
    Door("GET", "/sign-in/passkey.js", "anyone", script, "Its script", {200: _SCRIPT}),
)
