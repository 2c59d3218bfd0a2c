"""What a case looks like to the assist worker, and which of its answers may still be shown."""

from __future__ import annotations

import msgspec

from agentdesk.assist.frames import Answer, Ask, Card, Turn
from agentdesk.desk.assist.feeding import Looking, of_owner
from agentdesk.desk.assist.sources import names_of, plain, spoken
from agentdesk.domain.cases import CUSTOMER_CASES, MESSAGES, Case, Customer
from agentdesk.domain.cases.fields import FILLED_IN
from agentdesk.domain.kernel import View

TURNS, EARLIER, FIELDS = 8, 5, 20


def ask_of(desk: Looking, case: Case, number: int) -> Ask:
    """The question for a case as it is now."""
    view = desk.view
    customer = view.get(Customer, case.customer)
    others = [one for one in view.page(CUSTOMER_CASES(customer=case.customer), limit=EARLIER + 1) if one.id != case.id]
    values = [plain(one.value) for one in view.page(FILLED_IN(case=case.id), limit=FIELDS)]
    told = (case.customer_tier, customer.region if customer is not None else "")
    return Ask(
        number=number,
        case=case.id,
        turns=turns_of(view, case, TURNS),
        subject=plain(case.subject),
        language=case.language,
        facts=tuple(word.lower() for word in filter(None, (*map(plain, case.tags), *values, *told))),
        names=names_of(case, customer),
        now=desk.now(),
        earlier=tuple((one.id, one.opened_at, f"{plain(one.subject)}\n{plain(one.preview)}") for one in others),
    )


def turns_of(view: View, case: Case, most: int) -> tuple[Turn, ...]:
    """What customer and agents last said to each other, the newest last."""
    return spoken(list(reversed(view.page(MESSAGES(case=case.id), limit=most * 2))), most)


def allowed(view: View, answer: Answer, now: int) -> Answer:
    """The answer without what is here no more, or is another by now: the replica has the last word, whatever the index
    still held.
    """
    cards = tuple(card for card in answer.cards if _stands(view, card, now))
    similar = tuple(near for near in answer.similar if view.get(Case, near.id.partition(":")[2]) is not None)
    articles = tuple(near for near in answer.articles if of_owner(view, near.id, now))
    signals = answer.signals
    if signals.topic_of and not of_owner(view, signals.topic_of, now):
        signals = msgspec.structs.replace(signals, topic="", topic_of="")
    return msgspec.structs.replace(answer, cards=cards, similar=similar, articles=articles, signals=signals)


def _stands(view: View, card: Card, now: int) -> bool:
    state = (card.version, card.at)
    return any((one.version, one.at) == state for one in of_owner(view, card.source, now))


def sources_in(answer: Answer) -> set[str]:
    """The owners of all texts that an answer holds."""
    cards = {card.source for card in answer.cards}
    return cards | {near.id for near in (*answer.similar, *answer.articles)} | ({answer.signals.topic_of} - {""})
