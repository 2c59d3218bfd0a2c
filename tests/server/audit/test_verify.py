"""The verifier passes an untouched log and finds every edit, removal, truncation and replacement."""

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.server.audit.conftest import PUBLIC, SECRET, Log, make_log

from agentdesk_server.audit import leaf as leaf_
from agentdesk_server.audit import lines as lines_
from agentdesk_server.audit.check import MAX_PROBLEMS
from agentdesk_server.audit.export import export
from agentdesk_server.audit.head import Head, SignedHead, key_id, sign
from agentdesk_server.audit.lines import EndLine, Header, HeadLine, LeafLine, SealedLine, decode, encode
from agentdesk_server.audit.verify import verify_file

Save = Callable[[list[bytes]], Path]
OTHER = sha256(b"another key").digest()
SMALL = make_log(3).lines()
SHARED = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


def closed(lines: list[bytes]) -> list[bytes]:
    """These lines with a closing line that fits them: what a forger without the signing key can do."""
    read = [decode(each) for each in lines]
    body = [each for each, line in zip(lines, read, strict=True) if not isinstance(line, EndLine)]
    count = [sum(isinstance(each, kind) for each in read) for kind in (LeafLine, SealedLine, HeadLine)]
    leaves, sealed, heads = count
    return [*body, encode(EndLine(leaves, sealed, heads, sha256(b"".join(body)).digest()))]


def of(kind: type, lines: list[bytes]) -> list[int]:
    """Where the lines of a kind stand."""
    return [place for place, each in enumerate(lines) if isinstance(decode(each), kind)]


def without(lines: list[bytes], places: list[int]) -> list[bytes]:
    return [each for place, each in enumerate(lines) if place not in places]


def edited(data: bytes) -> bytes:
    """The same leaf telling another story."""
    return leaf_.encode(msgspec.structs.replace(leaf_.decode(data), command="case.close"))


def test_an_untouched_log_passes(log: Log, save: Save) -> None:
    verdict = verify_file(save(log.lines()), PUBLIC, log.heads, 7)
    assert verdict.problems == []
    assert verdict.ok
    assert (verdict.size, verdict.root, verdict.key_id) == (7, log.tree.root, key_id(PUBLIC))


@pytest.mark.parametrize("commands", [0, 1, 2, 8, 33])
def test_logs_of_every_size_pass(commands: int, save: Save) -> None:
    assert verify_file(save(make_log(commands).lines()), PUBLIC).problems == []


def test_an_export_without_payloads_or_with_some_erased_passes(log: Log, save: Save) -> None:
    assert verify_file(save(list(export("epoch-1", PUBLIC, log.leaves, log.heads))), PUBLIC).ok
    assert verify_file(save(list(export("epoch-1", PUBLIC, log.leaves, log.heads, log.sealed[2:5]))), PUBLIC).ok


def test_a_log_with_a_restore_in_its_past_passes(save: Save) -> None:
    log = Log()
    log.command()
    log.sign("epoch-0")
    log.command()
    log.sign()
    assert verify_file(save(log.lines()), PUBLIC).problems == []


@SHARED
@given(place=st.integers(0, len(b"".join(SMALL)) - 1), flip=st.integers(1, 255))
def test_any_changed_byte_is_found(place: int, flip: int, save: Save) -> None:
    harmed = bytearray(b"".join(SMALL))
    harmed[place] ^= flip
    assert not verify_file(save([bytes(harmed)]), PUBLIC).ok


def test_each_single_bit_is_found(save: Save) -> None:
    whole = b"".join(make_log(1).lines())
    for place in range(len(whole)):
        harmed = whole[:place] + bytes([whole[place] ^ 1 << place % 8]) + whole[place + 1 :]
        assert not verify_file(save([harmed]), PUBLIC).ok, place


@pytest.mark.parametrize("place", range(len(SMALL)))
def test_any_dropped_or_repeated_line_is_found(place: int, save: Save) -> None:
    assert not verify_file(save(without(SMALL, [place])), PUBLIC).ok
    assert not verify_file(save([*SMALL[: place + 1], *SMALL[place:]]), PUBLIC).ok


