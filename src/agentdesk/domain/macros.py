"""Macros: words and actions that are used again and again, in several languages, for one person, a team or all."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from .cases import Case, CaseId, Message, MessageId, Note, Reply, given_name
from .cases.acting import Acts, all_done, checked_acts, wish_of
from .cases.questions import MESSAGE_AT
from .cases.thread import live_case
from .cases.writing import answered_by_itself
from .kernel import (
    RECORDS,
    Actor,
    Change,
    Command,
    Fact,
    File,
    LongText,
    Masked,
    Millis,
    Name,
    Put,
    Question,
    Record,
    Refusal,
    Remove,
    Text,
    View,
    clean,
    command,
    eq,
    need,
    record,
    ref,
)
from .people import Team

MOST_MACROS, MOST_LANGUAGES = 1_000, 20
OLD = 2 * 24 * 3_600_000
"""A message that comes in so much later (ms) than it was written is from an archive."""
VARIABLE = re.compile(r"\{\{\s*([^{}\n]{1,60}?)\s*\}\}")
"""How a text names what is filled in: `{{customer.name}}`. What is not known stays, and stops the reply."""
GREETINGS: Mapping[str, tuple[str, str]] = {
    "en": ("Hello {name},", "Hello,"), "de": ("Guten Tag {name},", "Guten Tag,"), "fr": ("Bonjour {name},", "Bonjour,"),
    "es": ("Hola {name}:", "Hola:"), "it": ("Buongiorno {name},", "Buongiorno,"), "nl": ("Hallo {name},", "Hallo,"),
    "pt": ("Olá {name},", "Olá,"), "pl": ("Dzień dobry {name},", "Dzień dobry,"), "sv": ("Hej {name},", "Hej,"),
    "ja": ("{name}様", "こんにちは。"), "ar": ("مرحبًا {name}،", "مرحبًا،"),
}  # fmt: skip
KNOWN = ("customer.name", "agent.name", "case.number", "case.subject", "greeting")


class Wording(msgspec.Struct, frozen=True):
    """The text in one language; none stands for all others."""

    language: Annotated[str, Meta(max_length=20)]
    text: Text


Wordings = Annotated[tuple[Wording, ...], Meta(max_length=MOST_LANGUAGES)]


@record("macro", public=("owner", "audience", "team", "name", "texts", "acts"))
class Macro(Record, frozen=True):
    """What is said and done. `version` counts its edits."""

    owner: str
    audience: str
    team: str
    name: Name
    texts: Wordings
    acts: Acts
    at: Millis
    version: int = 1


@record("macro_use", parent=("case", "case"), public=("case", "macro", "by"))
class MacroUse(Record, frozen=True):
    """Somebody has used a macro for a case: which version, when. Its id is that of the message, or of the run."""

    case: str
    macro: str
    version: int
    by: str
    at: Millis


MACROS = Question("macro.all", Macro, (), ("name",))
MACROS_OF = Question("macro.of_owner", Macro, (eq("owner", ":owner"),), ("name",))
USES = Question("macro_use.of_macro", MacroUse, (eq("macro", ":macro"),), ("-at",))
OrNone = Annotated[str, Meta(max_length=120)]
Version = Annotated[int, Meta(ge=1, le=2**53 - 1)]
Seen = Annotated[int, Meta(ge=0, le=2**53 - 1)]


class _Said(Command, frozen=True, kw_only=True):
    """What a macro is made of."""

    name: Name
    texts: Wordings
    acts: Acts
    audience: Literal["me", "team", "all"] = "me"
    team: OrNone = ""

    def made(self, view: View, id: str, who: Actor, now: int) -> Macro:
        """The record, if all of it makes sense and this person may share it so."""
        name = " ".join(clean(self.name).split())
        if not name:
            raise Refusal("A macro needs a name.", "name")
        texts = tuple(Wording(clean(one.language).lower(), clean(one.text)) for one in self.texts if clean(one.text))
        if len({one.language for one in texts}) < len(texts):
            raise Refusal("Two texts of this macro are in the same language. Join them.", "language")
        acts = checked_acts(self.acts)
        if not texts and not acts:
            raise Refusal("A macro needs a text or an action.", "empty")
        if self.audience != "me":
            self._check_sharing(view, who)
        team = self.team if self.audience == "team" else ""
        scope = {"me": f"user:{who.id}", "team": f"team:{team}:open"}.get(self.audience, "org")
        return Macro(id, scope, 0, who.id, self.audience, team, name, texts, acts, now)

    def _check_sharing(self, view: View, who: Actor) -> None:
        if not who.may("macro.share"):
            raise Refusal("Only seniors and supervisors share macros. Save it for yourself.", "share")
        if self.audience == "team":
            need(view, Team, self.team, "There is no such team.")
            if self.team not in who.teams:
                raise Refusal("You can share a macro only with a team of your own.", "team")


@command("macro.add", "macro.keep")
class AddMacro(_Said, frozen=True):
    """Keep a macro."""

    macro: Annotated[str, ref("macro", creates=True)]

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        if view.get(Macro, self.macro) is not None:
            raise Refusal("This macro is there already.", "taken")
        if view.count(MACROS_OF(owner=who.id)) >= MOST_MACROS:
            raise Refusal("You have {most} macros. Remove one first.", "many", most=MOST_MACROS)
        yield Put(self.made(view, self.macro, who, now))


@command("macro.change", "macro.keep")
class ChangeMacro(_Said, frozen=True):
    """Keep it otherwise. `version` is what was on the screen."""

    macro: Annotated[str, ref("macro")]
    version: Version

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        old = need(view, Macro, self.macro, "This macro is no longer there.")
        _check_own(old, who)
        new = self.made(view, self.macro, who, now)
        if _same(old, new):
            return
        if self.version != old.version:
            raise Refusal("Somebody has changed this macro meanwhile. Look at it again.", "newer")
        owner = old.owner if self.audience != "me" else who.id
        yield Put(msgspec.structs.replace(new, owner=owner, version=old.version + 1))


def _same(one: Macro, other: Macro) -> bool:
    fields = ("audience", "team", "name", "texts", "acts")
    return all(getattr(one, field) == getattr(other, field) for field in fields)


@command("macro.remove", "macro.keep")
class RemoveMacro(Command, frozen=True):
    """Keep it no longer."""

    macro: Annotated[str, ref("macro")]

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        old = need(view, Macro, self.macro, "This macro is no longer there.")
        _check_own(old, who)
        yield Remove(Macro, old.id)


def _check_own(found: Macro, who: Actor) -> None:
    if found.owner != who.id and not who.may("macro.share"):
        raise Refusal("This macro belongs to somebody else. Save a copy of it instead.", "owner")


class _Used(Command, frozen=True, kw_only=True):
    """A macro is used for a case: `acts` are what its user has seen, and left, of its actions."""

    case: CaseId
    macro: Annotated[str, ref("macro")]
    version: Version
    acts: Acts = ()

    def done(self, view: View, run: str, first: list[Command], seen: int, who: Actor, now: int) -> Iterable[Change]:
        """The words, then the actions, in one: all of it happens, or nothing."""
        if view.get(MacroUse, run) is not None:
            return
        acts = checked_acts(self.acts)
        case = need(view, Case, self.case)
        later = (wish_of(act, case, f"{run}:{at}", seen, who.at or now) for at, act in enumerate(acts))
        yield from all_done(view, [*first, *later], who, now)
        yield Put(MacroUse(run, case.scope, 0, case.id, self.macro, self.version, who.id, now))
        yield Fact("macro.used", "macro", self.macro, self.version)


@command("macro.reply", "case.reply", draft="text")
class MacroReply(_Used, frozen=True):
    """Answer with a macro, and do what it does. As a reply it is refused if somebody has written meanwhile."""

    message: MessageId
    text: LongText
    seen: Seen
    hold: Annotated[int, Meta(ge=0, le=600)] = 0
    files: tuple[File, ...] = ()

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        refuse_unfilled(self.text)
        reply = Reply(
            case=self.case, message=self.message, text=self.text, seen=self.seen, hold=self.hold, files=self.files
        )
        return self.done(view, self.message, [reply], self.seen, who, now)


@command("macro.note", "case.note", draft="text")
class MacroNote(_Used, frozen=True):
    """Write a note with a macro, and do what it does."""

    message: MessageId
    text: LongText
    seen: Seen
    files: tuple[File, ...] = ()

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        note = Note(case=self.case, message=self.message, text=self.text, files=self.files)
        return self.done(view, self.message, [note], self.seen, who, now)


@command("macro.run", "macro.keep")
class RunMacro(_Used, frozen=True):
    """Do what a macro does, without a word."""

    run: Annotated[str, ref("macro_use", creates=True)]
    seen: Seen

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        if not self.acts:
            raise Refusal("This macro does nothing by itself.", "empty")
        return self.done(view, self.run, [], self.seen, who, now)


@command("macro.answer", "system")
class MacroAnswer(Command, frozen=True):
    """Answer by itself, as a rule asks for it: in the customer's language, under the name of the team. What came from a
    program, or under somebody else's name, gets no such answer (RFC 3834).
    """

    case: CaseId
    macro: Annotated[str, ref("macro")]
    message: MessageId

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        if view.get(Message, self.message) is not None:
            return
        case = live_case(view, self.case)
        macro = need(view, Macro, self.macro, "This macro is no longer there.")
        if macro.audience == "me":
            raise Refusal("{name} belongs to one person. Share it with a team or with all.", "own", name=macro.name)
        _refuse_answering(view, case)
        team = view.get(Team, case.team)
        speaker = msgspec.structs.replace(who, name=team.name if team is not None else "")
        text = filled(text_for(macro, case.language), values_for(case, speaker))
        if not text:
            raise Refusal("{name} has no text to answer with.", "empty", name=macro.name)
        refuse_unfilled(text)
        yield from answered_by_itself(view, case, self.message, text, speaker, now)
        yield Put(MacroUse(self.message, case.scope, 0, case.id, macro.id, macro.version, who.id, now))


def _refuse_answering(view: View, case: Case) -> None:
    """Nobody answers a program: it would answer back. Nor what is brought in long after it was written: whoever wrote
    it waits for nothing.
    """
    newest = view.page(MESSAGE_AT(case=case.id, seq=case.in_seq), limit=1)
    if newest and newest[0].at - newest[0].written_at > OLD:
        raise Refusal("Not answered: the newest message was written long before it came in.", "old")
    mail: Any = view.get(RECORDS["mail"].cls, newest[0].id) if newest and "mail" in RECORDS else None
    if mail is not None and (mail.automatic or "dmarc=fail" in mail.checks):
        raise Refusal("Not answered: the newest mail was sent by a program, or its sender is not proved.", "automatic")


# --- Words ---


def text_for(macro: Macro, language: str) -> str:
    """The text in a language (BCP 47): that of its region, else of the language, of no language, the first one."""
    texts = {one.language: one.text for one in macro.texts}
    wanted = language.lower().replace("_", "-")
    for tag in (wanted, wanted.partition("-")[0], ""):
        if tag in texts:
            return texts[tag]
    return next(iter(texts.values()), "")


def values_for(case: Case, who: Actor) -> dict[str, str]:
    """What the variables stand for; what is hidden or missing has no value."""
    name = given_name(case.customer_name)
    with_name, without = GREETINGS.get(case.language.lower().partition("-")[0], GREETINGS["en"])
    return {
        "customer.name": name,
        "agent.name": who.name,
        "case.number": str(case.number) if case.number else "",
        "case.subject": Masked.shown(case.subject, lambda _: ""),
        "greeting": with_name.format(name=name) if name else without,
    }


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with its variables filled in. In values nothing is looked for: no customer can bring a variable."""
    return VARIABLE.sub(lambda found: values.get(found[1], "") or found[0], text)


def unfilled(text: str) -> tuple[str, ...]:
    """The variables that still stand in a text."""
    return tuple(dict.fromkeys(found[1] for found in VARIABLE.finditer(text)))


def refuse_unfilled(text: str) -> None:
    """Refuses a text in which something is still to be filled in."""
    if left := unfilled(text):
        raise Refusal("Not sent: {name} is not filled in yet.", "unfilled", name=left[0])
