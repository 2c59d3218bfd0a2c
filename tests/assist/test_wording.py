"""How an agent writes: what counts as greeting and sign-off, when it is a habit, and that facts stay as they are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentdesk.assist.embedder import Embedder
from agentdesk.assist.frames import Answer, Ask, Begin, Learn, Open, Source, Swept, Turn
from agentdesk.assist.serving import Serving
from agentdesk.assist.wording import Parts, Wording, form_of, learned, own, parts

NAME = "{{customer.name}}"
BODY = "Your refund of €12.50 left us on 3 May.\n\nThe bank takes two days: https://example.org/r?id=7"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f"Hi {{{{customer.name}}}},\n\n{BODY}\n\nBest regards,\nMina", (f"Hi {NAME},", BODY, "Best regards,\nMina")),
        (f"Sehr geehrte Frau Dr. Öz,\n{BODY}\n\nViele Grüße", ("Sehr geehrte Frau Dr. Öz,", BODY, "Viele Grüße")),
        ("Hello! It is on its way.", ("Hello!", "It is on its way.", "")),
        ("{{greeting}}\n\nDone.", ("{{greeting}}", "Done.", "")),
        ("Hello, order 7 is odd. Hi 5 too!", ("Hello,", "order 7 is odd. Hi 5 too!", "")),
        ("Hi order 7: it is odd.", ("", "Hi order 7: it is odd.", "")),
        ("Hinges are sold out", ("", "Hinges are sold out", "")),
        ("Thanks", ("", "Thanks", "")),
        ("Done.\nCheers, M.", ("", "Done.", "Cheers, M.")),
        ("Best is the second one.\nBest is the third one, which costs more.", ("", None, "")),
        ("Hello,", ("", "Hello,", "")),
    ],
)  # fmt: skip
def test_parts(text: str, found: tuple[str, str | None, str]) -> None:
    greeting, body, closing = found
    assert parts(text) == Parts(greeting, text if body is None else body, closing)


def test_a_habit_needs_several_replies_and_most_of_them() -> None:
    mine = [f"Hi {{{{customer.name}}}},\nthing {n} is done.\nCheers,\nMina" for n in range(3)]
    assert learned(mine, "en") == Wording("Hi {{customer.name}},", "Cheers,\nMina")
    assert learned(mine[:2], "en") == Wording()
    assert learned(["Done.", "Sent.", "Gone."], "en") == Wording("", "")
    assert learned([*mine, "Done.", "Sent.", "Gone.", "Ok."], "en") == Wording("", "")
    assert learned([f"{text} {{{{phone}}}}" for text in mine], "en").closing == ""  # a fact of somebody's is no habit


@pytest.mark.parametrize("hello", ["Hi Karl,", "hello karl,", "Dear Mr Öz,", "Sehr geehrte Frau Dr. Öz,", "Hola José:"])
def test_no_name_that_stands_in_a_greeting_is_learned(hello: str) -> None:
    assert learned([f"{hello}\n\nthing {n} is done." for n in range(5)], "en").greeting is None


@pytest.mark.parametrize(
    "hello", ["Hi there,", "Hello!", "Sehr geehrte Damen und Herren,", "Dear Mr {{customer.name}},", "Hallo zusammen,"]
)
def test_a_greeting_for_anybody_is_learned(hello: str) -> None:
    assert learned([f"{hello}\n\nthing {n} is done." for n in range(3)], "en").greeting == hello


@pytest.mark.parametrize(
    ("text", "language", "form"),
    [
        ("Wir haben Ihnen das Paket geschickt, bitte prüfen Sie es.", "de-AT", "formal"),
        ("Sie ist schon da. Kannst du dein Paket sehen?", "de", "near"),
        ("Nous vous remercions de votre message.", "fr", "formal"),
        ("You will get it.", "en", ""),
        ("Alles gut.", "de", ""),
    ],
)
def test_form_of_address(text: str, language: str, form: str) -> None:
    assert form_of(text, language) == form


@given(st.text(), st.none() | st.text(max_size=40), st.none() | st.text(max_size=40))
def test_what_a_source_says_stays_as_it_is(text: str, greeting: str | None, closing: str | None) -> None:
    found = parts(text)
    assert found.body in text
    assert found.body in own(text, Wording(greeting, closing))
    left = text.replace(found.body, "", 1) if found.body else text
    assert "".join(left.split()) == "".join(f"{found.greeting}{found.closing}".split())


def test_suggestions_come_in_the_words_of_whoever_works_here_and_of_nobody_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def none(_: Open) -> tuple[Embedder | None, str, str]:
        return None, "", "pack"

    monkeypatch.setattr("agentdesk.assist.serving._embedder", none)
    worker = Serving(Open(b"k" * 32, "", me="mina"), ())
    macro = Source(id="macro:m", kind="macro", title="Refund", text=f"Hello!\n\n{BODY}", language="en")
    said = [
        Source(id=f"case:{n}:2", kind="case", title="", asked=f"thing {n}", by=who, at=n + 1, names=("Lena Maas",),
               language="en", text=f"{hello} Lena,\n\nit is on its way again.\n\nCheers,\n{who.title()}")
        for n, (who, hello) in enumerate((("mina", "Hi"), ("mina", "Hi"), ("mina", "Hi"), *[("ravi", "Dear")] * 9))
    ]  # fmt: skip
    for frame in (
        Begin(),
        Learn("macro:m", (macro,)),
        *(Learn(f"case:{n}", (one,)) for n, one in enumerate(said)),
        Swept(),
    ):
        worker.hear(frame)

    def card() -> tuple[str, str]:
        turns = (Turn("customer", "when will the bank have my refund?"),)
        (found,) = worker.hear(Ask(number=1, case="x", turns=turns, language="en"))
        assert isinstance(found, Answer)
        return found.cards[0].text, found.cards[0].bare

    assert card() == (f"Hi {{{{customer.name}}}},\n\n{BODY}\n\nCheers,\nMina", BODY)
    worker.hear(Learn("case:0", (), gone=True))
    assert card() == (f"Hello!\n\n{BODY}", BODY)  # too few are left
    often = tuple(
        Source(id=f"case:k:{n}", kind="case", title="", asked=f"thing k{n}", by="mina", at=50 + n, language="en",
               text="Hello Karl,\n\nit is on its way again.\n\nThank you Karl") for n in range(9)
    )  # fmt: skip
    worker.hear(Learn("case:k", often))
    assert card() == (f"Hello!\n\n{BODY}\n\nCheers,\nMina", BODY)  # how somebody was thanked in one case is no habit
    worker.close()
