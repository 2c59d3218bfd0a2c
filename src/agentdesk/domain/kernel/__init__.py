"""The words everything else is written in: Record, Command, Change, View, Question, Actor, Refusal."""

from .actors import INTERNAL_ROLES, ROLES, Actor
from .commands import COMMANDS, Command, CommandSpec, command, decide, follow
from .errors import Denied, Refusal, Unknown
from .masking import Masked, masked
from .masking import View as MaskView
from .overlay import lay_over
from .questions import Asked, Question, Where, among, eq, gt, lt, ne
from .records import RECORDS, Fact, Put, Record, RecordSpec, Remove, record, spec_of
from .schema import SCHEMA, catalogue_schema
from .sharing import Share, share_of
from .values import LongText, Millis, Name, ShortText, Text, clean, ref
from .view import Change, View, held_scopes, need, visible

__all__ = [
    "COMMANDS",
    "INTERNAL_ROLES",
    "RECORDS",
    "ROLES",
    "SCHEMA",
    "Actor",
    "Asked",
    "Change",
    "Command",
    "CommandSpec",
    "Denied",
    "Fact",
    "LongText",
    "MaskView",
    "Masked",
    "Millis",
    "Name",
    "Put",
    "Question",
    "Record",
    "RecordSpec",
    "Refusal",
    "Remove",
    "Share",
    "ShortText",
    "Text",
    "Unknown",
    "View",
    "Where",
    "among",
    "catalogue_schema",
    "clean",
    "command",
    "decide",
    "eq",
    "follow",
    "gt",
    "held_scopes",
    "lay_over",
    "lt",
    "masked",
    "ne",
    "need",
    "record",
    "ref",
    "share_of",
    "spec_of",
    "visible",
]
