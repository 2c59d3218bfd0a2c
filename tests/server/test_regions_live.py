"""Two servers in two regions, as processes: stubs survive any end of either, and what is pinned never crosses."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from tests.server.pair import Pair, pair, until
from tests.server.running import PASSWORD, PATIENCE, Desk, uuid7

from agentdesk.domain.cases import Case
from agentdesk.domain.kernel import Masked
from agentdesk_server.privacy.orders import SubjectErase
from agentdesk_server.regions.operating import RegionForget, RegionList, RegionPin, RegionUnpin

PINS = ("name", "contact", "payment", "identity", "health")
CANARIES = (
    "zeb.canary@quasten.example",
    "+49 30 90182077",
    "4929360003811724",
    "DE02120300000000202051",
    "131052-308T",
    "A123456780",
)
LETTER = f"A violet zebra {{n}} writes: {', '.join(CANARIES)}"


@pytest.fixture
def regions(tmp_path: Path) -> Iterator[Pair]:
    with pair(tmp_path, *PINS) as made:
        yield made


def sign_in(two: Pair) -> Desk:
    """Una, who sees stubs in us."""
    body = {"email": "una@us.example", "password": PASSWORD, "device": {"id": "laptop", "name": "A laptop"}}
    answer = requests.post(f"{two.us.url}/api/v1/session", json=body, timeout=PATIENCE)
    return Desk(two.us.url, answer.json()["token"])


def stubs(two: Pair) -> list[Case]:
    return list(two.us.records("case").values())


def test_kills_of_either_side_lose_and_double_nothing(regions: Pair) -> None:
    regions.start()
    for n in range(6):
        regions.write(LETTER.format(n=n), (f"a photo {n} of zebra-bytes".encode(),))
    until(lambda: bool(stubs(regions)))
    regions.us.kill()
    for n in range(6, 12):
        regions.write(LETTER.format(n=n))
    regions.us.start()
    until(lambda: len(stubs(regions)) > 6)
    regions.write(LETTER.format(n=12))
    regions.eu.kill()
    regions.us.kill()
    regions.us.start()
    regions.eu.start()
    regions.write(LETTER.format(n=13))
    regions.settle(*PINS)
    regions.eu.kill()
    regions.us.kill()
    assert len(stubs(regions)) == 14
    assert regions.present() == regions.expected(*PINS)
    for canary in CANARIES:
        assert regions.eu.holds(canary), "the canary was never written"
        assert regions.us.holds(canary) == []
    assert regions.us.holds("violet zebra 7"), "what is not pinned may be seen"
    assert regions.us.holds("zebra-bytes") == []


def test_what_is_said_in_the_other_region_about_it_is_refused_and_not_kept(regions: Pair) -> None:
    regions.start()
    regions.write("Where is my parcel?")
    until(lambda: bool(stubs(regions)))
    desk, case = sign_in(regions), stubs(regions)[0]
    for name, text in (("case.note", "a secret platypus"), ("case.reply", "a second platypus")):
        more = {"seen": 9} if name == "case.reply" else {}
        ack = desk.do(name, case=case.id, message=uuid7(), text=text, **more)
        assert (ack["status"], ack["code"], ack["data"]) == ("refused", "elsewhere", {"region": "eu"})
    assert desk.do("case.read", case=case.id, seq=1)["status"] == "done"
    desk.close()
    regions.us.kill()
    assert regions.us.holds("platypus") == []
    assert len(regions.us.records("message")) == 1


def test_what_is_erased_at_home_is_erased_there(regions: Pair) -> None:
    regions.start()
    regions.write("The first one is a wombat.")
    regions.write("The second one is a quokka.")
    regions.settle(*PINS)
    until(lambda: bool(regions.us.holds("wombat")))
    regions.us.kill()
    first = next(one for one in regions.eu.records("message").values() if "wombat" in one.text)
    regions.eu.do(SubjectErase(customer=first.author))
    regions.us.start()
    regions.settle(*PINS)
    assert len(stubs(regions)) == 1
    until(lambda: regions.us.holds("wombat") == [], lambda: regions.us.holds("wombat"))
    regions.us.kill()
    assert regions.us.holds("wombat") == []
    until(lambda: bool(regions.us.holds("quokka")))


def test_another_pin_tells_all_of_it_anew(regions: Pair) -> None:
    regions.start()
    for n in range(30):
        regions.write(f"Number {n} is a wombat.")
    regions.settle(*PINS)
    until(lambda: bool(regions.us.holds("wombat")))
    regions.eu.do(RegionPin(data_class="free", region="eu"))
    regions.us.kill()
    regions.us.start()
    regions.settle(*PINS, "free")
    assert {Masked.read(one.text) for one in regions.us.records("message").values()} == {"free"}
    until(lambda: regions.us.holds("wombat") == [], lambda: regions.us.holds("wombat"))
    regions.us.kill()
    assert regions.us.holds("wombat") == []
    regions.us.start()
    regions.eu.do(RegionUnpin(data_class="free", region="eu"))
    regions.settle(*PINS)
    until(lambda: bool(regions.us.holds("wombat")))


def test_a_region_that_is_forgotten_leaves_nothing(regions: Pair) -> None:
    regions.start()
    regions.write("The only one is a wombat.")
    regions.settle(*PINS)
    assert "hears\teu\t1 cases" in regions.us.do(RegionList())
    assert regions.us.do(RegionForget(region="eu")) == "eu is forgotten"
    assert stubs(regions) == []
    assert regions.us.records("customer") == {}
    regions.write("Another one is a wombat.")
    until(lambda: regions.us.holds("wombat") == [], lambda: regions.us.holds("wombat"))
    assert "hears" not in regions.us.do(RegionList())
    assert regions.token not in regions.eu.do(RegionList())
