"""Bound sessions in the database: each refresh token counts once, what is lost on its way can be asked for again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from agentdesk_server.authority import open_server_database
from agentdesk_server.authority.families import ACCESS_LASTS, FAMILY_LASTS, REFRESH_LASTS, Families, Tokens

NOW = 1_800_000_000_000


@pytest.fixture
def families(tmp_path: Path) -> Iterator[Families]:
    database = open_server_database(tmp_path, durable=False)
    yield Families(database.conn)
    database.close()


@pytest.fixture
def first(families: Families) -> Tokens:
    return families.begin("ann", "laptop", "key", NOW)


def renewed(families: Families, refresh: str, now: int = NOW) -> Tokens:
    renewal = families.renew(refresh, "key", now)
    assert renewal.how == "renewed"
    assert renewal.tokens is not None
    return renewal.tokens


def alive(families: Families, tokens: Tokens, now: int = NOW) -> bool:
    return families.of_access(tokens.access, now) is not None


def use(families: Families, tokens: Tokens) -> None:
    """As the gate does when an access token is shown."""
    found = families.of_access(tokens.access, NOW)
    assert found is not None
    families.seen(found[0].id, found[1])


def test_a_token_becomes_the_next_one(families: Families, first: Tokens) -> None:
    second = renewed(families, first.refresh)
    assert len({first.refresh, second.refresh, first.access, second.access}) == 4
    assert alive(families, first), "what is under way with the token before is not cut off"
    assert alive(families, second)


def test_an_old_one_ends_the_family(families: Families, first: Tokens) -> None:
    second = renewed(families, first.refresh)
    third = renewed(families, second.refresh)
    assert families.renew(first.refresh, "key", NOW).how == "reused"
    assert not any(alive(families, tokens) for tokens in (first, second, third))
    assert families.renew(third.refresh, "key", NOW).how == "unknown"


def test_the_one_before_is_old_once_the_new_was_seen(families: Families, first: Tokens) -> None:
    use(families, renewed(families, first.refresh))
    assert families.renew(first.refresh, "key", NOW).how == "reused"


def test_an_answer_that_was_lost_is_given_again(families: Families, first: Tokens) -> None:
    """However late, and however often; what was lost is worth nothing."""
    lost = [renewed(families, first.refresh, NOW + hours * 3_600_000) for hours in (0, 1, 60)]
    found = renewed(families, first.refresh, NOW + 100 * 3_600_000)
    assert [alive(families, tokens) for tokens in lost] == [False, False, False]
    assert alive(families, found, NOW + 100 * 3_600_000)
    assert families.renew(lost[-1].refresh, "key", NOW).how == "reused", "somebody else has got it"


def test_of_two_who_hold_the_same_one_is_found_out(families: Families, first: Tokens) -> None:
    """A copied laptop: whoever comes second ends it for both, in either order."""
    thief = renewed(families, first.refresh)
    owner = renewed(families, first.refresh)
    use(families, owner)
    assert families.renew(thief.refresh, "key", NOW).how == "reused"
    assert not alive(families, owner)


def test_another_key_ends_the_family(families: Families, first: Tokens) -> None:
    renewal = families.renew(first.refresh, "another", NOW)
    assert (renewal.how, renewal.tokens) == ("foreign", None)
    assert not alive(families, first)


def test_garbage_ends_nothing(families: Families, first: Tokens) -> None:
    for garbage in ("", ".", "x", "x.y", first.access, "é" * 50, first.refresh.partition(".")[2]):
        assert families.renew(garbage, "key", NOW).how == "unknown"
    assert alive(families, first)


def test_times(families: Families, first: Tokens) -> None:
    assert not alive(families, first, NOW + ACCESS_LASTS)
    assert first.refresh_expires == NOW + REFRESH_LASTS
    assert families.renew(first.refresh, "key", NOW + REFRESH_LASTS).how == "expired"
    assert families.all() == []


def test_it_does_not_go_on_for_ever(families: Families, first: Tokens) -> None:
    refresh, now = first.refresh, NOW
    while now + REFRESH_LASTS - 1 < NOW + FAMILY_LASTS:
        now += REFRESH_LASTS - 1
        tokens = renewed(families, refresh, now)
        use_at = families.of_access(tokens.access, now)
        assert use_at is not None
        families.seen(use_at[0].id, use_at[1])
        refresh = tokens.refresh
    assert families.renew(refresh, "key", NOW + FAMILY_LASTS).how == "expired"


def test_ending(families: Families) -> None:
    def begin() -> list[Tokens]:
        return [families.begin(*who, NOW) for who in (("ann", "a", "k1"), ("ann", "b", "k2"), ("bob", "a", "k1"))]

    def left(made: list[Tokens]) -> list[bool]:
        return [alive(families, tokens) for tokens in made]

    made = begin()
    assert families.end_of("ann", "a") == 1
    assert left(made) == [False, True, True]
    made = begin()
    assert families.end_of("ann") == 2
    assert left(made) == [False, False, True]
    made = begin()
    assert families.end_of_key("ann", "k2") == 1
    assert left(made) == [True, False, True]
    assert families.end_elsewhere("ann", "a") == 0
    families.begin("ann", "c", "k3", NOW)
    assert families.end_elsewhere("ann", "a") == 1
    families.end(made[0].family)
    assert left(made) == [False, False, True]
    assert families.end_expired(NOW + REFRESH_LASTS) == 1
    assert families._conn.execute("SELECT count(*) FROM access").fetchone() == (0,)


def test_signing_in_again_replaces(families: Families, first: Tokens) -> None:
    families.begin("ann", "laptop", "another key", NOW)
    assert not alive(families, first)
    assert [family.key for family in families.all()] == ["another key"]


def test_only_hashes_are_kept(families: Families, first: Tokens) -> None:
    second = renewed(families, first.refresh)
    rows = str([families._conn.execute(f"SELECT * FROM {table}").fetchall() for table in ("family", "access")])
    for tokens in (first, second):
        assert tokens.access not in rows
        assert tokens.refresh not in rows
        assert tokens.refresh.partition(".")[2] not in rows
