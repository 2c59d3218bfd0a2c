"""What may be suggested, out of the records that this person may see: macros, articles, answers, solved cases."""

from __future__ import annotations

import re
from collections.abc import Sequence

from agentdesk.assist.frames import LOOKED_BACK, Source, Turn
from agentdesk.domain.cases import MESSAGES, Case, Customer, Message
from agentdesk.domain.forum import Post, Topic
from agentdesk.domain.governed import Document, blocked
from agentdesk.domain.kernel import Masked, View
from agentdesk.domain.knowledge import ARTICLE, article_of
from agentdesk.domain.macros import Macro, MacroUse

MOST_MESSAGES, MOST_ANSWERS, SHORTEST = 60, 6, 12
SPOKEN = {"customer": "customer", "reply": "agent"}
ASKED = 2
"""So many of a customer's turns before an answer say what was asked."""
SAID = ("accepted", "sent", "delivered", "read")
_SINGLE = re.compile(r"(?<!\{)\{([a-z]+\.[a-z]+)\}(?!\})")


def plain(text: str) -> str:
    """A text without what is hidden in it."""
    return Masked.shown(text, lambda _: "…")


def names_of(case: Case, customer: Customer | None) -> tuple[str, ...]:
    """What the customer of a case is called, as far as it is not hidden: these leave its texts."""
    found = {plain(case.customer_name), plain(customer.name) if customer is not None else ""}
    return tuple(sorted(found - {"", "…"}))


def of_macro(macro: Macro) -> tuple[Source, ...]:
    """One for each language."""
    return tuple(
        Source(
            id=f"macro:{macro.id}:{wording.language}", kind="macro", title=macro.name, text=wording.text,
            language=wording.language, version=macro.version, at=macro.at, macro=macro.id,
        )
        for wording in macro.texts
    )  # fmt: skip


def of_document(document: Document, now: int) -> tuple[Source, ...]:
    """An article that is in force; what is for agents only is marked."""
    if document.register != ARTICLE or blocked(document, "suggest", now):
        return ()
    says, text = article_of(document), plain(document.text)
    inside = says.audience == "agents"
    only = tuple(tuple(word.lower() for word in group) for group in (says.regions, says.products, says.tiers))
    return (
        Source(
            id=f"article:{document.id}", kind="article", title=plain(document.title),
            text=_SINGLE.sub(r"{{\1}}", text),
            language=document.language, version=document.number, at=document.since, internal=inside,
            until=min(filter(None, (document.until, document.expires_at)), default=0), only=only if any(only) else (),
        ),
    )  # fmt: skip


def of_topic(topic: Topic, view: View) -> tuple[Source, ...]:
    """The answer that solved a question in the forum: among colleagues, so it is not for customers as it stands."""
    answer = view.get(Post, topic.accepted) if topic.accepted and topic.state != "hidden" else None
    if answer is None or answer.state != "shown":
        return ()
    first = view.get(Post, topic.first)
    return (
        Source(
            id=f"post:{topic.id}", kind="post", title=plain(topic.title), text=plain(answer.text),
            asked=plain(first.text) if first is not None else "", version=1, at=answer.edited_at or answer.at,
            internal=True,
        ),
    )  # fmt: skip


def of_case(case: Case, view: View) -> tuple[Source, ...]:
    """What was answered in a case that is solved, and to what. A case that came back was not solved by it."""
    if case.status != "solved" or case.merged_into or case.home or case.reopened:
        return ()
    names = names_of(case, view.get(Customer, case.customer))
    messages = list(reversed(view.page(MESSAGES(case=case.id), limit=MOST_MESSAGES)))
    found = []
    for at, message in enumerate(messages):
        if message.kind != "reply" or message.state not in SAID or len(message.text) < SHORTEST:
            continue
        if asked := asked_before(messages[:at]):
            use = view.get(MacroUse, message.id)
            found.append(
                Source(
                    id=f"case:{case.id}:{message.seq}", kind="case", title=plain(case.subject), asked=asked,
                    text=plain(message.text), language=case.language, version=message.seq, at=message.at,
                    macro=use.macro if use is not None else "", names=names, by=message.author,
                    said=spoken(messages[:at], LOOKED_BACK),
                )
            )  # fmt: skip
    return tuple(found[:MOST_ANSWERS])


def asked_before(messages: Sequence[Message]) -> str:
    """What the customer said last, up to the answer before."""
    said: list[str] = []
    for message in reversed(messages):
        if message.kind == "reply" and said:
            break
        if message.kind == "customer":
            said.append(plain(message.text))
        if len(said) == ASKED:
            break
    return "\n".join(reversed(said))


def spoken(messages: Sequence[Message], most: int) -> tuple[Turn, ...]:
    """What customer and agents last said to each other, the newest last."""
    said = [message for message in messages if message.kind in SPOKEN]
    return tuple(Turn(SPOKEN[one.kind], plain(one.text)) for one in said[-most:])
