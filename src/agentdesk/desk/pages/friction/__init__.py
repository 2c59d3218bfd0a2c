"""The page of friction: processes that hurt, told to who owns them, and what came of it."""

from .page import FrictionPage

__all__ = ["FrictionPage"]
