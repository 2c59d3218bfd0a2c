"""The queue: the views in which an agent finds work."""

from __future__ import annotations

from .cases.records import Case
from .kernel import Question, eq

MINE = Question("queue.mine", Case, (eq("assignee", ":me"), eq("status", "open")), ("rank",))
TEAM = Question("queue.team", Case, (eq("team", ":team"), eq("status", "open")), ("rank",))
UNASSIGNED = Question("queue.unassigned", Case, (eq("assignee", ""), eq("status", "open")), ("rank",))
SNOOZED = Question("queue.snoozed", Case, (eq("status", "snoozed"),), ("snoozed_until",))
OPEN = Question("queue.open", Case, (eq("status", "open"),), ("rank",))
ALL = Question("queue.all", Case, (eq("merged_into", ""),), ("-updated_at",))
SOLVED = Question("queue.solved", Case, (eq("status", "solved"), eq("merged_into", "")), ("-solved_at",))
MINE_NEWEST = Question("queue.mine_newest", Case, MINE.where, ("-updated_at",))
TEAM_NEWEST = Question("queue.team_newest", Case, TEAM.where, ("-updated_at",))
UNASSIGNED_NEWEST = Question("queue.unassigned_newest", Case, UNASSIGNED.where, ("-updated_at",))
MINE_DUE = Question("queue.mine_due", Case, MINE.where, ("due",))
TEAM_DUE = Question("queue.team_due", Case, TEAM.where, ("due",))
UNASSIGNED_DUE = Question("queue.unassigned_due", Case, UNASSIGNED.where, ("due",))
BY_NUMBER = Question("case.by_number", Case, (eq("number", ":number"),), ())
