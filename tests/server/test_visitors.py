"""Who may be a visitor: sites, origins, tokens; and what hostile clients get."""

from __future__ import annotations

import json

import msgspec
import pytest
import requests
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.server.running import PATIENCE, Company, Visitor, close_code
from websockets.exceptions import InvalidStatus

from agentdesk_server.channels.webchat import frames
from agentdesk_server.limits import Buckets


def test_a_known_visitor_is_renewed(shop: Company, visitor: Visitor) -> None:
    """A token that fits keeps the visitor; anything else gives a fresh one, never an error."""
    known = {"visitor": visitor.id, "token": visitor.token}
    assert shop.visitor(**known).id == visitor.id
    assert shop.visitor(**known).token == visitor.token
    assert shop.visitor(**known | {"token": "x" * 43}).id != visitor.id
    assert shop.visitor(**known | {"visitor": "someone"}).id != visitor.id


ORIGINS = [("https://shop.example", 201), ("https://evil.example", 403), ("null", 403), (None, 201)]


@pytest.mark.parametrize(("origin", "status"), ORIGINS)
def test_only_the_sites_pages_may_ask(shop: Company, origin: str | None, status: int) -> None:
    """And may read the answer."""
    headers = {"Origin": origin} if origin else {}
    answer = requests.post(f"{shop.url}/api/v1/visitors", json={"site": shop.key}, headers=headers, timeout=PATIENCE)
    assert answer.status_code == status
    shared = answer.headers.get("Access-Control-Allow-Origin")
    assert shared == (origin if origin == "https://shop.example" else None)
    assert answer.headers["Vary"] == "Origin"


def test_the_socket_checks_the_origin_too(shop: Company, visitor: Visitor) -> None:
    """Before it is accepted."""
    with pytest.raises(InvalidStatus) as refused, visitor.dial(origin="https://evil.example"):
        pass
    assert refused.value.response.status_code == 403
    with visitor.dial(origin="https://shop.example"):
        pass


def test_an_unknown_site_is_no_site(shop: Company, visitor: Visitor) -> None:
    answer = requests.post(f"{shop.url}/api/v1/visitors", json={"site": "pk_nowhere"}, timeout=PATIENCE)
    assert answer.status_code == 403
    visitor.key = "pk_nowhere"
    with pytest.raises(InvalidStatus), visitor.dial():
        pass


def closed_with(visitor: Visitor, *sent: str | bytes) -> int:
    """The code with which the server ends a line that says this."""
    with visitor.dial() as socket:
        for message in sent:
            socket.send(message)
        code = close_code(socket)
    assert code is not None
    return code


WORDS = st.one_of(
    st.text(max_size=200),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=20),
        lambda inner: (
            st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["t", "id", "text", "last"]), inner)
        ),
        max_leaves=10,
    ).map(json.dumps),
    st.builds(
        lambda t, cut, more: f'{{"t":"{t}","last":0,"on":true,"text":"","name":"","seq":1,"id":"{more}"}}'[:cut],
        st.sampled_from(["hello", "say", "typing", "read", "name", "ping"]),
        st.integers(10, 200),
        st.text(max_size=40),
    ),
)


@settings(max_examples=300)
@given(WORDS)
def test_whatever_comes_is_a_frame_or_none(text: str) -> None:
    """Nothing else leaves the decoder."""
    try:
        assert isinstance(frames.decode(text), frames.Frame)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        pass


HELLO = '{"t":"hello","last":0}'
BAD = [
    '{"t":"what"}', "{}", "[]", "nothing", "\x00", '{"t":"hello"}', b"\x00\x01", '{"t":"say","id":"x","text":"y"}',
    '{"t":"ping"}', "[" * 50_000,
]  # fmt: skip


@pytest.mark.parametrize("bad", BAD)
def test_what_is_no_frame_ends_the_line(visitor: Visitor, bad: str | bytes) -> None:
    """Whether it comes first or later; the server goes on."""
    if bad != '{"t":"ping"}':
        assert closed_with(visitor, HELLO, bad) == 4400
    assert closed_with(visitor, bad) == 4400


def test_a_frame_that_is_too_large_ends_the_line(visitor: Visitor) -> None:
    assert closed_with(visitor, HELLO, '{"t":"ping","x":"' + "y" * 200_000 + '"}') == 1009


def test_a_wrong_token_is_told_by_a_code(visitor: Visitor) -> None:
    """After the handshake, so that a browser can see it."""
    visitor.token = "x" * 43
    assert closed_with(visitor) == 4401


def test_too_many_tabs_and_words_are_turned_away(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    """4429, and nothing that was acknowledged is lost."""
    monkeypatch.setattr("agentdesk_server.channels.webchat.doors.MOST_LINES", 1)
    with visitor.line() as line:
        line.next()
        assert closed_with(visitor) == 4429
    monkeypatch.undo()
    monkeypatch.setattr("agentdesk_server.channels.webchat.doors.LOCAL_FRAMES", Buckets(5, 0.001))
    assert closed_with(visitor, HELLO, *['{"t":"ping"}'] * 10) == 4429


def test_too_many_arrivals_are_told_when_to_come_back(shop: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    """429 with Retry-After, for what does not come from this machine."""
    monkeypatch.setattr("agentdesk_server.channels.webchat.doors.ARRIVALS", Buckets(1, 0.1))
    monkeypatch.setattr("agentdesk_server.doors.is_loopback", lambda address: False)
    shop.visitor()
    answer = requests.post(f"{shop.url}/api/v1/visitors", json={"site": shop.key}, timeout=PATIENCE)
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) >= 9
