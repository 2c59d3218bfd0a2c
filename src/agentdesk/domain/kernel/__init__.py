"""The words everything else is written in: Record, Command, Change, View, Question, Actor, Refusal."""

from .actors import Actor
from .commands import COMMANDS, Command, CommandSpec, command, decide, follow, said_before
from .conditions import COLUMNS, ME, MINE, Column, Condition, Trait, Via, bound
from .errors import Denied, Refusal, Unknown, Unseen, step_up
from .files import File, file_name, media_type
from .following import on_changing
from .leaving import lost_team, on_losing_a_team
from .masking import Masked, Told, masked
from .masking import View as MaskView
from .overlay import lay_over
from .questions import Asked, Question, Where, among, eq, gt, lt, ne
from .records import RECORDS, Fact, Put, Record, RecordSpec, Remove, record, spec_of
from .residing import home_of, on_taking, refuse_elsewhere, refuse_foreign
from .returning import on_returning, refuse_erased
from .rights import INTERNAL_ROLES, PERMISSIONS, ROLES, held_scopes, may, role_named, roles_with
from .schema import SCHEMA, catalogue_schema
from .seeking import Open, Sought
from .sharing import SHARES, Share, share_of
from .values import LongText, Millis, Name, ShortText, Text, clean, ref
from .view import Change, View, is_guest, need, visible

__all__ = [
    "COLUMNS",
    "COMMANDS",
    "INTERNAL_ROLES",
    "ME",
    "MINE",
    "PERMISSIONS",
    "RECORDS",
    "ROLES",
    "SCHEMA",
    "SHARES",
    "Actor",
    "Asked",
    "Change",
    "Column",
    "Command",
    "CommandSpec",
    "Condition",
    "Denied",
    "Fact",
    "File",
    "LongText",
    "MaskView",
    "Masked",
    "Millis",
    "Name",
    "Open",
    "Put",
    "Question",
    "Record",
    "RecordSpec",
    "Refusal",
    "Remove",
    "Share",
    "ShortText",
    "Sought",
    "Text",
    "Told",
    "Trait",
    "Unknown",
    "Unseen",
    "Via",
    "View",
    "Where",
    "among",
    "bound",
    "catalogue_schema",
    "clean",
    "command",
    "decide",
    "eq",
    "file_name",
    "follow",
    "gt",
    "held_scopes",
    "home_of",
    "is_guest",
    "lay_over",
    "lost_team",
    "lt",
    "masked",
    "may",
    "media_type",
    "ne",
    "need",
    "on_changing",
    "on_losing_a_team",
    "on_returning",
    "on_taking",
    "record",
    "ref",
    "refuse_elsewhere",
    "refuse_erased",
    "refuse_foreign",
    "role_named",
    "roles_with",
    "said_before",
    "share_of",
    "spec_of",
    "step_up",
    "visible",
]
