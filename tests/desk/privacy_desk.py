"""A desk of an administrator's for the page of privacy: what its server says, and a log in which an erasure stands."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
from tests.desk.audit_desk import KEY, SECRET
from tests.desk.fake_desk import NOW, FakeDesk

from agentdesk.domain.audit import head as head_
from agentdesk.domain.audit.head import Head
from agentdesk.domain.audit.leaf import Leaf, encode
from agentdesk.domain.audit.merkle import Tree, leaf_hash
from agentdesk.domain.audit.proofs import nodes_of, prove_inclusion
from agentdesk.domain.people import Team
from agentdesk.domain.privacy import (
    Erasure,
)

SCOPE = "privacy"
LENA = {
    "id": "cu1", "name": "Lena Sorensen", "email": "lena@example.org", "region": "eu", "since": NOW, "count": 2,
    "cases": [{"id": "c1", "number": 1, "status": "open", "at": NOW},
              {"id": "c2", "number": 2, "status": "solved", "at": NOW}],
}  # fmt: skip
SAID = {"purpose": "recording", "state": "given", "source": "chat", "at": NOW, "wording": "2026-03", "given_at": NOW}
DUE = [
    {"data_class": "messages", "due": 3, "held": 1, "items": [{"id": f"c{n}", "number": n, "at": NOW} for n in (7, 8)]},
    {"data_class": "facts", "due": 0, "held": 0, "items": []},
]


class Officer(FakeDesk):
    """A desk of an administrator's. `answers` holds what the server says; `sentence` stands before all of it."""

    def __init__(self, role: str = "admin") -> None:
        super().__init__()
        self._me = msgspec.structs.replace(self.me, role=role)
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.sentence = ""
        self.answers: dict[str, Any] = {
            "subject.find": {"found": [LENA]},
            "consent.look": {"consents": [SAID]},
            "/api/v1/retention/due": DUE,
        }
        self.saving: list[tuple[str, Path, Callable[[str, str], None], Callable[[int], None]]] = []
        self.put(Team("eu", "org", 1, "Europe", region="eu"))
        for n in (1, 2):
            self.open_case(f"c{n}")

    def ask(self, question: str, args: dict[str, Any], then: Callable[[Any, str], None]) -> None:
        self.asked.append((question, args))
        then(*((None, self.sentence) if self.sentence else (self.answers[question], "")))

    def read(self, where: str, then: Callable[[Any, str], None]) -> None:
        self.ask(where, {}, then)

    def save(
        self, where: str, path: Path, then: Callable[[str, str], None], so_far: Callable[[int], None] = lambda _: None
    ) -> None:
        self.saving.append((where, path, then, so_far))


def erasure(**fields: Any) -> Erasure:
    told = {"done": NOW, "told": NOW, "devices": 2, "confirmed": 1, "cases": 2, "messages": 9, **fields}
    return Erasure("e1", SCOPE, 0, "0197c2aa-cu1", "request", "mina", NOW, **told)


def proofs(erased: str = "e1", command: str = "subject.erase", outcome: str = "done") -> dict[str, Any]:
    """What a server shows: a small log in which the erasure stands at place 5."""
    touched = (("erasure", erased), ("customer", "cu1"))
    leaves = [
        encode(Leaf(n, n, NOW + n, bytes(16), bytes(16), command if n == 5 else "case.note",
                    outcome if n == 5 else "done", touched if n == 5 else (), bytes(32), (bytes(32),)))  # type: ignore[arg-type]
        for n in range(9)
    ]  # fmt: skip
    data = head_.encode(Head("e1", 9, Tree().append(leaves)[0].root, 9, NOW))
    path = prove_inclusion(nodes_of([leaf_hash(leaf) for leaf in leaves]), 5, 9)
    one = {
        "index": 5,
        "leaf": leaves[5],
        "path": path,
        "head": {"data": data, "signature": SECRET.sign(data)},
        "key": KEY,
    }
    return {"proofs": [one], "evidence": b"the file\n"}
