"""Who is connected, and who gets what."""

from .desks import Desk
from .hub import Hub
from .session import Services, sync_app

__all__ = ["Desk", "Hub", "Services", "sync_app"]
