"""AgentDesk: one domain seen from two ends, a desk and a server."""

__version__ = "0.1.0"
