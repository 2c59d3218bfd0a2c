"""The way to a person: a form that opens a case with what was read before, and the conversation that comes of it."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from agentdesk.domain.cases import MESSAGES, Attachment, Message
from agentdesk.domain.cases.fields import Field
from agentdesk.domain.kernel import Refusal, clean
from agentdesk.domain.knowledge import article_path
from agentdesk.store.ids import new_id
from agentdesk.text.rich import html_of_lines, lines_of
from agentdesk_server.authority.credentials import Credentials, VisitorRow, hash_of, new_token
from agentdesk_server.blobs import handed, said_to
from agentdesk_server.channels.webchat.asking import NotTaken, Unanswered, refuse_lacking
from agentdesk_server.channels.webchat.frames import MAX_TEXT, Say
from agentdesk_server.channels.webchat.history import conversation_of, files_of, shown
from agentdesk_server.doors import Answer, Door, server_of
from agentdesk_server.readers import as_sought, carry_over

from .asked import answers, controls
from .doors import ID, WORDS, busy, form, gone, waits
from .paper import CONTACT, KEPT_FOR, TALK_PATH, answer, away, hidden, is_secure
from .shelf import Shown
from .visit import TALK, Visit, visit_of

NEWEST = 100


async def ask(request: Request) -> Response:
    """The form."""
    visit = await visit_of(request)
    sought = as_sought(request.query_params.get("q", ""))
    return _form(request, visit, {"q": sought})


def _form(request: Request, visit: Visit, filled: dict[str, str], wrong: str = "", status: int = 200,
          missing: Sequence[str] = ()) -> Response:  # fmt: skip
    """With `missing` answers it is these that are wrong, not the message."""
    word, title = visit.word, visit.said("Write to us")
    marked = ' aria-invalid="true" aria-describedby="wrong"' if wrong and not missing else ""
    fields = controls(visit, asked_of(request, visit), filled, missing)

    def written(field: str) -> str:
        return escape(filled.get(field, ""))

    sought, optional = filled.get("q", ""), word("optional")
    who = f"""<label for="name">{word("Your name")} <small>{optional}</small></label>
<input id="name" name="name" maxlength="120" autocomplete="name" dir="auto" value="{written("name")}">
<label for="email">{word("Your e-mail address")} <small>{optional}</small></label>
<input id="email" name="email" type="email" maxlength="254" autocomplete="email" value="{written("email")}">
"""
    if visit.visitor is not None:
        who = f"<p>{word('What you write here goes on in your conversation.')}</p>"
    body = f"""<h1>{escape(title)}</h1>
{_problem(wrong)}<form class="letter" action="{visit.link(CONTACT)}" method="post">
{hidden(visit, q=sought)}{fields}<label for="text">{word("Your message")}</label>
<textarea id="text" name="text" rows="7" maxlength="{MAX_TEXT}" required dir="auto"{marked}>{written("text")}</textarea>
{who}{_carried(visit, sought)}<button>{word("Send")}</button>
</form>"""
    return answer(request, visit, title, body, status=status, find=sought, reach=False)


def asked_of(request: Request, visit: Visit) -> list[Field]:
    """What is asked of somebody here before the first word; nothing once there is a conversation."""
    server, customer = server_of(request), visit.visitor.customer if visit.visitor is not None else ""
    language = visit.visitor.language if visit.visitor is not None else visit.place.language
    if visit.visitor is not None and conversation_of(server.reader.records, visit.visitor.id) is not None:
        return []
    return server.webchat.asked(visit.site, language, customer)


def _problem(wrong: str) -> str:
    return f'<p role="alert" id="wrong" class="note">{escape(wrong)}</p>' if wrong else ""


def _carried(visit: Visit, sought: str) -> str:
    """What goes along, in full sight, and only as long as the mark stands."""
    word, read = visit.word, _read(visit)
    lines = [f"<li>{word('You searched for “{words}”', words=sought)}</li>"] if sought else []
    lines += [
        f'<li><a href="{visit.link(article_path(one.id))}" lang="{escape(one.document.language)}" dir="auto">'
        f"{escape(one.document.title)}</a></li>"
        for one in read
    ]
    if not lines:
        return ""
    label = word("Tell us what I have read, so that nobody says it again")
    return (
        f'<div class="carried"><label class="tick"><input type="checkbox" name="carry" value="yes" checked> {label}'
        f"</label><ul>{''.join(lines)}</ul></div>"
    )


def _read(visit: Visit) -> list[Shown]:
    found = (visit.shelf.get(one, visit.place) for one in visit.trail.read)
    return [one for one in found if one is not None]


async def write(request: Request) -> Response:
    """A message comes in, and becomes a case of the site's team; or goes on in the conversation that there is."""
    visit, fields = await visit_of(request), await form(request)
    if fields is None:
        return gone(request, visit)
    if waits(request, WORDS):
        return busy(request, visit)
    text = clean(fields.get("text", ""))[:MAX_TEXT]
    if not text:
        return _form(request, visit, fields, visit.said("Please write what you need."), 422)
    server, fresh, asked = server_of(request), new_token(), asked_of(request, visit)
    said = answers(asked, fields)
    try:
        refuse_lacking(asked, said)
    except Unanswered as error:
        return _wanting(request, visit, fields, error)
    visitor = visit.visitor or _visitor(visit, fields, fresh, server.clock())
    if visit.visitor is None:
        await server.writer.call(lambda _: Credentials(server.core.database.conn).put_visitor(visitor))
    else:
        await server.webchat.rename(visitor, fields.get("name", "")[:120], fields.get("email", "")[:254])
    try:
        case = await _said(request, visitor, visit, text, said)
    except Unanswered as error:  # what is asked was changed just now
        return _wanting(request, visit, fields, error)
    except NotTaken as error:
        return _form(request, visit, fields, str(error), 422)
    if fields.get("carry") == "yes":
        read = tuple(one.id for one in _read(visit))
        await carry_over(server.core, case, read, as_sought(fields.get("q", "")))
    response = away(request, visit.url(TALK_PATH) + ("#end" if visit.visitor else ""))
    token = request.cookies[TALK] if visit.visitor else fresh
    response.set_cookie(
        TALK, token, KEPT_FOR, path="/help", httponly=True, samesite="strict", secure=is_secure(request)
    )
    return response


