"""The forum: nobody counts twice, what a moderator hides leaves, and two who write at once are both heard."""

from __future__ import annotations

import pytest
from tests.domain.world import World, company

from agentdesk.domain.forum import (
    POSTS,
    VOTES,
    Accept,
    Act,
    Answer,
    Ask,
    CastVote,
    EditPost,
    FlagPost,
    ForumNotice,
    HiddenPost,
    Moderate,
    Post,
    PostEdit,
    PostFlag,
    Topic,
    Watch,
    WatchTopic,
)
from agentdesk.domain.kernel import Denied, Refusal


def asked() -> World:
    """Ann asks in t, Bob answers."""
    world = company()
    wish = Ask(topic="t", post="q", space=" ", title=" Why \n so? ", text="Tell me, @[sue].", tags=("a", "a", ""))
    world.do(wish, world.actor("ann"))
    world.do(Answer(topic="t", post="b", text="Like this."), world.actor("bob"))
    return world


def topic(world: World) -> Topic:
    found = world.get(Topic, "t")
    assert found is not None
    return found


def post(world: World, id: str) -> Post:
    found = world.get(Post, id)
    assert found is not None
    return found


def told(world: World, person: str) -> list[str]:
    return [one.what for one in world.records.values() if isinstance(one, ForumNotice) and one.person == person]


def test_a_question_its_answer_and_who_hears_of_it() -> None:
    world = asked()
    found = topic(world)
    assert (found.title, found.space, found.tags, found.posts, found.accepted) == ("Why so?", "General", ("a",), 2, "")
    assert [one.id for one in world.page(POSTS(topic="t"))] == ["q", "b"]
    assert (told(world, "sue"), told(world, "ann"), told(world, "bob")) == (["mention"], ["answer"], [])
    world.do(WatchTopic(topic="t", mode="mute"), world.actor("ann"))
    world.do(Answer(topic="t", post="c", text="Or so."), world.actor("sue"))
    assert told(world, "ann") == ["answer"], "she heard no more of it"
    with pytest.raises(Refusal, match="nothing in this post"):
        world.do(Answer(topic="t", post="d", text=" "), world.actor("bob"))


def test_votes_never_count_twice() -> None:
    world = asked()
    for _ in range(3):
        world.do(CastVote(post="b"), world.actor("ann"))
    world.do(CastVote(post="b"), world.actor("sue"))
    assert world.count(VOTES(post="b")) == 2
    world.do(CastVote(post="b", useful=False), world.actor("sue"))
    assert world.count(VOTES(post="b")) == 1
    with pytest.raises(Refusal, match="your own words"):
        world.do(CastVote(post="b"), world.actor("bob"))


def test_the_asker_says_what_solved_it() -> None:
    world = asked()
    with pytest.raises(Denied):
        world.do(Accept(topic="t", post="b"), world.actor("bob"))
    with pytest.raises(Refusal, match="no answer to that"):
        world.do(Accept(topic="t", post="q"), world.actor("ann"))
    world.do(Accept(topic="t", post="b"), world.actor("ann"))
    assert topic(world).accepted == "b"
    assert told(world, "bob") == ["accepted"]
    world.do(Accept(topic="t"), world.actor("lou"))
    assert topic(world).accepted == ""


def test_what_was_changed_can_be_read_as_it_was() -> None:
    world = asked()
    world.do(Moderate(post="b", act="vouch", reason="It is right."), world.actor("lou"))
    assert (post(world, "b").official, topic(world).official) == ("lou", True)
    with pytest.raises(Denied):
        world.do(EditPost(post="b", edit="e", text="Mine now."), world.actor("ann"))
    world.do(EditPost(post="b", edit="e", text="Like that."), world.actor("bob"))
    kept = world.get(PostEdit, "e")
    assert kept is not None
    assert (kept.text, post(world, "b").text, post(world, "b").official) == ("Like this.", "Like that.", "")


