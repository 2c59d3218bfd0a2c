"""From key to key: who trusts one follows to the next; what a replaced key signs later is worth nothing."""

from __future__ import annotations

from hashlib import sha256

import pytest
from tests.domain.test_audit_evidence import LEAVES, NODE

from agentdesk.domain.audit.handover import Chain, Handover, SignedHandover, chain_to, decode, encode, keys_of, unpacked
from agentdesk.domain.audit.head import Head
from agentdesk.domain.audit.head import encode as encode_head
from agentdesk.domain.audit.merkle import Tree
from agentdesk.domain.audit.proofs import prove_consistency
from agentdesk.domain.audit.published import AuditHead, Pin, witness

A, B, C = (sha256(name).digest() for name in (b"a", b"b", b"c"))


def sign(key: bytes, data: bytes) -> bytes:
    """A signature that anybody can make who has the key: good enough where the rules around it are tried."""
    half = sha256(key + data).digest()
    return half + half


def signed(key: bytes, data: bytes, signature: bytes) -> bool:
    return sign(key, data) == signature


def passed(old: bytes, new: bytes, size: int, by_old: bytes = b"", by_new: bytes = b"") -> SignedHandover:
    data = encode(Handover("e", old, new, size, 1))
    return SignedHandover(data, sign(by_old or old, data), sign(by_new or new, data))


def test_it_reads_what_it_wrote() -> None:
    one = passed(A, B, 7)
    assert unpacked(one.packed()) == one
    assert decode(one.data) == Handover("e", A, B, 7, 1)
    with pytest.raises(ValueError, match="handover"):
        decode(b"AgentDesk audit head\0" + one.data[len(b"AgentDesk audit key\0") :])


def test_each_length_has_its_key() -> None:
    chain = chain_to(C, (passed(A, B, 7), passed(B, C, 9)), signed)
    assert chain is not None
    assert [chain.key_for(size) for size in (0, 7, 8, 9, 10, 99)] == [A, A, B, B, C, C]
    assert (chain.newest, chain.knows(B), chain.knows(bytes(32)), chain.since(B)) == (C, True, False, 7)


@pytest.mark.parametrize(
    "wrong",
    [
        passed(B, C, 7),
        passed(A, B, 7, by_old=C),
        passed(A, B, 7, by_new=C),
        passed(A, A, 7),
        SignedHandover(b"no handover", bytes(64), bytes(64)),
    ],
)
def test_what_is_no_handover_from_the_newest_key_is_none(wrong: SignedHandover) -> None:
    chain = Chain(A)
    assert not chain.add(wrong, signed)
    assert chain.newest == A


def test_it_never_goes_back() -> None:
    for second in (passed(B, C, 7), passed(B, C, 3), passed(B, A, 9)):
        chain = Chain(A)
        assert chain.add(passed(A, B, 7), signed)
        assert not chain.add(second, signed)


def test_only_who_is_known_is_followed() -> None:
    pieces = [passed(A, B, 7).packed()]
    assert keys_of(B, pieces, signed, A) is not None
    assert keys_of(B, pieces, signed, B) is not None
    assert keys_of(B, pieces, signed, C) is None
    assert keys_of(A, pieces, signed, A) is None, "the handover leads elsewhere"
    assert keys_of(B, [], signed, A) is None


# --- A laptop follows


def shown(size: int, key: bytes, before: int, *chain: SignedHandover, by: bytes = b"") -> AuditHead:
    data = encode_head(Head("epoch", size, _root(size), size, size))
    path = prove_consistency(NODE, before, size) if before else []
    return AuditHead(
        f"head-{size}", "org", 0, size, data.hex(), sign(by or key, data).hex(), key.hex(), before,
        tuple(step.hex() for step in path), tuple(one.packed().hex() for one in chain),
    )  # fmt: skip


def _root(size: int) -> bytes:
    return Tree().append(LEAVES[:size])[0].root


def test_a_laptop_follows_to_the_new_key_by_itself() -> None:
    pin, doubt = witness(None, [shown(3, A, 0)], signed)
    assert doubt == ""
    heads = [shown(3, A, 0), shown(8, A, 3), shown(13, B, 8, passed(A, B, 9))]
    after, doubt = witness(pin, heads, signed)
    assert doubt == ""
    assert after == Pin(B.hex(), 13, _root(13).hex())
    assert witness(after, heads, signed) == (after, ""), "and knows the old heads still"
    later, doubt = witness(pin, [shown(21, C, 13, passed(A, B, 9), passed(B, C, 14))], signed)
    assert (later and later.key, doubt) == (C.hex(), ""), "also after years"


def test_a_laptop_follows_nobody_else() -> None:
    pin, _ = witness(None, [shown(8, A, 0)], signed)
    assert witness(pin, [shown(13, B, 8)], signed) == (pin, "key")
    assert witness(pin, [shown(13, B, 8, passed(A, B, 9, by_old=B))], signed) == (pin, "key")
    assert witness(pin, [shown(13, B, 8, passed(C, B, 9))], signed) == (pin, "key")
    old = shown(13, B, 8, passed(A, B, 9), by=A)
    assert witness(pin, [old], signed) == (pin, "signature"), "a replaced key signs nothing any more"
    followed, _ = witness(pin, [shown(13, B, 8, passed(A, B, 9))], signed)
    assert witness(followed, [shown(21, A, 13)], signed) == (followed, "key")
