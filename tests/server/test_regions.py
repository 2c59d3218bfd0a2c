"""Regions at one server: who may tell it what, what it takes in, whom it refuses, and what it would tell others."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
import requests
from tests.server.ruling import CHANNEL, SYSTEM, Ruling
from tests.server.running import PATIENCE, Company, Desk, Visitor, close_code, company, uuid7

from agentdesk.domain.cases import Case, Claim, Customer, Deliver, Message, OpenCase, Reply, Tag
from agentdesk.domain.kernel import Masked, masked
from agentdesk.domain.kernel.commands import command_spec
from agentdesk.domain.masking import view_of
from agentdesk.domain.people import AddTeam
from agentdesk.domain.privacy import Erase
from agentdesk.domain.residency import BeginStubs, KeepStubs, PinClass, SettleHere, UnpinClass
from agentdesk.domain.sites import AddSite
from agentdesk_server.asked import Cannot
from agentdesk_server.audit import leaf
from agentdesk_server.authority import Submission
from agentdesk_server.regions.operating import (
    RegionAccept,
    RegionForget,
    RegionList,
    RegionPin,
    RegionSend,
    RegionSet,
)
from agentdesk_server.regions.reading import Window, policy_of, window
from agentdesk_server.regions.sending import PART, parts
from agentdesk_server.regions.words import MOST_BYTES

NAME = Masked.of("name")
TOKEN = "t" * 40
SAID = b'{"home":"us","key":"k1","after":0,"to":1,"last":true,'


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    with company(tmp_path_factory.mktemp("regions") / "server") as made:
        made.running.operate(RegionSet(region="eu"))
        yield made


@pytest.fixture
def us(here: Company) -> Iterator[Neighbour]:
    """Another region, heard from its beginning."""
    made = Neighbour(here, "us", here.running.operate(RegionAccept(region="us", team="Billing")))
    assert made.begin("k1").json()["taken"]
    yield made
    here.running.operate(RegionForget(region="us"))


class Neighbour:
    """What another region's server says."""

    def __init__(self, here: Company, region: str, token: str) -> None:
        self.here, self.region, self.token = here, region, token

    def post(self, path: str, body: Any, token: str = "") -> requests.Response:
        headers = {"Authorization": f"Bearer {token or self.token}", "Content-Type": "application/json"}
        data = body if isinstance(body, bytes) else msgspec.json.encode(body)
        return requests.post(f"{self.here.url}/api/v1/regions/{path}", data, headers=headers, timeout=PATIENCE)

    def begin(self, key: str, **more: Any) -> requests.Response:
        return self.post("begin", {"home": self.region, "key": key, **more})

    def tell(self, after: int = 0, to: int = 1, **more: Any) -> requests.Response:
        said = {"home": self.region, "key": "k1", "after": after, "to": to, "last": True}
        return self.post("stubs", {**said, **more})


def customer(id: str = "us-u") -> Customer:
    return Customer(id, "", 9, NAME, Masked.of("contact"), "en", 5)


def case(id: str = "us-c", **more: Any) -> Case:
    made = Case(id, "", 9, 1, "A parcel", "us-u", NAME, "", "chat", "en", 5, 6, 7)
    return msgspec.structs.replace(made, **more)


def stub_in(here: Company) -> Case | None:
    return here.state.reader.records.of(Case, "us-c")


# -- the door


def test_what_is_told_is_taken_once_and_goes_on_from_there(here: Company, us: Neighbour) -> None:
    first = us.tell(customers=[customer()], cases=[case()])
    assert (first.status_code, first.json()) == (200, {"taken": True, "key": "k1", "at": 1})
    again = us.tell(customers=[customer()], cases=[case(subject="Another")])
    assert (again.status_code, again.json()) == (200, {"taken": False, "key": "k1", "at": 1})
    found = stub_in(here)
    assert found is not None
    assert (found.subject, found.home, found.team) == ("A parcel", "us", here.team)
    assert us.begin("k1").json() == {"taken": True, "key": "k1", "at": 1}
    assert us.begin("k2").json() == {"taken": True, "key": "k2", "at": 0}
    assert stub_in(here) is None


@pytest.mark.parametrize("token", ["x", "", "admin", "person"])
def test_only_the_regions_own_token_opens_the_door(here: Company, us: Neighbour, token: str) -> None:
    known = {"admin": here.state.admin_token, "person": here.sign_in()}
    for path in ("begin", "stubs"):
        assert us.post(path, {"home": "us", "key": "k1"}, known.get(token, token) or "-").status_code == 401


