"""A case so far in sentences of its own, and the next steps that an article names: read in place, kept nowhere."""

from __future__ import annotations

from agentdesk.assist.frames import Answer, Turn
from agentdesk.assist.summary import so_far, steps
from agentdesk.desk.assist.asking import turns_of
from agentdesk.desk.assist.sources import plain
from agentdesk.desk.desk import Desk
from agentdesk.desk.texts import tr
from agentdesk.domain.cases import Case
from agentdesk.domain.governed import Document

MOST_TURNS = 40
Steps = tuple[str, tuple[str, ...]]
"""An article's title, and what it says is to be done."""


def summary_of(desk: Desk, case: Case) -> tuple[Turn, ...]:
    """What this person may see of the case so far."""
    return so_far(turns_of(desk.view, case, MOST_TURNS))


def steps_of(desk: Desk, answer: Answer) -> Steps:
    """Of the article that fits best, among the cards first; nothing if it names none."""
    found = [*(card.source for card in answer.cards if card.kind == "article"), *(near.id for near in answer.articles)]
    for owner in found[:1]:
        document = desk.view.get(Document, owner.partition(":")[2])
        if document is not None and (named := steps(plain(document.text))):
            return plain(document.title), named
    return "", ()


def lines_of(summary: tuple[Turn, ...]) -> list[str]:
    """Each sentence with who said it."""
    return [
        tr("Customer: “{words}”", words=one.text) if one.who == "customer" else tr("We: “{words}”", words=one.text)
        for one in summary
    ]