def test_what_a_moderator_hides_leaves_every_desk_but_theirs() -> None:
    world = asked()
    world.do(EditPost(post="b", edit="e", text="She is Lena."), world.actor("bob"))
    world.do(Accept(topic="t", post="b"), world.actor("ann"))
    world.do(FlagPost(post="b", reason="A name."), world.actor("ann"))
    with pytest.raises(Refusal, match="Say why"):
        world.do(Moderate(post="b", act="hide", reason=" "), world.actor("lou"))
    world.do(Moderate(post="b", act="hide", reason="It names a customer."), world.actor("lou"))
    kept, flag = world.get(HiddenPost, "b"), world.get(PostFlag, "b:ann")
    assert kept is not None
    assert flag is not None
    assert (kept.scope, kept.text, flag.state) == ("oversight", "She is Lena.", "done")
    assert "Lena" not in repr([one for one in world.records.values() if one.scope == "library"])
    assert (post(world, "b").state, topic(world).accepted, world.get(PostEdit, "e")) == ("hidden", "", None)
    assert "oversight" not in world.actor("bob").scopes
    with pytest.raises(Refusal, match="hidden by a moderator"):
        world.do(EditPost(post="b", edit="e2", text="Again."), world.actor("bob"))
    world.do(Moderate(post="b", act="show", reason="It was a mistake."), world.actor("lou"))
    assert (post(world, "b").text, world.get(HiddenPost, "b")) == ("She is Lena.", None)


def test_with_the_question_goes_the_topic_and_a_closed_one_takes_no_answers() -> None:
    world = asked()
    ways: tuple[tuple[Act, str], ...] = (
        *(("lock", "locked"), ("hide", "hidden"), ("show", "locked")),  # as it was before
        *(("unlock", "open"), ("hide", "hidden"), ("show", "open")),
    )
    for act, state in ways:
        world.do(Moderate(post="q", act=act, reason="So."), world.actor("lou"))
        assert topic(world).state == state
        if state != "open":
            with pytest.raises(Refusal, match="closed by a moderator"):
                world.do(Answer(topic="t", post="x", text="Still?"), world.actor("bob"))
    world.do(Moderate(post="q", act="move", reason="So.", space="Orders"), world.actor("lou"))
    world.do(Moderate(post="q", act="incident", reason="So."), world.actor("lou"))
    assert (topic(world).space, topic(world).incident) == ("Orders", True)
    with pytest.raises(Denied):
        world.do(Moderate(post="q", act="calm", reason="So."), world.actor("ann"))


def test_who_has_read_it_is_told_no_more() -> None:
    world = asked()
    world.do(WatchTopic(topic="t"), world.actor("ann"))
    watch = world.get(Watch, "t:ann")
    assert watch is not None
    assert (watch.mode, watch.seen) == ("follow", topic(world).active_at)
    assert all(one.seen for one in world.records.values() if isinstance(one, ForumNotice) and one.person == "ann")
    assert world.do(WatchTopic(topic="t"), world.actor("ann")) == []


def test_a_question_from_a_case_names_only_what_one_sees() -> None:
    world = company()
    world.open("c6", team="t2")
    with pytest.raises(Refusal, match="no longer there"):
        world.do(Ask(topic="t", post="q", space="", title="Why?", text="So.", case="c6"), world.actor("ann"))


def test_a_topic_is_official_as_long_as_one_of_its_posts_is() -> None:
    world = asked()
    lou = world.actor("lou")
    world.do(Answer(topic="t", post="c", text="Or so."), world.actor("sue"))
    for id in ("b", "c"):
        world.do(Moderate(post=id, act="vouch", reason="It is right."), lou)
    world.do(Moderate(post="c", act="doubt", reason="Not any more."), lou)
    assert topic(world).official, "the other one still is"
    world.do(EditPost(post="b", edit="e", text="Like that."), world.actor("bob"))
    assert not topic(world).official
    world.do(Moderate(post="b", act="vouch", reason="It is right."), lou)
    world.do(Moderate(post="b", act="hide", reason="It names a customer."), lou)
    assert not topic(world).official


def test_with_a_hidden_question_go_its_title_and_all_that_it_ever_said() -> None:
    world = asked()
    for number in range(600):
        world.do(EditPost(post="q", edit=f"e{number}", text=f"She is Lena, {number}."), world.actor("ann"))
    world.do(Moderate(post="q", act="hide", reason="It names a customer."), world.actor("lou"))
    assert topic(world).title == ""
    assert not [one for one in world.records.values() if isinstance(one, PostEdit)]
    world.do(Moderate(post="q", act="show", reason="It was a mistake."), world.actor("lou"))
    assert (topic(world).title, post(world, "q").text) == ("Why so?", "She is Lena, 599.")


def test_what_one_was_told_of_a_topic_counts_as_seen_however_much_is_new_elsewhere() -> None:
    world = asked()
    for number in range(60):
        world.do(Ask(topic=f"o{number}", post=f"p{number}", space="", title="And?", text="@[ann]"), world.actor("bob"))
    world.do(WatchTopic(topic="t"), world.actor("ann"))
    notices = [one for one in world.records.values() if isinstance(one, ForumNotice) and one.person == "ann"]
    assert [one.seen for one in notices if one.topic == "t"] == [True]
    assert not any(one.seen for one in notices if one.topic != "t")
