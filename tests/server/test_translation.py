"""Texts in another language: by the server and the operator's service, without what is personal, or with a reason."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.mail.post.office import free_ports
from tests.served import Quiet, served
from tests.server.running import Company, Desk, company

from agentdesk.domain.cases import Message
from agentdesk.domain.kernel import Masked
from agentdesk.domain.translating import Translation, target_for
from agentdesk_server.authority.kept import Kept
from agentdesk_server.channels.email.importing import MailImport
from agentdesk_server.daily import DAY_MS
from agentdesk_server.translation import settings, translator
from agentdesk_server.translation.covering import covered, uncovered
from agentdesk_server.translation.settings import TranslationOff, TranslationSet, TranslationShow


class Service(ThreadingHTTPServer):
    """Speaks as LibreTranslate does: answers in capitals, fails when it is told to, keeps what it was asked."""

    def __init__(self, port: int) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.asked: list[dict[str, Any]] = []
        self.status, self.body = 200, b""


class Handler(Quiet):
    def do_POST(self) -> None:
        assert isinstance(self.server, Service)
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append({"path": self.path, **asked})
        told = {"translatedText": asked["q"].upper(), "detectedLanguage": {"confidence": 90, "language": "nl"}}
        self.tell(self.server.body or json.dumps(told).encode(), self.server.status)


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    with served(Service(*free_ports(1))) as made:
        yield made


@pytest.fixture(scope="module")
def shop(service: Service, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    folder, origin = tmp_path_factory.mktemp("translation"), f"http://127.0.0.1:{service.server_address[1]}"
    (folder / "mail.eml").write_text("From: jo@o.example\nMessage-ID: <one@o.example>\n\nWaar is mijn pakket?\n")
    with company(folder / "server", egress_allow=(origin,)) as made:
        made.running.operate(MailImport(paths=[str(folder / "mail.eml")], team="Billing"))
        yield made


@pytest.fixture
def desk(shop: Company, service: Service) -> Iterator[Desk]:
    """Somebody at work, with the service set and well."""
    service.status, service.body = 200, b""
    origin = f"http://127.0.0.1:{service.server_address[1]}/"
    shop.running.operate(TranslationSet(url=origin, languages=["de", "en"], key="secret key", a_day=20_000))
    made = Desk(shop.url, shop.sign_in())
    made.until("caught_up")
    yield made
    made.close()
    service.asked.clear()


def ask(desk: Desk, **args: Any) -> dict[str, Any]:
    desk.say({"t": "ask", "id": 1, "question": "translate.text", "args": {"target": "de", **args}})
    return desk.until("answer")


def case(shop: Company) -> tuple[str, str]:
    """A case of the team, and what its customer wrote."""
    rows = shop.state.reader.conn.execute("SELECT id, \"case\" FROM message WHERE kind='customer' LIMIT 1")
    ((message, case),) = list(rows)
    return case, message


def test_it_is_translated_and_what_is_personal_stays_here(shop: Company, desk: Desk, service: Service) -> None:
    id, message = case(shop)
    text = "Write to jo@home.example or call +49 30 1234567, it is [[1]] paid."
    told = ask(desk, case=id, text=text)["result"]
    assert told == {"text": "WRITE TO jo@home.example OR CALL +49 30 1234567, IT IS [[1]] PAID.", "language": "nl",
                    "lost": 0, "why": ""}  # fmt: skip
    (sent,) = service.asked
    assert (sent["path"], sent["source"], sent["target"], sent["format"]) == ("/translate", "auto", "de", "text")
    assert sent["api_key"] == "secret key"
    assert sent["q"] == "Write to [[1]] or call [[2]], it is [[3]] paid."
    found = shop.state.reader.records.of(Message, message)
    assert found is not None
    assert ask(desk, case=id, message=message)["result"]["text"] == found.text.upper()
    assert ask(desk, case=id, text=" ")["sentence"] == "There is nothing in this reply."
    assert "this message is no longer there" in ask(desk, case=id, message="gone")["sentence"].lower()


def test_each_failure_has_its_word(
    shop: Company, desk: Desk, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    id, _ = case(shop)

    def why(**args: Any) -> str:
        return str(ask(desk, case=id, **{"text": "Good day", **args})["result"]["why"])

    assert why(target="fr") == "language"
    assert why(text="x" * (translator.LONGEST + 1)) == "long"
    for status, body, word in (
        (500, b"", "refused"), (429, b"", "busy"), (200, b"<html>", "unclear"),
        (200, b'{"translatedText": ["x"]}', "unclear"), (200, b'{"translatedText": " "}', "unclear"),
    ):  # fmt: skip
        service.status, service.body = status, body
        assert why() == word
    service.status, service.body = 200, b"x" * (translator.MOST + 1)
    assert why() == "unclear", "it was reached, and said too much"
    service.body = b""
    assert why() == ""
    monkeypatch.setattr(translator, "SECONDS", 0.0)
    assert why() == "slow"
    monkeypatch.undo()
    assert why(text="x" * 9_999) == ""
    assert why(text="x" * 9_999) == "spent", "no more goes out on one day than the operator wants"
    shop.running.operate(TranslationSet(url="http://127.0.0.2:9/", languages=["de"], a_day=1_000_000))
    assert why() == "unreachable", "only what the operator has allowed the server is called inside the network"
    shop.running.operate(TranslationOff())
    assert why() == "off"


def test_what_went_out_today_counts_after_a_restart(
    service: Service, tmp_path: Path
) -> None:  # fmt: skip
    service.status, service.body = 200, b""
    origin = f"http://127.0.0.1:{service.server_address[1]}"
    (tmp_path / "mail.eml").write_text("From: jo@o.example\nMessage-ID: <one@o.example>\n\nWaar is mijn pakket?\n")

    def asked(shop: Company, size: int) -> str:
        desk = Desk(shop.url, shop.sign_in())
        desk.until("caught_up")
        found = ask(desk, case=case(shop)[0], text="x" * size)["result"]["why"]
        desk.close()
        return str(found)

    with company(tmp_path / "server", egress_allow=(origin,)) as made:
        made.running.operate(MailImport(paths=[str(tmp_path / "mail.eml")], team="Billing"))
        made.running.operate(TranslationSet(url=origin, languages=["de"], a_day=1_000))
        assert (asked(made, 800), asked(made, 300)) == ("", "spent")
    with company(tmp_path / "server", new=False, egress_allow=(origin,)) as made:
        assert (asked(made, 300), asked(made, 200), asked(made, 1)) == ("spent", "", "spent")
        assert "1000" in made.running.operate(TranslationShow()).split("today")[1]
        clock = made.state.core.clock
        tomorrow = (clock() // DAY_MS + 1) * DAY_MS
        kept = Kept(made.state.core.reader.conn)
        days = [settings.SPENT.spent(kept, at) for at in (tomorrow - 1, tomorrow)]
        assert days == [1_000, 0], "days are of UTC"
    service.asked.clear()


def test_the_operator_sees_what_holds_and_no_key(shop: Company, desk: Desk) -> None:
    told = str(shop.running.operate(TranslationShow()))
    assert "de en" in told
    assert "secret key" not in told
    with pytest.raises(Exception, match="address of the web"):
        shop.running.operate(TranslationSet(url="ftp://x", languages=["de"]))
    with pytest.raises(Exception, match=r"without what follows a \? or #"):
        shop.running.operate(TranslationSet(url="https://x.example/a?b=1", languages=["de"]))
    with pytest.raises(Exception, match="Say into which languages"):
        shop.running.operate(TranslationSet(url="https://x.example", languages=[]))
    sealed = shop.state.reader.conn.execute("SELECT value FROM operator_setting WHERE name='translation'").fetchone()
    assert b"secret key" not in sealed[0]


@given(st.lists(st.sampled_from(["jo@x.example", " and ", "[[2]]", "[[", Masked.of("name"), "äöü", "+49 30 1234567"])))
def test_what_was_covered_comes_back_as_it_was(parts: list[str]) -> None:
    text = "".join(parts)
    sent, stood = covered(text, [("äöü", "name")])
    assert uncovered(sent, stood) == (text, 0)
    assert "jo@x.example" not in sent
    assert not Masked.spans(sent)
    if stood:
        assert uncovered("nothing of it", stood) == ("nothing of it", len(stood))
        assert uncovered("[ [1 ]]", stood)[0] == stood[0]


def test_a_language_is_found_by_its_name_or_its_first_part() -> None:
    held = Translation("translation", "org", 1, True, ("en", "pt-BR", "de"), "operator", 0)
    found = [target_for(held, one) for one in ("de-AT", "PT_br", "pt", "en", "fr", "")]
    assert found == ["de", "pt-BR", "", "en", "", ""]
    assert target_for(msgspec.structs.replace(held, on=False), "de") == target_for(None, "de") == ""
