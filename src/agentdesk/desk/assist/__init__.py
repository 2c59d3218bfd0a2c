"""Suggestions at the desk: what the assist worker is told of the replica, and what it answers."""
