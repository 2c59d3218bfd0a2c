"""Conditions as people read and type them: words for fields and comparisons, values, and a form of rows."""

from .form import ConditionForm
from .saying import said

__all__ = ["ConditionForm", "said"]
