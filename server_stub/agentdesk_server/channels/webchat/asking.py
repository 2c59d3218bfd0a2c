"""What visitors are asked before their first word, and what they are told of answers that are missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from agentdesk.domain.cases.fields import Field
from agentdesk.domain.cases.forms import first_asked, unanswered
from agentdesk.domain.kernel import View
from agentdesk.domain.sites import Site

SHOWN = ("id", "title", "type", "options", "required", "when", "equals")


class NotTaken(Exception):
    """Why a message was not taken; the text is a sentence for the visitor."""


class Unanswered(NotTaken):
    """A first word without an answer that is needed; `form` is all that is asked, `missing` what was not answered."""

    def __init__(self, form: Sequence[Field], missing: Sequence[Field]) -> None:
        super().__init__(f"Please fill in: {titles(missing)}")
        self.form, self.missing = form, missing


def form_for(view: View, site: Site, customer: str) -> list[Field]:
    """What somebody is asked at a site before the first word, in its order; by chat and on the pages alike."""
    return first_asked(view, site.team, "chat", customer)


def refuse_unanswered(view: View, site: Site, customer: str, said: Mapping[str, str]) -> None:
    """Raises `Unanswered` where something is needed."""
    form = form_for(view, site, customer)
    if missing := unanswered(form, said):
        raise Unanswered(form, missing)


def titles(fields: Sequence[Field]) -> str:
    """What fields are called, one after another."""
    return ", ".join(one.title for one in fields)


def shown(form: Sequence[Field]) -> list[dict[str, Any]]:
    """A form as a frame has it."""
    return [{name: getattr(one, name) for name in SHOWN} for one in form]
