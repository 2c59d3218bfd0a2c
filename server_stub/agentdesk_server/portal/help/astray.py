"""What a reader is told where something went wrong: a page that leads on, never the words of programs."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from agentdesk_server.problems import Problem

from . import words
from .doors import gone
from .paper import bare
from .visit import HOME, Visit, language_of, visit_of


async def told(request: Request, problem: Problem) -> Response:
    """The page for whatever a door raised, or where there is no door; the way there if one sign is too many."""
    path = request.url.path
    if problem.status == 404 and path.endswith("/") and request.method in ("GET", "HEAD"):
        query = request.url.query
        return RedirectResponse(path.rstrip("/") + (f"?{query}" if query else ""), 308)
    visit = await _visit(request) if problem.status in (404, 405, 416) else None
    page = gone(request, visit, problem.status) if visit is not None else _bare(request, problem.status)
    page.headers.update(problem.headers)
    return page


async def _visit(request: Request) -> Visit | None:
    try:
        return await visit_of(request, anywhere=True)
    except Problem:  # nobody is served here
        return None


def _bare(request: Request, status: int) -> Response:
    language = words.spoken(language_of(request))

    def said(sentence: str) -> str:
        return words.said(language, sentence)

    if status == 413:
        sentence = said("This is too long. Please go back and make it shorter.")
    elif status >= 500:
        sentence = said("Something went wrong here. Please try again in a while.")
    else:
        return bare(language, said("There is no help centre at this address."), status)
    return bare(language, sentence, status, (f"{HOME}?lang={language}", said("Back to the help centre")))