def test_any_two_swapped_lines_are_found(save: Save) -> None:
    for first in range(len(SMALL)):
        for second in range(first):
            lines = list(SMALL)
            lines[first], lines[second] = lines[second], lines[first]
            assert not verify_file(save(lines), PUBLIC).ok, (first, second)


def test_any_truncation_is_found(save: Save) -> None:
    whole = b"".join(SMALL)
    for length in range(0, len(whole), 3):
        assert not verify_file(save([whole[:length]]), PUBLIC).ok, length


@SHARED
@given(place=st.integers(0, len(b"".join(SMALL))), more=st.binary(min_size=1, max_size=9))
def test_anything_put_in_is_found(place: int, more: bytes, save: Save) -> None:
    whole = b"".join(SMALL)
    assert not verify_file(save([whole[:place], more, whole[place:]]), PUBLIC).ok


@pytest.mark.parametrize("index", range(7))
def test_an_edited_leaf_is_found_under_a_fitting_closing_line(index: int, log: Log, save: Save) -> None:
    log.leaves[index] = edited(log.leaves[index])
    problems = verify_file(save(log.lines()), PUBLIC).problems
    assert any("not those that the server signed" in each for each in problems)


@pytest.mark.parametrize("index", range(7))
def test_a_removed_leaf_is_found_under_a_fitting_closing_line(index: int, log: Log, save: Save) -> None:
    lines = log.lines()
    place = of(LeafLine, lines)[index]
    problems = verify_file(save(closed(without(lines, [place, place + 1]))), PUBLIC).problems
    assert any("stand before it" in each for each in problems)


def test_an_end_cut_off_behind_the_last_head_is_found(log: Log, save: Save) -> None:
    lines = without(log.lines(), of(HeadLine, log.lines())[1:])
    problems = verify_file(save(closed(lines)), PUBLIC).problems
    assert problems == ["No valid signed head covers the leaves after the first 4."]


def test_an_end_cut_off_back_to_an_older_head_is_found_with_what_was_kept(log: Log, save: Save) -> None:
    lines = log.lines()
    path = save(closed(lines[: of(HeadLine, lines)[0] + 1]))
    assert verify_file(path, PUBLIC).ok  # nothing in this file can show what came after
    assert verify_file(path, PUBLIC, log.heads[:1], 4).ok
    assert "its end was cut off" in verify_file(path, PUBLIC, log.heads).problems[0]
    assert "its end was cut off" in verify_file(path, PUBLIC, minimum_size=5).problems[0]


def rebuilt(log: Log) -> list[bytes]:
    """The whole log again from one edited leaf, signed with another key."""
    forged = Log(OTHER)
    for place, data in enumerate(log.leaves, 1):
        forged.add(edited(data) if place == 3 else data)
        if place in (4, 7):
            forged.sign()
    forged.sealed = log.sealed
    return forged.lines()


def test_a_tree_rebuilt_with_another_key_is_found(log: Log, save: Save) -> None:
    path = save(rebuilt(log))
    assert verify_file(path).ok  # it is whole in itself: that is why keys are pinned
    assert "not with the key you trust" in verify_file(path, PUBLIC).problems[0]
    assert not verify_file(path, None, log.heads[:1]).ok


def test_a_rebuilt_tree_under_the_trusted_keys_name_is_found(log: Log, save: Save) -> None:
    lines = [encode(Header(1, "epoch-1", PUBLIC)), *rebuilt(log)[1:]]
    problems = verify_file(save(closed(lines)), PUBLIC).problems
    assert any("not signed with the log's key" in each for each in problems)


def test_a_tree_rebuilt_with_the_stolen_key_is_found_by_an_earlier_head(log: Log, save: Save) -> None:
    forged = Log(SECRET)
    for data in log.leaves:
        forged.add(edited(data))
    forged.sign()
    path = save(forged.lines())
    assert verify_file(path, PUBLIC).ok
    assert any("rewritten" in each for each in verify_file(path, PUBLIC, log.heads[:1]).problems)


def test_earlier_heads_that_prove_nothing_are_named(log: Log, save: Save) -> None:
    path = save(log.lines())
    foreign = sign(OTHER, Head("epoch-1", 7, log.tree.root, 7, 1))
    assert "was not signed" in verify_file(path, PUBLIC, [foreign]).problems[0]
    assert verify_file(path, PUBLIC, [SignedHead(b"", b"")]).problems == ["The earlier head is not a head."]
    strange = sign(SECRET, Head("epoch-1", 0, bytes(32), 0, 0))
    assert "rewritten" in verify_file(path, PUBLIC, [strange]).problems[0]


