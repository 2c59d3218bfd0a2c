"""Signing in through the company's own provider: OpenID Connect, in the system's browser."""

from .config import Client, Malformed, client
from .flow import Oidc

__all__ = ["Client", "Malformed", "Oidc", "client"]
