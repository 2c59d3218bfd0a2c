"""Stories of a working day, told with a real server, real desks and a real customer's socket."""

from __future__ import annotations

import pytest
from tests.server.running import PASSWORD, Visitor, agentdesk
from tests.stories.rig import Company, Desk, Laptop

from agentdesk.domain.cases import MESSAGES_AFTER, Case, Claim, FollowCase, Message, Note, Reply, Solve
from agentdesk.domain.kernel import Denied, Refusal
from agentdesk.store import drafts
from agentdesk.store.precious import open_precious
from agentdesk.sync.phases import Phase
from agentdesk_server.operating import PersonAdd

CASE_OF = 'SELECT "case" FROM conversation WHERE visitor=?'


def the_case(desk: Desk, question: str) -> Case:
    """The case whose subject is the question."""
    found: list[Case] = []

    def there() -> bool:
        found[:] = [record for record in desk.holds().values() if isinstance(record, Case)]
        found[:] = [case for case in found if case.subject == question]
        return bool(found)

    desk.until(there)
    return found[0]


def texts(desk: Desk, case: str) -> list[str]:
    said = desk.replica.page(MESSAGES_AFTER(case=case, seq=0), limit=200)
    return [message.text for message in said if message.text]


def wait_for_text(desk: Desk, case: str, text: str) -> None:
    desk.until(lambda: text in texts(desk, case))


def reply(desk: Desk, case: str, text: str) -> str:
    """Answer what is on the screen now."""
    id, seen = desk.new_id(), desk.replica.get(Case, case)
    assert seen is not None
    desk.do(Reply(case=case, message=id, text=text, seen=seen.seq))
    return id


@pytest.fixture
def customer(company: Company) -> Visitor:
    return company.visitor(lang="en", page={"url": "https://shop.example/cart", "title": "Cart"})


def test_two_agents_race_for_one_chat(company: Company, customer: Visitor) -> None:
    """Both click before either has heard of the other: one has it, the other gets a sentence; nobody waits."""
    mina, omar = company.desk("mina"), company.desk("omar")
    with customer.line() as chat:
        chat.message("Who will take me?")
        case = the_case(mina, "Who will take me?").id
        the_case(omar, "Who will take me?")
        company.server.line.stall()
        for desk in (mina, omar):
            desk.do(Claim(case=case))
            shown = desk.replica.get(Case, case)
            assert shown is not None
            assert shown.assignee == desk.me.id  # at once, on each screen
        company.server.line.resume()
        mina.answered()
        omar.answered()
    refused = [*mina.refused, *omar.refused]
    assert [(one.ack.code, one.ack.status) for one in refused] == [("taken", "refused")]
    winner, loser = (omar, mina) if mina.refused else (mina, omar)
    assert str(Refusal(refused[0].ack.sentence, refused[0].ack.code, **refused[0].ack.data)) == (
        f"{winner.me.name} already has this case."
    )
    for desk in (mina, omar):
        desk.until(lambda desk=desk: getattr(desk.replica.get(Case, case), "assignee", "") == winner.me.id)
    assert loser.holds() == winner.holds()


def test_a_reply_written_offline_while_the_customer_wrote_again(company: Company, customer: Visitor) -> None:
    """It is stopped; the agent sees the new words, and has their own back as a draft, also in the file."""
    mina = company.desk("mina")
    with customer.line() as chat:
        chat.message("Where is my parcel?")
        case = the_case(mina, "Where is my parcel?").id
        mina.set_online(False)
        message = reply(mina, case, "It will be there tomorrow.")
        assert "It will be there tomorrow." in texts(mina, case)
        chat.message("Sorry, it has just arrived!")
        mina.set_online(True)
        mina.answered()
        chat.silence()
        assert chat.texts() == ["Where is my parcel?", "Sorry, it has just arrived!"]
    (refused,) = mina.refused
    assert (refused.ack.code, refused.draft) == ("newer", "It will be there tomorrow.")
    assert refused.ack.data["text"] == "Sorry, it has just arrived!"
    wait_for_text(mina, case, "Sorry, it has just arrived!")
    assert "It will be there tomorrow." not in texts(mina, case)
    assert mina.replica.get(Message, message) is None
    company.close(mina)
    assert draft_of(mina, case) == "It will be there tomorrow."