def test_earlier_heads_are_checked_with_the_key_you_trust(log: Log, save: Save) -> None:
    problems = verify_file(save(rebuilt(log)), PUBLIC, log.heads).problems
    assert not any("was not signed" in each for each in problems)
    assert sum("rewritten" in each for each in problems) == 2


@pytest.mark.parametrize(
    ("later", "sentence"),
    [
        ({"rev": 0}, "revision of leaf 2 is lower"),
        ({"time": 1}, "leaf 2 is older"),
        ({"index": 5}, "leaf 5 stands where leaf 2 belongs"),
    ],
)
def test_order_is_kept_even_by_a_server_that_lies(later: dict[str, object], sentence: str, save: Save) -> None:
    log = make_log(2)
    log.command(**later)
    log.sign()
    assert any(sentence in each for each in verify_file(save(log.lines()), PUBLIC).problems)


def test_a_leaf_that_is_none_is_found_even_if_signed(save: Save) -> None:
    log = make_log(2)
    log.add(b"no leaf")
    log.sign()
    assert any("leaf 2 is damaged" in each for each in verify_file(save(log.lines()), PUBLIC).problems)


@pytest.mark.parametrize(("rev", "time"), [(2, 1), (1, 1_700_000_000_009)])
def test_a_head_from_before_what_it_covers_is_found(rev: int, time: int, save: Save) -> None:
    log = make_log(2)
    log.heads = [sign(SECRET, Head("epoch-1", 2, log.tree.root, rev, time))]
    assert any("older than what stands before" in each for each in verify_file(save(log.lines()), PUBLIC).problems)


def test_a_head_from_before_the_head_before_is_found(save: Save) -> None:
    log = make_log(2)
    for time in (1_700_000_000_009, 1_700_000_000_008):
        log.heads.append(sign(SECRET, Head("epoch-1", 2, log.tree.root, 2, time)))
    assert any("older than what stands before" in each for each in verify_file(save(log.lines()), PUBLIC).problems)


def test_a_damaged_head_is_found_though_a_whole_one_follows(log: Log, save: Save) -> None:
    lines = log.lines()
    place = of(HeadLine, lines)[0]
    lines[place] = encode(HeadLine(b"no head", bytes(64)))
    assert verify_file(save(closed(lines)), PUBLIC).problems == [f"Line {place + 1}: a signed head is damaged."]


def test_a_log_without_its_header_is_found(log: Log, save: Save) -> None:
    problems = verify_file(save(closed(log.lines()[1:])), PUBLIC).problems
    assert problems == ["The file does not begin with the header of an audit log."]


def test_what_follows_the_closing_line_is_found(log: Log, save: Save) -> None:
    lines = log.lines()
    again = encode(msgspec.structs.replace(decode(lines[-1]), sha256=sha256(b"".join(lines)).digest()))
    problems = verify_file(save([*lines, again]), PUBLIC).problems
    assert problems == [f"Line {len(lines) + 1}: something follows the closing line."]


def test_a_head_of_another_epoch_at_the_end_is_found(log: Log, save: Save) -> None:
    log.sign("epoch-2")
    assert any("another epoch" in each for each in verify_file(save(log.lines()), PUBLIC).problems)


def test_an_exchanged_payload_is_found(log: Log, save: Save) -> None:
    log.sealed[1] = log.sealed[1]._replace(payload=log.sealed[2].payload)
    assert any("not the one that the leaf names" in each for each in verify_file(save(log.lines()), PUBLIC).problems)


@pytest.mark.parametrize("wrong", [SealedLine(0, 1, b"x"), SealedLine(9, 0, b"x")])
def test_a_payload_beside_the_wrong_leaf_is_found(wrong: SealedLine, log: Log, save: Save) -> None:
    lines = log.lines()
    problems = verify_file(save(closed([*lines[:2], encode(wrong), *lines[3:]])), PUBLIC).problems
    assert problems == ["Line 3: a sealed payload lies beside the wrong leaf."]


