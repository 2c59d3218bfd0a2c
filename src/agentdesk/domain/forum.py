"""The forum: colleagues ask and answer one another; votes, accepted and official answers, following, moderation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from .cases.writing import MENTION
from .governed.records import LIBRARY
from .governed.writing import refuse_unseen
from .kernel import (
    Actor,
    Change,
    Command,
    Denied,
    LongText,
    Millis,
    Name,
    Put,
    Question,
    Record,
    Refusal,
    Remove,
    ShortText,
    View,
    clean,
    command,
    eq,
    ne,
    need,
    record,
    ref,
)
from .kernel.values import Stamp
from .people import Person

MODERATION = "oversight"
"""Where the words of hidden posts lie: held by those who moderate."""
TopicId = Annotated[str, ref("topic")]
PostId = Annotated[str, ref("post")]
NewPost = Annotated[str, ref("post", creates=True)]
OrNone = Annotated[str, Meta(max_length=120)]
Act = Literal["hide", "show", "lock", "unlock", "move", "incident", "calm", "vouch", "doubt"]
MOST_EDITS, MOST_TOLD = 100, 50


@record("topic", searchable=("title",), time="at", classes={"title": "free", "tags": "free", "space": "free"},
        public=("by", "state", "first", "accepted", "case"), about={"case": "case"})  # fmt: skip
class Topic(Record, frozen=True):
    """A question and its thread. `state`: open, locked, hidden. `accepted` is the answer that solved it."""

    space: Name
    title: ShortText
    tags: tuple[str, ...]
    by: str
    first: str
    at: Millis
    active_at: Millis
    state: str = "open"
    accepted: str = ""
    official: bool = False
    incident: bool = False
    posts: int = 1
    case: str = ""
    stamp: Stamp = ""


@record("post", parent=("topic", "topic"), searchable=("text",), time="at", classes={"text": "free", "reason": "free"},
        public=("topic", "by", "state", "official"))  # fmt: skip
class Post(Record, frozen=True):
    """A word in a topic. `state`: shown, hidden (with the `reason`). `official` is who vouches for it."""

    topic: str
    by: str
    at: Millis
    text: LongText
    edited_at: Millis = 0
    state: str = "shown"
    reason: ShortText = ""
    official: str = ""
    stamp: Stamp = ""


@record("post_edit", parent=("topic", "topic"), classes={"text": "free"}, public=("topic", "post", "by"))
class PostEdit(Record, frozen=True):
    """What a post said before it was changed."""

    topic: str
    post: str
    by: str
    at: Millis
    text: LongText
    stamp: Stamp = ""


@record("hidden_post", classes={"text": "free"}, public=("topic", "by"), about={"topic": "topic"})
class HiddenPost(Record, frozen=True):
    """The words of a post that was hidden; its id is the post's."""

    topic: str
    by: str
    at: Millis
    text: LongText
    stamp: Stamp = ""


@record("vote", parent=("topic", "topic"), public=("topic", "post", "by"))
class Vote(Record, frozen=True):
    """Somebody finds a post useful; its id follows from both, so nobody counts twice."""

    topic: str
    post: str
    by: str


@record("watch", public=("person", "topic", "mode"))
class Watch(Record, frozen=True):
    """How somebody stands to a topic: follow, mute or none; and until when they have read it."""

    person: str
    topic: str
    mode: str
    seen: Millis


@record("post_flag", parent=("topic", "topic"), classes={"reason": "free"}, public=("topic", "post", "by", "state"))
class PostFlag(Record, frozen=True):
    """Somebody thinks that a post should not stay as it is."""

    topic: str
    post: str
    by: str
    at: Millis
    reason: ShortText
    state: str = "open"
    stamp: Stamp = ""


@record("forum_notice", public=("person", "topic", "post", "what"))
class ForumNotice(Record, frozen=True):
    """Somebody was named, or answered, or their answer was accepted."""

    person: str
    topic: str
    post: str
    what: str
    at: Millis
    seen: bool = False


TOPICS = Question("topic.all", Topic, (ne("state", "hidden"),), ("-active_at",))
UNANSWERED = Question("topic.unanswered", Topic, (eq("accepted", ""), ne("state", "hidden")), ("-active_at",))
POSTS = Question("post.of_topic", Post, (eq("topic", ":topic"),), ("at",))
EDITS = Question("post_edit.of_post", PostEdit, (eq("post", ":post"),), ("at",))
VOTES = Question("vote.of_post", Vote, (eq("post", ":post"),), ())
FOLLOWERS = Question("watch.followers", Watch, (eq("topic", ":topic"), eq("mode", "follow")), ())
FLAGS = Question("post_flag.open", PostFlag, (eq("state", "open"),), ("-at",))
FLAGS_OF = Question("post_flag.of_post", PostFlag, (eq("post", ":post"), eq("state", "open")), ("-at",))
NOTICES = Question("forum_notice.new", ForumNotice, (eq("person", ":me"), eq("seen", False)), ("-at",))


