"""What readers do: vote, say what solved it, follow, report."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import msgspec

from ..governed.records import LIBRARY
from ..governed.writing import OrNone
from ..kernel import Actor, Change, Command, Denied, Put, Refusal, Remove, ShortText, View, clean, command
from .finding import MOST_TOLD, notice, post_of, topic_of
from .records import NOTICES_OF, PostFlag, PostId, TopicId, Vote, Watch, own_id


@command("forum.vote", "governed.read")
class CastVote(Command, frozen=True):
    """Say that a post is useful, or take that back."""

    post: PostId
    useful: bool = True

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        post = post_of(view, self.post)
        if post.by == who.id:
            raise Refusal("Others say whether your own words are useful.", "own")
        id = own_id(post.id, who.id)
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
        topic = topic_of(view, self.topic)
        if topic.by != who.id and not who.may("governed.publish"):
            raise Denied("Only who asked can say what solved it.", kind="topic")
        if topic.accepted == self.post:
            return
        post = post_of(view, self.post) if self.post else None
        if post is not None and (post.topic != topic.id or post.id == topic.first or post.state != "shown"):
            raise Refusal("This is no answer to that question.", "post")
        yield Put(msgspec.structs.replace(topic, rev=0, accepted=self.post))
        if post is not None and post.by != who.id:
            yield notice(topic, post.id, post.by, "accepted", now)


@command("forum.watch", "governed.read")
class WatchTopic(Command, frozen=True):
    """Follow a topic, mute it, or neither; what there is now counts as read, and notices of it as seen."""

    topic: TopicId
    mode: Literal["follow", "mute", "", "keep"] = "keep"

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        topic = topic_of(view, self.topic)
        id = own_id(topic.id, who.id)
        old = view.get(Watch, id)
        mode = (old.mode if old is not None else "") if self.mode == "keep" else self.mode
        if old is None or (old.mode, old.seen) != (mode, topic.active_at):
            yield Put(Watch(id, f"user:{who.id}", 0, who.id, topic.id, mode, topic.active_at))
        for one in view.page(NOTICES_OF(me=who.id, topic=topic.id), limit=MOST_TOLD):
            yield Put(msgspec.structs.replace(one, rev=0, seen=True))


@command("forum.flag", "governed.read")
class FlagPost(Command, frozen=True):
    """Tell the moderators that a post should not stay as it is."""

    post: PostId
    reason: ShortText

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        post = post_of(view, self.post)
        if not (reason := clean(self.reason)):
            raise Refusal("Say what is wrong with it.", "reason")
        id = own_id(post.id, who.id)
        old = view.get(PostFlag, id)
        if old is None or (old.reason, old.state) != (reason, "open"):
            yield Put(PostFlag(id, LIBRARY, 0, post.topic, post.id, who.id, now, reason))
