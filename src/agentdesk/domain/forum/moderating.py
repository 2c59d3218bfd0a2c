"""Moderation: with a reason, which the log keeps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Literal

import msgspec

from ..cases.walking import every
from ..governed.files import FILES_WITH
from ..governed.records import LIBRARY
from ..kernel import Actor, Change, Command, Name, Put, Refusal, Remove, ShortText, View, clean, command
from .finding import MOST_TOLD, notice, official_beside, post_of, topic_of
from .records import EDITS, FLAGS_OF, HiddenPost, Post, PostEdit, PostId, Topic

MODERATION = "oversight"
"""Where the words of hidden posts lie: held by those who moderate."""
Act = Literal["hide", "show", "lock", "unlock", "move", "incident", "calm", "vouch", "doubt"]


@command("forum.moderate", "governed.publish")
class Moderate(Command, frozen=True):
    """Hide, show or vouch for a post; lock, move or raise its topic. With a reason, which the log keeps."""

    post: PostId
    act: Act
    reason: ShortText
    space: Name = ""

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        post = post_of(view, self.post)
        topic = topic_of(view, post.topic)
        if not (reason := clean(self.reason)):
            raise Refusal("Say why, so that its writer understands it.", "reason")
        if self.act in ("hide", "show"):
            yield from (_hidden if self.act == "hide" else _shown)(view, topic, post, reason, who, now)
        elif self.act == "move":
            if not (space := clean(self.space)):
                raise Refusal("Say to which space it is to go.", "space")
            yield Put(msgspec.structs.replace(topic, rev=0, space=space))
        elif self.act in ("incident", "calm"):
            yield Put(msgspec.structs.replace(topic, rev=0, incident=self.act == "incident"))
        elif self.act in ("vouch", "doubt"):
            vouches = self.act == "vouch"
            yield Put(msgspec.structs.replace(post, rev=0, official=who.id if vouches else ""))
            yield Put(msgspec.structs.replace(topic, rev=0, official=vouches or official_beside(view, post)))
        elif topic.state != "hidden":
            yield Put(msgspec.structs.replace(topic, rev=0, state="locked" if self.act == "lock" else "open"))
        for flag in view.page(FLAGS_OF(post=post.id), limit=MOST_TOLD):
            yield Put(msgspec.structs.replace(flag, rev=0, state="done"))


def _hidden(view: View, topic: Topic, post: Post, reason: str, who: Actor, now: int) -> Iterator[Change]:
    """Its words leave every desk but those of the moderators; with the question goes the topic."""
    if post.state == "hidden":
        return
    asks = post.id == topic.first
    title, locked = (topic.title, topic.state == "locked") if asks else ("", False)
    yield Put(HiddenPost(post.id, MODERATION, 0, topic.id, who.id, now, post.text, title, locked=locked))
    yield Put(msgspec.structs.replace(post, rev=0, state="hidden", text="", reason=reason, official=""))
    for edit in every(view, EDITS(post=post.id)):
        yield Remove(PostEdit, edit.id)
    yield from _files_to(view, post, MODERATION)
    left: dict[str, Any] = {"official": official_beside(view, post)} if post.official else {}
    if asks:
        left |= {"state": "hidden", "title": ""}
    elif topic.accepted == post.id:
        left["accepted"] = ""
    if left:
        yield Put(msgspec.structs.replace(topic, rev=0, **left))
    if post.by != who.id:
        yield notice(topic, post.id, post.by, "hidden", now)


def _shown(view: View, topic: Topic, post: Post, reason: str, who: Actor, now: int) -> Iterator[Change]:
    kept = view.get(HiddenPost, post.id)
    if post.state == "shown" or kept is None:
        return
    yield Put(msgspec.structs.replace(post, rev=0, state="shown", text=kept.text, reason=reason))
    yield Remove(HiddenPost, post.id)
    yield from _files_to(view, post, LIBRARY)
    if post.id == topic.first:
        yield Put(msgspec.structs.replace(topic, rev=0, state="locked" if kept.locked else "open", title=kept.title))


def _files_to(view: View, post: Post, scope: str) -> Iterator[Put]:
    """The files of a post lie where its words lie."""
    for file in every(view, FILES_WITH(post=post.id)):
        yield Put(msgspec.structs.replace(file, rev=0, scope=scope))
