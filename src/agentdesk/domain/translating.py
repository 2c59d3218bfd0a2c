"""Translation by a service of the operator: whether there is one, into which languages, and who asked it for what."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Annotated

from msgspec import Meta
from msgspec.structs import replace

from .cases import Case, CaseId, Message
from .kernel import (
    Actor,
    Change,
    Command,
    Fact,
    LongText,
    Millis,
    Name,
    Put,
    Record,
    Refusal,
    View,
    clean,
    command,
    need,
    record,
)

TRANSLATION = "translation"
MOST_LANGUAGES = 100
AUTO = "auto"
"""In place of a language: the service is to find out which it is."""
_CODE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})?")
Code = Annotated[str, Meta(max_length=12)]


@record("translation", complete=True, public=("languages", "by"))
class Translation(Record, frozen=True):
    """Whether texts can be translated, and into which languages (as the service names them). There is one such record;
    where the service is, and its key, only the server knows.
    """

    on: bool
    languages: tuple[Code, ...]
    by: str
    since: Millis


@command("translation.set", "system")
class SetTranslation(Command, frozen=True):
    """From now on texts can be translated into these languages; none of them: not at all."""

    languages: Annotated[tuple[Code, ...], Meta(max_length=MOST_LANGUAGES)] = ()
    host: Name = ""
    """For the log: to whom texts go."""

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        languages = tuple(dict.fromkeys(map(clean, self.languages)))
        wrong = next((one for one in languages if not _CODE.fullmatch(one)), "")
        if wrong:
            raise Refusal("{language} is no language. Write it like en or pt-BR.", "language", language=wrong)
        old = view.get(Translation, TRANSLATION)
        made = Translation(TRANSLATION, "org", 0, bool(languages), languages, who.id, now)
        if old is None or replace(old, rev=0, by=made.by, since=now) != made:
            yield Put(made)


@command("translate.text", "case.reply")
class Translate(Command, frozen=True):
    """Have a message of a case translated, or a text that is written for it. The log keeps that, and no words."""

    case: CaseId
    target: Code
    message: Annotated[str, Meta(max_length=120)] = ""
    text: LongText = ""

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        need(view, Case, self.case, "This case is no longer there.")
        message = view.get(Message, self.message) if self.message else None
        if not self.message and not clean(self.text):
            raise Refusal("There is nothing in this reply.", "empty")
        if self.message and (message is None or message.case != self.case):
            raise Refusal("This message is no longer there.", "missing")
        if not _CODE.fullmatch(self.target):
            raise Refusal("{language} is no language. Write it like en or pt-BR.", "language", language=self.target)
        yield Fact("text.translated", "case", self.case)


def target_for(found: Translation | None, language: str) -> str:
    """The service's own name for a language, or for its primary part (RFC 5646); nothing if it does not have it."""
    if found is None or not found.on or not language:
        return ""
    wanted = language.strip().replace("_", "-").casefold()
    for code in (wanted, wanted.partition("-")[0]):
        match = next((one for one in found.languages if one.casefold() == code), "")
        if match:
            return match
    return ""