def test_a_new_token_ends_the_old_one(here: Company, us: Neighbour) -> None:
    us_again = Neighbour(here, "us", here.running.operate(RegionAccept(region="us", team="Billing")))
    assert us.begin("k1").status_code == 401
    assert us_again.begin("k1").status_code == 200


def test_nobody_speaks_for_another_region(here: Company, us: Neighbour) -> None:
    apac = Neighbour(here, "apac", here.running.operate(RegionAccept(region="apac", team="Billing")))
    us.tell(customers=[customer()], cases=[case()])
    for home in ("us", "eu"):
        assert apac.post("begin", {"home": home, "key": "k9"}).status_code == 403
        body = {"home": home, "key": "k1", "after": 1, "to": 2, "last": True}
        assert apac.post("stubs", body).status_code == 403
    apac.region = "apac"
    assert apac.begin("k1").json()["taken"]
    taken = apac.tell(cases=[case()])
    assert (taken.status_code, taken.json()["type"].rpartition(":")[2]) == (409, "not-taken")
    assert apac.tell(ends=[{"kind": "case", "id": "us-c", "how": "erased"}]).json()["taken"]
    assert stub_in(here) is not None
    here.running.operate(RegionForget(region="apac"))
    assert stub_in(here) is not None


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"[]", 422),
        (b'{"home":"us"}', 422),
        (b'{"home":"us","key":"k1","after":-1,"to":1,"last":true}', 422),
        (b'{"home":"us","key":"k1","after":0,"to":1,"last":true,"persons":[]}', 422),
        (SAID + b'"ends":[{"kind":"person","id":"a","how":"erased"}]}', 422),
        (SAID + b'"cases":[{"id":"x"}]}', 422),
        (SAID + b'"cases":' + b"[" * 5000, 400),
        (b'{"home":"us","key":"\xff","after":0,"to":1,"last":true}', 400),
        (b" " * (MOST_BYTES + 1), 413),
    ],
)  # fmt: skip
def test_what_cannot_be_read_changes_nothing(here: Company, us: Neighbour, body: bytes, status: int) -> None:
    before = here.state.writer.authority.rev
    assert us.post("stubs", body).status_code in (status, 422 if status == 400 else status)
    assert here.state.writer.authority.rev == before


def test_what_breaks_a_rule_is_refused_whole_in_a_sentence(here: Company, us: Neighbour) -> None:
    told = us.tell(customers=[customer()], cases=[case(), case("c-2", priority=9)])
    assert (told.status_code, told.json()["detail"][:9]) == (409, "The case ")
    assert stub_in(here) is None
    other = us.tell(customers=[msgspec.structs.replace(customer(), id="../x")])
    assert other.status_code == 409


def test_thousands_of_a_kind_are_too_many_for_one_request(us: Neighbour) -> None:
    assert us.tell(customers=[customer(f"u-{n}") for n in range(1_001)]).status_code == 422


def test_the_log_tells_who_told_and_keeps_no_word_of_it(here: Company, us: Neighbour) -> None:
    us.tell(customers=[customer()], cases=[case(subject="A purple heron")])
    rows = here.state.reader.conn.execute("SELECT number, data FROM leaf ORDER BY number DESC LIMIT 1").fetchall()
    ((number, data),) = rows
    assert leaf.decode(data).command == "residency.keep"
    assert ("case", "us-c") in leaf.decode(data).touched
    opened = here.running.do(here.state.writer.call(lambda authority: authority.ledger.unseal(number)))
    assert opened["genuine"]
    assert set(opened["arguments"]) == {"home", "sha256", "key", "after", "to", "last"}
    assert b"heron" not in msgspec.msgpack.encode(opened)


def test_words_about_a_stub_are_not_even_sealed(here: Company, us: Neighbour) -> None:
    us.tell(customers=[customer()], cases=[case()])
    desk = Desk(here.url, here.sign_in())
    ack = desk.do("case.note", case="us-c", message=uuid7(), text="A purple heron said so.")
    assert (ack["status"], ack["code"]) == ("refused", "elsewhere")
    desk.close()
    number = here.state.reader.conn.execute("SELECT max(number) FROM leaf").fetchone()[0]
    told = here.running.do(here.state.writer.call(lambda authority: authority.ledger.unseal(number)))
    assert told["arguments"] == b""


# -- visitors


