"""Asking, answering, and changing what one has written."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

import msgspec
from msgspec import Meta

from ..cases.writing import MENTION
from ..governed.files import FILES_WITH, MOST, LibraryFile, brought
from ..governed.records import LIBRARY
from ..governed.writing import OrNone, refuse_unseen
from ..kernel import (
    Actor,
    Change,
    Command,
    Denied,
    File,
    LongText,
    Name,
    Put,
    Refusal,
    Remove,
    ShortText,
    View,
    clean,
    command,
    ref,
)
from ..kernel.values import ID_PATTERN
from .finding import MOST_TOLD, named, notice, official_beside, open_topic, post_of, said
from .records import FOLLOWERS, NewPost, Post, PostEdit, PostId, Topic, TopicId, Watch, own_id


@command("forum.ask", "governed.write", draft="text", place=("case", "post"))
class Ask(Command, frozen=True):
    """Ask colleagues, from anywhere or from a case."""

    topic: Annotated[str, ref("topic", creates=True)]
    post: NewPost
    space: Name
    title: ShortText
    text: LongText
    tags: Annotated[tuple[Name, ...], Meta(max_length=10)] = ()
    case: OrNone = ""
    files: tuple[File, ...] = ()

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        if view.get(Topic, self.topic) is not None or view.get(Post, self.post) is not None:
            raise Refusal("This draft is there already.", "taken")
        title, text = " ".join(clean(self.title).split()), said(self.text)
        if not title:
            raise Refusal("Say in one line what you ask.", "title")
        if self.case:
            refuse_unseen(view, self.case, who)
        tags = tuple(dict.fromkeys(filter(None, map(clean, self.tags))))
        space = clean(self.space) or "General"
        topic = Topic(self.topic, LIBRARY, 0, space, title, tags, who.id, self.post, now, now, case=self.case)
        yield Put(topic)
        yield Put(Post(self.post, LIBRARY, 0, topic.id, who.id, now, text))
        yield from brought(view, self.files, "post", who, now, topic=topic.id, post=self.post)
        yield Put(Watch(own_id(topic.id, who.id), f"user:{who.id}", 0, who.id, topic.id, "follow", now))
        yield from named(view, topic, self.post, text, who, now)


@command("forum.answer", "governed.write", draft="text", place=("topic", "post"))
class Answer(Command, frozen=True):
    """Answer in a topic."""

    topic: TopicId
    post: NewPost
    text: LongText
    files: tuple[File, ...] = ()

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        topic = open_topic(view, self.topic)
        if view.get(Post, self.post) is not None:
            raise Refusal("This draft is there already.", "taken")
        text = said(self.text)
        yield Put(Post(self.post, LIBRARY, 0, topic.id, who.id, now, text))
        yield from brought(view, self.files, "post", who, now, topic=topic.id, post=self.post)
        yield Put(msgspec.structs.replace(topic, rev=0, active_at=now, posts=topic.posts + 1))
        mentioned = set(MENTION.findall(text))
        yield from named(view, topic, self.post, text, who, now)
        for watch in view.page(FOLLOWERS(topic=topic.id), limit=MOST_TOLD):
            if watch.person not in mentioned | {who.id}:
                yield notice(topic, self.post, watch.person, "answer", now)


@command("forum.edit", "governed.write", draft="text")
class EditPost(Command, frozen=True):
    """Change what one has written, and what goes with it; what it said before stays to be read."""

    post: PostId
    edit: Annotated[str, ref("post_edit", creates=True)]
    text: LongText
    files: tuple[File, ...] = ()
    without: Annotated[tuple[Annotated[str, Meta(pattern=ID_PATTERN)], ...], Meta(max_length=200)] = ()
    """Files of the post that are to go."""

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        post = post_of(view, self.post)
        topic = open_topic(view, post.topic)
        if post.by != who.id:
            raise Denied("Only who wrote it can change this.", kind="post")
        if post.state != "shown":
            raise Refusal("This post was hidden by a moderator.", "hidden")
        text = said(self.text)
        there = {one.id for one in view.page(FILES_WITH(post=post.id), limit=MOST)}
        going = tuple(id for id in dict.fromkeys(self.without) if id in there)
        yield from brought(view, self.files, "post", who, now, len(there), topic=topic.id, post=post.id)
        yield from (Remove(LibraryFile, id) for id in going)
        if text == post.text and not self.files and not going:
            return
        yield Put(PostEdit(self.edit, LIBRARY, 0, post.topic, post.id, who.id, now, post.text))
        yield Put(msgspec.structs.replace(post, rev=0, text=text, edited_at=now, official=""))
        if post.official:
            yield Put(msgspec.structs.replace(topic, rev=0, official=official_beside(view, post)))
