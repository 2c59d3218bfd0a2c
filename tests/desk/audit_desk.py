"""A desk of an auditor's, with a small log at its server that can be made to lie."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from tests.desk.fake_desk import MINUTE, FakeDesk

from agentdesk.domain.audit import head as head_
from agentdesk.domain.audit.head import Head
from agentdesk.domain.audit.leaf import Leaf, decode, encode
from agentdesk.domain.audit.merkle import Tree, leaf_hash
from agentdesk.domain.audit.proofs import nodes_of, prove_consistency, prove_inclusion
from agentdesk.domain.kernel import COMMANDS

SECRET = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
KEY = SECRET.public_key().public_bytes_raw()
COMMON = ("case.claim", "case.reply", "case.note", "case.solve", "person.update", "audit.search")


class AuditDesk(FakeDesk):
    """`answers` stand before what the log says; `asked` keeps every question."""

    def __init__(self, count: int = 240) -> None:
        super().__init__()
        (role,) = sorted(COMMANDS["audit.search"].roles & COMMANDS["audit.unseal"].roles - {"lead"})[:1]
        self._me = msgspec.structs.replace(self._me, role=role)
        self.leaves = [encode(self._leaf(number)) for number in range(count)]
        self.node = nodes_of([leaf_hash(data) for data in self.leaves])
        self.sizes = [size for size in (count, count * 3 // 4, count // 2, count // 3) if size]
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.answers: dict[str, Callable[[dict[str, Any]], Any]] = {}
        self.saved: list[tuple[str, Path]] = []
        self.sentence = ""
        """What the server says instead of any answer."""

    def _leaf(self, number: int) -> Leaf:
        outcome = "denied" if number % 11 == 3 else "refused" if number % 13 == 5 else "done"
        about = (("case", f"0197c2-{number % 17:04}"), ("message", f"m{number}"), ("person", "ann"))[: number % 4]
        who = bytes([number * 37 % 251]) * 16
        at = self.time - (400 - number) * 3 * MINUTE
        return Leaf(number, number, at, who, who[::-1], COMMON[number % 6], outcome, about, bytes(32), (bytes(32),))

    def head(self, size: int) -> dict[str, bytes]:
        data = head_.encode(Head("e1", size, Tree().append(self.leaves[:size])[0].root, size, self.time - 10**6 + size))
        return {"data": data, "signature": SECRET.sign(data)}

    def ask(self, question: str, args: dict[str, Any], then: Callable[[Any, str], None]) -> None:
        self.asked.append((question, args))
        if self.sentence:
            then(None, self.sentence)
            return
        answer = self.answers.get(question, getattr(self, question.replace(".", "_")))
        then(answer(args), "")

    def save(
        self, where: str, path: Path, then: Callable[[str, str], None], so_far: Callable[[int], None] = lambda _: None
    ) -> None:
        self.saved.append((where, path))
        then("" if self.sentence else "ab" * 32, self.sentence)

    def audit_search(self, args: dict[str, Any]) -> Any:
        before = args.get("before") or len(self.leaves)
        found = [n for n in range(before - 1, -1, -1) if args.get("outcome") in (None, decode(self.leaves[n]).outcome)]
        page = found[: args["limit"]]
        rest = page[-1] if len(found) > len(page) else 0
        entries = [self.leaves[n] for n in page]
        return {"entries": entries, "before": rest, "size": len(self.leaves), "indexed": len(self.leaves)}

    def audit_heads(self, args: dict[str, Any]) -> Any:
        return {"heads": [self.head(size) for size in self.sizes], "before": 0, "key": KEY}

    def audit_prove(self, args: dict[str, Any]) -> Any:
        entry, size = args["entry"], len(self.leaves)
        path = prove_inclusion(self.node, entry, size)
        return {"index": entry, "leaf": self.leaves[entry], "path": path, "head": self.head(size), "key": KEY}

    def audit_compare(self, args: dict[str, Any]) -> Any:
        first, second = args["first"], args["second"]
        path = prove_consistency(self.node, first, second)
        return {"first": self.head(first), "second": self.head(second), "path": path, "key": KEY}

    def audit_unseal(self, args: dict[str, Any]) -> Any:
        told = {"text": "On its way.", "case": "c1"}
        return {"actor": "rosa", "device": "laptop", "subject": "cu1", "arguments": told, "genuine": True}