def test_a_visitor_whose_region_keeps_its_own_is_sent_there(here: Company) -> None:
    team, site = (
        AddTeam(team="north-t", name="North", region="North"),
        AddSite(site="north-s", key="north-key", name="North", team="north-t", origins=("https://n.example",)),
    )
    for command in (team, site):
        give(here, command)
    visitor = Visitor(here.url, "north-key")
    with visitor.line() as line:
        line.until("welcome")
        here.running.operate(RegionPin(data_class="contact", region="north"))
        answer = requests.post(f"{here.url}/api/v1/visitors", json={"site": "north-key"}, timeout=PATIENCE)
        assert answer.status_code == 403
        assert answer.json()["detail"] == (
            "Customers of the region North are served there: what they write is not kept here."
        )
        assert close_code(line.socket) is not None
    with pytest.raises(Exception, match="403"), visitor.line():
        pass
    give(here, UnpinClass(data_class="contact", region="north"))
    assert Visitor(here.url, "north-key").id


def give(here: Company, command: Any) -> None:
    told = Submission(SYSTEM, command_spec(command).name, command, msgspec.msgpack.encode(command))
    assert here.running.do(here.state.writer.submit(told)).ack.status == "done"


# -- what an operator asks


def test_an_operator_is_told_what_makes_no_sense(here: Company, us: Neighbour) -> None:
    operate = here.running.operate
    for asked, sentence in (
        (RegionSet(region="apac"), "First: region forget us"),
        (RegionSet(region="e u"), "no name of a region"),
        (RegionAccept(region="eu", team="Billing"), "stands in the region eu itself"),
        (RegionAccept(region="apac", team="Nobody"), "no team Nobody"),
        (RegionSend(region="us", url="ftp://x", token=TOKEN), "not an address"),
        (RegionSend(region="us", url="https://us.example/path", token=TOKEN), "scheme, host and port"),
        (RegionSend(region="us", url="https://us.example", token="short"), "the token"),
    ):
        with pytest.raises(Cannot, match=sentence):
            operate(asked)  # type: ignore[arg-type]
    assert operate(RegionForget(region="mars")) == "mars was not known"
    assert "hears\tus\t" in operate(RegionList())
    assert us.token not in operate(RegionList())


def test_nobody_is_told_before_the_operator_says_where_we_are(tmp_path: Path) -> None:
    with company(tmp_path) as new:
        for asked in (
            RegionAccept(region="us", team="Billing"),
            RegionSend(region="us", url="https://u.example", token=TOKEN),
        ):
            with pytest.raises(Cannot, match="First say in which region"):
                new.running.operate(asked)


def test_a_region_that_cannot_be_reached_is_told_later(here: Company, expect_log: Any) -> None:
    expect_log("the region far cannot be told")
    here.running.operate(RegionSend(region="far", url="http://127.0.0.1:9", token=TOKEN))
    here.running.do(_look(here))
    here.running.operate(RegionForget(region="far"))


async def _look(here: Company) -> None:
    here.state.regions.look()
    await here.state.regions._turn()
    assert here.state.regions.failing == 1


# -- what is told


@pytest.fixture
def ruling(tmp_path: Path) -> Ruling:
    made = Ruling(tmp_path).found()
    made.tell(SYSTEM, SettleHere(region="eu"))
    for n in range(5):
        opened(made, f"c{n}")
    return made


def opened(ruling: Ruling, id: str, text: str = "Call me: +49 30 90182077") -> None:
    ruling.tell(CHANNEL, OpenCase(
        case=id, conversation=f"{id}-v", message=f"{id}-m", customer=f"{id}-u", team="t1", text=text,
        customer_name="Lena Quast", customer_email="lena@quast.example",
    ))  # fmt: skip


def windows(ruling: Ruling, after: int = 0, limit: int = 3) -> list[Window]:
    found = [window(ruling.database, after, limit)]
    while found[-1].more:
        found.append(window(ruling.database, found[-1].to, limit))
    return found


def test_windows_leave_nothing_out_and_never_tear_a_transaction(ruling: Ruling) -> None:
    found = windows(ruling)
    assert len(found) > 3
    ids = {(type(one).__name__, one.id) for each in found for one in each.records}
    assert {id for kind, id in ids if kind == "Case"} == {f"c{n}" for n in range(5)}
    assert {id for kind, id in ids if kind == "Message"} == {f"c{n}-m" for n in range(5)}
    assert found[-1].to == ruling.authority.rev
    assert window(ruling.database, found[-1].to).records == []


