"""Policies: what the operator has decided for the whole company, each a name with one of a few values."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Annotated

import msgspec
from msgspec import Meta

from .kernel import Actor, Change, Command, Name, Put, Question, Record, Refusal, View, clean, command, record
from .kernel.values import ID_PATTERN

SWITCH = ("on", "off")


class Choice(msgspec.Struct, frozen=True):
    """What a policy may be: words, or whole numbers between two bounds. `usual` holds while nobody has decided."""

    usual: str
    about: str
    words: tuple[str, ...] = ()
    least: int = 0
    most: int = 0


POLICIES: dict[str, Choice] = {
    "unbound-sessions": Choice("on", "Sessions without a device's key: for integrations and scripts", SWITCH),
    "only-enrolled": Choice("off", "Only devices that IT has invited may sign in", SWITCH),
    "lease-days": Choice("14", "Days for which a desk can open its data without having spoken to the server",
                         least=1, most=365),
    "assist-holdout": Choice("0", "Of a hundred cases, in how many suggestions are held back, to see what they do",
                             least=0, most=50),
}  # fmt: skip


@record("policy", complete=True, public=("value",))
class Policy(Record, frozen=True):
    """One decision; its id is the policy's name."""

    value: Name


ALL_POLICIES = Question("policy.all", Policy, (), ())


@command("policy.set", "policy.manage", "system", fresh=True)
class SetPolicy(Command, frozen=True):
    """Decide a policy."""

    policy: Annotated[str, Meta(pattern=ID_PATTERN)]
    value: Name

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        choice = POLICIES.get(self.policy)
        if choice is None:
            raise Refusal("There is no policy {policy}.", "policy", policy=self.policy)
        value = clean(self.value).lower()
        if choice.words and value not in choice.words:
            raise Refusal("{policy} is one of: {words}.", "value", policy=self.policy, words=", ".join(choice.words))
        if not choice.words and not _between(value, choice):
            raise Refusal(
                "{policy} is a whole number from {least} to {most}.",
                "value",
                policy=self.policy,
                least=choice.least,
                most=choice.most,
            )
        yield Put(Policy(self.policy, "org", 0, value))


Get = Callable[[type[Policy], str], Policy | None]
"""How a record is found: `get` of a view, or `of` of the server's records."""


def policy(get: Get, name: str) -> str:
    """What holds now. `KeyError` if there is no such policy."""
    found = get(Policy, name)
    return POLICIES[name].usual if found is None else found.value


def switched_on(get: Get, name: str) -> bool:
    """Whether a switch is on."""
    return policy(get, name) == "on"


def _between(value: str, choice: Choice) -> bool:
    return value.isascii() and value.isdecimal() and len(value) < 10 and choice.least <= int(value) <= choice.most
