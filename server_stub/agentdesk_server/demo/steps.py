"""From a written step to a command: what each verb of the sample conversations means."""

from __future__ import annotations

import mimetypes
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec

from agentdesk.domain import cases
from agentdesk.domain.kernel import Command
from agentdesk_server.resources import resource

from .company import Talk, milliseconds

CUSTOMER = "in"


class Step(msgspec.Struct, frozen=True):
    """Something that happened at `at` (ms, UTC): somebody's wish about a conversation."""

    at: int
    talk: Talk
    number: int
    who: str
    verb: str
    what: tuple[Any, ...]

    @property
    def case(self) -> str:
        return case_id(self.talk.id)

    @property
    def message(self) -> str:
        return f"{self.case}-{self.number}"


def case_id(talk: str) -> str:
    return f"sample-{talk}"


def steps_of(talk: Talk, now: int) -> list[Step]:
    """The steps of a conversation with their times. `ValueError` if it would end in the future."""
    at, steps = now - milliseconds(talk.ago), []
    for number, (who, after, *rest) in enumerate(talk.steps):
        at += milliseconds(after)
        verb, *what = ("say", *rest) if who == CUSTOMER else rest
        steps.append(Step(at, talk, number, who, verb, tuple(what)))
    if at > now:
        raise ValueError(f"{talk.id} ends {at - now} ms from now")
    return steps


def command_of(step: Step, seq: int, now: int, site: str) -> Command:
    """The wish itself; `seq` is the number of the newest message that its author sees."""
    if step.who != CUSTOMER:
        return _VERBS[step.verb](step, seq, now)
    if step.number:
        chat, files = f"{step.case}-chat", files_of(step)
        return cases.Receive(case=step.case, conversation=chat, message=step.message, text=step.what[0], files=files)
    return _opened(step, site)


def _opened(step: Step, site: str) -> cases.OpenCase:
    talk = step.talk
    return cases.OpenCase(
        case=step.case,
        conversation=f"{step.case}-chat",
        message=step.message,
        customer=f"{case_id(talk.customer or talk.id)}-customer",
        team=talk.team,
        text=step.what[0],
        subject=talk.subject,
        language=talk.lang,
        customer_name=talk.name,
        customer_email=talk.email,
        site=site,
        files=files_of(step),
    )


def files_of(step: Step) -> tuple[cases.File, ...]:
    """What the customer sends along: after the text, names of files that lie beside the conversations."""
    return tuple(_file(f"{step.message}-{name}", name) for name in step.what[1:])


def _file(id: str, name: str) -> cases.File:
    data = picture(name).read_bytes()
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return cases.File(id=id, digest=sha256(data).hexdigest(), name=name, size=len(data), type=kind)


def picture(name: str) -> Path:
    """A file of the sample company."""
    return resource(f"sample/{name}")


def _assign(step: Step, seq: int, now: int) -> Command:
    assignee, team = (*step.what, "")[:2]
    return cases.Assign(case=step.case, assignee=assignee, team=team)


def _snooze(step: Step, seq: int, now: int) -> Command:
    return cases.Snooze(case=step.case, until=now + milliseconds(step.what[0]))


_VERBS: dict[str, Callable[[Step, int, int], Command]] = {
    "reply": lambda s, seq, _: cases.Reply(case=s.case, message=s.message, text=s.what[0], seen=seq),
    "note": lambda s, *_: cases.Note(case=s.case, message=s.message, text=s.what[0]),
    "claim": lambda s, *_: cases.Claim(case=s.case),
    "release": lambda s, *_: cases.Release(case=s.case),
    "assign": _assign,
    "snooze": _snooze,
    "wake": lambda s, *_: cases.Wake(case=s.case),
    "solve": lambda s, seq, _: cases.Solve(case=s.case, seen=seq),
    "reopen": lambda s, *_: cases.Reopen(case=s.case),
    "tag": lambda s, *_: cases.Tag(case=s.case, tag=s.what[0]),
    "prioritise": lambda s, *_: cases.Prioritise(case=s.case, priority=s.what[0]),
    "merge": lambda s, *_: cases.Merge(case=s.case, into=case_id(s.what[0])),
    "link": lambda s, *_: cases.Link(case=s.case, to=case_id(s.what[0])),
    "follow": lambda s, *_: cases.FollowCase(case=s.case),
    "read": lambda s, seq, _: cases.Read(case=s.case, seq=seq),
}