def test_what_hangs_on_something_brings_it_along(ruling: Ruling) -> None:
    after = ruling.authority.rev
    ruling.tell("ann", Reply(case="c1", message="r1", text="Soon.", seen=9))
    ruling.tell("ann", Tag(case="c1", tag="x"))
    found = window(ruling.database, after, 1)
    assert [one.id for one in found.records] == ["c1-u", "c1", "r1"]
    assert found.more


def test_a_reply_that_can_be_taken_back_is_told_once_it_is_sent(ruling: Ruling) -> None:
    after = ruling.authority.rev
    ruling.tell("ann", Reply(case="c1", message="r1", text="Soon.", seen=9, hold=10))
    assert "r1" not in [one.id for one in window(ruling.database, after).records]
    ruling.time += 11_000
    after = ruling.authority.rev
    ruling.tell(SYSTEM, Deliver(message="r1"))
    assert "r1" in [one.id for one in window(ruling.database, after).records]


def test_what_is_erased_is_told_as_such_and_only_what_is_kept_here(ruling: Ruling) -> None:
    ruling.tell(SYSTEM, BeginStubs(home="us", key="k1"))
    ruling.tell(SYSTEM, KeepStubs(home="us", key="k1", after=0, to=1, last=True, team="t1",
                                  customers=(customer(),), cases=(case(),)))  # fmt: skip
    after = ruling.authority.rev
    ruling.tell(SYSTEM, Erase(erasure="e", customer="c1-u"))
    found = window(ruling.database, after)
    assert {(end.kind, end.id, end.how) for end in found.ends} >= {
        ("case", "c1", "erased"),
        ("customer", "c1-u", "erased"),
    }
    assert "us-c" not in [one.id for each in windows(ruling) for one in each.records]


def test_pins_mask_what_is_told_and_change_its_key(ruling: Ruling) -> None:
    before = policy_of(ruling.database)
    ruling.tell(SYSTEM, PinClass(data_class="contact", region="us"))
    assert policy_of(ruling.database) == before
    ruling.tell(SYSTEM, PinClass(data_class="contact", region="eu"))
    assert policy_of(ruling.database).key != before.key
    said = msgspec.json.encode(window(ruling.database, 0).records)
    assert b"90182077" not in said
    assert b"lena@quast.example" not in said
    assert b"Lena Quast" in said


def test_what_a_list_shows_of_a_long_text_is_never_half_a_number(ruling: Ruling) -> None:
    """Half a card cannot be told from any other number, and would be shown in another region."""
    ruling.tell(SYSTEM, PinClass(data_class="payment", region="eu"))
    for n in range(60, 150):
        opened(ruling, f"p{n}", f"{'ab ' * 60}"[:n].strip() + " 4111 1111 1111 1111 is my card" + " and more" * 30)
    assert b"1111" not in msgspec.json.encode(window(ruling.database, 0, 1000).records)


def test_parts_are_small_and_in_order(ruling: Ruling) -> None:
    for n in range(8):
        opened(ruling, f"long-{n}", "word " * 30_000)
    found = window(ruling.database, 0)
    sent = list(parts(found, 0))
    assert len(sent) > 2
    assert [one.last for one in sent] == [False] * (len(sent) - 1) + [True]
    assert {(one.after, one.to) for one in sent} == {(0, found.to)}
    assert max(len(msgspec.json.encode(one)) for one in sent) < 2 * PART + 200_000
    count = sum(len(getattr(one, name)) for one in sent for name in ("customers", "cases", "conversations", "messages"))
    assert count == len(found.records)
    assert list(parts(window(ruling.database, found.to), found.to)) == []


def test_a_stub_is_masked_like_all_that_is_at_home_elsewhere(ruling: Ruling) -> None:
    ruling.tell(SYSTEM, BeginStubs(home="us", key="k1"))
    text = "Call me: +49 30 90182077"
    said = Message("us-m", "", 9, "us-c", "us-v", 1, "customer", "us-u", "Jo", text, 5, 5)
    ruling.tell(SYSTEM, KeepStubs(home="us", key="k1", after=0, to=1, last=True, team="t1",
                                  customers=(customer(),), cases=(case(),), messages=(said,)))  # fmt: skip
    found = ruling.authority.truth.get(Message, "us-m")
    assert found is not None
    stamp = json.loads(found.stamp)
    assert stamp[0] == "us"
    assert [place[3] for place in stamp[1]] == ["contact"]
    assert "90182077" not in masked(found, view_of("agent", "eu")).text
    assert ruling.tell("ann", Claim(case="us-c")).ack.code == "elsewhere"
