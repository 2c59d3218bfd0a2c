"""A last look at a reply: what promises a file, what only asks for one, what was left to be filled in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentdesk.text.replies import left_open, promised_file


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("I have attached the form.", "I have attached"),
        ("Please find the form attached.", "Please find the form attached"),
        ("The form is attached", "is attached"),
        ("Attached is the form", "Attached is"),
        ("We're attaching it", "We're attaching"),
        ("Anbei das Formular", "Anbei"),
        ("Sie finden es im Anhang.", "im Anhang"),
        ("Das Formular ist beigefügt", "ist beigefügt"),
        ("Ich habe Ihnen das Formular angehängt", "habe Ihnen das Formular angehängt"),
        ("see the\nattachment", ""),
    ],
)
def test_a_promise_is_found(text: str, said: str) -> None:
    assert promised_file(text) == said


@pytest.mark.parametrize(
    "text",
    [
        "Could you attach a photo?",
        "The file you attached is empty.",
        "Your attachment is too large.",
        "> I have attached it",
        "Bitte hängen Sie ein Foto an.",
        "Ihr Anhang ist leer.",
        "I am attached to this place",
        "",
        "Der Anhang fehlt",
    ],
)
def test_what_promises_nothing(text: str) -> None:
    assert promised_file(text) == ""


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Dear {name},", "{name}"),
        ("Dear {{ customer.name }},", "{{ customer.name }}"),
        ("No. [ORDER NUMBER]", "[ORDER NUMBER]"),
        ("%ORDER_ID%", "%ORDER_ID%"),
        ("on ____ we", "____"),
        ("{ }", ""),
        ("@[MINA KAPOOR]", ""),
        ("a[0] {1}", ""),
        ("100%", ""),
        ("> Dear {name}", ""),
    ],
)
def test_what_is_left_to_fill_in(text: str, left: str) -> None:
    assert left_open(text) == left


@given(st.text(max_size=300))
def test_any_text_can_be_looked_at(text: str) -> None:
    assert promised_file(text) in " ".join(text.split()) or not promised_file(text)
    assert left_open(text) in text
