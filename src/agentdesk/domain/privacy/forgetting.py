"""Taking a case away with all that was said in it, and all that hangs on it or points to it."""

from __future__ import annotations

from collections.abc import Iterable, Set
from typing import Literal

import msgspec

from ..cases import FOLLOWERS, Case, Follow, Grant, Mention, ReadMark
from ..cases.attention import MENTIONS_OF
from ..cases.walking import every
from ..kernel import SHARES, Change, Put, Question, Remove, Share, View, eq

How = Literal["erased", "everywhere"]
READ_MARKS_OF = Question("read_mark.of_case", ReadMark, (eq("case", ":case"),), ())
GRANTS_OF = Question("grant.any_in_case", Grant, (eq("case", ":case"),), ("since",))


def forget_case(view: View, case: Case, how: How, now: int, also: Set[str] = frozenset()) -> Iterable[Change]:
    """All of it goes: conversations, messages and attachments with the case. `also` are cases that go at the same time.

    Measures stay, for they hold no text. Who was let in and when stays as well, without the words that said why.
    """
    for mention in every(view, MENTIONS_OF(case=case.id)):
        yield Remove(Mention, mention.id, how)
    for follow in every(view, FOLLOWERS(case=case.id)):
        yield Remove(Follow, follow.id, how)
    for mark in every(view, READ_MARKS_OF(case=case.id)):
        yield Remove(ReadMark, mark.id, how)
    for share in every(view, SHARES(kind="case", record=case.id)):
        yield Remove(Share, share.id)
    for grant in every(view, GRANTS_OF(case=case.id)):
        yield Put(msgspec.structs.replace(grant, rev=0, reason="", ended=grant.ended or now))
    for id in case.linked:
        other = view.get(Case, id)
        if other is not None and id not in also:
            yield Put(
                msgspec.structs.replace(other, rev=0, linked=tuple(one for one in other.linked if one != case.id))
            )
    yield Remove(Case, case.id, how)