def _wanting(request: Request, visit: Visit, filled: dict[str, str], lacks: Unanswered) -> Response:
    """The form again, with what wants an answer."""
    return _form(request, visit, filled, _why(visit, lacks.why), 422, [one.id for one in lacks.missing])


def _why(visit: Visit, why: Refusal) -> str:
    """What an answer must be, in the language of the page; or which are missing."""
    match why.code:
        case "number":
            return visit.said("{field} is a number.", **why.data)
        case "date":
            return visit.said("{field} is a day. Write it like 2027-03-31.", **why.data)
        case "option":
            return visit.said("{field} is one of: {options}.", **why.data)
        case "yesno":
            return visit.said("{field} is yes or no.", **why.data)
        case _:
            return visit.said("Please fill in: {fields}", **why.data)


def _visitor(visit: Visit, fields: dict[str, str], token: str, now: int) -> VisitorRow:
    name, email = " ".join(clean(fields.get("name", "")).split())[:120], clean(fields.get("email", "")).lower()[:254]
    if "@" not in email or " " in email:
        email = ""
    return VisitorRow(
        new_id(now), hash_of(token), visit.site.id, new_id(now), name, email, visit.place.language, CONTACT, now
    )


async def _said(
    request: Request, visitor: VisitorRow, visit: Visit, text: str, said: dict[str, str] | None = None
) -> str:
    """Store a message, the first one with what was `said` in the form; the case that it is in. Raises `NotTaken`, where
    an answer is missing as `Unanswered`.
    """
    server = server_of(request)
    frame = Say(id=new_id(server.clock()), text=text, fields=said or {})
    stored = await server.webchat.write(visitor, visit.site, frame, forms=True)
    return stored.case


async def talk(request: Request) -> Response:
    """What was said so far, and room to say more."""
    visit = await visit_of(request)
    return _talk(request, visit, visit.visitor) if visit.visitor is not None else _silence(request, visit)


async def more(request: Request) -> Response:
    """One more message in a conversation."""
    visit, fields = await visit_of(request), await form(request)
    visitor = visit.visitor
    if fields is None or visitor is None:
        return _silence(request, visit, 404)
    if waits(request, WORDS):
        return busy(request, visit)
    text = clean(fields.get("text", ""))[:MAX_TEXT]
    if not text:
        return _talk(request, visit, visitor, visit.said("Please write what you need."), 422)
    try:
        await _said(request, visitor, visit, text)
    except Unanswered as error:  # the conversation is no longer there: this would be the first word of a new one
        return _wanting(request, visit, fields, error)
    except NotTaken as error:
        return _talk(request, visit, visitor, str(error), 422, text)
    return away(request, visit.url(TALK_PATH) + "#end")


