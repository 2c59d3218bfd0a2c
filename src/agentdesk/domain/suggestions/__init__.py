"""What was suggested and what came of it, what that shows in figures, and cases without suggestions on purpose."""

from .drafting import AskDraft, NoteService
from .effect import ENOUGH, Effect
from .holding import HOLDOUT, held_out
from .measuring import FEWEST, STRICT, Asked, By, Line, Measures, measured
from .noting import ActOnSuggestion, NoteSent, Offer
from .proving import ProveReply, Stated
from .records import OF_CASE, OF_MESSAGE, SINCE, Considered, Reason, Suggestion, share_edited
from .steering import AssistRules, AssistState, Drill, QueueRule, SetAssistRules, limit

__all__ = [
    "ENOUGH",
    "FEWEST",
    "HOLDOUT",
    "OF_CASE",
    "OF_MESSAGE",
    "SINCE",
    "STRICT",
    "ActOnSuggestion",
    "AskDraft",
    "Asked",
    "AssistRules",
    "AssistState",
    "By",
    "Considered",
    "Drill",
    "Effect",
    "Line",
    "Measures",
    "NoteSent",
    "NoteService",
    "Offer",
    "ProveReply",
    "QueueRule",
    "Reason",
    "SetAssistRules",
    "Stated",
    "Suggestion",
    "held_out",
    "limit",
    "measured",
    "share_edited",
]
