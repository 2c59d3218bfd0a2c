"""How rules come into force: drafts, one version after another that is published, older ones brought back, a switch."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

import msgspec
from msgspec import Meta

from ..governed import refuse_newer, succeeding
from ..kernel import (
    Actor,
    Change,
    Command,
    Put,
    Refusal,
    Remove,
    ShortText,
    View,
    clean,
    command,
    need,
    ref,
)
from .checking import checked, refuse_missing
from .records import DRAFTS, IN_FORCE, Automation, Rule, Rulebook

OrNone = Annotated[str, Meta(max_length=120)]
GONE = "This draft is no longer there."
NEWER = "Somebody has published other rules since you began. Open them, and make your changes there."


@command("rules.draft", "rules.manage", "system")
class DraftRules(Command, frozen=True):
    """Write down rules that do not hold yet, made from the version `previous`, in place of the draft `instead`. One
    that runs on trial goes on with what is written now.
    """

    rulebook: Annotated[str, ref("rulebook", creates=True)]
    rules: tuple[Rule, ...]
    previous: OrNone = ""
    instead: OrNone = ""
    note: ShortText = ""

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        if view.get(Rulebook, self.rulebook) is not None:
            raise Refusal("This draft is there already.", "taken")
        rules = checked(self.rules)
        old, held = view.get(Rulebook, self.instead) if self.instead else None, view.get(Automation, IN_FORCE)
        if old is not None and old.state == "draft":
            yield Remove(Rulebook, old.id)
            if held is not None and held.trial == old.id:
                yield Put(msgspec.structs.replace(held, rev=0, trial=self.rulebook))
        yield Put(
            Rulebook(
                self.rulebook, DRAFTS, 0, 0, "draft", now, who.id, clean(self.previous), clean(self.note), rules
            )
        )  # fmt: skip


@command("rules.publish", "rules.manage", "system", fresh=True)
class PublishRules(Command, frozen=True):
    """From now on a draft holds. What waits goes by it too; what is no longer in it does nothing any more."""

    rulebook: Annotated[str, ref("rulebook")]

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        draft = need(view, Rulebook, self.rulebook, GONE)
        if draft.state == "published":
            return
        held = view.get(Automation, IN_FORCE)
        refuse_newer(draft.previous, held.rulebook if held is not None else "", NEWER)
        yield from _holding(view, draft, held, who, now)


@command("rules.roll_back", "rules.manage", fresh=True)
class RollBackRules(Command, frozen=True):
    """An older version holds again, as a new one. `previous` is the one that held on the screen."""

    rulebook: Annotated[str, ref("rulebook", creates=True)]
    version: Annotated[str, ref("rulebook")]
    previous: OrNone = ""

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        if view.get(Rulebook, self.rulebook) is not None:
            raise Refusal("This draft is there already.", "taken")
        old = need(view, Rulebook, self.version, "This version is no longer there.")
        held = view.get(Automation, IN_FORCE)
        if old.state != "published" or held is None:
            raise Refusal("Only what held once can be brought back.", "state")
        refuse_newer(self.previous, held.rulebook, NEWER)
        again = msgspec.structs.replace(old, id=self.rulebook, previous=held.rulebook)
        yield from _holding(view, again, held, who, now)


def _holding(view: View, book: Rulebook, held: Automation | None, who: Actor, now: int) -> Iterable[Change]:
    """These rules hold from now on."""
    rules = checked(book.rules)
    refuse_missing(view, rules)
    number, since = succeeding(held.number, held.since, now) if held is not None else (1, now)
    yield Put(
        msgspec.structs.replace(
            book, rev=0, scope="org", state="published", number=number, since=since, by=who.id, rules=rules
        )
    )
    before = held or Automation(IN_FORCE, "org", 0, "", 0, 0)
    off = tuple(id for id in before.off if any(one.id == id for one in rules))
    trial = "" if before.trial == book.id else before.trial
    yield Put(
        msgspec.structs.replace(before, rev=0, rulebook=book.id, number=number, since=since, off=off, trial=trial)
    )


@command("rules.discard", "rules.manage")
class DiscardRules(Command, frozen=True):
    """Throw a draft away; if it runs on trial, that ends."""

    rulebook: Annotated[str, ref("rulebook")]

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        found, held = need(view, Rulebook, self.rulebook, GONE), view.get(Automation, IN_FORCE)
        if found.state == "published":
            raise Refusal("Rules that held once are kept, so that all they did can be explained.", "published")
        yield Remove(Rulebook, found.id)
        if held is not None and held.trial == found.id:
            yield Put(msgspec.structs.replace(held, rev=0, trial=""))


@command("rules.switch", "rules.manage", "system")
class SwitchRules(Command, frozen=True):
    """Switch a rule off or on, or all of them at once if none is named. It needs no new version and holds at once."""

    on: bool
    rule: OrNone = ""
    reason: ShortText = ""

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        held = need(view, Automation, IN_FORCE, "No rules hold yet: write some and publish them.")
        book = need(view, Rulebook, held.rulebook, "No rules hold yet: write some and publish them.")
        if not self.rule:
            new = msgspec.structs.replace(held, paused=not self.on)
        elif book.rule(self.rule) is None:
            raise Refusal("This rule is no longer there.", "missing")
        else:
            others = tuple(id for id in held.off if id != self.rule)
            new = msgspec.structs.replace(held, off=others if self.on else (*others, self.rule))
        if (new.paused, set(new.off)) != (held.paused, set(held.off)):
            yield Put(msgspec.structs.replace(new, rev=0, by=who.id, reason=clean(self.reason)))


@command("rules.try", "rules.manage")
class TryRules(Command, frozen=True):
    """Run a draft beside the rules that hold: what it would do is written down, and nothing is done. None ends that."""

    rulebook: OrNone = ""

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        held = view.get(Automation, IN_FORCE) or Automation(IN_FORCE, "org", 0, "", 0, 0)
        if self.rulebook:
            draft = need(view, Rulebook, self.rulebook, GONE)
            if draft.state != "draft":
                raise Refusal("These rules hold already.", "published")
            refuse_missing(view, draft.rules)
        if held.trial != self.rulebook:
            yield Put(msgspec.structs.replace(held, rev=0, trial=self.rulebook, by=who.id))
