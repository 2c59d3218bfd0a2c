"""All capabilities, by name. Whoever needs records, commands and questions imports this once."""

from . import (
    audit,
    cases,
    clocks,
    devices,
    escalation,
    forum,
    friction,
    governed,
    knowledge,
    later,
    macros,
    mail,
    masking,
    people,
    policies,
    privacy,
    queue,
    residency,
    routing,
    rules,
    signing,
    sites,
    suggestions,
    views,
)
from .kernel import COMMANDS, RECORDS, catalogue_schema
from .kernel.questions import QUESTIONS

CAPABILITIES = (
    people,
    cases,
    queue,
    signing,
    sites,
    policies,
    masking,
    audit,
    devices,
    privacy,
    clocks,
    residency,
    mail,
    governed,
    knowledge,
    forum,
    friction,
    views,
    routing,
    escalation,
    macros,
    rules,
    suggestions,
    later,
)

__all__ = ["CAPABILITIES", "COMMANDS", "QUESTIONS", "RECORDS", "catalogue_schema"]