def _silence(request: Request, visit: Visit, status: int = 200) -> Response:
    title = visit.said("Your conversation")
    text = visit.said("In this browser there is no conversation yet.")
    return answer(request, visit, title, f"<h1>{escape(title)}</h1><p>{escape(text)}</p>", status=status)


def _talk(
    request: Request, visit: Visit, visitor: VisitorRow, wrong: str = "", status: int = 200, text: str = ""
) -> Response:
    word, title = visit.word, visit.said("Your conversation")
    messages = _messages(request, visitor)
    files = files_of(server_of(request).reader.records, messages)
    lines = "".join(_line(visit, one, files.get(one.id, [])) for one in messages)
    body = f"""<h1>{escape(title)}</h1>
<p>{word("Your message has arrived. Answers appear on this page: come back to it in this browser.")}</p>
<ol class="said">{lines}</ol>
<p id="end"><a class="button" href="{visit.link(TALK_PATH)}">{word("Look for new answers")}</a></p>
{_problem(wrong)}<form class="letter" action="{visit.link(TALK_PATH)}" method="post">
<label for="text">{word("Your message")}</label>
<textarea id="text" name="text" rows="4" maxlength="{MAX_TEXT}" required dir="auto">{escape(text)}</textarea>
<button>{word("Send")}</button>
</form>"""
    return answer(request, visit, title, body, status=status, reach=False)


def _messages(request: Request, visitor: VisitorRow) -> list[Message]:
    records = server_of(request).reader.records
    conversation = conversation_of(records, visitor.id)
    if conversation is None:
        return []
    found = records.page(MESSAGES(case=conversation.case), limit=NEWEST)
    return [one for one in reversed(found) if shown(one, conversation.id)]


def _line(visit: Visit, message: Message, files: list[Attachment]) -> str:
    own = message.kind == "customer"
    who = visit.said("You") if own else message.author_name
    words = "<br>".join(escape(line) for line in message.text.split("\n"))
    text = f'<p dir="auto">{words}</p>' if own else f'<div dir="auto">{html_of_lines(lines_of(message.text))}</div>'
    brought = "".join(
        f'<p><a href="{visit.link(f"{TALK_PATH}/{quote(one.id)}")}" dir="auto">{escape(one.name)}</a> '
        f'<small dir="ltr">{_size(one.size)}</small></p>'
        for one in files
    )
    return f'<li class="{"own" if own else "theirs"}"><b dir="auto">{escape(who)}</b>{text}{brought}</li>'


def _size(size: int) -> str:
    """A file's size in short, as it is written in every language that we speak."""
    return f"{-(-size // 1_000)} KB" if size < 1_000_000 else f"{round(size / 1_000_000)} MB"


async def file(request: Request) -> Response:
    """The bytes of a file of the conversation: to be kept, never to be shown as a page of ours."""
    visit, server = await visit_of(request), server_of(request)
    found = server.reader.records.of(Attachment, request.path_params["id"])
    if found is None or visit.visitor is None or not said_to(server, visit.visitor, found):
        return gone(request, visit)
    name = quote(found.name.encode("utf-8", "replace"), safe="")
    told = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}", "Cache-Control": "no-store"}
    return handed(request, found.digest, **told)


_PAGE = Answer("The page", media="text/html")
_WRONG = Answer("The page again, with what is wrong", media="text/html")
_BYTES = Answer("The bytes", media="application/octet-stream")
_OTHER, _THERE = Answer("What leads on from there", media="text/html"), Answer("To the conversation")
DOORS = (
    Door(
        "GET", CONTACT, "anyone", ask, "The way to a person", {200: _PAGE}, (404,),
        asks={"q": "^.{0,200}$"},
    ),
    Door("POST", CONTACT, "anyone", write, "Write to us", {303: _THERE, 404: _OTHER, 422: _WRONG, 429: _OTHER}, (413,)),
    Door("GET", TALK_PATH, "anyone", talk, "The conversation", {200: _PAGE}, (404,)),
    Door(
        "GET", f"{TALK_PATH}/{{id}}", "anyone", file, "A file of it, for the browser that has the conversation",
        {200: _BYTES, 206: Answer("A range of them", media="application/octet-stream"), 404: _OTHER}, (416,),
        parameters=ID,
    ),
    Door("POST", TALK_PATH, "anyone", more, "Say more", {303: _THERE, 404: _OTHER, 422: _WRONG, 429: _OTHER}, (413,)),
)  # fmt: skip
