"""What an operator can ask about policies."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from agentdesk.domain.kernel import Command
from agentdesk.domain.policies import POLICIES, SetPolicy, policy
from agentdesk_server.asked import Request, Result, Text
from agentdesk_server.core import Core

Submit = Callable[[Command], Awaitable[None]]


class PolicyList(Request, frozen=True, tag="policy.list"):
    pass


class PolicySet(Request, frozen=True, tag="policy.set"):
    name: Text
    value: Text


AnyPolicyRequest = PolicyList | PolicySet


async def carry_out(core: Core, asked: AnyPolicyRequest, submit: Submit) -> Result:
    """`submit` gives a command in the operator's name; it raises `Cannot` with a sentence."""
    of = core.reader.records.of
    match asked:
        case PolicySet():
            await submit(SetPolicy(policy=asked.name, value=asked.value))
            return Result(f"{asked.name} is {policy(of, asked.name)}")
    return _listed([{"name": n, "value": policy(of, n), "about": p.about} for n, p in POLICIES.items()])


def _listed(rows: list[dict[str, Any]]) -> Result:
    return Result("\n".join("\t".join(str(value) for value in row.values()) for row in rows), rows)
