"""A case in its own sentences, and the steps of an article: chosen, never worded."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from agentdesk.assist.frames import Turn
from agentdesk.assist.summary import LONGEST, so_far, steps

CASE = (
    Turn("customer", "Hello! I hope you are well. My refund for the headphones is not on my card."),
    Turn("agent", "Hi Lena,\nthanks for writing. The refund left us on 3 May, your card shows it soon.\n\nBest,\nMina"),
    Turn("customer", "Ok, I will wait."),
    Turn("agent", "Hi Lena,\nwe asked the bank for a trace of the refund. Have a nice day.\n\nBest,\nMina"),
    Turn("customer", "Nine days now! There is still no refund on the card. Sorry to ask again."),
)


def test_what_was_asked_answered_and_said_last() -> None:
    assert so_far(CASE) == (
        Turn("customer", "My refund for the headphones is not on my card."),
        Turn("agent", "we asked the bank for a trace of the refund."),
        Turn("customer", "There is still no refund on the card."),
    )
    assert so_far(CASE[:3]) == so_far([CASE[0]] * 9) == ()


@given(st.lists(st.builds(Turn, st.sampled_from(["customer", "agent"]), st.text(max_size=400)), max_size=9))
def test_every_word_of_it_was_said(turns: list[Turn]) -> None:
    found = so_far(turns)
    assert len(found) <= 3
    for one in found:
        assert len(one.text) <= LONGEST
        assert any(one.who == turn.who and one.text.removesuffix("…") in turn.text for turn in turns)


def test_steps_are_the_lines_of_a_list() -> None:
    assert steps("# Refund\nDo this:\n1. Look up the **ARN**.\n2) Tell the bank.\n\nThat is all.") == (
        "Look up the ARN.", "Tell the bank.",
    )  # fmt: skip
    assert steps("- one thing only") == steps("No list, 3. May") == ()
