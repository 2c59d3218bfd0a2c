"""A post as its card shows it: its words, how it stands, and what this person can do with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from html import escape

from agentdesk.desk.attaching import size_word
from agentdesk.desk.desk import Desk
from agentdesk.desk.hidden import words
from agentdesk.desk.names import case_number, person_name
from agentdesk.desk.pages.forum.cards import Shown
from agentdesk.desk.pages.forum.words import history, team_of
from agentdesk.desk.texts import tr
from agentdesk.desk.times import ago
from agentdesk.domain.cases import Case
from agentdesk.domain.forum import FLAGS_OF, VOTES, Post, Topic, Vote, own_id
from agentdesk.domain.governed import LibraryFile
from agentdesk.text.markdown import html_of


def shown(
    desk: Desk, topic: Topic, post: Post, opened: bool, files: Sequence[LibraryFile], place: Callable[[str], str]
) -> Shown:
    """A post with its files and what can be done with it; `opened` shows what it said before, `place` is the address
    of a picture. Links of ours begin with `act:`; no writer can make one.
    """
    view, me, now = desk.view, desk.me, desk.now()
    hidden = f"<p><i>{escape(tr('Hidden by a moderator: {reason}', reason=words(post.reason)))}</i></p>"
    html = hidden if post.state == "hidden" else html_of(words(post.text))
    if opened and post.edited_at:
        html = f"{html}<hr>{history(desk, post)}"
    html += "".join(_file(one, place(one.id)) for one in files)
    return Shown(
        post.id, person_name(view, post.by), team_of(view, post.by), ago(now - post.at), html,
        view.count(VOTES(post=post.id)), view.get(Vote, own_id(post.id, me.id)) is not None, post.by == me.id,
        topic.accepted == post.id, tuple(_signs(desk, topic, post)), tuple(_acts(desk, topic, post, opened)),
    )  # fmt: skip


def _file(file: LibraryFile, picture: str) -> str:
    name, size = escape(words(file.name)), escape(size_word(file.size))
    image = f'<p><img src="{escape(picture)}" alt="{name}"></p>' if picture else ""
    return f'{image}<p><a href="act:file:{escape(file.id)}">{name}</a> {size}</p>'


def _signs(desk: Desk, topic: Topic, post: Post) -> Iterator[tuple[str, str]]:
    view, me = desk.view, desk.me
    if topic.accepted == post.id:
        yield tr("solved it"), "good"
    if post.official:
        yield tr("official answer"), "violet"
    reports = view.count(FLAGS_OF(post=post.id)) if me.may("governed.publish") else 0
    if reports:
        yield tr("reported {n} times", n=reports), "bad"
    case = view.get(Case, topic.case) if topic.case and post.id == topic.first else None
    if case is not None:
        yield tr("{number}, masked", number=case_number(case.number)), "plain"


def _acts(desk: Desk, topic: Topic, post: Post, opened: bool) -> Iterator[tuple[str, str]]:
    me = desk.me
    if post.edited_at:
        yield "history", tr("Hide what it said before") if opened else tr("Changed: what it said")
    if post.by == me.id and post.state == "shown":
        yield "edit", tr("Edit")
    if post.id != topic.first and (topic.by == me.id or me.may("governed.publish")):
        yield "accept", tr("Not solved by it") if topic.accepted == post.id else tr("It solved it")
    if post.by != me.id:
        yield "flag", tr("Report it")
    if topic.case and post.id == topic.first and desk.view.get(Case, topic.case) is not None:
        yield "case", tr("Open the case")
    if me.may("governed.publish"):
        yield "moderate", tr("Moderate…")
