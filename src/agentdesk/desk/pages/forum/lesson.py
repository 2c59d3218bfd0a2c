"""What a topic taught, as the draft of an article."""

from __future__ import annotations

from agentdesk.desk.desk import Desk
from agentdesk.desk.hidden import words
from agentdesk.desk.names import person_name
from agentdesk.desk.texts import tr
from agentdesk.domain.forum import Post, Topic


def begin_article(desk: Desk, id: str) -> None:
    """The question and what solved it, with those who wrote them, as the draft of an article."""
    view, topic = desk.view, desk.view.get(Topic, id)
    parts = [view.get(Post, id) for id in ((topic.first, topic.accepted) if topic is not None else ())]
    if topic is None or None in parts:
        return
    said = [words(part.text) for part in parts if part is not None]
    names = dict.fromkeys(person_name(view, part.by) for part in parts if part is not None)
    text = "\n\n".join((f"# {words(topic.title)}", *said, tr("From the forum, by {names}", names=", ".join(names))))
    begun = desk.drafts.get("article:new", "article")
    if begun is not None:  # what is being written there is not thrown away
        text = begun.text if text in begun.text else f"{begun.text.rstrip()}\n\n{text}"
    desk.drafts.typed("article:new", "article", text, 0)
    desk.open("draft", topic.id)
