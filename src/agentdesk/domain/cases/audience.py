"""What a merge takes along beside the words: who follows, who was mentioned, who else may see it, and its links."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

import msgspec

from ..kernel import SHARES, Asked, Change, Put, Record, Refusal, Remove, Share, View, share_of
from .attention import FOLLOWERS, MENTIONS_OF, Follow, own_id
from .fields import moved_along
from .grants import GRANTS_IN
from .records import Case
from .thread import changed

MOST = 500
"""A case with more followers, mentions or shares than this is not merged in one transaction."""
MOST_LINKS = 100
R = TypeVar("R", bound=Record)


def taken_along(view: View, old: Case, target: Case) -> Iterable[Change]:
    """The second audience of `old`, moved to `target`: on the empty case nothing of it remains."""
    yield from moved_along(view, old, target)
    for follow in all_of(view, FOLLOWERS(case=old.id)):
        yield Remove(Follow, follow.id)
        already = view.get(Follow, own_id(follow.person, target.id))
        since = min(follow.since, already.since) if already else follow.since
        yield Put(Follow(own_id(follow.person, target.id), follow.scope, 0, follow.person, target.id, since))
    for mention in all_of(view, MENTIONS_OF(case=old.id)):
        yield Put(msgspec.structs.replace(mention, rev=0, case=target.id))
    for grant in all_of(view, GRANTS_IN(case=old.id)):  # or the door that it opened would have no end
        yield Put(msgspec.structs.replace(grant, rev=0, case=target.id))
    for share in all_of(view, SHARES(kind="case", record=old.id)):
        yield Remove(Share, share.id)
        yield Put(share_of("case", target.id, share.scope))


def relinked(view: View, old: Case, target: Case) -> tuple[Case, list[Case]]:
    """The target with the links of both, and the cases that pointed to `old`, pointing to it now."""
    others = [found for id in old.linked if id != target.id and (found := view.get(Case, id)) is not None]
    joined = (id for id in (*target.linked, *old.linked) if id not in (old.id, target.id))
    return changed(target, linked=tuple(dict.fromkeys(joined))), [_turned(one, old.id, target.id) for one in others]


def _turned(case: Case, away: str, to: str) -> Case:
    turned = (to if id == away else id for id in case.linked)
    return changed(case, linked=tuple(dict.fromkeys(turned)))


def all_of(view: View, asked: Asked[R]) -> Sequence[R]:
    """All of them; refused if they are too many for one transaction."""
    found = view.page(asked, limit=MOST + 1)
    if len(found) > MOST:
        raise Refusal("Too many people follow these cases for them to be merged. Link them instead.", "followers")
    return found