@command("forum.ask", "governed.write", draft="text")
class Ask(Command, frozen=True):
    """Ask colleagues, from anywhere or from a case."""

    topic: Annotated[str, ref("topic", creates=True)]
    post: NewPost
    space: Name
    title: ShortText
    text: LongText
    tags: Annotated[tuple[Name, ...], Meta(max_length=10)] = ()
    case: OrNone = ""

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        if view.get(Topic, self.topic) is not None or view.get(Post, self.post) is not None:
            raise Refusal("This draft is there already.", "taken")
        title, text = " ".join(clean(self.title).split()), _said(self.text)
        if not title:
            raise Refusal("Say in one line what you ask.", "title")
        if self.case:
            refuse_unseen(view, self.case, who)
        tags = tuple(dict.fromkeys(filter(None, map(clean, self.tags))))
        space = clean(self.space) or "General"
        topic = Topic(self.topic, LIBRARY, 0, space, title, tags, who.id, self.post, now, now, case=self.case)
        yield Put(topic)
        yield Put(Post(self.post, LIBRARY, 0, topic.id, who.id, now, text))
        yield Put(Watch(f"{topic.id}:{who.id}", f"user:{who.id}", 0, who.id, topic.id, "follow", now))
        yield from _named(view, topic, self.post, text, who, now)


@command("forum.answer", "governed.write", draft="text")
class Answer(Command, frozen=True):
    """Answer in a topic."""

    topic: TopicId
    post: NewPost
    text: LongText

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        topic = _live(view, self.topic)
        if view.get(Post, self.post) is not None:
            raise Refusal("This draft is there already.", "taken")
        text = _said(self.text)
        yield Put(Post(self.post, LIBRARY, 0, topic.id, who.id, now, text))
        yield Put(msgspec.structs.replace(topic, rev=0, active_at=now, posts=topic.posts + 1))
        named = set(MENTION.findall(text))
        yield from _named(view, topic, self.post, text, who, now)
        for watch in view.page(FOLLOWERS(topic=topic.id), limit=MOST_TOLD):
            if watch.person not in named | {who.id}:
                yield _notice(topic, self.post, watch.person, "answer", now)


@command("forum.edit", "governed.write", draft="text")
class EditPost(Command, frozen=True):
    """Change what one has written; what it said before stays to be read."""

    post: PostId
    edit: Annotated[str, ref("post_edit", creates=True)]
    text: LongText

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        post = _post(view, self.post)
        _live(view, post.topic)
        if post.by != who.id:
            raise Denied("Only who wrote it can change this.", kind="post")
        if post.state != "shown":
            raise Refusal("This post was hidden by a moderator.", "hidden")
        text = _said(self.text)
        if text == post.text:
            return
        yield Put(PostEdit(self.edit, LIBRARY, 0, post.topic, post.id, who.id, now, post.text))
        yield Put(msgspec.structs.replace(post, rev=0, text=text, edited_at=now, official=""))


@command("forum.vote", "governed.read")
class CastVote(Command, frozen=True):
    """Say that a post is useful, or take that back."""

    post: PostId
    useful: bool = True

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        post = _post(view, self.post)
        if post.by == who.id:
            raise Refusal("Others say whether your own words are useful.", "own")
        id = f"{post.id}:{who.id}"[:120]
        old = view.get(Vote, id)
        if self.useful and old is None:
            yield Put(Vote(id, LIBRARY, 0, post.topic, post.id, who.id))
        elif not self.useful and old is not None:
            yield Remove(Vote, id)


@command("forum.accept", "governed.write")
class Accept(Command, frozen=True):
    """The answer that solved it; none reopens the question. The asker says so, or who moderates."""

    topic: TopicId
    post: OrNone = ""

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        topic = _topic(view, self.topic)
        if topic.by != who.id and not who.may("governed.publish"):
            raise Denied("Only who asked can say what solved it.", kind="topic")
        if topic.accepted == self.post:
            return
        post = _post(view, self.post) if self.post else None
        if post is not None and (post.topic != topic.id or post.id == topic.first or post.state != "shown"):
            raise Refusal("This is no answer to that question.", "post")
        yield Put(msgspec.structs.replace(topic, rev=0, accepted=self.post))
        if post is not None and post.by != who.id:
            yield _notice(topic, post.id, post.by, "accepted", now)


