"""The one door through which the server calls others: webhooks, previews, avatars, identity providers."""

from .door import Egress, Reply
from .targets import EgressError

__all__ = ["Egress", "EgressError", "Reply"]
