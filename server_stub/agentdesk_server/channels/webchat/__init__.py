"""Web chat: visitors of web sites, in at `/visit`."""

from .chat import WebChat
from .doors import DOORS, visit

__all__ = ["DOORS", "WebChat", "visit"]
