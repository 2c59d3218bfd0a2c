"""The page of rules: what happens by itself, drafts of it, how it would have been, and what was done."""

from .page import RulesPage

__all__ = ["RulesPage"]
