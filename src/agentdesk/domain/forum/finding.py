"""What every word in the forum stands on: the post and the topic that it is about, and who is told of it."""

from __future__ import annotations

from collections.abc import Iterator

from ..cases.writing import MENTION
from ..kernel import Actor, Put, Refusal, View, clean, need
from ..people import Person
from .records import OFFICIAL, ForumNotice, Post, Topic

MOST_TOLD = 50


def post_of(view: View, id: str) -> Post:
    """A post, hidden or not; refused if there is none."""
    return need(view, Post, id, "This post is no longer there.")


def topic_of(view: View, id: str) -> Topic:
    """A topic, open or not; refused if there is none."""
    return need(view, Topic, id, "This topic is no longer there.")


def open_topic(view: View, id: str) -> Topic:
    """A topic in which one can write; refused if there is none, or if a moderator has closed it."""
    topic = topic_of(view, id)
    if topic.state != "open":
        raise Refusal("This topic was closed by a moderator.", "locked")
    return topic


def said(text: str) -> str:
    """The words of a post as they are kept; refused if there are none."""
    if not (words := clean(text)):
        raise Refusal("There is nothing in this post.", "empty")
    return words


def official_beside(view: View, post: Post) -> bool:
    """Whether somebody vouches for another post of the same topic."""
    return any(one.id != post.id for one in view.page(OFFICIAL(topic=post.topic), limit=2))


def named(view: View, topic: Topic, post: str, text: str, who: Actor, now: int) -> Iterator[Put]:
    """Whoever is named in a text is told."""
    for person in list(dict.fromkeys(MENTION.findall(text)))[:MOST_TOLD]:
        found = view.get(Person, person)
        if found is not None and found.active and person != who.id:
            yield notice(topic, post, person, "mention", now)


def notice(topic: Topic, post: str, person: str, what: str, now: int) -> Put:
    """Somebody is told of a post; the newest word about it counts."""
    return Put(ForumNotice(f"{post}@{person}", f"user:{person}", 0, person, topic.id, post, what, now))