def test_a_payload_given_twice_is_found(log: Log, save: Save) -> None:
    lines = log.lines()
    problems = verify_file(save(closed([*lines[:3], *lines[2:]])), PUBLIC).problems
    assert problems == ["Line 4: a sealed payload lies beside the wrong leaf."]


def test_a_payload_before_any_leaf_and_a_second_header_are_found(log: Log, save: Save) -> None:
    lines = log.lines()
    problems = verify_file(save(closed([lines[0], lines[2], lines[0], *lines[1:]])), PUBLIC).problems
    assert problems == ["Line 2: a sealed payload lies beside the wrong leaf.", "Line 3: there is a second header."]


def test_a_log_without_any_head_fails(save: Save) -> None:
    log = Log()
    log.command()
    assert any("No signed head" in each for each in verify_file(save(log.lines()), PUBLIC).problems)


def test_many_problems_are_counted_not_listed(save: Save) -> None:
    log = Log()
    for place in range(40):
        log.command(index=2 * place)
    log.sign()
    problems = verify_file(save(log.lines()), PUBLIC).problems
    assert len(problems) == MAX_PROBLEMS + 1
    assert problems[-1].startswith("There are ")


HOSTILE = {
    "empty": b"",
    "newlines": b"\n\n\n",
    "no line feed": b"{}",
    "not JSON": b"hello\n",
    "not UTF-8": b'{"line":"header","format":1,"epoch":"\xff\xfe","key":""}\n',
    "bad base64": b'{"line":"leaf","leaf":"%%%"}\n',
    "unknown line": b'{"line":"other"}\n',
    "nested": b"[" * 200_000 + b"\n",
    "nested inside": b'{"line":"leaf","x":' + b"[" * 200_000 + b"\n",
    "huge number": b'{"line":"end","leaves":' + b"9" * 5000 + b',"sealed":0,"heads":0,"sha256":""}\n',
    "zeros": bytes(5000),
    "binary": bytes(range(256)) * 20,
    "a key that is no point": encode(Header(1, "e", b"\xff" * 32)) + SMALL[-2] + SMALL[-1],
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_refused_in_sentences(name: str, save: Save) -> None:
    for pinned in (None, PUBLIC, b"no key"):
        verdict = verify_file(save([HOSTILE[name]]), pinned)
        assert not verdict.ok
        assert verdict.problems
        assert all(each.endswith(".") and each.isascii() and each.isprintable() for each in verdict.problems)


def test_a_line_too_long_is_not_read_whole(save: Save, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agentdesk_server.audit.verify.MAX_LINE", 100)
    assert verify_file(save([b"x" * 1000])).problems == [
        "Line 1 is damaged or cut off; what follows it was not checked."
    ]
    assert 2 * len(max(SMALL, key=len)) < lines_.MAX_LINE


@settings(SHARED, max_examples=60)
@given(data=st.binary(max_size=300))
def test_no_file_makes_it_raise(data: bytes, save: Save) -> None:
    assert not verify_file(save([data])).ok
    assert not verify_file(save([*SMALL[:3], data])).ok


LINES = st.one_of(
    st.sampled_from([decode(each) for each in SMALL]),
    st.builds(Header, st.just(1), st.text("ab", min_size=1, max_size=3), st.binary(min_size=32, max_size=32)),
    st.builds(LeafLine, st.binary(max_size=50)),
    st.builds(SealedLine, st.integers(0, 2**63 - 1), st.integers(0, 3), st.binary(max_size=5)),
    st.builds(HeadLine, st.binary(max_size=50), st.binary(min_size=64, max_size=64)),
)


@SHARED
@given(lines=st.lists(LINES, max_size=8))
def test_well_formed_lines_in_any_order_never_make_it_raise(lines: list[lines_.AnyLine], save: Save) -> None:
    written = closed([encode(each) for each in lines])
    assert not verify_file(save(written), PUBLIC).ok or set(written[:-1]) <= set(SMALL)


@pytest.mark.parametrize("name", ["missing", ".", "nul\0name"])
def test_what_is_no_file_is_said(name: str, tmp_path: Path) -> None:
    verdict = verify_file(f"{tmp_path}/{name}", PUBLIC)
    assert not verdict.ok
    assert verdict.problems[0].startswith("The file cannot be read")
