"""What visitors are asked before their first word, and what they are told of answers that are missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from agentdesk.domain.cases.fields import Field
from agentdesk.domain.cases.forms import first_asked, unanswered, unfit
from agentdesk.domain.kernel import Refusal, View
from agentdesk.domain.sites import Site

SHOWN = ("id", "title", "type", "options", "required", "when", "equals")


class NotTaken(Exception):
    """Why a message was not taken; the text is a sentence for the visitor."""


class Unanswered(NotTaken):
    """A first word without an answer that is needed, or with one that does not fit, and then `why` says so. `form` is
    all that is asked, `missing` what wants an answer.
    """

    def __init__(self, form: Sequence[Field], missing: Sequence[Field], why: Refusal | None = None) -> None:
        self.why = why or Refusal("Please fill in: {fields}", "fields", fields=titles(missing))
        super().__init__(str(self.why))
        self.form, self.missing = form, missing


def form_for(view: View, site: Site, language: str, customer: str) -> list[Field]:
    """What somebody is asked at a site before the first word, in its order; by chat and on the pages alike."""
    return first_asked(view, site.team, "chat", language, customer)


def refuse_unanswered(view: View, site: Site, language: str, customer: str, said: Mapping[str, str]) -> None:
    """Raises `Unanswered` where something is needed."""
    refuse_lacking(form_for(view, site, language, customer), said)


def refuse_lacking(form: Sequence[Field], said: Mapping[str, str]) -> None:
    """Raises `Unanswered` where this form needs an answer, or another one."""
    if missing := unanswered(form, said):
        raise Unanswered(form, missing)
    if wrong := unfit(form, said):
        raise Unanswered(form, [one for one, _ in wrong], wrong[0][1])


def titles(fields: Sequence[Field]) -> str:
    """What fields are called, one after another."""
    return ", ".join(one.title for one in fields)


def shown(form: Sequence[Field]) -> list[dict[str, Any]]:
    """A form as a frame has it."""
    return [{name: getattr(one, name) for name in SHOWN} for one in form]
