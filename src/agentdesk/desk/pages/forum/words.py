"""What topics are called and how they stand, what an answer was worth, and what a post said before."""

from __future__ import annotations

from collections import deque
from html import escape

from agentdesk.desk.desk import Desk
from agentdesk.desk.differing import differing
from agentdesk.desk.hidden import words
from agentdesk.desk.names import person_name
from agentdesk.desk.texts import tr
from agentdesk.desk.times import day_and_clock
from agentdesk.domain.cases.walking import every
from agentdesk.domain.forum import EDITS, HiddenPost, Post, Topic
from agentdesk.domain.governed import USES_OF
from agentdesk.domain.governed.using import CAME_BACK
from agentdesk.domain.kernel import View
from agentdesk.domain.people import Person, Team

MOST_EDITS = 50


def state_of(topic: Topic) -> tuple[str, str]:
    """(word, tone): what one has to know of a topic first; a plain one says nothing."""
    if topic.incident:
        return tr("incident"), "bad"
    if topic.state != "open":
        return tr("closed"), "plain"
    return (tr("official"), "violet") if topic.official else (tr("solved"), "good") if topic.accepted else ("", "")


def title_of(topic: Topic, view: View) -> str:
    """What is asked; of a hidden topic only those who moderate have it."""
    kept = view.get(HiddenPost, topic.first) if topic.state == "hidden" else None
    return words(kept.title if kept is not None else topic.title)


def team_of(view: View, person: str) -> str:
    """The team of a colleague by its name; nothing if there is none."""
    found = view.get(Person, person)
    team = view.get(Team, found.teams[0]) if found is not None and found.teams else None
    return team.name if team is not None else ""


def usage(topic: Topic, view: View) -> str:
    """What came of its answer in conversations with customers; nothing as long as nobody has used it."""
    told = {"kind": "topic", "record": topic.id}
    suggested = view.count(USES_OF(**told, how="suggested"))
    sent = sum(view.count(USES_OF(**told, how=how)) for how in ("text", "link"))
    back = view.count(CAME_BACK(**told))
    if not suggested and not sent:
        return ""
    suggested, stayed = max(suggested, sent), max(0, sent - back)
    parts = {
        "suggested": tr("suggested in 1 case") if suggested == 1 else tr("suggested in {n} cases", n=suggested),
        "sent": tr("sent once") if sent == 1 else tr("sent {n} times", n=sent),
        "stayed": tr("1 customer did not come back") if stayed == 1
        else tr("{n} customers did not come back", n=stayed),
    }  # fmt: skip
    return tr("This answer was {suggested} and {sent}. {stayed}, {back} did.", back=back, **parts)


def history(desk: Desk, post: Post) -> str:
    """Safe HTML: who changed a post when, and what was different, the newest change first, of very many the latest."""
    view, now = desk.view, desk.now()
    edits = list(deque(every(view, EDITS(post=post.id)), MOST_EDITS))
    after = [*(one.text for one in edits[1:]), post.text]
    parts = [
        f"<p><b>{escape(person_name(view, one.by))}</b> · {escape(day_and_clock(one.at, now))}</p>"
        f"{differing(words(one.text), words(new))}"
        for one, new in zip(edits, after, strict=True)
    ]
    return "<hr>".join(parts[::-1])