@pytest.mark.parametrize("only_answers", [False, True], ids=["the question is lost", "the answer is lost"])
def test_a_laptop_is_closed_mid_send(company: Company, customer: Visitor, only_answers: bool) -> None:
    """Killed between outbox and answer, whether or not the server had heard it: the customer gets it exactly once."""
    mina = company.desk("mina")
    token, where = mina.token, (company.server.url, "mina@example.com", mina.device)
    company.close(mina)
    laptop = Laptop(mina.folder, *where, token=token)
    with customer.line() as chat:
        chat.message("Is anybody there?")
        with company.server.truth() as database:
            (case,) = [row[0] for row in database.conn.execute(CASE_OF, (customer.id,))]
        laptop.start(reply=(case, "Yes, I am."))
        laptop.wait_for("ready")
        company.server.line.stall(only_answers=only_answers)
        laptop.go()
        laptop.wait_for("waiting")
        if only_answers:
            chat.until_text("Yes, I am.")
        laptop.kill()
        company.server.line.cut()
        company.server.line.resume()
        chat.silence()
        assert chat.texts().count("Yes, I am.") == only_answers
        again = company.desk("mina", token=token)
        if not only_answers:
            chat.until_text("Yes, I am.")
        again.answered()
        chat.silence()
        assert chat.texts() == ["Is anybody there?", "Yes, I am."]
    assert not again.refused
    assert texts(again, case) == server_texts(company, case) == ["Is anybody there?", "Yes, I am."]


def draft_of(desk: Desk, case: str, kind: str = "reply") -> str:
    """What the closed laptop has on its disk."""
    db = open_precious(desk.place.precious, desk.place.key)
    try:
        found = drafts.get(db, case, kind)
        return "" if found is None else found.text
    finally:
        db.close()


def test_a_colleague_solves_what_you_have_open(company: Company, customer: Visitor) -> None:
    """The case on the screen changes under one's eyes; writing on opens it again, as a deed of one's own."""
    mina, omar = company.desk("mina"), company.desk("omar")
    with customer.line() as chat:
        chat.message("Can I change my address?")
        case = the_case(mina, "Can I change my address?").id
        the_case(omar, "Can I change my address?")
        told: list[str] = []
        mina.replica.listen(["case"], lambda some: told.extend(one.id for one in some or ()))
        omar.do(Solve(case=case, seen=1))
        mina.until(lambda: getattr(mina.replica.get(Case, case), "status", "") == "solved")
        assert case in told
        assert any(message.event == "solved" for message in mina.replica.page(MESSAGES_AFTER(case=case, seq=0)))
        reply(mina, case, "Done, it is changed.")
        mina.answered()
        chat.until_text("Done, it is changed.")
        omar.until(lambda: getattr(omar.replica.get(Case, case), "status", "") == "open")
        assert not mina.refused


def test_a_mention_shows_the_case_across_teams(company: Company, customer: Visitor) -> None:
    """Lena is in another team: she sees nothing, is named, and sees this case alone, as a guest."""
    mina, lena = company.desk("mina").live(), company.desk("lena").live()
    with customer.line() as chat:
        chat.message("I sent it back two weeks ago")
        case = the_case(mina, "I sent it back two weeks ago").id
        assert lena.replica.get(Case, case) is None
        mina.do(Note(case=case, message=mina.new_id(), text=f"@[{lena.me.id}] have you seen this parcel?"))
        mina.answered()
        lena.until(lambda: lena.replica.get(Case, case))
        lena.until(lambda: len(texts(lena, case)) == 2)
        with pytest.raises(Denied, match="You are a guest here"):
            lena.do(FollowCase(case=case))
        lena.do(Note(case=case, message=lena.new_id(), text="I have not, I will ask."))
        lena.answered()
        mina.do(Solve(case=case, seen=1))
        mina.answered()
        chat.message("Hello?")
        wait_for_text(lena, case, "Hello?")
    assert lena.holds() == company.server.seen_by(lena.me.id)
    assert [key for key in lena.holds() if key[0] == "case"] == [("case", case)]


