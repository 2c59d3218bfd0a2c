"""Residency: pins, what is told to other regions, and what is taken in from them."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from tests.domain.world import CHANNEL, DIGEST, SYSTEM, World, company

from agentdesk.domain.cases import (
    DUE_SNOOZED,
    Attachment,
    BreakGlass,
    Case,
    Claim,
    Conversation,
    Customer,
    Follow,
    FollowCase,
    Link,
    Message,
    Note,
    OpenCase,
    Read,
    Receive,
    Reply,
    Solve,
    Tag,
    UpdateCustomer,
)
from agentdesk.domain.clocks import BEHIND, Clock, Draft, Policy, Publish, Target
from agentdesk.domain.kernel import Command, Denied, Masked, Refusal
from agentdesk.domain.kernel.masking import Stamp, read_stamp, stamp_text
from agentdesk.domain.masking import Reveal
from agentdesk.domain.people import AddTeam, UpdateTeam
from agentdesk.domain.privacy import Erase, Export, SetHold
from agentdesk.domain.privacy.retention import SOLVED_BEFORE
from agentdesk.domain.residency import (
    BeginStubs,
    End,
    KeepStubs,
    Neighbour,
    Pin,
    PinClass,
    SettleHere,
    UnpinClass,
    here,
    told,
)

CONTACT, NAME = Masked.of("contact"), Masked.of("name")
KEY = "k1"


@pytest.fixture
def world() -> World:
    """A server in eu that has begun to hear us."""
    made = company()
    made.do(SettleHere(region="eu"), SYSTEM)
    made.do(BeginStubs(home="us", key=KEY), SYSTEM)
    return made


def customer(id: str = "us-u", **more: Any) -> Customer:
    return msgspec.structs.replace(Customer(id, "far", 9, NAME, CONTACT, "en", 5, "v-1", "north"), **more)


def case(id: str = "us-c", **more: Any) -> Case:
    made = Case(id, "team:far:open", 9, 1, "A parcel", "us-u", NAME, "far", "chat", "en", 5, 6, 7, "jo")
    return msgspec.structs.replace(made, **more)


def message(id: str = "us-m", **more: Any) -> Message:
    made = Message(id, "x", 9, "us-c", "us-v", 1, "customer", "us-u", NAME, f"Call {CONTACT} now", 5, 5)
    return msgspec.structs.replace(made, **more)


def keep(after: int = 0, to: int = 3, last: bool = True, **more: Any) -> KeepStubs:
    return KeepStubs(home="us", key=KEY, after=after, to=to, last=last, team="t1", **more)


def brought(world: World) -> None:
    """One stub with all that hangs on it."""
    wish = keep(
        customers=(customer(),),
        cases=(case(),),
        conversations=(Conversation("us-v", "x", 9, "us-c", "chat", "us-u", 5, "far-site", "v-1"),),
        messages=(message(), message("us-r", seq=2, kind="reply", author="jo", state="accepted", mentions=("ann",))),
        attachments=(Attachment("us-a", "x", 9, "us-c", "us-m", DIGEST, "a.png", 3, "image/png"),),
    )
    world.do(wish, SYSTEM)


def refused(world: World, command: Command, who: Any = "ann") -> Refusal:
    with pytest.raises(Refusal) as caught:
        world.do(command, world.actor(who) if isinstance(who, str) else who)
    return caught.value


# -- pins


def test_a_server_says_where_it_stands_before_anything_is_pinned(world: World) -> None:
    new = company()
    assert refused(new, PinClass(data_class="contact", region="eu"), "adm").code == "region"
    world.do(PinClass(data_class="contact", region=" EU "), world.actor("adm"))
    assert world.get(Pin, "contact:eu") is not None
    assert here(world) == "eu"


@pytest.mark.parametrize("bad", ["", "  ", "e u", "../x", "é", "a" * 41, "x:y", "-x"])
def test_a_region_has_a_plain_name(world: World, bad: str) -> None:
    assert refused(world, SettleHere(region=bad), SYSTEM).code == "region"
    assert refused(world, PinClass(data_class="name", region=bad), SYSTEM).code == "region"


def test_a_pinned_server_does_not_move(world: World) -> None:
    world.do(PinClass(data_class="contact", region="eu"), SYSTEM)
    assert refused(world, SettleHere(region="apac"), SYSTEM).code == "pinned"
    world.do(UnpinClass(data_class="contact", region="eu"), SYSTEM)
    assert refused(world, SettleHere(region="us"), SYSTEM).code == "region", "somebody else stands there"
    world.do(SettleHere(region="apac"), SYSTEM)
    assert here(world) == "apac"


def test_only_who_may_pins_and_unpins(world: World) -> None:
    for person in ("ann", "sue", "lou", "eva"):
        with pytest.raises(Denied):
            world.do(PinClass(data_class="contact", region="eu"), world.actor(person))
    assert refused(world, UnpinClass(data_class="contact", region="eu"), "adm").code == "missing"


def test_data_that_is_here_is_not_pinned_elsewhere(world: World) -> None:
    world.do(AddTeam(team="t7", name="North", region="North"), SYSTEM)
    world.open("n1", team="t7", customer="n-u")
    said = refused(world, PinClass(data_class="free", region="north"), "adm")
    assert (said.code, said.data["count"]) == ("present", 1)


def test_customers_of_a_pinned_region_are_not_taken_in(world: World) -> None:
    world.do(AddTeam(team="t7", name="North", region="North"), SYSTEM)
    world.do(PinClass(data_class="health", region="north"), world.actor("adm"))
    wish = OpenCase(case="n1", conversation="n-v", message="n-m", customer="n-u", team="t7", text="Hello")
    said = refused(world, wish, CHANNEL)
    assert (said.code, str(said)) == (
        "elsewhere",
        "Customers of the region North are served there: what they write is not kept here.",
    )
    world.do(UnpinClass(data_class="health", region="north"), world.actor("adm"))
    world.do(wish, CHANNEL)


# -- what is told


def test_what_is_pinned_is_masked_at_home_and_the_rest_keeps_its_places() -> None:
    text = "I am Lena, lena@x.example, call Lena"
    spans = (("text", 5, 9, "name"), ("text", 11, 25, "contact"), ("text", 32, 36, "name"))
    ours = message(text=text, author_name="Lena", stamp=stamp_text(Stamp("eu", spans)), device="d", mentions=("ann",))
    shown = told(ours, frozenset({"contact"}), "eu")
    assert shown.text == f"I am Lena, {CONTACT}, call Lena"
    assert (shown.device, shown.mentions) == ("", ())
    stamp = read_stamp(shown.stamp)
    assert stamp is not None
    assert [(shown.text[start:end], kind) for _, start, end, kind in stamp.spans] == [
        ("Lena", "name"),
        ("Lena", "name"),
    ]


def test_free_text_that_is_pinned_or_was_never_looked_at_is_hidden_whole() -> None:
    stamped = message(text="Call me", stamp=stamp_text(Stamp("eu", (("text", 0, 4, "name"),))))
    shown = told(stamped, frozenset({"free"}), "eu")
    assert Masked.read(shown.text) == "free"
    assert read_stamp(shown.stamp) == Stamp("eu", ())
    assert Masked.read(told(message(text="Call me"), frozenset(), "eu").text) == "free"


def test_a_file_and_a_visitor_stay_at_home() -> None:
    file = Attachment("a", "x", 1, "c", "m", DIGEST, "a.png", 3, "image/png", stamp_text(Stamp("eu")))
    assert told(file, frozenset(), "eu").digest == Masked.of("file")
    assert told(customer(name="Lena"), frozenset({"name"}), "eu").name == NAME
    assert (told(customer(), frozenset(), "eu").visitor, told(customer(), frozenset(), "eu").home) == ("", "eu")


# -- what is taken in


def test_a_stub_belongs_to_its_home_and_binds_nobody_here(world: World) -> None:
    brought(world)
    mine, theirs = world.case("us-c"), world.get(Customer, "us-u")
    assert (mine.home, mine.team, mine.assignee, mine.scope) == ("us", "t1", "us", "team:t1:open")
    assert theirs is not None
    assert (theirs.home, theirs.region, theirs.visitor, theirs.scope) == ("us", "us", "", "customers")
    reply = world.get(Message, "us-r")
    assert reply is not None
    assert (reply.author, reply.mentions) == ("us/jo", ())
    talk, file = world.get(Conversation, "us-v"), world.get(Attachment, "us-a")
    assert talk is not None
    assert (talk.visitor, talk.site) == ("", "")
    assert file is not None
    assert file.digest == Masked.of("file")
    assert world.get(Neighbour, "us") == Neighbour("us", "server", world.rev, KEY, 3, world.time)


WISHES: tuple[Command, ...] = (
    Claim(case="us-c"),
    Reply(case="us-c", message="new", text="Yes.", seen=9),
    Note(case="us-c", message="new", text="Who is that?"),
    Tag(case="us-c", tag="x"),
    Solve(case="us-c", seen=9),
    Link(case="c1", to="us-c"),
    UpdateCustomer(customer="us-u", name="Jo"),
    Receive(case="us-c", conversation="us-v", message="new", text="Hello"),
    OpenCase(case="new", conversation="new-v", message="new-m", customer="us-u", team="t1", text="Hello"),
    Erase(erasure="e", customer="us-u"),
    Export(customer="us-u"),
    SetHold(hold="h", kind="case", about="us-c", reason="A court has asked for it."),
    Reveal(kind="customer", record="us-u", field="email", purpose="reach", reason="It came back."),
    Reveal(kind="message", record="us-m", field="text", purpose="law", reason="It came back."),
)


@pytest.mark.parametrize("wish", WISHES, ids=lambda one: type(one).__name__)
def test_what_another_region_keeps_is_not_worked_on_here(world: World, wish: Command) -> None:
    world.open("c1")
    brought(world)
    givers = {"UpdateCustomer": "ann", "Receive": CHANNEL, "Reveal": "sue"}
    name = type(wish).__name__
    said = refused(world, wish, "adm" if name in ("Erase", "Export", "SetHold") else givers.get(name, "ann"))
    assert (said.code, said.data["region"]) == ("elsewhere", "us")


def test_reading_and_following_is_for_everybody_who_sees_it(world: World) -> None:
    brought(world)
    world.do(Read(case="us-c", seq=2), world.actor("ann"))
    world.do(FollowCase(case="us-c"), world.actor("ann"))
    assert world.get(Follow, "ann:us-c") is not None


def test_who_may_not_see_it_learns_nothing(world: World) -> None:
    brought(world)
    missing = refused(world, Claim(case="never"), "cat")
    hidden = refused(world, Claim(case="us-c"), "cat")
    assert (hidden.sentence, hidden.code) == (missing.sentence, missing.code)


def test_clocks_and_schedules_leave_stubs_alone(world: World) -> None:
    world.do(keep(customers=(customer(),), cases=(case(status="snoozed", snoozed_until=8),)), SYSTEM)
    assert world.page(DUE_SNOOZED(now=2**50)) == []
    world.do(keep(3, 4, cases=(case(status="solved"),)), SYSTEM)
    assert world.case("us-c").scope == "team:t1:past"
    assert world.page(SOLVED_BEFORE(before=2**50)) == []


def test_each_region_counts_its_own_cases(world: World) -> None:
    brought(world)
    wish = BreakGlass(grant="g", number=1, reason="The customer is on the phone.")
    assert refused(world, wish, "sue").code == "missing"


def test_what_was_taken_is_not_taken_again_and_nothing_is_left_out(world: World) -> None:
    brought(world)
    for wish in (keep(0, 3), keep(4, 5), msgspec.structs.replace(keep(3, 5), key="k2"), keep(3, 2)):
        assert refused(world, wish, SYSTEM).code == "place"
    world.do(keep(3, 9, last=False, cases=(case(subject="One"),)), SYSTEM)
    world.do(keep(3, 9, cases=(case(subject="Two"),)), SYSTEM)
    assert (world.case("us-c").subject, getattr(world.get(Neighbour, "us"), "at", 0)) == ("Two", 9)


def test_a_stub_takes_nobodys_place(world: World) -> None:
    world.open("c1")
    brought(world)
    for wish in (
        keep(3, 4, customers=(customer("u1"),)),
        keep(3, 4, cases=(case("c1"),)),
        keep(3, 4, messages=(message("c1-m1"),)),
        keep(3, 4, messages=(message("new", case="c1"),)),
        keep(3, 4, cases=(case("new", customer="u1"),)),
        keep(3, 4, cases=(case(merged_into="c1"),)),
        keep(3, 4, messages=(message("new", case="nowhere"),)),
    ):
        assert refused(world, wish, SYSTEM).code == "collides"
    assert world.case("c1").home == ""


def test_no_region_speaks_for_another(world: World) -> None:
    world.open("c1")
    brought(world)
    world.do(BeginStubs(home="apac", key=KEY), SYSTEM)
    theirs = msgspec.structs.replace(keep(), home="apac")
    assert refused(world, msgspec.structs.replace(theirs, cases=(case(),)), SYSTEM).code == "collides"
    ends = (End("case", "us-c", "erased"), End("case", "c1", "erased"), End("message", "nowhere", "deleted"))
    world.do(msgspec.structs.replace(theirs, ends=ends), SYSTEM)
    assert world.case("us-c").home == "us"
    assert world.case("c1").home == ""
    assert refused(world, BeginStubs(home="eu", key=KEY), SYSTEM).code == "region"


@pytest.mark.parametrize(
    "bad",
    [
        {"cases": (case(status="gone"),)},
        {"cases": (case(priority=7),)},
        {"cases": (case(rank=2**70),)},
        {"cases": (case("../x"),)},
        {"cases": (case(preview_from="nobody"),)},
        {"messages": (message(kind="order"),)},
        {"messages": (message(state="held"),)},
        {"messages": (message("a b"),)},
    ],
)
def test_what_cannot_be_shown_is_refused_whole(world: World, bad: dict[str, Any]) -> None:
    brought(world)
    before = dict(world.records)
    assert refused(world, keep(3, 4, **bad), SYSTEM).code == "stub"
    assert world.records == before


def test_control_characters_go_and_masks_stay_in_place(world: World) -> None:
    brought(world)
    world.do(
        keep(3, 4, cases=(case(channel=f"x{CONTACT}"),), messages=(message(text=f"\x07a {CONTACT}\x00\u202eb"),)),
        SYSTEM,
    )
    found = world.get(Message, "us-m")
    assert found is not None
    assert found.text == f" a {CONTACT} \u202eb"
    assert "\x00" not in world.case("us-c").channel


def test_what_ends_at_home_ends_here(world: World) -> None:
    brought(world)
    world.do(FollowCase(case="us-c"), world.actor("ann"))
    changes = world.do(keep(3, 4, ends=(End("case", "us-c", "erased"), End("customer", "us-u", "erased"))), SYSTEM)
    assert world.get(Case, "us-c") is None
    assert world.get(Customer, "us-u") is None
    assert world.get(Follow, "ann:us-c") is None
    assert {getattr(change, "how", "") for change in changes} >= {"everywhere"}


def test_another_key_begins_anew_some_at_a_time(world: World) -> None:
    brought(world)
    more = [(customer(f"u-{n}"), case(f"c-{n}", customer=f"u-{n}")) for n in range(40)]
    world.do(keep(3, 4, customers=tuple(u for u, _ in more), cases=tuple(c for _, c in more)), SYSTEM)
    world.open("c1")
    steps = 0
    while (mark := world.get(Neighbour, "us")) is not None and mark.key != "k2":
        world.do(BeginStubs(home="us", key="k2"), SYSTEM)
        assert refused(world, keep(4, 5), SYSTEM).code == "place"
        steps += 1
    assert steps > 1
    assert {getattr(one, "home", "") for one in world.records.values()} == {""}
    assert (mark is not None and mark.at) == 0
    assert world.do(BeginStubs(home="us", key="k2"), SYSTEM) == []
    world.do(BeginStubs(home="us"), SYSTEM)
    assert world.get(Neighbour, "us") is None
    assert world.case("c1").home == ""


def test_a_team_does_not_turn_to_a_region_that_keeps_its_own(world: World) -> None:
    world.open("c1")
    world.do(PinClass(data_class="name", region="north"), world.actor("adm"))
    turn = UpdateTeam(team="t1", name="T", zone="UTC", hours=(), region="north")
    assert refused(world, turn, SYSTEM).code == "elsewhere"
    assert refused(world, AddTeam(team="t8", name="North", region="NORTH"), SYSTEM).code == "elsewhere"
    world.do(msgspec.structs.replace(turn, region="south"), SYSTEM)


@pytest.mark.parametrize(
    ("event", "detail", "kept"),
    [
        ("assigned", "ann", "us"),
        ("invited", "ann", "us"),
        ("snoozed", "1800000000000", "1800000000000"),
        ("snoozed", "²", ""),
        ("snoozed", "9" * 400, ""),
        ("prioritised", "high", "high"),
    ],
)
def test_what_happened_there_names_nobody_here(world: World, event: str, detail: str, kept: str) -> None:
    brought(world)
    world.do(keep(3, 4, messages=(message("us-c:3", kind="event", event=event, detail=detail, author="ann"),)), SYSTEM)
    found = world.get(Message, "us-c:3")
    assert found is not None
    assert (found.detail, found.author) == (kept, "us/ann")


def test_no_clock_of_ours_runs_for_a_stub(world: World) -> None:
    target = Target(metric="first_reply", minutes=(60, 60, 60, 60))
    rules = Policy(id="all", name="All", targets=(target,))
    draft = Draft(regime="r1", calendars=(), policies=(rules,))
    world.do(draft, world.actor("adm"))
    world.do(Publish(regime="r1"), world.actor("adm"))
    brought(world)
    world.open("c1")
    assert world.get(Clock, "c1") is not None
    assert world.get(Clock, "us-c") is None
    assert [one.id for one in world.page(BEHIND(number=2**40))] == ["c1"]
