"""What follows from a change: a handoff ends when its case is taken, and what goes past the graph is counted too."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from ..cases import Case, Message
from ..cases.acting import Laid
from ..cases.moving import on_moving
from ..cases.walking import every
from ..kernel import Actor, Change, Put, Refusal, Remove, View, on_changing
from ..people import Person
from .graph import in_force, node_for
from .standing import HANDOFFS, Handoff, Stand, accountable, newest, node_of
from .targets import locked


@on_changing
def kept(view: View, changes: list[Change], now: int) -> list[Change]:
    """The changes with the handoffs that they end, and with what was moved past the graph or merged."""
    if not any(isinstance(c, Put) and isinstance(c.record, Case) for c in changes):
        return changes
    told = {c.record.id for c in changes if isinstance(c, Put) and isinstance(c.record, Stand)}
    found: list[Change] = []
    for change in changes:
        case = change.record if isinstance(change, Put) else None
        old = view.get(Case, case.id) if isinstance(case, Case) else None
        if not isinstance(case, Case) or case.home or case.id in told:
            found.append(change)
        elif old is None:
            found.append(Put(_begun(view, case)))
        elif case.merged_into and not old.merged_into:
            found += [change, *_merged(view, old, case.merged_into, changes)]
        elif case.team != old.team:
            found += _moved(view, old, case, changes, now)
        else:
            found += [change, *_taken(view, old, case, now)]
    return found


def _begun(view: View, case: Case) -> Case:
    """A new case is taken by those who take such cases where it begins."""
    graph = in_force(view)
    node = node_for(graph, case) if graph is not None else None
    return case if node is None or case.tier else msgspec.structs.replace(case, tier=node.tier)


def _taken(view: View, old: Case, case: Case, now: int) -> list[Change]:
    """Somebody has taken what was handed on: from now on they answer for it."""
    if not case.assignee or old.assignee == case.assignee:
        return []
    last = newest(view, case)
    if last is None or last.state != "sent":
        return []
    taken = msgspec.structs.replace(last, rev=0, scope=case.scope, state="taken", taken_by=case.assignee, taken_at=now)
    return [Put(taken)]


def _moved(view: View, old: Case, case: Case, changes: Sequence[Change], now: int) -> list[Change]:
    """A case was given to another team past the graph. What people do counts as handing on; what a table does, not."""
    graph = in_force(view)
    if graph is None:
        return [Put(case)]
    by = _doer(changes, case.id)
    counts = view.get(Person, by) is not None
    to = node_for(graph, case)
    case = msgspec.structs.replace(case, transfers=case.transfers + counts, tier=to.tier if to is not None else 0)
    here, last = node_of(view, graph, old), newest(view, old)
    id = f"{case.id}:moved:{case.seq}"
    handoff = Handoff(
        id, case.scope, 0, case.id, here.id if here is not None else "", to.id if to is not None else "", old.team, by,
        accountable(view, old, graph), now, "moved", state="taken" if case.assignee else "sent",
        taken_by=case.assignee, taken_at=now if case.assignee else 0,
    )  # fmt: skip
    over = [last] if last is not None and last.state == "sent" else []
    return [
        Put(case),
        *(Put(msgspec.structs.replace(one, rev=0, scope=case.scope, state="over")) for one in over),
        Put(handoff),
        Put(Stand(case.id, case.scope, 0, case.id, handoff.to, handoff.id)),
    ]


def _merged(view: View, old: Case, into: str, changes: Sequence[Change]) -> list[Change]:
    """What was handed on before goes along into the case that it was merged into; where that stands, it stays."""
    target = Laid(view, changes).get(Case, into)
    if target is None:
        return []
    found: list[Change] = [
        Put(
            msgspec.structs.replace(
                one, rev=0, case=target.id, scope=target.scope, state="over" if one.state == "sent" else one.state
            )
        )
        for one in every(view, HANDOFFS(case=old.id))
    ]
    if view.get(Stand, old.id) is not None:
        found.append(Remove(Stand, old.id))
    return found


def _doer(changes: Sequence[Change], case: str) -> str:
    """Who did this: the event in the thread says so."""
    put = (c.record for c in changes if isinstance(c, Put))
    told = [one for one in put if isinstance(one, Message) and one.case == case and one.kind == "event"]
    return told[-1].author if told else ""


@on_moving
def only_the_arbiter(view: View, case: Case, team: str, who: Actor) -> None:
    """Past the graph a case is not handed on more often than along it."""
    graph = in_force(view)
    if graph is None or graph.arbiter is None or not locked(graph, case, node_of(view, graph, case)):
        return
    raise Refusal(
        "Handed on {n} times already: only {name} says where this case stays.", "arbiter",
        n=case.transfers, name=graph.arbiter.name,
    )  # fmt: skip