def test_who_leaves_a_team_loses_its_data(company: Company, customer: Visitor) -> None:
    """Within a moment, on a laptop that is open; and a laptop that was shut loses it when it comes back."""
    hired = PersonAdd(name="Ida Roy", email="ida@example.com", role="agent", password=PASSWORD, teams=["Billing"])
    company.server.operate(hired)
    ida, shut = company.desk("ida"), company.desk("ida", "ida-tablet")
    with customer.line() as chat:
        chat.message("Something private")
        case = the_case(ida, "Something private").id
        the_case(shut, "Something private")
        shut.set_online(False)
        company.server.admin("person", "update", "ida@example.com", "--team", "Returns")
        ida.until(lambda: ida.replica.get(Case, case) is None)
        chat.message("Something even more private")
    shut.set_online(True)
    shut.until(lambda: shut.replica.get(Case, case) is None)
    for desk in (ida, shut):
        desk.until(lambda desk=desk: desk.holds() == company.server.seen_by(ida.me.id))  # type: ignore[misc]
        assert not any(kind in ("case", "message", "customer") for kind, _ in desk.holds())
        assert not desk.replica.search(Message, "private")


def chat_texts(customer: Visitor, url: str) -> list[str]:
    """What a customer finds who opens the page anew."""
    customer.url = url
    with customer.line() as line:
        line.until("messages", more=False)
        return line.texts()


def test_a_restored_backup_gets_back_what_desks_have(own_company: Company) -> None:
    """The disk is lost after the backup: desks hand in again what was acknowledged since, once, in order."""
    company, customer = own_company, own_company.visitor()
    mina, server = company.desk("mina"), company.server
    with customer.line() as chat:
        chat.message("Please help me")
        case = the_case(mina, "Please help me").id
        reply(mina, case, "I am on it.")
        mina.answered()
        server.admin("backup", str(company.folder / "backup.tar"))
        for number in range(3):
            reply(mina, case, f"After the backup: {number}")
        mina.answered()
        chat.until_text("After the backup: 2")
    said = texts(mina, case)
    server.kill()
    restored = company.folder / "restored"
    erased = ("--erasures", str(server.folder / "erasures.jsonl"))
    done = agentdesk("restore", str(company.folder / "backup.tar"), "--data", str(restored), *erased)
    assert done.returncode == 0, done.stderr
    server.folder = restored
    server.start()
    mina.until(lambda: mina.status.phase is Phase.REVOKED)  # a backup revives no session
    mina.sign_in_again()
    mina.until(lambda: len(server_texts(company, case)) == 5)
    mina.answered()
    assert server_texts(company, case) == said
    assert texts(mina, case) == said
    assert chat_texts(customer, server.direct) == said
    assert mina.holds() == server.seen_by(mina.me.id)


def server_texts(company: Company, case: str) -> list[str]:
    with company.server.truth() as database:
        said = database.records.page(MESSAGES_AFTER(case=case, seq=0), limit=200)
    return [message.text for message in said if message.text]


def test_a_revoked_laptop_does_nothing_more(company: Company) -> None:
    """Whoever is told "ended" may rely on it at once, not a minute later."""
    omar = company.desk("omar", "omar-lost")
    omar.until(lambda: omar.status.phase is Phase.LIVE)
    company.server.admin("device", "revoke", omar.me.id, "--device", "omar-lost")
    omar.until(lambda: omar.status.phase is Phase.REVOKED)
