"""What a view knows of earlier mails, as placing a new one asks for it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..cases import Case, Customer
from ..kernel import View
from .placing import MOST_RELATED, Known, address_key
from .records import BY_MESSAGE_ID, BY_SUBJECT, MAILS, Mail

MOST_MAILS = 300
"""So many mails of a case are looked at for who takes part in it, the newest first."""
_MERGES = 20


class Remembered:
    """A `Memory` over a view. `own` are our addresses: who only claims to be one of us takes part in nothing."""

    def __init__(self, view: View, own: Iterable[str]) -> None:
        self._view, self._own = view, frozenset(map(address_key, own))
        self._known: dict[str, Known | None] = {}

    def by_message(self, id: str) -> Known | None:
        """The case of the first mail with this id."""
        found = self._view.page(BY_MESSAGE_ID(id=id), limit=1)
        return self.by_case(found[0].case) if found else None

    def by_case(self, id: str) -> Known | None:
        """The case, or the one that it was merged into; not one that another region keeps."""
        case = live(self._view, id)
        if case is None or case.home:
            return None
        if case.id not in self._known:
            self._known[case.id] = Known(case.id, self._participants(case))
        return self._known[case.id]

    def by_subject(self, address: str, subject: str) -> Sequence[str]:
        """Open cases of this sender with this subject, the newest first."""
        found = self._view.page(BY_SUBJECT(peer=address, base=subject), limit=5 * MOST_RELATED)
        cases = (live(self._view, id) for id in dict.fromkeys(mail.case for mail in found))
        still = (case.id for case in cases if case is not None and case.status != "solved" and not case.home)
        return tuple(dict.fromkeys(still))[:MOST_RELATED]

    def _participants(self, case: Case) -> frozenset[str]:
        customer = self._view.get(Customer, case.customer)
        told = [customer.email] if customer is not None and not customer.visitor else []
        for mail in self._view.page(MAILS(case=case.id), limit=MOST_MAILS):
            told += people(mail)
        return frozenset(map(address_key, told)) - self._own - {""}


def people(mail: Mail) -> tuple[str, ...]:
    """Everybody whom a mail names."""
    return (mail.sender, mail.peer, *mail.to, *mail.cc)


def live(view: View, id: str) -> Case | None:
    """The case, or the one that has taken its place."""
    case = view.get(Case, id)
    for _ in range(_MERGES):
        if case is None or not case.merged_into:
            break
        case = view.get(Case, case.merged_into)
    return case
