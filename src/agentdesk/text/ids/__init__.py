"""National numbers in text: found by their form, proved by their check digits, or by the words before them."""

from __future__ import annotations

from .finding import ids

__all__ = ["ids"]
