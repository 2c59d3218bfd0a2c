"""A command is checked before it goes as the server will check it, and the refusal names the entry and its bound."""

from __future__ import annotations

from string import Formatter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentdesk.desk import texts
from agentdesk.domain.forum import Ask
from agentdesk.domain.friction import KeepProcess
from agentdesk.domain.kernel import Command, Refusal
from agentdesk.domain.sites import AddSite
from agentdesk.protocol import BadMessage, decode_command
from agentdesk.protocol.fitting import MOST_BYTES, _pack, fit


def ask(title: str = "Refund", text: str = "What now?", tags: tuple[str, ...] = (), id: str = "t1") -> Ask:
    return Ask(topic=id, post="p1", space="", title=title, text=text, tags=tags)


def process(days: int) -> KeepProcess:
    return KeepProcess(process="p1", name="Refunds", owner="ann", days=days)


@pytest.mark.parametrize(
    ("command", "entry", "bound"),
    [
        (ask(title="x" * 501), "title", 500),
        (ask(text="x" * 200_001), "text", 200_000),
        (ask(tags=("x",) * 11), "tags", 10),
        (ask(tags=("a", "x" * 201)), "tags", 200),
        (ask(id="no id"), "topic", None),
        (process(91), "days", 90),
        (process(0), "days", 1),
        (process(2**70), None, None),
    ],
)
def test_it_names_the_entry_and_the_bound(command: Command, entry: str | None, bound: int | None) -> None:
    with pytest.raises(Refusal) as caught:
        fit(command)
    refusal = caught.value
    assert (refusal.code, refusal.data.get("entry"), refusal.data.get("bound")) == ("bounds", entry, bound)
    german = texts.words("de")[refusal.sentence]
    assert {name for _, name, _, _ in Formatter().parse(german) if name} == set(refusal.data)


def test_what_is_more_than_a_frame_holds_is_refused() -> None:
    with pytest.raises(Refusal, match="too much to be sent at once"):
        fit(AddSite(site="s1", key="k1", name="Shop", team="t1", origins=("x" * MOST_BYTES,)))


@given(st.text(min_size=0, max_size=600).map(lambda text: text * 2), st.integers(-5, 100))
def test_it_refuses_exactly_what_the_server_would(title: str, days: int) -> None:
    for command, name in ((ask(title=title), "forum.ask"), (process(days), "friction.process")):
        try:
            decode_command(name, _pack.encode(command), binary=True)
        except BadMessage:
            with pytest.raises(Refusal):
                fit(command)
        else:
            fit(command)
