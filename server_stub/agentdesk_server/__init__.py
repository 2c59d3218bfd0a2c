"""The server: one authority that decides, and the doors through which people reach it."""
