"""What the forum keeps: topics, posts, what they said before, votes, who follows, flags and notices."""

from __future__ import annotations

from typing import Annotated

from ..kernel import LongText, Millis, Name, Question, Record, ShortText, eq, ne, record, ref
from ..kernel.values import Stamp

TopicId = Annotated[str, ref("topic")]
PostId = Annotated[str, ref("post")]
NewPost = Annotated[str, ref("post", creates=True)]


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


@record("hidden_post", classes={"text": "free", "title": "free"}, public=("topic", "by"), about={"topic": "topic"})
class HiddenPost(Record, frozen=True):
    """The words of a post that was hidden; its id is the post's. With a question go the title of its topic, and whether
    that was `locked`.
    """

    topic: str
    by: str
    at: Millis
    text: LongText
    title: ShortText = ""
    locked: bool = False
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
OFFICIAL = Question("post.official", Post, (eq("topic", ":topic"), ne("official", "")), ())
EDITS = Question("post_edit.of_post", PostEdit, (eq("post", ":post"),), ("at",))
VOTES = Question("vote.of_post", Vote, (eq("post", ":post"),), ())
FOLLOWERS = Question("watch.followers", Watch, (eq("topic", ":topic"), eq("mode", "follow")), ())
FLAGS = Question("post_flag.open", PostFlag, (eq("state", "open"),), ("-at",))
FLAGS_OF = Question("post_flag.of_post", PostFlag, (eq("post", ":post"), eq("state", "open")), ("-at",))
NOTICES = Question("forum_notice.new", ForumNotice, (eq("person", ":me"), eq("seen", False)), ("-at",))
NOTICES_OF = Question(
    "forum_notice.of_topic", ForumNotice, (eq("person", ":me"), eq("topic", ":topic"), eq("seen", False)), ()
)


def own_id(about: str, person: str) -> str:
    """The id of what one person has once for each post or topic."""
    return f"{about}:{person}"
