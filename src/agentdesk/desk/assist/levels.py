"""The five levels at which suggestions serve: what each is called, why it is no higher now, and what one can do."""

from __future__ import annotations

from typing import NamedTuple

from agentdesk.assist.frames import State
from agentdesk.desk.texts import mark, tr
from agentdesk.domain.suggestions.steering import BY_HAND, BY_MEANING, BY_WORDS, DRAFTED, SEARCH

NAMES = {
    BY_HAND: mark("Macros by hand"),
    SEARCH: mark("Search only"),
    BY_WORDS: mark("Suggestions by words only"),
    BY_MEANING: mark("Suggestions on this laptop"),
    DRAFTED: mark("Suggestions and drafts"),
}


class Reason(NamedTuple):
    """Why no higher level serves: in a few words, in a sentence, and what whoever works here can do about it."""

    short: str
    sentence: str
    help: str = ""


REASONS = {
    "off": Reason(mark("suggestions are off"), mark("Suggestions are switched off in your settings, or your role has "
                  "none."), mark("Switch them on under Settings, Work.")),
    "starting": Reason(mark("suggestions start"), mark("Suggestions are starting.")),
    "worker": Reason(mark("suggestions stopped"), mark("Suggestions ended again and again, so they stay away."),
                     mark("Start them again: look for “Start suggestions again” among the commands.")),
    "index": Reason(mark("the index is made anew"), mark("The index was damaged and is being made anew."),
                    mark("Nothing is lost, and suggestions come back by themselves.")),
    "pack": Reason(mark("the model is missing"), mark("The language model is missing or damaged."),
                   mark("Install AgentDesk again to have it back.")),
    "unlisted": Reason(mark("the model is not registered"), mark("The language model on this laptop is not in the "
                       "registry of models: it is damaged, or another one."), mark("Install AgentDesk again, or ask "
                       "your administrator to enter it.")),
    "withdrawn": Reason(mark("the model is withdrawn"), mark("The language model on this laptop was withdrawn by your "
                        "administrator."), mark("Nothing is to be done here: it comes back when they say so.")),
    "service": Reason(mark("the drafting service rests"), mark("The drafting service failed and is left alone for a "
                      "while; suggestions go on without it."),
                      mark("After half a minute the next draft tries it again.")),
    "drill": Reason(mark("a stop for now"), mark("Somebody who leads has stopped what goes further, for a while.")),
    "rule": Reason(mark("by rule"), mark("By rule nothing is suggested in this queue.")),
}  # fmt: skip
"""By the word that stands in the ledger."""
FAILED = frozenset({"worker", "index", "unlisted", "service"})
"""What broke while it ran, or was changed: nobody has wanted it. A pack that was never there is told as it is."""
MODEL = ("pack", "unlisted", "withdrawn")
"""What the worker says is wrong with the model."""
SEARCHED = mark("Macros and articles can be searched as always.")


def named(level: int, why: str, unread: int = 0) -> str:
    """A level for the status line, with why it is no higher; `unread` texts are still to be read for their meaning."""
    reason = REASONS.get(why)
    if reason is not None:
        return tr("{level}: {why}", level=tr(NAMES[level]), why=tr(reason.short))
    return tr("Suggestions: {n} texts are still being read", n=unread) if unread else tr(NAMES[level])


def explained(why: str, drill: str, state: State | None, *, trial: bool = False, drafts: bool = False) -> str:
    """Why it is no higher, what one can do, and what is known; `state` is that of a worker that serves, `drill` what
    was said as it began; `trial`: the model is not in full use yet; `drafts`: a service can
    be asked too.
    """
    reason = REASONS.get(why)
    said = [tr(one) for one in (reason.sentence, reason.help) if one] if reason is not None else []
    if trial:
        said.append(tr("The language model is on trial: look twice."))
    if drill:
        said.append(tr("A drill: {reason}", reason=drill))
    return " ".join((*said, *(_known(state, drafts) if state is not None else [tr(SEARCHED)])))


def _known(state: State, drafts: bool) -> list[str]:
    said = [
        tr(
            "{n} texts are known here. Nothing leaves this laptop, but what you ask the drafting service: masked.",
            n=state.texts,
        )
        if drafts
        else tr("{n} texts are known here. Nothing leaves this laptop.", n=state.texts)
    ]
    if state.head:
        said.append(tr(
            "Learned from {n} answered cases. Of {kept} kept aside {right} are right now, {before} before.",
            n=state.learned_from, kept=state.kept, right=state.right, before=state.before,
        ))  # fmt: skip
    if state.replies:
        said.append(tr(
            "Learned from {n} replies in your team's own words. Of {kept} kept aside {right} are found first among a"
            " hundred now, {before} before.",
            n=state.replies_from, kept=state.replies_kept, right=state.replies_right, before=state.replies_before,
        ))  # fmt: skip
    if "mended" in state.why:
        said.append(tr("The index was damaged and is made anew."))
    if "memory" in state.why:
        said.append(tr("The index cannot be written to this laptop, so it is kept in memory."))
    return said
