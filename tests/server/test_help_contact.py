"""The contact form of the help centre asks for the fields that are declared."""

from __future__ import annotations

import re

import requests
from tests.server.running import PATIENCE, Company, Desk
from tests.server.test_help_centre import get, newest

from agentdesk.domain.cases.fields import FILLED_IN


def test_the_contact_form_asks_what_the_chat_asks(shop: Company) -> None:
    """Without a script: what hangs on an answer says so, nothing is lost by a refusal, and the keys are the same."""
    page, records = requests.Session(), shop.state.reader.records
    shop.hire("Formal", "formal@example.com", "supervisor")
    lead = Desk(shop.url, shop.sign_in("formal@example.com", "formal"), "formal")
    bulb = {"when": "product", "equals": "lamp", "required": True}
    try:
        for field, more in (
            ("product", {"type": "choice", "options": ["Lamp", "<Chair>"], "required": True}), ("bulb", bulb),
            ("since", {"type": "date"}),
        ):  # fmt: skip
            assert lead.do("field.define", field=field, title=field.title(), ask=True, **more)["status"] == "done"
        form = get(page, shop, "/help/contact").text
        assert "if “Product” is “lamp”" in form
        assert 'value="&lt;Chair&gt;"' in form
        assert "Bitte ausfüllen: Product" in page.post(
            f"{shop.url}/help/contact?lang=de", {"text": "Dark"}, timeout=PATIENCE
        ).text  # fmt: skip
        before = len(records.find.latest("case", 50))
        told = {"text": "It is <dark>", "name": "Ida", "field.product": "Lamp", "field.since": "2027-03-31"}
        again = page.post(f"{shop.url}/help/contact", told, timeout=PATIENCE)
        assert (again.status_code, len(records.find.latest("case", 50))) == (422, before)
        for kept in ("Please fill in: Bulb", "It is &lt;dark&gt;", '"Lamp" selected', 'value="2027-03-31"', '"Ida"'):
            assert kept in again.text
        wrong = {**told, "field.bulb": "The big one", "field.since": "soon"}
        again = page.post(f"{shop.url}/help/contact?lang=de", wrong, timeout=PATIENCE)
        assert again.status_code == 422
        assert 'value="The big one"' in again.text
        assert "Since ist ein Tag. Schreiben Sie ihn wie 2027-03-31." in again.text
        assert re.findall(r'id="([^"]+)"[^>]* aria-invalid', again.text) == ["field.since"]
        assert not page.cookies, "nobody begins a conversation with what was not taken"
        right = {**wrong, "field.since": "2027-03-31", "field.gone": "x"}
        assert "It is &lt;dark&gt;" in page.post(f"{shop.url}/help/contact", right, timeout=PATIENCE).text
        filled = {one.field: one.value for one in records.page(FILLED_IN(case=newest(records).id))}
        assert filled == {"product": "Lamp", "bulb": "The big one", "since": "2027-03-31"}
        assert "field.product" not in get(page, shop, "/help/contact").text
        assert "Further" in page.post(f"{shop.url}/help/contact", {"text": "Further"}, timeout=PATIENCE).text
    finally:
        for field in ("bulb", "product", "since"):
            lead.do("field.retire", field=field)
        lead.close()
        page.close()
