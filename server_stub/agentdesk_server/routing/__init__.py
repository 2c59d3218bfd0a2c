"""Routing at work: cases are offered as soon as they wait and somebody has room."""

from .router import Router

__all__ = ["Router"]
