"""Who may come in: sign-in, sessions, visitors' tokens."""

from .sessions import Gate, Session, SignedIn

__all__ = ["Gate", "Session", "SignedIn"]