@command("forum.watch", "governed.read")
class WatchTopic(Command, frozen=True):
    """Follow a topic, mute it, or neither; what there is now counts as read, and notices of it as seen."""

    topic: TopicId
    mode: Literal["follow", "mute", "", "keep"] = "keep"

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        topic = _topic(view, self.topic)
        id = f"{topic.id}:{who.id}"[:120]
        old = view.get(Watch, id)
        mode = (old.mode if old is not None else "") if self.mode == "keep" else self.mode
        if old is None or (old.mode, old.seen) != (mode, topic.active_at):
            yield Put(Watch(id, f"user:{who.id}", 0, who.id, topic.id, mode, topic.active_at))
        for one in view.page(NOTICES(me=who.id), limit=MOST_TOLD):
            if one.topic == topic.id:
                yield Put(msgspec.structs.replace(one, rev=0, seen=True))


@command("forum.flag", "governed.read")
class FlagPost(Command, frozen=True):
    """Tell the moderators that a post should not stay as it is."""

    post: PostId
    reason: ShortText

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        post = _post(view, self.post)
        if not (reason := clean(self.reason)):
            raise Refusal("Say what is wrong with it.", "reason")
        id = f"{post.id}:{who.id}"[:120]
        old = view.get(PostFlag, id)
        if old is None or (old.reason, old.state) != (reason, "open"):
            yield Put(PostFlag(id, LIBRARY, 0, post.topic, post.id, who.id, now, reason))


@command("forum.moderate", "governed.publish")
class Moderate(Command, frozen=True):
    """Hide, show or vouch for a post; lock, move or raise its topic. With a reason, which the log keeps."""

    post: PostId
    act: Act
    reason: ShortText
    space: Name = ""

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        post = _post(view, self.post)
        topic = _topic(view, post.topic)
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
            yield Put(msgspec.structs.replace(post, rev=0, official=who.id if self.act == "vouch" else ""))
            yield Put(msgspec.structs.replace(topic, rev=0, official=self.act == "vouch"))
        elif topic.state != "hidden":
            yield Put(msgspec.structs.replace(topic, rev=0, state="locked" if self.act == "lock" else "open"))
        for flag in view.page(FLAGS_OF(post=post.id), limit=MOST_TOLD):
            yield Put(msgspec.structs.replace(flag, rev=0, state="done"))


def _hidden(view: View, topic: Topic, post: Post, reason: str, who: Actor, now: int) -> Iterator[Change]:
    """Its words leave every desk but those of the moderators; with the question goes the topic."""
    if post.state == "hidden":
        return
    yield Put(HiddenPost(post.id, MODERATION, 0, topic.id, who.id, now, post.text))
    yield Put(msgspec.structs.replace(post, rev=0, state="hidden", text="", reason=reason, official=""))
    for edit in view.page(EDITS(post=post.id), limit=MOST_EDITS):
        yield Remove(PostEdit, edit.id)
    if post.id == topic.first:
        yield Put(msgspec.structs.replace(topic, rev=0, state="hidden"))
    elif topic.accepted == post.id:
        yield Put(msgspec.structs.replace(topic, rev=0, accepted=""))
    if post.by != who.id:
        yield _notice(topic, post.id, post.by, "hidden", now)


def _shown(view: View, topic: Topic, post: Post, reason: str, who: Actor, now: int) -> Iterator[Change]:
    kept = view.get(HiddenPost, post.id)
    if post.state == "shown" or kept is None:
        return
    yield Put(msgspec.structs.replace(post, rev=0, state="shown", text=kept.text, reason=reason))
    yield Remove(HiddenPost, post.id)
    if post.id == topic.first:
        yield Put(msgspec.structs.replace(topic, rev=0, state="open"))


def _post(view: View, id: str) -> Post:
    return need(view, Post, id, "This post is no longer there.")


def _topic(view: View, id: str) -> Topic:
    return need(view, Topic, id, "This topic is no longer there.")


def _live(view: View, id: str) -> Topic:
    topic = _topic(view, id)
    if topic.state != "open":
        raise Refusal("This topic was closed by a moderator.", "locked")
    return topic


def _said(text: str) -> str:
    if not (said := clean(text)):
        raise Refusal("There is nothing in this post.", "empty")
    return said


def _named(view: View, topic: Topic, post: str, text: str, who: Actor, now: int) -> Iterator[Put]:
    for person in list(dict.fromkeys(MENTION.findall(text)))[:MOST_TOLD]:
        found = view.get(Person, person)
        if found is not None and found.active and person != who.id:
            yield _notice(topic, post, person, "mention", now)


def _notice(topic: Topic, post: str, person: str, what: str, now: int) -> Put:
    return Put(ForumNotice(f"{post}@{person}"[:120], f"user:{person}", 0, person, topic.id, post, what, now))
