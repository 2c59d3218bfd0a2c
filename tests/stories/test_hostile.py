"""Texts that nobody should type, through real desks, a real server and a customer's socket: clean at every end."""

from __future__ import annotations

from contextlib import nullcontext

import pytest
from tests.stories.rig import Company

from agentdesk.domain.cases import MESSAGES_AFTER, Case, Note, Reply, Tag
from agentdesk.domain.kernel import Refusal
from agentdesk.store.drafts import Draft

TEXTS = {
    "NUL": "before\0after",
    "half a character": "before\ud800after",
    "halves the wrong way round": "before\udc00\ud83dafter",
    "halves that belong together": "before\ud83d\ude00after",
    "turned around": "before\u202eafter",
    "byte order mark": "\ufeffbeforeafter",
    "line separators": "before\u2028\u2029after",
    "bells and escapes": "before\x07\x1b[31mafter",
    "markup": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "SQL": "'; DROP TABLE message; --",
    "full text syntax": 'NEAR("a" b) OR * AND ^ " {x}:',
    "a hundred thousand marks": "Z" + "\u0301" * 100_000,
}
LONGEST_TAG = 200
NOTHING = ("\0", "\ud800", "\u2028\ufeff\x1b", " \n\t ")


@pytest.mark.parametrize("name", TEXTS)
def test_strange_texts_arrive_clean_and_hold_nothing_up(company: Company, name: str) -> None:
    mina, omar, text = company.desk("mina").live(), company.desk("omar").live(), TEXTS[name]
    customer = company.visitor()
    with customer.line() as chat:
        chat.message("a question")
        with company.server.truth() as database:
            (case,) = [row[0] for row in database.conn.execute(CASE_OF, (customer.id,))]
        mina.until(lambda: mina.replica.get(Case, case))
        mina.do(Reply(case=case, message=mina.new_id(), text=text, seen=1))
        mina.do(Note(case=case, message=mina.new_id(), text=text))
        with pytest.raises(Refusal, match="too long") if len(text) > LONGEST_TAG else nullcontext():
            mina.do(Tag(case=case, tag=text))
        mina.worker.note(Draft(case, "reply", text, 0, mina.worker.now()))
        mina.do(Reply(case=case, message=mina.new_id(), text="and on we go", seen=2))
        mina.answered()
        chat.until_text("and on we go")
        heard = chat.texts()
    omar.until(lambda: omar.holds() == company.server.seen_by(omar.me.id))
    assert mina.holds() == omar.holds()
    said = [m.text for m in omar.replica.page(MESSAGES_AFTER(case=case, seq=0)) if m.kind in ("reply", "note")]
    assert said[0] == said[1] == heard[1]
    assert not any((c < " " and c != "\n") or "\ud800" <= c <= "\udfff" for c in said[0])
    assert "before" not in text or said[0].startswith("before")
    assert not [told for told in mina.told if getattr(told, "code", "") == "trouble"]
    mina.replica.search(type(omar.replica.page(MESSAGES_AFTER(case=case, seq=0))[0]), text)


CASE_OF = 'SELECT "case" FROM conversation WHERE visitor=?'


@pytest.mark.parametrize("text", NOTHING, ids=ascii)
def test_what_is_empty_in_the_end_is_refused_at_once(company: Company, text: str) -> None:
    mina = company.desk("mina").live()
    with company.visitor().line() as chat:
        chat.message("anybody?")
    mina.until(mina.cases)
    with pytest.raises(Refusal, match="There is nothing"):
        mina.do(Note(case=mina.cases()[0].id, message=mina.new_id(), text=text))
