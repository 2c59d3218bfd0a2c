"""The fields that are asked before the first word, in the contact form: the same as in the chat, without any script."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from agentdesk.domain.cases.fields import LONGEST_ENTRY, MOST, Field
from agentdesk.domain.cases.forms import in_play
from agentdesk.domain.kernel import clean

from .visit import Visit

KEY = "field."
"""What the names of these fields begin with in the form."""
KINDS = {"date": ' type="date"', "number": ' inputmode="decimal" dir="ltr"'}
MOST_PARTS = MOST + 20
"""So many parts one of our forms has at most."""


def controls(visit: Visit, form: Sequence[Field], filled: Mapping[str, str], wrong: Sequence[str] = ()) -> str:
    """What is asked, with what was filled in; `wrong` are the ids of those that want an answer. What hangs on another
    answer is there too, and says so.
    """
    titles = {one.id: one.title for one in form}
    return "".join(_control(visit, one, titles, filled.get(KEY + one.id, ""), one.id in wrong) for one in form)


def _control(visit: Visit, field: Field, titles: Mapping[str, str], value: str, wrong: bool) -> str:
    on = titles.get(field.when, "")
    notes = [visit.said("if “{field}” is “{value}”", field=on, value=_told(visit, field.equals))] if on else []
    notes += [] if field.required else [visit.said("optional")]
    note = f" <small>{escape(', '.join(notes))}</small>" if notes else ""
    name = escape(KEY + field.id)
    marks = f' id="{name}" name="{name}"{" required" if field.required and not on else ""}'
    marks += ' aria-invalid="true" aria-describedby="wrong"' if wrong else ""
    label = f'<label for="{name}"><bdi>{escape(field.title)}</bdi>{note}</label>\n'
    options = ("yes", "no") if field.type == "yesno" else field.options
    if not options:
        kind = KINDS.get(field.type, ' dir="auto"')
        return f'{label}<input{marks}{kind} maxlength="{LONGEST_ENTRY}" value="{escape(value)}">\n'
    listed = "".join(
        f'<option value="{escape(one)}"{" selected" if one == value else ""}>{escape(_told(visit, one))}</option>'
        for one in options
    )
    return f'{label}<select{marks}><option value="">–</option>{listed}</select>\n'


def _told(visit: Visit, value: str) -> str:
    """An answer as it is read."""
    return visit.said(value.capitalize()) if value.casefold() in ("yes", "no") else value


def answers(form: Sequence[Field], filled: Mapping[str, str]) -> dict[str, str]:
    """What was answered, by the ids of the fields; what hangs on another answer, only with that one."""
    said = {one.id: clean(filled.get(KEY + one.id, ""))[:LONGEST_ENTRY] for one in form}
    return {one.id: said[one.id] for one in in_play(form, said) if said[one.id]}
