"""The page of those who say who gets which cases."""

from .page import RoutingPage

__all__ = ["RoutingPage"]
